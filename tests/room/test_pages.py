"""The escalation's own page, as each side meets it."""

from app.action_items.models import ActionItem


def test_our_people_read_the_vitals_and_guests_do_not(as_, outage):
    ours, theirs = as_("ben").get(outage.url).text, as_("gus").get(outage.url).text
    assert "Health" in ours and "Steady" in ours and outage.title in ours
    assert outage.title in theirs
    for word in ("Health", "Timeline", "Severity"):
        assert word not in theirs


def test_a_stranger_finds_nothing_under_an_escalations_address(as_, outage):
    answer = as_("eve").get(outage.url)
    assert answer.status_code == 404 and outage.title not in answer.text


def test_guests_read_the_four_answers(as_, session, people, outage):
    session.viewer = people["ben"].viewer
    session.add(
        ActionItem(escalation_id=outage.id, title="Send the list", owner_id=people["gus"].id, audience="shared")
    )
    session.add(ActionItem(escalation_id=outage.id, title="Check our logs", owner_id=people["ben"].id))
    session.commit()
    page = as_("gus").get(outage.url).text
    for question in (
        "Who owns this?",
        "What is being done now?",
        "When do I hear next?",
        "What do you need from me?",
    ):
        assert question in page
    assert "Ben Okafor" in page and "One thing" in page and "Send the list" in page
    assert "Check our logs" not in page
    assert "Nothing right now" in as_("gil").get(outage.url).text


def test_our_overview_names_what_is_next_and_who_reads(as_, outage):
    page = as_("ben").get(outage.url).text
    assert "Next update to Acme Logistics" in page and "2 people read here" in page and "Gil Reyes" in page


def test_closing_counts_what_is_open_even_what_one_cannot_see(as_, session, people, outage):
    session.add(ActionItem(escalation_id=outage.id, title="Check our logs", owner_id=people["ben"].id))
    session.commit()
    assert "1 action" in as_("ben").get(outage.url + "/closure").text
    closed = as_("ben").post(outage.url + "/closure")
    assert closed.status_code == 303
    assert "This is closed" in as_("gus").get(outage.url).text
    assert as_("ben").post(outage.url + "/closure").status_code == 403
    assert as_("ben").post(outage.url + "/closure/removal").status_code == 303
    assert "This is closed" not in as_("gus").get(outage.url).text


def test_guests_neither_close_nor_reopen(as_, outage):
    for path in ("/closure", "/closure/removal"):
        assert as_("gus").post(outage.url + path).status_code == 404
    assert as_("gus").get(outage.url + "/closure").status_code == 404
