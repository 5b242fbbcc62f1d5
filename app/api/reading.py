"""Reading what a program sent: JSON, behind the door, with a sentence for each mistake; and whether it is up to date."""

import hashlib
import re
from typing import Annotated, Any, TypeVar

from fastapi import Depends, Request, Response
from pydantic import BaseModel, ConfigDict, Field, ValidationError
from pydantic_core import from_json, to_json

from app.foundation.forms import clean, is_to_be_seen, kind_of_body, sentence_for
from app.foundation.problems import Problem

Model = TypeVar("Model", bound=BaseModel)
MISTAKES = "Something you sent cannot be used."
OTHERS = "This field is not known here."
ONE_TAG = re.compile(r"\*|\"[0-9a-f]{1,40}\"")


class Given(BaseModel):
    """What a program sends. Text is stripped, and a field that is not named here is refused."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="forbid", frozen=True)

    def has(self, *names: str) -> bool:
        """Whether any of these was sent: what was left out of a change stays as it is."""
        return not self.model_fields_set.isdisjoint(names)


def left_out(**limits: Any) -> Any:
    """A field of a change that may be left out, and when sent has a value."""
    return Field(default_factory=lambda: None, **limits)


def given(model: type[Model]) -> Any:
    async def read(request: Request) -> Model:
        if kind_of_body(request.headers) != "application/json":
            raise Problem(415, "Send Content-Type: application/json.")
        try:
            sent = from_json(await request.body(), allow_inf_nan=False)
        except ValueError:
            raise Problem(400, "The body is not JSON.") from None
        try:
            return model.model_validate_json(to_json(_clean(sent, is_to_be_seen(model))), strict=True)
        except ValidationError as error:
            raise Problem(422, MISTAKES, errors=[_mistake(model, one) for one in error.errors()]) from None

    read.reads = model  # type: ignore[attr-defined]  # the description of the routes looks here
    return Annotated[model, Depends(read)]


def tag_of(out: BaseModel) -> str:
    return '"' + hashlib.sha256(out.model_dump_json().encode()).hexdigest()[:24] + '"'


def tagged(response: Response, out: Model) -> Model:
    response.headers["etag"] = tag_of(out)
    return out


def if_match(request: Request) -> str:
    """Which state the sender had before them; without it they change whatever stands there."""
    wanted = request.headers.get("if-match", "*").strip()
    if not ONE_TAG.fullmatch(wanted):
        raise Problem(400, "If-Match holds one ETag as it was given out, in its quotes.")
    return wanted


IfMatch = Annotated[str, Depends(if_match)]


def up_to_date(wanted: str, tag: str) -> None:
    if wanted not in ("*", tag):
        raise Problem(412, "It is no longer as you read it. Read it again, and decide anew.", headers={"etag": tag})


def _mistake(model: type[BaseModel], one: Any) -> tuple[str, str]:
    """The name of a field is told only where it is ours."""
    name = str(one["loc"][0]) if one["loc"] else ""
    if one["type"] == "extra_forbidden":
        return "", OTHERS
    return (name if name in model.model_fields else ""), sentence_for(one)


def _clean(sent: Any, to_be_seen: bool) -> Any:
    """As forms do."""
    if isinstance(sent, str):
        return clean(sent, to_be_seen=to_be_seen)
    if isinstance(sent, list):
        return [_clean(one, to_be_seen) for one in sent]
    if isinstance(sent, dict):
        return {clean(name): _clean(one, to_be_seen) for name, one in sent.items()}
    return sent
