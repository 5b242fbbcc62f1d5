"""What the speech tests listen with: the recordings, and the real model, fetched once per machine."""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from app.speech.engines import EngineChoice, EngineName
from app.speech.faster_whisper_engine import FasterWhisper
from app.speech.model_fetching import fetch_model

ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / "tests" / "recordings"
MODELS = Path(os.environ.get("EVENKEEL_TEST_MODELS") or ROOT / "var" / "test-models")


@pytest.fixture(scope="session")
def recordings() -> Path:
    return RECORDINGS


@pytest.fixture(scope="session")
def models() -> Path:
    """A data folder with the fetched model in it; several test processes may ask at once."""
    fetch_model(MODELS, print)
    return MODELS


@pytest.fixture(scope="session")
def model_dir(models: Path) -> Path:
    return fetch_model(models, print)


@pytest.fixture(scope="session")
def engine(model_dir: Path) -> FasterWhisper:
    return FasterWhisper(model_dir, cpu_threads=2)


@pytest.fixture(scope="session")
def choice(models: Path, model_dir: Path) -> EngineChoice:
    """The default engine, as it is without any setting."""
    return EngineChoice(EngineName.faster_whisper, models)


@pytest.fixture(scope="session")
def openai_whisper(models: Path) -> None:
    """openai-whisper, installed once per checkout as a person installs it; several test processes may ask at once."""
    with (models / ".openai-whisper.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        subprocess.run(["make", "--no-print-directory", ".venv-whisper/.ok"], cwd=ROOT, check=True)
