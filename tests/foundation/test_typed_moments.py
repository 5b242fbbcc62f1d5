"""Moments as people type them: those that no clock shows are refused in words."""

from datetime import UTC, date, datetime

import pytest

from app.foundation.clock import end_of
from app.foundation.refusals import Refused
from app.foundation.typed_moments import typed_moment


def test_it_is_meant_on_the_clock_of_whoever_typed_it():
    assert typed_moment("2026-11-27T16:00", "Europe/Berlin", "when") == datetime(2026, 11, 27, 15, tzinfo=UTC)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("soon", "Choose a date and a time"),
        ("2027-03-28T02:30", "skipped"),
        ("0001-01-01T00:00", "hundred years"),
        ("9999-12-31T23:59", "hundred years"),
    ],
)
def test_what_no_clock_shows_is_refused_beside_its_field(typed, sentence):
    with pytest.raises(Refused, match=sentence) as refused:
        typed_moment(typed, "Europe/Berlin", "when")
    assert refused.value.field == "when"


def test_every_day_has_an_end():
    assert end_of(date(2026, 11, 27), "Europe/Berlin") == datetime(2026, 11, 27, 22, 59, 59, tzinfo=UTC)
    assert end_of(date.max, "America/New_York") == datetime.max.replace(tzinfo=UTC)
