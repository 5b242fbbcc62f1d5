"""Concerns, what only our side knows of them, and actions."""

from datetime import date

from app.access.participation import Audience, Part
from app.action_items.adding import add_action
from app.concerns.answering import answer_concern
from app.concerns.models import Concern, CustomerWord, WorkState
from app.concerns.raising import raise_concern
from app.concerns.ranking import move_for_customer
from app.concerns.remarking import remark
from app.concerns.sharing import share as share_concern
from app.concerns.tracking import add_tracker
from app.escalations.models import CustomerState, Health, Stage
from app.escalations.participants.joining import add_colleague as join
from app.escalations.vitals.changing import say_where_it_stands
from app.escalations.vitals.steering import change_health, change_remarks, change_stage
from app.operating.two_worlds.world import World


def concerns(world: World) -> None:
    for number, words in enumerate(("Invoices go out twice", "Nobody told us")):
        with world.act("s1", f"shared concern {number}") as session:
            if session:
                escalation = world.escalation(session, "E1")
                concern = raise_concern(session, escalation, words, details="As the customer said it.")
                share_concern(session, escalation, concern)
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
    with world.act("s1", "an answer") as session:
        if session:
            concern = session.get_one(Concern, world.ids["concern 0"])
            answer_concern(session, concern, CustomerWord.fix_in_test, "In test since Monday.", date(2026, 3, 20))


def what_is_ours(world: World) -> None:
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


def actions(world: World) -> None:
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
