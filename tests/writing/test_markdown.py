"""Words become HTML that can do nothing."""

import time
from html.parser import HTMLParser
from urllib.parse import urlsplit

import pytest

from app.writing.markdown import BLOCKS, LONGEST, REL, TABLES, WORDS, _render, excerpt, handles_in, render
from tests.writing.harm import SCRIPTS, SLOW

ALLOWED = {"a": {"href", "title", "rel"}, "ol": {"start"}}


class Looking(HTMLParser):
    """Notes every tag and attribute that should not be there, as a browser would read the HTML."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        if tag not in WORDS | BLOCKS | TABLES:
            self.wrong.append(tag)
        for name, value in attrs:
            if name not in ALLOWED.get(tag, set()):
                self.wrong.append(f"{tag} {name}")
            if name == "href" and urlsplit(value or "").scheme not in ("", "http", "https", "mailto"):
                self.wrong.append(f"{tag} {value}")

    def handle_comment(self, data: str) -> None:
        self.wrong.append("comment")


def seen_in(html: str) -> Looking:
    looking = Looking()
    looking.feed(html)
    looking.close()
    return looking


@pytest.mark.parametrize("text", SCRIPTS)
def test_nothing_that_could_run_or_fetch_survives(text):
    assert seen_in(render(text)).wrong == []
    assert seen_in(render(f"before {text} after\n\n> {text}\n")).wrong == []


def test_the_check_itself_finds_harm():
    assert seen_in('<p onclick=x><img src=x><a href="javascript:x">y</a><!-- z -->').wrong == [
        "p onclick",
        "img",
        "img src",
        "a javascript:x",
        "comment",
    ]


@pytest.mark.parametrize("text", SLOW)
def test_a_text_made_to_be_slow_is_shown_all_the_same(text):
    began = time.process_time()
    html = _render(text[: LONGEST + 10])
    assert seen_in(html).wrong == [] and len(html) >= 30
    assert time.process_time() - began < 5  # a runaway parser takes minutes; this is no measure of speed


def test_a_very_long_text_is_shown_as_it_was_typed():
    html = render("**a**\n<b>" + "x" * LONGEST)
    assert html.startswith("<p>**a**<br>&lt;b&gt;")


def test_usual_marks_work():
    html = render("**b** *i* ~~s~~ `c`\nnext\n\n- one\n\n1. two\n\n> said\n\n| a |\n|---|\n| b |")
    for part in (
        "<strong>b</strong>",
        "<em>i</em>",
        "<s>s</s>",
        "<code>c</code><br>",
        "<ul>",
        "<ol>",
        "<blockquote>",
        "<td>b</td>",
    ):
        assert part in html


def test_addresses_become_links_that_say_nothing_to_where_they_lead():
    html = render("See https://a.example/x?y=1, and [this](https://b.example).")
    assert f'<a href="https://a.example/x?y=1" rel="{REL}">https://a.example/x?y=1</a>, and' in html
    assert f'<a href="https://b.example" rel="{REL}">this</a>' in html


def test_a_picture_from_elsewhere_becomes_a_link():
    html = render("![our chart](https://elsewhere.example/chart.png)")
    assert "<img" not in html and f'<a href="https://elsewhere.example/chart.png" rel="{REL}">our chart</a>' in html


def test_a_handle_looks_the_same_whether_it_exists_or_not():
    assert (
        render("@ada.byron")
        == render("@nobody.here").replace("nobody.here", "ada.byron")
        == "<p><b>@ada.byron</b></p>\n"
    )


def test_handles_are_found_in_words_and_not_in_code_addresses_or_mail():
    text = "@Ada.Byron and **@ben.okafor**, `@in.code`\n\n    @in.block\n\nme@mail.example https://x.example/@there [@in](x)"
    assert handles_in(text) == {"ada.byron", "ben.okafor"}
    assert handles_in("@" * 50_000 + "[" * 10_000) == set()


def test_an_excerpt_is_short_and_plain():
    assert excerpt("**Bold** and `code`\n\n- a list") == "Bold and code a list"
    assert len(excerpt("word " * 100)) <= 80
