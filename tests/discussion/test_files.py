"""Files that go with messages: to whoever may see the message, each time anew."""

import re

import pytest
from sqlmodel import col, select

from app.discussion.models import RESTORABLE_FOR, HeldMessage
from app.foundation.clock import now
from app.foundation.storage import open_storage
from app.writing.attachments import sweep_files
from app.writing.models import Attachment
from tests.asked import do_removals
from tests.discussion.test_pages import place

PNG = b"\x89PNG\r\n\x1a\n" + b"0" * 40
HARMFUL = {
    "x.svg": b"<svg xmlns='http://www.w3.org/2000/svg' onload='alert(1)'/>",
    "x.html": b"<script>alert(1)</script>",
    "x.xml": b"<?xml version='1.0'?><?xml-stylesheet href='x.xsl'?><x/>",
    "x.png": b"<html><script>alert(1)</script>",
    "x.pdf": b"%PDF-1.7 /JavaScript",
    "x.js": b"alert(1)",
}


def send(as_, nick, topic, name="trace.log", content=b"what happened", **data):
    answer = as_(nick).post(
        f"{place(topic)}/messages", data={"text": "See file", **data}, files={"files": (name, content)}
    )
    assert answer.status_code == 303, answer.text
    return answer


def only_file(session):
    found = session.exec(select(Attachment).order_by(col(Attachment.added_at).desc())).first()
    session.commit()
    return found


def address(file):
    return f"/escalations/ACME-7K4/files/{file.id}"


def test_a_guests_file_is_handed_to_both_sides_and_to_no_stranger(as_, run, session):
    send(as_, "gus", run)
    url = address(only_file(session))
    for nick in ("gus", "gil", "ben"):
        answer = as_(nick).get(f"{url}/trace.log")
        assert answer.status_code == 200 and answer.content == b"what happened"
        assert answer.headers["content-disposition"].startswith('attachment; filename="trace.log"')
        assert answer.headers["content-type"] == "application/octet-stream"
        assert "sandbox" in answer.headers["content-security-policy"]
        assert answer.headers["x-content-type-options"] == "nosniff"
        assert "no-store" in answer.headers["cache-control"]
    for nick in ("eve", "gwen"):
        assert as_(nick).get(url).status_code == 404
    assert as_("").get(url).status_code in (303, 401)
    assert as_("gwen").get(url.replace("ACME-7K4", "ACME-2M9")).status_code == 404
    assert as_("ben").get(url.replace("ACME-7K4", "ACME-2M9")).status_code == 404


def test_an_internal_messages_file_does_not_exist_for_guests(as_, run, session):
    send(as_, "ben", run, "secret.log", audience="internal", text="")
    url = address(only_file(session))
    assert as_("ada").get(url).status_code == 200
    assert as_("gus").get(url).status_code == 404 and "secret.log" not in as_("gus").get(place(run)).text


def test_a_held_messages_file_leaves_with_it(as_, talk, run, session, later):
    send(as_, "ben", run, audience="shared")
    url = address(only_file(session))
    assert as_("ada").get(url).status_code == 200 and as_("gus").get(url).status_code == 404
    later("+16s")
    talk.release()
    assert as_("gus").get(url).status_code == 200 and "trace.log" in as_("gus").get(place(run)).text


def test_a_file_taken_back_waits_in_the_composer_and_goes_with_the_next_message(as_, talk, run, session, later):
    send(as_, "ben", run, audience="shared")
    url, held = address(only_file(session)), session.exec(select(HeldMessage)).one()
    session.commit()
    page = as_("ben").post(f"{place(run)}/held/{held.id}/taking-back").text
    assert as_("ada").get(url).status_code == 404
    [kept] = re.findall(r'name="kept" value="(\w+)" checked', page)
    as_("gus").post(f"{place(run)}/messages", data={"text": "Give me that", "kept": kept})
    assert as_("gus").get(url).status_code == 404
    as_("ben").post(f"{place(run)}/messages", data={"text": "Better words", "kept": kept, "audience": "shared"})
    later("+16s")
    talk.release()
    assert as_("gus").get(url).content == b"what happened"


def test_a_deleted_messages_files_are_gone_and_so_are_their_bytes(as_, run, session, settings, engine):
    send(as_, "gus", run)
    file = only_file(session)
    as_("gus").post(f"{place(run)}/messages/{file.owner_id}/removal")
    for nick in ("gus", "ben", "ada"):
        assert as_(nick).get(address(file)).status_code == 404
    storage = open_storage(settings.storage_url, settings.data_dir)
    assert sweep_files(session, now()) == 0 and storage.exists(file.storage_key)  # it can still be taken back
    assert sweep_files(session, now() + RESTORABLE_FOR) == 1
    session.commit()
    do_removals(engine, settings)
    assert not storage.exists(file.storage_key) and session.exec(select(Attachment)).all() == []


def test_a_picture_is_shown_in_the_page(as_, run, session):
    send(as_, "gus", run, "shot.txt", PNG)
    answer = as_("ben").get(address(only_file(session)))
    assert answer.headers["content-type"] == "image/png"
    assert answer.headers["content-disposition"].startswith("inline;")


@pytest.mark.parametrize("name", HARMFUL)
def test_what_could_run_is_only_ever_saved(as_, run, session, name):
    send(as_, "gus", run, name, HARMFUL[name])
    answer = as_("ben").get(address(only_file(session)))
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment;")
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'"


def test_a_file_whose_bytes_are_missing_is_not_there(as_, run, session, settings):
    send(as_, "gus", run)
    file = only_file(session)
    open_storage(settings.storage_url, settings.data_dir).delete(file.storage_key)
    assert as_("gus").get(address(file)).status_code == 404
