"""Removing the demo leaves the house as it was before it was loaded, and takes nothing of anybody else's."""

from datetime import timedelta

from sqlmodel import SQLModel, select

from app.access.participation import Audience, Part
from app.access.session import ViewerSession, as_system
from app.api.models import KeptAnswer
from app.demo.loading import load_demo
from app.demo.marking import marked, the_demo
from app.demo.removing import what_goes
from app.demo.rows import _own, _pointers
from app.discussion.models import Topic
from app.discussion.posting import post
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation, Severity
from app.escalations.opening import open_escalation
from app.escalations.participants.joining import add_colleague as join
from app.foundation.clock import now
from app.notifications.models import Notification
from app.outbox.models import Letter
from app.people.models import Account, Customer, Person
from app.recordings.models import Upload
from app.recordings.storing import media_key, storage_of
from app.sign_in import sessions
from app.sign_in.personal_tokens.models import PersonalToken, Scope
from app.timeline.models import TimelineEntry


def test_what_real_people_wrote_in_it_goes_too_and_is_said_before(engine, people, count, demo, demo_people, remove):
    """A colleague's words, a sign-in of a guest who was shown to somebody."""
    with ViewerSession(engine, people["ben"].viewer) as session:
        topic_id, _ = start_topic(
            session, session.get_one(Escalation, demo.id), "Ours", Audience.internal, Words("One")
        )
        post(session, session.get_one(Topic, topic_id), Words("Two"), Audience.internal)
        session.commit()
    with as_system(engine) as session:
        sessions.start(session, session.get_one(Person, demo_people["Mark"].person_id))
        session.commit()
        goes = what_goes(session)
        session.commit()
    assert (goes.by_others, goes.recordings, goes.files, goes.staying) == (2, 1, 1, [])
    assert goes.people == ["Daniel Okafor", "Graham Pike", "Mark Ellison", "Priya Raman", "Tomás Vidal"]
    remove()
    assert count()["topic"] == count()["message"] == count()["sign_in"] == 0


def test_what_programs_of_its_people_asked_goes_with_their_tokens(engine, demo_people, count, demo, remove):
    token = PersonalToken(
        token_hash="0" * 64,
        beginning="evk_",
        person_id=demo_people["Priya"].person_id,
        name="A script",
        scope=Scope.write,
        expires_at=now() + timedelta(days=1),
    )
    with as_system(engine) as session:
        session.add(token)
        session.flush()
        session.add(KeptAnswer(token_id=token.id, key="once", asked="hash", status=201, body="{}"))
        session.commit()
    remove()
    assert count()["personal_token"] == count()["kept_answer"] == 0


def test_every_row_that_points_to_one_that_goes_is_looked_for():
    """Two steps from what is somebody's own or inside an escalation, nothing may hang: nobody would find it."""
    inside, own = {table for table in tables() if "escalation_id" in table.c}, {table for table, _ in _own()}
    gone = inside | own
    hanging = {column.table for table in gone for column in pointers_to(table)} - gone
    assert {table.name for table in hanging} >= {"errand", "kept_answer"}
    assert [str(column) for table in hanging for column in pointers_to(table)] == []
    forgetting = [column for table in own for column in pointers_to(table) if column.table in inside]
    assert [str(column) for column in forgetting if not column.nullable] == []


def tables():
    return SQLModel.metadata.sorted_tables


def pointers_to(gone):
    return [column for table in tables() for column, named in _pointers(table) if named.table is gone]


def test_an_upload_that_was_whole_and_not_noted_goes_too(engine, settings, demo, demo_people, remove):
    store = storage_of(settings)
    with as_system(engine) as session:
        upload = Upload(
            escalation_id=demo.id,
            person_id=demo_people["Priya"].person_id,
            name="call.flac",
            size=4,
            details="",
            expires_at=now() + timedelta(days=1),
        )
        session.add(upload)
        session.commit()
        key = media_key(upload.id)
    whole = settings.data_dir / "whole"
    whole.write_bytes(b"fLaC")
    store.put_file(whole, key)
    remove()
    assert not store.exists(key)


def test_whom_something_outside_of_it_names_stays_as_a_name(
    engine, people, demo, demo_people, outage, remove, settings
):
    """And the demo can be loaded again."""
    with as_system(engine) as session:
        session.viewer = people["ben"].viewer
        join(session, session.get_one(Escalation, outage.id), demo_people["Priya"].person_id, Part.engineer)
        halden, ben = session.get_one(Customer, demo.customer_id), session.get_one(Person, people["ben"].id)
        open_escalation(session, halden, title="A real matter", severity=Severity.low, owner=ben)
        letter = Letter(recipient_id=demo_people["Priya"].person_id, kind="news")
        session.add(letter)
        session.flush()
        entry = session.exec(select(TimelineEntry).where(TimelineEntry.escalation_id == outage.id)).first()
        told = Notification(
            escalation_id=outage.id, person_id=letter.recipient_id, entry_id=entry.id, letter_id=letter.id
        )
        session.add(told)
        session.commit()
        assert what_goes(session).staying == ["Priya Raman"]
        session.commit()
    remove()
    with as_system(engine) as session:
        assert session.get_one(Person, demo_people["Priya"].person_id).name == "Priya Raman"
        assert not session.get_one(Account, demo_people["Priya"].person_id).is_active
        assert session.get(Person, demo_people["Daniel"].person_id) is None
        assert session.get(Letter, letter.id) is None and session.get_one(Notification, told.id).letter_id is None
        load_demo(session, settings, people["adm"].id)
        session.commit()
        assert session.get_one(Customer, the_demo(session).customer_id).name == "Halden (demo 2)"
        session.commit()
    remove()
    with as_system(engine) as session:
        assert session.get(Person, demo_people["Priya"].person_id) is not None
        assert session.get(Customer, demo.customer_id) is not None
        assert marked(session, "escalation") == marked(session, "customer") == []
