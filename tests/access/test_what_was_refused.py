"""A page that refuses leaves nothing behind, however far its verb had come."""

from sqlmodel import select

from app.action_items import pages as action_pages
from app.action_items.models import ActionItem
from app.foundation.refusals import Refused

HOME = "/escalations/ACME-7K4"


def test_what_a_verb_wrote_before_it_refused_is_not_kept(as_, session, monkeypatch):
    add = action_pages.add_action

    def add_and_refuse(*given, **more):
        add(*given, **more)
        raise Refused("Not today.", "title")

    monkeypatch.setattr(action_pages, "add_action", add_and_refuse)
    answer = as_("ben").post(f"{HOME}/actions", data={"title": "Look into the import"})
    assert answer.status_code == 422 and "Not today." in answer.text and "Look into the import" in answer.text
    assert session.exec(select(ActionItem)).all() == []
    session.rollback()
    monkeypatch.undo()
    assert as_("ben").post(f"{HOME}/actions", data={"title": "Look into the import"}).status_code == 303
    assert [row.title for row in session.exec(select(ActionItem))] == ["Look into the import"]


def test_the_file_that_came_with_refused_words_is_kept(as_):
    sent = {"files": ("log.txt", b"03:15 the import stops", "text/plain")}
    page = as_("ben").post(f"{HOME}/discussion", data={"title": "", "text": "Here is the log"}, files=sent)
    assert page.status_code == 422 and 'name="kept"' in page.text
    kept = page.text.partition('name="kept" value="')[2].partition('"')[0]
    given = {"title": "The log", "text": "Here is the log", "kept": kept}
    assert as_("ben").post(f"{HOME}/discussion", data=given).status_code == 303
