"""The search page: what it shows, and that it tells a guest nothing by what it does not show."""

import re

import pytest

from app.access.pace import Pace
from app.access.participation import Audience
from app.search import looking_up, pages

NONSENSE = "zxqvwkj"
HOSTILE = [
    "NEAR(import nightly)",
    "import*",
    '"',
    '"" ""',
    "title : import",
    "scope : eabc",
    "- import",
    "^import",
    "(import",
    ")",
    "'",
    "\\",
    "import AND",
    "OR NOT AND",
    "{title} : x",
    "import\x00nightly",
    "\x02import\x03",
    "<b>import</b>",
    "%_%",
    ":* & | ! <-> a:b",
    "²:*",
    "🙂 ﷽ \u202e",
    "import " * 2000,
    "x" * 10_000,
    "from:s9 in:internal has:file type:transcript escalation:E3",
]


@pytest.fixture(autouse=True)
def unhurried(monkeypatch):
    monkeypatch.setattr(pages, "pace", Pace(a_minute=1000))


def body(answer, *typed):
    """The page without what was typed and without its request's number."""
    page = answer.text
    for words in typed:
        page = page.replace(words, "")
    return re.sub(r"[?&]q=[^&\"]*", "", page)


def test_both_sides_find_on_the_same_page(as_, message, outage):
    message(outage, "The <gateway> sends it twice")
    for nick in ("ben", "gus"):
        page = as_(nick).get("/search", params={"q": "gateway"})
        assert page.status_code == 200
        assert "The &lt;<mark>gateway</mark>&gt; sends it twice" in page.text
        assert "ACME-7K4" in page.text and "1 found" in page.text and "About it" in page.text


def test_what_was_said_opens_the_recording_at_its_second(as_, said, outage):
    line = said(outage, 125.4, "the gateway sends it twice")
    url = f"/escalations/ACME-7K4/recordings/{line.recording_id}?t=125.4#line-{line.id}"
    for nick in ("ben", "gus"):
        page = as_(nick).get("/search", params={"q": "gateway"}).text
        assert f'href="{url}"' in page and "at 2:05" in page


def test_nothing_anybody_types_is_an_error(as_, message, outage):
    message(outage, "the nightly import")
    answers = [(typed, as_(nick).get("/search", params={"q": typed})) for typed in HOSTILE for nick in ("ben", "gus")]
    assert [typed for typed, answer in answers if answer.status_code != 200 or "<b>import" in answer.text] == []


def test_what_was_too_long_to_look_for_says_so(as_):
    assert "Only the first" in as_("gus").get("/search", params={"q": "x" * 10_000}).text
    assert "Only the first" not in as_("gus").get("/search", params={"q": "x"}).text


def test_a_guest_reads_the_same_page_whatever_we_wrote_among_ourselves(as_, one_of_each, outage, hidden, elsewhere):
    canaries = [*one_of_each(outage, Audience.internal).values(), *one_of_each(elsewhere, Audience.shared).values()]
    gus = as_("gus")
    for narrowed in ({}, {"in": "ACME-7K4"}, {"kind": "recordings"}, {"sort": "best"}):
        nothing = body(gus.get("/search", params={"q": NONSENSE, **narrowed}), NONSENSE)
        for canary in [*canaries, "Restricted", "Slow"]:
            assert body(gus.get("/search", params={"q": canary, **narrowed}), canary) == nothing
    assert "Nothing found" in nothing


def test_a_guest_cannot_look_inside_what_is_not_theirs(as_):
    for key in ("ACME-2M9", "GLOB-5Q2", "ACME-9XX", "NONE-000"):
        assert as_("gus").get("/search", params={"q": "x", "in": key}).status_code == 404


def test_a_search_inside_an_escalation_stays_there(as_, concern, outage, migration):
    concern(outage, "hiccups here")
    concern(migration, "hiccups there")
    inside = as_("ben").get("/search", params={"q": "hiccups", "in": "ACME-7K4"}).text
    assert "<mark>hiccups</mark> here" in inside and "<mark>hiccups</mark> there" not in inside
    assert 'name="in" value="ACME-7K4"' in inside and "Search everywhere" in inside
    assert "<mark>hiccups</mark> there" in as_("ben").get("/search", params={"q": "hiccups"}).text


@pytest.mark.parametrize("few", [5, 100])
def test_older_hits_are_on_the_next_page(as_, message, outage, monkeypatch, few):
    monkeypatch.setattr(looking_up, "FEW", few)
    for number in range(25):
        message(outage, f"hiccups {number}")
    for nick in ("ben", "gus"):
        first = as_(nick).get("/search", params={"q": "hiccups", "sort": "newest"}).text
        older = re.findall(r'rel="next" href="([^"]+)"', first)[0]
        second = as_(nick).get(older.replace("&amp;", "&")).text
        assert first.count("<mark>hiccups</mark>") == 20 and second.count("<mark>hiccups</mark>") == 5
        assert ("whole" in older) is (few == 5)
        assert "25 found" in first and 'rel="prev"' in second


def test_an_address_that_means_nothing_is_a_search_from_its_beginning(as_, message, outage):
    message(outage, "hiccups")
    for name, value in [("before", "x"), ("before", "1~nan"), ("before", "9" * 30), ("kind", "x"), ("sort", "x")]:
        page = as_("gus").get("/search", params={"q": "hiccups", name: value})
        assert page.status_code == 200 and "<mark>hiccups</mark>" in page.text


def test_who_searches_without_a_pause_is_asked_for_one(as_, monkeypatch):
    monkeypatch.setattr(pages, "pace", Pace(a_minute=2))
    for _ in range(2):
        assert as_("gus").get("/search", params={"q": NONSENSE}).status_code == 200
    refused = as_("gus").get("/search", params={"q": NONSENSE})
    assert refused.status_code == 429 and "Wait a few seconds" in refused.text and refused.headers["retry-after"]
    assert as_("gil").get("/search", params={"q": NONSENSE}).status_code == 200
    assert as_("gus").get("/search").status_code == 200


def test_an_empty_search_says_what_can_be_found(as_):
    for nick in ("ben", "gus"):
        page = as_(nick).get("/search").text
        assert "What are you looking for" in page and 'type="search"' in page
