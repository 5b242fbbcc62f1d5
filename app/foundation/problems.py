"""A refusal as a program reads it: problem details, RFC 9457."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from starlette.responses import JSONResponse

MEDIA_TYPE = "application/problem+json"
URN = "urn:evenkeel:problem:"
KINDS: dict[int, tuple[str, str]] = {
    400: ("unreadable", "This request cannot be read"),
    401: ("token-needed", "A personal token is needed"),
    403: ("not-allowed", "This is not allowed"),
    404: ("not-found", "Nothing is here"),
    405: ("no-such-method", "This address knows no such method"),
    409: ("refused", "This is not possible now"),
    412: ("stale", "Somebody changed it meanwhile"),
    413: ("too-large", "This is too large"),
    415: ("other-type", "Another type of content is needed"),
    416: ("other-range", "This range lies outside"),
    422: ("invalid", "Something in it cannot be used"),
    423: ("locked", "Somebody else is at it"),
    429: ("too-often", "This was too often"),
    500: ("broken", "Something failed on our side"),
    503: ("busy", "Try again in a moment"),
    507: ("full", "Nothing can be stored"),
}


@dataclass
class Problem(Exception):
    """Raised where only a program can be listening; `errors` are pairs of a field and its sentence."""

    status: int
    sentence: str
    kind: str = ""
    errors: list[tuple[str, str]] = field(default_factory=list)
    headers: Mapping[str, str] = field(default_factory=dict)


def as_answer(problem: Problem, request_id: str) -> JSONResponse:
    kind, title = KINDS.get(problem.status, KINDS[400])
    return JSONResponse(
        {
            "type": URN + (problem.kind or kind),
            "title": title,
            "status": problem.status,
            "detail": problem.sentence,
            "errors": [{"field": name, "message": sentence} for name, sentence in problem.errors],
            "request": request_id,
        },
        problem.status,
        headers=dict(problem.headers),
        media_type=MEDIA_TYPE,
    )
