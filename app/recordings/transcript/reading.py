"""A transcript as it is read: lines and silences in order, with what a search found in them."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.recordings.models import Recording, TranscriptLine
from app.recordings.transcript.marking import Part, mark

SILENCE = 20.0  # seconds without a word that are worth saying
UNSURE = 0.4
LONGEST_SEARCH = 100


class Line(NamedTuple):
    """One passage. `parts` are its words, those found and those the engine was not sure of told apart."""

    id: str
    start: float
    end: float
    text: str
    is_missing: bool
    is_edited: bool
    parts: tuple[Part, ...]

    @property
    def seconds(self) -> float:
        return self.end - self.start

    @property
    def hits(self) -> int:
        return sum(part.kind == "hit" for part in self.parts)


class Silence(NamedTuple):
    start: float
    seconds: float


class Transcript(NamedTuple):
    lines: list[Line]
    silences: list[Silence]
    query: str

    @property
    def hits(self) -> int:
        return sum(line.hits for line in self.lines)

    @property
    def hit_lines(self) -> list[Line]:
        return [line for line in self.lines if line.hits]

    @property
    def in_order(self) -> Iterator[Line | Silence]:
        """By time; a silence before the line that ends it."""
        together: list[Line | Silence] = [*self.silences, *self.lines]
        return iter(sorted(together, key=lambda one: one.start))

    def at(self, seconds: float | None) -> Line | None:
        """The line that is said at this moment, or the last before it."""
        if seconds is None:
            return None
        said = [line for line in self.lines if line.start <= seconds + 0.05]
        return said[-1] if said else next(iter(self.lines), None)


def transcript_of(session: ViewerSession, recording: Recording, query: str = "") -> Transcript:
    query = " ".join(query.split())[:LONGEST_SEARCH]
    columns: list[Any] = [
        TranscriptLine.id,
        TranscriptLine.start,
        TranscriptLine.end,
        TranscriptLine.text,
        TranscriptLine.is_missing,
        TranscriptLine.original_text,
        TranscriptLine.words,
    ]
    found = select(*columns).where(
        TranscriptLine.recording_id == recording.id, TranscriptLine.escalation_id == recording.escalation_id
    )
    rows = session.execute(found.order_by(col(TranscriptLine.number)))
    lines = [
        Line(id_, start, end, text, missing, bool(original), mark(text, query, [] if original else _unsure(words)))
        for id_, start, end, text, missing, original, words in rows
    ]
    ends_at = recording.duration_seconds + recording.clock_offset if recording.state == "ready" else None
    return Transcript(lines, list(_silences(lines, ends_at)), query)


def _unsure(words: list[list[object]]) -> list[str]:
    """The words of a line that the engine had little confidence in, in their order."""
    return [str(word[2]).strip() for word in words or [] if isinstance(word[3], int | float) and word[3] < UNSURE]


def _silences(lines: list[Line], ends_at: float | None) -> Iterator[Silence]:
    reached = 0.0
    for line in lines:
        if line.start - reached >= SILENCE:
            yield Silence(reached, line.start - reached)
        reached = max(reached, line.end)
    if ends_at is not None and ends_at - reached >= SILENCE:
        yield Silence(reached, ends_at - reached)
