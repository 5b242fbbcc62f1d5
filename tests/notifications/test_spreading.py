"""Whoever is concerned is told in the inbox and by one letter, and nobody else."""

import pytest
from sqlmodel import select

from app.access.session import ViewerSession, as_system
from app.action_items.adding import add_action
from app.concerns.raising import raise_concern as raise_concern_by_verb
from app.escalations.models import Escalation, Mute
from app.foundation import clock
from app.foundation.clock import now, today
from app.notifications import pages, recipients  # noqa: F401  registers how letters are worded
from app.notifications.models import Notification
from app.notifications.recipients import TELLS
from app.notifications.spreading import spread_news
from app.outbox.sending import send_due
from app.people.models import Account
from app.timeline.facts import KINDS
from tests.mailbox import words_of


@pytest.fixture
def told(engine, settings, mailbox):
    """Lets the clocks go on: news are spread, and a while later letters are sent."""
    settings = settings.model_copy(update={"smtp_url": mailbox.url})

    def go_on(later="+1m"):
        with as_system(engine) as session:
            spread_news(session, settings, now())
            session.commit()
        clock.set_clock(later)
        with as_system(engine) as session:
            send_due(session, settings, now())
            session.commit()

    go_on("")
    mailbox.letters.clear()
    mailbox.recipients.clear()
    return go_on


@pytest.fixture
def raise_concern(engine, people, outage):
    def by(nick, words):
        with ViewerSession(engine, people[nick].viewer) as session:
            concern = raise_concern_by_verb(session, session.get_one(Escalation, outage.id), words)
            session.commit()
            return concern

    return by


def unread_of(engine, person):
    with ViewerSession(engine, person.viewer) as session:
        return len(session.exec(select(Notification)).all())


def test_a_guests_concern_reaches_the_team_by_one_letter_each_and_no_other_guest(told, raise_concern, people, mailbox):
    raise_concern("gus", "When is it fixed?")
    raise_concern("gus", "And why did it happen?")
    told()
    [letter] = mailbox.to(people["ben"].email)
    assert "When is it fixed?" in words_of(letter) and "And why did it happen?" in words_of(letter)
    assert len(mailbox.to(people["ada"].email)) == 1
    assert mailbox.to(people["gus"].email) == mailbox.to(people["gil"].email) == mailbox.to(people["sue"].email) == []


def test_nothing_internal_is_told_to_a_guest_even_when_a_rule_would_name_them(
    told, engine, people, outage, mailbox, monkeypatch
):
    monkeypatch.setitem(recipients.TELLS, "concern_raised", recipients.Telling(recipients.everybody))
    with ViewerSession(engine, people["ben"].viewer) as session:
        raise_concern_by_verb(session, session.get_one(Escalation, outage.id), "They might churn")
        session.commit()
    told()
    assert mailbox.to(people["gus"].email) == [] and unread_of(engine, people["gus"]) == 0
    assert "They might churn" in words_of(mailbox.to(people["ada"].email)[0])


def test_whoever_read_it_in_time_gets_no_letter(told, raise_concern, as_, people, mailbox, engine, settings):
    raise_concern("gus", "When is it fixed?")
    with as_system(engine) as session:
        spread_news(session, settings, now())
        session.commit()
    ben = as_("ben")
    inbox = ben.get("/inbox").text
    assert "When is it fixed?" in inbox and inbox.count("<h1") == 1
    assert ben.post("/inbox/reading").status_code == 303
    told()
    assert mailbox.to(people["ben"].email) == [] and len(mailbox.to(people["ada"].email)) == 1


def test_a_muted_escalation_sends_no_mail_but_keeps_the_inbox(
    told, raise_concern, session, people, outage, mailbox, engine
):
    session.add(Mute(escalation_id=outage.id, person_id=people["ben"].id))
    session.commit()
    raise_concern("gus", "When is it fixed?")
    told()
    assert mailbox.to(people["ben"].email) == [] and unread_of(engine, people["ben"]) >= 1


def test_somebody_who_left_before_the_letter_did_gets_none(
    told, raise_concern, session, people, mailbox, engine, settings, outage
):
    concern = raise_concern("gus", "Who pays?")
    with as_system(engine) as own:
        spread_news(own, settings, now())
        own.commit()
    session.get_one(Account, people["ben"].id).deactivated_at = now()
    session.commit()
    told()
    assert concern.is_shared and mailbox.to(people["ben"].email) == [] and mailbox.to(people["ada"].email) != []


def test_nobody_opens_somebody_elses_news(told, raise_concern, session, as_, people):
    raise_concern("gus", "When is it fixed?")
    told()
    [note] = session.exec(select(Notification).where(Notification.person_id == people["ben"].id)).all()[:1]
    session.commit()
    assert as_("gus").post(f"/inbox/{note.id}/opening").status_code == 404
    assert as_("ada").post(f"/inbox/{note.id}/opening").status_code == 404
    assert as_("ben").post(f"/inbox/{note.id}/opening").status_code == 303


def test_every_kind_that_tells_somebody_exists():
    assert set(TELLS) - set(KINDS) == set()


def test_whoever_is_asked_reads_you_and_others_their_name(told, as_, people, mailbox, engine, outage):
    with ViewerSession(engine, people["ada"].viewer) as session:
        mine = session.get_one(Escalation, outage.id)
        add_action(session, mine, title="Read the log", owner_id=people["ben"].id, due_on=today("UTC"))
        session.commit()
    told()
    assert "asked you for “Read the log”" in as_("ben").get("/inbox").text
    assert "asked you for “Read the log”" in words_of(mailbox.to(people["ben"].email)[0])
    assert "Ben Okafor for “" in as_("ben").get(f"{outage.url}/timeline").text
