"""In which order our own people find things."""

from app.search import finding, looking_up
from app.search.finding import find
from app.search.looking_up import Sorting
from app.search.words import parse
from tests.conftest import ON_POSTGRES


def test_the_best_match_comes_first_for_staff_and_the_newest_when_they_ask(finds, message, concern, outage):
    concern(outage, "certificate expired")
    message(outage, "among many other words somebody said something of a certificate " + "and more " * 40)
    assert "certificate expired" in finds("ben", "certificate")[0]
    assert "certificate expired" in finds("ben", "certificate", sorting=Sorting.newest)[1]


def test_of_a_word_found_too_often_the_newest_are_weighed_by_their_texts_and_the_others_follow_by_time(
    looking_as, finds, message, concern, outage, monkeypatch
):
    concern(outage, "certificate, the oldest of all")
    for number in range(3):
        message(outage, f"said of a certificate {number} " + "and more " * 40)
    concern(outage, "certificate expired")
    message(outage, "certificate, certificate and again certificate")
    message(outage, "the newest words on a certificate, which are many more than the others have " + "and more " * 40)
    weighed = finds("ben", "certificate")
    monkeypatch.setattr(looking_up, "MOST", 7)
    if not ON_POSTGRES:  # there a text is always weighed by itself
        assert finds("ben", "certificate") == weighed  # as the database would, against all
        monkeypatch.setattr(looking_up, "WEIGHED", 3)
        found = finds("ben", "certificate")
        assert found[:3] == [one for one in weighed if one in found[:3]]
        assert found[3:] == [one for one in finds("ben", "certificate", sorting=Sorting.newest) if one in found[3:]]
    monkeypatch.setattr(finding, "PAGE", 2)
    seen, place = [], None
    for _ in range(4):
        findings = find(looking_as("ben"), parse("certificate"), after=place)
        seen += [one.url for one in findings.found]
        place = findings.older
    assert len(seen) == len(set(seen)) == 7
