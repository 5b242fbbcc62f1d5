"""Recordings come in, are replaced, read, corrected, shared and handed out to programs as on the pages."""

import base64
import wave
from io import BytesIO

from sqlmodel import select

from app.access.session import as_system
from app.recordings.models import Recording

HERE = "/escalations/ACME-7K4"


def test_a_recording_comes_in_pieces_and_is_handed_out_in_ranges(ben, people, engine):
    sound, tus = _sound(), {"tus-resumable": "1.0.0"}
    said = {"filename": "call.wav", "title": "The call", "how": "asked", f"consent_{people['gus'].id}": "yes"}
    details = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
    begun = ben.post(f"{HERE}/uploads", headers=tus | {"upload-length": str(len(sound)), "upload-metadata": details})
    assert begun.status_code == 201, begun.text
    at = begun.headers["location"].removeprefix("/api/v1")
    piece = {"content-type": "application/offset+octet-stream"}
    half = len(sound) // 2
    assert ben.patch(at, content=sound[:half], headers=tus | piece | {"upload-offset": "0"}).status_code == 204
    assert ben.head(at, headers=tus).headers["upload-offset"] == str(half)
    astray = ben.patch(at, content=sound, headers=tus | piece | {"upload-offset": "0"})
    assert astray.status_code == 409 and astray.headers["upload-offset"] == str(half)
    assert ben.patch(at, content=sound[half:], headers=tus | piece | {"upload-offset": str(half)}).status_code == 204
    [listed] = ben.get(f"{HERE}/recordings").json()["items"]
    assert listed["title"] == "The call" and listed["media_type"] == "audio/wav" and listed["state"] == "uploaded"
    one = f"{HERE}/recordings/{listed['id']}"
    assert ben.get(one).json()["consents"][0]["name"] == "Gus Meyer"
    part = ben.get(f"{one}/media", headers={"range": "bytes=4-7"})
    assert part.status_code == 206 and part.content == sound[4:8]
    beyond = ben.get(f"{one}/media", headers={"range": f"bytes={len(sound)}-"})
    assert beyond.status_code == 416 and beyond.headers["content-range"] == f"bytes */{len(sound)}"
    assert ben.delete(one).status_code == 204
    with as_system(engine) as session:
        assert session.exec(select(Recording)).all() == []


def test_a_file_takes_the_place_of_one_that_could_not_be_read(ben, ids):
    def begin(recording_id):
        details = f"filename Y2FsbC53YXY=,replaces {base64.b64encode(recording_id.encode()).decode()}"
        headers = {"tus-resumable": "1.0.0", "upload-length": str(len(_sound())), "upload-metadata": details}
        return ben.post(f"{HERE}/uploads", headers=headers)

    at = begin(ids["recording_id"]).headers["location"].removeprefix("/api/v1")
    piece = {"tus-resumable": "1.0.0", "content-type": "application/offset+octet-stream", "upload-offset": "0"}
    assert ben.patch(at, content=_sound(), headers=piece).status_code == 204
    [listed] = ben.get(f"{HERE}/recordings").json()["items"]
    assert (listed["id"], listed["title"], listed["size"]) == (ids["recording_id"], "The call", len(_sound()))
    assert begin("nobodys").status_code == 404


def test_an_upload_without_consent_is_refused_as_programs_read_it(ben):
    refused = ben.post(f"{HERE}/uploads", headers={"tus-resumable": "1.0.0", "upload-length": "10"})
    assert refused.status_code == 422 and refused.headers["content-type"] == "application/problem+json"
    assert ben.post(f"{HERE}/uploads", headers={"upload-length": "10"}).status_code == 412


def test_words_of_a_recording_are_read_corrected_and_shared(ben, ids, as_):
    at = f"{HERE}/recordings/{ids['recording_id']}"
    assert ben.get(f"{at}/transcript").json()["items"][0]["text"] == "the import ran twice"
    assert ben.patch(f"{at}/transcript/{ids['line_id']}", json={"text": "The import ran twice."}).json()["is_edited"]
    assert as_("gus").get(at).status_code == 404
    assert ben.post(f"{at}/sharing").json()["audience"] == "shared" and as_("gus").get(at).status_code == 200
    assert ben.delete(f"{at}/consents/{ids['consent_id']}").status_code == 204
    assert ben.get(at).json()["consents"][0]["given"] is False
    assert ben.delete(f"{at}/sharing").json()["audience"] == "internal"


def _sound() -> bytes:
    written = BytesIO()
    with wave.open(written, "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(b"\0\0" * 8000)
    return written.getvalue()
