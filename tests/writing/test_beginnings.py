"""Bytes are stored before their row: what has no row in the end is found and removed, and nothing else is touched."""

import io
import os
from datetime import timedelta

import pytest

from app.access.session import ViewerSession
from app.foundation.beginnings import NOTES, sweep_beginnings
from app.foundation.clock import now
from app.foundation.database import open_database
from app.foundation.storage import StorageAway, open_storage
from app.recordings.storing import incoming_folder
from app.schedule import CLOCKS
from app.writing.attachments import keep_file

SWEEP = next(clock.sweep for clock in CLOCKS if clock.name == "files whose words were lost")


@pytest.fixture
def store(settings):
    return open_storage("", settings.data_dir)


@pytest.fixture
def stored(settings):
    """What lies in the storage, and the notes of what was begun."""

    def look():
        files = [path.name for path in (settings.data_dir / "files").rglob("*") if path.is_file()]
        return sorted(files), [note.name for note in (incoming_folder(settings) / NOTES).iterdir()]

    return look


def keep(session, store, settings, outage):
    return keep_file(session, store, incoming_folder(settings), outage.id, "trace.log", io.BytesIO(b"what happened"))


def keep_and_die(settings, viewer, store, outage):
    """In a process of its own, which is gone before it could commit or take anything back."""
    pid = os.fork()
    if not pid:
        with ViewerSession(open_database(settings.database), viewer) as session:
            keep(session, store, settings, outage)
            os._exit(9)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 9


def test_bytes_of_a_process_that_was_killed_go_after_a_day_and_no_others(
    engine, settings, people, store, outage, stored, session
):
    session.commit()
    theirs = store.root / "attachments" / "of-another-house"
    theirs.parent.mkdir(parents=True)
    theirs.write_bytes(b"in the same storage")
    with ViewerSession(engine, people["ben"].viewer) as ours:
        kept = keep(ours, store, settings, outage).storage_key
        ours.commit()
    assert len(stored()[0]) == 2 and stored()[1] == []
    keep_and_die(settings, people["ben"].viewer, store, outage)
    (incoming_folder(settings) / "half").write_bytes(b"a piece that was being gathered")
    SWEEP(session, settings, now() + timedelta(hours=23))
    assert len(stored()[0]) == 3 and len(stored()[1]) == 1, "what may still be going on is left alone"
    SWEEP(session, settings, now() + timedelta(hours=25))
    assert stored() == (sorted(["of-another-house", kept.rpartition("/")[2]]), [])
    assert not (incoming_folder(settings) / "half").exists()


def test_a_note_that_outlived_its_commit_takes_nothing_along(engine, settings, people, store, outage, stored, session):
    session.commit()
    with ViewerSession(engine, people["ben"].viewer) as ours:
        key = keep(ours, store, settings, outage).storage_key
        ours.commit()
    (incoming_folder(settings) / NOTES / key.replace("/", "+")).touch()
    sweep_beginnings(session, store, incoming_folder(settings), now() + timedelta(hours=25))
    assert store.exists(key) and stored()[1] == []


def test_what_is_not_committed_goes_at_once_or_when_the_storage_is_back(
    engine, settings, people, store, outage, stored, session, monkeypatch
):
    session.commit()

    def away(_):
        raise StorageAway

    with ViewerSession(engine, people["ben"].viewer) as ours:
        keep(ours, store, settings, outage)
        ours.rollback()
        assert stored() == ([], [])
        keep(ours, store, settings, outage)
        monkeypatch.setattr(store, "delete", away)
        ours.rollback()
    assert len(stored()[0]) == len(stored()[1]) == 1
    monkeypatch.undo()
    SWEEP(session, settings, now() + timedelta(hours=25))
    assert stored() == ([], [])
