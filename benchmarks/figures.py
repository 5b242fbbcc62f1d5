"""A row of the table: the goal, what came out, and whether that is enough."""

from dataclasses import dataclass
from statistics import median


@dataclass(frozen=True)
class Figure:
    goal: str
    measure: str
    wanted: str
    measured: str
    is_met: bool | None  # nothing: said, not judged
    where: str = ""  # scale and database

    def as_row(self) -> str:
        verdict = "–" if self.is_met is None else "met" if self.is_met else "**not met**"
        return f"| {self.goal} | {self.where} | {self.measure} | {self.wanted} | {self.measured} | {verdict} |"


def accepted(each: list[float], goal: float) -> bool:
    """The median of the rounds meets it, and no round is above one and a half times of it."""
    return median(each) <= goal and max(each) <= 1.5 * goal


def as_words(each: list[float]) -> str:
    return f"{median(each):.2f}x (worst round {max(each):.2f}x)"
