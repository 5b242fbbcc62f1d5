"""Reading a submitted form so that a mistake comes back as the same form, with everything that was typed."""

import re
from collections.abc import AsyncGenerator, AsyncIterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Any, Generic, TypeVar, get_origin

from fastapi import Depends, Request
from pydantic import BaseModel, ConfigDict, ValidationError
from starlette.datastructures import FormData, UploadFile
from starlette.formparsers import MultiPartException, MultiPartParser

from app.foundation.refusals import Refused

MAX_FIELDS = 400
MAX_FILES = 20
UNSEEN = re.compile(  # spaces, and letters that have no width
    r"[\s\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    r"\ufe00-\ufe0f\ufeff\uffa0]+"
)
Given = TypeVar("Given", bound=BaseModel)

SENTENCES = {
    "missing": "Fill this in.",
    "string_too_short": "Fill this in.",
    "string_too_long": "This is too long: at most {max_length} characters.",
    "date_from_datetime_parsing": "Choose a date.",
    "date_parsing": "Choose a date.",
    "datetime_parsing": "Choose a date and a time.",
    "datetime_from_date_parsing": "Choose a date and a time.",
    "int_parsing": "Write a whole number.",
    "enum": "Choose one of the options.",
    "greater_than_equal": "Must be at least {ge}.",
    "less_than_equal": "Must be at most {le}.",
}


class Form(BaseModel):
    """What a page accepts. Text is stripped, and a field that is not named here is ignored."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", frozen=True, defer_build=True)


@dataclass(frozen=True)
class Filled(Generic[Given]):
    """A form somebody sent: what they typed, and either its value or its mistakes."""

    typed: dict[str, str] = field(default_factory=dict)
    mistakes: dict[str, str] = field(default_factory=dict)
    files: list[UploadFile] = field(default_factory=list)
    given: Given | None = None
    many: dict[str, list[str]] = field(default_factory=dict)  # of fields that can be given several times: all that were

    @property
    def ok(self) -> bool:
        return not self.mistakes

    @property
    def value(self) -> Given:
        """The validated form. Ask `ok` first."""
        if self.given is None:
            raise LookupError("the form has mistakes")
        return self.given

    def refused(self, refusal: Refused) -> "Filled[Given]":
        """The same form with the reason a verb refused it, beside the field it is about."""
        return replace(self, mistakes={**self.mistakes, refusal.field: refusal.sentence})


def filled(form: type[Given]) -> Any:
    """A door-side dependency that reads this form. It runs after the door, so nothing is read from strangers."""

    async def read(request: Request) -> Filled[Given]:
        data = await read_form(request)
        typed = request.state.typed
        files = [file for file in data.getlist("files") if isinstance(file, UploadFile) and file.filename]
        many = {name: _texts(data, name) for name in form.model_fields if _takes_many(form, name)}
        repeated = [name for name in typed if len(data.getlist(name)) > 1 and not _takes_many(form, name)]
        if repeated:
            return Filled(typed, dict.fromkeys(repeated, "Give this once."), files, many=many)
        try:
            given = form.model_validate(_values(form, data))
        except ValidationError as error:
            mistakes = {str(m["loc"][0]) if m["loc"] else "": sentence_for(m) for m in error.errors()}
            return Filled(typed, mistakes, files, many=many)
        return Filled(typed, {}, files, given, many)

    return Annotated[Filled[form], Depends(read)]  # type: ignore[valid-type]


def kind_of_body(headers: Mapping[str, str]) -> str:
    """What is sent, as "multipart/form-data": whoever writes it in capitals or with a blank means the same, and so does
    whoever reads it here."""
    return headers.get("content-type", "").partition(";")[0].strip().lower()


async def read_form(request: Request) -> FormData:
    """The submitted fields, read once per request however often it is asked; whatever happens next can show them."""
    data = await request.form(max_fields=MAX_FIELDS, max_files=MAX_FILES)
    request.state.typed = _typed(data)
    return data


async def read_beginning(request: Request, limit: int) -> None:
    """For whoever cannot be told from a stranger at the moment: what they typed is kept for the answer to show, and no
    more than `limit` bytes of it. The rest is let pass by, because a sender who is cut off reads no answer."""
    if kind_of_body(request.headers) != "multipart/form-data":
        await read_form(request)  # short by its kind
        return
    beginning = _beginning(request.stream(), limit)
    parser = MultiPartParser(request.headers, beginning, max_files=MAX_FILES, max_fields=MAX_FIELDS)
    try:
        data = await parser.parse()
    except MultiPartException:
        return
    request.state.typed = _typed(data)
    await data.close()


async def _beginning(stream: AsyncIterator[bytes], limit: int) -> AsyncGenerator[bytes, None]:
    async for chunk in stream:
        if limit > 0:
            yield chunk[:limit]
        limit -= len(chunk)


def _typed(data: FormData) -> dict[str, str]:
    return {name: clean(text) for name, text in data.multi_items() if isinstance(text, str)}


def _texts(data: FormData, name: str, *, to_be_seen: bool = False) -> list[str]:
    return [clean(text, to_be_seen=to_be_seen) for text in data.getlist(name) if isinstance(text, str)]


def _values(form: type[BaseModel], data: FormData) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for name, known in form.model_fields.items():
        texts = _texts(data, name, to_be_seen=is_to_be_seen(form))
        if _takes_many(form, name):
            values[name] = texts
        elif texts and (texts[-1] or known.is_required()):
            values[name] = texts[-1]  # an empty optional field means its default
    return values


def _takes_many(form: type[BaseModel], name: str) -> bool:
    known = form.model_fields.get(name)
    return known is not None and get_origin(known.annotation) is list


def clean(text: str, *, to_be_seen: bool = False) -> str:
    """With plain line ends, where browsers send CRLF, and without NUL, which nobody types and PostgreSQL refuses. What is
    `to_be_seen` is empty where nothing of it would be, as of letters that have no width."""
    text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
    return "" if to_be_seen and UNSEEN.fullmatch(text) else text


def is_to_be_seen(model: type[BaseModel]) -> bool:
    """Not where spaces and line ends are somebody's who is about to type on."""
    return bool(model.model_config.get("str_strip_whitespace"))


def sentence_for(mistake: Any) -> str:
    if mistake["type"] == "value_error":
        return str(mistake["ctx"]["error"])
    return SENTENCES.get(mistake["type"], "This cannot be used here.").format(**mistake.get("ctx", {}))
