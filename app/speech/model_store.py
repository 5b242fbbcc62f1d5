"""Finding the speech model on this machine, and checking that its files are the ones we know."""

import hashlib
import json
from pathlib import Path

from app.speech.model_pins import EDITIONS, MODEL_NAME, Edition, PinnedFile

MARKER = "verified.json"
VOCABULARIES = ("vocabulary.txt", "vocabulary.json")


class ModelUnavailable(Exception):
    """The speech model cannot be had; the text is a sentence for a person."""


def find_model(data_dir: Path, configured: Path | None) -> Path | None:
    """The model folder to use, or None if it must be fetched first. Reads sizes only, so it may be asked often.

    A configured folder that holds no model is an error and never silently replaced: its owner wanted that model.
    """
    if configured is not None:
        missing = missing_files(configured)
        if missing:
            raise ModelUnavailable(f"The configured speech model folder {configured} lacks {', '.join(missing)}.")
        return configured
    folder = model_folder(data_dir)
    return folder if is_marked_verified(folder) else None


def model_folder(data_dir: Path) -> Path:
    return data_dir / "models" / MODEL_NAME


def verify_model(path: Path) -> list[str]:
    """What is wrong with the files of the known model in this folder; an empty list means that nothing is."""
    missing = missing_files(path)
    if missing:
        return [f"{name} is missing." for name in missing]
    edition = next((edition for edition in EDITIONS if has_files_of(path, edition)), EDITIONS[0])
    return [
        f"{name} is not the file we know: its content was changed or cut off."
        for name, pinned in edition.files.items()
        if not matches(path / name, pinned)
    ]


def mark_verified(path: Path) -> None:
    """Writes down the sizes of a folder that has just been verified, so that later looks need no hashing."""
    (path / MARKER).write_text(json.dumps(sizes(path), indent=2))


def refuse_model(path: Path) -> None:
    """Takes the mark away, so that a folder found damaged is fetched anew and not used until then."""
    (path / MARKER).unlink(missing_ok=True)


def missing_files(path: Path) -> list[str]:
    missing = [name for name in ("model.bin", "config.json", "tokenizer.json") if not (path / name).is_file()]
    if not any((path / name).is_file() for name in VOCABULARIES):
        missing.append("vocabulary.txt")
    return missing


def is_marked_verified(path: Path) -> bool:
    try:
        marked: dict[str, int] = json.loads((path / MARKER).read_text())
    except (OSError, ValueError):
        return False
    return bool(marked) and marked == sizes(path)


def sizes(path: Path) -> dict[str, int]:
    return {file.name: file.stat().st_size for file in sorted(path.iterdir()) if file.is_file() and file.name != MARKER}


def has_files_of(path: Path, edition: Edition) -> bool:
    return all((path / name).is_file() for name in edition.files) and (
        (path / "model.bin").stat().st_size == edition.files["model.bin"].size
    )


def matches(file: Path, pinned: PinnedFile) -> bool:
    return file.is_file() and file.stat().st_size == pinned.size and sha256_of(file) == pinned.sha256


def sha256_of(file: Path) -> str:
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
