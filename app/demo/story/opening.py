"""Five days ago: the escalation is opened, its people come in, and the customer says what worries them."""

from dataclasses import dataclass
from datetime import timedelta
from itertools import chain, count

from sqlmodel import select

from app.access import allowance
from app.access.participation import Audience, Part
from app.access.recognising import viewer_of
from app.access.session import ViewerSession
from app.concerns.models import WorkState
from app.concerns.raising import raise_concern
from app.concerns.remarking import remark
from app.demo.marking import mark
from app.demo.story.telling import CUSTOMER_ZONE, Story
from app.discussion.models import Stamp, Topic
from app.discussion.posting import post
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import CustomerState, Severity
from app.escalations.opening import open_escalation
from app.escalations.participants.inviting import Invitee, invite
from app.escalations.participants.joining import add_colleague as join
from app.escalations.vitals.changing import say_where_it_stands
from app.people.models import Account, Customer, Person, Role
from app.sign_in import sessions
from app.sign_in.joining import add_colleague
from app.sign_in.tokens import hashed

CUSTOMER = "Halden"
TITLE = "Nightly import fails and writes duplicate invoices"


@dataclass(frozen=True)
class Character:
    nick: str
    name: str
    title: str
    email: str


OURS = (
    Character("daniel", "Daniel Okafor", "Escalation manager", "daniel.okafor@demo.example"),
    Character("priya", "Priya Raman", "Engineering lead, Billing import", "priya.raman@demo.example"),
    Character("tomas", "Tomás Vidal", "Engineer, Billing import", "tomas.vidal@demo.example"),
)
THEIRS = (
    Character("mark", "Mark Ellison", "Head of billing", "mark.ellison@halden.example"),
    Character("graham", "Graham Pike", "Finance", "graham.pike@halden.example"),
)


def open_it(story: Story) -> None:
    _colleagues(story)
    _escalation(story)
    _guests(story)
    _they_come(story)
    _worries(story)
    _first_question(story)


def _colleagues(story: Story) -> None:
    """Nobody of them has a password, so nobody signs in as one of them."""
    for one in OURS:
        with story.act("", story.on(-6, "09:00")) as session:
            person = add_colleague(
                session, name=one.name, email=one.email, role=Role.member, zone=story.zone, title=one.title
            )
            mark(session, person)
            story.people[one.nick] = viewer_of(person, session.get_one(Account, person.id))


def _escalation(story: Story) -> None:
    with story.act("daniel", story.on(-5, "09:40")) as session:
        customer = Customer(name=_free_name(session), mark="DEMO", time_zone=CUSTOMER_ZONE)
        session.add(customer)
        session.flush()
        owner = session.get_one(Person, story.id_of("daniel"))
        escalation = open_escalation(session, customer, title=TITLE, severity=Severity.high, owner=owner)
        mark(session, customer)
        mark(session, escalation)
        story.escalation_id = escalation.id
    with story.act("daniel", story.on(-5, "09:42")) as session:
        join(session, story.escalation, story.id_of("priya"), Part.lead)
        join(session, story.escalation, story.id_of("tomas"), Part.engineer)


def _guests(story: Story) -> None:
    secret = story.settings.secret
    with story.act("daniel", story.on(-5, "09:45")) as session:
        for one in THEIRS:
            person = invite(session, secret, story.escalation, Invitee(one.name, one.email))
            person.title = one.title
            session.add(person)
            mark(session, person)
            story.people[one.nick] = viewer_of(person, session.get_one(Account, person.id))
        allowance.forget(session, secret, allowance.INVITATIONS, story.id_of("daniel"))
    with story.act("daniel", story.on(-5, "09:50")) as session:
        words = (
            "We have the logs of the last three nights and are reading them. Daniel Okafor answers for all of it, "
            "whichever team is working."
        )
        say_where_it_stands(session, story.escalation, CustomerState.looking_into_it, words)


def _they_come(story: Story) -> None:
    """They have been here, and the browsers they came with are signed out again: nobody ever had their tokens."""
    for minutes, one in enumerate(THEIRS):
        with story.act("", story.on(-5, "10:05") + timedelta(minutes=minutes)) as session:
            token = sessions.start(session, session.get_one(Person, story.id_of(one.nick)))
            session.flush()
            sessions.end(session, hashed(token))


def _worries(story: Story) -> None:
    for name, who, at, words, details in (
        (
            "twice",
            "mark",
            "10:20",
            "Invoices go out twice after the nightly import",
            "For three nights now. Our shippers receive the same invoice again in the morning, and some have paid twice.",
        ),
        (
            "hearing",
            "mark",
            "10:24",
            "We hear of it from our shippers, not from you",
            "We would rather have a message that says “we do not know yet” than none.",
        ),
        (
            "month end",
            "graham",
            "11:05",
            "Will the month-end close hold?",
            "If duplicates are booked on the last night of the month, we cannot close the books on time.",
        ),
    ):
        with story.act(who, story.on(-5, at)) as session:
            story.ids[name] = raise_concern(session, story.escalation, words, details=details).id
    with story.act("daniel", story.on(-5, "11:30")) as session:
        concern = raise_concern(session, story.escalation, "They may ask for a credit on this quarter’s licence")
        remark(
            session, concern, WorkState.waiting, "Their contract is renewed in spring. Sales knows, nobody has asked."
        )
        story.ids["credit"] = concern.id


def _first_question(story: Story) -> None:
    with story.act("mark", story.on(-5, "14:10")) as session:
        asked = (
            "Our shippers send us copies. So far we count about 180, and every day there are more. "
            "Can you tell us which ones, so that we do not have to find them one by one?"
        )
        title = "Which invoices went out twice?"
        topic_id, _ = start_topic(session, story.escalation, title, Audience.shared, Words(asked, stamp=Stamp.question))
        story.ids["list"] = topic_id
    with story.act("daniel", story.on(-5, "15:05")) as session:
        answer = (
            "Yes. We compare what the import read with what was sent, night by night. It takes a few days to be sure of "
            "every one of them, and you have the list on the day it is whole.\n\n"
            "Until then please do not cancel anything: a cancelled original would make the copy look right."
        )
        post(session, session.get_one(Topic, story.ids["list"]), Words(answer), Audience.shared)
    story.let_leave(story.on(-5, "15:05"))


def _free_name(session: ViewerSession) -> str:
    """A real customer may be called the same, or be the customer of an earlier demo that was given a life of its own."""
    names = chain([CUSTOMER], (f"{CUSTOMER} (demo {number})" for number in count(2)))
    return next(name for name in names if not session.exec(select(Customer.id).where(Customer.name == name)).first())
