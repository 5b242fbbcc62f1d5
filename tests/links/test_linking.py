"""Where records came from and what they led to, as each side may know it."""

import pytest

from app.access.participation import Audience
from app.concerns.raising import raise_concern
from app.foundation.refusals import NotFound
from app.links.linking import came_from, led_to, link
from app.links.origins import find_origin


@pytest.fixture
def pair(session, outage, people):
    """What Ben noted for us, and what Gus said of it."""
    session.viewer = people["ben"].viewer
    noted = raise_concern(session, outage, "Our queue drops files")
    session.viewer = people["gus"].viewer
    said = raise_concern(session, outage, "Files are missing")
    session.commit()
    return noted, said


def titles(links):
    return [one.title for one in links]


def test_both_ends_of_a_link_know_each_other(session, outage, pair):
    noted, said = pair
    link(session, outage.id, said, noted)
    assert titles(led_to(session, said)) == ["Our queue drops files"]
    assert titles(came_from(session, noted)) == ["Files are missing"]
    assert led_to(session, noted) == [] and came_from(session, said) == []
    assert led_to(session, said)[0].url == f"{outage.url}/concerns/{noted.id}"


def test_what_a_guest_cannot_see_is_not_at_the_other_end_even_of_a_shared_link(session, outage, pair, looking_as):
    noted, said = pair
    link(session, outage.id, said, noted, Audience.shared)
    link(session, outage.id, outage, said, Audience.shared)
    session.commit()
    assert led_to(looking_as("gus"), said) == []
    assert titles(came_from(looking_as("gus"), said)) == ["Outage of the nightly import"]
    assert came_from(looking_as("eve"), said) == []
    assert titles(led_to(looking_as("ada"), said)) == ["Our queue drops files"]


def test_an_internal_link_between_shared_records_is_ours_alone(session, outage, pair, looking_as):
    link(session, outage.id, outage, pair[1])
    session.commit()
    assert came_from(looking_as("gus"), pair[1]) == []
    assert titles(came_from(looking_as("ben"), pair[1])) == ["Outage of the nightly import"]


def test_linking_twice_is_linking_once_and_may_open_the_link(session, outage, pair, looking_as):
    first = link(session, outage.id, outage, pair[1])
    again = link(session, outage.id, outage, pair[1], Audience.shared)
    link(session, outage.id, outage, pair[1])
    session.commit()
    assert again.id == first.id and again.audience is Audience.shared
    assert titles(came_from(looking_as("gus"), pair[1])) == ["Outage of the nightly import"]


def test_records_of_two_escalations_are_not_linked(session, outage, migration, pair):
    with pytest.raises(NotFound):
        link(session, outage.id, migration, pair[1])
    with pytest.raises(NotFound):
        link(session, migration.id, outage, pair[1])


def test_an_origin_is_found_by_those_who_see_it_in_its_own_escalation(session, outage, migration, pair, looking_as):
    noted, said = pair
    assert find_origin(looking_as("gus"), outage.id, f"concern:{said.id}").id == said.id
    assert find_origin(looking_as("ben"), outage.id, f"concern:{noted.id}").id == noted.id
    assert find_origin(looking_as("ben"), outage.id, "") is None
    for nick, escalation, name in [
        ("gus", outage, f"concern:{noted.id}"),
        ("eve", outage, f"concern:{said.id}"),
        ("ben", migration, f"concern:{said.id}"),
        ("ben", outage, f"password:{said.id}"),
        ("ben", outage, "concern"),
    ]:
        with pytest.raises(NotFound):
            find_origin(looking_as(nick), escalation.id, name)
