"""Removing the demo leaves the house as it was before it was loaded, and takes nothing of anybody else's."""

from app.access.participation import Audience, Part
from app.access.session import ViewerSession, as_system
from app.demo.loading import load_demo
from app.demo.marking import marked, the_demo
from app.demo.removing import what_goes
from app.discussion.models import Topic
from app.discussion.posting import post
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation, Severity
from app.escalations.opening import open_escalation
from app.escalations.participants.joining import add_colleague as join
from app.people.models import Account, Customer, Person
from app.sign_in import sessions


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


def test_whom_something_outside_of_it_names_stays_as_a_name(
    engine, people, demo, demo_people, outage, remove, settings
):
    """And the demo can be loaded again."""
    with as_system(engine) as session:
        session.viewer = people["ben"].viewer
        join(session, session.get_one(Escalation, outage.id), demo_people["Priya"].person_id, Part.engineer)
        halden, ben = session.get_one(Customer, demo.customer_id), session.get_one(Person, people["ben"].id)
        open_escalation(session, halden, title="A real matter", severity=Severity.low, owner=ben)
        session.commit()
        assert what_goes(session).staying == ["Priya Raman"]
        session.commit()
    remove()
    with as_system(engine) as session:
        assert session.get_one(Person, demo_people["Priya"].person_id).name == "Priya Raman"
        assert not session.get_one(Account, demo_people["Priya"].person_id).is_active
        assert session.get(Person, demo_people["Daniel"].person_id) is None
        load_demo(session, settings, people["adm"].id)
        session.commit()
        assert session.get_one(Customer, the_demo(session).customer_id).name == "Halden (demo 2)"
        session.commit()
    remove()
    with as_system(engine) as session:
        assert session.get(Person, demo_people["Priya"].person_id) is not None
        assert session.get(Customer, demo.customer_id) is not None
        assert marked(session, "escalation") == marked(session, "customer") == []
