"""The palette offers what its reader may see and begin, and nothing else."""

import pytest

from app.access.pace import Pace
from app.access.participation import Audience
from app.search.palette import pages


@pytest.fixture(autouse=True)
def fresh_pace(monkeypatch):
    monkeypatch.setattr(pages, "pace", Pace(60))


def test_it_offers_places_ones_own_escalations_and_acts_where_one_is(as_, outage):
    offered = as_("ben").get("/palette?in=ACME-7K4").text
    for words in ("New concern", "Plan a meeting", "My desk", 'href="/escalations/ACME-7K4/actions/new"'):
        assert words in offered
    assert "New concern in ACME-7K4" in as_("ben").get("/palette").text
    assert "Outbox" not in offered and "Outbox" in as_("ada").get("/palette").text


def test_a_guest_is_offered_what_a_guest_may_do(as_, outage):
    offered = as_("gus").get("/palette?in=ACME-7K4").text
    assert "New concern" in offered
    for words in ("Plan a meeting", "Upload", "Invite", "My desk", "ACME-2M9", "Change owner"):
        assert words not in offered


def test_another_escalation_is_not_there(as_):
    assert as_("eve").get("/palette?in=ACME-7K4").status_code == 404
    assert as_("eve").get("/palette/found?q=outage&in=ACME-7K4").status_code == 404


def test_escalations_and_words_are_found_for_those_who_may_read_them(as_, outage, concern):
    concern(outage, "Invoices go out twice", Audience.internal)
    assert "Outage of the nightly import" in as_("ben").get("/palette/found?q=7k4+outage").text
    assert "Invoices" in as_("ben").get("/palette/found?q=invoices").text
    for nick in ("gus", "eve"):
        found = as_(nick).get("/palette/found?q=invoices").text
        assert "Search for “invoices”" in found and "go out twice" not in found
    assert "Outage" not in as_("eve").get("/palette/found?q=outage").text.replace("“outage”", "")
    assert "Restricted" not in as_("sue").get("/palette/found?q=9xx").text


def test_odd_words_are_only_words(as_, outage):
    for typed in ("%", "_", '"', "' or 1=1", "\x00", "<b>", "x" * 5000):
        answer = as_("ben").get("/palette/found", params={"q": typed})
        assert answer.status_code == 200 and "<b>" not in answer.text


def test_whoever_types_too_fast_is_led_to_the_search_page(as_, outage, monkeypatch):
    monkeypatch.setattr(pages, "pace", Pace(1))
    as_("ben").get("/palette/found?q=outage")
    found = as_("ben").get("/palette/found?q=outage").text
    assert "nightly import" not in found and "/search?q=outage" in found
