"""People at their own browsers: each has a context of their own, and whatever goes wrong in it is remembered."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request

from tests.journeys.house import House
from tests.journeys.wire import Wire

DESKTOP = (1280, 900)
PHONE = (360, 740)
# A refused form is answered with 422; the browser writes that down as an error although it is how the page works.
EXPECTED = re.compile(r"the server responded with a status of 422")


@dataclass
class Visitor:
    """`page` is where they are; `wire` is what they were sent; `faults` must stay empty."""

    name: str
    context: BrowserContext
    page: Page
    wire: Wire
    house: House
    faults: list[str] = field(default_factory=list)
    _forgiven: list[str] = field(default_factory=list)

    def go(self, path: str) -> Page:
        self.page.goto(path if path.startswith("http") else self.house.url + path)
        return self.page

    @contextmanager
    def forgiving(self, *patterns: str) -> Iterator[None]:
        """Within it, console errors like these are part of the story: the server is down, a door is closed."""
        self._forgiven += patterns
        yield
        self._forgiven = []

    def hears(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.notes(f"console: {message.text}")

    def asks(self, request: Request) -> None:
        if not request.url.startswith((self.house.url, "data:", "blob:")):
            self.notes(f"asked another host: {request.url}")

    def notes(self, fault: str) -> None:
        if not EXPECTED.search(fault) and not any(re.search(pattern, fault) for pattern in self._forgiven):
            self.faults.append(f"{self.name} at {self.page.url}: {fault}")


def arrive(
    browser: Browser,
    house: House,
    name: str,
    *,
    viewport: tuple[int, int] = DESKTOP,
    dark: bool = False,
    javascript: bool = True,
) -> Visitor:
    wire = Wire(house.port)
    context = browser.new_context(
        viewport={"width": viewport[0], "height": viewport[1]},
        color_scheme="dark" if dark else "light",
        java_script_enabled=javascript,
        locale="en-GB",
        timezone_id="Europe/London",
        proxy={"server": wire.url, "bypass": "<-loopback>"},
        extra_http_headers={"accept-encoding": "identity"},
    )
    context.set_default_timeout(20_000)
    visitor = Visitor(name, context, context.new_page(), wire, house)
    context.on("console", visitor.hears)
    context.on("request", visitor.asks)
    context.on("weberror", lambda error: visitor.notes(f"script: {error.error}"))
    return visitor
