"""Changing an escalation's vitals, and what each side reads of it."""

from datetime import timedelta

import pytest
from sqlmodel import select

from app.access.participation import Part, Participation
from app.access.session import ViewerSession
from app.escalations.models import CustomerState, Escalation, EscalationInside, Severity, update_state
from app.escalations.opening import close
from app.escalations.vitals.changing import say_where_it_stands, set_next_update
from app.escalations.vitals.handing_over import hand_over
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.timeline.models import TimelineEntry
from tests.filling import form_in


def test_the_customer_reads_what_is_being_done_now(as_, outage):
    answer = {"customer_state": "fix_in_test", "doing_now": "We run last night’s files through the fix."}
    assert as_("ben").post(outage.url + "/answer", data=answer).status_code == 303
    assert "We run last night’s files" in as_("gus").get(outage.url).text


@pytest.mark.parametrize(
    ("page", "part", "field", "stored"),
    [
        ("", "answer", "doing_now", select(Escalation.doing_now).where(Escalation.key == "ACME-7K4")),
        ("/vitals", "answer", "doing_now", select(Escalation.doing_now).where(Escalation.key == "ACME-7K4")),
        ("/vitals", "title", "title", select(Escalation.title).where(Escalation.key == "ACME-7K4")),
        ("/vitals", "remarks", "remarks", select(EscalationInside.remarks).where(EscalationInside.remarks != "")),
    ],
)
def test_words_that_somebody_else_changed_are_not_written_over(as_, ask, outage, page, part, field, stored):
    at = f"{outage.url}/{part}"
    adas, bens = (form_in(as_(nick).get(outage.url + page).text, at) for nick in ("ada", "ben"))
    assert as_("ada").post(at, data={**adas, field: "Ada’s words"}).status_code == 303
    answer = as_("ben").post(at, data={**bens, field: "Ben’s words"})
    assert answer.status_code == 422 and "Ada Byron changed this while you were writing" in answer.text
    assert "“Ada’s words”" in answer.text and ask(stored) == ["Ada’s words"]
    again = form_in(answer.text, at)
    assert again[field] == "Ben’s words"
    assert as_("ben").post(at, data=again).status_code == 303 and ask(stored) == ["Ben’s words"]


def test_what_another_said_of_where_it_stands_stays_when_one_changes_the_words_alone(as_, ask, outage):
    at = f"{outage.url}/answer"
    adas, bens = (form_in(as_(nick).get(outage.url).text, at) for nick in ("ada", "ben"))
    assert as_("ada").post(at, data={**adas, "customer_state": "cause_found"}).status_code == 303
    assert as_("ben").post(at, data={**bens, "doing_now": "Ben’s words"}).status_code == 303
    stored = ask(select(Escalation).where(Escalation.id == outage.id))[0]
    assert (stored.customer_state, stored.doing_now) == (CustomerState.cause_found, "Ben’s words")


@pytest.mark.parametrize(
    ("path", "typed", "shared"),
    [
        ("/severity", {"severity": "critical"}, True),
        ("/title", {"title": "Another title"}, True),
        ("/inside", {"stage": "fixing", "health": "steady"}, False),
        ("/remarks", {"remarks": "They might churn"}, False),
        ("/restriction", {}, False),
    ],
)
def test_each_change_is_told_to_those_who_may_know(as_, ask, outage, path, typed, shared):
    assert as_("ada").post(outage.url + path, data=typed).status_code == 303
    entries = ask(select(TimelineEntry).where(TimelineEntry.escalation_id == outage.id))
    assert max(entries, key=lambda entry: entry.number).is_shared is shared


def test_remarks_never_reach_the_customer(as_, outage):
    as_("ben").post(outage.url + "/remarks", data={"remarks": "They might churn"})
    for page in ("", "/people", "/timeline"):
        assert "churn" not in as_("gus").get(outage.url + page).text
    assert as_("gus").get(outage.url + "/vitals").status_code == 404


def test_a_new_owner_is_introduced_to_the_customer(as_, ask, people, outage):
    assert "Sue Park" not in as_("gus").get(outage.url + "/people").text
    assert as_("ben").post(outage.url + "/owner", data={"owner_id": people["sue"].id}).status_code == 303
    assert "Sue Park" in as_("gus").get(outage.url).text
    (place,) = ask(
        select(Participation).where(
            Participation.escalation_id == outage.id, Participation.person_id == people["ben"].id
        )
    )
    assert place.part is Part.engineer and place.is_active


def test_nobody_hands_over_to_a_guest(engine, people, outage):
    with ViewerSession(engine, people["ben"].viewer) as session, pytest.raises(Refused):
        hand_over(session, session.get_one(Escalation, outage.id), people["gus"].id)


def test_an_update_is_due_in_the_writers_zone_and_never_in_the_past(as_, ask, outage):
    answer = as_("ben").post(outage.url + "/next-update", data={"next_update_due_at": "2020-01-01T10:00"})
    assert answer.status_code == 422 and "still to come" in answer.text
    as_("ben").post(outage.url + "/next-update", data={"next_update_due_at": "2031-07-01T10:00"})
    (due_at,) = ask(select(Escalation.next_update_due_at).where(Escalation.id == outage.id))
    assert due_at.isoformat() == "2031-07-01T08:00:00+00:00"  # Ben reads Berlin's clock


def test_a_closed_escalation_is_not_changed(as_, session, people, outage):
    session.viewer = people["ben"].viewer
    close(session, outage)
    session.commit()
    assert as_("ben").post(outage.url + "/severity", data={"severity": "low"}).status_code == 403
    assert 'action="' + outage.url + '/severity"' not in as_("ben").get(outage.url + "/vitals").text


def test_only_managers_restrict_and_lift(as_, ask, outage):
    assert as_("ben").post(outage.url + "/restriction").status_code == 403
    assert as_("sue").get(outage.url).status_code == 200
    assert as_("ada").post(outage.url + "/restriction").status_code == 303
    assert as_("sue").get(outage.url).status_code == 404
    assert as_("gus").get(outage.url).status_code == 200
    assert as_("ada").post(outage.url + "/restriction/removal").status_code == 303
    assert as_("sue").get(outage.url).status_code == 200


def test_saying_the_same_again_records_nothing(engine, people, outage):
    with ViewerSession(engine, people["ben"].viewer) as session:
        escalation = session.get_one(Escalation, outage.id)
        say_where_it_stands(session, escalation, escalation.customer_state, escalation.doing_now)
        set_next_update(session, escalation, escalation.next_update_due_at or now() + timedelta(days=1))
        assert not session.new and not session.is_modified(escalation)
        assert escalation.customer_state is CustomerState.received and escalation.severity is Severity.high


def test_a_stage_is_not_closed_by_the_back_door(as_, ask, outage):
    answer = as_("ben").post(outage.url + "/inside", data={"stage": "closed", "health": "critical"})
    assert answer.status_code == 422
    assert ask(select(EscalationInside.health).where(EscalationInside.escalation_id == outage.id)) == ["steady"]


def test_the_next_update_is_soon_when_a_quarter_of_its_time_is_left():
    since = now() - timedelta(hours=6)
    for hours, state in ((-1, "late"), (1, "soon"), (2, "soon"), (3, "plain"), (24, "plain")):
        assert update_state(now() + timedelta(hours=hours), since, now()) == state, hours
    assert update_state(now() + timedelta(hours=23), now(), now()) == "plain"  # one just promised is not near
    assert update_state(None, since, now()) == "plain"
