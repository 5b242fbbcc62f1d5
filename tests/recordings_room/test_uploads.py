"""Uploads by tus, spoken by hand: begun, broken off, gone on with, and nobody else's."""

import pytest
from sqlmodel import select

from app.foundation.storage import LocalFolder
from app.recordings.arrival.details import Details
from app.recordings.models import Consent, Recording, Upload
from app.recordings.storing import uploads_folder
from tests.asked import do_removals
from tests.recordings_room.bringing import SPEAKS_TUS, announce, said_about, send

KEY = "ACME-7K4"
CREATION = f"/escalations/{KEY}/uploads"


def asked(size: object, **more: str) -> dict[str, str]:
    return {**SPEAKS_TUS, "upload-length": str(size), "upload-metadata": said_about(**more)}


def test_the_server_says_what_it_can(as_):
    answer = as_("ben").options(CREATION)
    assert answer.status_code == 204
    assert answer.headers["tus-version"] == "1.0.0" and "creation" in answer.headers["tus-extension"]
    assert int(answer.headers["tus-max-size"]) == 8 * 1024**3


def test_a_recording_that_breaks_off_goes_on_where_it_stopped(as_, session, jfk, settings):
    ben, data = as_("ben"), jfk.read_bytes()
    place = announce(ben, KEY, len(data))
    assert place.startswith("/uploads/")
    first = send(ben, place, 0, data[:300_000])
    assert first.status_code == 204 and first.headers["upload-offset"] == "300000"
    head = ben.head(place, headers=SPEAKS_TUS)
    assert (head.headers["upload-offset"], head.headers["upload-length"]) == ("300000", str(len(data)))
    assert ben.get(place).headers["location"] == f"/escalations/{KEY}/recordings/new"
    assert send(ben, place, 300_000, data[300_000:]).status_code == 204
    recording = session.exec(select(Recording)).one()
    assert ben.get(place).headers["location"] == f"/escalations/{KEY}/recordings/{recording.id}"
    stored = b"".join(LocalFolder(settings.data_dir / "files").open_range(recording.storage_key))
    assert stored == data
    assert (recording.kind, recording.title, recording.size) == ("flac", "Call on the import", len(data))
    assert [(one.person_name, one.how) for one in session.exec(select(Consent))] == [("Ruth Adeyemi", "Asked aloud")]
    assert not list(uploads_folder(settings).glob("*.part"))


def test_a_wrong_offset_is_answered_with_the_right_one_and_changes_nothing(as_, jfk):
    ben, data = as_("ben"), jfk.read_bytes()
    place = announce(ben, KEY, len(data))
    send(ben, place, 0, data[:1000])
    for offset in (0, 999, 1001):
        answer = send(ben, place, offset, data[:10])
        assert answer.status_code == 409 and answer.headers["upload-offset"] == "1000"
    assert ben.head(place, headers=SPEAKS_TUS).headers["upload-offset"] == "1000"


def test_nothing_is_taken_beyond_the_announced_length(as_, session):
    ben = as_("ben")
    place = announce(ben, KEY, 100)
    assert send(ben, place, 0, b"fLaC" + b"x" * 500).status_code == 413
    assert session.exec(select(Upload)).one().size == 100


@pytest.mark.parametrize("nick", ["ada", "sue", "gus", "eve", ""])
def test_an_upload_is_its_senders_alone(as_, nick):
    place = announce(as_("ben"), KEY, 1000)
    send(as_("ben"), place, 0, b"fLaC" + b"x" * 100)
    other = as_(nick)
    refused = (404,) if nick else (401,)
    assert other.head(place, headers=SPEAKS_TUS).status_code in (*refused, 303)
    assert send(other, place, 104, b"more").status_code in refused
    assert other.delete(place, headers=SPEAKS_TUS).status_code in refused
    assert other.post(f"{place}/removal").status_code in refused
    assert as_("ben").head(place, headers=SPEAKS_TUS).headers["upload-offset"] == "104"


def test_guests_and_strangers_cannot_begin_one(as_, session):
    for nick in ("gus", "eve"):
        assert as_(nick).post(CREATION, headers=asked(100)).status_code == 404
    assert session.exec(select(Upload)).all() == []


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"tus-resumable": "0.2.0"}, 412),
        ({"upload-length": "-5"}, 400),
        ({"upload-length": "many"}, 400),
        ({"upload-defer-length": "1"}, 400),
        ({"upload-metadata": "title ***"}, 400),
        ({"upload-length": "0"}, 422),
        ({"upload-length": str(8 * 1024**3 + 1)}, 422),
    ],
)
def test_what_does_not_keep_to_the_protocol_is_refused(as_, session, headers, status):
    answer = as_("ben").post(CREATION, headers=asked(100) | headers)
    assert answer.status_code == status and answer.json()["error"]
    assert session.exec(select(Upload)).all() == []


def test_a_piece_needs_its_headers(as_):
    ben = as_("ben")
    place = announce(ben, KEY, 1000)
    plain = {**SPEAKS_TUS, "upload-offset": "0", "content-type": "text/plain"}
    assert ben.patch(place, headers=plain, content=b"x").status_code == 415
    lost = {**SPEAKS_TUS, "content-type": "application/offset+octet-stream"}
    assert ben.patch(place, headers=lost, content=b"x").status_code == 400
    assert ben.head(place).status_code == 412


def test_the_address_of_an_upload_does_not_follow_forged_headers(as_):
    forged = asked(100) | {
        "x-forwarded-host": "evil.example",
        "x-forwarded-proto": "http",
        "forwarded": "host=evil.example",
    }
    assert as_("ben").post(CREATION, headers=forged).headers["location"].startswith("/uploads/")


@pytest.mark.parametrize("name", ["../../etc/passwd", "C:\\x", "a" * 300, "line\nbreak.mp4", "..", "\u202egnp.mp4"])
def test_the_name_of_a_file_is_a_label_and_nothing_else(as_, session, settings, name):
    announce(as_("ben"), KEY, 100, filename=name)
    upload = session.exec(select(Upload)).one()
    assert len(upload.name) <= 255 and "\n" not in upload.name
    assert [part.name for part in uploads_folder(settings).iterdir()] == [f"{upload.id}.part"]


@pytest.mark.parametrize(
    ("said", "field"),
    [
        ({"title": " "}, "title"),
        ({"title": "x" * 201}, "title"),
        ({"others": ""}, "everybody"),
        ({"how": ""}, "how"),
        ({"recorded_at": "yesterday"}, "recorded_at"),
        ({"meeting_id": "0000000000000000"}, "meeting_id"),
    ],
)
def test_what_is_missing_is_said_beside_its_field(as_, session, said, field):
    answer = as_("ben").post(CREATION, headers=asked(100, **said))
    assert answer.status_code == 422 and answer.json()["field"] == field
    assert session.exec(select(Upload)).all() == []


def test_without_everybodys_consent_nothing_is_stored(as_, session, people, settings):
    said = {f"consent_{people['gus'].id}": "no", f"consent_{people['ben'].id}": "yes"}
    answer = as_("ben").post(CREATION, headers=asked(100, **said))
    assert answer.status_code == 422 and "Gus Meyer did not agree" in answer.json()["error"]
    assert session.exec(select(Upload)).all() == [] and not uploads_folder(settings).exists()


def test_one_answer_for_everybody_never_covers_who_was_answered_for(as_, session, people):
    said = {"everybody": "yes", "others": "", f"consent_{people['gil'].id}": "absent"}
    answer = as_("ben").post(CREATION, headers=asked(100, **said | {f"consent_{people['gus'].id}": "no"}))
    assert answer.status_code == 422 and answer.json()["field"] == f"consent_{people['gus'].id}"
    assert as_("ben").post(CREATION, headers=asked(100, **said)).status_code == 201
    agreed = {one.name for one in Details.model_validate_json(session.exec(select(Upload)).one().details).agreed}
    assert {"Ben Okafor", "Gus Meyer"} <= agreed and "Gil Reyes" not in agreed


def test_a_meeting_of_another_escalation_is_not_found(as_, session, meeting):
    answer = as_("sue").post("/escalations/ACME-2M9/uploads", headers=asked(100, meeting_id=meeting.id))
    assert answer.status_code == 422 and answer.json()["field"] == "meeting_id"


def test_a_file_that_is_no_recording_is_refused_after_its_first_piece(as_, session, settings, engine):
    ben = as_("ben")
    place = announce(ben, KEY, 10_000_000)
    answer = send(ben, place, 0, b"#EXTM3U\n#EXT-X-TARGETDURATION:10\nhttp://127.0.0.1:9/x.ts\n" * 100)
    assert answer.status_code == 422 and "holds text, not a recording" in answer.json()["error"]
    assert ben.head(place, headers=SPEAKS_TUS).status_code == 404
    do_removals(engine, settings)
    assert session.exec(select(Recording)).all() == [] and not list(uploads_folder(settings).glob("*.part"))


def test_a_film_without_its_index_is_refused_when_it_is_whole(as_, session):
    ben = as_("ben")
    film = b"\0\0\0\x18ftypisom\0\0\0\0isommp42" + b"\0\0\x10\0mdat" + b"\0" * 4088
    place = announce(ben, KEY, len(film), filename="call.mp4")
    answer = send(ben, place, 0, film)
    assert answer.status_code == 422 and "cut off before its index" in answer.json()["error"]
    assert session.exec(select(Recording)).all() == []


def test_discarding_takes_the_bytes_along(as_, session, settings, engine):
    ben = as_("ben")
    place = announce(ben, KEY, 1000)
    send(ben, place, 0, b"fLaC")
    assert ben.delete(place, headers=SPEAKS_TUS).status_code == 204
    assert ben.head(place, headers=SPEAKS_TUS).status_code == 404
    do_removals(engine, settings)
    assert not list(uploads_folder(settings).glob("*.part")) and session.exec(select(Upload)).all() == []


def test_a_closed_escalation_takes_no_bytes(as_, session, outage, jfk):
    ben = as_("ben")
    place = announce(ben, KEY, 1000)
    outage.closed_at = outage.opened_at
    session.add(outage)
    session.commit()
    assert ben.post(CREATION, headers=asked(100)).status_code == 403
    answer = send(ben, place, 0, b"fLaC")
    assert answer.status_code == 403 and "closed" in answer.json()["error"]


def test_a_disk_in_reserve_is_said_before_the_first_byte(as_, session, monkeypatch):
    monkeypatch.setattr("app.foundation.storage.RESERVE", 1.0)
    answer = as_("ben").post(CREATION, headers=asked(100))
    assert answer.status_code == 507 and "full" in answer.json()["error"]


def test_the_unfinished_are_listed_for_their_sender(as_):
    ben = as_("ben")
    place = announce(ben, KEY, 1000, filename="long call.flac")
    page = ben.get(f"/escalations/{KEY}/recordings/new").text
    assert "long call.flac" in page and f'data-unfinished="{place}"' in page
    assert "long call.flac" not in as_("ada").get(f"/escalations/{KEY}/recordings/new").text
    assert ben.post(f"{place}/removal").status_code == 303
    assert "long call.flac" not in ben.get(f"/escalations/{KEY}/recordings/new").text
