"""Getting in and out, and how little a stranger learns from trying."""

import asyncio

import httpx2
import pytest
from sqlmodel import select

from app.access import allowance
from app.foundation.refusals import Refused
from app.operating.administration import new_link_for
from app.outbox.models import Letter
from app.people.models import LinkPurpose, OneTimeLink, SignIn
from app.sign_in.links import find, link_address, send_link, use
from app.sign_in.passwords import set_password
from tests.cast import PASSWORD
from tests.conftest import FROM_OUR_PAGE, SITE
from tests.loops import run_apart


@pytest.fixture
def ben_signs_in(session, people):
    """Ben with a password."""
    set_password(session, people["ben"].id, PASSWORD)
    session.commit()
    return {"email": people["ben"].email, "password": PASSWORD}


def test_a_colleague_signs_in_and_lands_where_they_wanted(as_, ben_signs_in, outage):
    asked = as_("").get(outage.url)
    assert asked.headers["location"] == f"/sign-in?next={outage.url}"
    entered = as_("").post("/sign-in", data={**ben_signs_in, "next": outage.url})
    assert entered.headers["location"] == outage.url
    assert as_("").get(outage.url).status_code == 200


@pytest.mark.parametrize(
    "next_path", ["//evil.example", "https://evil.example", "/\\evil.example", "javascript:alert(1)"]
)
def test_next_never_leads_elsewhere(as_, ben_signs_in, next_path):
    assert as_("").post("/sign-in", data={**ben_signs_in, "next": next_path}).headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_address_read_the_same(as_, ben_signs_in):
    wrong = as_("").post("/sign-in", data={**ben_signs_in, "password": "something else"})
    unknown = as_("").post("/sign-in", data={"email": "who@nowhere.example", "password": "something else"})
    assert wrong.status_code == unknown.status_code == 422
    assert wrong.text.replace(ben_signs_in["email"], "x") == unknown.text.replace("who@nowhere.example", "x")
    assert "something else" not in wrong.text


def test_known_and_unknown_addresses_get_the_same_answer_byte_for_byte(as_, ask, people):
    known = as_("").post("/sign-in/link", data={"email": people["gus"].email})
    unknown = as_("").post("/sign-in/link", data={"email": "who@acme.example"})
    assert (known.status_code, known.text.replace(people["gus"].email, "x")) == (
        unknown.status_code,
        unknown.text.replace("who@acme.example", "x"),
    )
    assert set(known.headers) - {"set-cookie"} == set(unknown.headers) - {"set-cookie"}
    letters = ask(select(Letter.recipient_id).where(Letter.kind == "sign_in"))
    assert letters == [people["gus"].id]


def test_a_forgotten_password_answers_everybody_alike(as_, ask, people):
    known = as_("").post("/forgotten-password", data={"email": people["ben"].email})
    unknown = as_("").post("/forgotten-password", data={"email": "who@tidewater.example"})
    guest = as_("").post("/forgotten-password", data={"email": people["gus"].email})
    bodies = {
        known.text.replace(people["ben"].email, "x"),
        unknown.text.replace("who@tidewater.example", "x"),
        guest.text.replace(people["gus"].email, "x"),
    }
    assert len(bodies) == 1
    assert ask(select(Letter.recipient_id).where(Letter.kind == "password_reset")) == [people["ben"].id]


def test_too_many_tries_are_slowed_down_even_with_the_right_password(as_, ben_signs_in):
    for _ in range(allowance.SIGN_IN.times):
        as_("").post("/sign-in", data={**ben_signs_in, "password": "guess"})
    answer = as_("").post("/sign-in", data=ben_signs_in)
    assert answer.status_code == 422 and "too often" in answer.text


def test_too_many_letters_are_not_written(as_, ask, people):
    for _ in range(allowance.LINK_TO.times + 3):
        as_("").post("/sign-in/link", data={"email": people["gus"].email})
    assert len(ask(select(Letter.id).where(Letter.kind == "sign_in"))) == allowance.LINK_TO.times


def test_signing_out_kills_the_cookie(as_, ask, ben_signs_in):
    browser = as_("")
    browser.post("/sign-in", data=ben_signs_in)
    kept = dict(browser.cookies)
    assert browser.get("/profile").status_code == 200
    assert browser.post("/sign-out").status_code == 303
    for name, value in kept.items():
        browser.cookies.set(name, value, domain="evenkeel.test")
    assert browser.get("/profile").status_code == 303
    assert all(ended is not None for ended in ask(select(SignIn.ended_at)))


def test_a_sign_in_link_works_in_the_browser_that_asked_without_the_mailbox(as_, ask, people, settings):
    as_("").post("/sign-in/link", data={"email": people["gus"].email})
    (letter_id,) = ask(select(Letter.id).where(Letter.kind == "sign_in"))
    path = link_address("", settings.secret, letter_id)
    assert "mailbox" not in as_("").get(path).text
    assert as_("").post(path).status_code == 303
    assert "Gus Meyer" in as_("").get("/profile").text


def test_a_new_password_ends_every_other_browser(as_, session, people, settings):
    assert as_("ben").get("/profile").status_code == 200
    letter = send_link(session, settings.secret, people["ben"].id, LinkPurpose.password_reset)
    session.commit()
    path = link_address("", settings.secret, letter.id)
    short = as_("").post(path, data={"mailbox": people["ben"].email, "password": "short"})
    assert short.status_code == 422 and "10 to 200" in short.text
    done = as_("").post(path, data={"mailbox": people["ben"].email, "password": PASSWORD})
    assert done.status_code == 303
    assert as_("ben").get("/profile").status_code == 303


def test_one_of_many_simultaneous_posts_gets_in(site, ask, session, people, settings):
    letter = send_link(session, settings.secret, people["gus"].id, LinkPurpose.sign_in)
    session.commit()
    path = link_address("", settings.secret, letter.id)

    async def post_all() -> list[int]:
        transport = httpx2.ASGITransport(app=site)
        async with httpx2.AsyncClient(transport=transport, base_url=SITE, headers=FROM_OUR_PAGE) as browser:
            posts = [browser.post(path, data={"mailbox": people["gus"].email}) for _ in range(8)]
            return [answer.status_code for answer in await asyncio.gather(*posts)]

    assert sorted(run_apart(post_all())).count(303) == 1
    assert len(ask(select(SignIn).where(SignIn.person_id == people["gus"].id))) == 1


def test_a_link_of_somebody_who_was_let_go_opens_nothing(as_, session, people, settings):
    letter = send_link(session, settings.secret, people["sue"].id, LinkPurpose.joining)
    session.commit()
    as_("adm").post(f"/people/{people['sue'].id}/deactivation")
    path = link_address("", settings.secret, letter.id)
    answer = as_("").post(path, data={"mailbox": people["sue"].email, "password": PASSWORD})
    assert answer.status_code in (410, 422)
    assert as_("").get("/profile").status_code == 303


def test_a_token_is_stored_as_a_hash_alone(session, people, settings):
    letter = send_link(session, settings.secret, people["gus"].id, LinkPurpose.sign_in)
    token = link_address("", settings.secret, letter.id).removeprefix("/link/")
    assert session.get(OneTimeLink, token) is None
    link = find(session, token)
    assert (
        link is not None and use(session, link, mailbox=people["gus"].email, same_browser=False).id == people["gus"].id
    )
    assert find(session, token) is None


def test_without_mail_the_pages_promise_none_and_name_the_way_out(as_, people, engine, settings):
    asked = as_("").post("/forgotten-password", data={"email": people["ben"].email}).text
    before = as_("").get("/forgotten-password").text
    for page in (asked, before):
        assert "evenkeel user link ADDRESS" in page and "mailbox" not in page and "We send" not in page
    assert "We send" not in as_("").get("/sign-in").text
    said = new_link_for(settings, engine, people["ben"].email.upper())
    link = said.rsplit("\n", 1)[1].removeprefix(settings.site)
    assert "Choose a password" in as_("").get(link).text
    with pytest.raises(Refused):
        new_link_for(settings, engine, people["gus"].email)
