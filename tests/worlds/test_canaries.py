"""The oracle itself: a canary is found however it is dressed."""

import base64
import gzip
import quopri

import pytest

from tests.worlds.canaries import canaries_in

WORD = b"CNRY-note-0123abcd"


@pytest.mark.parametrize(
    "body",
    [
        b"<p>" + WORD + b"</p>",
        b"?q=CNRY%2Dnote%2D0123abcd",
        b"&#67;NRY-note-0123abcd",
        b"data: " + base64.b64encode(b"words and " + WORD),
        quopri.encodestring("é ".encode() + WORD),
        WORD.decode().encode("utf-16-le"),
        gzip.compress(b"a" * 100 + WORD, mtime=0),
    ],
)
def test_a_canary_is_found(body):
    assert canaries_in(body) == {"CNRY-note-0123abcd"}


def test_nothing_is_found_where_nothing_is():
    assert canaries_in(b"<p>a calm page</p>") == set()
