"""A fact: a small class of ids and choices that says what happened. Never free text, which would outlive its deletion."""

import re
from typing import Any, ClassVar

from pydantic import BaseModel, ConfigDict

KINDS: dict[str, type["Fact"]] = {}


class Fact(BaseModel):
    """Base of all facts. The class name is the kind, `ConcernRaised` → "concern_raised"; old kinds keep their class."""

    model_config = ConfigDict(frozen=True, extra="ignore", defer_build=True)
    kind: ClassVar[str] = ""
    panel: ClassVar[str] = ""  # what open pages refresh: "concerns", "meetings", "header", …
    in_passing: ClassVar[bool] = False  # open pages and readers follow it; a timeline is not made longer by it
    sentence: ClassVar[str] = ""  # "{actor} raised {subject}", shown on timeline, inbox and mail

    def __init_subclass__(cls, **options: Any) -> None:
        super().__init_subclass__(**options)
        cls.kind = re.sub(r"(?<!^)(?=[A-Z])", "_", cls.__name__).lower()
        KINDS[cls.kind] = cls
