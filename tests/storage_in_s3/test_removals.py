"""What nobody wants leaves nothing behind in a bucket, and nobody waits while it is taken away."""

import os
from datetime import timedelta

import pytest
from sqlalchemy import update
from sqlmodel import select

from app.foundation.clock import now
from app.foundation.s3.parts import begin_parts, parts_begun_before
from app.recordings.arrival.expiring import sweep_uploads
from app.recordings.arrival.uploading import KEPT_FOR
from app.recordings.models import Upload
from app.recordings.storing import media_key
from tests.asked import do_removals
from tests.recordings_room.bringing import SPEAKS_TUS, announce, send

KEY = "ACME-7K4"
SOUND = b"fLaC" + os.urandom(9_000_000)


@pytest.fixture
def ben(as_):
    return as_("ben")


def test_what_is_no_recording_leaves_nothing_behind(ben, bucket, engine, settings):
    place = announce(ben, KEY, 10_000_000)
    assert send(ben, place, 0, b"plain words " * 30).status_code == 422
    assert ben.head(place, headers=SPEAKS_TUS).status_code == 404
    cut_off = b"\x00\x00\x00\x18ftypisom" + b"\0" * 12 + (5_000_000).to_bytes(4, "big") + b"mdat" + b"\0" * 1000
    place = announce(ben, KEY, len(cut_off))
    answer = send(ben, place, 0, cut_off)
    assert answer.status_code == 422 and "cut off before its index" in answer.json()["error"]
    do_removals(engine, settings)
    assert bucket.keys("") == [] and parts_begun_before(bucket, "", far_future()) == []


def test_what_is_discarded_or_forgotten_leaves_nothing_behind(ben, bucket, settings, session, engine):
    discarded, forgotten = announce(ben, KEY, len(SOUND)), announce(ben, KEY, len(SOUND))
    for place in (discarded, forgotten):
        assert send(ben, place, 0, SOUND[:-1]).status_code == 204
    assert len(parts_begun_before(bucket, "", far_future())) == 2
    assert ben.delete(discarded, headers=SPEAKS_TUS).status_code == 204
    do_removals(engine, settings)
    moment = session.exec(select(Upload)).one().created_at
    assert sweep_uploads(session, settings, moment) == 0
    session.commit()
    begin_parts(bucket, media_key("0123456789abcdef"))  # its row was never committed
    assert len(parts_begun_before(bucket, "", far_future())) == 2
    assert sweep_uploads(session, settings, moment + KEPT_FOR * 1.1) == 2
    do_removals(engine, settings)
    assert session.exec(select(Upload)).all() == []
    assert bucket.keys("") == [] and parts_begun_before(bucket, "", far_future()) == []


def test_many_that_go_on_hide_none_that_is_lost(ben, bucket, settings, session, monkeypatch):
    monkeypatch.setattr("app.recordings.arrival.expiring_parts.AT_ONCE", 1)
    for _ in range(2):
        assert send(ben, announce(ben, KEY, len(SOUND)), 0, SOUND[:1000]).status_code == 204
    begin_parts(bucket, media_key("zzzzzzzzzzzzzzzz"))
    bucket.put_bytes("uploads/zyzzzzzzzzzzzzzz/0-4", b"tail")
    for upload in session.exec(select(Upload)):
        upload.expires_at += KEPT_FOR  # somebody adds to them now and then
    session.commit()
    assert sweep_uploads(session, settings, now() + KEPT_FOR * 1.1) == 2
    assert len(parts_begun_before(bucket, "", far_future())) == len(bucket.keys("uploads/")) == 2


def test_nobody_waits_to_write_while_a_sweep_asks_the_storage(ben, bucket, proxy, settings, session, engine):
    assert send(ben, announce(ben, KEY, len(SOUND)), 0, SOUND[:1000]).status_code == 204
    begin_parts(bucket, media_key("0123456789abcdef"))
    bucket.put_bytes("uploads/1123456789abcdef/0-4", b"tail")
    written = []

    def write(_: object) -> bool:
        with engine.begin() as connection:
            connection.execute(update(Upload).values(name="written meanwhile"))
        written.append(True)
        return False

    proxy.fault("refuse", write, times=99)
    assert sweep_uploads(session, settings, now() + KEPT_FOR * 1.1) == 3
    assert len(written) >= 4, "two lists, two removals"


def far_future():
    return now() + timedelta(days=1)
