"""Every clock of the product, on one page: what is looked for, how often, and which verb does it.

A sweep finds what is due, claims each row by a conditional update, and records or sends; two workers may sweep at once.
"""

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from app.access.session import ViewerSession
from app.action_items.due import record_overdue
from app.api.forgetting import forget_answers, forget_words
from app.discussion.deleting import end_deletions
from app.discussion.releasing import release_due
from app.escalations.due import record_overdue_updates
from app.escalations.presence.noticing import forget_long_gone
from app.foundation.beginnings import sweep_beginnings
from app.foundation.settings import Settings
from app.foundation.storage import open_storage
from app.notifications.spreading import spread_news
from app.outbox.sending import send_due
from app.recordings.arrival.expiring import sweep_uploads
from app.recordings.hearing.waiting import resume_waiting
from app.recordings.storing import incoming_folder
from app.search.following import follow
from app.writing.attachments import sweep_files
from app.writing.drafting import sweep_old_drafts

Sweep = Callable[[ViewerSession, Settings, datetime], object]


class Clock(NamedTuple):
    """`sweep(system session, settings, now)` is called every `seconds`; its session is committed afterwards."""

    name: str
    seconds: float
    sweep: Sweep


def sweep_unfinished(session: ViewerSession, settings: Settings, now: datetime) -> int:
    store = open_storage(settings.storage_url or None, settings.data_dir)
    return sweep_beginnings(session, store, incoming_folder(settings), now)


CLOCKS: list[Clock] = [
    Clock("messages to the customer", 1, lambda session, _, now: release_due(session, now)),
    Clock("deleted messages", 5, lambda session, _, now: end_deletions(session, now)),
    Clock("deleted words in answers kept for programs", 15, lambda session, _, now: forget_words(session)),
    Clock("news", 1, spread_news),
    Clock("search", 1, follow),
    Clock("letters", 2, send_due),
    Clock("overdue actions", 60, lambda session, _, now: record_overdue(session, now)),
    Clock("overdue updates", 60, lambda session, _, now: record_overdue_updates(session, now)),
    Clock("files never posted, and of deleted messages", 60, lambda session, _, now: sweep_files(session, now)),
    Clock("files whose words were lost", 3600, sweep_unfinished),
    Clock("answers kept for programs", 3600, lambda session, _, now: forget_answers(session, now)),
    Clock("drafts nobody went on with", 3600, lambda session, _, now: sweep_old_drafts(session, now)),
    Clock("who was here", 3600, lambda session, _, now: forget_long_gone(session, now)),
    Clock("recordings that wait for the model", 15, resume_waiting),
    Clock("uploads nobody went on with", 600, sweep_uploads),
]
