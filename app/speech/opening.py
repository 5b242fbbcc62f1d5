"""Opening the chosen engine: loads the libraries that listen, so only the worker and the command line come here."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.speech.engines import EngineChoice, EngineName
from app.speech.faster_whisper_engine import FasterWhisper
from app.speech.model_store import ModelUnavailable, find_model
from app.speech.openai_whisper_engine import OpenAiWhisper
from app.speech.server_engine import TranscriptionServer
from app.speech.transcriber import EngineUnavailable, Transcriber


@contextmanager
def open_engine(choice: EngineChoice, cpu_threads: int = 1) -> Iterator[Transcriber]:
    """EngineUnavailable when it cannot be had; a model that is not here yet is not fetched."""
    engine = start(choice, cpu_threads)
    try:
        yield engine
    finally:
        engine.close()


def start(choice: EngineChoice, cpu_threads: int) -> Transcriber:
    if choice.server is not None:
        return TranscriptionServer(choice.server)
    model_dir = model_of(choice)
    if choice.name is EngineName.openai_whisper:
        return OpenAiWhisper(model_dir, choice.checkpoints, cpu_threads)
    return FasterWhisper(model_dir, cpu_threads)


def model_of(choice: EngineChoice) -> Path:
    try:
        model_dir = find_model(choice.data_dir, choice.model_dir)
    except ModelUnavailable as trouble:
        raise EngineUnavailable(str(trouble)) from trouble
    if model_dir is None:
        raise EngineUnavailable("The speech model is not here yet. Get it with `evenkeel models fetch`.")
    return model_dir
