"""What recordings are listened to for: words and language, of the workspace, of an escalation, of one recording."""

import pytest
from sqlmodel import col, select

from app.foundation.clock import now
from app.foundation.ids import new_id
from app.links.models import Link
from app.recordings.hearing import transcribing
from app.recordings.hearing.asking import hear_again
from app.recordings.hearing.preparing import prepare
from app.recordings.hearing.transcribing import transcribe
from app.recordings.hearing.waiting import resume_waiting
from app.recordings.listening.reading import usual_language
from app.recordings.listening.vocabulary import vocabulary_of
from app.recordings.models import Recording, RecordingState, TranscriptLine
from app.speech import server_engine
from tests.speech.peers import Answer, Twin

ROOM = "/escalations/ACME-7K4/recordings"


def test_words_are_kept_tidy_and_the_escalations_come_first(as_, session, outage):
    answer = as_("ben").post(
        "/listening", data={"terms": "Kubernetes\n  Evenkeel  Cloud \nkubernetes", "language": "de"}
    )
    assert answer.status_code == 303
    as_("ben").post(f"{ROOM}/listening", data={"terms": "ComfyUI, Desktop\r\n\r\nKUBERNETES", "language": "fr"})
    words = vocabulary_of(session, outage.id)
    assert words[:3] == ["ComfyUI Desktop", "KUBERNETES", "Evenkeel Cloud"]
    assert "Gus Meyer" in words and len(words) == len({word.casefold() for word in words})
    assert usual_language(session, outage.id) == "fr"
    session.commit()
    page = as_("ben").get(f"{ROOM}/listening").text
    assert "ComfyUI Desktop\nKUBERNETES" in page and "Kubernetes, Evenkeel Cloud" in page and "Gus Meyer" in page
    assert '<option value="fr" selected>French' in page and "German, as in the workspace" in page
    assert "Evenkeel Cloud" in as_("ben").get("/listening").text


def test_the_language_of_the_workspace_serves_where_the_escalation_says_none(as_, session, outage, elsewhere):
    as_("ben").post("/listening", data={"language": "de"})
    as_("ben").post(f"{ROOM}/listening", data={"language": "fr"})
    assert (usual_language(session, outage.id), usual_language(session, elsewhere.id)) == ("fr", "de")
    session.commit()
    assert "French, as usual here" in as_("ben").get(f"{ROOM}/new").text


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ({"terms": "\n".join(f"Term {number}" for number in range(61))}, "at most 60 can be listened for"),
        ({"terms": "x" * 61}, "has at most 60 characters"),
        ({"terms": "Acme", "language": "tlh"}, "Choose one of the languages."),
    ],
)
def test_what_cannot_be_listened_for_is_said_and_what_was_typed_stays(as_, session, outage, typed, sentence):
    for place in ("/listening", f"{ROOM}/listening"):
        answer = as_("ben").post(place, data=typed)
        assert answer.status_code == 422 and sentence in answer.text and typed["terms"][-20:] in answer.text
    assert usual_language(session, outage.id) == ""


def test_guests_and_strangers_see_and_change_nothing_of_it(as_, session, recorded, outage):
    recording = recorded("Call", ["First words."])
    as_("ben").post(f"{ROOM}/listening", data={"terms": "Project Nightfall"})
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    for nick in ("gus", "eve"):
        for place in ("/listening", f"{ROOM}/listening", f"{ROOM}/{recording.id}/hearing"):
            assert as_(nick).get(place).status_code == 404
            assert as_(nick).post(place, data={"terms": "Mine", "language": "de"}).status_code == 404
    assert vocabulary_of(session, outage.id)[0] == "Project Nightfall"
    session.commit()
    for place in (ROOM, f"{ROOM}/{recording.id}", "/escalations/ACME-7K4", "/escalations/ACME-7K4/timeline"):
        page = as_("gus").get(place).text
        assert "Nightfall" not in page and "/listening" not in page
    assert "changed the words and the language to expect" in as_("ben").get("/escalations/ACME-7K4/timeline").text


def test_a_language_chosen_with_the_upload_is_the_recordings(as_, session, jfk):
    told = {"title": "Small call", "others": "Ruth Adeyemi", "how": "Asked aloud", "language": "de"}
    file = {"files": ("call.flac", jfk.read_bytes(), "application/octet-stream")}
    assert as_("ben").post(ROOM, data=told | {"language": "tlh"}, files=file).status_code == 422
    assert as_("ben").post(ROOM, data=told, files=file).status_code == 303
    recording = session.exec(select(Recording)).one()
    session.commit()
    assert recording.language == "de"
    assert "<dd>German</dd>" in as_("ben").get(f"{ROOM}/{recording.id}").text


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_hearing_again_renews_the_words_and_keeps_what_people_did_with_them(
    as_, session, engine, settings, model_dir, people, outage, recorded
):
    with_model = settings.model_copy(update={"model_dir": model_dir})
    recording = recorded("Call")
    prepare(engine, with_model, recording.id, 1)
    assert as_("ben").post(f"{ROOM}/{recording.id}/hearing", data={"language": "en"}).status_code == 422
    lines = [("Misheard.", 0.0, 3.0), ("A wrong hearing.", 3.0, 7.5), ("Made into a task.", 10.0, 12.0)]
    ids = put(session, recording, lines)
    corrected = session.get_one(TranscriptLine, ids[1])
    corrected.original_text, corrected.text = corrected.text, "ask NOT, he said"
    session.add(
        Link(escalation_id=outage.id, from_kind="transcript_line", from_id=ids[2], to_kind="action_item", to_id="x")
    )
    session.get_one(Recording, recording.id).state = RecordingState.ready
    session.commit()
    page = as_("ben").get(f"{ROOM}/{recording.id}/hearing").text
    assert "Found automatically" in page and '<option value="de">German' in page
    answer = as_("ben").post(f"{ROOM}/{recording.id}/hearing", data={"language": "en"})
    assert answer.headers["location"] == f"{ROOM}/{recording.id}"
    assert texts(session, recording) == [text for text, *_ in lines[:1]] + ["ask NOT, he said", "Made into a task."]
    transcribe(engine, with_model, recording.id, 1)
    words = texts(session, recording)
    assert words[0].startswith("And so my fellow") and words[1] == "ask NOT, he said"
    assert words[-1] == "Made into a task." and "Misheard." not in words
    assert "what you can do" in " ".join(words[2:-1]), "what was said before and after a kept line is there"
    session.expire_all()
    again = session.get_one(Recording, recording.id)
    assert (again.state, again.language) == (RecordingState.ready, "en")
    kept = session.exec(select(TranscriptLine.id).where(col(TranscriptLine.id).in_(ids))).all()
    assert set(kept) == set(ids[1:])
    session.commit()


def test_when_nothing_is_heard_again_the_old_words_stay(session, engine, settings, model_dir, recorded, monkeypatch):
    with_model = settings.model_copy(update={"model_dir": model_dir})
    recording = recorded("Call")
    prepare(engine, with_model, recording.id, 1)
    put(session, recording, [("What was heard before.", 0.0, 3.0)])
    row = session.get_one(Recording, recording.id)
    row.state = RecordingState.ready
    hear_again(session, row, "de")
    session.commit()

    def break_down(*_: object) -> None:
        raise RuntimeError("out of memory")

    monkeypatch.setattr(transcribing, "transcribe_chunk", break_down)
    transcribe(engine, with_model, recording.id, 1)
    assert texts(session, recording) == ["What was heard before."]


def test_a_server_that_is_away_makes_recordings_wait_and_they_go_on_when_it_is_back(
    as_, session, engine, settings, recorded, monkeypatch
):
    monkeypatch.setattr(server_engine, "PAUSES", (0,))
    state = {"status": 503}
    server = Twin(
        lambda asked: Answer(
            {"language": "english", "segments": [{"start": 1, "end": 3, "text": "Ask not."}]}, state["status"]
        )
    )
    by_server = settings.model_copy(update={"speech_engine": "server", "speech_url": server.url})
    recording = recorded("Call")
    prepare(engine, by_server, recording.id, 1)
    transcribe(engine, by_server, recording.id, 1)
    page = as_("ben").get(f"{ROOM}/{recording.id}").text
    assert "The transcription server cannot be used just now" in page and server.url not in page
    state["status"] = 200
    assert resume_waiting(session, by_server, now()) == 1
    session.commit()
    transcribe(engine, by_server, recording.id, 1)
    server.close()
    assert texts(session, recording) == ["Ask not."]
    assert "Gus Meyer" in server.asked[-1].fields["prompt"][0]
    assert session.exec(select(Recording.state)).one() is RecordingState.ready
    session.commit()


def put(session, recording: Recording, lines: list[tuple[str, float, float]]) -> list[str]:
    ids = [new_id() for _ in lines]
    for number, (text, start, end) in enumerate(lines):
        session.add(
            TranscriptLine(
                id=ids[number],
                escalation_id=recording.escalation_id,
                recording_id=recording.id,
                number=number,
                start=start,
                end=end,
                text=text,
            )
        )
    session.commit()
    return ids


def texts(session, recording: Recording) -> list[str]:
    query = select(TranscriptLine.text).where(TranscriptLine.recording_id == recording.id)
    found = list(session.exec(query.order_by(col(TranscriptLine.number))))
    session.commit()
    return found
