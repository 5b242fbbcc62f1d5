"""A recording is heard again, in another language and with other words to expect, as from its page."""

import pytest
from sqlmodel import select

from app.access.session import as_system
from app.recordings.models import Recording, RecordingState
from app.sign_in.personal_tokens.models import Scope
from app.speech.fitting import MOST_TERMS

HERE = "/escalations/ACME-7K4"


@pytest.fixture
def at(ids):
    return f"{HERE}/recordings/{ids['recording_id']}"


def standing(engine):
    with as_system(engine) as session:
        recording = session.exec(select(Recording)).one()
        return recording.state, recording.language, recording.job_key


def test_a_recording_is_heard_again_once(ben, at, engine):
    key = {"idempotency-key": "hear-1"}
    first = ben.post(f"{at}/hearing", json={"language": "de"}, headers=key)
    assert first.status_code == 200 and (first.json()["state"], first.json()["language"]) == ("transcribing", "de")
    asked = standing(engine)
    assert asked[:2] == (RecordingState.transcribing, "de") and asked[2]
    assert ben.post(f"{at}/hearing", json={"language": "de"}, headers=key).content == first.content
    assert standing(engine) == asked
    assert ben.get(f"{HERE}/timeline").json()["items"][0]["kind"] == "heard_again"
    busy = ben.post(f"{at}/hearing", json={})
    assert busy.status_code == 422 and "still being written down" in busy.json()["detail"]


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"language": "klingon"}, "language"),
        ({"language": "xx"}, "language"),
        ({"language": None}, "language"),
        ({"language": 1}, "language"),
        ({"words": ["x"]}, ""),
    ],
)
def test_a_hearing_that_cannot_be_asked_for(ben, at, engine, sent, field):
    before = standing(engine)
    answer = ben.post(f"{at}/hearing", json=sent)
    assert answer.status_code == 422 and [one["field"] for one in answer.json()["errors"]] == [field]
    assert standing(engine) == before


def test_what_could_not_be_read_is_not_heard_again(ben, at, engine):
    with as_system(engine) as session:
        session.exec(select(Recording)).one().duration_seconds = 0
        session.commit()
    assert "nothing to hear" in ben.post(f"{at}/hearing", json={}).json()["detail"]


def test_who_does_not_see_it_does_not_have_it_heard(program, ids, at, engine):
    before = standing(engine)
    assert program("ben", Scope.read).post(f"{at}/hearing", json={}).status_code == 403
    elsewhere = f"/escalations/GLOB-5Q2/recordings/{ids['recording_id']}/hearing"
    assert program("ben").post(elsewhere, json={}).status_code == 404
    assert program("ada").post(f"{HERE}/restriction").status_code == 200
    for asked in (f"{at}/hearing", f"{HERE}/listening"):
        assert program("sue").request("PATCH" if "listening" in asked else "POST", asked, json={}).status_code == 404
    assert program("sue").get(f"{HERE}/listening").status_code == 404
    assert program("ada").post(f"{HERE}/closure").status_code == 200
    assert program("ada").post(f"{at}/hearing", json={}).status_code == 403
    assert program("ada").patch(f"{HERE}/listening", json={"terms": []}).status_code == 403
    assert program("ada").get(f"{HERE}/listening").status_code == 200
    assert standing(engine) == before


def test_what_a_corrected_line_was_heard_as_is_told(ben, ids, at):
    lines = f"{at}/transcript"
    assert ben.get(lines).json()["items"][0]["heard_as"] == ""
    assert ben.patch(f"{lines}/{ids['line_id']}", json={"text": "It ran once."}).json()["heard_as"] == (
        "the import ran twice"
    )


def test_words_to_expect_are_written_down_for_all_and_for_one(ben, as_):
    everywhere = ben.patch("/listening", json={"terms": ["Kanban", "kanban", " ", "Qu, ay"], "language": "en"})
    assert everywhere.json() == {"terms": ["Kanban", "Qu ay"], "language": "en"}
    here = ben.patch(f"{HERE}/listening", json={"terms": ["IMP-12"]}).json()
    assert (here["terms"], here["language"], here["usual_language"]) == (["IMP-12"], "", "en")
    assert here["expected"][:3] == ["IMP-12", "Kanban", "Qu ay"] and "Acme Logistics" in here["expected"]
    assert ben.patch(f"{HERE}/listening", json={"language": "de"}).json()["terms"] == ["IMP-12"]
    assert "IMP-12" in as_("ben").get(f"{HERE}/recordings/listening").text
    assert ben.get("/listening").json()["terms"] == ["Kanban", "Qu ay"]
    assert ben.get(f"{HERE}/timeline").json()["items"][0]["kind"] == "listening_changed"


def test_words_that_somebody_changed_meanwhile_are_not_written_over(ben, program):
    for at in ("/listening", f"{HERE}/listening"):
        read = ben.get(at).headers["etag"]
        assert program("ada").patch(at, json={"terms": ["Ada's"]}).status_code == 200
        stale = ben.patch(at, json={"terms": ["Ben's"]}, headers={"if-match": read})
        assert stale.status_code == 412 and ben.get(at).json()["terms"] == ["Ada's"]
        assert program("ben", Scope.read).patch(at, json={"terms": []}).status_code == 403


@pytest.mark.parametrize(
    ("sent", "field"),
    [
        ({"terms": "Kanban"}, "terms"),
        ({"terms": [1]}, "terms"),
        ({"terms": None}, "terms"),
        ({"terms": ["x" * 61]}, "terms"),
        ({"terms": ["x" * 201]}, "terms"),
        ({"terms": [f"word {number}" for number in range(MOST_TERMS + 1)]}, "terms"),
        ({"terms": ["x"] * 1000}, "terms"),
        ({"language": "klingon"}, "language"),
        ({"words": []}, ""),
    ],
)
def test_words_that_cannot_be_expected(ben, sent, field):
    for at in ("/listening", f"{HERE}/listening"):
        before = ben.get(at).json()
        answer = ben.patch(at, json={"language": "fr", **sent})
        assert answer.status_code == 422 and [one["field"] for one in answer.json()["errors"]] == [field]
        assert ben.get(at).json() == before
