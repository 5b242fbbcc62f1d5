"""The default engine: faster-whisper, on a GPU where one works, else on the processor."""

import logging
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

import ctranslate2
import numpy as np
from faster_whisper import WhisperModel
from faster_whisper.transcribe import Segment

from app.speech.cleaning import clean
from app.speech.decoding import SAMPLE_RATE
from app.speech.fitting import fit
from app.speech.transcriber import LanguageGuess, Said, Word

Device = Literal["auto", "cpu", "cuda"]

log = logging.getLogger(__name__)


class FasterWhisper:
    """A Whisper model loaded from a local folder; `device_note` says what it runs on, and why."""

    def __init__(self, model_dir: Path, cpu_threads: int = 1, device: Device = "auto", beam_size: int = 5) -> None:
        self.beam_size = beam_size
        self.model, self.device_note = load(model_dir, cpu_threads, device)

    def transcribe(self, samples: np.ndarray, language: str | None, vocabulary: Sequence[str]) -> list[Said]:
        segments, _ = self.model.transcribe(
            samples,
            language=language,
            beam_size=self.beam_size,
            word_timestamps=True,
            # Without these three, pauses and music are filled with invented sentences.
            vad_filter=True,
            condition_on_previous_text=False,
            hallucination_silence_threshold=2.0,
            hotwords=", ".join(fit(vocabulary, self._count_tokens)) or None,
        )
        return clean((said_in(segment) for segment in segments), len(samples) / SAMPLE_RATE)

    def detect_language(self, samples: np.ndarray) -> LanguageGuess:
        code, probability, _ = self.model.detect_language(samples)
        return LanguageGuess(code, float(probability))

    def close(self) -> None:
        """Nothing is held that does not go with the engine itself."""

    def _count_tokens(self, text: str) -> int:
        return len(self.model.hf_tokenizer.encode(text, add_special_tokens=False).ids)


def load(model_dir: Path, cpu_threads: int, device: Device) -> tuple[WhisperModel, str]:
    if device == "cuda" or (device == "auto" and ctranslate2.get_cuda_device_count() > 0):
        try:
            return load_on_gpu(model_dir), "Transcribed on the GPU."
        except (RuntimeError, ValueError) as trouble:
            log.warning("The GPU cannot be used for speech: %s", trouble)
            note = f"Transcribed on the processor, because the GPU could not be used: {trouble}"
            return load_on_processor(model_dir, cpu_threads), note
    return load_on_processor(model_dir, cpu_threads), "Transcribed on the processor."


def load_on_gpu(model_dir: Path) -> WhisperModel:
    model = WhisperModel(str(model_dir), device="cuda", compute_type="float16", local_files_only=True)
    # A missing GPU library shows only at the first real work, so a second of silence is tried here and now.
    model.detect_language(np.zeros(SAMPLE_RATE, dtype=np.float32))
    return model


def load_on_processor(model_dir: Path, cpu_threads: int) -> WhisperModel:
    return WhisperModel(
        str(model_dir), device="cpu", compute_type="int8", cpu_threads=cpu_threads, local_files_only=True
    )


def said_in(segment: Segment) -> Said:
    words = tuple(
        Word(float(word.start), float(word.end), word.word.strip(), float(word.probability))
        for word in segment.words or []
    )
    return Said(
        start=float(segment.start),
        end=float(segment.end),
        text=segment.text.strip(),
        words=words,
        no_speech_probability=float(segment.no_speech_prob),
        average_log_probability=float(segment.avg_logprob),
        compression_ratio=float(segment.compression_ratio),
    )
