"""Letters as rows of a list."""

from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import or_, select
from sqlmodel import col

from app.access.session import ViewerSession
from app.outbox.models import Letter, LetterState
from app.people.models import Account, LinkPurpose, Person, Role, Side

PAGE = 50
KIND_LABELS = {
    LinkPurpose.invitation.value: "Invitation to an escalation",
    LinkPurpose.joining.value: "Invitation to the workspace",
    LinkPurpose.sign_in.value: "Link to sign in",
    LinkPurpose.password_reset.value: "Link to choose a password",
}


class Row(NamedTuple):
    id: str
    kind: str
    state: LetterState
    reason: str
    created_at: datetime
    sent_at: datetime | None
    due_at: datetime
    recipient: str
    side: Side
    email: str
    role: Role

    @property
    def kind_label(self) -> str:
        return KIND_LABELS.get(self.kind, self.kind.replace("_", " ").capitalize())

    @property
    def can_be_sent_again(self) -> bool:
        return self.state in (LetterState.failed, LetterState.waiting)

    def link_may_be_seen_by(self, *, administrator: bool) -> bool:
        """A link that sets a password is as good as the account: nobody gets one above themselves."""
        match self.kind:
            case LinkPurpose.invitation | LinkPurpose.sign_in:
                return self.side is Side.guest
            case LinkPurpose.joining:
                return administrator or self.role is Role.member
            case LinkPurpose.password_reset:
                return administrator
        return False


def list_letters(session: ViewerSession, *, state: str = "", before: str = "") -> tuple[list[Row], str]:
    """Newest first, on from the letter `before`; and where to page on from."""
    columns: list[Any] = [
        Letter.id, Letter.kind, Letter.state, Letter.reason, Letter.created_at, Letter.sent_at, Letter.due_at,
        Person.name, Person.side, Account.email, Account.role,
    ]  # fmt: skip
    created, key = col(Letter.created_at), col(Letter.id)
    query = (
        select(*columns)
        .select_from(Letter)
        .join(Person, col(Person.id) == Letter.recipient_id)
        .join(Account, col(Account.person_id) == Letter.recipient_id)
        .order_by(created.desc(), key.desc())
    )
    if state in set(LetterState):
        query = query.where(col(Letter.state) == LetterState(state))
    last = session.execute(select(created, key).where(key == before)).first() if before else None
    if last:
        query = query.where(or_(created < last[0], (created == last[0]) & (key < last[1])))
    found = [Row(*row) for row in session.execute(query.limit(PAGE + 1))]
    return found[:PAGE], found[PAGE - 1].id if len(found) > PAGE else ""
