"""A guest who opens everything they can find, and keeps every byte."""

import re
from collections import deque
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urljoin, urlsplit

from starlette.testclient import TestClient

MOST_PAGES = 400
FOLLOWED = {
    ("a", "href"),
    ("link", "href"),
    ("script", "src"),
    ("img", "src"),
    ("audio", "src"),
    ("video", "src"),
    ("source", "src"),
}
FOLLOWED |= {("track", "src"), ("iframe", "src")}
ANYWHERE = {"hx-get", "data-live-url", "data-url", "data-media"}


@dataclass(frozen=True)
class Received:
    """One answer, as it came."""

    request: str
    status: int
    headers: dict[str, str]
    body: bytes


@dataclass
class Crawl:
    client: TestClient
    received: list[Received] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def start(self, *addresses: str) -> "Crawl":
        waiting = deque(addresses)
        while waiting and len(self.seen) < MOST_PAGES:
            address = waiting.popleft()
            if (
                address in self.seen
                or address.startswith("/static/")
                or address.endswith("/live")
                or "&kind=" in address
            ):
                continue
            answer = self.get(address)
            if "text/html" in answer.headers.get("content-type", ""):
                waiting.extend(links_in(answer.body.decode(), address))
            if "location" in answer.headers:
                waiting.append(_local(urljoin(address, answer.headers["location"])))
        return self

    def get(self, address: str) -> Received:
        self.seen.add(address)
        return self._keep("GET", address)

    def post(self, address: str, **fields: str) -> Received:
        return self._keep("POST", address, fields)

    def _keep(self, method: str, address: str, fields: dict[str, str] | None = None) -> Received:
        answer = self.client.request(method, address, data=fields)
        received = Received(f"{method} {address}", answer.status_code, dict(answer.headers), answer.content)
        self.received.append(received)
        return received


def links_in(html: str, base: str) -> list[str]:
    finder = _Links()
    finder.feed(html)
    return [found for link in finder.found if (found := _local(urljoin(base, link)))]


class _Links(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if value and ((tag, name) in FOLLOWED or name in ANYWHERE):
                self.found.append(value)
        given = dict(attrs)
        if tag == "form" and (given.get("method") or "get").lower() == "get" and given.get("action"):
            self.found.append(str(given["action"]))


def _local(address: str) -> str:
    parts = urlsplit(address)
    if parts.netloc and parts.netloc != "evenkeel.test" or parts.scheme not in ("", "http", "https"):
        return ""
    return (parts.path or "/") + (f"?{parts.query}" if parts.query else "")


ID = re.compile(r"(?<![0-9a-z])[0-9abcdefghjkmnpqrstvwxyz]{16}(?![0-9a-z])")


EXPIRY = re.compile(
    r"expires=[^;]+", re.IGNORECASE
)  # a cookie's end follows the real clock, whatever the product's says


def normalised(received: list[Received]) -> list[str]:
    """What may differ between two runs of the same world is replaced: request ids, and random ids by their order of
    appearance. Nothing else: counts, order, sizes, times and words must be the same."""
    known: dict[str, str] = {}
    written = []
    for one in received:
        headers = {
            name: value for name, value in one.headers.items() if name not in ("x-request-id", "content-length", "etag")
        }
        request_id = one.headers.get("x-request-id", "no such id")
        body = one.body.decode("utf-8", "replace").replace(request_id, "REQUEST")
        headers = {name: EXPIRY.sub("expires=LATER", value) for name, value in headers.items()}
        text = f"{one.request}\n{one.status}\n{sorted(headers.items())}\n{body}"
        written.append(ID.sub(lambda found: known.setdefault(found.group(), f"<id {len(known)}>"), text))
    return written
