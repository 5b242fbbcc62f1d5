"""From a file to its words with the real model: stored chunk by chunk, resumed, retried, and honest when it cannot."""

from pathlib import Path

import pytest
from sqlmodel import col, func, select

from app.foundation.clock import now
from app.foundation.ids import new_id
from app.foundation.settings import Settings
from app.recordings.arrival.adding import add_recording, replace_media
from app.recordings.arrival.arriving import take_in_file
from app.recordings.hearing import transcribing
from app.recordings.hearing.preparing import prepare
from app.recordings.hearing.transcribing import transcribe
from app.recordings.hearing.waiting import resume_waiting
from app.recordings.models import ChunkState, Recording, RecordingState, TranscriptChunk, TranscriptLine
from app.recordings.standing import standing_of
from app.recordings.storing import media_key, sound_file, storage_of, uploads_folder
from app.speech import planning
from app.speech.transcribing import transcribe_chunk
from tests.recordings_room.bringing import SOUNDS, details_of
from tests.speech.making import make_silent_film, make_tone

ROOM = "/escalations/ACME-7K4/recordings"


@pytest.fixture
def with_model(settings: Settings, model_dir: Path) -> Settings:
    return settings.model_copy(update={"model_dir": model_dir})


@pytest.fixture
def add(session, outage, people, settings):
    """Brings a file in as an upload would, and answers with the recording's id."""

    def bring_in(path: Path) -> str:
        with path.open("rb") as file:
            media = take_in_file(storage_of(settings), uploads_folder(settings), file, media_key(new_id()))
        recording = add_recording(session, outage, details_of("Speech", None), media)
        session.commit()
        return recording.id

    return bring_in


def fresh(session, recording_id):
    session.rollback()
    session.expire_all()
    recording = session.get_one(Recording, recording_id)
    session.commit()  # keeps what was read and lets the pages write
    return recording


def words_of(session, recording_id):
    lines = session.exec(
        select(TranscriptLine.text)
        .where(TranscriptLine.recording_id == recording_id)
        .order_by(col(TranscriptLine.number))
    ).all()
    session.commit()
    return " ".join(lines)


@pytest.mark.slow
def test_a_recording_becomes_words_with_their_times(as_, add, session, engine, with_model, jfk):
    recording_id = add(jfk)
    prepare(engine, with_model, recording_id, 1)
    prepared = fresh(session, recording_id)
    assert prepared.state is RecordingState.transcribing and len(prepared.waveform) == 800
    assert 10.9 < prepared.duration_seconds < 11.1
    assert sound_file(with_model, recording_id, 1).exists()
    transcribe(engine, with_model, recording_id, 1)
    ready = fresh(session, recording_id)
    assert (ready.state, ready.progress, ready.language) == (RecordingState.ready, 100, "en")
    assert "ask not what your country can do for you" in words_of(session, recording_id).lower()
    line = session.exec(select(TranscriptLine)).first()
    session.commit()
    assert line.words[0][0] >= 0 and line.words[-1][1] <= 11.1
    assert not sound_file(with_model, recording_id, 1).exists()
    page = as_("ben").get(f"{ROOM}/{recording_id}").text
    assert "every 5s" not in page and "<path" in page and "of 0:11" in page
    text = as_("ben").get(f"{ROOM}/{recording_id}/transcript.txt").text
    assert "ask not what your country" in text.lower()
    assert "The transcript of" in as_("ben").get("/escalations/ACME-7K4/timeline").text
    transcribe(engine, with_model, recording_id, 1)
    prepare(engine, with_model, recording_id, 1)
    assert words_of(session, recording_id).lower().count("ask not what your country") == 1


@pytest.mark.slow
def test_a_killed_transcription_goes_on_after_the_chunks_that_are_done(
    add, session, engine, with_model, monkeypatch, jfk
):
    monkeypatch.setattr(planning, "CHUNK_SECONDS", 4)
    monkeypatch.setattr("app.recordings.hearing.preparing.plan_chunks", lambda raw: planning.plan_chunks(raw, 4))
    recording_id = add(jfk)
    prepare(engine, with_model, recording_id, 1)
    chunks = select(func.count()).select_from(TranscriptChunk)
    total = session.exec(chunks).one()
    session.rollback()
    assert total >= 3
    heard, hear = [], transcribe_chunk

    def die_at_second(listener, raw, chunk, *more):
        if chunk.index == 1:
            raise KeyboardInterrupt
        heard.append(chunk.index)
        return hear(listener, raw, chunk, *more)

    monkeypatch.setattr(transcribing, "transcribe_chunk", die_at_second)
    with pytest.raises(KeyboardInterrupt):
        transcribe(engine, with_model, recording_id, 1)
    halfway = fresh(session, recording_id)
    assert halfway.state is RecordingState.transcribing and 0 < halfway.progress < 100
    before = words_of(session, recording_id)
    assert before

    def remember(listener, raw, chunk, *more):
        heard.append(chunk.index)
        return hear(listener, raw, chunk, *more)

    monkeypatch.setattr(transcribing, "transcribe_chunk", remember)
    transcribe(engine, with_model, recording_id, 1)
    assert heard == list(range(total))
    assert fresh(session, recording_id).state is RecordingState.ready
    assert words_of(session, recording_id).startswith(before)


@pytest.mark.slow
def test_a_chunk_that_cannot_be_heard_is_a_gap_and_can_be_tried_again(
    as_, add, session, engine, with_model, monkeypatch, jfk
):
    recording_id = add(jfk)
    prepare(engine, with_model, recording_id, 1)
    hear, tries = transcribe_chunk, []

    def break_down(*given):
        tries.append(given)
        raise RuntimeError("out of memory")

    monkeypatch.setattr(transcribing, "transcribe_chunk", break_down)
    transcribe(engine, with_model, recording_id, 1)
    assert len(tries) == 3
    page = as_("ben").get(f"{ROOM}/{recording_id}").text
    assert "[not transcribed 0:11]" in page and "Transcribed, with gaps" in page and "Try again" in page
    assert as_("ben").post(f"{ROOM}/{recording_id}/transcription").status_code == 303
    chunk = session.exec(select(TranscriptChunk)).one()
    session.commit()
    assert (chunk.state, chunk.tries) == (ChunkState.todo, 0)
    monkeypatch.setattr(transcribing, "transcribe_chunk", hear)
    transcribe(engine, with_model, recording_id, 1)
    assert "[not transcribed" not in as_("ben").get(f"{ROOM}/{recording_id}").text
    assert "your country" in words_of(session, recording_id)


def test_without_the_model_it_waits_says_so_and_goes_on_when_it_is_there(as_, add, session, engine, settings, tmp_path):
    recording_id = add(SOUNDS / "LJ001-0002.flac")
    prepare(engine, settings, recording_id, 1)
    transcribe(engine, settings, recording_id, 1)
    assert fresh(session, recording_id).state is RecordingState.waiting_for_model
    page = as_("ben").get(f"{ROOM}/{recording_id}").text
    assert "The speech model is not on this server yet" in page and "<audio" in page
    assert resume_waiting(session, settings, now()) == 0
    session.commit()
    model = tmp_path / "model"
    model.mkdir()
    for name in ("model.bin", "config.json", "tokenizer.json", "vocabulary.txt"):
        (model / name).write_bytes(b"x")
    assert resume_waiting(session, settings.model_copy(update={"model_dir": model}), now()) == 1
    session.commit()
    assert fresh(session, recording_id).state is RecordingState.transcribing


def test_a_configured_model_that_is_incomplete_is_no_secret_shared(as_, add, session, engine, settings, tmp_path):
    recording_id = add(SOUNDS / "LJ001-0002.flac")
    prepare(engine, settings, recording_id, 1)
    transcribe(engine, settings.model_copy(update={"model_dir": tmp_path / "nowhere"}), recording_id, 1)
    page = as_("ben").get(f"{ROOM}/{recording_id}").text
    assert "once an administrator has mended it" in page
    assert str(tmp_path) not in page


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (lambda folder: make_silent_film(folder / "film.mp4"), "There is no sound in this file."),
        (lambda folder: cut_off(folder), "damaged"),
    ],
)
def test_why_it_has_no_words_is_said_on_its_page(as_, add, session, engine, settings, tmp_path, make, sentence):
    recording_id = add(make(tmp_path))
    prepare(engine, settings, recording_id, 1)
    assert fresh(session, recording_id).state is RecordingState.failed
    page = as_("ben").get(f"{ROOM}/{recording_id}").text
    assert sentence in page and "Try again" in page and "every 5s" not in page


def test_silence_is_ready_and_says_that_nobody_speaks(as_, add, session, engine, with_model, tmp_path):
    recording_id = add(make_tone(tmp_path / "hum.wav", 30))
    prepare(engine, with_model, recording_id, 1)
    transcribe(engine, with_model, recording_id, 1)
    assert fresh(session, recording_id).state is RecordingState.ready
    page = as_("ben").get(f"{ROOM}/{recording_id}").text
    assert "Nobody speaks in this recording" in page and "[no words heard 0:30]" in page


def test_work_on_a_file_that_was_replaced_or_deleted_is_dropped(as_, add, session, engine, settings, people):
    recording_id = add(SOUNDS / "LJ001-0002.flac")
    prepare(engine, settings, recording_id, 1)
    with (SOUNDS / "hotwords.mp3").open("rb") as file:
        media = take_in_file(storage_of(settings), uploads_folder(settings), file, media_key(new_id()))
    replace_media(session, session.get_one(Recording, recording_id), media)
    session.commit()
    transcribe(engine, settings, recording_id, 1)
    prepare(engine, settings, recording_id, 1)
    again = fresh(session, recording_id)
    assert again.state is RecordingState.uploaded and not again.waveform
    as_("ben").post(f"{ROOM}/{recording_id}/removal")
    prepare(engine, settings, recording_id, 2)
    transcribe(engine, settings, recording_id, 2)
    assert session.exec(select(TranscriptChunk)).all() == []


def test_a_job_that_gave_up_is_a_failure_with_a_way_on(as_, add, session, settings):
    recording_id = add(SOUNDS / "LJ001-0002.flac")
    recording = session.get_one(Recording, recording_id)
    session.connection().exec_driver_sql(
        f"update job set status = 'failed', reason = 'No room on /dev/disk' where id = '{recording.job_key}'"
    )
    session.commit()
    assert standing_of(session, recording).can_be_retried
    session.commit()
    as_("ben").post(f"{ROOM}/{recording_id}/sharing")
    assert "No room on /dev/disk" in as_("ben").get(f"{ROOM}/{recording_id}").text
    guest = as_("gus").get(f"{ROOM}/{recording_id}").text
    assert "Something failed on our side" in guest and "No room" not in guest and "Try again" not in guest
    as_("ben").post(f"{ROOM}/{recording_id}/transcription")
    assert "Waits for its turn" in as_("ben").get(f"{ROOM}/{recording_id}").text


def cut_off(folder: Path) -> Path:
    """Begins as a FLAC file does and goes on as nothing does."""
    path = folder / "torn.flac"
    path.write_bytes((SOUNDS / "jfk.flac").read_bytes()[:60] + b"\0" * 50_000)
    return path
