"""The words of letters: news gathered for one person, invitations, links to sign in."""

from sqlmodel import col, select

from app.escalations.models import Escalation
from app.foundation.rendering import clock_time
from app.notifications.models import Notification
from app.outbox.letters import Draft, Writing, writes
from app.people.models import Workspace
from app.sign_in.copying import still_opening
from app.sign_in.links import link_address
from app.timeline.describing import describe
from app.timeline.models import TimelineEntry
from app.timeline.reading import Sentence, sentences

MOST_QUOTED = 1200  # characters of the words around it


@writes("news")
def word_news(writing: Writing) -> Draft | None:
    """Everything that gathered for this person in this escalation and is still unread. The words are looked up now."""
    session = writing.session
    escalation = session.get(Escalation, writing.about["escalation_id"])
    entries = session.exec(
        select(TimelineEntry)
        .join(Notification, col(Notification.entry_id) == TimelineEntry.id)
        .where(Notification.letter_id == writing.letter.id, col(Notification.read_at).is_(None))
        .order_by(col(TimelineEntry.occurred_at))
    ).all()
    if escalation is None or not entries:
        return None
    said = sentences(session, list(entries), you=writing.letter.recipient_id)
    address = writing.settings.site + (said[-1].url or escalation.url)
    return Draft(
        subject=f"[{escalation.key}] {said[0].text}" + (f" and {len(said) - 1} more" if len(said) > 1 else ""),
        paragraphs=[f"{escalation.title} ({escalation.key})", *[_line(writing, one) for one in said]],
        quote=_words_around(writing, list(entries)),
        button=("Open it", address),
        why=f"You take part in {escalation.key}. To get no more mail about it, open it and choose “Mute”.",
    )


@writes("sign_in")
def word_sign_in(writing: Writing) -> Draft | None:
    if not _opens_something(writing):
        return None
    return Draft(
        subject="Your link to sign in",
        paragraphs=["Press the button to sign in. The link works once, for 15 minutes, in the browser you asked from."],
        button=("Sign in", _link(writing)),
        why="Somebody asked for this link with your address. If it was not you, nothing needs to be done.",
    )


@writes("joining")
def word_joining(writing: Writing) -> Draft | None:
    if not _opens_something(writing):
        return None
    house = writing.session.get_one(Workspace, 1)
    return Draft(
        subject=f"Join {house.name} on Evenkeel",
        paragraphs=[
            f"{house.name} works through customer escalations in Evenkeel, and you have been added as a colleague.",
            "Press the button and choose a password. The link works once, within 14 days.",
        ],
        button=("Choose a password", _link(writing)),
    )


@writes("password_reset")
def word_password_reset(writing: Writing) -> Draft | None:
    if not _opens_something(writing):
        return None
    return Draft(
        subject="Choose a new password",
        paragraphs=[
            "Press the button and choose a new password. The link works once, for an hour. Other browsers are signed out."
        ],
        button=("Choose a new password", _link(writing)),
        why="Somebody asked for this with your address. If it was not you, nothing needs to be done.",
    )


def _opens_something(writing: Writing) -> bool:
    """A letter that waited so long that its link is over would only disappoint."""
    return bool(still_opening(writing.session, writing.settings, [writing.letter.id]))


def _link(writing: Writing) -> str:
    return link_address(writing.settings.site, writing.settings.secret, writing.letter.id)


def _line(writing: Writing, said: Sentence) -> str:
    return f"{said.text} ({clock_time(said.occurred_at, writing.session.viewer.zone)})"


def _words_around(writing: Writing, entries: list[TimelineEntry]) -> str:
    """What was said, and where it came from, as far as this reader may see it."""
    found = describe(writing.session, [(entry.subject_kind, entry.subject_id) for entry in entries])
    words = [described.words for described in found.values() if described.words]
    return "\n\n".join(words)[:MOST_QUOTED]
