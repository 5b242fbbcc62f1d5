"""The house, its people, and the escalations they are in."""

from datetime import timedelta

from app.concerns.raising import raise_concern
from app.concerns.sharing import share as share_concern
from app.escalations.models import Severity
from app.escalations.opening import open_escalation
from app.escalations.participants.inviting import Invitee, invite
from app.escalations.vitals.steering import restrict
from app.foundation.ids import derived_id
from app.operating.two_worlds.world import BEGINNING, PASSWORD, ZONE, World
from app.people.models import Customer, Person, Role, Workspace
from app.sign_in.joining import add_colleague
from app.sign_in.passwords import set_password


def house(world: World) -> None:
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


def open_e1(world: World) -> None:
    _open(world, "s1", "E1", "ACME-7K4", "acme", "Nightly import fails", only_in_a=False)
    _invite(world, "E1", "g1", "Gus Meyer", "g1@acme.example")
    _invite(world, "E1", "g1b", "Gil Reyes", "g1b@acme.example")
    _invite(world, "E1", "xg", "Xan Former", "xg@acme.example")


def elsewhere(world: World) -> None:
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
                share_concern(session, escalation, concern)
                world.ids[f"{name} concern"] = concern.id
