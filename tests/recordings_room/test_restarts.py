"""An upload outlives the server: killed in the middle, and killed between moving the bytes and noting it."""

import asyncio
import http.client
import os
from collections.abc import Iterator
from pathlib import Path
from time import monotonic, sleep

import pytest
from sqlmodel import select

from app.access import doors
from app.access.session import ViewerSession, as_system
from app.foundation import uploads
from app.foundation.jobs import enqueue
from app.foundation.storage import LocalFolder
from app.recordings.arrival.arriving import take_in
from app.recordings.arrival.expiring import sweep_uploads
from app.recordings.arrival.jobs import REMOVE_UPLOAD
from app.recordings.arrival.parcels import parcel_of
from app.recordings.arrival.uploading import KEPT_FOR, discard_upload
from app.recordings.models import Recording, Upload, UploadState
from app.recordings.storing import media_key, storage_of, uploads_folder
from tests.asked import do_removals
from tests.recordings_room.bringing import SPEAKS_TUS, announce, said_about, send
from tests.recordings_room.serving import Server, cookie_of, free_port
from tests.speech.making import make_tone

PIECE = {**SPEAKS_TUS, "content-type": "application/offset+octet-stream"}


@pytest.fixture
def server(settings) -> Iterator[Server]:
    port = free_port()
    local = settings.model_copy(update={"base_url": f"http://127.0.0.1:{port}", "port": port})
    server = Server(local, port)
    server.start()
    yield server
    for process in server.processes:
        process.kill()
        process.wait()


@pytest.mark.slow
def test_killed_in_the_middle_of_a_piece_it_goes_on_byte_for_byte(server, engine, people, session, tmp_path):
    data = big_sound(tmp_path)
    name, token = cookie_of(engine, server.settings, people["ben"].id)
    us = {"cookie": f"{name}={token}", "origin": server.site}
    told = {**us, **SPEAKS_TUS, "upload-length": str(len(data)), "upload-metadata": said_about("call.wav")}
    begun = server.call("POST", "/escalations/ACME-7K4/uploads", told)
    assert begun.status == 201
    place = begun.headers["location"]
    for share in (0.1, 0.5, 0.999):
        offset = offset_of(server, place, us)
        send_and_kill(server, place, us, data, offset, int(len(data) * share))
        server.start()
    offset = offset_of(server, place, us)
    assert len(data) // 2 < offset < len(data)
    last = server.call("PATCH", place, {**us, **PIECE, "upload-offset": str(offset)}, data[offset:])
    assert last.status == 204
    recording = session.exec(select(Recording)).one()
    assert stored(server.settings, recording) == data and recording.size == len(data)


def send_and_kill(server, place, us, data, offset, until):
    """Sends as much as `until` of a piece that was announced longer, and kills the server once it has most of that."""
    connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
    connection.putrequest("PATCH", place)
    for name, text in {**us, **PIECE, "upload-offset": str(offset), "content-length": str(len(data) - offset)}.items():
        connection.putheader(name, text)
    connection.endheaders()
    connection.send(data[offset:until])
    part = uploads_folder(server.settings) / f"{place.rsplit('/', 1)[1]}.part"
    wait_for_bytes(part, until - 2 * 1024 * 1024)
    server.kill()
    connection.close()


def wait_for_bytes(part: Path, count: int) -> None:
    until = monotonic() + 60
    while os.stat(part).st_size < count:
        assert monotonic() < until, "the bytes did not arrive"
        sleep(0.02)


def offset_of(server, place, us) -> int:
    answer = server.call("HEAD", place, {**us, **SPEAKS_TUS})
    assert answer.status == 200
    return int(answer.headers["upload-offset"])


def stored(settings, recording: Recording) -> bytes:
    return b"".join(storage_of(settings).open_range(recording.storage_key))


def big_sound(folder: Path) -> bytes:
    """Some 12 MB that differ everywhere, behind the head of a real file."""
    head = make_tone(folder / "hum.wav", 1).read_bytes()
    return head + os.urandom(12 * 1024 * 1024)


def test_a_crash_between_moving_the_bytes_and_noting_it_is_repaired(as_, settings, session, jfk):
    ben, data = as_("ben"), jfk.read_bytes()
    place = announce(ben, "ACME-7K4", len(data))
    send(ben, place, 0, data[:-1])
    upload_id = place.rsplit("/", 1)[1]
    folder = uploads_folder(settings)
    with (folder / f"{upload_id}.part").open("ab") as part:
        part.write(data[-1:])
    upload = session.get_one(Upload, upload_id)
    take_in(storage_of(settings), parcel_of(settings, upload), upload_id)
    assert session.exec(select(Recording)).all() == []
    session.commit()
    assert ben.head(place, headers=SPEAKS_TUS).headers["upload-offset"] == str(len(data))
    assert stored(settings, session.exec(select(Recording)).one()) == data
    session.commit()
    assert send(ben, place, len(data), b"").status_code == 204
    assert ben.head(place, headers=SPEAKS_TUS).status_code == 200
    assert len(session.exec(select(Recording)).all()) == 1


def test_discarded_when_it_was_whole_already_it_leaves_nothing_behind(as_, settings, session, engine, jfk):
    """The server died after moving the bytes; or the click came in that very moment."""
    ben, data = as_("ben"), jfk.read_bytes()
    places = [announce(ben, "ACME-7K4", len(data)) for _ in range(3)]
    for place in places:
        (uploads_folder(settings) / f"{upload_in(place)}.part").write_bytes(data)
    discarded, by_form, finished = places
    for place in (discarded, by_form):
        move(session, settings, place)
    assert ben.delete(discarded, headers=SPEAKS_TUS).status_code == 204
    assert ben.post(f"{by_form}/removal").status_code == 303
    assert ben.head(finished, headers=SPEAKS_TUS).status_code == 200
    assert ben.delete(finished, headers=SPEAKS_TUS).status_code == 204
    with as_system(engine) as asking:
        enqueue(asking, REMOVE_UPLOAD, upload_in(finished), "")  # whoever asks for too much takes no recording away
        asking.commit()
    assert do_removals(engine, settings) == 3
    store = storage_of(settings)
    assert [store.exists(media_key(upload_in(place))) for place in places] == [False, False, True]
    session.rollback()
    assert stored(settings, session.exec(select(Recording)).one()) == data


def test_discarded_while_its_bytes_are_moved_it_leaves_nothing_behind(
    as_, settings, session, engine, people, jfk, monkeypatch
):
    ben, data = as_("ben"), jfk.read_bytes()
    place = announce(ben, "ACME-7K4", len(data))
    put_file = LocalFolder.put_file

    def slowly(store, path, key):
        monkeypatch.undo()
        with ViewerSession(engine, people["ben"].viewer) as elsewhere:
            discard_upload(elsewhere, upload_in(place))
            elsewhere.commit()
        put_file(store, path, key)

    monkeypatch.setattr(LocalFolder, "put_file", slowly)
    assert send(ben, place, 0, data).status_code == 404
    assert storage_of(settings).exists(media_key(upload_in(place)))
    assert do_removals(engine, settings) == 2
    assert not storage_of(settings).exists(media_key(upload_in(place)))
    assert session.exec(select(Recording)).all() == session.exec(select(Upload)).all() == []


def upload_in(place: str) -> str:
    return place.rsplit("/", 1)[1]


def move(session, settings, place: str) -> None:
    upload = session.get_one(Upload, upload_in(place))
    take_in(storage_of(settings), parcel_of(settings, upload), upload.id)
    session.rollback()


def test_a_crash_before_moving_the_bytes_is_repaired_as_well(as_, settings, session, jfk):
    ben, data = as_("ben"), jfk.read_bytes()
    place = announce(ben, "ACME-7K4", len(data))
    (uploads_folder(settings) / f"{place.rsplit('/', 1)[1]}.part").write_bytes(data)
    assert ben.head(place, headers=SPEAKS_TUS).headers["upload-offset"] == str(len(data))
    assert session.exec(select(Recording)).one().size == len(data)


def test_what_nobody_goes_on_with_is_swept_after_a_day(as_, settings, session, engine):
    folder = uploads_folder(settings)
    place = announce(as_("ben"), "ACME-7K4", 1000)
    orphan = folder / "0123456789abcdef.part"
    uploads.create(folder, orphan.stem)
    created = session.exec(select(Upload)).one().created_at
    assert sweep_uploads(session, settings, created) == 0
    session.commit()
    os.utime(orphan, (0, 0))
    assert sweep_uploads(session, settings, created) == 1 and not orphan.exists()
    session.commit()
    assert sweep_uploads(session, settings, created + KEPT_FOR * 1.1) == 1
    do_removals(engine, settings)
    assert as_("ben").head(place, headers=SPEAKS_TUS).status_code == 404 and not list(folder.glob("*.part"))


def test_a_refused_upload_stays_refused(as_, session):
    ben = as_("ben")
    place = announce(ben, "ACME-7K4", 500)
    assert send(ben, place, 0, b"plain words " * 30).status_code == 422
    assert session.exec(select(Upload.state)).one() is UploadState.refused
    session.commit()
    assert send(ben, place, 0, b"fLaC").status_code == 404


def test_an_upload_takes_its_turn_among_those_who_write_and_goes_on_after_them(as_, site, jfk, monkeypatch):
    ben, lane, data = as_("ben"), asyncio.Lock(), jfk.read_bytes()
    place = announce(ben, "ACME-7K4", len(data))
    monkeypatch.setattr(doors, "LONGEST_WAIT", 0.2)
    monkeypatch.setattr(site.state, "write_lane", lane)
    ben.portal.call(lane.acquire)
    told = {**SPEAKS_TUS, "upload-length": "500", "upload-metadata": said_about("call.flac")}
    assert ben.post("/escalations/ACME-7K4/uploads", headers=told).status_code == 503
    assert send(ben, place, 0, data).status_code == 503
    ben.portal.call(lane.release)
    offset = int(ben.head(place, headers=SPEAKS_TUS).headers["upload-offset"])
    assert offset == len(data), "what came meanwhile is kept"
    assert send(ben, place, offset, b"").status_code == 204
