"""openai-whisper, on the same weights: an engine to choose where it is installed. It listens in a child process."""

import json
import os
import subprocess
from collections.abc import Sequence
from pathlib import Path
from threading import Timer
from typing import Any

import numpy as np

from app.speech.cleaning import clean
from app.speech.decoding import IMPORT_ROOT, SAMPLE_RATE
from app.speech.openai_whisper_place import NOT_INSTALLED, whisper_python
from app.speech.speech_only import SpeechOnly
from app.speech.transcriber import EngineUnavailable, LanguageGuess, Said, Word

# Slow processors need many times as long as the sound lasts; only a child that hangs needs longer.
SECONDS_TO_LOAD = 600.0
SECONDS_PER_SECOND = 60.0
KEPT_VARIABLES = ("CUDA_", "NVIDIA_", "LD_LIBRARY_PATH", "OPENBLAS_", "TMPDIR")


class OpenAiWhisper:
    """`checkpoints` is a folder for the converted model. A child that dies is followed by another at the next call."""

    def __init__(self, model_dir: Path, checkpoints: Path, cpu_threads: int = 1) -> None:
        python = whisper_python()
        if python is None:
            raise EngineUnavailable(NOT_INSTALLED)
        self.command = [str(python), "-m", "app.speech.openai_whisper_child"]
        self.command += [str(model_dir.absolute()), str(checkpoints.absolute()), str(cpu_threads)]
        self.environment = {"PYTHONPATH": str(IMPORT_ROOT), "PATH": os.defpath, "LANG": "C.UTF-8"}
        # Threads that wait must not spin: others use the cores too.
        self.environment |= {"OMP_NUM_THREADS": str(cpu_threads), "OMP_WAIT_POLICY": "passive"}
        self.environment |= {name: text for name, text in os.environ.items() if name.startswith(KEPT_VARIABLES)}
        try:
            self.child = self._start()
        except RuntimeError as trouble:
            raise EngineUnavailable(f"openai-whisper cannot start: {trouble}") from trouble

    def transcribe(self, samples: np.ndarray, language: str | None, vocabulary: Sequence[str]) -> list[Said]:
        spoken = SpeechOnly(samples)
        if not spoken.stretches:
            return []
        asked = {"task": "words", "language": language, "vocabulary": list(vocabulary)}
        heard = self._ask(asked, spoken.samples)["said"]
        return clean((spoken.put_back(said_in(one)) for one in heard), len(samples) / SAMPLE_RATE)

    def detect_language(self, samples: np.ndarray) -> LanguageGuess:
        found = self._ask({"task": "language"}, samples)
        return LanguageGuess(found["language"], found["probability"])

    def close(self) -> None:
        if self.child.poll() is None:
            self.child.kill()
        self.child.communicate()

    def _start(self) -> "subprocess.Popen[bytes]":
        child = subprocess.Popen(
            self.command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=self.environment, cwd=IMPORT_ROOT
        )
        ready = read_answer(child, SECONDS_TO_LOAD)
        if "unavailable" in ready:
            child.communicate()
            raise EngineUnavailable(ready["unavailable"])
        place = "the GPU" if ready["device"] == "cuda" else "the processor"
        self.device_note = f"Transcribed by openai-whisper on {place}."
        return child

    def _ask(self, asked: dict[str, Any], samples: np.ndarray) -> dict[str, Any]:
        if self.child.poll() is not None:
            self.child.communicate()
            self.child = self._start()
        assert self.child.stdin is not None
        header = json.dumps(asked | {"samples": len(samples)}).encode() + b"\n"
        try:
            self.child.stdin.write(header + samples.astype(np.float32).tobytes())
            self.child.stdin.flush()
        except BrokenPipeError as trouble:
            raise RuntimeError("openai-whisper ended before it was asked.") from trouble
        told = read_answer(self.child, 60.0 + SECONDS_PER_SECOND * len(samples) / SAMPLE_RATE)
        if "trouble" in told:
            raise RuntimeError(told["trouble"])
        return told


def read_answer(child: "subprocess.Popen[bytes]", most_seconds: float) -> dict[str, Any]:
    """One line; a child that gives none in time is ended, which ends the waiting too."""
    assert child.stdout is not None
    watch = Timer(most_seconds, child.kill)
    watch.start()
    try:
        line = child.stdout.readline()
    finally:
        watch.cancel()
    if not line.endswith(b"\n"):
        child.kill()
        child.communicate()
        raise RuntimeError(f"openai-whisper ended without an answer (exit status {child.returncode}).")
    told: dict[str, Any] = json.loads(line)
    return told


def said_in(told: dict[str, Any]) -> Said:
    words = tuple(Word(start, end, text.strip(), probability) for start, end, text, probability in told["words"])
    return Said(**{**told, "text": told["text"].strip(), "words": words})
