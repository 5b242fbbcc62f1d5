"""How much is in the databases that are measured."""

from dataclasses import dataclass

SHOWN = 50  # messages of the page that is measured
LONG = 500  # messages of the long thread


@dataclass(frozen=True)
class Scale:
    name: str
    escalations: int
    messages: int
    lines: int  # of transcripts

    @property
    def words(self) -> str:
        return f"{self.escalations:,} escalations, {self.messages:,} messages, {self.lines:,} lines of transcripts"


SCALES = {
    "tiny": Scale("tiny", 100, 10_000, 5_000),
    "1k": Scale("1k", 1_000, 100_000, 100_000),
    "10k": Scale("10k", 10_000, 1_000_000, 1_000_000),
}
