"""What a browser loads the first time it opens a thread of fifty messages."""

from playwright.sync_api import Response, sync_playwright

from benchmarks.figures import Figure
from benchmarks.house import House
from tests.chromium import launch


def first_load(house: House) -> list[Figure]:
    requests: list[tuple[str, int]] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = browser.new_page()
        page.context.add_cookies([{"name": "evenkeel", "value": house.token, "url": house.settings.site}])
        page.on("requestfinished", lambda request: requests.append(_weighed(request.response())))
        page.goto(house.settings.site + house.topic_url, wait_until="load")
        page.wait_for_timeout(1000)
        browser.close()
    wire = sum(size for _, size in requests) / 1000
    script = sum(size for kind, size in requests if "javascript" in kind) / 1000
    style = sum(size for kind, size in requests if "css" in kind) / 1000
    words = f"{len(requests)} requests, {wire:.0f} kB on the wire, scripts {script:.0f} kB, style {style:.0f} kB"
    met = len(requests) <= 12 and wire <= 100 and script <= 40 and style <= 20
    return [
        Figure(
            "G13", "first load of a 50-message thread", "≤ 12 requests, 100 kB, scripts 40 kB, style 20 kB", words, met
        )
    ]


def _weighed(response: Response | None) -> tuple[str, int]:
    if response is None or "event-stream" in response.headers.get("content-type", ""):
        return "", 0
    sizes = response.request.sizes()
    return response.headers.get("content-type", ""), sizes["responseBodySize"] + sizes["responseHeadersSize"]
