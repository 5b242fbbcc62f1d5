"""One layer of the house broken at a time. Each test passes because the checks of this folder see the breakage."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from fastapi.routing import APIRoute
from sqlalchemy import bindparam
from sqlmodel import select

from app import mounted
from app.access import limiting, policy
from app.access.doors import SharedPages
from app.access.gate import Gate
from app.access.participation import Audience
from app.access.session import ViewerSession
from app.concerns import raising
from app.discussion import doors as discussion
from app.discussion.models import Topic
from app.escalations.doors import newest_for
from app.escalations.models import Escalation
from app.escalations.vitals import pages as vitals
from app.foundation.rendering import templates
from app.live.hub import Hub
from app.main import build_site
from app.operating.surface import routes_of
from app.timeline.recording import record
from tests.attacks.addresses import HERE, with_children
from tests.attacks.browsing import harm_in
from tests.attacks.test_ids import told_apart
from tests.attacks.test_letters_and_streams import heard, listen
from tests.attacks.test_what_is_received import not_theirs, words_of
from tests.worlds.canaries import canaries_in

TESTS = Path(__file__).parents[1]
ROOMS = ["", "/concerns", "/actions", "/discussion", "/meetings", "/recordings", "/people", "/timeline"]


@pytest.fixture
def built_anew(monkeypatch) -> Iterator[None]:
    """Limits are built once for each kind of viewer and kept: a rule that is broken on purpose has to be built again."""
    limits = limiting._criteria

    def forget() -> None:
        limits.cache_clear()
        limiting._forms.clear()

    forget()
    yield
    monkeypatch.undo()
    forget()


def found_by_gus(world):
    """The canaries that are not his, on the pages of his escalation and of a foreign one."""
    gus, found = world.browser("g1"), set()
    for key in (HERE, "GLOB-5Q2"):
        for room in ROOMS:
            found |= canaries_in(gus.get(f"/escalations/{key}{room}").content)
    return found & not_theirs(world)


def test_without_any_limit_on_sessions_the_search_for_canaries_finds_them(world, built_anew, monkeypatch):
    assert found_by_gus(world) == set()
    limiting._forms.clear()
    monkeypatch.setattr(limiting, "_criteria", lambda *_: None)
    found = found_by_gus(world)
    assert found & words_of("internal") and found & words_of("E3")


def test_without_the_half_about_audiences_it_finds_what_is_ours(world, built_anew, monkeypatch):
    """And nothing of other escalations: the other half holds alone."""

    def only_the_escalation(table, answer, viewer):
        inside = policy._escalation_of(table)
        return [] if inside is None else [inside.in_(policy.escalations_of(viewer))]

    monkeypatch.setattr(policy, "_for_guest", only_the_escalation)
    found = found_by_gus(world)
    assert found & words_of("internal") and not found & (words_of("E3") | words_of("E2"))


def test_without_the_half_about_escalations_it_finds_what_is_foreign(world, built_anew, monkeypatch):
    """And nothing internal: the other half holds alone."""
    monkeypatch.setattr(policy, "_escalation_of", lambda _: None)
    found = found_by_gus(world)
    assert found & words_of("E3") and not found & words_of("internal")


def test_a_child_looked_up_by_its_id_alone_is_noticed(world, monkeypatch):
    def by_id_alone(for_guest):
        both = select(Escalation, newest_for(for_guest), Topic).join(Topic, Topic.id == bindparam("topic_id"))
        return both.where(Escalation.key == bindparam("key"))

    topics = [route for route in with_children(world) if route.path.endswith("/discussion/{topic_id}")]
    sue = world.browser("s0")
    assert told_apart(world, sue, topics, ["E3"]) == []
    monkeypatch.setattr(discussion, "_in_topic", by_id_alone)
    assert told_apart(world, sue, topics, ["E3"]) != []


def test_a_page_without_a_door_is_reported(world):
    assert [route.path for route in routes_of(world.site) if not route.door] == []
    world.site.add_api_route("/forgotten", lambda: "here", methods=["GET"])
    assert [route.path for route in routes_of(world.site) if not route.door] == ["/forgotten"]


def test_a_staff_page_that_opens_to_guests_is_not_in_the_file_of_their_pages(settings, engine, monkeypatch):
    def unlisted():
        reachable = {
            f"{route.method} {route.path}"
            for route in routes_of(build_site(settings, engine))
            if route.door == "shared" and "/vitals" in route.path
        }
        return reachable - set((TESTS / "guest_surface.txt").read_text().split("\n"))

    assert unlisted() == set()
    turned = SharedPages()
    for route in vitals.staff.routes:
        assert isinstance(route, APIRoute)
        turned.add_api_route(route.path, route.endpoint, methods=route.methods)
    others = [router for router in mounted.routers() if router is not vitals.staff]
    monkeypatch.setattr(mounted, "routers", lambda: [*others, turned])
    assert unlisted() == {"GET /escalations/{key}/vitals"}


def test_an_internal_fact_told_to_everybody_is_heard(world, monkeypatch):
    def to_everybody(session, escalation_id, fact, subject, *_, **__):
        return record(session, escalation_id, fact, subject, Audience.shared)

    hub, gus = Hub(world.engine), listen(world, "g1")
    hub.join(gus)
    heard(hub, gus)
    timeline = world.browser("g1").get(f"/escalations/{HERE}/timeline").text.count("<time")

    def raise_one():
        with ViewerSession(world.engine, world.viewer("s1")) as session:
            raising.raise_concern(session, session.get_one(Escalation, world.ids["E1"]), "A worry of ours")
            session.commit()

    raise_one()
    assert heard(hub, gus) == b""
    monkeypatch.setattr(raising, "record", to_everybody)
    raise_one()
    assert b"event: concerns" in heard(hub, gus)
    assert world.browser("g1").get(f"/escalations/{HERE}/timeline").text.count("<time") > timeline


def test_a_page_that_escapes_nothing_is_seen_to_be_harmful(world, monkeypatch):
    ada, at = world.browser("s1"), f"/escalations/{HERE}"
    assert ada.post(f"{at}/concerns", data={"words": "<img src=x onerror=alert(1)>"}).status_code == 303
    assert harm_in(ada.get(f"{at}/concerns?order=ours").text) == []
    monkeypatch.setattr("app.access.pages.templates", templates.overlay(autoescape=False))
    assert harm_in(ada.get(f"{at}/concerns?order=ours").text) != []


def test_an_open_gate_lets_a_foreign_page_act(world, monkeypatch):
    gus, foreign = world.browser("g1"), {"sec-fetch-site": "cross-site"}
    assert gus.post(f"/escalations/{HERE}/mute", headers=foreign).status_code == 403
    monkeypatch.setattr(Gate, "_is_from_us", lambda *_: True)
    assert gus.post(f"/escalations/{HERE}/mute", headers=foreign).status_code == 303


def test_a_door_that_lets_guests_in_is_noticed_by_what_they_find(world, monkeypatch):
    """The session is behind the door: even then nothing internal is in what they get."""
    monkeypatch.setattr(type(world.viewer("g1")), "is_staff", property(lambda self: not self.is_system))
    gus = world.browser("g1")
    answer = gus.get(f"/escalations/{HERE}/vitals")
    assert answer.status_code == 200
    assert canaries_in(answer.content) & not_theirs(world) == set()
