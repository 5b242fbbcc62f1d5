"""The models there are on this machine: which engine reads each, where it lies, and whether it is whole."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from app.speech.engines import EngineChoice, EngineName
from app.speech.model_pins import MODELS
from app.speech.model_store import is_marked_verified, missing_files, sizes


@dataclass(frozen=True)
class Model:
    """`bytes` are those on this machine, or those to fetch for one that is not here."""

    name: str
    engine: EngineName
    bytes: int
    folder: Path
    state: str
    is_here: bool

    @property
    def size(self) -> str:
        return f"{self.bytes / 1e6:.0f} MB"


def list_models(choice: EngineChoice) -> Iterator[Model]:
    if choice.model_dir is not None:
        yield configured_model(choice.model_dir)
    for name, editions in MODELS.items():
        folder = choice.data_dir / "models" / name
        size = sum(file.size for file in editions[0].files.values())
        if is_marked_verified(folder):
            state, here, size = "verified", True, sum(sizes(folder).values())
        elif folder.is_dir():
            state, here = "incomplete or changed: fetch it again", False
        else:
            state, here = "not here", False
        yield Model(name, EngineName.faster_whisper, size, folder, state, here)
    for checkpoint in sorted(choice.checkpoints.glob("*.pt")):
        size = checkpoint.stat().st_size
        state = "converted from the model above; checked at each start"
        yield Model(checkpoint.stem, EngineName.openai_whisper, size, choice.checkpoints, state, True)


def configured_model(folder: Path) -> Model:
    missing = missing_files(folder)
    state = f"lacks {', '.join(missing)}" if missing else "as its owner put it there; not one we have fingerprints of"
    size = sum(sizes(folder).values()) if folder.is_dir() else 0
    return Model("EVENKEEL_MODEL_DIR", EngineName.faster_whisper, size, folder, state, not missing)
