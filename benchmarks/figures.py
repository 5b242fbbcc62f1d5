"""A row of the table: the goal, what came out, and whether that is enough."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Figure:
    goal: str
    measure: str
    wanted: str
    measured: str
    is_met: bool | None

    def as_row(self) -> str:
        verdict = "–" if self.is_met is None else "met" if self.is_met else "**not met**"
        return f"| {self.goal} | {self.measure} | {self.wanted} | {self.measured} | {verdict} |"
