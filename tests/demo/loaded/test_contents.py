"""What the demo holds for whoever loads it, and that nothing of it leaves the house."""

from datetime import timedelta

import pytest
from sqlmodel import col, func, select

from app.access.participation import Audience
from app.access.session import ViewerSession, as_system
from app.action_items.models import ActionItem
from app.concerns.models import Concern
from app.concerns.owning import name_owner
from app.demo.loading import load_demo
from app.demo.marking import marked
from app.discussion.models import HeldMessage, Message
from app.escalations.participants.listing import participants
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.meetings.models import Decision, Meeting, MeetingState
from app.notifications.models import Notification
from app.notifications.spreading import spread_news
from app.outbox.models import Letter, LetterState
from app.outbox.sending import send_due
from app.overview.desk import desk_of
from app.people.models import Account, Password, SignIn
from app.recordings.models import Recording, RecordingState, TranscriptLine
from app.recordings.storing import storage_of
from app.timeline.models import Errand, TimelineEntry


def test_it_holds_a_living_escalation(session, demo, settings):
    inside = {
        table: session.exec(select(table).where(table.escalation_id == demo.id)).all()
        for table in (Concern, Message, Meeting, ActionItem, Decision, Recording, TranscriptLine)
    }
    assert len(inside[Concern]) >= 4 and len(inside[Decision]) >= 3
    assert {message.audience for message in inside[Message]} == set(Audience)
    assert {one.title for one in inside[Meeting] if one.state is MeetingState.ended} == {"Call 1", "Call 2"}
    assert any(meeting.is_shared and meeting.starts_at > now() for meeting in inside[Meeting])
    assert any(action.is_overdue("Europe/Berlin") for action in inside[ActionItem])
    [recording] = inside[Recording]
    assert recording.state is RecordingState.ready and recording.is_shared
    assert storage_of(settings).size(recording.storage_key) == recording.size < 600_000
    assert "duplicate invoices" in min(inside[TranscriptLine], key=lambda line: line.number).text
    assert demo.next_update_due_at > now() + timedelta(hours=1)


def test_the_desk_of_whoever_loads_it_shows_what_is_late_due_met_and_unread(engine, demo, people):
    with ViewerSession(engine, people["adm"].viewer) as session:
        desk = desk_of(session)
    assert desk.late and desk.meetings and desk.unread and desk.decisions
    assert any(getattr(one, "customer", "") == "Halden" for one in [*desk.today, *desk.week])


def test_its_guests_have_been_here_and_nobody_is_signed_in_as_them(engine, session, demo, people):
    with ViewerSession(engine, people["adm"].viewer) as looking:
        guests = [one for one in participants(looking, demo) if one.is_guest]
        assert len(guests) == 2 and all(one.has_been_here for one in guests)
    ids = [one.person_id for one in guests]
    assert all(one.ended_at for one in session.exec(select(SignIn).where(col(SignIn.person_id).in_(ids))))


def test_nothing_of_it_waits_for_a_worker(session, demo):
    entries = select(TimelineEntry.id).where(TimelineEntry.escalation_id == demo.id)
    assert session.exec(select(func.count()).select_from(Errand).where(col(Errand.entry_id).in_(entries))).one() == 0
    assert session.exec(select(func.count()).select_from(HeldMessage)).one() == 0


def test_its_people_have_no_password(session, demo):
    ids = marked(session, "person")
    assert len(ids) == 5
    assert session.exec(select(Password).where(col(Password.person_id).in_(ids))).all() == []


def test_no_letter_leaves_because_of_it(engine, settings, demo, mailbox):
    """Not to its people, even when somebody presses “send again”; and not about it to anybody."""
    settings = settings.model_copy(update={"smtp_url": mailbox.url})
    with as_system(engine) as house:
        addresses = house.exec(select(Account.email).where(col(Account.person_id).in_(marked(house, "person")))).all()
        of_it = select(Letter).where(col(Letter.about).contains(demo.id))
        assert {letter.state for letter in house.exec(of_it)} == {LetterState.suppressed}
        for letter in house.exec(of_it.where(col(Letter.recipient_id).in_(marked(house, "person")))):
            letter.state, letter.due_at = LetterState.waiting, now()
            house.add(letter)
        house.commit()
        assert send_due(house, settings, now()) > 0
        house.commit()
    assert all(mailbox.to(address) == [] for address in addresses)


def test_news_of_a_demo_reaches_the_inbox_alone(engine, settings, demo, people):
    with as_system(engine) as house:
        house.viewer = people["ben"].viewer
        concern = house.exec(
            select(Concern).where(Concern.escalation_id == demo.id, Concern.audience == "shared")
        ).first()
        name_owner(house, house.merge(demo), concern, people["adm"].id)
        house.commit()
    with as_system(engine) as house:
        spread_news(house, settings, now())
        house.commit()
        told = house.exec(
            select(Notification).where(
                Notification.escalation_id == demo.id, Notification.person_id == people["adm"].id
            )
        ).all()
        assert told and all(news.letter_id is None for news in told)


def test_a_second_one_is_refused_with_a_sentence(engine, settings, people, demo):
    with as_system(engine) as session, pytest.raises(Refused, match="loaded already"):
        load_demo(session, settings, people["adm"].id)
