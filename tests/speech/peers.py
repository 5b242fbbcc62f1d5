"""Transcription servers to speak with: one by others, in a process of its own, and one of ours, which can be told what
to answer and remembers what it was asked."""

import io
import json
import os
import socket
import subprocess
import sys
import wave
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.parser import BytesParser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from time import monotonic, sleep
from typing import Any

import numpy as np

from app.speech.faster_whisper_engine import FasterWhisper

PATIENCE = 60


@contextmanager
def faster_whisper_server(model_dir: Path, folder: Path) -> Iterator[str]:
    """The package of that name, unchanged, with our model as quick as we run it."""
    options = {"compute_type": "int8", "cpu_threads": 2}
    model = {"name": "whisper-1", "path": str(model_dir), "model_options": options}
    (folder / "server.yml").write_text(json.dumps({"models": [model]}))
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port = found.getsockname()[1]
    command = [sys.executable, "-m", "faster_whisper_server", "--config", str(folder / "server.yml")]
    command += ["--host", "127.0.0.1", "--port", str(port)]
    server = subprocess.Popen(command, env={**os.environ, "HF_HUB_OFFLINE": "1"})
    until = monotonic() + PATIENCE
    while monotonic() < until:
        assert server.poll() is None, "the server ended while it started"
        try:
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            break
        except OSError:
            sleep(0.1)
    yield f"http://127.0.0.1:{port}"
    server.terminate()
    server.wait()


@dataclass(frozen=True)
class Asked:
    """One request as it arrived."""

    path: str
    key: str
    fields: dict[str, list[str]]
    sound: bytes

    @property
    def samples(self) -> np.ndarray:
        with wave.open(io.BytesIO(self.sound)) as sound:
            assert (sound.getframerate(), sound.getnchannels(), sound.getsampwidth()) == (16_000, 1, 2)
            return np.frombuffer(sound.readframes(sound.getnframes()), dtype="<i2").astype(np.float32) / 32768

    @property
    def seconds(self) -> float:
        return len(self.samples) / 16_000


@dataclass(frozen=True)
class Answer:
    told: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


Answering = Callable[[Asked], Answer]


class Twin:
    """A server on loopback that answers each transcription as `answering` says."""

    def __init__(self, answering: Answering) -> None:
        self.answering = answering
        self.asked: list[Asked] = []
        twin = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                self.tell(Answer({"data": []}))

            def do_POST(self) -> None:
                asked = read(self)
                twin.asked.append(asked)
                self.tell(twin.answering(asked))

            def tell(self, answer: Answer) -> None:
                body = answer.told if isinstance(answer.told, bytes) else json.dumps(answer.told).encode()
                self.send_response(answer.status)
                for name, text in {"content-type": "application/json", **answer.headers}.items():
                    self.send_header(name, text)
                self.send_header("content-length", str(len(body)))
                self.end_headers()
                self.wfile.write(body)

            def log_message(self, *_: object) -> None:
                pass

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}"
        Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self.server.shutdown()
        self.server.server_close()


def read(handler: BaseHTTPRequestHandler) -> Asked:
    body = handler.rfile.read(int(handler.headers["content-length"]))
    kind = f"Content-Type: {handler.headers['content-type']}\r\n\r\n".encode()
    fields: dict[str, list[str]] = {}
    sound = b""
    parts: Any = BytesParser().parsebytes(kind + body).get_payload()
    for part in parts:
        content = part.get_payload(decode=True)
        if part.get_filename():
            sound = content
        else:
            fields.setdefault(part.get_param("name", header="content-disposition"), []).append(content.decode())
    return Asked(handler.path, handler.headers.get("authorization", ""), fields, sound)


def as_documented(engine: FasterWhisper) -> Answering:
    """What the documented protocol answers, word for word from the engine of ours."""

    def answer(asked: Asked) -> Answer:
        language = asked.fields.get("language", ["en"])[0]
        said = engine.transcribe(asked.samples, language, asked.fields.get("prompt", [""])[0].split(", "))
        told: dict[str, Any] = {"text": " ".join(one.text for one in said)}
        if asked.fields.get("response_format") == ["verbose_json"]:
            told |= {"task": "transcribe", "language": "english", "duration": asked.seconds}
            wanted = asked.fields.get("timestamp_granularities[]", ["segment"])
            if "segment" in wanted:
                told["segments"] = [
                    {
                        "id": number,
                        "seek": 0,
                        "start": one.start,
                        "end": one.end,
                        "text": " " + one.text,
                        "tokens": [],
                        "temperature": 0.0,
                        "avg_logprob": one.average_log_probability,
                        "compression_ratio": one.compression_ratio,
                        "no_speech_prob": one.no_speech_probability,
                    }
                    for number, one in enumerate(said)
                ]
            if "word" in wanted:
                told["words"] = [
                    {"word": word.text.strip(",."), "start": word.start, "end": word.end}
                    for one in said
                    for word in one.words
                ]
        return Answer(told)

    return answer
