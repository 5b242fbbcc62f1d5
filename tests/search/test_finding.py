"""Who finds what."""

from datetime import timedelta

import pytest
from sqlalchemy import text

from app.access.participation import Audience, Reader
from app.concerns.models import Concern
from app.escalations.models import EscalationInside
from app.foundation.clock import now
from app.search import finding, looking_up
from app.search.documents import Group
from app.search.finding import find
from app.search.index import Scope
from app.search.indexing import index_of, is_complete, reindex, reindex_all
from app.search.looking_up import Sorting
from app.search.schema import SHARED
from app.search.words import parse


def test_staff_find_every_kind(finds, one_of_each, outage):
    words = one_of_each(outage, Audience.internal)
    assert [kind for kind, word in words.items() if len(finds("ben", word)) != 1] == []


def test_a_guest_finds_what_was_shared_and_nothing_else(finds, one_of_each, outage):
    shared, internal = one_of_each(outage, Audience.shared), one_of_each(outage, Audience.internal)
    assert [kind for kind, word in shared.items() if finds("gus", word)] == [
        kind for kind in shared if kind != "concern_inside"
    ]
    assert [kind for kind, word in internal.items() if finds("gus", word)] == []


def test_nobody_finds_another_customers_words(finds, one_of_each, catch_up, outage):
    catch_up()
    words = one_of_each(outage, Audience.shared)
    assert [word for word in words.values() if finds("eve", word) or finds("gwen", word)] == []
    assert finds("eve", "Slow reports") and not finds("gus", "Slow reports")


def test_an_escalation_is_found_by_its_title_and_our_remarks_by_us_alone(finds, session, outage):
    session.get_one(EscalationInside, outage.id).remarks = "churn threatens"
    reindex(session, "escalation", outage.id)
    session.commit()
    assert finds("gus", "nightly") and finds("ben", "nightly")
    assert finds("ben", "churn") and not finds("gus", "churn")


def test_a_restricted_escalation_is_found_by_those_who_see_it(finds, concern, hidden):
    concern(hidden, "takeover talks", Audience.internal)
    assert finds("ada", "takeover") and finds("adm", "takeover")
    assert finds("ben", "takeover") == finds("gus", "takeover") == []


def test_a_participation_that_ended_ends_finding(finds, session, concern, outage, people):
    concern(outage, "import hiccups")
    assert finds("gus", "hiccups")
    session.execute(
        text("update participation set ended_at = joined_at where person_id = :gus"), {"gus": people["gus"].id}
    )
    session.commit()
    assert finds("gus", "hiccups") == []


def test_words_are_found_by_their_stem_without_accents_and_by_their_beginning(finds, message, outage):
    message(outage, "The imports failed at Müller's branch, see acme/import.log; it is down.")
    for typed in (
        "import",
        "failing",
        "muller",
        "Müller",
        "bran",
        "import.log",
        "log",
        "down",
        "MULLER'S",
        "it is down",
    ):
        assert len(finds("gus", typed)) == 1, typed
    assert finds("gus", "importless") == []


@pytest.fixture
def many(session, outage, people):
    """Stores and indexes as many concerns as there are words for them."""

    def store(every):
        for number, words in enumerate(every):
            raised = now() - timedelta(minutes=number)
            more = {"audience": Audience.shared, "owner_id": people["ben"].id, "raised_at": raised}
            session.add(Concern(escalation_id=outage.id, words=words, **more))
        session.commit()
        reindex_all(session)

    return store


@pytest.mark.parametrize("nick", ["ben", "gus"])
def test_a_beginning_is_looked_for_only_where_whole_words_are_few(finds, many, nick):
    few = [f"gate {number}" for number in range(looking_up.FEW - 1)]
    many(["a gateway", *few])
    assert any("gateway" in one for one in finds(nick, "gate", sorting=Sorting.newest))
    many(["gate at last"])
    assert not any("gateway" in one for one in finds(nick, "gate", sorting=Sorting.newest))
    assert len(finds(nick, "gatewa")) == 1 and len(finds(nick, "last gat")) == 1


@pytest.mark.parametrize("nick", ["ben", "gus"])
def test_a_search_goes_on_as_it_began_although_words_came_in_between(looking_as, many, monkeypatch, nick):
    monkeypatch.setattr(looking_up, "FEW", 100)
    many([*[f"gate {number}" for number in range(60)], *[f"gateway {number}" for number in range(30)]])
    first = find(looking_as(nick), parse("gate"), sorting=Sorting.newest)
    assert first.count == "90" and not first.older.is_whole
    many([f"gate again {number}" for number in range(60)])
    began = _onwards(looking_as(nick), first)
    assert sum("gateway" in words for words in began) == 30
    first = find(looking_as(nick), parse("gate"), sorting=Sorting.newest)
    assert first.count == "120" and first.older.is_whole
    assert not any("gateway" in words for words in _onwards(looking_as(nick), first))


def _onwards(session, findings):
    """The titles on all the pages after this one."""
    titles = []
    while findings.older:
        findings = find(session, parse("gate"), sorting=Sorting.newest, after=findings.older)
        titles += ["".join(piece for piece, _ in one.title) for one in findings.found]
    return titles


def test_another_customers_words_do_not_decide_whether_a_beginning_is_looked_for(
    finds, session, many, concern, outage, elsewhere, people
):
    concern(outage, "the gateway")
    for number in range(looking_up.FEW):
        session.add(
            Concern(
                escalation_id=elsewhere.id, words=f"gate {number}", audience=Audience.shared, owner_id=people["ben"].id
            )
        )
    many([])
    assert finds("gus", "gate") == ["the gateway | "]
    assert "the gateway | " not in finds("ben", "gate")


def test_a_guest_of_very_many_escalations_finds_the_same(finds, concern, outage, elsewhere, monkeypatch):
    concern(outage, "import hiccups")
    concern(elsewhere, "other hiccups")
    named = finds("gus", "hiccups")
    monkeypatch.setattr(finding, "TOKENED", 0)
    assert finds("gus", "hiccups") == named == ["import hiccups | "]


def test_all_escalations_that_are_named_fit_into_one_search(looking_as):
    session = looking_as("gus")
    index, scope = index_of(session.get_bind(), SHARED), Scope([f"{n:016}" for n in range(finding.TOKENED)])
    assert looking_up.look_up(session, index, parse("outage"), scope, Sorting.newest, None)[1] == []


def test_words_in_what_one_does_not_see_neither_count_nor_decide(
    finds, looking_as, session, many, hidden, outage, people
):
    for number in range(looking_up.FEW):
        more = {"audience": Audience.internal, "owner_id": people["ben"].id}
        session.add(Concern(escalation_id=hidden.id, words=f"gate {number}", **more))
    many(["the gateway", *[f"gate {number}" for number in range(10)]])
    for sorting in Sorting:
        assert find(looking_as("ben"), parse("gate"), sorting=sorting).count == "11"
        assert find(looking_as("ben"), parse("gate"), sorting=sorting, escalation=outage).count == "11"
        assert find(looking_as("ada"), parse("gate"), sorting=sorting).count == "31"


def test_no_more_than_a_thousand_are_counted(looking_as, session, many, monkeypatch):
    monkeypatch.setattr(looking_up, "MOST", 30)
    monkeypatch.setattr(finding, "MOST", 30)
    many([f"hiccups {number}" for number in range(31)])
    for nick in ("ben", "gus"):
        assert find(looking_as(nick), parse('"hiccups"')).count == "30+"


def test_a_phrase_is_found_in_its_order_alone(finds, message, outage):
    message(outage, "the nightly import fails")
    assert finds("gus", '"nightly import"') and finds("gus", "import nightly")
    assert finds("gus", '"import nightly"') == []


def test_a_search_can_be_narrowed_by_kind_and_escalation(finds, concern, message, outage, migration):
    concern(outage, "hiccups here")
    message(outage, "hiccups said")
    concern(migration, "hiccups there")
    assert len(finds("ben", "hiccups", group=Group.concerns)) == 2
    assert len(finds("ben", "hiccups", escalation=outage)) == 2
    assert len(finds("ben", "hiccups", group=Group.discussion, escalation=outage)) == 1
    assert len(finds("gwen", "hiccups")) == 1


def test_what_was_said_is_found_by_those_it_is_open_to(finds, session, outage, people, said):
    said(outage, 125.4, "the gateway sends it twice", group="calledin")
    session.add(Reader(group_id="calledin", person_id=people["gus"].id, escalation_id=outage.id))
    session.commit()
    assert (
        finds("gus", "gateway twice") == finds("ben", "gateway twice") == ["Call about it | the gateway sends it twice"]
    )
    assert finds("gil", "gateway twice") == finds("gil", "Call about it") == []


def test_the_index_itself_keeps_out_those_a_row_is_not_open_to(finds, session, concern, outage, people):
    row = concern(outage, "only for gus")
    session.execute(text("update search_shared set reader_group_id = 'calledin' where record_id = :id"), {"id": row.id})
    session.add(Reader(group_id="calledin", person_id=people["gus"].id, escalation_id=outage.id))
    session.commit()
    assert finds("gus", "only for") and not finds("gil", "only for")


def test_a_row_that_was_withdrawn_is_gone_before_the_index_knows(finds, session, concern, outage):
    row = concern(outage, "a secret slip")
    row.audience = Audience.internal
    session.add(row)
    session.commit()
    assert index_of(session.get_bind(), SHARED) and finds("gus", "slip") == []
    assert finds("ben", "slip")


def test_a_title_that_changed_is_not_found_by_its_old_words(finds, session, concern, outage):
    row = concern(outage, "a slip of the tongue")
    row.words = "a considered sentence"
    session.add(row)
    session.commit()
    assert finds("gus", "tongue") == []


def test_our_notes_do_not_move_what_a_guest_finds(finds, concern, message, outage, elsewhere):
    message(outage, "gateway gateway certificate")
    message(outage, "gateway certificate certificate")
    before = finds("gus", "gateway certificate")
    for number in range(40):
        concern(outage, f"gateway matter {number}", Audience.internal)
        concern(elsewhere, f"certificate matter {number}")
    assert len(before) == 2 and finds("gus", "gateway certificate") == before


@pytest.mark.parametrize("sorting", list(Sorting))
def test_all_pages_together_hold_every_hit_once(looking_as, session, outage, people, sorting):
    for number in range(45):
        session.add(
            Concern(
                escalation_id=outage.id, words=f"hiccups {number}", audience=Audience.shared, owner_id=people["ben"].id
            )
        )
    session.commit()
    reindex_all(session)
    for nick in ("ben", "gus"):
        seen, place, pages = [], None, 0
        while pages < 9:
            findings = find(looking_as(nick), parse("hiccups"), sorting=sorting, after=place)
            seen += [one.url for one in findings.found]
            place, pages = findings.older, pages + 1
            if pages == 1:
                assert findings.count == "45"
            if place is None:
                break
        assert (len(seen), len(set(seen)), pages) == (45, 45, 3)


def test_a_new_index_holds_the_same(finds, session, one_of_each, outage):
    words = one_of_each(outage, Audience.shared)
    reindex_all(session)
    assert is_complete(session)
    assert [kind for kind, word in words.items() if len(finds("ben", word)) != 1] == []
    session.execute(text("delete from search_shared"))
    session.commit()
    assert not is_complete(session)
    reindex_all(session)
    assert is_complete(session)
