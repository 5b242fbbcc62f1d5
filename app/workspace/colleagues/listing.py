"""Our people as rows of a list."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy.orm import aliased
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.outbox.models import Letter, LetterState
from app.people.models import Account, LinkPurpose, Password, Person, Role, Side, Team

ROLE_LABELS = {Role.member: "Member", Role.manager: "Escalation manager", Role.administrator: "Administrator"}
ROLE_MEANS = {
    Role.member: "Works in every escalation that is not restricted.",
    Role.manager: "Also sees restricted escalations, invites colleagues and reads the outbox.",
    Role.administrator: "Also changes roles and lets people in and out.",
}


class Colleague(NamedTuple):
    person_id: str
    name: str
    title: str
    email: str
    role: Role
    team: str
    manager: str
    deactivated_at: datetime | None
    has_joined: bool

    @property
    def role_label(self) -> str:
        return ROLE_LABELS[self.role]

    @property
    def is_active(self) -> bool:
        return self.deactivated_at is None


def list_colleagues(session: ViewerSession) -> list[Colleague]:
    """Everybody of ours by name, those who left at the end."""
    manager = aliased(Person)
    rows = session.execute(
        select(Person, Account, Team.name, col(manager.name))
        .join(Account, col(Account.person_id) == Person.id)
        .outerjoin(Team, col(Team.id) == Account.team_id)
        .outerjoin(manager, col(manager.id) == Account.manager_id)
        .where(Person.side == Side.staff)
        .order_by(Person.name)
    ).all()
    with session.seeing_everything():  # who has a password: the answer only, never the hash
        joined = set(session.exec(select(Password.person_id)))
    found = [
        Colleague(
            person_id=person.id,
            name=person.name,
            title=person.title,
            email=account.email,
            role=account.role,
            team=team or "",
            manager=managed_by or "",
            deactivated_at=account.deactivated_at,
            has_joined=person.id in joined,
        )
        for person, account, team, managed_by in rows
    ]
    return sorted(found, key=lambda one: not one.is_active)


def unsent_joining_letters(session: ViewerSession) -> dict[str, str]:
    """The newest joining letter of each colleague that has not left yet: person to letter."""
    letters = session.exec(
        select(Letter.recipient_id, Letter.id)
        .where(Letter.kind == LinkPurpose.joining.value, Letter.state != LetterState.sent)
        .order_by(col(Letter.created_at))
    )
    return dict(letters.all())
