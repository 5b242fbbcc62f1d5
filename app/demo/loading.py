"""Loading the demo: all of it in one transaction, or nothing."""

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
from app.people.models import Workspace

HERE_ALREADY = "The demo is loaded already. There is one at a time."


def load_demo(session: ViewerSession, settings: Settings, person_id: str) -> Escalation:
    """`session` is the system's: everybody in the story acts in it. The person becomes the owner of the escalation."""
    session.exec(select(Workspace.id).with_for_update()).all()  # who presses at the same moment waits, and is told
    if the_demo(session):
        raise Refused(HERE_ALREADY)
    you = viewer_for(session, person_id)
    if you is None or not you.is_staff:
        raise NotFound
    story = Story(session, settings, you.zone, now(), {YOU: you})
    opening.open_it(story)
    first_days.go_on(story)
    yesterday.go_on(story)
    today.go_on(story)
    news.spread(story)
    return story.escalation
