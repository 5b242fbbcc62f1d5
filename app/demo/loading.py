"""Loading the demo: all of it in one transaction, or nothing."""

from sqlalchemy import event
from sqlalchemy.orm import SessionTransaction
from sqlmodel import select

from app.access.recognising import viewer_for
from app.access.session import ViewerSession
from app.demo.marking import the_demo
from app.demo.story import first_days, news, opening, today, yesterday
from app.demo.story.telling import YOU, Story
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused
from app.foundation.settings import Settings
from app.people.models import Customer
from app.recordings.storing import storage_of

HERE_ALREADY = "The demo is loaded already. There is one at a time."


def load_demo(session: ViewerSession, settings: Settings, person_id: str) -> Escalation:
    """`session` is the system's: everybody in the story acts in it. The person becomes the owner of the escalation."""
    if the_demo(session):
        raise Refused(HERE_ALREADY)
    if session.exec(select(Customer.id).where(Customer.name == opening.CUSTOMER)).first():
        raise Refused(f"There is a customer called {opening.CUSTOMER} already, which is the name of the demo’s.")
    you = viewer_for(session, person_id)
    if you is None or not you.is_staff:
        raise NotFound
    story = Story(session, settings, you.zone, now(), {YOU: you})
    opening.open_it(story)
    first_days.go_on(story)
    yesterday.go_on(story)
    _delete_unless_committed(session, settings, story.ids["stored"])
    today.go_on(story)
    news.spread(story)
    return story.escalation


def _delete_unless_committed(session: ViewerSession, settings: Settings, key: str) -> None:
    """Bytes whose row was never stored belong to nobody."""
    is_stored = False

    def committed(session: ViewerSession) -> None:
        nonlocal is_stored
        is_stored = is_stored or not session.in_nested_transaction()

    def ended(session: ViewerSession, transaction: SessionTransaction) -> None:
        if transaction.parent is None and not is_stored:
            storage_of(settings).delete(key)

    event.listen(session, "after_commit", committed)
    event.listen(session, "after_transaction_end", ended)
