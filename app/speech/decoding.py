"""Guarded decoding: an untrusted media file becomes plain 16 kHz sound, in a child process that may do little else."""

import errno
import json
import logging
import math
import os
import signal
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from app.speech.sniffing import UnusableMedia, media_kind

SAMPLE_RATE = 16_000
BYTES_PER_SAMPLE = 2
LONGEST_SECONDS = 12 * 3600.0
# A small file gets a minute; a large one gets more, at a pace that a busy core holds even for thin speech codecs.
LEAST_SECONDS_ALLOWED = 60.0
INPUT_BYTES_PER_SECOND = 250_000

REPORT_BYTES = 4096
IMPORT_ROOT = Path(__file__).resolve().parents[2]

SENTENCES = {
    "damaged": "This recording is damaged: its kind was recognised, but its content could not be read.",
    "no-sound": "There is no sound in this file.",
    "too-long": "This recording is longer than {hours:g} hours, which is the longest that can be transcribed.",
    "too-slow": "Reading this recording took too long and was stopped.",
}

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Decoded:
    """Plain sound in a raw file: 16 kHz, one channel, 16-bit samples."""

    path: Path
    seconds: float
    first_pts_seconds: float
    kind: str
    has_video: bool
    network_cut_off: bool


def decode(
    media: Path,
    raw: Path,
    longest_seconds: float = LONGEST_SECONDS,
    seconds_allowed: float | None = None,
) -> Decoded:
    """Writes the sound of `media` to `raw`, whole or not at all. Raises UnusableMedia with a sentence for a person."""
    kind = media_kind(media)
    allowed = seconds_allowed or LEAST_SECONDS_ALLOWED + media.stat().st_size / INPUT_BYTES_PER_SECOND
    unfinished = raw.with_name(raw.name + ".part")
    try:
        report = run_decoder(media.resolve(), unfinished.resolve(), kind, longest_seconds, allowed)
        if report["outcome"] == "disk-full":
            raise OSError(errno.ENOSPC, "There is no room on the disk for the decoded sound", str(raw))
        if report["outcome"] != "decoded":
            raise unusable(report["outcome"], longest_seconds)
        samples = unfinished.stat().st_size // BYTES_PER_SAMPLE
        if not samples:
            raise unusable("no-sound", longest_seconds)
        keep(unfinished, raw)
    finally:
        unfinished.unlink(missing_ok=True)
    return Decoded(
        path=raw,
        seconds=samples / SAMPLE_RATE,
        first_pts_seconds=believable_start(report.get("first_pts_seconds")),
        kind=kind,
        has_video=report.get("has_video") is True,
        network_cut_off=report.get("network_cut_off") is True,
    )


def run_decoder(media: Path, unfinished: Path, kind: str, longest_seconds: float, allowed: float) -> dict[str, Any]:
    """Runs the child under a wall clock and returns its report; a child that dies without one counts as damage."""
    command = [sys.executable, "-m", "app.speech.decoder_child", str(media), str(unfinished)]
    command += [kind, str(longest_seconds), str(math.ceil(allowed) + 5)]
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as complained:
        child = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=complained,
            cwd=unfinished.parent,
            # Only what Python needs to start: no address, password or key of ours is in the child's reach.
            env={"PYTHONPATH": str(IMPORT_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"},
            start_new_session=True,
        )
        try:
            child.wait(allowed)
        except subprocess.TimeoutExpired:
            return {"outcome": "too-slow"}
        finally:
            end_with_its_group(child)
        report = read_report(said)
        if report is None:
            log.warning("The decoder ended with %s: %r", child.returncode, read_start(complained))
            return {"outcome": "too-slow" if child.returncode == -signal.SIGXCPU else "damaged"}
        return report


def end_with_its_group(child: subprocess.Popen[bytes]) -> None:
    if child.poll() is None:
        os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def read_report(said: IO[bytes]) -> dict[str, Any] | None:
    """The child has met a stranger's file, so its report is read as a stranger's too."""
    try:
        report = json.loads(read_start(said))
    except ValueError:
        return None
    known = {"decoded", "disk-full", *SENTENCES}
    return report if isinstance(report, dict) and report.get("outcome") in known else None


def read_start(output: IO[bytes]) -> bytes:
    output.seek(0)
    return output.read(REPORT_BYTES)


def unusable(outcome: str, longest_seconds: float) -> UnusableMedia:
    return UnusableMedia(SENTENCES[outcome].format(hours=longest_seconds / 3600))


def believable_start(seconds: object) -> float:
    if isinstance(seconds, int | float) and -10 < seconds < LONGEST_SECONDS:
        return float(seconds)
    return 0.0


def keep(unfinished: Path, raw: Path) -> None:
    with unfinished.open("rb") as written:
        os.fsync(written.fileno())
    unfinished.replace(raw)
    folder = os.open(raw.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
