"""What a sign-in that is over takes along: nothing that was typed. And a wrong clock makes none last longer."""

import pytest
from sqlmodel import select

from app.access.session import as_system
from app.foundation.clock import set_clock
from app.people.models import SignIn
from app.sign_in.sessions import end_all_of

HOME = "/escalations/ACME-7K4"
WORDS = "A long answer that took me half an hour <b>to write</b>"


def end_for(engine, member):
    with as_system(engine) as session:
        end_all_of(session, member.id)
        session.commit()


@pytest.mark.parametrize("given", [{}, {"files": {"files": ("log.txt", b"a line")}}], ids=["plain", "with_a_file"])
def test_whoever_was_signed_out_meanwhile_gets_back_what_they_typed(as_, engine, people, given):
    browser = as_("gus")
    assert browser.get(HOME).status_code == 200
    end_for(engine, people["gus"])
    answer = browser.post(f"{HOME}/concerns", data={"words": WORDS, "password": "hunter2"}, **given)
    assert answer.status_code == 401 and "It was not stored. Copy it before you leave this page." in answer.text
    assert "half an hour &lt;b&gt;to write" in answer.text and "hunter2" not in answer.text


def test_what_cannot_be_read_and_what_strangers_send_is_not_shown(as_, engine, people):
    browser = as_("gus")
    end_for(engine, people["gus"])
    broken = browser.post(f"{HOME}/concerns", content=b"x", headers={"content-type": "multipart/form-data; boundary=y"})
    assert broken.status_code == 401
    browser.cookies.clear()
    for cookie in ("", "made up"):
        browser.cookies.set("__Host-evenkeel", cookie, domain="evenkeel.test")
        answer = browser.post(f"{HOME}/concerns", data={"words": WORDS})
        assert answer.status_code == 401 and "half an hour" not in answer.text


@pytest.mark.parametrize(("nick", "ahead"), [("gus", "+13h"), ("gus", "+10d"), ("ben", "+8d"), ("ben", "+40d")])
def test_a_sign_in_from_when_the_clock_ran_ahead_is_not_good_until_then(as_, nick, ahead):
    set_clock(ahead)
    browser = as_(nick)
    assert browser.get(HOME).status_code == 200
    set_clock("")
    assert browser.get(HOME).status_code == 303


def test_a_clock_that_is_put_right_by_hours_signs_nobody_out_and_marks_are_made_anew(as_, session):
    browser = as_("gus")
    set_clock("+5h")
    assert browser.get(HOME).status_code == 200
    ahead = session.exec(select(SignIn.seen_at)).one()
    session.rollback()
    set_clock("")
    assert browser.get(HOME).status_code == 200
    assert session.exec(select(SignIn.seen_at)).one() < ahead
