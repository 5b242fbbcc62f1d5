"""Putting the lines of a chunk in their place: over what was heard there before, around what people corrected."""

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.links.models import Link
from app.recordings.models import Recording, TranscriptChunk, TranscriptLine
from app.speech.decoding import SAMPLE_RATE
from app.speech.transcriber import Said

LINES_PER_CHUNK = 10_000  # numbers set aside for each chunk, so that a repeated one finds its place


def put_lines(session: ViewerSession, recording: Recording, chunk: TranscriptChunk, said: list[Said] | None) -> None:
    """None says that nothing could be heard: then what was there stays, and where nothing was, a gap is shown."""
    before = _lines_of(session, chunk)
    if said is None:
        if not before:
            session.add(_gap(recording, chunk))
        return
    in_use = _in_use(session, before)
    kept = [line for line in before if line.is_edited or line.id in in_use]
    for line in before:
        if line not in kept:
            session.delete(line)
    fresh = [_line_of(recording, part) for one in said for part in _besides(one, kept)]
    for number, line in enumerate(sorted([*kept, *fresh], key=lambda line: line.start)):
        line.number = chunk.number * LINES_PER_CHUNK + number
        session.add(line)


def _lines_of(session: ViewerSession, chunk: TranscriptChunk) -> list[TranscriptLine]:
    first = chunk.number * LINES_PER_CHUNK
    query = select(TranscriptLine).where(
        TranscriptLine.recording_id == chunk.recording_id,
        col(TranscriptLine.number).between(first, first + LINES_PER_CHUNK - 1),
    )
    return list(session.exec(query))


def _in_use(session: ViewerSession, lines: list[TranscriptLine]) -> set[str]:
    """Lines that an action item or a concern was made of, and that it links back to."""
    ids = [line.id for line in lines]
    query = select(Link.from_id).where(Link.from_kind == TranscriptLine.__tablename__, col(Link.from_id).in_(ids))
    return set(session.exec(query))


def _besides(said: Said, kept: list[TranscriptLine]) -> Iterator[Said]:
    """What of a passage no kept line says already, word by word: a second hearing rarely cuts at the same moments."""
    if not any(line.start < said.end and said.start < line.end for line in kept):
        yield said
    elif not said.words:
        if not _is_in(said.start, said.end, kept):
            yield said
    else:
        for inside, run in groupby(said.words, key=lambda word: _is_in(word.start, word.end, kept)):
            words = tuple(run)
            if not inside:
                text = " ".join(word.text for word in words)
                yield replace(said, start=words[0].start, end=words[-1].end, text=text, words=words)


def _is_in(start: float, end: float, kept: list[TranscriptLine]) -> bool:
    return any(line.start <= (start + end) / 2 <= line.end for line in kept)


def _line_of(recording: Recording, said: Said) -> TranscriptLine:
    line = _line(recording, said.start, said.end)
    line.text = said.text.strip()
    line.words = [
        [round(word.start, 2), round(word.end, 2), word.text, round(word.probability, 2)] for word in said.words
    ]
    return line


def _gap(recording: Recording, chunk: TranscriptChunk) -> TranscriptLine:
    offset = recording.clock_offset
    line = _line(recording, chunk.start_sample / SAMPLE_RATE + offset, chunk.end_sample / SAMPLE_RATE + offset)
    line.number, line.is_missing = chunk.number * LINES_PER_CHUNK, True
    return line


def _line(recording: Recording, start: float, end: float) -> TranscriptLine:
    return TranscriptLine(
        escalation_id=recording.escalation_id,
        recording_id=recording.id,
        audience=recording.audience,
        reader_group_id=recording.reader_group_id,
        number=0,
        start=round(start, 2),
        end=round(end, 2),
        text="",
    )
