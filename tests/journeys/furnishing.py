"""A house that has been lived in: one escalation with every room in use, two more beside it, one that just began.

Made with the product's own verbs, so that what is seen here is what people make.
"""

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import Engine
from sqlmodel import select

from app import mounted
from app.access.participation import Audience, Part
from app.access.session import ViewerSession, as_system
from app.action_items.adding import add_action
from app.action_items.answering import accept, propose_date
from app.action_items.finishing import finish
from app.concerns.answering import answer_concern, resolve
from app.concerns.models import Concern, CustomerWord, WorkState
from app.concerns.raising import raise_concern
from app.concerns.ranking import move_for_customer, move_for_us
from app.concerns.remarking import remark
from app.concerns.sharing import share
from app.concerns.tracking import add_tracker
from app.discussion.models import Message, Stamp, Topic
from app.discussion.posting import post
from app.discussion.releasing import release_due
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import CustomerState, Escalation, Health, Severity, Stage
from app.escalations.opening import open_escalation
from app.escalations.participants.inviting import Invitee, invite
from app.escalations.participants.joining import add_colleague as add_to_escalation
from app.escalations.vitals.changing import say_where_it_stands
from app.escalations.vitals.steering import change_health, change_remarks, change_stage, change_team
from app.foundation.clock import now, today
from app.foundation.database import open_database
from app.meetings.agenda.finding import items_of
from app.meetings.models import TextFor
from app.people.models import Customer, Role, Team, Workspace
from app.recordings.models import TranscriptLine
from app.sign_in import sessions
from app.sign_in.joining import add_colleague
from app.sign_in.passwords import set_password
from tests.journeys.acts import PASSWORD
from tests.journeys.calls import hold_meetings, keep_recording, note_of
from tests.journeys.house import House
from tests.journeys.people import become, person_called
from tests.journeys.visitors import Visitor

SECRET = b"for the invitations of a furnished house"
COLLEAGUES = [
    ("nora", "Nora Lind", "Escalation manager", Role.administrator),
    ("tomas", "Tomás Ferrer", "Engineer, billing import", Role.member),
    ("aiko", "Aiko Tanaka", "Product manager", Role.member),
    ("jonas", "Jonas Weber", "Support lead", Role.manager),
]


@dataclass
class Furnished:
    """Addresses of what there is, and who can look at it."""

    engine: Engine
    lived_in: str = ""
    empty: str = ""
    concern: str = ""
    internal_concern: str = ""
    action: str = ""
    topic: str = ""
    own_message: str = ""
    internal_message: str = ""
    guest: str = ""
    meeting: str = ""
    item: str = ""
    note: str = ""
    recording: str = ""
    line: str = ""

    def sign_in(self, visitor: Visitor, nick: str) -> None:
        """As if they had come in by the door a while ago."""
        with as_system(self.engine) as session:
            token = sessions.start(session, person_called(session, nick))
            session.commit()
        visitor.context.add_cookies([{"name": "evenkeel", "value": token, "url": visitor.house.url}])


def furnish(house: House) -> Furnished:
    mounted.routers()  # imports every job that these acts ask for
    url = house.environment["EVENKEEL_DATABASE_URL"] or f"sqlite:///{house.data_dir / 'evenkeel.db'}"
    furnished = Furnished(open_database(url.replace("postgresql://", "postgresql+psycopg://", 1)))
    with as_system(furnished.engine) as session:
        _move_in(session)
        acme = _open(session, "Nightly import fails and writes duplicate invoices", "Acme Logistics", Severity.critical)
        _open(session, "Reports of the month take hours", "Globex Retail", Severity.medium)
        begun = _open(session, "Sign-in of the warehouse terminals stalls", "Hartwell Group", Severity.high)
        furnished.lived_in, furnished.empty = f"/escalations/{acme.key}", f"/escalations/{begun.key}"
        _steer(session, acme)
        _invite_into(session, begun, "Imani Brooks", "imani@hartwell.example")
        concerns = _concerns(session, acme)
        furnished.concern = f"{furnished.lived_in}/concerns/{concerns[0].id}"
        furnished.internal_concern = f"{furnished.lived_in}/concerns/{concerns[-1].id}"
        furnished.action = f"{furnished.lived_in}/actions/{_actions(session, acme)}"
        furnished.topic = f"{furnished.lived_in}/discussion/{_discussion(session, acme)}"
        furnished.own_message = f"{furnished.topic}/messages/{_message(session, 'nora').id}"
        furnished.internal_message = f"{furnished.topic}/messages/{_message(session, 'tomas').id}"
        furnished.guest = f"{furnished.lived_in}/guests/{person_called(session, 'mark').id}"
        running = hold_meetings(session, acme)
        furnished.meeting = f"{furnished.lived_in}/meetings/{running.id}"
        first = items_of(session, running)[0]
        furnished.item = f"{furnished.meeting}/items/{first.id}"
        furnished.note = f"{furnished.meeting}/notes/{note_of(session, first.id, TextFor.both_sides).id}"
        furnished.recording = (
            f"{furnished.lived_in}/recordings/{keep_recording(session, acme, running, house.data_dir)}"
        )
        session.commit()
    return furnished


def wait_for_words(house: House, furnished: Furnished) -> None:
    """Until the worker has listened to the recording."""

    def is_there() -> bool:
        with as_system(furnished.engine) as session:
            line = session.exec(select(TranscriptLine)).first()
            furnished.line = f"{furnished.recording}/lines/{line.id}" if line else ""
        return line is not None

    house.wait_until(is_there, "words of the recording", 600)


def _move_in(session: ViewerSession) -> None:
    session.add(Workspace(name="Tidewater"))
    session.add(Team(name="Billing import"))
    for nick, name, title, role in COLLEAGUES:
        person = add_colleague(
            session, name=name, email=f"{nick}@tidewater.example", role=role, zone="Europe/Berlin", title=title
        )
        set_password(session, person.id, PASSWORD)
    for name, mark in (("Acme Logistics", "ACME"), ("Globex Retail", "GLOB"), ("Hartwell Group", "HART")):
        session.add(Customer(name=name, mark=mark, time_zone="Europe/London"))
    session.flush()


def _open(session: ViewerSession, title: str, customer: str, severity: Severity) -> Escalation:
    become(session, "nora")
    found = session.exec(select(Customer).where(Customer.name == customer)).one()
    due = now() + timedelta(hours=3, minutes=12)
    owner = person_called(session, "nora")
    return open_escalation(session, found, title=title, severity=severity, owner=owner, next_update_due_at=due)


def _steer(session: ViewerSession, acme: Escalation) -> None:
    say_where_it_stands(
        session,
        acme,
        CustomerState.cause_found,
        "Retries of the nightly import write invoices twice. The retry is switched off; a fix is in review and goes to "
        "your test system on Thursday.",
    )
    change_stage(session, acme, Stage.fixing)
    change_health(session, acme, Health.at_risk)
    change_team(session, acme, session.exec(select(Team)).one().id)
    change_remarks(session, acme, "Renewal is up in March. Their finance lead reads every update.")
    add_to_escalation(session, acme, person_called(session, "tomas").id, Part.engineer)
    add_to_escalation(session, acme, person_called(session, "aiko").id, Part.follower)
    _invite_into(session, acme, "Mark Ellison", "mark@acme.example")
    _invite_into(session, acme, "Ruth Adeyemi", "ruth@acme.example")


def _concerns(session: ViewerSession, acme: Escalation) -> list[Concern]:
    words = [
        ("Invoices go out twice after the nightly import", "Since 17 November. 214 customers were billed twice."),
        ("Nobody tells us before a fix reaches production", "We read of the last two changes in the morning."),
        ("The import takes until noon, so dispatch starts late", ""),
        ("We cannot see which invoices were corrected", "Finance needs a list by customer."),
    ]
    raised = []
    for text, details in words:
        become(session, "ruth")
        raised.append(raise_concern(session, acme, text, details=details))
    move_for_customer(session, acme, raised[3].id, raised[1].id)
    become(session, "nora")
    in_two_days = today("Europe/London") + timedelta(days=2)
    answer_concern(session, raised[0], CustomerWord.fix_in_test, "The retry no longer writes twice.", in_two_days)
    answer_concern(session, raised[2], CustomerWord.looking_into_it, "We measure each step of tonight’s run.", None)
    remark(session, raised[0], WorkState.testing, "Needs the new queue; release train of Thursday.")
    add_tracker(session, raised[0], "https://tracker.example/BILL-881", "BILL-881")
    move_for_us(session, acme, raised[2].id, raised[0].id)
    resolved = raise_concern(session, acme, "The status page said all is well")
    share(session, acme, resolved)
    resolve(session, resolved)
    raised.append(raise_concern(session, acme, "They may look at another vendor", details="Said in passing by Mark."))
    return raised


def _actions(session: ViewerSession, acme: Escalation) -> str:
    day = today("Europe/London")
    mark, ruth, tomas = (person_called(session, nick) for nick in ("mark", "ruth", "tomas"))
    become(session, "nora")
    asked = add_action(
        session,
        acme,
        title="Send the list of doubled invoices of 19 November",
        details="Finance needs it to tell credit notes from corrections. A CSV with number, customer and amount is enough.",
        owner_id=mark.id,
        due_on=day + timedelta(days=2),
        audience=Audience.shared,
    )
    measured = add_action(session, acme, title="Measure each step of tonight’s import", owner_id=tomas.id, due_on=day)
    late = add_action(session, acme, title="Write down how a retry is decided", owner_id=tomas.id, due_on=day)
    late.due_on = day - timedelta(days=1)
    add_action(session, acme, title="Ask finance for the wording of the credit notes")
    done = add_action(
        session, acme, title="Switch the retry off", owner_id=person_called(session, "nora").id, due_on=day
    )
    finish(session, acme, done)
    proposed = add_action(
        session,
        acme,
        title="Try the fix on the test system",
        owner_id=ruth.id,
        due_on=day + timedelta(days=3),
        audience=Audience.shared,
    )
    become(session, "tomas")
    accept(session, acme, measured)
    become(session, "ruth")
    propose_date(session, acme, proposed, day + timedelta(days=6), "Our test system is frozen until Monday.")
    return asked.id


def _discussion(session: ViewerSession, acme: Escalation) -> str:
    become(session, "ruth")
    words = Words("We now count **214 customers** who got two invoices. Is the retry off for tonight?", Stamp.question)
    topic_id, first = start_topic(session, acme, "Doubled invoices of this week", Audience.shared, words)
    topic = session.get_one(Topic, topic_id)
    become(session, "tomas")
    note = (
        "The retry is off on *both* nodes, I checked the flag. Do not promise Thursday before the load test is through."
    )
    post(session, topic, Words(note), Audience.internal)
    become(session, "nora")
    answer = "The retry has been off since 11:20. Tonight’s run is watched by Tomás. You hear from us at 09:00."
    post(session, topic, Words(answer), Audience.shared)
    release_due(session, now() + timedelta(minutes=1))
    become(session, "mark")
    post(
        session,
        topic,
        Words("Thank you. I will be online from 08:30.\n\n- Ruth covers dispatch\n- I cover finance"),
        Audience.shared,
    )
    become(session, "aiko")
    start_topic(session, acme, "What we offer them for the trouble", Audience.internal, Words("Two months of support?"))
    return topic_id


def _message(session: ViewerSession, nick: str) -> Message:
    return session.exec(select(Message).where(Message.author_id == person_called(session, nick).id)).one()


def _invite_into(session: ViewerSession, escalation: Escalation, name: str, email: str) -> None:
    become(session, "nora")
    invite(session, SECRET, escalation, Invitee(name, email))
