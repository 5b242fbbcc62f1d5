"""openai-whisper in a process of its own: `python -m app.speech.openai_whisper_child MODEL_DIR CHECKPOINTS THREADS`.

It answers each request, a line of JSON and then that many samples, with a line of JSON. It runs with the Python that
has openai-whisper, which need not be ours, so it imports only what both have.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any, BinaryIO, TextIO

import numpy as np
import torch
import whisper
from whisper.tokenizer import get_tokenizer

from app.speech.confinement import end_with_parent
from app.speech.fitting import fit
from app.speech.whisper_conversion import NotConvertible, converted

BYTES_PER_SAMPLE = 4


def main() -> None:
    model_dir, checkpoints, threads = sys.argv[1:]
    # Libraries that print must not print into the answers.
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    end_with_parent()
    torch.set_num_threads(int(threads))
    try:
        model = load(Path(model_dir), Path(checkpoints))
    except NotConvertible as trouble:
        answer(answers, {"unavailable": str(trouble)})
        return
    answer(answers, {"device": model.device.type})
    listen(model, sys.stdin.buffer, answers)


def load(model_dir: Path, checkpoints: Path) -> whisper.Whisper:
    device = "cuda" if torch.cuda.is_available() else "cpu"
    model = whisper.load_model(str(converted(model_dir, checkpoints)), device=device)
    point_out_alignment_heads(model, model_dir / "config.json")
    return model


def point_out_alignment_heads(model: whisper.Whisper, config: Path) -> None:
    """A model read from a file times its words by half of all heads, and worse than by those that are good at it."""
    told = json.loads(config.read_text()).get("alignment_heads")
    if told:
        heads = torch.zeros(model.dims.n_text_layer, model.dims.n_text_head, dtype=torch.bool)
        for layer, head in told:
            heads[layer, head] = True
        model.register_buffer("alignment_heads", heads.to_sparse().to(model.device), persistent=False)


def listen(model: whisper.Whisper, requests: BinaryIO, answers: TextIO) -> None:
    for line in requests:
        request = json.loads(line)
        samples = np.frombuffer(requests.read(request["samples"] * BYTES_PER_SAMPLE), dtype=np.float32).copy()
        try:
            found = guess_language(model, samples) if request["task"] == "language" else hear(model, samples, request)
        except (RuntimeError, ValueError, ArithmeticError, LookupError, MemoryError) as trouble:
            found = {"trouble": f"{type(trouble).__name__}: {trouble}"}
        answer(answers, found)


def hear(model: whisper.Whisper, samples: np.ndarray, request: dict[str, Any]) -> dict[str, Any]:
    expected = vocabulary_that_fits(model, request["vocabulary"])
    heard = model.transcribe(
        samples,
        language=request["language"],
        word_timestamps=True,
        condition_on_previous_text=False,
        hallucination_silence_threshold=2.0,
        initial_prompt=expected or None,
        carry_initial_prompt=bool(expected),
        fp16=model.device.type == "cuda",
        verbose=None,
    )
    return {"said": [segment_as_json(segment) for segment in heard["segments"]]}


def vocabulary_that_fits(model: whisper.Whisper, terms: list[str]) -> str:
    """openai-whisper cuts a long prompt at its beginning, where the words of most worth are, so it is cut here."""
    tokenizer = get_tokenizer(model.is_multilingual, num_languages=model.num_languages)
    return ", ".join(fit(terms, lambda text: len(tokenizer.encode(text))))


def segment_as_json(segment: dict[str, Any]) -> dict[str, Any]:
    return {
        "start": float(segment["start"]),
        "end": float(segment["end"]),
        "text": segment["text"],
        "words": [
            [float(word["start"]), float(word["end"]), word["word"], float(word["probability"])]
            for word in segment.get("words", [])
        ],
        "no_speech_probability": float(segment["no_speech_prob"]),
        "average_log_probability": float(segment["avg_logprob"]),
        "compression_ratio": float(segment["compression_ratio"]),
    }


def guess_language(model: whisper.Whisper, samples: np.ndarray) -> dict[str, Any]:
    if not model.is_multilingual:
        return {"language": "en", "probability": 1.0}
    heard = whisper.log_mel_spectrogram(whisper.pad_or_trim(samples), n_mels=model.dims.n_mels)
    _, probabilities = model.detect_language(heard.to(model.device))
    language = max(probabilities, key=lambda code: probabilities[code])
    return {"language": language, "probability": float(probabilities[language])}


def answer(answers: TextIO, told: dict[str, Any]) -> None:
    answers.write(json.dumps(told) + "\n")
    answers.flush()


if __name__ == "__main__":
    main()
