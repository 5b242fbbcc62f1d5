"""Suggestions while somebody writes @."""

from typing import Annotated

from fastapi import Query
from fastapi.responses import JSONResponse, Response

from app.access.doors import SharedPages
from app.access.participation import Audience
from app.escalations.doors import CurrentHere
from app.writing.mentions import mentionable

shared = SharedPages(prefix="/escalations/{key}")


@shared.get("/mentionable")
def suggest_people(
    here: CurrentHere, q: Annotated[str, Query(max_length=60)] = "", audience: Audience = Audience.internal
) -> Response:
    people = mentionable(here.session, here.escalation.id, audience, q.removeprefix("@"))
    return JSONResponse([{"handle": one.handle, "name": one.name, "guest": one.is_guest} for one in people])
