"""What the command line does with speech: its models, and a transcript on the terminal."""

import json
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from app.foundation.settings import Settings
from app.speech.choosing import chosen_engine
from app.speech.engines import engine_report
from app.speech.model_fetching import fetch_model
from app.speech.model_listing import list_models
from app.speech.model_pins import MODELS
from app.speech.model_store import (
    ModelUnavailable,
    find_model,
    is_marked_verified,
    mark_verified,
    model_folder,
    refuse_model,
    verify_model,
)
from app.speech.sniffing import UnusableMedia
from app.speech.transcriber import EngineUnavailable
from app.speech.transcribing import transcribe_file

MISUSED = 2


def say_models(settings: Settings) -> int:
    """0 when recordings could be transcribed now."""
    choice = chosen_engine(settings)
    for model in list_models(choice):
        print(f"{model.name:18} {model.engine.value:15} {model.size:>8}  {model.state}\n{'':18} {model.folder}")
    report = engine_report(choice)
    print(f"\n{report.sentence}")
    return 0 if report.is_ready else 1


def get_model(settings: Settings, name: str) -> int:
    """0 when the model is here and whole, whether it was fetched now or before."""
    if _is_unknown(name):
        return MISUSED
    try:
        folder = fetch_model(settings.data_dir, _say)
    except ModelUnavailable as trouble:
        print(f"evenkeel: {trouble}", file=sys.stderr)
        return 1
    print(f"{name} is in {folder}.")
    return 0


def check_model(settings: Settings, name: str) -> int:
    """Reads every byte. 0 when each file is the one that is known."""
    if _is_unknown(name):
        return MISUSED
    folder = model_folder(settings.data_dir)
    if not folder.is_dir():
        print(f"evenkeel: {name} is not here: get it with `evenkeel models fetch`.", file=sys.stderr)
        return 1
    problems = verify_model(folder)
    for problem in problems:
        print(f"evenkeel: {folder}: {problem}", file=sys.stderr)
    if problems:
        # What was found damaged must not be used, however its sizes look.
        refuse_model(folder)
        print("evenkeel: it will not be used; get it anew with `evenkeel models fetch`.", file=sys.stderr)
        return 1
    if not is_marked_verified(folder):
        mark_verified(folder)
    print(f"{name} in {folder} is whole: every file has the fingerprint it must have.")
    return 0


def transcribe_to_terminal(settings: Settings, file: Path, *, as_json: bool, language: str | None) -> int:
    """Standard output holds the transcript and nothing else."""
    choice = chosen_engine(settings)
    try:
        if choice.server is None and find_model(settings.data_dir, settings.model_dir) is None:
            fetch_model(settings.data_dir, _say)
        with TemporaryDirectory(prefix="evenkeel-transcribe-") as work:
            transcript = transcribe_file(file, choice, Path(work), language=language)
    except (UnusableMedia, ModelUnavailable, EngineUnavailable) as trouble:
        print(f"evenkeel: {trouble}", file=sys.stderr)
        return 1
    if as_json:
        print(json.dumps(transcript.as_json_object()))
    else:
        for said in transcript.segments:
            print(f"{said.start:8.1f}  {said.text.strip()}")
    return 0


def _is_unknown(name: str) -> bool:
    if name in MODELS:
        return False
    print(f"evenkeel: there is no model {name}; there is {', '.join(MODELS)}.", file=sys.stderr)
    return True


def _say(words: str) -> None:
    print(words, file=sys.stderr)
