"""What is no whole backup, or has nowhere to go, is refused before anything is touched."""

import hashlib
import io
import json
import random
import shutil
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from app.foundation.database import open_database
from app.foundation.settings import Settings
from app.operating.backups import unfinished
from app.operating.backups.manifest import HEADER, MANIFEST, CannotRestore
from app.operating.backups.reading import open_backup, verify
from app.operating.backups.restoring import restore_backup
from app.operating.migrating import migrate, pending
from tests.backups.conftest import Filled, Place, everything, files_of

Damage = Callable[[bytes], bytes]


def rewritten(backup: bytes, change: Callable[[dict[str, bytes]], None]) -> bytes:
    """The same members, some of them others, as a whole zip again."""
    with zipfile.ZipFile(io.BytesIO(backup)) as old:
        members = {name: old.read(name) for name in old.namelist()}
    change(members)
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as new:
        for name, content in members.items():
            new.writestr(name, content)
    return out.getvalue()


def saying(name: str, **words: object) -> Damage:
    def change(members: dict[str, bytes]) -> None:
        members[name] = json.dumps(json.loads(members[name]) | words).encode()

    return lambda backup: rewritten(backup, change)


def without(name: str) -> Damage:
    def change(members: dict[str, bytes]) -> None:
        del members[next(found for found in members if found.startswith(name))]

    return lambda backup: rewritten(backup, change)


def with_other_words(backup: bytes) -> bytes:
    def change(members: dict[str, bytes]) -> None:
        members["tables/concern.ndjson"] = members["tables/concern.ndjson"].replace(b"a", b"b", 1)

    return rewritten(backup, change)


def with_one_more(backup: bytes) -> bytes:
    return rewritten(backup, lambda members: members.update({"files/evil/thing": b"x"}))


def plain_copy(_: bytes) -> bytes:
    return b"SQLite format 3\0" + bytes(4096)


BAD: dict[str, tuple[Damage, str]] = {
    "nothing": (lambda _: b"", "is no backup of Evenkeel"),
    "words": (lambda _: b"Dear all, ...", "is no backup of Evenkeel"),
    "another zip": (without(HEADER), "is no backup of Evenkeel"),
    "a plain copy of the database": (plain_copy, "a plain copy of a SQLite database"),
    "the first half": (lambda backup: backup[: len(backup) // 2], "damaged or cut off"),
    "all but the last bytes": (lambda backup: backup[:-30], "damaged or cut off"),
    "a table is missing": (without("tables/concern"), "holds something else than it says"),
    "a file is missing": (without("files/"), "holds something else than it says"),
    "a file too many": (with_one_more, "holds something else than it says"),
    "the list is missing": (without(MANIFEST), "list of what it holds cannot be read"),
    "other words": (with_other_words, "tables/concern.ndjson is not what was stored"),
    "a newer schema": (saying(HEADER, revision="9999"), "newer version"),
    "a newer format": (saying(HEADER, evenkeel_backup=99), "newer version"),
    "a moving target": (saying(HEADER, revision="head"), "newer version"),
    "an odd header": (saying(HEADER, made_at="yesterday"), "what it says about itself cannot be read"),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_no_whole_backup_is_refused_and_nothing_is_touched(
    name: str, backup: Path, tmp_path: Path, place_for: Place
) -> None:
    damage, words = BAD[name]
    bad = tmp_path / "bad.backup"
    bad.write_bytes(damage(backup.read_bytes()))
    settings = Settings(data_dir=tmp_path / "data", database_url="")
    with pytest.raises(CannotRestore, match=words):
        restore_backup(settings, bad)
    assert not settings.data_dir.exists()


def test_a_changed_byte_is_noticed_wherever_words_or_files_are(backup: Path, tmp_path: Path) -> None:
    """A few bytes of a zip say nothing, such as a member's date: then all that it holds is as it was."""
    whole, chance = backup.read_bytes(), random.Random(7)
    bad, noticed = tmp_path / "bad.backup", 0
    for place in chance.sample(range(len(whole)), 60):
        bad.write_bytes(whole[:place] + bytes([whole[place] ^ (1 << chance.randrange(8))]) + whole[place + 1 :])
        try:
            with open_backup(bad) as read:
                verify(read)
                with open_backup(backup) as good:
                    assert read.manifest == good.manifest and read.header == good.header
        except CannotRestore:
            noticed += 1
    assert noticed > 45


def test_a_database_with_something_in_it_takes_no_backup(filled: Filled, backup: Path, own_kind: str) -> None:
    before, files = everything(filled.engine), files_of(filled.settings)
    with pytest.raises(CannotRestore, match="already"):
        restore_backup(filled.settings, backup)
    assert everything(filled.engine) == before and files_of(filled.settings) == files
    assert not unfinished.is_unfinished(filled.settings.data_dir)


def test_a_server_that_was_only_started_once_counts_as_well(place_for: Place, backup: Path, own_kind: str) -> None:
    settings = place_for(own_kind)
    settings.data_dir.mkdir()
    engine = open_database(settings.database)
    migrate(settings, engine)
    engine.dispose()
    with pytest.raises(CannotRestore, match="already"):
        restore_backup(settings, backup)


def test_files_that_are_there_already_are_not_mixed_with_others(place_for: Place, backup: Path) -> None:
    settings = place_for("sqlite")
    kept = settings.data_dir / "files" / "recordings" / "somebody" / "original"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(b"theirs")
    with pytest.raises(CannotRestore, match="holds files already"):
        restore_backup(settings, backup)
    assert [path.name for path in settings.data_dir.iterdir()] == ["files"] and kept.read_bytes() == b"theirs"


def test_another_servers_key_is_not_replaced(place_for: Place, backup: Path) -> None:
    settings = place_for("sqlite")
    settings.data_dir.mkdir()
    (settings.data_dir / "secret.key").write_text("k" * 64)
    with pytest.raises(CannotRestore, match="key of another server"):
        restore_backup(settings, backup)
    assert (settings.data_dir / "secret.key").read_text() == "k" * 64


def test_a_key_from_the_settings_that_is_another_one_is_told(place_for: Place, backup: Path) -> None:
    settings = place_for("sqlite").model_copy(update={"secret_key": "another key, long enough for anybody"})
    assert "EVENKEEL_SECRET_KEY is another one" in restore_backup(settings, backup).warnings[0]
    assert not (settings.data_dir / "secret.key").exists()


def test_a_restore_that_was_cut_short_goes_on_from_anew(place_for: Place, backup: Path, tmp_path: Path) -> None:
    """As a kill leaves it: the mark, some of the files, and half a database aside."""
    settings = place_for("sqlite")
    with zipfile.ZipFile(backup) as whole:
        name = next(name for name in whole.namelist() if name.startswith("files/"))
        target = settings.data_dir / name
        target.parent.mkdir(parents=True)
        target.write_bytes(whole.read(name)[:10])
    (settings.data_dir / unfinished.NAME).touch()
    shutil.copy(backup, settings.data_dir / "evenkeel.db.restoring")
    sqlite3.connect(settings.data_dir / "evenkeel.db").close()
    assert unfinished.is_unfinished(settings.data_dir)
    restore_backup(settings, backup)
    engine = open_database(settings.database)
    assert not unfinished.is_unfinished(settings.data_dir) and pending(engine) == []
    engine.dispose()
    assert {path.name for path in settings.data_dir.iterdir()} == {"files", "secret.key", "evenkeel.db"}


LATER_COLUMNS = {
    "kept_answer": "message_id",
    "held_message": "next_update_due_at",
    "meeting": "shared_sequence",
}


def put(members: dict[str, bytes], manifest: dict[str, Any], name: str, content: bytes) -> None:
    members[name] = content
    manifest["members"][name] = {"size": len(content), "sha256": hashlib.sha256(content).hexdigest()}


def test_a_backup_of_an_earlier_version_is_brought_up(
    backup: Path, place_for: Place, tmp_path: Path, own_kind: str
) -> None:
    """As a version before made it, which had two tables less and some columns."""

    def earlier(members: dict[str, bytes]) -> None:
        manifest = json.loads(members[MANIFEST])
        for name in ("backup_run", "deleted_words"):
            del members[f"tables/{name}.ndjson"], manifest["members"][f"tables/{name}.ndjson"]
            manifest["tables"] = [table for table in manifest["tables"] if table["name"] != name]
        for table in manifest["tables"]:
            if column := LATER_COLUMNS.get(table["name"]):
                at = [each["name"] for each in table["columns"]].index(column)
                name = f"tables/{table['name']}.ndjson"
                rows = [json.loads(line) for line in members[name].splitlines()]
                for row in [table["columns"], *rows]:
                    del row[at]
                put(members, manifest, name, b"".join(json.dumps(row).encode() + b"\n" for row in rows))
        header = json.loads(members[HEADER]) | {"revision": "0008"}
        put(members, manifest, HEADER, json.dumps(header).encode())
        members[MANIFEST] = json.dumps(manifest).encode()

    old = tmp_path / "old.backup"
    old.write_bytes(rewritten(backup.read_bytes(), earlier))
    settings = place_for(own_kind)
    restore_backup(settings, old)
    engine = open_database(settings.database)
    assert pending(engine) == [] and len(everything(engine)["concern"]) >= 3
    engine.dispose()
