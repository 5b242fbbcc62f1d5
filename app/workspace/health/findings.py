"""One line about one part of the installation."""

from dataclasses import dataclass
from enum import StrEnum


class Mark(StrEnum):
    ok = "ok"
    look = "look"  # it works, and somebody should know
    broken = "broken"


@dataclass(frozen=True)
class Finding:
    name: str
    mark: Mark
    sentence: str  # says what to do, unless all is well

    @property
    def is_broken(self) -> bool:
        return self.mark is Mark.broken
