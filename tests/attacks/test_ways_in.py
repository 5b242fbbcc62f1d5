"""Sessions, one-time links and what a stranger learns by asking for them."""

import pytest
from sqlmodel import col, select

from app.access.allowance import LINK_TO, SIGN_IN_FROM, spend
from app.access.session import as_system
from app.discussion.models import Topic
from app.escalations.models import Escalation
from app.escalations.participants.inviting import Invitee, invite, revoke
from app.foundation import clock
from app.outbox.models import Letter
from app.people.models import Account, LinkPurpose, Password, SignIn
from app.sign_in.links import link_address, send_link
from app.sign_in.sessions import cookie_name
from tests.attacks.addresses import HERE
from tests.attacks.state import changed, state_of

AT = f"/escalations/{HERE}"


@pytest.fixture
def link_for(world):
    def send(nick, purpose=LinkPurpose.invitation, escalation="E1"):
        with as_system(world.engine) as session:
            letter = send_link(
                session,
                world.settings.secret,
                world.people[nick],
                purpose,
                escalation_id=world.ids[escalation] if escalation else None,
                next_path=AT,
            )
            session.commit()
            return link_address("", world.settings.secret, letter.id)

    return send


def body_of(answer):
    return answer.status_code, answer.text.replace(answer.headers["x-request-id"], "")


def who_is(browser):
    answer = browser.get("/profile")
    return answer.text if answer.status_code == 200 else ""


def test_scanners_that_open_a_link_use_nothing_up_and_get_nothing(world, link_for):
    """D42: HEAD and GET from anywhere, as often as they like, and every address on the page; the person afterwards."""
    path = link_for("g1")
    scanner = world.nobody()
    before = state_of(world.engine)
    for agent in ("", "HeadlessChrome/120", "BarracudaScanner", "curl/8"):
        for method in ("GET", "HEAD", "OPTIONS"):
            answer = scanner.request(method, path, headers={"user-agent": agent})
            assert answer.status_code in (200, 404) and "set-cookie" not in answer.headers
    page = scanner.get(path).text
    assert all(word not in page for word in ("Nightly import", "Acme", "Gus", "g1@", HERE))
    assert changed(before, state_of(world.engine)) == set()
    clock.set_clock("2026-03-05T09:10+00:00")
    assert world.nobody().post(path, data={"mailbox": "g1@acme.example"}).status_code == 303


def test_links_that_are_over_look_like_links_that_never_were(world, link_for):
    """D43, D51: used, replaced, run out, taken back, invented; looked at and posted."""
    replaced = link_for("g1")
    used = link_for("g1")
    assert world.nobody().post(used, data={"mailbox": "g1@acme.example"}).status_code == 303
    run_out = link_for("g1b", LinkPurpose.sign_in, None)
    revoked = link_for("g1b")
    with as_system(world.engine) as session:
        revoke(session, session.get_one(Escalation, world.ids["E1"]), world.people["g1b"])
        session.commit()
    clock.set_clock("2026-03-05T09:20+00:00")
    never = link_address("", world.settings.secret, "0123456789abcdef")
    browser = world.nobody()
    for act in (browser.get, lambda path: browser.post(path, data={"mailbox": "g1@acme.example"})):
        answers = {
            body_of(act(path)) for path in (replaced, used, run_out, revoked, never, "/link/x", "/link/" + "a" * 900)
        }
        assert len(answers) == 1
        assert answers.pop()[0] == 410


def test_whoever_is_signed_in_already_needs_the_mailbox_too(world, link_for):
    """D45: a guest of another customer, a colleague and the same mailbox at another customer open Gus's invitation."""
    for nick in ("g3", "s9", "gm"):
        path, browser = link_for("g1"), world.browser(nick)
        before = who_is(browser)
        wrong = world.email(nick) if nick != "gm" else "gil@acme.example"
        assert browser.post(path, data={"mailbox": wrong}).status_code == 422
        assert browser.post(path).status_code == 422
        assert who_is(browser) == before and browser.get(AT).status_code in (200 if nick == "s9" else 404,)


def test_entering_makes_a_new_session_and_ends_the_one_before(world, link_for):
    """D46, D45: a cookie set beforehand is worth nothing, and rights of two people never add up."""
    browser, name = world.nobody(), cookie_name(world.settings)
    preset = "a-token-chosen-by-somebody-else-00000000000"
    browser.cookies.set(name, preset, domain="evenkeel.test")
    assert browser.post(link_for("g3", escalation="E3"), data={"mailbox": world.email("g3")}).status_code == 303
    first = browser.cookies.get(name)
    assert browser.post(link_for("g1"), data={"mailbox": world.email("g1")}).status_code == 303
    second = browser.cookies.get(name)
    assert len({preset, first, second}) == 3
    assert browser.get(AT).status_code == 200 and browser.get("/escalations/GLOB-5Q2").status_code == 404
    replay = world.nobody()
    for dead in (preset, first):
        replay.cookies.set(name, dead, domain="evenkeel.test")
        assert replay.get("/profile").status_code == 303


def test_a_session_ends_everywhere_with_the_right_it_stood_for(world):
    """D47, D48, D15: the very next request after a revocation, a deactivation and an end of taking part."""
    xan, gil, nils = world.browser("xg"), world.browser("g1b"), world.browser("s9")
    assert gil.get(AT).status_code == 200 and nils.get("/escalations").status_code == 200
    ada, adm = world.browser("s1"), world.browser("adm")
    assert ada.post(f"{AT}/guests/{world.people['g1b']}/removal").status_code == 303
    assert adm.post(f"/people/{world.people['s9']}/deactivation").status_code == 303
    ids = world.sets["own"]
    for path in (
        "",
        "/people",
        "/timeline",
        f"/files/{ids['file_id']}",
        f"/recordings/{ids['recording_id']}/media",
        "/live",
    ):
        for gone in (gil, nils, xan):
            answer = gone.get(AT + path)
            assert answer.status_code == 404 or answer.headers["location"].startswith("/sign-in"), path
    assert gil.post(f"{AT}/discussion/{ids['topic_id']}/messages", data={"text": "Still here"}).status_code in (
        401,
        404,
    )


def test_a_colleague_taken_off_a_restricted_escalation_is_outside_at_once(as_, people, hidden):
    """D15: title, people, timeline, everything."""
    assert as_("ada").post(f"{hidden.url}/people", data={"person_id": people["ben"].id}).status_code == 303
    assert as_("ben").get(hidden.url).status_code == 200
    assert as_("ada").post(f"{hidden.url}/people/{people['ben'].id}/removal").status_code == 303
    for path in ("", "/people", "/timeline", "/vitals", "/concerns", "/live"):
        assert as_("ben").get(hidden.url + path).status_code == 404
    assert "Restricted matter" not in as_("ben").get("/escalations").text


def test_a_former_guest_who_is_invited_elsewhere_brings_nothing_along(world):
    """D50: inbox, start page, search, suggestions of the escalation they left."""
    with as_system(world.engine) as session:
        e2 = session.get_one(Escalation, world.ids["E2"])
        email = session.get_one(Account, world.people["xg"]).email
        assert invite(session, world.settings.secret, e2, Invitee("Xan Former", email)).id == world.people["xg"]
        session.commit()
    xan = world.browser("xg")
    assert xan.get("/escalations/ACME-2M9").status_code == 200
    for page in (
        "/",
        "/inbox",
        "/search?q=import",
        "/meetings",
        "/escalations/ACME-2M9/mentionable?q=g&audience=shared",
    ):
        answer = xan.get(page)
        assert HERE not in answer.text and "Nightly import" not in answer.text and "Gil" not in answer.text, page
    assert xan.get(AT).status_code == 404


def test_a_token_opens_only_what_it_was_made_for(world, link_for):
    """D51, D27: an invitation's token as a cookie, for a password, and to a place it does not lead to."""
    path = link_for("g1")
    token, browser = path.removeprefix("/link/"), world.nobody()
    browser.cookies.set(cookie_name(world.settings), token, domain="evenkeel.test")
    assert browser.get("/profile").status_code == 303
    assert browser.get(AT, headers={"authorization": f"Bearer {token}"}).status_code == 303
    assert browser.get(f"{AT}?token={token}").status_code == 303
    answer = browser.post(
        path, data={"mailbox": world.email("g1"), "password": "a password of my own", "next": "//evil.example"}
    )
    assert answer.headers["location"] == AT
    with as_system(world.engine) as session:
        assert session.get(Password, world.people["g1"]) is None
    assert browser.get("/escalations/GLOB-5Q2").status_code == 404


def test_forwarded_addresses_do_not_multiply_tries(world):
    """D52: whoever claims to come from five hundred places has the tries of one."""
    with as_system(world.engine) as session:
        for _ in range(SIGN_IN_FROM.times):
            assert spend(session, world.settings.secret, SIGN_IN_FROM, "testclient")
        session.commit()
    for number in (1, 2):
        headers = {
            "x-forwarded-for": f"10.0.{number}.1",
            "x-real-ip": f"10.1.{number}.1",
            "forwarded": f"for=10.2.{number}.1",
        }
        answer = world.nobody().post("/sign-in", data={"email": "who@x.example", "password": "guess"}, headers=headers)
        assert answer.status_code == 422 and "too often" in answer.text


def test_guesses_at_tokens_meet_the_same_closed_door(world):
    """D52: no guess changes the answer or the database, and none of them is an error."""
    browser = world.nobody()
    before = state_of(world.engine)
    answers = {
        body_of(browser.post(f"/link/{number:064x}", data={"mailbox": "g1@acme.example"})) for number in range(40)
    }
    assert len(answers) == 1 and changed(before, state_of(world.engine)) == set()


ASKING = {
    "known": "g1@acme.example",
    "unknown": "nobody@acme.example",
    "former": "xg@acme.example",
    "colleague": "s1@tidewater.example",
    "other customer": "g3@globex.example",
    "two people": "g1@acme.example,evil@evil.example",
    "no address": "not an address",
    "long": "a" * 240 + "@x.example",
}


@pytest.mark.parametrize("path", ["/sign-in/link", "/forgotten-password"])
def test_asking_for_a_link_answers_everybody_alike(world, path):
    """D53: known, unknown, revoked, colleague, malformed and too often; the mail server is not asked."""
    answers = set()
    for email in [*ASKING.values(), *[ASKING["known"]] * (LINK_TO.times + 2)]:
        answer = world.nobody().post(path, data={"email": email})
        answers.add((answer.status_code, body_of(answer)[1].replace(email, "ADDRESS")))
    assert len(answers) == 1


LISTS = [
    "{},evil@evil.example",
    "{};evil@evil.example",
    "{} evil@evil.example",
    "{}\nevil@evil.example",
    "{}\r\nBcc: evil@evil.example",
]
LISTS += [
    "Evil <evil@evil.example>, {}",
    '"{}" <evil@evil.example>',
    "{}%0aevil@evil.example",
    "{}\x00evil@evil.example",
]


@pytest.mark.parametrize("path", ["/sign-in/link", "/forgotten-password"])
def test_a_list_of_addresses_gets_no_letter(world, path):
    """D54: separated by anything, wrapped in names, given twice."""
    owner = "g1@acme.example" if path == "/sign-in/link" else "s1@tidewater.example"
    with as_system(world.engine) as session:
        before = set(session.exec(select(Letter.id)))
    for pattern in LISTS:
        world.nobody().post(path, data={"email": pattern.format(owner)})
    world.nobody().post(path, data={"email": [owner, "evil@evil.example"]})
    world.nobody().post(path, data={"email": owner, "email[]": "evil@evil.example"})
    with as_system(world.engine) as session:
        written = session.exec(select(Letter).where(col(Letter.id).not_in(before))).all()
        addresses = [session.get_one(Account, letter.recipient_id).email for letter in written]
    assert set(addresses) <= {owner} and len(addresses) <= 2


def test_a_link_leads_to_our_own_address_whatever_the_request_called_us(world):
    """D44: the host is refused or ignored, and never gets into a letter."""
    for headers in ({"host": "evil.example"}, {"host": "evenkeel.test:443@evil.example"}):
        assert (
            world.nobody().post("/sign-in/link", data={"email": "g1@acme.example"}, headers=headers).status_code == 400
        )
    headers = {"x-forwarded-host": "evil.example", "forwarded": "host=evil.example", "x-original-host": "evil.example"}
    answer = world.nobody().post("/sign-in/link", data={"email": "g1@acme.example"}, headers=headers)
    assert answer.status_code == 200 and "evil" not in str(answer.headers)
    with as_system(world.engine) as session:
        letter = session.exec(
            select(Letter).where(Letter.kind == "sign_in").order_by(col(Letter.created_at).desc())
        ).first()
        assert letter and "evil" not in letter.about
        assert session.exec(select(SignIn).where(SignIn.person_id == world.people["xg"])).all() == []
        assert session.exec(select(Topic.id)).first()
