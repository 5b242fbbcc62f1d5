"""The pages of recordings: read, searched, corrected, deleted, and uploaded without script."""

import re

import pytest
from sqlmodel import func, select

from app.foundation.jobs.states import JOBS
from app.recordings.deleting import delete_recording
from app.recordings.hearing.jobs import remove_recording_media
from app.recordings.models import Consent, Recording, TranscriptChunk, TranscriptLine
from app.recordings.naming import describe_lines
from app.recordings.storing import storage_of
from app.timeline.models import TimelineEntry
from tests.recordings_room.bringing import SOUNDS
from tests.statements import asked_for

ROOM = "/escalations/ACME-7K4/recordings"
WORDS = ["The queue restarts at midnight.", "Two <b>invoices</b> & one --> shipment.", "The queue again."]
OURS = re.compile(r"FROM (recording|consent|transcript_line|transcript_chunk)\b")
TOLD = {"title": "Small call", "others": "Ruth Adeyemi", "how": "Asked aloud"}


def with_file(data, name="call.flac"):
    return {"files": (name, data, "application/octet-stream")}


def test_the_list_says_what_it_is_for_while_it_is_empty(as_):
    assert "Upload a recording" in as_("ben").get(ROOM).text
    guest = as_("gus").get(ROOM).text
    assert "No recording is shared with you" in guest and "Upload" not in guest


def test_a_small_recording_comes_by_a_plain_form(as_, session, jfk):
    answer = as_("ben").post(ROOM, data=TOLD, files=with_file(jfk.read_bytes()))
    recording = session.exec(select(Recording)).one()
    assert answer.status_code == 303 and answer.headers["location"] == f"{ROOM}/{recording.id}"
    page = as_("ben").get(f"{ROOM}/{recording.id}").text
    assert "Small call" in page and "Ruth Adeyemi" in page and "Waits for its turn" in page
    assert "every 5s" in page


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"\x89PNG\r\n\x1a\n" + b"\0" * 100, "is a picture, not a recording"),
        (b"v=0\no=- 0 0 IN IP4 127.0.0.1\nm=audio 9 RTP/AVP 0\n", "holds text, not a recording"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>", "holds text, not a recording"),
        (b"", "Choose the file."),
        (b"\x00\x01", "not a recording of a kind"),
    ],
)
def test_what_is_no_recording_is_said_in_place_and_what_was_typed_stays(as_, session, settings, data, sentence):
    name = {"name": "call.mp4"} if data else {"name": ""}
    answer = as_("ben").post(ROOM, data=TOLD, files=with_file(data, **name))
    assert answer.status_code == 422 and sentence in answer.text and 'value="Small call"' in answer.text
    assert session.exec(select(Recording)).all() == [] and not list((settings.data_dir / "uploads").glob("*"))


def test_the_form_comes_back_with_every_answer_about_consent(as_, people):
    told = TOLD | {"title": "", f"consent_{people['gus'].id}": "yes"}
    page = as_("ben").post(ROOM, data=told).text
    assert "Give the recording a title." in page and '<option value="yes" selected>' in page and "Ruth Adeyemi" in page


def test_nobodys_consent_is_presumed_and_its_mistake_stands_with_the_people(as_):
    page = as_("ben").get(f"{ROOM}/new").text
    assert '<option value="yes" selected>' not in page and 'name="everybody" value="yes">' in page
    refused = as_("ben").post(ROOM, data=TOLD | {"others": ""}).text
    asked = refused.partition('class="field wide consents"')[2].partition("</fieldset>")[0]
    assert "Say who was there and agreed" in asked and '<a href="#f-everybody">' in refused


def test_the_meeting_is_chosen_when_one_comes_from_it(as_, meeting):
    page = as_("ben").get(f"{ROOM}/new?meeting={meeting.id}").text
    assert f'<option value="{meeting.id}" selected>' in page and 'value="Call on the import"' in page


def test_a_link_to_a_moment_opens_at_its_line(as_, recorded):
    recording = recorded("Call", WORDS)
    page = as_("ben").get(f"{ROOM}/{recording.id}?t=2.5").text
    assert 'aria-current="true"><a class="num" href="' + f"{ROOM}/{recording.id}?t=2.0" in page
    assert "/media#t=2.2" in page and "actions/new?from=transcript_line:" in page


@pytest.mark.parametrize("t", ["-1", "nan", "inf", "x", "1e9"])
def test_a_moment_that_is_none_is_not_found(as_, recorded, t):
    assert as_("ben").get(f"{ROOM}/{recorded('Call', WORDS).id}?t={t}").status_code == 404


def test_finding_inside_works_without_script(as_, recorded):
    recording = recorded("Call", WORDS)
    page = as_("ben").get(f"{ROOM}/{recording.id}?q=QUEUE").text
    assert page.count("<mark>queue</mark>") == 2 and "was said 2 times, in 2 lines" in page
    assert page.count('<rect class="hit"') == 2
    assert "was not said here" in as_("ben").get(f"{ROOM}/{recording.id}?q=elephant").text


def test_words_are_shown_as_words(as_, recorded):
    recording = recorded("Call <i>", WORDS)
    page = as_("ben").get(f"{ROOM}/{recording.id}").text
    assert "<b>invoices</b>" not in page and "&lt;b&gt;invoices" in page and "Call &lt;i&gt;" in page


def test_text_and_captions_can_be_taken_away(as_, recorded):
    recording = recorded('Call "3"\r\n; ü', WORDS)
    text = as_("ben").get(f"{ROOM}/{recording.id}/transcript.txt")
    assert text.headers["content-type"].startswith("text/plain")
    assert text.headers["content-disposition"].startswith('attachment; filename="Call _3_')
    assert "0:02  Two <b>invoices</b> & one --> shipment." in text.text
    captions = as_("ben").get(f"{ROOM}/{recording.id}/transcript.vtt")
    assert captions.headers["content-type"].startswith("text/vtt") and captions.text.startswith(
        "WEBVTT\n\n00:00:00.000"
    )
    assert "Two &lt;b&gt;invoices&lt;/b&gt; &amp; one --&gt; shipment." in captions.text


def test_a_correction_keeps_its_time_and_what_was_heard(as_, recorded, session):
    recording = recorded("Call", WORDS)
    line = session.exec(select(TranscriptLine).where(TranscriptLine.number == 2)).one()
    session.commit()
    place = f"{ROOM}/{recording.id}/lines/{line.id}"
    assert as_("ben").post(place, data={"text": "The cue, again."}).status_code == 303
    session.refresh(line)
    assert (line.text, line.original_text, line.start) == ("The cue, again.", "The queue again.", 4.0)
    session.commit()
    page = as_("ben").get(f"{ROOM}/{recording.id}").text
    assert "The cue, again." in page and "corrected" in page
    assert "Heard as: The queue again." in as_("ben").get(place).text
    assert as_("ben").post(place, data={"text": " "}).status_code == 422
    for nick in ("gus", "eve"):
        assert as_(nick).post(place, data={"text": "Mine"}).status_code == 404


def test_a_line_of_another_recording_is_not_found_here(as_, recorded, session):
    one, other = recorded("One", WORDS), recorded("Other", ["Else."])
    line = session.exec(select(TranscriptLine).where(TranscriptLine.recording_id == other.id)).one()
    session.commit()
    assert as_("ben").get(f"{ROOM}/{one.id}/lines/{line.id}").status_code == 404
    assert as_("sue").get(f"/escalations/ACME-2M9/recordings/{one.id}").status_code == 404


def test_a_line_has_a_name_and_an_address(looking_as, recorded, session):
    recording = recorded("Call", WORDS)
    line = session.exec(select(TranscriptLine).where(TranscriptLine.number == 2)).one()
    described = describe_lines(looking_as("ben"), {line.id})[line.id]
    assert (described.title, described.url) == ("The queue again.", f"{ROOM}/{recording.id}?t=4#line-{line.id}")
    assert describe_lines(looking_as("gus"), {line.id}) == {}


def test_deleting_takes_the_words_and_leaves_the_fact(as_, recorded, session, settings):
    recording = recorded("Secret title", WORDS)
    assert "Secret title" in as_("ben").get(f"{ROOM}/{recording.id}/removal").text
    assert as_("ben").post(f"{ROOM}/{recording.id}/removal").status_code == 303
    for table in (Recording, TranscriptLine, TranscriptChunk, Consent):
        assert session.exec(select(func.count()).select_from(table)).one() == 0
    asked = session.connection().execute(select(JOBS.c.id).where(JOBS.c.name == "remove_recording_media")).all()
    assert asked == [(f"recording:{recording.id}:remove:1",)]
    entry = session.exec(select(TimelineEntry).where(TimelineEntry.kind == "recording_deleted")).one()
    assert "Secret" not in entry.details
    assert as_("ben").get(f"{ROOM}/{recording.id}").status_code == 404
    timeline = as_("ben").get("/escalations/ACME-7K4/timeline").text
    assert "deleted a recording" in timeline and "Secret title" not in timeline


def test_the_bytes_go_once_it_is_deleted(recorded, session, settings):
    recording = recorded("Call", WORDS)
    store = storage_of(settings)
    assert store.exists(recording.storage_key)
    delete_recording(session, session.get_one(Recording, recording.id))
    session.commit()

    class Context:
        def __init__(self) -> None:
            self.settings = settings

    remove_recording_media(Context(), recording.storage_key, recording.id, "1")
    assert not store.exists(recording.storage_key)


def test_replacing_keeps_the_page_and_its_readers_but_no_old_word(as_, recorded, session, settings):
    recording = recorded("Call", WORDS)
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    data = (SOUNDS / "hotwords.mp3").read_bytes()
    answer = as_("ben").post(f"{ROOM}/{recording.id}/replacement", files=with_file(data, "better.mp3"))
    assert answer.headers["location"] == f"{ROOM}/{recording.id}"
    again = session.exec(select(Recording)).one()
    assert (again.id, again.kind, again.take, again.is_shared) == (recording.id, "mp3", 2, True)
    assert again.storage_key != recording.storage_key and again.state == "uploaded"
    assert session.exec(select(TranscriptLine)).all() == []
    assert len(session.exec(select(Consent)).all()) == 2
    session.commit()
    assert as_("gus").get(f"{ROOM}/{recording.id}/media").content == data


def test_a_file_that_is_none_replaces_nothing(as_, recorded, session):
    recording = recorded("Call", WORDS)
    answer = as_("ben").post(f"{ROOM}/{recording.id}/replacement", files=with_file(b"just some words here"))
    assert answer.status_code == 422 and "holds text" in answer.text
    assert len(session.exec(select(TranscriptLine)).all()) == 3


def test_a_closed_escalation_plays_and_changes_nothing(as_, recorded, session, outage):
    recording = recorded("Call", WORDS)
    outage.closed_at = outage.opened_at
    session.add(outage)
    session.commit()
    page = as_("ben").get(f"{ROOM}/{recording.id}").text
    assert WORDS[0] in page and "/removal" not in page
    assert as_("ben").post(f"{ROOM}/{recording.id}/removal").status_code == 403
    assert as_("ben").post(ROOM, data=TOLD).status_code == 403


def test_a_page_of_many_lines_costs_no_more_statements(as_, recorded, engine):
    few, many = recorded("Few", WORDS), recorded("Many", [f"Line {number}." for number in range(300)])
    as_("ben").get(f"{ROOM}/{few.id}")

    def reads_of(recording):
        said = asked_for(engine, lambda: as_("ben").get(f"{ROOM}/{recording.id}"))
        return [statement for statement in said if OURS.search(statement)]

    assert 3 <= len(reads_of(few)) == len(reads_of(many)) <= 6
