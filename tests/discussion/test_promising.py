"""Words to the customer that say in the same act when they hear next."""

from datetime import timedelta

from sqlmodel import select

from app.access.participation import Audience
from app.access.session import as_system
from app.discussion.models import HeldMessage, Topic
from app.discussion.releasing import release_due
from app.escalations.models import Escalation
from app.foundation import clock
from app.foundation.clock import now
from app.foundation.rendering import input_time
from app.timeline.models import Pulse

ROOM = "/escalations/ACME-7K4/discussion"
SAID = {"text": "The fix runs tonight.", "audience": "shared"}


def due(session):
    session.expire_all()
    found = session.exec(select(Escalation.next_update_due_at).where(Escalation.key == "ACME-7K4")).one()
    session.commit()
    return found


def in_berlin(moment):
    return input_time(moment, "Europe/Berlin")


def leave(engine):
    with as_system(engine) as session:
        release_due(session, clock.now() + timedelta(minutes=1))
        session.commit()


def test_an_update_sets_when_the_customer_hears_next(as_, run, session, engine):
    later = (now() + timedelta(days=2)).replace(second=0, microsecond=0)
    page = as_("ben").get(f"{ROOM}/update", follow_redirects=True)
    assert page.status_code == 200 and 'name="next_update"' in page.text and 'value="shared" checked' in page.text
    answer = as_("ben").post(f"{ROOM}/{run.id}/messages", data=SAID | {"next_update": in_berlin(later)})
    assert answer.status_code == 303 and due(session) != later, "it has not been said yet"
    assert "and with it the next update due" in as_("sue").get(f"{ROOM}/{run.id}").text
    leave(engine)
    assert due(session) == later


def test_what_is_taken_back_was_never_promised_and_made_nobody_known(as_, run, session, ask, engine):
    """The guest's pages and their stream are as they were, and all that was typed is in the box again."""
    before, known = due(session), as_("gus").get("/escalations/ACME-7K4/people").text
    moved = ask(select(Pulse.topic, Pulse.shared_number).order_by(Pulse.topic))
    later = in_berlin(now() + timedelta(days=2))
    assert as_("sue").post(f"{ROOM}/{run.id}/messages", data=SAID | {"next_update": later}).status_code == 303
    held = session.exec(select(HeldMessage)).one()
    session.commit()
    back = as_("sue").post(f"{ROOM}/{run.id}/held/{held.id}/taking-back")
    assert f'name="next_update" value="{later}"' in back.text
    leave(engine)
    assert due(session) == before
    assert as_("gus").get("/escalations/ACME-7K4/people").text == known
    assert ask(select(Pulse.topic, Pulse.shared_number).order_by(Pulse.topic)) == moved


def test_a_moment_that_passed_while_the_words_could_not_leave_is_late_and_not_forgotten(as_, run, session, engine):
    soon = (now() + timedelta(minutes=5)).replace(second=0, microsecond=0)
    as_("ben").post(f"{ROOM}/{run.id}/messages", data=SAID | {"next_update": in_berlin(soon)})
    with clock.telling(soon + timedelta(minutes=2)):
        leave(engine)
    assert session.exec(select(HeldMessage)).all() == [] and due(session) == soon


def test_sent_again_it_says_what_is_other_and_what_had_arrived_is_not_judged_anew(as_, run, session, engine):
    """The answer of the first sending was lost on its way."""
    soon = (now() + timedelta(minutes=5)).replace(second=0, microsecond=0)
    sent, at = SAID | {"client_id": "once", "next_update": in_berlin(soon)}, f"{ROOM}/{run.id}/messages"
    assert as_("ben").post(at, data=sent).status_code == 303
    others = (
        {"next_update": in_berlin(soon + timedelta(days=1))},
        {"audience": "internal", "next_update": ""},
        {"stamp": "question"},
        {"text": "The fix ran."},
    )
    for other in others:
        refused = as_("ben").post(at, data=sent | other)
        assert refused.status_code == 422 and "You sent this before" in refused.text
    with_file = as_("ben").post(at, data=sent, files={"files": ("log.txt", b"02:10", "text/plain")})
    assert with_file.status_code == 422 and "log.txt" in with_file.text
    assert len(session.exec(select(HeldMessage)).all()) == 1
    session.commit()
    leave(engine)
    with clock.telling(soon + timedelta(minutes=2)):
        assert as_("ben").post(at, data=sent).status_code == 303
    assert due(session) == soon and session.exec(select(HeldMessage)).all() == []


def test_a_moment_that_has_passed_sends_nothing_and_keeps_what_was_typed(as_, run, session):
    before = due(session)
    typed = SAID | {"next_update": in_berlin(now() - timedelta(hours=2))}
    answer = as_("ben").post(f"{ROOM}/{run.id}/messages", data=typed)
    assert answer.status_code == 422 and "still to come" in answer.text and typed["next_update"] in answer.text
    assert "The fix runs tonight." in answer.text
    assert session.exec(select(HeldMessage)).all() == [] and due(session) == before


def test_neither_internal_words_nor_a_guest_promise_anything(as_, run, session):
    before, later = due(session), in_berlin(now() + timedelta(days=2))
    inside = SAID | {"audience": Audience.internal.value, "next_update": later}
    assert as_("ben").post(f"{ROOM}/{run.id}/messages", data=inside).status_code == 303
    assert as_("gus").post(f"{ROOM}/{run.id}/messages", data=SAID | {"next_update": later}).status_code == 303
    assert due(session) == before
    assert "next_update" not in as_("gus").get(f"{ROOM}/{run.id}").text
    assert as_("gus").get(f"{ROOM}/update").status_code == 404


def test_what_is_next_leads_to_writing_the_update(as_):
    assert f'href="{ROOM}/update">Write update</a>' in as_("ben").get("/escalations/ACME-7K4").text


def test_updates_are_written_where_they_are_called_so_or_in_a_new_topic_of_that_name(as_, run, outage, session):
    assert as_("ben").get(f"{ROOM}/update").headers["location"] == f"{ROOM}/{run.id}?to=shared#compose"
    daily = Topic(
        escalation_id=outage.id, title="Daily update", started_by_id=run.started_by_id, audience=Audience.shared
    )
    session.add(daily)
    session.commit()
    assert as_("ben").get(f"{ROOM}/update").headers["location"] == f"{ROOM}/{daily.id}?to=shared#compose"
    new = as_("sue").get("/escalations/ACME-2M9/discussion/update", follow_redirects=True)
    assert 'name="title"' in new.text and 'value="Updates"' in new.text and 'value="shared" checked' in new.text
