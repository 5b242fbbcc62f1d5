"""From a media file to a transcript: the whole way in one call, or chunk by chunk for a caller that stores each."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

from app.speech.decoding import SAMPLE_RATE, Decoded, decode
from app.speech.engines import EngineChoice
from app.speech.opening import open_engine
from app.speech.planning import Chunk, plan_chunks
from app.speech.samples import read_samples
from app.speech.transcriber import LanguageGuess, Said, Transcriber

CHUNKS_TO_GUESS_FROM = 3
SECONDS_TO_GUESS_FROM = 30
# Where no chunk has speech there is nothing to guess from, and nothing to get wrong.
LANGUAGE_OF_SILENCE = "en"

# Called after each chunk with what was said in it and the share of the speech that is done, 0 to 1.
OnChunk = Callable[[Chunk, list[Said], float], None]


@dataclass(frozen=True)
class Transcript:
    """Everything said in one recording; times are seconds on the clock of its player."""

    language: str
    seconds: float
    has_video: bool
    device_note: str
    segments: list[Said]

    def as_json_object(self) -> dict[str, object]:
        return asdict(self)


def transcribe_file(
    path: Path,
    choice: EngineChoice,
    work_dir: Path,
    language: str | None = None,
    vocabulary: Sequence[str] = (),
    on_chunk: OnChunk | None = None,
    cpu_threads: int = 1,
) -> Transcript:
    """Decodes, plans and transcribes one file. Raises UnusableMedia if it holds nothing to transcribe."""
    work_dir.mkdir(parents=True, exist_ok=True)
    decoded = decode(path, work_dir / "sound.s16")
    try:
        chunks = plan_chunks(decoded.path)
        with open_engine(choice, cpu_threads) as engine:
            language = language or detect_spoken_language(engine, decoded.path, chunks)
            segments = transcribe_chunks(engine, decoded, chunks, language, vocabulary, on_chunk)
            note = engine.device_note
    finally:
        decoded.path.unlink()
    return Transcript(language, decoded.seconds, decoded.has_video, note, segments)


def transcribe_chunks(
    engine: Transcriber,
    decoded: Decoded,
    chunks: list[Chunk],
    language: str,
    vocabulary: Sequence[str],
    on_chunk: OnChunk | None,
) -> list[Said]:
    segments: list[Said] = []
    done, total = 0.0, sum(chunk.seconds for chunk in chunks if chunk.has_speech)
    for chunk in chunks:
        said = transcribe_chunk(engine, decoded.path, chunk, language, vocabulary, decoded.first_pts_seconds)
        segments += said
        done += chunk.seconds if chunk.has_speech else 0.0
        if on_chunk:
            on_chunk(chunk, said, done / total if total else 1.0)
    return segments


def transcribe_chunk(
    engine: Transcriber,
    raw: Path,
    chunk: Chunk,
    language: str | None,
    vocabulary: Sequence[str],
    first_pts_seconds: float = 0.0,
) -> list[Said]:
    """What was said in one chunk, with times on the clock of the recording's player."""
    if not chunk.has_speech:
        return []
    samples = read_samples(raw, chunk.start_sample, chunk.end_sample)
    offset = chunk.start_seconds + first_pts_seconds
    return [said.moved_by(offset) for said in engine.transcribe(samples, language or None, vocabulary)]


def detect_spoken_language(engine: Transcriber, raw: Path, chunks: list[Chunk]) -> str:
    """The language most of the first spoken chunks are in; to be asked once and then held for the whole recording."""
    spoken = [chunk for chunk in chunks if chunk.has_speech]
    weights: dict[str, float] = {}
    for chunk in spoken[:CHUNKS_TO_GUESS_FROM]:
        guess = guess_language(engine, raw, chunk)
        weights[guess.code] = weights.get(guess.code, 0.0) + guess.probability
    return max(weights, key=lambda code: weights[code], default=LANGUAGE_OF_SILENCE)


def guess_language(engine: Transcriber, raw: Path, chunk: Chunk) -> LanguageGuess:
    end = min(chunk.end_sample, chunk.start_sample + SECONDS_TO_GUESS_FROM * SAMPLE_RATE)
    return engine.detect_language(read_samples(raw, chunk.start_sample, end))
