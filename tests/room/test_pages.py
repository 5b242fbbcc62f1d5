"""The escalation's own page, as each side meets it."""


def test_our_people_read_the_vitals_and_guests_do_not(as_, outage):
    ours, theirs = as_("ben").get(outage.url).text, as_("gus").get(outage.url).text
    assert "Health" in ours and "Steady" in ours and outage.title in ours
    assert outage.title in theirs
    for word in ("Health", "Timeline", "Severity"):
        assert word not in theirs


def test_a_stranger_finds_nothing_under_an_escalations_address(as_, outage):
    answer = as_("eve").get(outage.url)
    assert answer.status_code == 404 and outage.title not in answer.text
