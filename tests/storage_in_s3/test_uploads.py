"""Uploads whose bytes lie in a bucket: begun at one web process and gone on with at another, over a storage that is slow,
refuses, forgets parts and leaves without a word. Nothing that was acknowledged is ever missing."""

import asyncio
import os
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from sqlmodel import select

from app.access.session import as_system
from app.foundation.s3.parts import PART, Parts, begin_parts
from app.foundation.sending import TooManyBytes, UploadMissing, WrongOffset
from app.main import build_site
from app.people.models import Person
from app.recordings.arrival.arriving import take_in
from app.recordings.arrival.holding import LEASE, let_go, take_hold
from app.recordings.arrival.parcels import parcel_of
from app.recordings.models import Recording, Upload
from app.recordings.storing import media_key, storage_of
from app.sign_in import sessions
from tests.conftest import FROM_OUR_PAGE, SITE
from tests.loops import run_apart
from tests.recordings_room.bringing import SPEAKS_TUS, announce, send

KEY = "ACME-7K4"
ID = "0f3k9z8x7w6v"
KEYED = media_key(ID)
SOUND = b"fLaC" + os.urandom(PART + 3_000_000)


@pytest.fixture
def elsewhere_at(settings, engine, people):
    """Ben's browser at another web process of the same installation."""
    with as_system(engine) as session:
        token = sessions.start(session, session.get_one(Person, people["ben"].id))
        session.commit()
    another = settings.model_copy(update={"data_dir": settings.data_dir / "another machine"})
    with TestClient(
        build_site(another, engine), base_url=SITE, follow_redirects=False, headers=FROM_OUR_PAGE
    ) as browser:
        browser.cookies.set(sessions.cookie_name(settings), token, domain="evenkeel.test")
        yield browser


@pytest.fixture
def ben(as_):
    return as_("ben")


@pytest.fixture
def bytes_of_the_recording(settings, session):
    def read() -> bytes:
        session.rollback()
        recording = session.exec(select(Recording)).one()
        assert recording.size == len(SOUND)
        return b"".join(storage_of(settings).open_range(recording.storage_key))

    return read


def offset_of(browser, place) -> int:
    answer = browser.head(place, headers=SPEAKS_TUS)
    assert answer.status_code == 200, answer.status_code
    return int(answer.headers["upload-offset"])


def test_begun_here_it_goes_on_there_and_arrives_whole(ben, elsewhere_at, bucket, settings, bytes_of_the_recording):
    place = announce(ben, KEY, len(SOUND))
    at = 0
    for turn, until in enumerate((1000, 5_000_000, PART, PART + 1, len(SOUND))):
        browser = (ben, elsewhere_at)[turn % 2]
        answer = send(browser, place, at, SOUND[at:until])
        assert answer.status_code == 204 and answer.headers["upload-offset"] == str(until)
        at = until
        if at < len(SOUND):
            assert offset_of(ben, place) == offset_of(elsewhere_at, place) == at
    assert bytes_of_the_recording() == SOUND
    assert bucket.keys("uploads/") == [] and len(bucket.keys("")) == 1
    assert not (settings.data_dir / "uploads").exists()
    assert offset_of(elsewhere_at, place) == len(SOUND)


def test_a_part_that_the_storage_lost_is_never_acknowledged_and_sent_again(ben, proxy, bytes_of_the_recording):
    place = announce(ben, KEY, len(SOUND))
    assert send(ben, place, 0, SOUND[:3_000_000]).headers["upload-offset"] == "3000000"
    proxy.fault("drop", lambda asked: asked.is_part)
    answer = send(ben, place, 3_000_000, SOUND[3_000_000 : PART + 2_000_000])
    assert answer.status_code == 204 and answer.headers["upload-offset"] == "3000000", "acknowledged bytes are gone"
    assert send(ben, place, 3_000_000, SOUND[3_000_000:]).headers["upload-offset"] == str(len(SOUND))
    assert bytes_of_the_recording() == SOUND


def test_a_storage_that_refuses_is_said_and_the_upload_goes_on_from_what_was_acknowledged(
    ben, proxy, bytes_of_the_recording
):
    place = announce(ben, KEY, len(SOUND))
    assert send(ben, place, 0, SOUND[:6_000_000]).status_code == 204
    for status, code, words in ((503, "SlowDown", "does not answer"), (403, "AccessDenied", "refuses this server")):
        proxy.fault("refuse", lambda asked: asked.is_part, times=99, status=status, code=code)
        answer = send(ben, place, 6_000_000, SOUND[6_000_000:])
        assert answer.status_code == 503 and answer.headers["retry-after"]
        assert words in answer.json()["error"] and "goes on from there" in answer.json()["error"]
        proxy.mend()
        assert offset_of(ben, place) == 6_000_000
    proxy.fault("refuse", lambda asked: True, times=99)
    assert ben.head(place, headers=SPEAKS_TUS).status_code == 503
    page = ben.get(f"/escalations/{KEY}/recordings/new")
    assert (
        page.status_code == 200
        and place in page.text
        and f'aria-valuenow="{100 * 6_000_000 // len(SOUND)}"' in page.text
    )
    proxy.mend()
    assert send(ben, place, 6_000_000, SOUND[6_000_000:]).status_code == 204
    assert bytes_of_the_recording() == SOUND


def test_a_storage_that_says_nothing_is_given_up_and_nothing_is_lost(impatient, ben, proxy, bytes_of_the_recording):
    place = announce(ben, KEY, len(SOUND))
    assert send(ben, place, 0, SOUND[:100]).status_code == 204
    proxy.fault("hang", lambda asked: asked.is_part, times=99)
    assert send(ben, place, 100, SOUND[100:]).status_code == 503
    proxy.mend()
    proxy.fault("silence", lambda asked: asked.is_part, times=99)  # stored, and never said
    assert send(ben, place, 100, SOUND[100:]).status_code == 503
    proxy.mend()
    at = offset_of(ben, place)
    assert at in (100, PART)
    assert send(ben, place, at, SOUND[at:]).status_code == 204
    assert bytes_of_the_recording() == SOUND


def test_made_whole_without_a_word_it_is_found_whole(ben, proxy, bytes_of_the_recording):
    place = announce(ben, KEY, len(SOUND))
    proxy.fault("silence", lambda asked: asked.is_completion, times=2)
    assert send(ben, place, 0, SOUND).status_code in (204, 503)
    assert offset_of(ben, place) == len(SOUND)
    assert bytes_of_the_recording() == SOUND


def test_killed_between_making_it_whole_and_noting_it_the_next_question_finishes_it_once(
    ben, proxy, settings, session, bytes_of_the_recording
):
    place = announce(ben, KEY, len(SOUND))
    proxy.fault("refuse", lambda asked: asked.is_completion, times=99)
    assert send(ben, place, 0, SOUND).status_code == 503
    proxy.mend()
    upload = session.exec(select(Upload)).one()
    take_in(storage_of(settings), parcel_of(settings, upload), upload.id)
    assert session.exec(select(Recording)).all() == []
    session.rollback()
    assert offset_of(ben, place) == len(SOUND) == offset_of(ben, place)
    assert bytes_of_the_recording() == SOUND


def test_one_adds_at_a_time_and_a_dead_ones_hold_runs_out(ben, elsewhere_at, session, monkeypatch):
    place = announce(ben, KEY, len(SOUND))
    upload_id = place.rsplit("/", 1)[1]
    assert take_hold(session, upload_id, "another request")
    session.commit()
    assert send(ben, place, 0, SOUND[:1000]).status_code == 423
    let_go(session, upload_id, "another request")
    session.commit()
    assert send(elsewhere_at, place, 0, SOUND[:1000]).status_code == 204
    assert take_hold(session, upload_id, "one that dies")
    upload = session.get_one(Upload, upload_id)
    upload.held_until -= LEASE + timedelta(seconds=1)
    session.add(upload)
    session.commit()
    assert send(ben, place, 1000, SOUND[1000:2000]).status_code == 204


def test_wrong_offsets_and_bytes_too_many_are_told_as_everywhere(ben):
    place = announce(ben, KEY, 5000)
    assert send(ben, place, 0, SOUND[:1000]).status_code == 204
    for offset in (0, 999, 1001):
        answer = send(ben, place, offset, SOUND[:10])
        assert answer.status_code == 409 and answer.headers["upload-offset"] == "1000"
    assert send(ben, place, 1000, SOUND[1000:9000]).status_code == 413
    assert offset_of(ben, place) == 5000


def test_one_that_was_thought_dead_and_wakes_up_takes_nothing_away(bucket):
    """It held a part in its hands while others went on."""
    parts = Parts(bucket, KEYED, ID, begin_parts(bucket, KEYED))
    began, go_on = asyncio.Event(), asyncio.Event()

    async def frozen():
        yield SOUND[:1000]
        began.set()
        await go_on.wait()
        yield SOUND[1000:2000]

    async def whole():
        yield SOUND

    async def both():
        sleeper = asyncio.create_task(parts.append(0, frozen(), len(SOUND)))
        await began.wait()
        assert await parts.append(0, whole(), len(SOUND)) == len(SOUND)
        go_on.set()
        assert await sleeper == len(SOUND)

    run_apart(both())
    parts.finish(len(SOUND))
    parts.finish(len(SOUND))
    assert b"".join(bucket.open_range(KEYED)) == SOUND and bucket.keys("uploads/") == []


def test_a_request_that_is_cancelled_keeps_what_came(bucket):
    parts = Parts(bucket, KEYED, ID, begin_parts(bucket, KEYED))

    async def cancel_in_the_middle():
        came = asyncio.Event()

        async def silent_at_last():
            yield SOUND[:5000]
            came.set()
            await asyncio.Event().wait()

        request = asyncio.create_task(parts.append(0, silent_at_last(), len(SOUND)))
        await came.wait()
        request.cancel()
        with pytest.raises(asyncio.CancelledError):
            await request

    run_apart(cancel_in_the_middle())
    assert parts.standing().offset == 5000


def test_what_is_not_whole_is_not_made_whole(bucket):
    parts = Parts(bucket, KEYED, ID, begin_parts(bucket, KEYED))

    async def pieces(words: bytes):
        yield words

    assert run_apart(parts.append(0, pieces(SOUND[:10]), 10_000)) == 10
    with pytest.raises(WrongOffset) as trouble:
        parts.finish(10_000)
    assert trouble.value.actual == 10
    with pytest.raises(TooManyBytes):
        run_apart(parts.append(10, pieces(SOUND[:20]), 20))
    parts.remove()
    parts.remove()
    with pytest.raises(UploadMissing):
        parts.standing()
