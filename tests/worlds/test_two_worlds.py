"""Whatever a guest does, they receive the same bytes whether or not the things exist that they may not know of."""

import difflib

import pytest

from app.foundation import clock
from tests.worlds.canaries import canaries_in
from tests.worlds.crawling import Crawl, normalised

PROBES = [
    "/search?q=import",
    "/search?q=churn",
    "/search?q=CNRY",
    "/search?q=e",
    "/search?q=%22NEAR%2F%28",
    "/search?q=hold&in=ACME-7K4",
    "/escalations/ACME-2M9",
    "/escalations/GLOB-5Q2/concerns",
    "/escalations/ACME-9XX",
    "/escalations",
    "/people",
    "/customers",
    "/outbox",
    "/inbox?show=unread",
    "/escalations/ACME-7K4/timeline",
    "/escalations/ACME-7K4/actions/new",
    "/search?q=books",
    *[f"/escalations/ACME-7K4/mentionable?q={letter}&audience=shared" for letter in "abenx"],
    "/escalations/ACME-7K4/mentionable?q=&audience=internal",
    "/escalations/ACME-7K4/mentionable?q=%25_*&audience=shared",
]


HOUR = {"g1": 9, "g1b": 10}  # what is written in the same moment stands in no order


def wander(told, nick):
    """Everything this guest can find by following links, by guessing, and by writing."""
    clock.set_clock(f"2026-03-05T{HOUR[nick]:02}:00+00:00")
    crawl = Crawl(told.browser(nick)).start("/", "/inbox", *PROBES)
    here, ids = "/escalations/ACME-7K4", told.ids
    crawl.post(f"{here}/concerns", words="One more worry", details="")
    crawl.post(f"{here}/concerns", words="")
    crawl.post(
        f"{here}/discussion/{ids['topic']}/messages",
        text="And at year-end? @nils.silent @ada.byron",
        audience="internal",
    )
    crawl.post(f"{here}/meetings/{ids['meeting']}/notes/{ids['note']}", text="We close on the 30th, always.", base="1")
    crawl.post(f"{here}/actions/{ids['action']}/acceptance")
    crawl.seen.clear()
    crawl.start("/", here, f"{here}/concerns", f"{here}/discussion", f"{here}/meetings", f"{here}/timeline")
    assert [received.request for received in crawl.received if received.status >= 500] == []
    return crawl


@pytest.mark.timeout(600)
def test_a_guest_receives_the_same_in_both_worlds_and_no_canary_in_any_byte(tell):
    """First one guest wanders through both worlds, then the other: so each also meets what the first one wrote."""
    worlds = [tell("A"), tell("B")]
    assert len(worlds[0].canaries) > 15
    for nick in ("g1", "g1b"):
        everything, only_theirs = (wander(told, nick) for told in worlds)
        for received in everything.received:
            bytes_ = received.body + str(received.headers).encode()
            assert canaries_in(bytes_) - canaries_in(received.request.encode()) == set(), received.request
        ours, theirs = normalised(everything.received), normalised(only_theirs.received)
        for one, other in zip(ours, theirs, strict=False):
            assert one == other, "\n".join(
                difflib.unified_diff(other.splitlines(), one.splitlines(), "world B", "world A", lineterm="")
            )
        assert len(ours) == len(theirs) and len(ours) > 30


def test_the_oracle_sees_what_staff_see(tell):
    """The same crawl as somebody who may: else a clean result would prove nothing."""
    told = tell("A")
    here, ids = "/escalations/ACME-7K4", told.ids
    crawl = Crawl(told.browser("s1"))
    for address in (
        here,
        "/escalations",
        f"{here}/concerns",
        f"{here}/discussion/{ids['topic']}",
        f"{here}/discussion/{ids['internal topic']}",
        f"{here}/meetings/{ids['meeting']}",
        f"{here}/recordings/{ids['internal recording']}",
    ):
        crawl.get(address)
    found = {canary for received in crawl.received for canary in canaries_in(received.body)}
    kinds = {canary.split("-")[1] for canary in found & told.canaries}
    expected = "concern remark message topic action item note decision filename title recording heard"
    assert set(expected.split()) <= kinds


def test_a_revoked_guest_receives_nothing_any_more(tell):
    told = tell("A")
    crawl = Crawl(told.browser("xg"))
    for address in (
        "/escalations/ACME-7K4",
        "/escalations/ACME-7K4/concerns",
        f"/escalations/ACME-7K4/concerns/{told.ids['concern 0']}",
    ):
        assert crawl.get(address).status in (303, 404)


def test_ids_and_moments_come_from_the_seed_and_not_from_what_happened_before(tell):
    first, second = tell("A"), tell("B")
    assert {name: id_ for name, id_ in first.ids.items() if name in second.ids} == second.ids
