"""G13 and G14: the thread with 50 messages in headless Chromium with an empty cache: what it loads; when its largest part is
painted (LCP, in turns with the floor's page), how far things jump (CLS), and how long the browser takes to show that one
posted, answered to a click and filtered a list (INP, as the browser's event timing counts it)."""

from statistics import median

from playwright.sync_api import Browser, Page, Response, sync_playwright

from benchmarks import house
from benchmarks.bench import Bench
from benchmarks.figures import Figure
from tests.chromium import launch

WATCH = """
window.__seen = {lcp: 0, cls: 0, inp: 0};
const watch = (type, note, more) => new PerformanceObserver(list => list.getEntries().forEach(note))
  .observe({type, buffered: true, ...more});
watch('largest-contentful-paint', entry => window.__seen.lcp = entry.startTime);
watch('layout-shift', entry => { if (!entry.hadRecentInput) window.__seen.cls += entry.value; });
watch('event', entry => { if (entry.interactionId) window.__seen.inp = Math.max(window.__seen.inp, entry.duration); },
  {durationThreshold: 16});
"""


def first_load(bench: Bench) -> list[Figure]:
    requests: list[tuple[str, int, str]] = []
    with sync_playwright() as playwright:
        browser = launch(playwright)
        page = _open(browser, bench)
        page.on("requestfinished", lambda request: requests.append(_weighed(request.response())))
        page.goto(bench.site + bench.thread(), wait_until="load")
        page.wait_for_timeout(1000)
        browser.close()
    wire = sum(size for _, size, _ in requests) / 1000
    script = sum(size for kind, size, _ in requests if "javascript" in kind) / 1000
    style = sum(size for kind, size, _ in requests if "css" in kind) / 1000
    fonts = sum("font" in kind for kind, _, _ in requests)
    elsewhere = sum(not url.startswith(bench.site) for _, _, url in requests if url)
    words = (
        f"{len(requests)} requests, {wire:.0f} kB on the wire, scripts {script:.0f} kB, style {style:.0f} kB, "
        f"{fonts} fonts, {elsewhere} from elsewhere"
    )
    met = len(requests) <= 12 and wire <= 100 and script <= 40 and style <= 20 and not fonts and not elsewhere
    wanted = "≤ 12 requests, 100 kB, scripts 40 kB, style 20 kB, no fonts, no other hosts"
    return [bench.figure("G13", "first load of a 50-message thread", wanted, words, met)]


def vitals(bench: Bench) -> list[Figure]:
    paints: dict[str, list[float]] = {"ours": [], "floor": []}
    jumps, interactions = 0.0, {"post": 0.0, "menu": 0.0, "filter": 0.0}
    with sync_playwright() as playwright:
        browser = launch(playwright)
        for _ in range(bench.rounds):
            for who, url in (("floor", f"{bench.floor_site}/cases/1"), ("ours", bench.site + bench.thread())):
                page = _open(browser, bench)
                page.goto(url, wait_until="load")
                page.wait_for_timeout(400)
                seen = page.evaluate("window.__seen")
                paints[who].append(seen["lcp"])
                jumps = max(jumps, seen["cls"]) if who == "ours" else jumps
                page.context.close()
        for name, act in (("post", _post), ("menu", _click), ("filter", _filter)):
            page = _open(browser, bench)
            act(page, bench)
            page.wait_for_timeout(600)
            interactions[name] = page.evaluate("window.__seen")["inp"]
            jumps = max(jumps, page.evaluate("window.__seen")["cls"])
            page.context.close()
        browser.close()
    ours, plain = median(paints["ours"]), median(paints["floor"])
    slowest = max(interactions.values())
    said = ", ".join(f"{name} {f'{value:.0f}' if value else 'under 16'} ms" for name, value in interactions.items())
    return [
        bench.figure("G14", "LCP of the thread", "said: no peer at hand", f"{ours:.0f} ms, floor {plain:.0f} ms", None),
        bench.figure("G14", "CLS, loading and acting", "≤ 0.02", f"{jumps:.3f}", jumps <= 0.02),
        bench.figure("G14", "INP of a post, a menu, a filter", "≤ 100 ms", said, slowest <= 100),
    ]


def _open(browser: Browser, bench: Bench) -> Page:
    context = browser.new_context(viewport={"width": 1280, "height": 900})
    context.add_cookies([{"name": "evenkeel", "value": bench.seed.staff[0], "url": bench.site}])
    context.add_init_script(WATCH)
    return context.new_page()


def _post(page: Page, bench: Bench) -> None:
    page.goto(bench.site + bench.thread(house.POSTED_TO), wait_until="load")
    page.locator("textarea[name=text]").first.click()
    page.keyboard.type("Posted in a browser")
    page.keyboard.press("Control+Enter")


def _click(page: Page, bench: Bench) -> None:
    page.goto(bench.site + bench.thread(), wait_until="load")
    page.locator("main summary:visible, main [popovertarget]:visible, main button:visible").first.click()


def _filter(page: Page, bench: Bench) -> None:
    page.goto(f"{bench.site}/escalations", wait_until="load")
    page.locator("main form input:visible, main form select:visible, main a:visible").first.click()


def _weighed(response: Response | None) -> tuple[str, int, str]:
    if response is None or "event-stream" in response.headers.get("content-type", ""):
        return "", 0, ""
    sizes = response.request.sizes()
    kind = response.headers.get("content-type", "")
    return kind, sizes["responseBodySize"] + sizes["responseHeadersSize"], response.url
