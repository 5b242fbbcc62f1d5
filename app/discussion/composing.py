"""Writing in a topic: what is sent, the files that come with it, and the box it is written in."""

from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import bindparam
from sqlmodel import col, select

from app.access.participation import Audience, Participation, guest_of
from app.access.permissions import Verb
from app.discussion.finding import find_message
from app.discussion.models import LONGEST, Message, Stamp, Topic
from app.discussion.promising import promised_by
from app.discussion.words import Words
from app.escalations.doors import Here
from app.foundation.forms import Filled, Form
from app.foundation.ids import new_id
from app.foundation.refusals import Refused
from app.foundation.storage import BlobStore, open_storage
from app.people.models import Person
from app.writing.attachments import keep_file, kept_files
from app.writing.models import DraftFile


class Post(Form):
    """Words for a topic. How long they may be and whether there are any is the verb's to say, so that files that came
    with them are kept meanwhile."""

    title: str = ""
    text: str = ""
    audience: Audience = Audience.internal
    stamp: Stamp | None = None
    reply_to: str = ""
    client_id: str = ""
    kept: list[str] = []
    in_spite: bool = False
    next_update: str = ""  # when the customer hears next, said with these words


@dataclass(frozen=True)
class Composer:
    """Where one writes: whom one can write to, and what is in it already."""

    customer: str  # of whom there is a choice to write to; empty when all that is written has the same readers
    chosen: str
    label: str
    send_label: str
    shared_label: str = ""
    readers: str = ""
    client_id: str = ""
    reply_to: Message | None = None
    quoted: str = ""
    kept: list[DraftFile] = field(default_factory=list)
    longest: int = LONGEST
    promises: bool = False  # with the words one may say when the customer hears next
    stamps: list[str] = field(default_factory=lambda: [stamp.value for stamp in Stamp])


def composer_for(
    here: Here,
    can_be_shared: bool,
    form: Filled[Any] | None = None,
    kept: list[DraftFile] | None = None,
    *,
    chosen: Audience = Audience.internal,
    reply_to: Message | None = None,
    is_quoted: bool = False,
) -> Composer:
    """An answer to an internal message has no choice of readers."""
    chooses = here.may(Verb.share_message) and can_be_shared and (reply_to is None or reply_to.is_shared)
    always_shared = here.viewer.is_guest
    customer = here.head.customer.name
    return Composer(
        customer=customer if chooses else "",
        chosen=chosen.value,
        promises=chooses and here.may(Verb.edit_escalation),
        label="Message" if always_shared else "Internal note",
        send_label="Send" if always_shared else "Add internal note",
        shared_label=send_label_for(here),
        readers=guest_names(here) if chooses else "",
        client_id=_name_of_act(form),
        reply_to=reply_to,
        quoted=_quoted(reply_to) if is_quoted and reply_to else "",
        kept=kept or [],
    )


def storage_of(here: Here) -> BlobStore:
    settings = here.page.settings
    return open_storage(settings.storage_url, settings.data_dir)


def gather(here: Here, form: Filled[Post]) -> tuple[Filled[Post], list[DraftFile]]:
    """Stores the files that came, with those that came before: whatever happens to the words, no file is sent twice."""
    kept = kept_files(here.session, here.escalation.id, form.many["kept"])
    folder = here.page.settings.data_dir / "incoming"
    for file in form.files:
        try:
            name = file.filename or "file"
            kept.append(keep_file(here.session, storage_of(here), folder, here.escalation.id, name, file.file))
        except Refused as refusal:
            form = form.refused(refusal)
    if form.files:
        here.session.commit()  # a page that refuses keeps nothing else of what was sent
    return form, kept


def words_of(here: Here, topic: Topic | None, given: Post, kept: list[DraftFile]) -> Words:
    reply_to = find_message(here.session, topic, given.reply_to) if topic and given.reply_to else None
    due_at = promised_by(here, given.next_update, given.audience)
    return Words(given.text, given.stamp, reply_to, kept, given.client_id[:32], given.in_spite, due_at)


def _name_of_act(form: Filled[Any] | None) -> str:
    """A form that came back is the same act, unless its name stands for other words already."""
    goes_on = form is not None and form.mistakes and "client_id" not in form.mistakes
    return (form.typed.get("client_id") if form and goes_on else None) or new_id()


def send_label_for(here: Here) -> str:
    count = here.head.guest_count
    return f"Send to {here.head.customer.name} ({count} {'person' if count == 1 else 'people'})"


def guest_names(here: Here) -> str:
    """The customer's people who read what is shared, by name: "Gil Reyes and Gus Meyer"."""
    names = [name for (name,) in here.session.rows(_guest_names(), {"id": here.escalation.id})]
    if not names:
        return "nobody yet"
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"


@cache
def _guest_names() -> Any:
    return (
        select(Person.name)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(guest_of(bindparam("id")))
        .order_by(Person.name)
    )


def _quoted(message: Message) -> str:
    return "".join(f"> {line}\n" for line in message.text.split("\n")) + "\n"
