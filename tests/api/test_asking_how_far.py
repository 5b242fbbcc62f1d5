"""Asking how far an upload is makes its recording for those alone who could have sent its last piece."""

import base64

from sqlmodel import select

from app.recordings.models import Recording
from app.recordings.storing import uploads_folder
from app.sign_in.personal_tokens.models import Scope
from tests.api.test_recordings import HERE, _sound

TUS = {"tus-resumable": "1.0.0"}


def whole_upload(ben, people, settings) -> str:
    """Its last byte had come when the server was killed: nothing was made of it yet."""
    said = {"filename": "call.wav", "title": "The call", "how": "asked", f"consent_{people['gus'].id}": "yes"}
    details = ",".join(f"{name} {base64.b64encode(text.encode()).decode()}" for name, text in said.items())
    begun = ben.post(f"{HERE}/uploads", headers=TUS | {"upload-length": str(len(_sound())), "upload-metadata": details})
    at = begun.headers["location"].removeprefix("/api/v1")
    [there] = [path for path in uploads_folder(settings).rglob("*") if at.rpartition("/")[2] in path.name]
    there.write_bytes(_sound())
    return at


def offset(program, at: str) -> int:
    answer = program.head(at, headers=TUS)
    assert answer.status_code == 200
    return int(answer.headers["upload-offset"])


def test_a_token_that_reads_makes_no_recording_by_asking(program, people, settings, session, outage):
    at = whole_upload(program("ben"), people, settings)
    assert offset(program("ben", Scope.read), at) == len(_sound())
    assert session.exec(select(Recording)).all() == []
    session.commit()
    assert offset(program("ben"), at) == len(_sound())
    assert [recording.title for recording in session.exec(select(Recording))] == ["The call"]


def test_nobody_makes_one_in_a_closed_escalation_by_asking(program, people, settings, session, outage):
    ben = program("ben")
    at = whole_upload(ben, people, settings)
    assert program("ada").post(f"{HERE}/closure").status_code == 200
    assert offset(ben, at) == len(_sound())
    assert session.exec(select(Recording)).all() == []
    session.commit()
    assert program("ada").delete(f"{HERE}/closure").status_code == 200
    assert offset(ben, at) == len(_sound())
    assert len(session.exec(select(Recording)).all()) == 1
