"""Personal tokens: made on one's profile, shown once, used, and taken back."""

import re
from datetime import timedelta

import pytest
from sqlmodel import select
from starlette.testclient import TestClient

from app.access.session import ViewerSession, as_system
from app.concerns.models import Concern
from app.foundation import clock
from app.foundation.clock import now
from app.foundation.refusals import NotAllowed, NotFound
from app.people.models import Account
from app.sign_in.joining import deactivate, reactivate
from app.sign_in.personal_tokens.listing import tokens_of
from app.sign_in.personal_tokens.making import make_token, revoke
from app.sign_in.personal_tokens.models import PersonalToken, Scope
from app.sign_in.tokens import hashed
from tests.api.conftest import V1

FORM = {"name": "Monitoring", "scope": "write", "days": "30"}


@pytest.fixture
def ask(site):
    """Answers with the status that a token gets."""
    with TestClient(site, base_url=V1) as client:
        yield lambda token, path="/me": client.get(path, headers={"authorization": f"Bearer {token}"}).status_code


def shown_in(page):
    return re.findall(r"<code>(evk_[\w-]{43})</code>", page)


def test_a_token_is_made_on_the_profile_shown_once_and_works(as_, ask, engine):
    ben = as_("ben")
    assert "/profile/tokens" in ben.get("/profile").text
    page = ben.post("/profile/tokens", data=FORM)
    [token] = shown_in(page.text)
    assert page.status_code == 200 and page.headers["cache-control"] == "no-store" and ask(token) == 200
    later = ben.get("/profile/tokens").text
    assert "Monitoring" in later and token not in later and token[:8] in later
    with as_system(engine) as session:
        kept = session.exec(select(PersonalToken)).one()
    assert kept.token_hash == hashed(token) and token not in repr(kept)
    assert timedelta(days=29) < kept.expires_at - now() < timedelta(days=31)


@pytest.mark.parametrize(
    "wrong", [{"name": ""}, {"days": "0"}, {"days": "366"}, {"days": "x"}, {"scope": "everything"}]
)
def test_a_mistake_comes_back_with_what_was_typed_and_makes_nothing(as_, engine, wrong):
    page = as_("ben").post("/profile/tokens", data={**FORM, **wrong})
    assert page.status_code == 422 and shown_in(page.text) == [] and "Not saved yet" in page.text
    with as_system(engine) as session:
        assert session.exec(select(PersonalToken)).all() == []


def test_nobody_has_more_tokens_than_they_can_look_after(as_):
    for _ in range(20):
        assert shown_in(as_("ben").post("/profile/tokens", data=FORM).text)
    assert "You have 20 tokens" in as_("ben").post("/profile/tokens", data=FORM).text


def test_a_guest_finds_no_tokens_and_makes_none(as_, engine, people):
    for nick in ("gus", "eve"):
        assert as_(nick).get("/profile/tokens").status_code == 404
        assert as_(nick).post("/profile/tokens", data=FORM).status_code == 404
        assert "/profile/tokens" not in as_(nick).get("/profile").text
        with ViewerSession(engine, people[nick].viewer) as session, pytest.raises(NotAllowed):
            make_token(session, "mine", Scope.read)


def test_a_token_ends_when_its_time_is_over(token, ask):
    short = token("ben", days=1)
    assert ask(short) == 200
    clock.set_clock("+25h")
    assert ask(short) == 401


def test_what_ended_does_nothing_and_is_answered_nothing_again(site, as_, token, engine):
    """Revoked and expired, with a key under which an answer is kept."""
    at, sent = "/escalations/ACME-7K4/concerns", {"json": {"words": "Once, and no more"}}
    revoked, expired = token("ben"), token("ben", days=1)
    with TestClient(site, base_url=V1) as client:
        asked = [
            {"headers": {"authorization": f"Bearer {one}", "idempotency-key": "same"}, **sent}
            for one in (revoked, expired)
        ]
        assert [client.post(at, **one).status_code for one in asked] == [201, 201], "a key belongs to its token"
        with as_system(engine) as session:
            token_id = session.exec(select(PersonalToken.id).where(PersonalToken.token_hash == hashed(revoked))).one()
        assert as_("ben").post(f"/profile/tokens/{token_id}/removal").status_code == 303
        clock.set_clock("+25h")
        for one in asked:
            answer = client.post(at, **one)
            assert answer.status_code == 401 and "Once" not in answer.text
    with as_system(engine) as session:
        assert len(session.exec(select(Concern)).all()) == 2


def test_a_revoked_token_is_refused_at_once(as_, token, ask, engine):
    kept, gone = token("ben"), token("ben")
    with as_system(engine) as session:
        token_id = session.exec(select(PersonalToken.id).where(PersonalToken.token_hash == hashed(gone))).one()
    assert as_("ben").post(f"/profile/tokens/{token_id}/removal").status_code == 303
    assert (ask(gone), ask(kept)) == (401, 200)


def test_one_revokes_ones_own_and_an_administrator_everybodys(as_, token, ask, engine, people):
    bens = token("ben")
    with as_system(engine) as session:
        token_id = session.exec(select(PersonalToken.id)).one()
    for nick in ("sue", "ada", "gus"):
        assert as_(nick).post(f"/profile/tokens/{token_id}/removal").status_code == 404
    at = f"/people/{people['ben'].id}/tokens"
    assert (as_("ada").get(at).status_code, as_("sue").get(at).status_code) == (404, 403)
    assert as_("ada").post(f"{at}/{token_id}/removal").status_code == 403
    assert as_("adm").post(f"/people/{people['sue'].id}/tokens/{token_id}/removal").status_code == 404
    assert ask(bens) == 200
    page = as_("adm").get(at).text
    assert "ben&#39;s program" in page and bens not in page
    assert as_("adm").post(f"{at}/{token_id}/removal").status_code == 303
    assert ask(bens) == 401


def test_the_verbs_themselves_ask_whose_it_is(engine, people, token):
    token("ben")
    with as_system(engine) as session:
        token_id = session.exec(select(PersonalToken.id)).one()
    for nick in ("sue", "gus"):
        with ViewerSession(engine, people[nick].viewer) as session:
            with pytest.raises(NotFound):
                revoke(session, token_id)
            with pytest.raises(NotFound):
                tokens_of(session, people["ben"].id)


def test_whoever_is_let_go_leaves_no_token_that_works(token, ask, engine, people):
    """D48: also not after they were let in again."""
    bens, sues = token("ben"), token("sue")
    for act, left in ((deactivate, 401), (reactivate, 401)):
        with as_system(engine) as session:
            act(session, session.get_one(Account, people["ben"].id))
            session.commit()
        assert (ask(bens), ask(sues)) == (left, 200)


def test_last_use_is_kept_to_the_minute(token, ask, engine):
    used = token("ben")

    def last():
        with as_system(engine) as session:
            return session.exec(select(PersonalToken.last_used_at)).one()

    assert last() is None
    ask(used)
    first = last()
    ask(used)
    assert first is not None and last() == first
    clock.set_clock("+2m")
    ask(used)
    assert last() - first >= timedelta(minutes=2)


def test_nobodys_session_reads_a_token(looking_as, token):
    token("ben")
    for nick in ("ben", "adm", "gus"):
        assert looking_as(nick).exec(select(PersonalToken)).all() == []


def test_the_program_is_told_whom_it_speaks_for(program):
    told = program("ben", Scope.read).get("/me").json()
    assert told["name"] == "Ben Okafor" and told["token"]["scope"] == "read"
