"""The inbox."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from app.access.doors import CurrentPage, SharedPages, requires
from app.access.permissions import Verb
from app.foundation.refusals import NotFound
from app.notifications import inbox
from app.notifications import letters as _words  # noqa: F401  registers how letters are worded

shared = SharedPages(prefix="/inbox")


@shared.get("")
def list_news(page: CurrentPage, show: str = "all", before: Annotated[str, Query(max_length=60)] = "") -> Response:
    shown, older = inbox.lines(page.session, unread_only=show == "unread", before=before)
    return page.show("notifications/inbox.html", lines=shown, older=older, show=show)


@shared.post("/{notification_id}/opening", dependencies=[requires(Verb.read_own_inbox)])
def create_opening(page: CurrentPage, notification_id: str) -> Response:
    sentence = inbox.open_line(page.session, notification_id)
    if sentence is None:
        raise NotFound
    return page.go(sentence.url or "/inbox")


@shared.post("/reading", dependencies=[requires(Verb.read_own_inbox)])
def create_reading(page: CurrentPage) -> Response:
    inbox.mark_all_read(page.session)
    return page.go("/inbox", "Everything is marked as read.")
