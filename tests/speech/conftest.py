"""What the speech tests listen with: the recordings, and the real model, fetched once per machine."""

import os
from pathlib import Path

import pytest

from app.speech.faster_whisper_engine import FasterWhisper
from app.speech.model_fetching import fetch_model

RECORDINGS = Path(__file__).parents[1] / "recordings"
MODELS = Path(os.environ.get("EVENKEEL_TEST_MODELS") or Path(__file__).parents[2] / "var" / "test-models")


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
