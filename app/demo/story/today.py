"""Today: what waits for whoever loads the demo."""

from app.access.participation import Audience
from app.action_items.adding import add_action
from app.action_items.facts import ActionOverdue
from app.action_items.models import ActionItem
from app.demo.story.telling import YOU, Story
from app.discussion.models import Stamp, Topic
from app.discussion.posting import post
from app.discussion.words import Words
from app.meetings.agenda.writing import add_item
from app.meetings.models import Meeting
from app.people.models import Person
from app.timeline.recording import record


def go_on(story: Story) -> None:
    _something_is_late(story)
    _clean_night(story)
    _question(story)
    _asked_of_you(story)


def _something_is_late(story: Story) -> None:
    """Noted already, as the clock would have done at the beginning of the day."""
    with story.act("", min(story.on(0, "00:01"), story.ago(100))) as session:
        late = session.get_one(ActionItem, story.ids["late"])
        late.overdue_noted_on = late.due_on
        session.add(late)
        record(session, story.escalation_id, ActionOverdue(), late, late.audience)


def _clean_night(story: Story) -> None:
    with story.act("tomas", story.ago(70)) as session:
        text = (
            "First clean night with the fix: 4 118 invoices, none twice, and the connection was cut again at 02:00 as if "
            "to please us. I would still wait for tonight before we promise the month end."
        )
        post(session, session.get_one(Topic, story.ids["cause"]), Words(text), Audience.internal)


def _question(story: Story) -> None:
    you = story.session.get_one(Person, story.id_of(YOU))
    with story.act("graham", story.ago(45)) as session:
        text = (
            "Thank you, this is what we needed. It matches our own count in all but one: INV-20418 is on your list, "
            f"and our shipper says they got it once. @{you.handle} can you look at it before the call?"
        )
        post(session, session.get_one(Topic, story.ids["list"]), Words(text, stamp=Stamp.question), Audience.shared)
    with story.act("priya", story.ago(38)) as session:
        text = "It was sent twice, the second time to their old address. I have the log. Say so in your update?"
        post(session, session.get_one(Topic, story.ids["list"]), Words(text), Audience.internal)
    with story.act("mark", story.ago(25)) as session:
        meeting = session.get_one(Meeting, story.ids["call 3"])
        add_item(session, meeting, "Can the release be earlier on the last night of the month?", planned_minutes=5)


def _asked_of_you(story: Story) -> None:
    with story.act("priya", story.ago(18)) as session:
        add_action(
            session,
            story.escalation,
            title="Read the plan for the last night of the month, and say what is missing",
            owner_id=story.id_of(YOU),
            due_on=story.day(0),
        )
    with story.act("priya", story.ago(12)) as session:
        add_action(
            session,
            story.escalation,
            title="Name a person who releases the invoices at the weekend",
            owner_id=story.id_of(YOU),
            due_on=story.day(2),
        )
