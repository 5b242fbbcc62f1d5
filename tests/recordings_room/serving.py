"""A real server in a process of its own, to be killed in the middle of things, and a browser's cookie for it."""

import http.client
import os
import socket
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic, sleep

from sqlalchemy import Engine

from app.access.session import as_system
from app.foundation.settings import Settings
from app.people.models import Person
from app.sign_in import sessions

ROOT = Path(__file__).parents[2]
PATIENCE = 60


@dataclass
class Server:
    """uvicorn on a free port; the same port again after a restart."""

    settings: Settings
    port: int
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self) -> None:
        environment = {name: text for name, text in os.environ.items() if not name.startswith("EVENKEEL_")}
        environment |= {
            "EVENKEEL_DATA_DIR": str(self.settings.data_dir),
            "EVENKEEL_DATABASE_URL": self.settings.database_url,
            "EVENKEEL_BASE_URL": self.site,
            "EVENKEEL_SECRET_KEY": self.settings.secret_key,
        }
        command = [sys.executable, "-m", "uvicorn", "--factory", "app.main:site_from_settings"]
        command += ["--host", "127.0.0.1", "--port", str(self.port), "--log-level", "warning"]
        self.processes.append(subprocess.Popen(command, cwd=ROOT, env=environment))
        self._wait_until_it_answers()

    @property
    def site(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def kill(self) -> None:
        self.processes[-1].kill()
        self.processes[-1].wait()

    def call(
        self, method: str, path: str, headers: dict[str, str], body: bytes | None = None
    ) -> http.client.HTTPResponse:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        connection.request(method, path, body=body, headers=headers)
        answer = connection.getresponse()
        answer.read()
        return answer

    def _wait_until_it_answers(self) -> None:
        until = monotonic() + PATIENCE
        while monotonic() < until:
            try:
                socket.create_connection(("127.0.0.1", self.port), timeout=1).close()
                return
            except OSError:
                assert self.processes[-1].poll() is None, "the server ended while it started"
                sleep(0.1)
        raise AssertionError("the server did not start")


def free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        port: int = found.getsockname()[1]
        return port


def cookie_of(engine: Engine, settings: Settings, person_id: str) -> tuple[str, str]:
    """Name and value, as that server's sign-in page would set them."""
    with as_system(engine) as session:
        token = sessions.start(session, session.get_one(Person, person_id))
        session.commit()
    return sessions.cookie_name(settings), token
