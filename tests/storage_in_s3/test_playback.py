"""Recordings and attachments out of a bucket: through our own doors, by ranges, and no faster than somebody listens."""

import asyncio
import os

import pytest
from sqlmodel import select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation
from app.people.models import Person
from app.recordings.hearing.preparing import prepare
from app.recordings.models import Recording, RecordingState
from app.recordings.sharing import share
from app.sign_in import sessions
from app.writing.models import Attachment
from tests.conftest import SITE
from tests.loops import run_apart

ROOM = "/escalations/ACME-7K4"


def media(recording) -> str:
    return f"{ROOM}/recordings/{recording.id}/media"


def test_a_player_seeks_in_it(as_, recorded, jfk):
    ben, place, data = as_("ben"), media(recorded("Call")), jfk.read_bytes()
    part = ben.get(place, headers={"range": "bytes=1000-1999"})
    assert part.status_code == 206 and part.content == data[1000:2000]
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(data)}" and part.headers["content-length"] == "1000"
    whole = ben.get(place)
    assert whole.status_code == 200 and whole.content == data
    assert ben.get(place, headers={"range": f"bytes={len(data)}-"}).status_code == 416
    assert ben.get(place, headers={"range": "bytes=-10"}).content == data[-10:]
    tag = whole.headers["etag"]
    assert ben.get(place, headers={"range": "bytes=0-9", "if-range": tag}).status_code == 206
    assert ben.get(place, headers={"range": "bytes=0-9", "if-range": '"another"'}).status_code == 200
    assert ben.head(place).headers["content-length"] == str(len(data))


def test_the_bucket_is_nobodys_door(as_, recorded, engine, people, session, meeting, jfk, proxy):
    recording = recorded("Call", ["First words."], meeting)
    place = media(recording)
    assert as_("gus").get(place).status_code == 404
    with ViewerSession(engine, people["ben"].viewer) as his:
        share(his, his.get_one(Recording, recording.id))
        his.commit()
    heard = as_("gus").get(place, headers={"range": "bytes=0-99"})
    assert heard.status_code == 206 and heard.content == jfk.read_bytes()[:100]
    before = len(proxy.asked)
    for nick in ("gil", "eve"):
        assert as_(nick).get(place).status_code == 404
    assert len(proxy.asked) == before, "not even asked for"
    page = as_("gus").get(f"{ROOM}/recordings/{recording.id}")
    for answer in (heard, page):
        assert str(proxy.port) not in f"{answer.headers}" and "escalations/" + "?" not in answer.text
    assert "X-Amz" not in page.text


def test_what_is_gone_is_not_found_and_what_is_away_is_said(as_, recorded, bucket, proxy):
    ben, recording = as_("ben"), recorded("Call")
    proxy.fault("refuse", lambda asked: asked.is_read, times=99)
    answer = ben.get(media(recording))
    assert answer.status_code == 503 and "file storage does not answer" in answer.text and answer.headers["retry-after"]
    assert ben.get(f"{ROOM}/recordings/{recording.id}").status_code == 200
    proxy.mend()
    bucket.delete(recording.storage_key)
    assert ben.get(media(recording)).status_code == 404


def test_a_line_to_the_bucket_that_breaks_is_not_heard(as_, recorded, jfk, proxy):
    recording = recorded("Call")
    proxy.fault("cut", lambda asked: asked.is_read, times=2)
    assert as_("ben").get(media(recording)).content == jfk.read_bytes()


def test_whoever_stops_listening_stops_the_bucket(
    site, as_, recorded, engine, people, settings, session, bucket, proxy, tmp_path
):
    recording = recorded("Call")
    large = tmp_path / "large"
    large.write_bytes(os.urandom(30_000_000))
    bucket.put_file(large, recording.storage_key)
    row = session.get_one(Recording, recording.id)
    row.size = 30_000_000
    session.add(row)
    token = sessions.start(session, session.get_one(Person, people["ben"].id))
    session.commit()
    as_("ben").get("/")  # starts the site
    proxy.sent = 0
    came = run_apart(listen_a_moment(site, media(recording), f"{sessions.cookie_name(settings)}={token}"))
    assert 0 < came < 2_000_000
    assert proxy.sent < 15_000_000, "what lies in the buffers of two connections, and no more"


async def listen_a_moment(site, path: str, cookie: str) -> int:
    """Takes the first piece and goes."""
    came, gone = 0, asyncio.Event()
    headers = [(b"host", SITE.removeprefix("https://").encode()), (b"cookie", cookie.encode())]
    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "GET", "path": path,
        "raw_path": path.encode(), "query_string": b"", "headers": headers, "scheme": "https", "root_path": "",
        "server": ("evenkeel.test", 443), "client": ("127.0.0.1", 1), "app": site,
    }  # fmt: skip

    async def receive():
        await gone.wait()
        return {"type": "http.disconnect"}

    async def send(message):
        nonlocal came
        if message["type"] == "http.response.start":
            assert message["status"] == 200
        came += len(message.get("body", b""))
        if came:
            gone.set()
            await asyncio.sleep(0.01)

    await asyncio.wait_for(site(scope, receive, send), 30)
    return came


def test_the_worker_hears_it_from_a_copy_that_is_gone_afterwards(engine, settings, recorded, jfk, session):
    recording = recorded("Call")
    prepare(engine, settings, recording.id, recording.take)
    session.rollback()
    heard = session.get_one(Recording, recording.id)
    assert heard.state is RecordingState.transcribing and heard.duration_seconds == pytest.approx(11, abs=0.1)
    assert len(heard.sha256) == 64
    assert [left.suffix for left in (settings.data_dir / "work").iterdir()] == [".s16"]


def test_a_recording_whose_bytes_are_gone_says_so(engine, settings, recorded, bucket, session):
    recording = recorded("Call")
    bucket.delete(recording.storage_key)
    prepare(engine, settings, recording.id, recording.take)
    session.rollback()
    row = session.get_one(Recording, recording.id)
    assert row.state is RecordingState.failed and "no longer on the server" in row.reason


@pytest.fixture
def topic(engine, people, outage) -> str:
    with ViewerSession(engine, people["ben"].viewer) as session:
        found, _ = start_topic(
            session, session.get_one(Escalation, outage.id), "Logs", Audience.internal, Words("Here.")
        )
        session.commit()
    return f"{ROOM}/discussion/{found}"


def test_an_attachment_goes_there_and_comes_back(as_, topic, session, bucket):
    ben = as_("ben")
    files = {"files": ("run.log", b"what happened", "text/plain")}
    assert (
        ben.post(f"{topic}/messages", data={"text": "See this", "audience": "internal"}, files=files).status_code == 303
    )
    file = session.exec(select(Attachment)).one()
    assert bucket.keys("attachments/") == [file.storage_key]
    assert ben.get(f"{ROOM}/files/{file.id}").content == b"what happened"


def test_a_file_that_the_storage_does_not_take_leaves_the_words_and_says_so(as_, topic, session, proxy, bucket):
    ben = as_("ben")
    files = {"files": ("run.log", b"what happened", "text/plain")}
    words = {"text": "These words stay", "audience": "internal"}
    proxy.fault("refuse", lambda asked: asked.method == "PUT", times=99)
    answer = ben.post(f"{topic}/messages", data=words, files=files)
    assert answer.status_code == 422 and "file storage does not answer" in answer.text and words["text"] in answer.text
    assert session.exec(select(Attachment)).all() == [] and bucket.keys("attachments/") == []
    session.rollback()
    proxy.mend()
    assert ben.post(f"{topic}/messages", data=words, files=files).status_code == 303
