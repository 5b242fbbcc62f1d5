"""What other sites can make a visitor's browser do here, and what caches keep of it."""

import pytest

from app.operating.surface import routes_of
from tests.attacks.addresses import ANYTHING, SAFE, fill, params_of
from tests.attacks.state import changed, state_of


@pytest.fixture
def world(same_world):
    return same_world


FOREIGN = [
    {"sec-fetch-site": "cross-site", "origin": "https://evil.example"},
    {"sec-fetch-site": "", "origin": "null"},
]
OTHERS = [
    {"sec-fetch-site": "same-site", "origin": "https://other.evenkeel.test"},
    {"sec-fetch-site": "", "origin": "https://evenkeel.test.evil.example"},
    {"sec-fetch-site": "", "origin": "http://evenkeel.test"},
    {"sec-fetch-site": "", "origin": "https://evenkeel.test:8443"},
    {"sec-fetch-site": "", "origin": "", "referer": "https://evenkeel.test/"},
]


def addresses(world, nick):
    """Every route that is no file, with rows that are there."""
    rows = world.sets["own"] | {"person_id": world.people["g1b"], "held": "x", "token": "x"}
    for route in routes_of(world.site):
        if route.kind == "page" and not route.path.endswith("/live"):
            known = {
                name: rows.get(name, "0123456789abcdef")
                for name in params_of(route)
                if name not in ("key", "number", "name")
            }
            yield route, fill(route.path, known)


def test_no_act_is_taken_from_a_page_that_is_not_ours(world):
    """D72: every unsafe route from another site and from nowhere, as an administrator; nothing is changed."""
    adm = world.browser("adm")
    before, taken, count = state_of(world.engine), [], 0
    for route, address in addresses(world, "adm"):
        if route.method not in SAFE:
            for headers in FOREIGN:
                count += 1
                answer = adm.request(route.method, address, data=ANYTHING, headers=headers)
                if answer.status_code != 403 or "did not come from one of our pages" not in answer.text:
                    taken.append(f"{route.method} {address} {headers}")
    assert taken == [] and count > 100
    assert changed(before, state_of(world.engine)) == set()


@pytest.mark.parametrize("headers", [*FOREIGN, *OTHERS])
def test_nobody_is_signed_in_or_out_from_elsewhere(world, headers):
    """D72: login CSRF, plain text bodies and method overrides."""
    adm = world.browser("adm")
    for body in ({"data": {"email": "s1@tidewater.example", "password": "x"}}, {"content": '{"email": "x"}'}):
        kind = {"content-type": "text/plain"} if "content" in body else {}
        for path in ("/sign-in", "/sign-out", "/sign-in/link", "/link/x"):
            assert adm.post(path, headers=headers | kind, **body).status_code == 403
    assert adm.get("/sign-out", headers={"x-http-method-override": "POST"}).status_code == 404
    assert adm.get("/profile").status_code == 200


@pytest.mark.parametrize("nick", ["s1", "g1"])
def test_looking_changes_nothing(world, nick):
    """D72: every GET and HEAD there is, on rows that are there."""
    browser = world.browser(nick)
    before, broken = state_of(world.engine), []
    for route, address in addresses(world, nick):
        if route.method in ("GET", "HEAD"):
            answer = browser.request(route.method, address)
            if answer.status_code >= 500:
                broken.append(address)
    assert broken == []
    assert changed(before, state_of(world.engine)) == set()


def test_other_sites_learn_nothing_from_trying(world):
    """D82: scripts, pictures, frames and probes on what exists and on what does not get the same refusal."""
    gus, bodies = world.browser("g1"), set()
    for path in ("/escalations/ACME-7K4", "/escalations/GLOB-5Q2", "/search?q=import", "/search?q=nothing", "/nowhere"):
        for mode, dest in (("no-cors", "script"), ("no-cors", "image"), ("cors", "empty"), ("same-origin", "iframe")):
            for site in ("cross-site", "same-site"):
                headers = {"sec-fetch-site": site, "sec-fetch-mode": mode, "sec-fetch-dest": dest}
                answer = gus.get(path, headers=headers)
                bodies.add((answer.status_code, answer.text))
    assert bodies == {(403, "Other sites cannot read from here.\n")}


def test_what_is_received_is_locked_to_its_own_window(world):
    """D82: no frame, no opener, no resource for others, on pages, errors, files and sounds."""
    gus, own = world.browser("g1"), world.sets["own"]
    at = "/escalations/ACME-7K4"
    for path in (at, "/nowhere", f"{at}/files/{own['file_id']}", f"{at}/recordings/{own['recording_id']}/media"):
        headers = gus.get(path).headers
        assert headers["cross-origin-opener-policy"] == headers["cross-origin-resource-policy"] == "same-origin"
        assert headers["x-frame-options"] == "DENY" and "script-src 'unsafe" not in headers["content-security-policy"]
        assert "no-store" in headers["cache-control"] or "private, no-cache" in headers["cache-control"], path


def test_nothing_of_a_signed_in_person_stays_in_caches(world):
    """D83: pages are stored nowhere, htmx keeps no history, and leaving empties what the browser kept."""
    gus = world.browser("g1")
    for route, address in addresses(world, "g1"):
        if route.method == "GET" and route.door == "shared" and "media" not in route.path:
            assert "no-store" in gus.get(address).headers["cache-control"], address
    page = gus.get("/escalations/ACME-7K4").text
    assert 'hx-history="false"' in page or '"historyCacheSize":0' in page.replace("&#34;", '"').replace(" ", "")
    gone = gus.post("/sign-out")
    assert '"cache"' in gone.headers["clear-site-data"]


def test_a_tag_from_another_session_is_no_way_to_anothers_copy(world):
    """D83: a stored copy is revalidated by who asks, and not by what they hold."""
    own, at = world.sets["own"], "/escalations/ACME-7K4"
    path = f"{at}/recordings/{own['recording_id']}/media"
    tag = world.browser("g1").get(path).headers["etag"]
    for nick in ("g3", "xg"):
        assert world.browser(nick).get(path, headers={"if-none-match": tag, "range": "bytes=0-3"}).status_code == 404


def test_no_other_kind_of_connection_is_accepted(world):
    """D37, D39, D40: there are no web sockets, and the gate opens none."""
    assert [route for route in world.site.routes if "websocket" in type(route).__name__.lower()] == []
