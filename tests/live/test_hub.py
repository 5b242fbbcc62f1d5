"""Open pages are told what changed, each only what its viewer may know."""

import re
from dataclasses import replace

import pytest

from app.access.participation import Audience, Participation, Restriction
from app.access.session import ViewerSession, as_system
from app.concerns.raising import raise_concern
from app.concerns.sharing import share, withdraw
from app.escalations.facts import InsideChanged, SeverityChanged
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.live import hub as hubs
from app.live.frames import event
from app.live.hub import Hub, Listener
from app.live.pages import _missed
from app.people.models import Person, SignIn
from app.sign_in import sessions
from app.sign_in.tokens import hashed
from app.timeline.recording import record, signal_person
from tests.loops import run_apart


@pytest.fixture
def listening(engine, people, outage):
    """Listeners of the outage's pages, each with a real sign-in."""

    def listen(nick):
        with as_system(engine) as session:
            token = sessions.start(session, session.get_one(Person, people[nick].id))
            session.commit()
        return Listener(replace(people[nick].viewer, sign_in_hash=hashed(token)), outage.id)

    return listen


def happen(engine, people, outage, fact, audience):
    with ViewerSession(engine, people["ben"].viewer) as session:
        record(session, outage.id, fact, session.get_one(Escalation, outage.id), audience)
        session.commit()


def heard(hub, *listeners):
    """What each of them hears in one look."""
    run_apart(hub._look())
    return ["".join(frame.decode() for frame in _drain(listener) if frame) for listener in listeners]


def _drain(listener):
    frames = []
    while not listener.queue.empty():
        frames.append(listener.queue.get_nowait())
    return frames


@pytest.fixture
def hub(engine):
    return Hub(engine)


RAISED = SeverityChanged(before="high", after="critical")
INSIDE = InsideChanged(what="health", before="steady", after="at_risk")


def test_a_shared_change_is_heard_by_both_sides_each_with_their_own_number(hub, listening, engine, people, outage):
    ben, gus = listening("ben"), listening("gus")
    hub.join(ben)
    hub.join(gus)
    assert heard(hub, ben, gus) == ["", ""]
    happen(engine, people, outage, INSIDE, Audience.internal)
    ours, theirs = heard(hub, ben, gus)
    assert "event: header" in ours and theirs == ""
    happen(engine, people, outage, RAISED, Audience.shared)
    ours, theirs = heard(hub, ben, gus)
    assert "id: 3\n" in ours and "id: 2\n" in theirs


def test_a_revoked_guest_hears_nothing_of_what_comes_after(hub, listening, engine, people, outage):
    gus = listening("gus")
    hub.join(gus)
    heard(hub, gus)
    with as_system(engine) as session:
        place = session.get_one(Participation, (outage.id, people["gus"].id))
        place.ended_at = now()
        session.add(place)
        session.commit()
    happen(engine, people, outage, RAISED, Audience.shared)
    [told] = heard(hub, gus)
    assert "event: ended" in told and "header" not in told


def test_signing_out_ends_the_stream(hub, listening, engine):
    gus = listening("gus")
    hub.join(gus)
    heard(hub, gus)
    with as_system(engine) as session:
        session.get_one(SignIn, gus.viewer.sign_in_hash).ended_at = now()
        session.commit()
    hub._checked = 0.0
    [told] = heard(hub, gus)
    assert "event: ended" in told


def test_own_news_reaches_their_person_only_and_moves_no_escalations_number(hub, listening, engine, people):
    ben, gus = listening("ben"), listening("gus")
    hub.join(ben)
    hub.join(gus)
    heard(hub, ben, gus)
    with as_system(engine) as session:
        signal_person(session, people["gus"].id)
        session.commit()
    assert heard(hub, ben, gus) == ["", "event: inbox\ndata: 1\n\n"]


def test_a_slow_browser_is_asked_to_load_the_page_anew(listening):
    gus = listening("gus")
    for number in range(200):
        gus.tell(event("concerns", number))
    assert b"event: reload\ndata: 1\n\n" in _drain(gus)


def test_a_name_cannot_smuggle_an_event_in():
    assert event("a\n\nevent: x\rdata", 3) == b"id: 3\nevent: aeventxdata\ndata: 1\n\n"


def test_a_stranger_cannot_follow(as_):
    assert as_("eve").get("/escalations/ACME-7K4/live").status_code == 404
    assert as_("").get("/escalations/ACME-7K4/live").status_code == 303


def test_what_happened_between_a_page_and_its_stream_is_told(as_, engine, people, outage):
    """A page says how far its news had come; its stream begins there. Guests count by what they are told alone."""

    def signals_after(nick):
        page = as_(nick).get(outage.url).text
        after = re.search(r'data-live="[^"]+\?after=(\d+)"', page)
        assert after
        return lambda: _missed(engine, Listener(people[nick].viewer, outage.id), after[1])

    ours, theirs = signals_after("ben"), signals_after("gus")
    assert ours() == theirs() == []
    happen(engine, people, outage, INSIDE, Audience.internal)
    assert b"event: header" in b"".join(ours()) and theirs() == []
    happen(engine, people, outage, RAISED, Audience.shared)
    assert b"event: header" in b"".join(theirs())


def test_a_new_page_is_not_told_of_what_was_shared_and_withdrawn_before_it(as_, engine, people, session, outage):
    """Its stream would repeat it at each visit, and count what nobody can read."""
    session.viewer = people["ben"].viewer
    concern = raise_concern(session, outage, "Shared by mistake")
    share(session, outage, concern)
    withdraw(session, outage, concern)
    session.commit()
    after = re.search(r'data-live="[^"]+\?after=(\d+)"', as_("gus").get(outage.url).text)
    assert after and _missed(engine, Listener(people["gus"].viewer, outage.id), after[1]) == []


def test_a_page_that_closes_during_a_look_ends_nothing_for_others(hub, listening, engine, people, outage, monkeypatch):
    ben, gus = listening("ben"), listening("gus")
    hub.join(ben)
    assert heard(hub, ben) == [""]
    beats = hubs.beats

    def while_one_leaves(session, topics):
        hub.leave(ben)
        return beats(session, topics)

    monkeypatch.setattr(hubs, "beats", while_one_leaves)
    happen(engine, people, outage, RAISED, Audience.shared)
    run_apart(hub._look())
    monkeypatch.undo()
    hub.join(gus)
    assert heard(hub, gus) == [""]
    happen(engine, people, outage, RAISED, Audience.shared)
    assert "event: header" in heard(hub, gus)[0]


def test_a_colleague_who_looks_as_a_guest_hears_no_more_than_both_may(hub, listening, engine, people, outage, session):
    """Ben looks as Gus when the escalation is restricted to others: what follows is nothing to him."""
    ben = listening("ben")
    ben.viewer = replace(people["gus"].viewer, sign_in_hash=ben.viewer.sign_in_hash, seen_through=people["sue"].viewer)
    hub.join(ben)
    assert heard(hub, ben) == [""]
    session.add(Restriction(escalation_id=outage.id))
    session.commit()
    happen(engine, people, outage, RAISED, Audience.shared)
    assert "event: header" not in heard(hub, ben)[0]
