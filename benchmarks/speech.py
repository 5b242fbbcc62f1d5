"""Transcription of the recordings in tests/recordings: how fast, how right, how much memory."""

import json
import os
import re
import resource
import subprocess
import sys
import time
from pathlib import Path

from benchmarks.figures import Figure

RECORDINGS = Path(__file__).parents[1] / "tests" / "recordings"
MODELS = Path(os.environ.get("EVENKEEL_TEST_MODELS", Path(__file__).parents[1] / "var" / "test-models"))


def figures() -> list[Figure]:
    wrong = words = 0
    seconds = cpu = 0.0
    peak = 0
    for name, reference in _references().items():
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        said = _transcribe(RECORDINGS / name)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu += after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        peak = max(peak, after.ru_maxrss)
        seconds += said["seconds"]
        heard = _plain(" ".join(segment["text"] for segment in said["segments"]))
        wrong += _distance(_plain(reference), heard)
        words += len(_plain(reference))
    text = (
        f"{cpu / seconds:.2f} processor seconds per second of sound, model load and language guess included; "
        f"{100 * wrong / words:.1f} % of {words} words wrong; {peak / 1000:.0f} MB at most; {seconds:.0f} s of sound"
    )
    return [Figure("G10", "transcription, base model, one thread", "said, not judged here", text, None)]


def _references() -> dict[str, str]:
    listed = json.loads((RECORDINGS / "manifest.json").read_text())
    entries = listed["recordings"] if isinstance(listed, dict) and "recordings" in listed else listed
    return {entry["file"]: entry["text"] for entry in entries if entry.get("text")}


def _transcribe(file: Path):  # type: ignore[no-untyped-def]
    began = time.monotonic()
    environment = {**os.environ, "EVENKEEL_DATA_DIR": str(MODELS), "OMP_NUM_THREADS": "1"}
    command = [sys.executable, "-m", "app.command", "transcribe", str(file), "--json"]
    said = json.loads(subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout)
    return said | {"wall": time.monotonic() - began}


def _plain(text: str) -> list[str]:
    return re.findall(r"[a-z0-9']+", text.lower().replace("’", "'"))


def _distance(wanted: list[str], heard: list[str]) -> int:
    """Words to insert, delete or replace: the numerator of the word error rate."""
    row = list(range(len(heard) + 1))
    for number, word in enumerate(wanted, 1):
        diagonal, row[0] = row[0], number
        for place, other in enumerate(heard, 1):
            diagonal, row[place] = row[place], min(row[place] + 1, row[place - 1] + 1, diagonal + (word != other))
    return row[-1]
