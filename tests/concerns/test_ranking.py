"""The customer's order and ours."""

import threading

import pytest
from sqlmodel import select

from app.concerns.answering import reopen, resolve
from app.concerns.finding import find_concern
from app.concerns.models import Order, RankMove
from app.concerns.moves import latest_moves
from app.concerns.ranking import CHANGED, GAP, move_for_customer, move_for_us, rank_between
from app.concerns.rows import open_concerns_in_our_order, panel
from app.concerns.sharing import share, withdraw
from app.foundation.refusals import NotFound, Refused


def theirs(session, escalation):
    return [row.words for row in panel(session, escalation).in_their_order]


def ours(session, escalation):
    return [row.words for row in panel(session, escalation).in_our_order]


def test_concerns_come_last_in_the_customers_order_when_raised(worries, looking_as, outage):
    expected = ["Invoices go out twice", "The import stops at two", "Credit notes are missing"]
    assert theirs(looking_as("gus"), outage) == theirs(looking_as("ben"), outage) == expected


def test_gus_moves_a_concern_and_is_named_as_the_last_mover(worries, act, looking_as, outage):
    with act("gus") as gus:
        move_for_customer(gus, outage, worries.credit.id, worries.twice.id)
    for nick in ("gil", "ben"):
        session = looking_as(nick)
        assert theirs(session, outage) == [
            "Credit notes are missing",
            "Invoices go out twice",
            "The import stops at two",
        ]
        last = latest_moves(session, outage, Order.theirs)[0]
        assert (last.by, last.words, last.before, last.after) == ("Gus Meyer", "Credit notes are missing", 3, 1)


def test_our_order_is_another_one_and_guests_have_no_sign_of_it(worries, act, looking_as, outage):
    with act("ben") as ben:
        move_for_us(ben, outage, worries.late.id, worries.twice.id)
        move_for_us(ben, outage, worries.internal.id, worries.late.id)
    with act("ben") as ben:
        assert ours(ben, outage) == [
            "Their contract may lapse",
            "The import stops at two",
            "Invoices go out twice",
            "Credit notes are missing",
        ]
        apart = {row.words: row.apart for row in panel(ben, outage).rows}
        assert apart["Invoices go out twice"] == 2 and apart["The import stops at two"] == 0
        assert len(latest_moves(ben, outage, Order.ours)) == 2
    gus = looking_as("gus")
    assert theirs(gus, outage)[0] == "Invoices go out twice" and ours(gus, outage) == []
    assert all(row.ours is None and row.apart == 0 and row.state is None for row in panel(gus, outage).rows)
    assert latest_moves(gus, outage, Order.ours) == [] and list(gus.exec(select(RankMove))) == []


def test_each_side_gets_the_open_concerns_in_the_order_it_may_know(worries, act, looking_as, outage):
    with act("ben") as ben:
        move_for_us(ben, outage, worries.credit.id, worries.twice.id)
    staff = [(concern.words, place) for concern, place in open_concerns_in_our_order(looking_as("ada"), outage)]
    guest = [(concern.words, place) for concern, place in open_concerns_in_our_order(looking_as("gil"), outage)]
    assert staff[0] == ("Credit notes are missing", 1) and len(staff) == 4
    assert guest == [("Invoices go out twice", 1), ("The import stops at two", 2), ("Credit notes are missing", 3)]


def test_an_internal_concern_takes_no_place_in_the_customers_order(worries, act, outage):
    with act("ben") as ben, pytest.raises(NotFound):
        move_for_customer(ben, outage, worries.internal.id, worries.twice.id)
    with act("gus") as gus, pytest.raises(Refused) as hidden:
        move_for_customer(gus, outage, worries.twice.id, worries.internal.id)
    with act("gus") as gus, pytest.raises(Refused) as absent:
        move_for_customer(gus, outage, worries.twice.id, "nosuchconcern000")
    assert hidden.value.sentence == absent.value.sentence == CHANGED


def test_a_withdrawn_concern_leaves_the_order_and_comes_back_to_its_place(worries, act, looking_as, outage):
    with act("ben") as ben:
        withdraw(ben, outage, find_concern(ben, outage, worries.late.id))
    with act("gus") as gus:
        assert theirs(gus, outage) == ["Invoices go out twice", "Credit notes are missing"]
        assert [row.theirs for row in panel(gus, outage).in_their_order] == [1, 2]
    with act("ben") as ben:
        share(ben, outage, find_concern(ben, outage, worries.late.id))
    assert theirs(looking_as("gus"), outage)[1] == "The import stops at two"


def test_a_resolved_concern_leaves_both_orders_and_returns_to_its_place(worries, act, looking_as, outage):
    with act("ben") as ben:
        resolve(ben, find_concern(ben, outage, worries.twice.id))
    with act("gus") as gus:
        assert theirs(gus, outage) == ["The import stops at two", "Credit notes are missing"]
        with pytest.raises(Refused):
            move_for_customer(gus, outage, worries.twice.id, "")
    with act("ben") as ben:
        reopen(ben, find_concern(ben, outage, worries.twice.id))
    assert theirs(looking_as("gus"), outage)[0] == "Invoices go out twice"


def test_moving_a_concern_to_where_it_is_leaves_no_trace(worries, act, looking_as, outage):
    with act("gus") as gus:
        move_for_customer(gus, outage, worries.twice.id, worries.late.id)
        move_for_customer(gus, outage, worries.credit.id, "")
        move_for_customer(gus, outage, worries.credit.id, worries.credit.id)
    assert latest_moves(looking_as("ben"), outage, Order.theirs) == []


def test_many_moves_to_the_same_gap_never_run_out_of_room(worries, act, looking_as, outage):
    with act("gus") as gus:
        for _ in range(12):
            move_for_customer(gus, outage, worries.credit.id, worries.late.id)
            move_for_customer(gus, outage, worries.late.id, worries.credit.id)
    assert theirs(looking_as("gil"), outage) == [
        "Invoices go out twice",
        "The import stops at two",
        "Credit notes are missing",
    ]


def test_two_movers_at_once_end_in_one_order_that_holds_both_moves(worries, act, looking_as, outage):
    start = threading.Barrier(2)
    failed = []

    def move(nick, moved_id, before_id):
        try:
            start.wait(timeout=10)
            with act(nick) as session:
                move_for_customer(session, outage, moved_id, before_id)
        except Exception as error:
            failed.append(error)

    for _ in range(5):
        movers = [
            threading.Thread(target=move, args=("gus", worries.credit.id, worries.twice.id)),
            threading.Thread(target=move, args=("gil", worries.late.id, worries.twice.id)),
        ]
        for mover in movers:
            mover.start()
        for mover in movers:
            mover.join(timeout=30)
        assert failed == []
        order = theirs(looking_as("ben"), outage)
        assert order == theirs(looking_as("gus"), outage)
        assert len(order) == 3 and order[2] == "Invoices go out twice"
        with act("ben") as ben:
            move_for_customer(ben, outage, worries.twice.id, find_first(ben, outage))
            places = [row.theirs for row in panel(ben, outage).in_their_order]
        assert places == [1, 2, 3]


def find_first(session, escalation):
    return panel(session, escalation).in_their_order[0].id


@pytest.mark.parametrize(
    ("lower", "upper", "expected"),
    [(None, None, GAP), (8, None, 8 + GAP), (None, 8, 8 - GAP), (8, 10, 9), (8, 9, None), (8, 8, None)],
)
def test_a_rank_fits_between_its_neighbours_or_there_is_none(lower, upper, expected):
    assert rank_between(lower, upper) == expected
