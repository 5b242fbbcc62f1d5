"""Writing down what one person is to do, from a meeting, a message, a transcript line or by hand."""

from datetime import date

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.action_items.assigning import allowed_owner, assign
from app.action_items.facts import ActionAdded
from app.action_items.models import ActionItem
from app.action_items.owners import owners_for
from app.action_items.sources import Source, note_source
from app.escalations.models import Escalation
from app.links.linking import link_to
from app.timeline.recording import record


def add_action(
    session: ViewerSession,
    escalation: Escalation,
    *,
    title: str,
    details: str = "",
    owner_id: str | None = None,
    due_on: date | None = None,
    audience: Audience = Audience.internal,
    source: Source | None = None,
) -> ActionItem:
    """Internal, unless a guest writes it, a guest is to do it, or it is shared on purpose."""
    owners = owners_for(session, escalation)
    allowed_owner(owners, owner_id)
    shared = session.viewer.is_guest or owners.is_guest(owner_id) or audience is Audience.shared
    action = ActionItem(
        escalation_id=escalation.id,
        title=title,
        details=details,
        due_on=due_on,
        created_by_id=session.viewer.person_id,
        audience=Audience.shared if shared else Audience.internal,
    )
    session.add(action)
    session.flush()
    if source:
        note_source(session, action, source)
        # Both ends are read through the reader's own session; the link itself tells no more than they do.
        link_to(session, escalation.id, source.kind, source.id, action, _narrower(source.audience, action.audience))
    record(session, escalation.id, ActionAdded(), action, action.audience)
    if owner_id:
        assign(session, escalation, action, owner_id, owners)
    return action


def _narrower(one: Audience, other: Audience) -> Audience:
    return Audience.shared if one is other is Audience.shared else Audience.internal
