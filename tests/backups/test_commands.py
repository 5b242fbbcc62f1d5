"""FD29: what the two commands say and leave behind, and that nobody can believe in a backup that is none."""

import fcntl
import json
import os
import signal
import stat
import subprocess
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from app.command_line import cli
from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.foundation.storage import open_storage
from app.operating.backups import unfinished
from app.operating.backups.archive import alone_at, put_in_place
from app.operating.backups.making import File as StoredFile
from app.operating.backups.making import Gathered, _add_file, make_backup
from app.operating.backups.manifest import CannotBackUp
from app.operating.backups.restoring import restore_backup
from app.operating.doctor import examine
from tests.backups.conftest import Filled, Place
from tests.faults.server import free_port

PATIENCE = 90.0


def surroundings(settings: Settings) -> dict[str, str]:
    return {
        "EVENKEEL_DATA_DIR": str(settings.data_dir),
        "EVENKEEL_DATABASE_URL": settings.database_url,
        "EVENKEEL_BASE_URL": "",
        "EVENKEEL_CLOCK": "",
    }


def ask(settings: Settings, *arguments: str, **more: str) -> Result:
    return CliRunner().invoke(cli, list(arguments), env=surroundings(settings) | more)


def backup_says(settings: Settings) -> tuple[str, str]:
    found = next(finding for finding in examine(settings) if finding.name == "backup")
    return found.mark, found.sentence


def test_a_good_backup_is_told_and_written_down(filled: Filled, tmp_path: Path) -> None:
    answer = ask(filled.settings, "backup", str(tmp_path))
    assert answer.exit_code == 0, answer.stderr
    (made,) = tmp_path.iterdir()
    assert made.name.startswith("evenkeel-") and stat.S_IMODE(made.stat().st_mode) == 0o600
    assert str(made) in answer.stdout and "rows" in answer.stdout and "read back" in answer.stdout
    assert backup_says(filled.settings)[0] == "ok"


def test_an_older_backup_is_never_written_over(filled: Filled, tmp_path: Path) -> None:
    older = tmp_path / "monday.backup"
    older.write_bytes(b"all that is left")
    answer = ask(filled.settings, "backup", str(older))
    assert answer.exit_code == 1 and "exists already" in answer.stderr
    assert older.read_bytes() == b"all that is left" and list(tmp_path.iterdir()) == [older]


def test_a_backup_that_fails_ends_with_one_and_the_doctor_goes_red(filled: Filled, tmp_path: Path) -> None:
    ask(filled.settings, "backup", str(tmp_path / "good.backup"))
    answer = ask(filled.settings, "backup", str(tmp_path / "no such folder" / "x.backup"))
    assert answer.exit_code == 1 and answer.stderr.startswith("evenkeel: no backup was made.")
    mark, words = backup_says(filled.settings)
    assert mark == "broken" and "last good one is of" in words
    report = ask(filled.settings, "doctor", "--json")
    assert report.exit_code == 1
    assert {"name", "mark", "sentence"} == set(json.loads(report.stdout)[0])
    ask(filled.settings, "backup", str(tmp_path / "better.backup"))
    assert backup_says(filled.settings)[0] == "ok"


def test_a_backup_that_is_too_long_ago_is_noticed(filled: Filled, tmp_path: Path) -> None:
    ask(filled.settings, "backup", str(tmp_path / "good.backup"))
    report = ask(filled.settings, "doctor", EVENKEEL_CLOCK="+2d")
    line = next(line for line in report.stdout.splitlines() if line.split()[1] == "backup")
    assert line.startswith("look") and "2 days ago" in line


def test_a_file_that_is_lost_or_damaged_is_told_and_the_rest_is_kept(
    backup: Path, place_for: Place, tmp_path: Path
) -> None:
    settings = place_for("sqlite")
    restore_backup(settings, backup)
    lost, damaged, *_ = (path for path in (settings.data_dir / "files").rglob("*") if path.is_file())
    lost.unlink()
    damaged.write_bytes(b"x" * damaged.stat().st_size)
    answer = ask(settings, "backup", str(tmp_path / "x.backup"))
    assert answer.exit_code == 0 and "2 files are not in the storage as they had been stored" in answer.stderr
    assert backup_says(settings)[0] == "look"


def test_a_file_that_people_delete_meanwhile_is_no_loss(filled: Filled) -> None:
    gathered = Gathered()
    store = open_storage(None, filled.settings.data_dir)
    _add_file(None, filled.engine, store, StoredFile("attachments/gone/gone", 1, ""), gathered)  # type: ignore[arg-type]
    assert gathered.removed == ["attachments/gone/gone"] and gathered.missing == []


def test_where_there_is_no_database_none_is_made(tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url="")
    settings.data_dir.mkdir()
    assert ask(settings, "backup", str(tmp_path / "x.backup")).exit_code == 1
    assert ask(settings, "doctor").exit_code in (0, 1)
    assert not (settings.data_dir / "evenkeel.db").exists()


@pytest.mark.parametrize("command", ["migrate", "worker", "serve", "backup"])
def test_nothing_starts_on_half_a_restore(command: str, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path, database_url="")
    (tmp_path / unfinished.NAME).touch()
    arguments = [command, str(tmp_path / "x.backup")] if command == "backup" else [command]
    answer = ask(settings, *arguments, EVENKEEL_PORT=str(free_port()))
    assert answer.exit_code == 1 and "was not finished" in answer.stderr
    assert [path.name for path in tmp_path.iterdir()] == [unfinished.NAME]


@pytest.mark.slow
def test_a_restore_that_is_killed_serves_nothing_and_can_be_done_again(backup: Path, tmp_path: Path) -> None:
    settings = Settings(data_dir=tmp_path / "data", database_url="")
    environment = {name: value for name, value in os.environ.items() if not name.startswith("EVENKEEL_")}
    command = [sys.executable, "-m", "app.command", "restore", str(backup)]
    running = subprocess.Popen(command, env=environment | surroundings(settings), stderr=subprocess.PIPE)
    deadline = time.monotonic() + PATIENCE
    while not (settings.data_dir / "evenkeel.db.restoring").exists():
        assert running.poll() is None and time.monotonic() < deadline
        time.sleep(0.002)
    running.send_signal(signal.SIGKILL)
    running.communicate()
    assert unfinished.is_unfinished(settings.data_dir)
    assert ask(settings, "migrate").exit_code == 1
    again = ask(settings, "restore", str(backup))
    assert again.exit_code == 0, again.stderr
    assert "Everybody signs in again" in again.stdout
    assert not [finding for finding in examine(settings) if finding.name == "database" and finding.is_broken]


def test_two_backups_into_one_file_do_not_mix(filled: Filled, tmp_path: Path) -> None:
    held = tmp_path / "x.backup.partial"
    with held.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        answer = ask(filled.settings, "backup", str(tmp_path / "x.backup"))
    assert answer.exit_code == 1 and "Another backup is being written" in answer.stderr and held.exists()
    held.unlink()
    engine = open_database(filled.settings.database)
    assert make_backup(filled.settings, engine, tmp_path / "x.backup").files >= 3
    engine.dispose()


def test_a_second_backup_that_begins_while_the_first_ends_leaves_the_first_as_it_is(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path, partial = tmp_path / "x.backup", tmp_path / "x.backup.partial"
    first, lock = ExitStack(), fcntl.flock
    first.enter_context(alone_at(partial)).write(b"all of it")

    def end_before_locking(file: int, how: int) -> None:
        """The second has the file open and has not locked it yet."""
        if not path.exists():
            put_in_place(partial, path)
            first.close()
        lock(file, how)

    monkeypatch.setattr(fcntl, "flock", end_before_locking)
    with alone_at(partial) as second:
        second.write(b"another")
        second.flush()
        assert path.read_bytes() == b"all of it" and partial.read_bytes() == b"another"
        with pytest.raises(CannotBackUp, match="exists already"):
            put_in_place(partial, path)
    assert path.read_bytes() == b"all of it" and not partial.exists()


def test_a_second_name_that_a_killed_backup_left_is_taken_away_and_not_written_to(tmp_path: Path) -> None:
    path, partial = tmp_path / "kept elsewhere.backup", tmp_path / "x.backup.partial"
    path.write_bytes(b"all of it")
    os.link(path, partial)
    with alone_at(partial) as stream:
        stream.write(b"another")
    assert path.read_bytes() == b"all of it" and not partial.exists()


def test_where_a_file_has_one_name_only_an_older_backup_stays_as_well(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def no_second_name(*_: object) -> None:
        raise PermissionError

    path, partial = tmp_path / "x.backup", tmp_path / "x.backup.partial"
    monkeypatch.setattr(os, "link", no_second_name)
    with alone_at(partial) as stream:
        stream.write(b"all of it")
        stream.flush()
        put_in_place(partial, path)
    with alone_at(partial), pytest.raises(CannotBackUp, match="exists already"):
        put_in_place(partial, path)
    assert path.read_bytes() == b"all of it"
