"""What only our side knows of an escalation: its stage, its health, the team that drives it, remarks, who may see it."""

from sqlmodel import select

from app.access.participation import Participation, Restriction
from app.access.session import ViewerSession
from app.escalations.facts import EscalationRestricted, InsideChanged, RestrictionLifted, WordsChanged
from app.escalations.models import Escalation, EscalationInside, Health, Stage
from app.foundation.refusals import Refused
from app.people.models import Side, Team
from app.timeline.recording import record


def change_stage(session: ViewerSession, escalation: Escalation, stage: Stage) -> None:
    inside = session.get_one(EscalationInside, escalation.id)
    if stage is inside.stage:
        return
    if stage is Stage.closed:
        raise Refused("Close the escalation to reach this stage.", "stage")
    fact = InsideChanged(what="stage", before=inside.stage, after=stage)
    inside.stage = stage
    session.add(inside)
    record(session, escalation.id, fact, escalation)


def change_health(session: ViewerSession, escalation: Escalation, health: Health) -> None:
    inside = session.get_one(EscalationInside, escalation.id)
    if health is inside.health:
        return
    fact = InsideChanged(what="health", before=inside.health, after=health)
    inside.health = health
    session.add(inside)
    record(session, escalation.id, fact, escalation)


def change_team(session: ViewerSession, escalation: Escalation, team_id: str | None) -> None:
    inside = session.get_one(EscalationInside, escalation.id)
    if team_id == inside.team_id:
        return
    if team_id and session.get(Team, team_id) is None:
        raise Refused("Choose one of the teams.", "team_id")
    inside.team_id = team_id
    session.add(inside)
    record(session, escalation.id, WordsChanged(what="team that drives it"), escalation)


def change_remarks(session: ViewerSession, escalation: Escalation, remarks: str) -> None:
    inside = session.get_one(EscalationInside, escalation.id)
    if remarks == inside.remarks:
        return
    inside.remarks = remarks
    session.add(inside)
    record(session, escalation.id, WordsChanged(what="remarks"), escalation)


def restrict(session: ViewerSession, escalation: Escalation) -> None:
    """From now on only its participants, escalation managers and administrators see it. Whoever restricts it is in it."""
    if session.get(Restriction, escalation.id):
        return
    person_id = session.viewer.person_id
    if person_id and session.get(Participation, (escalation.id, person_id)) is None:
        session.add(Participation(escalation_id=escalation.id, person_id=person_id, side=Side.staff))
    session.add(Restriction(escalation_id=escalation.id, restricted_by_id=person_id))
    record(session, escalation.id, EscalationRestricted(), escalation)


def lift_restriction(session: ViewerSession, escalation: Escalation) -> None:
    kept = session.exec(select(Restriction).where(Restriction.escalation_id == escalation.id)).first()
    if kept is None:
        return
    session.delete(kept)
    record(session, escalation.id, RestrictionLifted(), escalation)
