"""The parts of pages that are kept: the same for the same arguments, and for no others."""

from datetime import datetime
from types import SimpleNamespace

from markupsafe import Markup

from app.foundation.clock import set_clock
from app.foundation.rendering import templates

AT = datetime.fromisoformat("2026-11-26T22:30:00+00:00")


def shown(source: str, **context: object) -> str:
    return templates.from_string(source).render(context)


def test_words_that_are_html_never_stand_for_the_same_words_that_are_not():
    badge = templates.globals["badge"]
    assert "<b>late</b>" in badge(Markup("<b>late</b>"))
    assert "<b>" not in badge("<b>late</b>") and "&lt;b&gt;" in badge("<b>late</b>")
    assert "<b>late</b>" in badge(Markup("<b>late</b>"))


def test_a_moment_is_said_in_each_reader_s_own_zone():
    set_clock("2026-11-26T23:00Z")
    for zone, words in (("UTC", "Today 22:30"), ("Europe/Berlin", "Thu 26 Nov 23:30"), ("UTC", "Today 22:30")):
        assert words in shown("{{ when(at) }}", at=AT, page=SimpleNamespace(zone=zone)), zone


def test_today_is_said_on_one_day():
    page = SimpleNamespace(zone="UTC")
    for moment, words in (("2026-11-26T23:59Z", "Today 22:30"), ("2026-11-27T00:01Z", "Thu 26 Nov 22:30")):
        set_clock(moment)
        assert words in shown("{{ when(at) }}", at=AT, page=page)


def test_what_is_left_is_never_kept():
    page = SimpleNamespace(zone="UTC")
    for moment, words in (("2026-11-26T20:30Z", "in 2 h"), ("2026-11-26T21:30Z", "in 1 h")):
        set_clock(moment)
        assert words in shown("{{ due(at) }}", at=AT, page=page)
