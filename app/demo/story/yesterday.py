"""Yesterday: the recorded call, what came of it, and the hand-over to whoever loads the demo."""

from datetime import timedelta
from tempfile import TemporaryFile

from app.access.participation import Audience
from app.action_items.adding import add_action
from app.action_items.answering import accept, propose_date
from app.action_items.finishing import finish
from app.action_items.models import ActionItem
from app.action_items.sources import find_source
from app.concerns.answering import answer_concern
from app.concerns.models import Concern, CustomerWord
from app.demo.story.invoices import NAME, list_of_invoices
from app.demo.story.meeting import Wanted, hold_meeting, plan
from app.demo.story.recording import bring_recording, line_with
from app.demo.story.telling import YOU, Story
from app.demo.story.updates import read_updates, write_update
from app.discussion.marking import mark_read
from app.discussion.models import Message, Topic
from app.discussion.posting import post
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import CustomerState
from app.escalations.vitals.changing import say_where_it_stands, set_next_update
from app.escalations.vitals.handing_over import hand_over
from app.people.models import Person
from app.recordings.storing import incoming_folder, storage_of
from app.writing.attachments import keep_file

EVERYBODY = ("daniel", "priya", "mark", "graham")


def go_on(story: Story) -> None:
    _second_call(story)
    _actions(story)
    _answers(story)
    _list(story)
    _coming(story)
    _hand_over(story)


def _second_call(story: Story) -> None:
    began = story.on(-1, "10:00")
    call = plan(story, "daniel", story.on(-2, "17:00"), Wanted("Call 2", began, 30, EVERYBODY))
    hold_meeting(
        story,
        call,
        began,
        minutes=26,
        notes={
            "twice": "212 invoices are wrong. All but four come from one restart; the four were entered by hand and are "
            "not understood yet.\nGraham needs the list before he writes the credit notes.",
            "month end": "Not promised today. Two more nights in test first.",
            "nobody": "The engineer on duty knew after five minutes. Nothing went out twice.",
        },
        decisions={
            "twice": "First no duplicates, then on time.",
            "nobody": "Until the fix is in, a person releases the invoices every night.",
            "hearing": "Halden hears from us every day, even when there is nothing new.",
        },
        inside={"month end": "Tomás would say yes today. Better one day late than one promise too many."},
    )
    bring_recording(story, call, began)


def _actions(story: Story) -> None:
    for name, at, who, title in (
        ("four", "10:55", "mark", "Send the four invoices that were entered by hand"),
        ("credit notes", "10:58", "graham", "Say on which day you write the credit notes"),
        ("two nights", "11:00", "tomas", "Send two more nights of deliveries through the fix and compare"),
    ):
        with story.act("daniel", story.on(-1, at)) as session:
            said = line_with(story, "entered by hand", last=True) if name == "four" else ""
            source = find_source(session, story.escalation, f"transcript_line:{said}") if said else None
            escalation, owner, tomorrow = story.escalation, story.id_of(who), story.day(1)
            action = add_action(session, escalation, title=title, owner_id=owner, due_on=tomorrow, source=source)
            story.ids[name] = action.id
    for who, name, at in (("tomas", "two nights", "11:20"), ("mark", "four", "12:10")):
        with story.act(who, story.on(-1, at)) as session:
            accept(session, story.escalation, _action(story, name))
    with story.act("graham", story.on(-1, "14:30")) as session:
        why = "The auditors are here until then."
        propose_date(session, story.escalation, _action(story, "credit notes"), story.day(3), why)


def _answers(story: Story) -> None:
    with story.act("daniel", story.on(-1, "14:40")) as session:
        concern = session.get_one(Concern, story.ids["hearing"])
        answer = "You hear from us every day, even when there is nothing new. If you do not, call Daniel Okafor."
        answer_concern(session, concern, CustomerWord.agreed_in_place, answer, None)
    with story.act("daniel", story.on(-1, "15:00")) as session:
        words = (
            "Priya Raman’s team sends last night’s files through the fix today and compares. "
            "Until it is in, a person releases the invoices every night, so that none goes out twice."
        )
        say_where_it_stands(session, story.escalation, CustomerState.fix_in_test, words)


def _list(story: Story) -> None:
    settings = story.settings
    with story.act("priya", story.on(-1, "15:40")) as session, TemporaryFile() as content:
        content.write(list_of_invoices(story.day(-4)).encode())
        storage = storage_of(settings)
        file = keep_file(session, storage, incoming_folder(settings), story.escalation_id, NAME, content)
        text = (
            "Here is the list: 212 invoices, each with its number, its shipper and what made it twice.\n\n"
            "The last four were entered by hand on your side. We would like to see them before we call them ours or yours."
        )
        topic = session.get_one(Topic, story.ids["list"])
        story.ids["the list"] = post(session, topic, Words(text, files=[file]), Audience.shared).message_id
    story.let_leave(story.on(-1, "15:40"))
    with story.act("priya", story.on(-1, "15:42")) as session:
        finish(session, story.escalation, _action(story, "promised list"))
    with story.act(YOU, story.on(-1, "16:00")) as session:
        mark_read(session, topic, session.get_one(Message, story.ids["the list"]))


def _coming(story: Story) -> None:
    people = ("daniel", "priya", "tomas", YOU)
    soon = story.moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=2)
    if soon >= story.on(1, "00:00"):  # late in the evening it is on already, so that today has a meeting at any hour
        soon = story.moment.replace(second=0, microsecond=0) - timedelta(minutes=5)
    inside = Wanted("Before the call with Halden", soon, 15, ("priya", "tomas", YOU), is_shared=False)
    plan(story, "priya", story.on(-1, "16:20"), inside)
    call = Wanted("Call 3", story.on(1, "10:00"), 45, (*people, "mark", "graham"))
    story.ids["call 3"] = plan(story, "daniel", story.on(-1, "16:30"), call)


def _hand_over(story: Story) -> None:
    write_update(
        story,
        story.on(-1, "17:00"),
        f"The list of all 212 invoices is with Graham. The first night in test begins now. From tomorrow "
        f"{story.people[YOU].name} answers for all of this; I have handed over everything I know. Thank you for your patience.",
    )
    read_updates(story, story.on(-1, "17:10"))
    due = story.moment.replace(minute=0, second=0, microsecond=0) + timedelta(hours=4)
    with story.act("daniel", story.on(-1, "17:20")) as session:
        hand_over(session, story.escalation, story.id_of(YOU))
        set_next_update(session, story.escalation, due)
    with story.act("daniel", story.on(-1, "17:25")) as session:
        you = session.get_one(Person, story.id_of(YOU))
        text = (
            f"@{you.handle} I am away from tomorrow, and this is yours. What I would want to know:\n\n"
            "- Halden hears from us **every day**, by the time that stands above. It is the promise they watch.\n"
            "- Do not promise the month end before Tomás has seen two clean nights.\n"
            "- The call with Mark about who releases at night is late. That one is my fault, not yours.\n\n"
            "Priya knows everything else."
        )
        story.ids["handing over"], _ = start_topic(
            session, story.escalation, "Handing over", Audience.internal, Words(text)
        )


def _action(story: Story, name: str) -> ActionItem:
    return story.session.get_one(ActionItem, story.ids[name])
