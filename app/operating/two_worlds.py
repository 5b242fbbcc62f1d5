"""The fixture that proves what a guest cannot know: the same story told twice.

World A holds everything: what the guests of E1 may see, what is internal there, and other escalations and customers.
World B holds only what those guests may see. Each act has its own clock and its own ids, derived from the seed and the
act's name, so that both worlds agree in all that they share. Whatever a guest of E1 receives must be the same in both.

Every text that not everybody may see holds a canary, CNRY-<kind>-<8 hex digits>.
"""

import hashlib
import io
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta

from sqlalchemy import Engine
from sqlmodel import select

from app import mounted
from app.access.participation import Audience, Part
from app.access.recognising import viewer_for
from app.access.session import ViewerSession, as_system
from app.action_items.adding import add_action
from app.concerns.answering import answer_concern
from app.concerns.models import Concern, CustomerWord, WorkState
from app.concerns.raising import raise_concern
from app.concerns.ranking import move_for_customer, move_for_us
from app.concerns.remarking import remark
from app.concerns.sharing import share
from app.concerns.tracking import add_tracker
from app.discussion.models import Topic
from app.discussion.posting import post
from app.discussion.releasing import release_due
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import CustomerState, Escalation, Health, Severity, Stage
from app.escalations.opening import open_escalation
from app.escalations.participants.inviting import Invitee, invite, revoke
from app.escalations.participants.joining import add_colleague as join
from app.escalations.vitals.changing import say_where_it_stands
from app.escalations.vitals.steering import change_health, change_remarks, change_stage, restrict
from app.foundation import clock
from app.foundation.ids import derived_id, ids_from
from app.foundation.refusals import Refused
from app.foundation.settings import Settings
from app.foundation.storage import open_storage
from app.meetings.agenda.deciding import record_decision
from app.meetings.agenda.finding import items_of
from app.meetings.agenda.writing import add_item
from app.meetings.models import Meeting, Note
from app.meetings.notes.saving import save_note
from app.meetings.planning import Plan, plan_meeting
from app.meetings.sharing import share_meeting
from app.people.models import Customer, Person, Role, Workspace
from app.sign_in.joining import add_colleague
from app.sign_in.passwords import set_password
from app.writing.attachments import keep_file

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "two worlds, one truth"  # noqa: S105  of a fixture that only an empty database takes
ZONE = "Europe/London"


@dataclass
class World:
    """One of the two worlds while it is being told."""

    engine: Engine
    settings: Settings
    name: str
    seed: str
    minutes: int = 0
    people: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)

    @property
    def has_everything(self) -> bool:
        return self.name == "A"

    @contextmanager
    def act(self, who: str, name: str, *, minutes: int = 5, only_in_a: bool = False) -> Iterator[ViewerSession | None]:
        """One act at its own moment, with its own ids. Skipped acts still take their time; use `if session:`."""
        self.minutes += minutes
        if only_in_a and not self.has_everything:
            yield None
            return
        clock.set_clock((BEGINNING + timedelta(minutes=self.minutes)).isoformat())
        with as_system(self.engine) as house:
            viewer = viewer_for(house, self.people[who]) if who else house.viewer
            house.commit()
        if viewer is None:
            raise LookupError(f"{who} is not here")
        with ids_from(self.seed, name), ViewerSession(self.engine, viewer) as session:
            yield session
            session.commit()

    def canary(self, kind: str) -> str:
        """A word that its readers alone may ever receive."""
        word = f"CNRY-{kind}-{hashlib.sha256(f'{self.seed}:{kind}:{len(self.canaries)}'.encode()).hexdigest()[:8]}"
        self.canaries.append(word)
        return word

    def escalation(self, session: ViewerSession, name: str) -> Escalation:
        return session.get_one(Escalation, self.ids[name])


def seed_world(engine: Engine, settings: Settings, name: str, number: int) -> dict[str, object]:
    """Tells the story in an empty database. Returns people, ids and the canaries nobody of E1's guests may receive."""
    mounted.routers()
    with as_system(engine) as session:
        if session.exec(select(Person.id).limit(1)).first():
            raise Refused("The fixture needs an empty database: somebody is here already.")
    world = World(engine, settings, name, f"world:{number}")
    before = settings.clock
    try:
        _tell(world)
    finally:
        clock.set_clock(before)
    return {"world": name, "people": world.people, "ids": world.ids, "canaries": world.canaries, "password": PASSWORD}


def _tell(world: World) -> None:
    _house(world)
    _open_e1(world)
    _elsewhere(world)
    _concerns(world)
    _what_is_ours(world)
    _actions(world)
    _meeting(world)
    _talk(world)
    _revocation(world)


def _house(world: World) -> None:
    with world.act("", "house") as session:
        if session is None:
            return
        session.add(Workspace(name="Tidewater"))
        session.add(Customer(id=derived_id(world.seed, "acme"), name="Acme Logistics", mark="ACME", time_zone=ZONE))
        for nick, called, role in (
            ("s1", "Ada Byron", Role.manager),
            ("s9", "Nils Silent", Role.member),
            ("s0", "Sue Elsewhere", Role.member),
            ("adm", "Adm Root", Role.administrator),
        ):
            person = add_colleague(
                session, name=called, email=f"{nick}@tidewater.example", role=role, zone="Europe/Berlin"
            )
            set_password(session, person.id, PASSWORD)
            world.people[nick] = person.id
    with world.act("", "globex", only_in_a=True) as session:
        if session:
            canary = world.canary("customer")
            session.add(
                Customer(id=derived_id(world.seed, "globex"), name=f"Globex {canary}", mark="GLOB", time_zone="UTC")
            )


def _open(world: World, who: str, name: str, key: str, customer: str, title: str, *, only_in_a: bool) -> None:
    with world.act(who, f"open {name}", only_in_a=only_in_a) as session:
        if session:
            escalation = open_escalation(
                session,
                session.get_one(Customer, derived_id(world.seed, customer)),
                title=title,
                severity=Severity.high,
                owner=session.get_one(Person, world.people[who]),
                next_update_due_at=BEGINNING + timedelta(days=400),
                key=key,
            )
            world.ids[name] = escalation.id


def _invite(world: World, name: str, nick: str, called: str, email: str, *, only_in_a: bool = False) -> None:
    with world.act("s1", f"invite {nick} to {name}", only_in_a=only_in_a) as session:
        if session:
            invitee = Invitee(name=called, email=email)
            world.people[nick] = invite(session, world.settings.secret, world.escalation(session, name), invitee).id


def _open_e1(world: World) -> None:
    _open(world, "s1", "E1", "ACME-7K4", "acme", "Nightly import fails", only_in_a=False)
    _invite(world, "E1", "g1", "Gus Meyer", "g1@acme.example")
    _invite(world, "E1", "g1b", "Gil Reyes", "g1b@acme.example")
    _invite(world, "E1", "xg", "Xan Former", "xg@acme.example")


def _elsewhere(world: World) -> None:
    """Other escalations, one of the same customer, one of another, one that is ours alone."""
    _open(world, "s1", "E2", "ACME-2M9", "acme", f"Migration {world.canary('title')}", only_in_a=True)
    _open(world, "s1", "E3", "GLOB-5Q2", "globex", f"Reports {world.canary('title')}", only_in_a=True)
    _open(world, "s1", "E9", "ACME-9XX", "acme", f"Restricted {world.canary('title')}", only_in_a=True)
    _invite(world, "E2", "g2", f"Gwen {world.canary('person')}", "g2@acme.example", only_in_a=True)
    _invite(world, "E3", "g3", f"Eve {world.canary('person')}", "g3@globex.example", only_in_a=True)
    _invite(world, "E3", "gm", "Gus Meyer", "g1@acme.example", only_in_a=True)
    with world.act("s1", "restrict E9", only_in_a=True) as session:
        if session:
            restrict(session, world.escalation(session, "E9"))
    for name in ("E2", "E3", "E9"):
        with world.act("s1", f"a concern of {name}", only_in_a=True) as session:
            if session:
                escalation = world.escalation(session, name)
                concern = raise_concern(session, escalation, f"Elsewhere {world.canary('foreign')}")
                share(session, escalation, concern)
                world.ids[f"{name} concern"] = concern.id


def _concerns(world: World) -> None:
    for number, words in enumerate(("Invoices go out twice", "Nobody told us")):
        with world.act("s1", f"shared concern {number}") as session:
            if session:
                escalation = world.escalation(session, "E1")
                concern = raise_concern(session, escalation, words, details="As the customer said it.")
                share(session, escalation, concern)
                world.ids[f"concern {number}"] = concern.id
        with world.act("s1", f"internal concern {number}", only_in_a=True) as session:
            if session:
                escalation = world.escalation(session, "E1")
                concern = raise_concern(session, escalation, f"They might churn {world.canary('concern')}")
                remark(session, concern, WorkState.waiting, world.canary("remark"))
                add_tracker(session, concern, f"https://tracker.example/{world.canary('tracker')}", "IMP-1")
                world.ids[f"internal concern {number}"] = concern.id
    with world.act("g1", "their concern") as session:
        if session:
            world.ids["concern 2"] = raise_concern(session, world.escalation(session, "E1"), "Will month-end hold?").id
    with world.act("g1", "their order") as session:
        if session:
            move_for_customer(session, world.escalation(session, "E1"), world.ids["concern 2"], world.ids["concern 0"])
    with world.act("s1", "our order", only_in_a=True) as session:
        if session:
            move_for_us(session, world.escalation(session, "E1"), world.ids["concern 1"], world.ids["concern 0"])
    with world.act("s1", "an answer") as session:
        if session:
            concern = session.get_one(Concern, world.ids["concern 0"])
            answer_concern(session, concern, CustomerWord.fix_in_test, "In test since Monday.", date(2026, 3, 20))


def _what_is_ours(world: World) -> None:
    with world.act("s1", "where it stands") as session:
        if session:
            say_where_it_stands(
                session, world.escalation(session, "E1"), CustomerState.looking_into_it, "We read last night’s logs."
            )
    with world.act("s1", "inside", only_in_a=True) as session:
        if session:
            escalation = world.escalation(session, "E1")
            change_stage(session, escalation, Stage.waiting_for_partner)
            change_health(session, escalation, Health.critical)
            change_remarks(session, escalation, f"Legal is involved {world.canary('remark')}")
            join(session, escalation, world.people["s9"], Part.engineer)


def _actions(world: World) -> None:
    with world.act("s1", "a guest's action") as session:
        if session:
            action = add_action(
                session,
                world.escalation(session, "E1"),
                title="Send the list of wrongly billed shippers",
                owner_id=world.people["g1"],
                due_on=date(2026, 3, 12),
                audience=Audience.shared,
            )
            world.ids["action"] = action.id
    with world.act("s1", "our action", only_in_a=True) as session:
        if session:
            action = add_action(
                session,
                world.escalation(session, "E1"),
                title=f"Calm the board {world.canary('action')}",
                owner_id=world.people["s9"],
                due_on=date(2026, 3, 4),
            )
            world.ids["internal action"] = action.id


def _meeting(world: World) -> None:
    with world.act("s1", "an internal meeting", only_in_a=True) as session:
        if session:
            plan = Plan(f"Before the call {world.canary('meeting')}", datetime(2026, 3, 3, 9, 0), 30, ZONE)
            world.ids["internal meeting"] = plan_meeting(session, world.escalation(session, "E1"), plan).id
    with world.act("s1", "the call") as session:
        if session:
            people = {world.people["s1"], world.people["g1"]}
            plan = Plan("Call 1", datetime(2026, 3, 4, 10, 0), 45, ZONE, people=people)
            escalation = world.escalation(session, "E1")
            meeting = plan_meeting(session, escalation, plan)
            world.ids["meeting"] = meeting.id
            shared = {world.ids[f"concern {number}"] for number in range(3)}
            chosen = {item.id for item in items_of(session, meeting) if item.origin_id in shared}
            share_meeting(session, escalation, meeting, chosen)
    with world.act("s1", "items of the call") as session:
        if session:
            meeting = session.get_one(Meeting, world.ids["meeting"])
            item = add_item(session, meeting, "What happens at month-end", audience=Audience.shared)
            world.ids["item"] = item.id
            record_decision(session, meeting, "First no duplicates, then on time.", item=item, audience=Audience.shared)
    with world.act("s1", "our items of the call", only_in_a=True) as session:
        if session:
            meeting = session.get_one(Meeting, world.ids["meeting"])
            item = add_item(session, meeting, f"How far we can go {world.canary('item')}")
            record_decision(session, meeting, f"No refund yet {world.canary('decision')}", item=item)
            for note in _notes(session, world.ids["item"], Audience.internal):
                world.ids["internal note"] = note.id
                save_note(session, note, f"Careful here {world.canary('note')}", 0)
    with world.act("g1", "a note of theirs") as session:
        if session:
            for note in _notes(session, world.ids["item"], Audience.shared):
                world.ids["note"] = note.id
                save_note(session, note, "We close the books on the 30th.", 0)


def _notes(session: ViewerSession, item_id: str, audience: Audience) -> list[Note]:
    return list(session.exec(select(Note).where(Note.agenda_item_id == item_id, Note.audience == audience)))


def _talk(world: World) -> None:
    with world.act("g1", "a topic of theirs") as session:
        if session:
            topic_id, _ = start_topic(
                session, world.escalation(session, "E1"), "Month-end", Audience.shared, Words("Will it hold?")
            )
            world.ids["topic"] = topic_id
    with world.act("s9", "internal talk", only_in_a=True) as session:
        if session:
            escalation = world.escalation(session, "E1")
            topic = session.get_one(Topic, world.ids["topic"])
            post(session, topic, Words(f"Do not say this aloud {world.canary('message')}"), Audience.internal)
            title = f"What we do not know {world.canary('topic')}"
            topic_id, _ = start_topic(session, escalation, title, Audience.internal, Words(world.canary("message")))
            world.ids["internal topic"] = topic_id
    with world.act("s9", "an internal file", only_in_a=True) as session:
        if session:
            storage = open_storage(world.settings.storage_url or None, world.settings.data_dir)
            content = io.BytesIO(f"secret {world.canary('file')}".encode())
            folder = world.settings.data_dir / "work"
            file = keep_file(session, storage, folder, world.ids["E1"], f"{world.canary('filename')}.txt", content)
            topic = session.get_one(Topic, world.ids["topic"])
            post(session, topic, Words(f"See the file {world.canary('message')}", files=[file]), Audience.internal)
    with world.act("s1", "an answer to them") as session:
        if session:
            post(
                session,
                session.get_one(Topic, world.ids["topic"]),
                Words("It holds if the fix is in. @gus.meyer"),
                Audience.shared,
            )
    with world.act("", "it leaves", minutes=1) as session:
        if session:
            release_due(session, clock.now())
    with world.act("s1", "one that never left", only_in_a=True) as session:
        if session:
            topic = session.get_one(Topic, world.ids["topic"])
            post(session, topic, Words(f"Not yet {world.canary('held')}"), Audience.shared)


def _revocation(world: World) -> None:
    with world.act("s1", "revoke xg") as session:
        if session:
            revoke(session, world.escalation(session, "E1"), world.people["xg"])
