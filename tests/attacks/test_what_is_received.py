"""Everything a guest's browser is given, searched for what is not theirs."""

import re

import pytest
from sqlmodel import col, select

from app.discussion.models import Message
from app.people.models import Account, Person
from app.writing.markdown import render
from tests.attacks.addresses import HERE, NOBODYS
from tests.attacks.conftest import SETS, copied_world
from tests.attacks.furnishing import word_for
from tests.worlds.canaries import canaries_in
from tests.worlds.crawling import Crawl


@pytest.fixture
def world(same_world):
    return same_world


AT = f"/escalations/{HERE}"
KINDS = [
    "concern",
    "details",
    "action",
    "topic",
    "meeting",
    "place",
    "tracker",
    "message",
    "held",
    "item",
    "inside",
    "decision",
    "note",
    "name",
    "file",
]
FOR_ONE_GUEST = ["recording", "line", "consent", "upload"]


def words_of(at):
    return {word_for(at, kind) for kind in [*KINDS, *FOR_ONE_GUEST]}


def not_theirs(world):
    """What no guest of this escalation may receive, and what one of them may and the other not."""
    foreign = {word for at in SETS if at not in ("own", "others") for word in words_of(at)}
    ours = {word_for(at, kind) for at in ("own", "others") for kind in ("held", "inside", "tracker", "upload")}
    return foreign | ours | world.canaries | {word_for("others", kind) for kind in FOR_ONE_GUEST}


@pytest.fixture(scope="module")
def read_by_gus(world_template, database_server, tmp_path_factory):
    """The world, and all that Gus receives while he opens everything he can find."""
    with copied_world(world_template, database_server, tmp_path_factory.mktemp("read")) as world:
        crawl = Crawl(world.browser("g1")).start("/", "/inbox", "/meetings", "/profile", AT, f"{AT}/people")
        own = world.sets["own"]
        at = f"{AT}/recordings/{own['recording_id']}"
        crawl.start(f"{at}/media", f"{at}/transcript.txt", f"{at}/transcript.vtt", f"{AT}/files/{own['file_id']}/x")
        at = f"{AT}/meetings/{own['meeting_id']}"
        crawl.start(f"{at}/invitation.ics", f"{at}/print", f"{at}/notes/{own['note_id']}/history")
        assert [one.request for one in crawl.received if one.status >= 500] == []
        yield world, crawl.received


def bytes_of(received):
    return received.body + str(received.headers).encode()


def test_no_byte_of_what_is_not_theirs_is_in_any_answer(read_by_gus):
    """D20, D24, D26: titles, comments, attributes, headers, calendar files, captions, prints, downloads."""
    world, received = read_by_gus
    told = {one.request: found for one in received if (found := canaries_in(bytes_of(one)) & not_theirs(world))}
    assert told == {} and len(received) > 40


def test_the_search_for_it_would_have_found_what_is_theirs(read_by_gus):
    """Everything shared was received: an empty result above means something."""
    _, received = read_by_gus
    found = {canary for one in received for canary in canaries_in(bytes_of(one))}
    theirs = words_of("own") - {word_for("own", kind) for kind in ("held", "inside", "tracker", "upload", "consent")}
    assert theirs - found == set()


def test_no_address_and_nobody_unknown_is_in_any_answer(read_by_gus):
    """D23, D25: every mailbox but one's own, and the names and handles of colleagues who never spoke."""
    world, received = read_by_gus
    with world.looking("adm") as session:
        addresses = {email for email in session.exec(select(Account.email)) if email != world.email("g1")}
        silent = session.exec(
            select(Person).where(col(Person.id).in_([world.people[nick] for nick in ("s9", "s0", "adm")]))
        )
        names = {word for person in silent for word in (person.name, person.handle, person.id)}
    text = b"\n".join(bytes_of(one) for one in received).decode("utf-8", "replace")
    assert len(addresses) >= 7 and len(names) == 9
    assert {word for word in addresses | names if word in text} == set()
    assert re.findall(r"[\w.]+@tidewater\.example", text) == []


SEARCHES = [
    "from:s9",
    "in:internal",
    "has:file",
    "escalation:GLOB-5Q2",
    '"',
    "NEAR(a b)",
    "a* OR b",
    "- :",
    "a" * 10_000,
]
SEARCHES += ["Nils Silent", "x' OR 1=1 --", "churn", "{words}:a", "Restricted", "%", "\\", "ｃｎｒｙ", "\x00a"]


def test_a_search_for_what_one_cannot_see_finds_what_nonsense_finds(world):
    """D22: words, phrases and beginnings of hidden texts, operators, and far too long ones."""
    gus = world.browser("g1")
    hidden = [
        word_for(at, kind) for at in ("internal", "E3", "E9") for kind in ("message", "note", "file", "action", "line")
    ]
    hidden += [word_for("others", "line"), word_for("others", "recording"), *sorted(world.canaries)[::4]]

    def found(query):
        answer = gus.get("/search", params={"q": query})
        assert answer.status_code == 200, query
        return answer.text.replace(answer.headers["x-request-id"], "")

    for query in hidden:
        last = query[-8:]
        for asked in (query, f'"{query}"', last):
            assert found(asked).replace(last, "ffffffff") == found(asked.replace(last, "ffffffff")), asked
    for query in SEARCHES:
        assert canaries_in(found(query).encode()) & not_theirs(world) == set(), query


def test_a_reference_to_what_one_cannot_see_is_the_characters_that_were_typed(world):
    """D29: keys, permalinks and names in a shared text look the same whether they lead anywhere or not."""
    ids = world.sets["internal"]
    links = f"GLOB-5Q2 ACME-9XX @nils.silent https://evenkeel.test{AT}/concerns/{ids['concern_id']} {AT}/files/{ids['file_id']}"
    none = links.replace("GLOB-5Q2", "GLOB-ZZZ").replace("ACME-9XX", "ACME-ZZZ").replace("nils.silent", "nobody.here")
    none = none.replace(ids["concern_id"], NOBODYS).replace(ids["file_id"], NOBODYS)
    shown = []
    for text in (links, none):
        assert (
            world.browser("g1")
            .post(f"{AT}/discussion/{world.sets['own']['topic_id']}/messages", data={"text": text})
            .status_code
            == 303
        )
        with world.looking("g1") as session:
            message = session.exec(select(Message).where(Message.text == text)).one()
        page = world.browser("g1").get(f"{AT}/discussion/{world.sets['own']['topic_id']}").text
        assert str(render(text)) in page and message.is_shared
        shown.append(str(render(text)))
    masked = (
        shown[0].replace("GLOB-5Q2", "GLOB-ZZZ").replace("ACME-9XX", "ACME-ZZZ").replace("nils.silent", "nobody.here")
    )
    assert masked.replace(ids["concern_id"], NOBODYS).replace(ids["file_id"], NOBODYS) == shown[1]
    assert "title=" not in shown[0] and "data-" not in shown[0]


def test_words_that_were_taken_out_again_are_gone_for_guests(world):
    """D30: an edit shows that there was one, and nothing of what stood there before."""
    gus, topic = world.browser("g1"), world.sets["own"]["topic_id"]
    posted = gus.post(f"{AT}/discussion/{topic}/messages", data={"text": "CNRY-slip-0a0a0a0a was a slip"})
    message = posted.headers["location"].rpartition("message-")[2]
    assert gus.post(f"{AT}/discussion/{topic}/messages/{message}", data={"text": "Better words"}).status_code == 303
    other = world.browser("g1b")
    pages = [f"{AT}/discussion/{topic}", f"{AT}/timeline", "/inbox", f"{AT}/discussion/{topic}?quote={message}"]
    assert all("0a0a0a0a" not in other.get(page).text for page in pages)
    assert "Better words" in other.get(pages[0]).text
    assert other.get(f"{AT}/discussion/{topic}/messages/{message}/history").status_code == 404


@pytest.mark.parametrize("nick", ["g1", "g3", "g2", "xg", ""])
def test_files_and_sounds_of_ours_have_no_address_for_guests(world, nick):
    """D28, D19, D62: by their full address, with and without a name, as a guest, a stranger, a former one, nobody."""
    browser = world.browser(nick) if nick else world.nobody()
    for at in ("internal", "E9", "E2" if nick != "g2" else "E3"):
        ids = world.sets[at]
        for path in (
            f"files/{ids['file_id']}",
            f"files/{ids['file_id']}/name.txt",
            f"recordings/{ids['recording_id']}/media",
            f"recordings/{ids['recording_id']}/transcript.vtt",
            f"recordings/{ids['recording_id']}/transcript.txt",
        ):
            for key in (HERE, "ACME-9XX", "GLOB-5Q2"):
                answer = browser.get(f"/escalations/{key}/{path}")
                allowed = nick == "g3" and key == "GLOB-5Q2" and at == "E3"
                assert allowed or answer.status_code == (404 if nick else 303), (key, path)


def test_a_recording_for_one_guest_is_not_there_for_the_other(world):
    """D28, D32: shared, but with those of its meeting alone; in lists, search and by address."""
    theirs = world.sets["others"]
    for path in ("", "/media", "/transcript.vtt", "/transcript"):
        assert world.browser("g1b").get(f"{AT}/recordings/{theirs['recording_id']}{path}").status_code == 200
        assert world.browser("g1").get(f"{AT}/recordings/{theirs['recording_id']}{path}").status_code == 404
    assert word_for("others", "recording") in world.browser("g1b").get(f"{AT}/recordings").text
    assert word_for("others", "recording") not in world.browser("g1").get(f"{AT}/recordings").text


def test_what_a_guest_could_suggest_names_only_people_they_met(world):
    """D73: every letter, wildcards, parts of addresses, other escalations, as guest, stranger and former guest."""
    gus = world.browser("g1")
    offered = set()
    for query in [*"abcdefghijklmnopqrstuvwxyz", "", "%", "_", "*", "@tidewater", "g3@", "CNRY", "<b>"]:
        for audience in ("shared", "internal"):
            answer = gus.get(f"{AT}/mentionable", params={"q": query, "audience": audience, "escalation": "GLOB-5Q2"})
            offered |= {one["name"] for one in answer.json()}
            assert query not in ("%", "_", "*", "@tidewater", "g3@", "CNRY", "<b>") or answer.json() == []
    assert offered == {"Gus Meyer", "Gil Reyes", "Ada Byron"}
    assert gus.get("/escalations/GLOB-5Q2/mentionable?q=e").status_code == 404
    assert world.browser("xg").get(f"{AT}/mentionable?q=g").status_code == 404
