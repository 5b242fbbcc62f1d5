"""Where open pages keep what is being typed, and ask for it again on another device."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import JSONResponse, Response
from pydantic import Field, Json, StringConstraints

from app.access.doors import SharedPages, requires
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere, OpenHere
from app.foundation.forms import Form, filled
from app.foundation.refusals import Refused
from app.foundation.rendering import iso
from app.writing.drafting import keep_draft, read_draft

shared = SharedPages(prefix="/escalations/{key}/drafts")
Name = Annotated[str, StringConstraints(min_length=1, max_length=60)]
Typed = Annotated[str, StringConstraints(strip_whitespace=False)]  # somebody may be in the middle of a sentence


class DraftForm(Form):
    place: str = Field(min_length=1, max_length=80)
    words: Json[dict[Name, Typed]]


@shared.get("")
def show_draft(here: CurrentHere, place: Annotated[str, Query(max_length=80)] = "") -> Response:
    draft = read_draft(here.session, here.escalation.id, place)
    words, saved_at = draft or ({}, None)
    return JSONResponse({"words": words, "saved_at": iso(saved_at) if saved_at else ""})


@shared.post("", dependencies=[requires(Verb.keep_draft)])
def create_draft(here: OpenHere, form: filled(DraftForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return JSONResponse({"error": "This draft cannot be kept."}, 422)
    try:
        keep_draft(here.session, here.escalation.id, form.value.place, form.value.words)
    except Refused as refusal:
        return JSONResponse({"error": refusal.sentence}, 422)
    return Response(status_code=204)
