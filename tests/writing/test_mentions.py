"""Who can be addressed, and who is told."""

import pytest
from sqlmodel import select

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.timeline.models import TimelineEntry
from app.writing.mentions import mention, mentionable
from app.writing.models import Mention


def names(session, escalation, audience=Audience.internal, like=""):
    return {one.name for one in mentionable(session, escalation.id, audience, like, 50)}


def test_an_internal_text_can_address_colleagues_and_no_guest(looking_as, outage):
    assert names(looking_as("ben"), outage) == {"Ada Byron", "Ben Okafor", "Eli Stone", "Sue Park", "Adm Root"}


def test_a_shared_text_can_address_this_escalations_guests_too(looking_as, outage):
    found = names(looking_as("ben"), outage, Audience.shared)
    assert {"Gus Meyer", "Gil Reyes", "Sue Park"} <= found and not {"Gwen Holt", "Eve Stranger"} & found


def test_a_restricted_escalations_text_addresses_only_who_may_see_it(looking_as, hidden):
    assert names(looking_as("ada"), hidden) == {"Ada Byron", "Adm Root"}


@pytest.mark.parametrize("audience", Audience)
def test_a_guest_is_offered_people_they_have_met_and_no_other(looking_as, outage, audience):
    assert names(looking_as("gus"), outage, audience) <= {"Gus Meyer", "Gil Reyes", "Ben Okafor", "Ada Byron"}
    assert "Ben Okafor" in names(looking_as("gus"), outage, audience)


@pytest.mark.parametrize("like", ["%", "_", "*", "\\", "tidewater", "@acme"])
def test_a_wildcard_is_a_letter_like_others(looking_as, outage, like):
    assert names(looking_as("ben"), outage, Audience.shared, like) == set()
    assert names(looking_as("gus"), outage, Audience.shared, like) == set()


def test_part_of_a_name_is_enough(looking_as, outage):
    assert names(looking_as("ben"), outage, like="byr") == {"Ada Byron"}


@pytest.fixture
def ben(engine, people):
    with ViewerSession(engine, people["ben"].viewer) as session:
        yield session


def told(session):
    return set(session.exec(select(Mention.person_id)))


def test_who_may_not_see_the_text_is_not_told(ben, people, outage):
    text = "@gus.meyer @eve.stranger @gwen.holt @nobody @sue.park"
    assert mention(ben, outage.id, outage, text, Audience.internal) == [people["sue"].id]
    assert told(ben) == {people["sue"].id}


def test_a_guest_is_told_in_a_shared_text_and_once_only(ben, people, outage):
    assert mention(ben, outage.id, outage, "@gus.meyer and @ben.okafor", Audience.shared) == [people["gus"].id]
    assert mention(ben, outage.id, outage, "@gus.meyer again", Audience.shared) == []
    entries = ben.exec(select(TimelineEntry).where(TimelineEntry.kind == "person_mentioned")).all()
    assert len(entries) == 1 and entries[0].audience is Audience.shared


def test_a_guest_cannot_address_who_they_do_not_know(engine, people, outage):
    with ViewerSession(engine, people["gus"].viewer) as gus:
        assert mention(gus, outage.id, outage, "@sue.park @eve.stranger @gil.reyes", Audience.shared) == [
            people["gil"].id
        ]
