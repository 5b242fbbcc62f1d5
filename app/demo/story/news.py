"""What the worker would do with all that happened: fill the inboxes and the index. Done at once, and without a letter."""

from datetime import datetime

from sqlalchemy import delete, update
from sqlmodel import col, select

from app.demo.story.telling import YOU, Story
from app.notifications.models import Notification
from app.notifications.recipients import recipients_of
from app.outbox.models import Letter, LetterState
from app.people.models import DemoMark, LinkPurpose
from app.search.indexing import reindex
from app.timeline.models import Errand, TimelineEntry

NO_MAIL = "The demo sends no mail."


def spread(story: Story) -> None:
    entries = story.session.exec(
        select(TimelineEntry)
        .where(TimelineEntry.escalation_id == story.escalation_id)
        .order_by(col(TimelineEntry.number))
    ).all()
    read_until = story.on(-1, "17:00")
    for entry in entries:
        _tell(story, entry, read_until)
    for kind, record_id in sorted({(entry.subject_kind, entry.subject_id) for entry in entries}):
        reindex(story.session, kind, record_id)
    done = delete(Errand).where(col(Errand.entry_id).in_([entry.id for entry in entries]))
    story.session.execute(done.execution_options(synchronize_session=False))
    _keep_letters(story)


def _tell(story: Story, entry: TimelineEntry, read_until: datetime) -> None:
    """The guests hear of what every guest sees, whoever loads the demo of what came after they joined."""
    knows = {story.id_of("mark"), story.id_of("graham")} if entry.is_shared and not entry.reader_group_id else set()
    if entry.occurred_at >= story.on(-2, "16:00"):
        knows.add(story.id_of(YOU))
    for person_id in sorted(recipients_of(story.session, entry) & knows):
        story.session.add(
            Notification(
                escalation_id=entry.escalation_id,
                person_id=person_id,
                entry_id=entry.id,
                created_at=entry.occurred_at,
                read_at=entry.occurred_at if entry.occurred_at < read_until else None,
            )
        )


def _keep_letters(story: Story) -> None:
    """Made-up people need none but the invitations, whose links show what a guest sees; whoever loads it keeps theirs,
    so that they are not written a second time."""
    about_it = col(Letter.about).contains(story.escalation_id)
    needless = (
        col(Letter.kind) != LinkPurpose.invitation.value,
        col(Letter.recipient_id).in_(select(DemoMark.record_id)),
    )
    story.session.execute(delete(Letter).where(about_it, *needless).execution_options(synchronize_session=False))
    stay = update(Letter).where(about_it, col(Letter.state) == LetterState.waiting)
    stay = stay.values(state=LetterState.suppressed, reason=NO_MAIL)
    story.session.execute(stay.execution_options(synchronize_session=False))
