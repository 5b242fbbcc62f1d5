"""The colleagues one can choose from: for an owner, an advocate, a participant."""

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.people.models import Account, Person, Side


def colleagues(session: ViewerSession) -> list[tuple[str, str]]:
    """Everybody of ours who works here today, as (id, name), by name."""
    rows = session.exec(
        select(Person.id, Person.name)
        .join(Account, col(Account.person_id) == Person.id)
        .where(Person.side == Side.staff, col(Account.deactivated_at).is_(None))
        .order_by(Person.name)
    )
    return [(person_id, name) for person_id, name in rows]
