"""Where openai-whisper is installed, if it is."""

import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from app.speech.decoding import IMPORT_ROOT

OWN_ENVIRONMENT = IMPORT_ROOT / ".venv-whisper" / "bin" / "python"
NOT_INSTALLED = (
    "openai-whisper is not installed: run `make whisper`, or install Evenkeel with its extra `openai-whisper`."
)


def whisper_python() -> Path | None:
    """The Python that has openai-whisper: our own, or that of the environment beside it."""
    try:
        version("openai-whisper")
    except PackageNotFoundError:
        return OWN_ENVIRONMENT if OWN_ENVIRONMENT.exists() else None
    return Path(sys.executable)
