"""What the timeline tells of concerns, and to whom."""

from sqlmodel import col, select

from app.access.participation import Audience, Participation, Restriction
from app.concerns.answering import answer_concern
from app.concerns.facts import ConcernAnswered
from app.concerns.finding import find_concern
from app.concerns.models import CustomerWord, WorkState
from app.concerns.owning import possible_owners
from app.concerns.ranking import move_for_customer, move_for_us
from app.concerns.remarking import remark
from app.concerns.sharing import share, withdraw
from app.concerns.tracking import add_tracker
from app.timeline.models import TimelineEntry
from app.timeline.reading import about, sentences


def told(session, concern):
    return [(one.entry.kind, one.text) for one in sentences(session, about(session, concern.id))]


def test_the_customer_is_told_of_answers_and_moves_in_their_order_alone(worries, act, outage, looking_as):
    with act("ben") as ben:
        concern = find_concern(ben, outage, worries.twice.id)
        answer_concern(ben, concern, CustomerWord.looking_into_it, "We compare the batches.", None)
        answer_concern(ben, concern, CustomerWord.looking_into_it, "We compare the batches.", None)
        remark(ben, concern, WorkState.investigating, "It is the retry")
        add_tracker(ben, concern, "https://tracker.example/IMP-1", "")
        move_for_us(ben, outage, concern.id, "")
        move_for_customer(ben, outage, concern.id, "")
    kinds = [kind for kind, _ in told(looking_as("gil"), worries.twice)]
    assert kinds == ["concern_ranked", "concern_answered", "concern_raised"]
    assert len(told(looking_as("sue"), worries.twice)) == 7
    assert ("concern_answered", "Ben Okafor answered “Invoices go out twice”: looking into it, no date yet") in told(
        looking_as("gus"), worries.twice
    )
    assert told(looking_as("eve"), worries.twice) == []


def test_an_answer_names_the_day_it_is_available():
    fact = ConcernAnswered.model_validate_json(
        '{"before": "received", "word": "fix_in_test", "available_on": "2026-11-27"}'
    )
    assert fact.available == "available on Fri 27 Nov 2026"
    assert ConcernAnswered.model_validate_json(fact.model_dump_json()) == fact


def test_what_happened_before_sharing_stays_ours(worries, act, outage, looking_as):
    with act("ben") as ben:
        concern = find_concern(ben, outage, worries.internal.id)
        answer_concern(ben, concern, CustomerWord.looking_into_it, "", None)
        share(ben, outage, concern)
        share(ben, outage, concern)
    assert [kind for kind, _ in told(looking_as("gus"), worries.internal)] == ["concern_shared"]


def test_no_word_of_a_withdrawn_concern_is_left_for_guests(worries, act, outage, looking_as):
    with act("ben") as ben:
        withdraw(ben, outage, find_concern(ben, outage, worries.twice.id))
    gus = looking_as("gus")
    assert list(gus.exec(select(TimelineEntry).where(col(TimelineEntry.subject_id) == worries.twice.id))) == []
    assert [kind for kind, _ in told(looking_as("ben"), worries.twice)][0] == "concern_withdrawn"


def test_guests_count_nothing_that_happens_to_internal_concerns(worries, act, outage, session):
    def newest():
        entries = session.exec(select(TimelineEntry.shared_number).where(TimelineEntry.escalation_id == outage.id))
        found = max(filter(None, entries))
        session.commit()
        return found

    before = newest()
    with act("ben") as ben:
        concern = find_concern(ben, outage, worries.internal.id)
        answer_concern(ben, concern, CustomerWord.looking_into_it, "", None)
        move_for_us(ben, outage, concern.id, worries.twice.id)
    assert newest() == before


def test_in_a_restricted_escalation_only_those_who_see_it_can_answer_for_a_concern(act, session, outage, people):
    everybody = {name for _, name in possible_owners(session, outage)}
    session.add(Restriction(escalation_id=outage.id))
    session.commit()
    with act("ada") as ada:
        assert {name for _, name in possible_owners(ada, outage)} == {"Ada Byron", "Adm Root", "Ben Okafor"}
    assert {"Eli Stone", "Sue Park"} < everybody


def test_answering_for_a_shared_concern_makes_one_known_to_the_customer(worries, act, outage, people, session):
    with act("ben") as ben:
        share(ben, outage, find_concern(ben, outage, worries.internal.id))
    place = session.get_one(Participation, (outage.id, people["ben"].id))
    assert place.audience is Audience.shared
