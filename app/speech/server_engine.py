"""Another machine as the engine: any server that offers transcriptions the way OpenAI's does, by its address."""

import io
import json
import logging
import time
import wave
from collections.abc import Iterator, Sequence
from typing import Any

import httpx2
import numpy as np

from app.speech.cleaning import clean
from app.speech.decoding import SAMPLE_RATE
from app.speech.fitting import fit
from app.speech.languages import language_code
from app.speech.server import Server
from app.speech.server_answers import passages_in, sentence_in, text_in
from app.speech.speech_only import SpeechOnly
from app.speech.transcriber import EngineUnavailable, LanguageGuess, Said

TIMEOUT = httpx2.Timeout(connect=10.0, read=900.0, write=120.0, pool=10.0)
PAUSES = (1.0, 3.0, 9.0, 27.0)  # seconds before each further try
LONGEST_PAUSE = 60.0  # even if the server asks for more
LARGEST_ANSWER = 8 << 20
WORTH_ANOTHER_TRY = {408, 425, 429, 500, 502, 503, 504}
# A server that says no times is sent so much at once; each piece becomes a line.
SECONDS_WITHOUT_TIMES = 20.0

Fields = dict[str, str | list[str]]
# What to ask for, the best first: a server or a model that knows less refuses the request.
WAYS_TO_ASK: tuple[Fields, ...] = (
    {"response_format": "verbose_json", "timestamp_granularities[]": ["word", "segment"]},
    {"response_format": "verbose_json"},
    {"response_format": "json"},
)

log = logging.getLogger(__name__)


class NotUnderstood(RuntimeError):
    """The server refused what was asked, in the way it was asked."""


class TranscriptionServer:
    """Sends the spoken parts of each chunk. What the server refuses for good is EngineUnavailable, with its reason."""

    def __init__(self, server: Server, pauses: Sequence[float] | None = None) -> None:
        self.server = server
        self.pauses = PAUSES if pauses is None else pauses
        self.way = 0
        self.device_note = f"Transcribed by {server.host}."
        self.client = httpx2.Client(timeout=TIMEOUT, headers=server.headers)

    def transcribe(self, samples: np.ndarray, language: str | None, vocabulary: Sequence[str]) -> list[Said]:
        spoken = SpeechOnly(samples)
        if not spoken.stretches:
            return []
        fields: Fields = {"language": language} if language else {}
        if vocabulary:
            fields["prompt"] = ", ".join(fit(vocabulary))
        return clean(self._passages(spoken, fields), len(samples) / SAMPLE_RATE)

    def detect_language(self, samples: np.ndarray) -> LanguageGuess:
        told = self._ask(samples, {}).get("language")
        code = language_code(told) if isinstance(told, str) else ""
        return LanguageGuess(code, 1.0 if code else 0.0)

    def close(self) -> None:
        self.client.close()

    def _passages(self, spoken: SpeechOnly, fields: Fields) -> Iterator[Said]:
        answer = self._ask(spoken.samples, fields)
        passages = passages_in(answer)
        if passages is not None:
            yield from map(spoken.put_back, passages)
            return
        pieces = list(spoken.pieces(SECONDS_WITHOUT_TIMES))
        for start, end, samples in pieces:
            text = text_in(answer if len(pieces) == 1 else self._ask(samples, fields))
            yield Said(start, end, text, (), no_speech_probability=0, average_log_probability=0, compression_ratio=1)

    def _ask(self, samples: np.ndarray, fields: Fields) -> dict[str, Any]:
        sound = as_wav(samples)
        while True:
            try:
                return self._try_until_it_answers(sound, fields | WAYS_TO_ASK[self.way])
            except NotUnderstood:
                if self.way == len(WAYS_TO_ASK) - 1:
                    raise
                self.way += 1

    def _try_until_it_answers(self, sound: bytes, fields: Fields) -> dict[str, Any]:
        trouble = ""
        for pause in (*self.pauses, None):
            try:
                status, body, wait = self._post(sound, fields)
            except httpx2.HTTPError as error:
                trouble, wait = type(error).__name__, 0.0
            else:
                if status not in WORTH_ANOTHER_TRY:
                    return self._judge(status, body)
                trouble = sentence_in(status, body)
            if pause is not None:
                log.info("%s: %s; trying again.", self.server.host, trouble)
                time.sleep(max(pause, min(wait, LONGEST_PAUSE)))
        raise EngineUnavailable(f"The transcription server {self.server.host} does not answer: {trouble}.")

    def _post(self, sound: bytes, fields: Fields) -> tuple[int, bytes, float]:
        with self.client.stream(
            "POST",
            self.server.transcriptions,
            data={"model": self.server.model, **fields},
            files={"file": ("speech.wav", sound, "audio/wav")},
        ) as answer:
            body = b""
            for part in answer.iter_bytes():
                body += part
                if len(body) > LARGEST_ANSWER:
                    raise RuntimeError(f"{self.server.host} answered with more than a transcript can be.")
            return answer.status_code, body, seconds_to_wait(answer.headers.get("retry-after", ""))

    def _judge(self, status: int, body: bytes) -> dict[str, Any]:
        said = sentence_in(status, body)
        if status in (401, 403):
            raise EngineUnavailable(f"The transcription server {self.server.host} refuses the key: {said}.")
        if status == 404:
            raise EngineUnavailable(
                f"The transcription server {self.server.host} knows no such address or model: {said}."
            )
        if 300 <= status < 400:
            raise EngineUnavailable(f"The transcription server {self.server.host} has moved: give its new address.")
        if status in (400, 415, 422):
            raise NotUnderstood(said)
        if status != 200:
            raise RuntimeError(said)
        try:
            told = json.loads(body)
        except ValueError:
            told = None
        if not isinstance(told, dict):
            raise RuntimeError(f"{self.server.host} answered with something that is no transcript.")
        return told


def seconds_to_wait(told: str) -> float:
    try:
        return max(0.0, float(told))
    except ValueError:
        return 0.0  # a date, which is rare; our own pauses serve


def as_wav(samples: np.ndarray) -> bytes:
    written = io.BytesIO()
    with wave.open(written, "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(SAMPLE_RATE)
        sound.writeframes((np.clip(samples, -1, 1) * 32767).astype("<i2").tobytes())
    return written.getvalue()
