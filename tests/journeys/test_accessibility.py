"""Every page, in both themes and both widths, holds to WCAG 2.2 AA as far as a machine can tell; the rest by keyboard."""

from collections.abc import Callable, Iterator, Sequence
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.journeys.acts import PASSWORD
from tests.journeys.conftest import BrowserFor
from tests.journeys.furnishing import Furnished, wait_for_words
from tests.journeys.house import House
from tests.journeys.places import (
    guest_places,
    guest_places_of_a_beginning,
    pages_nobody_looks_at,
    public_places,
    staff_places,
)
from tests.journeys.visitors import DESKTOP, PHONE, Visitor

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.timeout(900)]

Theme = Literal["light", "dark"]
CONTRAST = ["color-contrast", "link-in-text-block"]
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
NARROWEST = 320
ROOM = 3  # the slashes of /escalations/KEY/room: rooms are looked at in all four, other pages in two
OTHERS: list[tuple[tuple[int, int], Theme]] = [(PHONE, "light"), (DESKTOP, "dark")]


@pytest.fixture(scope="module", autouse=True)
def heard(house: House, furnished: Furnished) -> None:
    """The recording has its words, so that every page has something on it."""
    wait_for_words(house, furnished)


@pytest.mark.parametrize(
    ("nick", "places"),
    [("nora", staff_places), ("ruth", guest_places), ("imani", guest_places_of_a_beginning), ("", public_places)],
    ids=["staff", "guest", "guest-on-day-one", "nobody"],
)
def test_no_page_shuts_anybody_out(
    nick: str, places: Callable[..., dict[str, str]], furnished: Furnished, browser_for: BrowserFor
) -> None:
    visitor = browser_for(nick or "nobody")
    if nick:
        furnished.sign_in(visitor, nick)
    with visitor.forgiving(r"status of (404|410)"):
        found = [
            f"{name} ({path}): {problem}"
            for name, path in (places(furnished) if nick else places()).items()
            for problem in _problems(visitor, path)
        ]
    assert not found, "\n".join(found)


def test_every_page_is_looked_at(furnished: Furnished) -> None:
    looked_at = {**staff_places(furnished), **guest_places(furnished), **public_places()}
    assert pages_nobody_looks_at(set(looked_at.values())) == set()


def test_a_sign_in_needs_no_mouse(furnished: Furnished, browser_for: BrowserFor) -> None:
    page = browser_for("nora").go("/sign-in")
    expect(page.get_by_label("E-mail address").first).to_be_focused()
    page.keyboard.type("nora@tidewater.example")
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Sign out").first).to_be_attached()


def test_a_concern_is_raised_and_moved_by_keyboard_alone(furnished: Furnished, browser_for: BrowserFor) -> None:
    ruth = browser_for("ruth")
    furnished.sign_in(ruth, "ruth")
    page = ruth.go(f"{furnished.lived_in}/concerns/new")
    expect(page.get_by_label("What is the worry?")).to_be_focused()
    page.keyboard.type("The keyboard is all I have")
    page.keyboard.press("Tab")
    page.keyboard.press("Tab")
    expect(page.get_by_role("button", name="Raise the concern")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_text("The keyboard is all I have").first).to_be_visible()
    page = ruth.go(f"{furnished.lived_in}/concerns")
    last = page.locator("#order-theirs tr", has_text="The keyboard is all I have")
    up = last.get_by_role("button", name="up")
    before = last.locator(".n").first.inner_text()
    up.focus()
    page.keyboard.press("Enter")
    expect(last.locator(".n").first).not_to_have_text(before)
    expect(last.get_by_role("button", name="up")).to_be_focused()


def test_the_first_stop_of_the_keyboard_skips_to_the_content(furnished: Furnished, browser_for: BrowserFor) -> None:
    nora = browser_for("nora")
    furnished.sign_in(nora, "nora")
    page = nora.go(furnished.lived_in)
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator("#main")).to_be_focused()


def test_a_keyboard_goes_through_every_stop_and_leaves_again(furnished: Furnished, browser_for: BrowserFor) -> None:
    nora = browser_for("nora")
    furnished.sign_in(nora, "nora")
    for path in (furnished.lived_in, furnished.topic, f"{furnished.lived_in}/actions/new"):
        page = nora.go(path)
        page.get_by_role("link", name="Skip to content").focus()
        stops = _walk(page)
        hidden = [stop for stop in stops if not stop["visible"]]
        assert len(stops) > 5, path
        assert not hidden, f"On {path} the focus is where nobody sees it: {hidden}"


def _problems(visitor: Visitor, path: str) -> Iterator[str]:
    page = visitor.page
    _look(page, DESKTOP, "light")
    answer = page.goto(visitor.house.url + path)
    expected = {"/nothing-is-here": 404, "/link/this-was-used-long-ago": 410}.get(path, 200)
    if answer is None or answer.status != expected:
        yield f"answers {answer.status if answer else 'nothing'}"
        return
    page.evaluate(Axe().axe_script)
    yield from _violations(page, "wide and light")
    _look(page, PHONE, "dark")
    yield from _violations(page, "narrow and dark")
    for viewport, theme in OTHERS if path.count("/") == ROOM else ():
        _look(page, viewport, theme)
        yield from _violations(
            page, f"{viewport[0]} px and {theme}", rules=CONTRAST
        )  # the rest was looked at in this width
    page.set_viewport_size({"width": NARROWEST, "height": PHONE[1]})
    width = page.evaluate("document.scrollingElement.scrollWidth")
    if width > NARROWEST:
        yield f"scrolls sideways: {width} px at {NARROWEST}: {page.evaluate(_WIDEST)}"


def _look(page: Page, viewport: tuple[int, int], theme: Theme) -> None:
    page.set_viewport_size({"width": viewport[0], "height": viewport[1]})
    page.emulate_media(color_scheme=theme)


_WIDEST = """() => [...document.querySelectorAll("body *")].filter(one => one.getBoundingClientRect().right > innerWidth + 1)
  .slice(-3).map(one => one.outerHTML.slice(0, 120)).join(" | ")"""


def _violations(page: Page, how: str, rules: Sequence[str] = TAGS) -> Iterator[str]:
    options = {"runOnly": rules, "resultTypes": ["violations"], "preload": False}
    for violation in page.evaluate("options => axe.run(options).then(found => found.violations)", options):
        where = "; ".join(f"{node['target'][0]} {_reason(node)}" for node in violation["nodes"][:3])
        yield f"{how}: {violation['id']} ×{len(violation['nodes'])}: {where}"


def _reason(node: dict[str, list[dict[str, str]]]) -> str:
    return next((check["message"] for kind in ("any", "all", "none") for check in node[kind]), "")[:160]


def _walk(page: Page) -> list[dict[str, object]]:
    """Every stop of the Tab key until it leaves the page or comes back to the first."""
    stops: list[dict[str, object]] = []
    for _ in range(200):
        page.keyboard.press("Tab")
        stop = page.evaluate(_STOP)
        if stop is None or any(stop["path"] == before["path"] for before in stops):
            return stops
        stops.append(stop)
    raise AssertionError("The keyboard never gets out of this page.")


_STOP = """() => {
  const one = document.activeElement;
  if (!one || one === document.body) return null;
  const steps = [];
  for (let at = one; at.parentElement; at = at.parentElement) steps.unshift([...at.parentElement.children].indexOf(at));
  const label = one.closest("label");
  const box = (label && one.classList.contains("vh") ? label : one).getBoundingClientRect();
  const seen = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight && box.right > 0 && box.left < innerWidth;
  return { path: steps.join("."), visible: seen, what: one.outerHTML.slice(0, 160) };
}"""
