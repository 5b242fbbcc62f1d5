"""The one rule of who sees what, tried in many shapes of query."""

from dataclasses import replace

import pytest
from sqlalchemy import delete, exists, true, update
from sqlalchemy.exc import InvalidRequestError
from sqlalchemy.orm import aliased
from sqlmodel import col, func, select, union

from app.access.participation import Participation, Restriction
from app.access.session import ViewerSession
from app.escalations.models import Escalation, EscalationInside
from app.foundation.database import for_reading
from app.people.models import Account, Customer, Password, Person, SignIn
from app.timeline.models import TimelineEntry


def keys(session, statement=None):
    return sorted(session.exec(statement if statement is not None else select(Escalation.key)).all())


def test_a_guest_sees_their_own_escalations_and_no_other(looking_as):
    assert keys(looking_as("gus")) == ["ACME-7K4"]
    assert keys(looking_as("gwen")) == ["ACME-2M9"]
    assert keys(looking_as("eve")) == ["GLOB-5Q2"]


def test_a_restricted_escalation_is_seen_by_participants_and_managers_alone(looking_as):
    assert "ACME-9XX" not in keys(looking_as("ben"))
    assert "ACME-9XX" in keys(looking_as("ada")) and "ACME-9XX" in keys(looking_as("adm"))


@pytest.mark.parametrize(
    "statement",
    [
        select(Escalation.key),
        select(Escalation.key).join(TimelineEntry, col(TimelineEntry.escalation_id) == Escalation.id).distinct(),
        select(aliased(Escalation).key),
        select(Escalation.key).where(exists().where(col(TimelineEntry.escalation_id) == Escalation.id)),
        select(Escalation.key).where(col(Escalation.id).in_(select(TimelineEntry.escalation_id))),
        union(select(Escalation.key), select(Escalation.key)),
        select(select(Escalation.key).cte().c.key),
        select(func.max(Escalation.key)),
    ],
)
def test_every_shape_of_query_is_limited_in_both_ways_of_asking(looking_as, statement):
    gus = looking_as("gus")
    assert [row if isinstance(row, str) else row[0] for row in gus.exec(statement)] == ["ACME-7K4"]
    assert [key for (key,) in gus.rows(statement)] == ["ACME-7K4"]


def test_get_finds_only_what_is_theirs(looking_as, outage, elsewhere):
    gus = looking_as("gus")
    assert gus.get(Escalation, outage.id) and gus.get(Escalation, elsewhere.id) is None


def test_counting_follows_the_same_limits_unless_a_rule_must_count_everything(looking_as):
    gus, count = looking_as("gus"), select(func.count()).select_from(Escalation)
    assert gus.exec(count).one() == 1
    with gus.seeing_everything():
        assert gus.exec(count).one() == 4 and gus.rows(count) == [(4,)]
    assert gus.exec(count).one() == 1 and gus.rows(count) == [(1,)]


def test_a_guest_knows_people_they_have_met_and_no_addresses_but_their_own(looking_as, people):
    gus = looking_as("gus")
    assert set(gus.exec(select(Person.name))) == {"Gus Meyer", "Gil Reyes", "Ben Okafor", "Ada Byron"}
    assert list(gus.exec(select(Account.email))) == [people["gus"].email]
    assert list(gus.exec(select(Customer.name))) == ["Acme Logistics"]


@pytest.mark.parametrize("table", [EscalationInside, Restriction, Password, SignIn])
def test_what_is_ours_alone_is_empty_for_guests(looking_as, table):
    assert list(looking_as("gus").exec(select(table))) == []


def test_a_participation_that_ended_ends_the_sight_of_everything(looking_as, session, people, outage):
    place = session.get_one(Participation, (outage.id, people["gus"].id))
    place.ended_at = outage.opened_at
    session.add(place)
    session.commit()
    assert keys(looking_as("gus")) == []
    assert list(looking_as("gus").exec(select(TimelineEntry))) == []


@pytest.mark.parametrize("statement", [update(Escalation).values(title="mine"), delete(TimelineEntry)])
def test_bulk_writes_are_refused_on_behalf_of_a_guest(looking_as, statement):
    with pytest.raises(PermissionError):
        looking_as("gus").execute(statement)
    with pytest.raises(PermissionError):
        looking_as("gus").rows(statement)
    with pytest.raises(PermissionError):
        looking_as("gus").rows(statement.returning(*statement.table.primary_key))


def test_what_is_finished_answers_nothing_more(looking_as):
    gus = looking_as("gus")
    assert gus.rows(select(Escalation.key)) == [("ACME-7K4",)]
    gus.finish()
    gus.finish()  # as for a page that names itself and its session
    for ask in (gus.rows, gus.exec):
        with pytest.raises(InvalidRequestError):
            ask(select(Escalation.key))


KNOWN = {
    "gus": {"Gus Meyer", "Gil Reyes", "Ben Okafor", "Ada Byron"},
    "eve": {"Eve Stranger", "Sue Park", "Ada Byron"},
}


@pytest.mark.parametrize("nicks", [("gus", "eve", "gus"), ("eve", "gus", "eve")])
def test_an_alias_that_is_joined_is_limited_as_the_table_is(looking_as, nicks):
    """In every position, and whoever asked the same question before: statements are cached, their values are not."""
    for nick in nicks:
        one, other = aliased(Person), aliased(Person)
        questions = [
            select(one.name).select_from(Person).join(one, true()),
            select(other.name)
            .select_from(Escalation)
            .join(one, one.id == Escalation.owner_id)
            .outerjoin(other, true()),
            select(one.name).join(other, other.id == one.id),
        ]
        for question in questions:
            assert set(looking_as(nick).exec(question)) == KNOWN[nick]
            assert {name for (name,) in looking_as(nick).rows(question)} == KNOWN[nick]


def test_an_alias_of_a_table_the_rule_itself_looks_into_is_limited_too(looking_as):
    place = aliased(Participation)
    joined = select(func.count(place.person_id)).select_from(Person).join(place, place.person_id == Person.id)
    assert (
        looking_as("gus").exec(joined).one()
        == looking_as("gus").exec(select(func.count(Participation.person_id))).one()
    )


def test_one_kept_statement_answers_each_viewer_for_themselves(looking_as, engine, people):
    """Its limits are built once for each kind of viewer; who is looking is bound anew each time."""
    kept = select(Escalation.key)
    ours = {"ACME-7K4", "ACME-2M9", "GLOB-5Q2"}
    expected = {"gus": {"ACME-7K4"}, "gwen": {"ACME-2M9"}, "ben": ours, "eve": {"GLOB-5Q2"}, "ada": ours | {"ACME-9XX"}}
    for _ in range(2):
        for nick, seen in expected.items():
            assert set(keys(looking_as(nick), kept)) == seen, nick
    through_sue = replace(people["gus"].viewer, seen_through=people["sue"].viewer)
    with ViewerSession(engine, people["ada"].viewer) as session:
        outage = session.exec(select(Escalation).where(Escalation.key == "ACME-7K4")).one()
        session.add(Restriction(escalation_id=outage.id))
        session.commit()
    with ViewerSession(for_reading(engine), through_sue) as session:
        assert keys(session, kept) == []  # she takes no part in what is restricted now
    assert set(keys(looking_as("gus"), kept)) == {"ACME-7K4"}
