"""Filled databases, made once and kept in var/bench: `python -m benchmarks.seeds 10k postgresql` makes one beforehand."""

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import delete, text
from sqlalchemy.engine import make_url

from app import mounted
from app.access.session import as_system
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.operating.migrating import migrate
from app.people.models import Person, SignIn
from app.sign_in import sessions
from benchmarks import house, index_seed
from benchmarks.catching_up import catch_up
from benchmarks.scale import SCALES, Scale
from benchmarks.servers import ROOT, free_port
from tests import postgres

KEPT = ROOT / "var" / "bench"
VERSION = 3  # grows when what is filled in changes
SIGN_INS = 4  # of each person; searches and streams are limited by sign-in
SECRET = "for measuring only, never for people"


@dataclass(frozen=True)
class Seed:
    """A filled house, ready to be served."""

    scale: Scale
    settings: Settings
    staff: list[str]  # cookies' tokens
    guests: list[str]

    @property
    def environment(self) -> dict[str, str]:
        return {
            "EVENKEEL_DATA_DIR": str(self.settings.data_dir),
            "EVENKEEL_DATABASE_URL": self.settings.database_url,
            "EVENKEEL_PORT": str(self.settings.port),
            "EVENKEEL_SECRET_KEY": SECRET,
            "EVENKEEL_MODEL_DIR": str(self.settings.data_dir / "no-model"),
        }


@contextmanager
def kept_houses(names: list[str], database: str) -> Iterator[dict[str, Seed]]:
    """The houses of these scales, filled if they are not there, with fresh sign-ins. PostgreSQL runs as long as they are used."""
    with _server(database) as server:
        yield {name: _kept_house(name, database, server) for name in names}


def _kept_house(name: str, database: str, server: str) -> Seed:
    folder = KEPT / f"house-{name}-{database}-{VERSION}"
    folder.mkdir(parents=True, exist_ok=True)
    url = (
        make_url(server).set(database=f"bench_{name}_{VERSION}").render_as_string(hide_password=False) if server else ""
    )
    settings = Settings(data_dir=folder, database_url=url, port=free_port(), secret_key=SECRET)
    _fill_once(settings, SCALES[name], server)
    return _signed_in(settings, SCALES[name])


def kept_floor(name: str) -> Path:
    file = KEPT / f"floor-{name}-{VERSION}.db"
    if not (done := file.with_suffix(".done")).exists():
        KEPT.mkdir(parents=True, exist_ok=True)
        for part in KEPT.glob(f"{file.name}*"):
            part.unlink()
        program = f"from benchmarks.floor_seed import fill; fill({name!r})"
        subprocess.run([sys.executable, "-c", program], env={**os.environ, "FLOOR_DB": str(file)}, cwd=ROOT, check=True)
        done.touch()
    return file


def _fill_once(settings: Settings, scale: Scale, server: str) -> None:
    mounted.routers()
    done = settings.data_dir / "filled.json"
    began = time.monotonic()
    if not done.exists():
        print(f"filling {settings.data_dir.name} …", file=sys.stderr, flush=True)
        if server:
            name = make_url(settings.database_url).database or ""
            postgres.drop_database(server, name)
            postgres.create_database(server, name)
        for part in settings.data_dir.glob("evenkeel.db*"):
            part.unlink()
    engine = open_database(settings.database)
    migrate(settings, engine)
    catch_up(engine)
    if not done.exists():
        house.fill(engine, scale)
        index_seed.fill_index(engine)
        if not server:
            with engine.connect() as connection:
                connection.execute(text("commit"))
                connection.execute(text("pragma wal_checkpoint(truncate)"))
        done.write_text(json.dumps({"seconds": round(time.monotonic() - began)}))
        print(f"… in {time.monotonic() - began:.0f} s", file=sys.stderr, flush=True)
    engine.dispose()


def _signed_in(settings: Settings, scale: Scale) -> Seed:
    engine = open_database(settings.database)
    tokens: list[list[str]] = [[], []]
    with as_system(engine) as session:
        session.execute(delete(SignIn))
        for number in range(house.COLLEAGUES + house.GUESTS):
            person = session.get_one(Person, house.name("person", number))
            for _ in range(SIGN_INS * (1 if number < house.COLLEAGUES else 3)):
                tokens[number >= house.COLLEAGUES].append(sessions.start(session, person))
        session.commit()
    engine.dispose()
    # One of each person first, so that whoever takes a few takes different people.
    return Seed(scale, settings, tokens[0][::SIGN_INS] + tokens[0], tokens[1])


@contextmanager
def _server(database: str) -> Iterator[str]:
    """PostgreSQL with its own settings, which keep what was acknowledged, on a folder that stays."""
    if database != "postgresql":
        yield ""
        return
    place = KEPT / "postgres"
    programs = place / "programs"
    if not programs.exists():
        programs.mkdir(parents=True)
        found = postgres._find_programs(programs)
        (place / "programs.txt").write_text(str(found))
    binaries, data = Path((place / "programs.txt").read_text()), place / "data"
    user = "nobody" if os.geteuid() == 0 else None
    if not data.exists():
        data.mkdir(mode=0o700)
        if user:
            shutil.chown(data, user)
        options = ["-U", "evenkeel", "-A", "trust", "-E", "UTF8", "--locale=C"]
        subprocess.run(
            [binaries / "initdb", "-D", data, *options], user=user, cwd=place, check=True, capture_output=True
        )
    port, log = free_port(), place / "postgres.log"
    options = ["listen_addresses=127.0.0.1", "unix_socket_directories=", "max_wal_size=8GB", "shared_buffers=512MB"]
    with log.open("wb") as output:
        process = subprocess.Popen(
            [
                binaries / "postgres",
                "-D",
                data,
                "-p",
                str(port),
                *(part for option in options for part in ("-c", option)),
            ],
            user=user,
            cwd=place,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            start_new_session=True,
        )
    try:
        url = f"postgresql+psycopg://evenkeel@127.0.0.1:{port}/postgres"
        postgres._wait_until_ready(process, url, log)
        yield url
    finally:
        process.send_signal(signal.SIGINT)
        process.wait(timeout=120)


if __name__ == "__main__":
    kept_floor(sys.argv[1])
    with kept_houses([sys.argv[1]], sys.argv[2]):
        pass
