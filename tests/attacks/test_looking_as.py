"""View as customer: a colleague receives what the guest receives, nothing of what is the guest's alone or the colleague may
not see, and changes nothing."""

import re

import pytest

from app.access.participation import Audience, Part, Participation
from app.access.session import as_system
from app.operating.surface import routes_of
from app.people.models import Side
from tests.attacks.addresses import ANYTHING, HERE, NOBODYS, child_params, fill
from tests.attacks.conftest import copied_world
from tests.attacks.furnishing import word_for
from tests.attacks.state import state_of
from tests.worlds.canaries import canaries_in
from tests.worlds.crawling import ID, Crawl

AT = f"/escalations/{HERE}"
SECRET = "ACME-9XX"  # restricted: s0 is not in it


@pytest.fixture(scope="module")
def both(world_template, database_server, tmp_path_factory):
    """All that Gus finds inside his escalation, and the same addresses asked for by a colleague who looks as him."""
    with copied_world(world_template, database_server, tmp_path_factory.mktemp("as")) as world:
        theirs = Crawl(world.browser("g1")).start(AT, f"{AT}/people", "/search?q=import")
        prefix = f"/as/{world.people['g1']}"
        asked = [
            one
            for one in theirs.received
            if re.match(r"GET /(escalations/.+|search)", one.request) and one.status == 200
        ]
        seen = Crawl(world.browser("s1"))
        pairs = [(one, seen.get(prefix + one.request.removeprefix("GET "))) for one in asked]
        yield world, prefix, pairs


def main_of(received, prefix=""):
    """Ids by the order in which they appear: those of acts that may follow are new each time."""
    text, known = received.body.decode("utf-8", "replace"), {}
    found = re.search(r"<main.*</main>", text, re.DOTALL)
    text = (found.group() if found else text).replace(prefix or "nothing", "").replace(" inert", "")
    return ID.sub(lambda one: known.setdefault(one.group(), f"<id {len(known)}>"), text)


def test_a_colleague_who_looks_as_a_guest_receives_byte_for_byte_what_the_guest_does(both):
    """D84"""
    _, prefix, pairs = both
    assert len(pairs) > 25
    for theirs, seen in pairs:
        assert seen.status == theirs.status, theirs.request
        assert main_of(seen, prefix) == main_of(theirs), theirs.request
        assert canaries_in(seen.body) - canaries_in(theirs.body) == set(), theirs.request


def test_no_restricted_escalation_is_reached_through_a_guest_who_is_in_it(world):
    """D85: every address below it, the search, and the stream."""
    gus, outsider, prefix = world.browser("g1"), world.browser("s0"), f"/as/{world.people['g1']}"
    with as_system(world.engine) as session:
        session.add(
            Participation(
                escalation_id=world.ids["E9"],
                person_id=world.people["g1"],
                side=Side.guest,
                part=Part.contact,
                audience=Audience.shared,
            )
        )
        session.commit()
    assert gus.get(f"/escalations/{SECRET}").status_code == 200
    ids = world.sets["E9"]
    for route in routes_of(world.site):
        if "{key}" in route.path and route.method == "GET" and set(child_params(route)) <= set(ids):
            there = fill(route.path, ids).replace(HERE, SECRET)
            assert outsider.get(prefix + there).status_code == 404, there
    found = outsider.get(f"{prefix}/search", params={"q": word_for("E9", "concern")[-8:]})
    assert SECRET not in found.text and canaries_in(found.content) == set()


def test_nobody_acts_through_a_guest(world):
    """D86: every form of an escalation, sent by a colleague who looks as the guest that may send it."""
    ben, prefix, ids = world.browser("s1"), f"/as/{world.people['g1']}", world.sets["own"]
    ben.get(f"{prefix}{AT}")
    before = state_of(world.engine)
    tried = 0
    for route in routes_of(world.site):
        if (
            "{key}" in route.path
            and route.method not in ("GET", "HEAD", "OPTIONS")
            and set(child_params(route)) <= set(ids)
        ):
            answer = ben.request(route.method, prefix + fill(route.path, ids), data=ANYTHING)
            assert answer.status_code in (403, 404), (route.path, answer.status_code)
            tried += 1
    assert tried > 40 and state_of(world.engine) == before


def test_what_is_a_guests_alone_has_no_such_address(world):
    """D87: their news, meetings of their own, profile, palette and drafts."""
    gus, ben, prefix = world.browser("g1"), world.browser("s1"), f"/as/{world.people['g1']}"
    kept = {"place": "concern", "words": '{"text": "CNRY-typed-0b0b0b0b"}'}
    assert gus.post(f"{AT}/drafts", data=kept).status_code == 204
    assert "0b0b0b0b" in gus.get(f"{AT}/drafts?place=concern").text
    assert "0b0b0b0b" not in ben.get(f"{prefix}{AT}/drafts?place=concern").text
    for path in ("/", "/inbox", "/meetings", "/profile", "/profile/tokens", "/palette", "/live", "/search/palette"):
        assert ben.get(f"{prefix}{path}").status_code == 404, path
    for stranger in ("g1b", "g2", "xg", "g3"):
        assert world.browser(stranger).get(f"{prefix}{AT}").status_code in (303, 404)
    assert ben.get(f"/as/{NOBODYS}{AT}").status_code == ben.get(f"/as/{world.people['xg']}{AT}").status_code == 404
