"""What leaves by itself: letters and signals, to whom, and what is in them."""

import pytest
from sqlmodel import col, select

from app.access.participation import Audience
from app.access.session import ViewerSession, as_system
from app.concerns.models import Concern
from app.concerns.sharing import share, withdraw
from app.discussion.models import Message
from app.discussion.posting import announce
from app.escalations.models import CustomerState, Escalation
from app.escalations.participants.inviting import revoke
from app.escalations.vitals.changing import say_where_it_stands
from app.foundation.clock import now
from app.live.frames import event
from app.live.hub import Hub, Listener
from app.live.looking import missed
from app.notifications.models import Notification
from app.notifications.spreading import spread_news
from app.outbox.models import Letter, LetterState
from app.outbox.sending import send_due
from app.people.models import Account, Person, SignIn
from app.sign_in import sessions
from app.sign_in.joining import deactivate
from app.sign_in.tokens import hashed
from app.timeline.facts import KINDS
from app.timeline.models import TimelineEntry
from app.timeline.recording import record
from tests.attacks.addresses import HERE
from tests.attacks.test_what_is_received import not_theirs
from tests.loops import run_apart
from tests.worlds.canaries import canaries_in

GUESTS = ["g1", "g1b"]


@pytest.fixture
def spread(world, mailbox):
    """Everything that was recorded is told, and what is told by mail is sent."""
    settings = world.settings.model_copy(update={"smtp_url": mailbox.url})

    def go_on(*, send=True):
        with as_system(world.engine) as session:
            while spread_news(session, settings, now()):
                session.commit()
            session.commit()
        if send:
            with as_system(world.engine) as session:
                while send_due(session, settings, now() + sessions.GUEST_IDLE):
                    session.commit()

    return go_on


def parts_of(letter):
    """Every part of a letter as its reader's program decodes it, headers and files included."""
    yield str(letter).encode()
    for part in letter.walk():
        yield str(part.items()).encode()
        if not part.is_multipart():
            yield part.get_payload(decode=True)


def letters_of(world, mailbox, nick):
    """By person: one mailbox may be two people, who are told different things."""
    with as_system(world.engine) as session:
        ids = session.exec(select(Letter.id).where(Letter.recipient_id == world.people[nick])).all()
    return [letter for letter in mailbox.letters if any(id_ in letter["Message-ID"] for id_ in ids)]


def test_letters_to_guests_hold_what_guests_may_read(world, spread, mailbox):
    """D17, D19, D25: every kind there is, each part of it, after internal, held, file-only and shared acts."""
    with ViewerSession(world.engine, world.viewer("s1")) as session:
        for at, audience in (("internal", Audience.internal), ("own", Audience.shared), ("own", Audience.internal)):
            message = session.get_one(Message, world.sets[at]["message_id"])
            if audience is Audience.internal and at == "own":
                message = Message(
                    escalation_id=world.ids["E1"],
                    topic_id=message.topic_id,
                    author_id=world.people["s1"],
                    text="CNRY-late-0b0b0b0b @gus.meyer",
                    sent_at=now(),
                )
                session.add(message)
                session.flush()
            announce(session, message)
        session.commit()
    spread()
    forbidden = not_theirs(world) | {"CNRY-late-0b0b0b0b"}
    with as_system(world.engine) as session:
        addresses = {email for email in session.exec(select(Account.email)) if not email.startswith(("g1@", "g1b@"))}
    for nick in GUESTS:
        letters = letters_of(world, mailbox, nick)
        assert len(letters) >= 2, nick
        for letter in letters:
            received = b"\n".join(part for part in parts_of(letter) if part)
            assert canaries_in(received) & forbidden == set(), letter["Subject"]
            assert {word for word in addresses | {"Nils Silent"} if word.encode() in received} == set()
    for_us = b"\n".join(part for letter in mailbox.to(world.email("s1")) for part in parts_of(letter) if part)
    assert canaries_in(for_us) & forbidden, "what guests are not told, somebody is"


def test_no_letter_leaves_to_whom_lost_access_while_it_waited(world, spread, mailbox):
    """D49: queued news, repeated tries and gathered words; after the revocation not one of them."""
    with ViewerSession(world.engine, world.viewer("s1")) as session:
        escalation = session.get_one(Escalation, world.ids["E1"])
        say_where_it_stands(session, escalation, CustomerState.cause_found, "We know why since this morning.")
        session.commit()
    spread(send=False)
    with as_system(world.engine) as session:
        waiting = select(Letter).where(Letter.recipient_id == world.people["g1"], Letter.state == LetterState.waiting)
        queued = session.exec(waiting).all()
        assert queued
        queued[0].tries = 3
        session.add(queued[0])
        revoke(session, session.get_one(Escalation, world.ids["E1"]), world.people["g1"])
        session.commit()
    spread()
    assert letters_of(world, mailbox, "g1") == []
    with as_system(world.engine) as session:
        left = session.exec(select(Letter.state).where(col(Letter.id).in_([letter.id for letter in queued]))).all()
    assert set(left) == {LetterState.suppressed}
    assert mailbox.to("g1b@acme.example") != []


def listen(world, nick, escalation="E1"):
    with as_system(world.engine) as session:
        token = sessions.start(session, session.get_one(Person, world.people[nick]))
        session.commit()
    viewer = world.viewer(nick)
    return Listener(type(viewer)(**{**viewer.__dict__, "sign_in_hash": hashed(token)}), world.ids[escalation])


def heard(hub, listener):
    run_apart(hub._look())
    frames = b""
    while not listener.queue.empty():
        frames += listener.queue.get_nowait() or b"<end>"
    return frames


@pytest.mark.parametrize("elsewhere", [False, True])
def test_every_fact_that_is_ours_is_silent_for_guests(world, elsewhere):
    """D18, D33, D36, D38: each kind of fact there is, recorded inside or in another escalation."""
    hub, gus, ada = Hub(world.engine), listen(world, "g1"), listen(world, "s1", "E3" if elsewhere else "E1")
    hub.join(gus)
    hub.join(ada)
    assert heard(hub, gus) == b""
    for kind in KINDS.values():
        with ViewerSession(world.engine, world.viewer("s1")) as session:
            escalation = session.get_one(Escalation, world.ids["E3" if elsewhere else "E1"])
            audience = Audience.shared if elsewhere else Audience.internal
            record(session, escalation.id, kind.model_construct(), escalation, audience)
            session.commit()
        assert heard(hub, gus) == b"", kind
    assert len(KINDS) > 30
    frames = b"".join(ada.queue.get_nowait() or b"" for _ in range(ada.queue.qsize()))
    assert b"event: " in frames


def test_a_signal_is_a_name_and_a_number(world):
    """D33, D36, D41: no words, ids, names or recipients travel, whatever the panel was called."""
    hub, gus = Hub(world.engine), listen(world, "g1")
    hub.join(gus)
    heard(hub, gus)
    with ViewerSession(world.engine, world.viewer("s1")) as session:
        escalation = session.get_one(Escalation, world.ids["E1"])
        say_where_it_stands(session, escalation, CustomerState.cause_found, "Words\n\nevent: x\ndata: y")
        session.commit()
    frames = heard(hub, gus).decode()
    assert frames and all(
        line.split(": ")[0] in ("id", "event", "data", "") and len(line) < 30 for line in frames.splitlines()
    )
    for name in ("a\n\nevent: x\ndata:", "a\r\nb", "a\u2028b", "a\x00b"):
        assert event(name, 1).count(b"\n\n") == 1 and event(name, 1).count(b"event:") == 1


def test_what_is_withdrawn_leaves_open_pages_without_a_word(world):
    """D33, D34: the panel's name and the next number; whoever was away is told the same, strangers are not."""
    hub, gus = Hub(world.engine), listen(world, "g1")
    hub.join(gus)
    heard(hub, gus)
    with ViewerSession(world.engine, world.viewer("s1")) as session:
        escalation = session.get_one(Escalation, world.ids["E1"])
        concern = session.get_one(Concern, world.sets["own"]["concern_id"])
        before = missed(session, world.viewer("g1"), escalation.id, 0)[0]
        withdraw(session, escalation, concern)
        session.commit()
    frames = heard(hub, gus).decode()
    assert frames == f"id: {before + 1}\nevent: concerns\ndata: 1\n\n"
    with world.looking("g1") as session:
        assert missed(session, world.viewer("g1"), escalation.id, before) == (before + 1, frozenset({"concerns"}))
        assert missed(session, world.viewer("g1"), world.ids["E3"], 0) == (0, frozenset())
        kinds = select(TimelineEntry.kind).where(TimelineEntry.subject_id == concern.id)
        assert session.exec(kinds).all() == []
    with ViewerSession(world.engine, world.viewer("s1")) as session:
        share(session, session.get_one(Escalation, world.ids["E1"]), session.get_one(Concern, concern.id))
        session.commit()
    with world.looking("g1") as session:
        assert "concern_withdrawn" not in session.exec(kinds).all(), "not even when it is shared once more"


def test_coming_back_tells_a_guest_no_more_than_staying(world):
    """D34: a number from before, from the future or somebody else's says nothing of what is ours."""
    with ViewerSession(world.engine, world.viewer("s1")) as session:
        escalation = session.get_one(Escalation, world.ids["E1"])
        last = missed(session, world.viewer("g1"), escalation.id, 0)[0]
        for kind in list(KINDS.values())[:10]:
            record(session, escalation.id, kind.model_construct(), escalation, Audience.internal)
        session.commit()
    with world.looking("g1") as session:
        assert missed(session, world.viewer("g1"), world.ids["E1"], last) == (last, frozenset())
        assert missed(session, world.viewer("g1"), world.ids["E3"], 0) == (0, frozenset())


@pytest.mark.parametrize("number", ["0", "99999999999999999999", "x", "-1"])
def test_nobody_comes_back_to_a_stream_that_is_not_theirs(world, number):
    """D34: by address, by number, as a stranger, as a former guest and as nobody."""
    for key in (HERE, "GLOB-ZZZ"):
        for nick in ("xg", "g3"):
            answer = world.browser(nick).get(f"/escalations/{key}/live", headers={"last-event-id": number})
            assert answer.status_code == 404
        assert world.nobody().get(f"/escalations/{key}/live", headers={"last-event-id": number}).status_code == 303


def revoked(session, world):
    revoke(session, session.get_one(Escalation, world.ids["E1"]), world.people["g1"])


def deactivated(session, world):
    deactivate(session, session.get_one(Account, world.people["g1"]))


def signed_out(session, world):
    for sign_in in session.exec(select(SignIn).where(SignIn.person_id == world.people["g1"])):
        sign_in.ended_at = now()
        session.add(sign_in)


@pytest.mark.parametrize("how", [revoked, deactivated, signed_out])
def test_an_open_stream_ends_with_the_right_to_it(world, how):
    """D34, D35: at the next look, and not one signal of what came after."""
    hub, gus = Hub(world.engine), listen(world, "g1")
    hub.join(gus)
    heard(hub, gus)
    with as_system(world.engine) as session:
        how(session, world)
        session.commit()
    with ViewerSession(world.engine, world.viewer("s1")) as session:
        escalation = session.get_one(Escalation, world.ids["E1"])
        say_where_it_stands(session, escalation, CustomerState.cause_found, "After they left.")
        session.commit()
    assert heard(hub, gus) == b"event: ended\ndata: 1\n\n<end>"
    assert heard(hub, gus) == b""


def test_news_of_others_cannot_be_opened(world, spread):
    """D11: every notification there is, as everybody it does not belong to."""
    spread(send=False)
    with as_system(world.engine) as session:
        news = {person: id_ for id_, person in session.exec(select(Notification.id, Notification.person_id))}
    assert len(news) >= 3
    for nick in ("g1", "s0"):
        for person, id_ in news.items():
            if person != world.people[nick]:
                assert world.browser(nick).post(f"/inbox/{id_}/opening").status_code == 404


def test_a_calendar_file_has_no_line_of_somebodys_own(world):
    """D74: line breaks and calendar words in a title, a place and the items stay within their value; lines are folded."""
    evil = "Call\r\nATTENDEE:mailto:evil@evil.example\nX-EVIL:1\u2028BEGIN:VALARM;,\\n" + "long " * 20
    ada, at = world.browser("s1"), f"/escalations/{HERE}/meetings"
    fields = {"title": evil, "place": evil[:190], "starts_at": "2026-04-09T10:00", "minutes": "30"}
    meeting = ada.post(at, data=fields).headers["location"]
    assert ada.post(f"{meeting}/items", data={"title": evil}).status_code == 303
    written = ada.get(f"{meeting}/invitation.ics").content
    lines = written.split(b"\r\n")
    assert all(len(line) <= 75 and b"\n" not in line and b"\r" not in line for line in lines)
    unfolded = written.replace(b"\r\n ", b"").decode().split("\r\n")
    assert [line for line in unfolded if line.startswith(("ATTENDEE", "X-EVIL", "BEGIN:VALARM"))] == []
    assert any("evil@evil.example" in line for line in unfolded)
