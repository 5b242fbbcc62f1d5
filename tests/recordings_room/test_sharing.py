"""Who may hear a recording: the guests invited to its meeting, or all of an escalation; and everything follows it."""

import pytest
from sqlmodel import select

from app.access.participation import Audience, Reader
from app.recordings.facts import RecordingShared
from app.recordings.models import Consent, Recording, TranscriptLine
from app.timeline.models import TimelineEntry

ROOM = "/escalations/ACME-7K4/recordings"
WORDS = ["The queue restarts at midnight.", "Two invoices for one shipment."]


def addresses(recording):
    page = f"{ROOM}/{recording.id}"
    return [page, *(f"{page}/{part}" for part in ("media", "transcript", "transcript.txt", "transcript.vtt"))]


def may_hear(browser, recording):
    answers = {browser.get(address).status_code for address in addresses(recording)}
    answers.add(browser.head(f"{ROOM}/{recording.id}/media").status_code)
    assert answers in ({200}, {404}), answers
    assert (recording.title in browser.get(ROOM).text) == (answers == {200})
    return answers == {200}


def test_an_internal_recording_is_heard_by_staff_alone(as_, recorded):
    recording = recorded("Inside call", WORDS)
    assert [nick for nick in ("ben", "sue", "eli", "gus", "gil") if may_hear(as_(nick), recording)] == [
        "ben",
        "sue",
        "eli",
    ]


def test_a_stranger_is_not_told_that_it_exists(as_, recorded):
    recording = recorded("Inside call", WORDS)
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    for nick in ("eve", "gwen"):
        assert {as_(nick).get(address).status_code for address in [ROOM, *addresses(recording)]} == {404}


def test_of_a_meeting_only_the_invited_hear_it(as_, recorded, meeting):
    recording = recorded("Call three", WORDS, meeting)
    page = as_("ben").get(f"{ROOM}/{recording.id}/sharing").text
    assert "<b>Gus Meyer</b> will hear all of it" in page and "Gil Reyes" not in page
    assert as_("ben").post(f"{ROOM}/{recording.id}/sharing").status_code == 303
    assert may_hear(as_("gus"), recording) and not may_hear(as_("gil"), recording)
    assert "1 of 2 people" in as_("ben").get(f"{ROOM}/{recording.id}").text
    assert WORDS[0] in as_("gus").get(f"{ROOM}/{recording.id}/transcript.txt").text


def test_whoever_is_invited_later_hears_it_from_then_on(as_, recorded, meeting, session, people, outage):
    recording = recorded("Call three", WORDS, meeting)
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    session.add(Reader(group_id=meeting.id, person_id=people["gil"].id, escalation_id=outage.id))
    session.commit()
    assert may_hear(as_("gil"), recording)


def test_without_a_meeting_every_guest_of_the_escalation_hears_it(as_, recorded):
    recording = recorded("A note by voice", WORDS)
    page = as_("ben").get(f"{ROOM}/{recording.id}/sharing").text
    assert "<b>Gil Reyes, Gus Meyer</b> will hear all of it" in page
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    assert may_hear(as_("gus"), recording) and may_hear(as_("gil"), recording)


def test_withdrawn_it_is_gone_for_them_with_all_that_was_told(as_, recorded, meeting, looking_as):
    recording = recorded("Call three", WORDS, meeting)
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    assert len(list(looking_as("gus").exec(select(TranscriptLine)))) == 2
    as_("ben").post(f"{ROOM}/{recording.id}/withdrawal")
    assert not may_hear(as_("gus"), recording) and may_hear(as_("ben"), recording)
    gus = looking_as("gus")
    for table in (Recording, TranscriptLine, Consent):
        assert list(gus.exec(select(table))) == []
    assert not list(gus.exec(select(TimelineEntry).where(TimelineEntry.subject_id == recording.id)))


def test_the_fact_of_sharing_is_told_to_its_readers_alone(as_, recorded, meeting, looking_as):
    recording = recorded("Call three", WORDS, meeting)
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    told = select(TimelineEntry.kind).where(TimelineEntry.subject_id == recording.id)
    assert list(looking_as("gus").exec(told)) == [RecordingShared.kind]
    assert list(looking_as("gil").exec(told)) == []


def test_whoever_shares_it_with_some_is_not_made_known_to_the_others(as_, recorded, meeting):
    """Sue has never said a word to the customer; sharing with all of them is what makes her known."""
    before = as_("gil").get("/escalations/ACME-7K4/people").text
    as_("sue").post(f"{ROOM}/{recorded('Call three', WORDS, meeting).id}/sharing")
    assert as_("gil").get("/escalations/ACME-7K4/people").text == before and "Sue Park" not in before
    as_("sue").post(f"{ROOM}/{recorded('A note by voice', WORDS).id}/sharing")
    assert "Sue Park" in as_("gil").get("/escalations/ACME-7K4/people").text


def test_words_that_come_after_sharing_follow_it(as_, recorded, meeting, session, engine):
    from_then_on = recorded("Call three", [], meeting)
    as_("ben").post(f"{ROOM}/{from_then_on.id}/sharing")
    consents = session.exec(select(Consent.audience, Consent.reader_group_id)).all()
    assert set(consents) == {(Audience.shared, meeting.id)}


@pytest.mark.parametrize("act", ["sharing", "withdrawal", "removal", "transcription", "replacement"])
def test_guests_can_do_nothing_to_it(as_, recorded, act, session):
    recording = recorded("Call", WORDS)
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    for nick in ("gus", "eve"):
        assert as_(nick).post(f"{ROOM}/{recording.id}/{act}").status_code == 404
    assert session.exec(select(Recording.audience)).one() is Audience.shared


def test_guests_are_shown_no_marks_and_no_acts_of_ours(as_, recorded):
    recording = recorded("Call", WORDS)
    as_("ben").post(f"{ROOM}/{recording.id}/sharing")
    page = as_("gus").get(f"{ROOM}/{recording.id}").text
    for word in ("Internal", "Withdraw", "Replace the file", "/removal", "/lines/", "Took it back", "Shared with Acme"):
        assert word not in page
    assert "Withdraw from Acme Logistics" in as_("ben").get(f"{ROOM}/{recording.id}").text


def test_a_consent_taken_back_is_said_where_it_matters(as_, recorded, session):
    recording = recorded("Call", WORDS)
    consent = session.exec(select(Consent).where(Consent.person_name == "Gus Meyer")).one()
    session.commit()
    assert "Withdraw the consent of Gus Meyer" in as_("ben").get(f"{ROOM}/{recording.id}").text
    assert as_("ben").post(f"{ROOM}/{recording.id}/consents/{consent.id}/withdrawal").status_code == 303
    assert "Gus Meyer took back the consent" in as_("ben").get(f"{ROOM}/{recording.id}").text
    assert "Gus Meyer took back the consent" in as_("ben").get(f"{ROOM}/{recording.id}/sharing").text
    assert as_("ben").post(f"{ROOM}/{recording.id}/consents/0000000000000000/withdrawal").status_code == 404
