"""The routes as OpenAPI describes them: bodies that are read behind the door, one schema for all refusals, the token."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.openapi.utils import get_openapi
from fastapi.routing import iter_route_contexts
from pydantic.json_schema import models_json_schema
from starlette.routing import BaseRoute

from app.access.bearing import API
from app.access.gate import SAFE_METHODS
from app.api.doors import once
from app.api.reading import if_match
from app.foundation.problems import KINDS, MEDIA_TYPE, URN

ROOT = f"{API}/v1"
REF = "#/components/schemas/{model}"
ABOUT = (
    "Everything a colleague can do on the pages, for programs. A token acts for the person who made it: it sees what "
    "they see and does what they may do, no more. Moments are in UTC, ids are random, lists go on with `next`."
)
PROBLEM = {
    "type": "object",
    "description": "Why not: problem details, RFC 9457.",
    "required": ["type", "title", "status", "detail", "errors", "request"],
    "properties": {
        "type": {"type": "string", "examples": [URN + "invalid"]},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string", "description": "One sentence for whoever reads it."},
        "errors": {
            "type": "array",
            "items": {
                "type": "object",
                "required": ["field", "message"],
                "properties": {"field": {"type": "string"}, "message": {"type": "string"}},
            },
        },
        "request": {"type": "string", "description": "The number to quote to an administrator."},
    },
}
TOKEN = {"type": "http", "scheme": "bearer", "description": "A personal token from your profile: `evk_…`."}
ALWAYS, WRITING, READING_A_BODY = (401, 403, 404, 422, 429, 503), (409, 412, 507), (400, 413, 415)
KEY_HEADER = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
    "description": "Sent again with the same key within a day, the act is not done again and is answered the same.",
}
MATCH_HEADER = {
    "name": "If-Match",
    "in": "header",
    "required": False,
    "schema": {"type": "string", "pattern": '^("[0-9a-f]{1,40}"|[*])$'},
    "description": "The ETag you read: 412 when somebody changed it meanwhile.",
}


def describe(routes: Sequence[BaseRoute]) -> dict[str, Any]:
    description = get_openapi(title="Evenkeel", version="1", description=ABOUT, routes=routes)
    description["paths"] = {path.removeprefix("/v1"): item for path, item in description["paths"].items()}
    description["servers"] = [{"url": ROOT}]
    description["security"] = [{"token": []}]
    components = description["components"]
    components["securitySchemes"] = {"token": TOKEN}
    components["schemas"].pop("HTTPValidationError", None)
    components["schemas"].pop("ValidationError", None)
    components["schemas"]["Problem"] = PROBLEM
    contexts: list[Any] = [
        context for context in iter_route_contexts(routes) if getattr(context, "include_in_schema", False)
    ]
    reads = {id(context): model for context in contexts for model in _read_by(context.dependant)}
    known, schemas = models_json_schema([(model, "validation") for model in set(reads.values())], ref_template=REF)
    components["schemas"] |= schemas.get("$defs", {})
    for context in contexts:
        for method in context.methods:
            operation = description["paths"][context.path.removeprefix("/v1")][method.lower()]
            model = reads.get(id(context))
            _complete(operation, method, context, known[(model, "validation")] if model else None)
    return description


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    content = {MEDIA_TYPE: {"schema": {"$ref": REF.format(model="Problem")}}}
    return {status: {"description": KINDS[status][1], "content": content} for status in statuses}


def _complete(operation: dict[str, Any], method: str, context: Any, body: dict[str, Any] | None) -> None:
    if body is not None:
        operation["requestBody"] = {"required": True, "content": {"application/json": {"schema": body}}}
    statuses = [
        *ALWAYS,
        *(WRITING if method not in SAFE_METHODS else ()),
        *(READING_A_BODY if body or method == "POST" else ()),
    ]
    operation["responses"] |= {str(status): told for status, told in refusals(*statuses).items()}
    guards = set(_calls(context.dependant))
    if once in guards:
        operation.setdefault("parameters", []).append(KEY_HEADER)
    if if_match in guards:
        operation.setdefault("parameters", []).append(MATCH_HEADER)


def _read_by(dependant: Any) -> Iterator[Any]:
    for call in _calls(dependant):
        if hasattr(call, "reads"):
            yield call.reads


def _calls(dependant: Any) -> Iterator[Any]:
    for child in dependant.dependencies:
        yield child.call
        yield from _calls(child)
