"""The outbox: each letter with its state, one more try, and a link to hand over where there is no mail server."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import Response

from app.access.doors import CurrentPage, ManagerPages, requires
from app.access.permissions import Verb
from app.foundation.refusals import NotFound
from app.outbox.models import Letter, LetterState
from app.outbox.sending import send_again
from app.sign_in.copying import links_to_copy
from app.workspace.outbox.listing import list_letters

managers = ManagerPages(prefix="/outbox")


@managers.get("")
def list_outbox(
    page: CurrentPage,
    state: Annotated[str, Query(max_length=20)] = "",
    before: Annotated[str, Query(max_length=16)] = "",
) -> Response:
    rows, older = list_letters(page.session, state=state, before=before)
    administrator = page.viewer.is_administrator
    open_to_me = [
        row.id
        for row in rows
        if row.state is not LetterState.sent and row.link_may_be_seen_by(administrator=administrator)
    ]
    return page.show(
        "workspace/outbox.html",
        rows=rows,
        older=older,
        before=before,
        state=state if state in set(LetterState) else "",
        states=[(value.value, value.value.capitalize()) for value in LetterState],
        links=links_to_copy(page.session, page.settings, open_to_me),
        mail_is_set_up=bool(page.settings.smtp_url),
    )


@managers.post("/{letter_id}/sending", dependencies=[requires(Verb.send_letter_again)])
def create_sending(page: CurrentPage, letter_id: str) -> Response:
    letter = page.session.get(Letter, letter_id)
    if letter is None or letter.state not in (LetterState.failed, LetterState.waiting):
        raise NotFound
    send_again(page.session, letter)
    return page.go("/outbox", "It is tried again now.")
