"""From the first call to the evening before the second: the cause is found, and what helps until it is mended."""

from app.access.participation import Audience, Part
from app.action_items.adding import add_action
from app.concerns.answering import answer_concern
from app.concerns.models import Concern, CustomerWord, WorkState
from app.concerns.owning import name_owner
from app.concerns.raising import raise_concern
from app.concerns.ranking import move_for_customer, move_for_us
from app.concerns.remarking import remark
from app.concerns.tracking import add_tracker
from app.demo.story.meeting import Wanted, hold_meeting, plan
from app.demo.story.telling import YOU, Story
from app.demo.story.updates import begin_updates, write_update
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import CustomerState, Health, Severity, Stage
from app.escalations.participants.joining import add_colleague as join
from app.escalations.vitals.changing import change_severity, say_where_it_stands
from app.escalations.vitals.steering import change_health, change_remarks, change_stage


def go_on(story: Story) -> None:
    _first_call(story)
    _cause(story)
    begin_updates(
        story,
        story.on(-4, "16:00"),
        "What we know: the second invoice is written when the import is restarted. What we do not know: why the "
        "connection is cut at two. Tonight nothing is restarted by itself. Next word tomorrow by 16:00.",
    )
    _graver(story)
    _in_work(story)
    write_update(
        story,
        story.on(-3, "15:50"),
        "The cause is found: a restart reads a whole delivery again when the connection was cut in the middle. Priya’s "
        "team builds the remedy. Last night nothing went out twice. Next word tomorrow by 16:00.",
    )
    _help_at_night(story)
    write_update(
        story,
        story.on(-2, "15:45"),
        "The fix is in test since noon. Until it is with you, an alarm calls our engineer on duty at 02:05; last night "
        "it took three minutes. We speak tomorrow at ten.",
    )
    _you_come_in(story)


def _first_call(story: Story) -> None:
    everybody = ("daniel", "priya", "mark", "graham")
    call = plan(story, "daniel", story.on(-5, "16:00"), Wanted("Call 1", story.on(-4, "10:00"), 45, everybody))
    hold_meeting(
        story,
        call,
        story.on(-4, "10:00"),
        minutes=38,
        notes={
            "twice": "Seen on three nights. The second invoice has the same number and another time stamp.\n"
            "Mark: shippers who paid twice get their money back from Halden, so it costs them twice.",
            "month end": "Graham closes on the last working day. He needs the import by 05:30 that morning.",
        },
        decisions={"twice": "The import is not restarted by itself any more until the fix is in."},
        inside={"hearing": "Mark is right. Daniel writes every day from now on, even when there is nothing."},
    )


def _cause(story: Story) -> None:
    with story.act("tomas", story.on(-4, "13:20")) as session:
        found = (
            "When a delivery is cut off at 02:00, the restart opens a **second** one and reads everything again. "
            "I can repeat it with the files of the first night:\n\n"
            "1. cut the connection after file 40\n2. let the restart run\n3. count: 40 invoices twice\n\n"
            "Before we say this aloud, I want to know why the connection is cut at all."
        )
        topic_id, _ = start_topic(session, story.escalation, "The cause", Audience.internal, Words(found))
        story.ids["cause"] = topic_id
    with story.act("mark", story.on(-4, "14:30")) as session:
        words = "The import fails at two and nobody restarts it until somebody here notices"
        details = "Last week it was half past seven. By then the first vans had left on paper."
        story.ids["nobody"] = raise_concern(session, story.escalation, words, details=details).id


def _graver(story: Story) -> None:
    with story.act("daniel", story.on(-3, "08:15")) as session:
        change_severity(session, story.escalation, Severity.critical)
        change_health(session, story.escalation, Health.at_risk)
        change_stage(session, story.escalation, Stage.fixing)
        remarks = "Mark is calm as long as he hears from us first. Graham needs numbers, not adjectives."
        change_remarks(session, story.escalation, remarks)
    with story.act("daniel", story.on(-3, "08:20")) as session:
        words = "A restart repeats a whole delivery when the connection was cut. We are building the remedy."
        say_where_it_stands(session, story.escalation, CustomerState.cause_found, words)
    with story.act("graham", story.on(-3, "10:00")) as session:
        move_for_customer(session, story.escalation, story.ids["month end"], story.ids["hearing"])


def _in_work(story: Story) -> None:
    with story.act("daniel", story.on(-3, "10:30")) as session:
        name_owner(session, story.escalation, _concern(story, "twice"), story.id_of("priya"))
        name_owner(session, story.escalation, _concern(story, "nobody"), story.id_of("tomas"))
    with story.act("priya", story.on(-3, "13:00")) as session:
        remark(session, _concern(story, "twice"), WorkState.building, "One number per delivery; the second is refused.")
        add_tracker(session, _concern(story, "twice"), "https://tracker.demo.example/browse/IMP-2291", "IMP-2291")
        move_for_us(session, story.escalation, story.ids["nobody"], story.ids["hearing"])


def _help_at_night(story: Story) -> None:
    with story.act("tomas", story.on(-2, "09:00")) as session:
        remark(session, _concern(story, "nobody"), WorkState.done, "Alarm at 02:05 to whoever is on duty.")
        answer = "An alarm calls our engineer on duty within five minutes, every night. Last night it took three."
        answer_concern(session, _concern(story, "nobody"), CustomerWord.workaround_in_place, answer, story.day(5))
    with story.act("priya", story.on(-2, "15:00")) as session:
        remark(session, _concern(story, "twice"), WorkState.testing, "In test since noon.")
        answer = (
            "We send each night’s files through the fix a second time and compare. Two nights more, then it is yours."
        )
        answer_concern(session, _concern(story, "twice"), CustomerWord.fix_in_test, answer, story.day(2))


def _you_come_in(story: Story) -> None:
    """Whoever loads the demo owns it later, and finds something late."""
    with story.act("daniel", story.on(-2, "16:00")) as session:
        join(session, story.escalation, story.id_of(YOU), Part.advocate)
    with story.act("daniel", story.on(-2, "16:05")) as session:
        late = add_action(
            session,
            story.escalation,
            title="Agree with Mark who may release invoices at night",
            details="He wants two names, and a telephone number that is answered at four in the morning.",
            owner_id=story.id_of(YOU),
            due_on=story.day(-1),
        )
        story.ids["late"] = late.id
    with story.act("daniel", story.on(-2, "16:10")) as session:
        promised = add_action(
            session,
            story.escalation,
            title="Send Graham the list of all wrong invoices",
            owner_id=story.id_of("priya"),
            due_on=story.day(-1),
            audience=Audience.shared,
        )
        story.ids["promised list"] = promised.id


def _concern(story: Story, name: str) -> Concern:
    return story.session.get_one(Concern, story.ids[name])
