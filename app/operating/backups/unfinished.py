"""The mark that a restore leaves in the data folder until it is done: whoever finds it serves nothing."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from app.foundation.storage import sync_folder
from app.operating.backups.manifest import CannotRestore

NAME = "restore-unfinished"
SENTENCE = "A restore into {folder} was not finished. Run `evenkeel restore FILE` again; until then nothing is served."


def is_unfinished(data_dir: Path) -> bool:
    return (data_dir / NAME).exists()


@contextmanager
def marked(data_dir: Path) -> Iterator[None]:
    """The mark stays when what happens inside is cut short, by whatever, and goes when it is done."""
    mark = data_dir / NAME
    file = os.open(mark, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise CannotRestore(f"Another restore into {data_dir} is running.") from None
        os.fsync(file)
        sync_folder(data_dir)
        yield
        mark.unlink()
        sync_folder(data_dir)
    finally:
        os.close(file)
