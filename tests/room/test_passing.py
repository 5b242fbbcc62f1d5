"""What happens in passing is followed by open pages and told on no timeline."""

from sqlmodel import select

from app.timeline.models import TimelineEntry

ROOM = "/escalations/ACME-7K4"


def test_a_message_on_its_way_is_no_line_of_the_timeline(as_, session):
    typed = {"title": "Daily update", "text": "The fix runs tonight.", "audience": "shared"}
    assert as_("ben").post(f"{ROOM}/discussion", data=typed).status_code == 303
    assert "message_held" in session.exec(select(TimelineEntry.kind)).all()
    session.commit()
    for page in (ROOM, f"{ROOM}/timeline"):
        assert "to leave in a moment" not in as_("ben").get(page).text


def test_a_moment_inside_a_sentence_is_in_small_letters(as_):
    page = as_("ben").get(ROOM).text
    assert ">today " in page.partition("Opened ")[2].partition("</span>")[0]
