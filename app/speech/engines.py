"""Which engine listens, and whether it could just now. Loads nothing heavy, so anybody may ask."""

from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from app.speech.model_store import ModelUnavailable, find_model
from app.speech.openai_whisper_place import NOT_INSTALLED, whisper_python
from app.speech.server import Server, why_not_there


class EngineName(StrEnum):
    faster_whisper = "faster-whisper"
    openai_whisper = "openai-whisper"
    server = "server"


@dataclass(frozen=True)
class EngineChoice:
    """`model_dir` is a folder that its owner named; without it the model is in the data folder."""

    name: EngineName
    data_dir: Path
    model_dir: Path | None = None
    server: Server | None = None

    @property
    def checkpoints(self) -> Path:
        """Where the model is kept in the form that openai-whisper reads."""
        return self.data_dir / "models" / "openai-whisper"


@dataclass(frozen=True)
class EngineReport:
    """Whether transcription works, and if it does not, what to do: one sentence for an administrator."""

    sentence: str
    is_ready: bool
    is_wrong: bool = False  # nobody but an administrator can mend it


def engine_report(choice: EngineChoice, by_asking: bool = True) -> EngineReport:
    """The truth as far as it can be found in seconds: the model's sizes, what is installed, whether a server answers.
    A page that cannot wait for a server leaves that out."""
    if choice.server is not None:
        trouble = why_not_there(choice.server) if by_asking else ""
        if trouble:
            return EngineReport(trouble, is_ready=False, is_wrong=True)
        answers = " and answers" if by_asking else ""
        return EngineReport(f"The server {choice.server.host} transcribes{answers}.", is_ready=True)
    if choice.name is EngineName.openai_whisper and whisper_python() is None:
        return EngineReport(NOT_INSTALLED, is_ready=False, is_wrong=True)
    try:
        model = find_model(choice.data_dir, choice.model_dir)
    except ModelUnavailable as trouble:
        return EngineReport(str(trouble), is_ready=False, is_wrong=True)
    if model is None:
        return EngineReport(
            "The speech model is not here yet: recordings wait. Get it with `evenkeel models fetch`.", is_ready=False
        )
    return EngineReport(f"{choice.name.value} with the model in {model}.", is_ready=True)


def lacks_model(choice: EngineChoice) -> bool:
    """Whether the model has still to come by itself; a folder that its owner named never does."""
    return choice.server is None and choice.model_dir is None and find_model(choice.data_dir, None) is None
