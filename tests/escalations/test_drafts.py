"""What is typed is kept for whoever typed it, on every device, until it is sent."""

import json
from datetime import timedelta

from app.foundation.clock import now
from app.writing.drafting import MOST, read_draft, sweep_old_drafts

AT = "/escalations/ACME-7K4/drafts"
WORDS = {"text": "We see it too, and ", "audience": "internal"}


def keep(browser, place, words, at=AT):
    return browser.post(at, data={"place": place, "words": json.dumps(words)})


def kept(browser, place, at=AT):
    return browser.get(at, params={"place": place}).json()["words"]


def test_a_draft_comes_back_with_who_was_to_read_it(as_, outage):
    assert keep(as_("ben"), "topic:1", WORDS).status_code == 204
    assert kept(as_("ben"), "topic:1") == WORDS
    keep(as_("ben"), "topic:1", WORDS | {"text": "Later"})
    assert kept(as_("ben"), "topic:1")["text"] == "Later"


def test_a_draft_is_its_authors_alone(as_, outage):
    keep(as_("ben"), "topic:1", WORDS)
    assert kept(as_("ada"), "topic:1") == kept(as_("gus"), "topic:1") == {}
    keep(as_("gus"), "topic:1", {"text": "Mine"})
    assert (kept(as_("ben"), "topic:1"), kept(as_("gus"), "topic:1")) == (WORDS, {"text": "Mine"})


def test_viewing_as_a_guest_shows_nothing_that_they_have_not_sent(as_, people):
    keep(as_("gus"), "topic:1", {"text": "Not for your eyes yet"})
    seen = as_("ben").get(f"/as/{people['gus'].id}{AT}", params={"place": "topic:1"})
    assert seen.status_code == 200 and "eyes" not in seen.text
    assert keep(as_("ben"), "topic:1", WORDS, f"/as/{people['gus'].id}{AT}").status_code == 403
    assert kept(as_("gus"), "topic:1") == {"text": "Not for your eyes yet"}


def test_a_draft_stays_in_its_escalation(as_, migration):
    keep(as_("ben"), "topic:1", WORDS)
    assert kept(as_("ben"), "topic:1", "/escalations/ACME-2M9/drafts") == {}


def test_a_draft_that_was_sent_or_emptied_is_gone(as_, outage):
    ben = as_("ben")
    keep(ben, "concern:new", {"words": "Invoices go out twice"})
    answer = ben.post("/escalations/ACME-7K4/concerns", data={"words": "", "draft": "concern:new"})
    assert answer.status_code == 422
    assert kept(ben, "concern:new")
    form = {"words": "Invoices go out twice", "audience": "internal", "draft": "concern:new"}
    assert ben.post("/escalations/ACME-7K4/concerns", data=form).status_code == 303
    assert kept(ben, "concern:new") == {}
    keep(ben, "topic:1", WORDS)
    keep(ben, "topic:1", {})
    assert kept(ben, "topic:1") == {}


def test_a_guest_sends_their_draft_too(as_, outage):
    gus = as_("gus")
    keep(gus, "concern:new", {"words": "Invoices go out twice"})
    form = {"words": "Invoices go out twice", "draft": "concern:new"}
    assert gus.post("/escalations/ACME-7K4/concerns", data=form).status_code == 303
    assert kept(gus, "concern:new") == {}


def test_drafts_do_not_pile_up(as_, outage, session):
    ben = as_("ben")
    for number in range(MOST + 2):
        keep(ben, f"topic:{number}", WORDS)
    assert kept(ben, "topic:0") == kept(ben, "topic:1") == {}
    assert kept(ben, f"topic:{MOST + 1}") == WORDS
    assert sweep_old_drafts(session, now()) == 0
    assert sweep_old_drafts(session, now() + timedelta(days=61)) == MOST


def test_what_is_no_draft_is_refused(as_, outage, looking_as):
    ben = as_("ben")
    assert ben.post(AT, data={"place": "topic:1", "words": "[1, 2]"}).status_code == 422
    assert ben.post(AT, data={"place": "topic:1", "words": "{"}).status_code == 422
    assert ben.post(AT, data={"words": "{}"}).status_code == 422
    assert keep(ben, "topic:1", {"text": "x" * 100_001}).status_code == 422
    assert read_draft(looking_as("ben"), outage.id, "topic:1") is None
