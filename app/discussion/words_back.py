"""Words that were on their way to the customer and did not leave: they become their author's draft, in the same act that ends
them, so that no answer that is lost on its way loses them."""

import json
from collections.abc import Iterable

from app.access.session import ViewerSession
from app.discussion.models import HeldMessage, Topic
from app.foundation.clock import now
from app.foundation.typed_moments import as_typed
from app.people.models import Person
from app.writing.models import Draft, DraftFile


def place_of(topic_id: str, escalation_id: str, *, opens_topic: bool = False) -> str:
    """As the composers in templates/discussion are called."""
    return f"topic:new:{escalation_id}" if opens_topic else f"topic:{topic_id}"


def keep_as_draft(
    session: ViewerSession, held: HeldMessage, topic: Topic, files: Iterable[DraftFile] = ()
) -> dict[str, str]:
    """Below what its author was typing there already. A topic that was to open with it is started anew with it. Answers the
    fields of the form."""
    place = place_of(topic.id, held.escalation_id, opens_topic=held.opens_topic)
    draft = session.get(Draft, (held.author_id, held.escalation_id, place))
    if draft is None:
        draft = Draft(person_id=held.author_id, escalation_id=held.escalation_id, place=place, words="{}")
    words: dict[str, str] = json.loads(draft.words)
    if words.get("text", "").strip() not in (
        "",
        held.text.strip(),
    ):  # the same: it was sent, and its draft not yet gone
        # Nor do words for our own side wake up in the customer's box.
        words |= {"text": f"{words['text'].rstrip()}\n\n{held.text}", "audience": words.get("audience", "internal")}
    else:
        words |= {"text": held.text, "audience": "shared"}
    beside = {
        "stamp": held.stamp.value if held.stamp else "",
        "next_update": _typed(session, held),
        "title": topic.title if held.opens_topic else "",
        "reply_to": held.reply_to_id or "",
        "kept": " ".join(file.id for file in files),
    }
    words |= {name: value for name, value in beside.items() if value and not words.get(name)}
    draft.words, draft.saved_at = json.dumps(words, ensure_ascii=False), now()
    session.add(draft)
    return words


def _typed(session: ViewerSession, held: HeldMessage) -> str:
    if held.next_update_due_at is None:
        return ""
    return as_typed(held.next_update_due_at, session.get_one(Person, held.author_id).time_zone)
