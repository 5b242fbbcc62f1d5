"""What ties a worker process to its place: a lock on the data folder, and the process that started it."""

import ctypes
import fcntl
import os
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Event

PR_SET_PDEATHSIG = 1
SLOTS = 64


class WorkerAlreadyRunning(Exception):
    """One sentence for the terminal."""


@contextmanager
def only_worker(data_dir: Path, stop: Event, patience: float = 20) -> Iterator[None]:
    """Be the one worker of this data folder. Waits a little, for a predecessor may be putting its work down."""
    for _ in range(int(patience * 5) + 1):
        held = _lock(data_dir / "worker.lock")
        if held is not None:
            break
        if stop.wait(0.2):
            raise WorkerAlreadyRunning(f"Stopped while waiting for another worker on {data_dir} to end.")
    else:
        raise WorkerAlreadyRunning(f"Another worker is already running on {data_dir}.")
    try:
        yield
    finally:
        os.close(held)


@contextmanager
def any_slot(data_dir: Path) -> Iterator[int]:
    """Be one of several workers of this machine: the lowest free number, the same again after a restart."""
    for slot in range(1, SLOTS + 1):
        held = _lock(data_dir / f"worker-{slot}.lock")
        if held is not None:
            break
    else:
        raise WorkerAlreadyRunning(f"{SLOTS} workers are already running on {data_dir}.")
    try:
        yield slot
    finally:
        os.close(held)


def die_with_parent() -> None:
    """Have the kernel end this process with the one that started it; `is_orphan` is the slower way where it cannot."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def is_orphan(parent: int | None) -> bool:
    return parent is not None and os.getppid() != parent


def _lock(path: Path) -> int | None:
    """The file descriptor that holds the lock; the kernel lets go when the process ends, however it ends."""
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor
