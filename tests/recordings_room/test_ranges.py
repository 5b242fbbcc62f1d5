"""Seeking: pieces of a recording, and what a browser is told about them."""

import pytest

from app.recordings.playback.ranges import CannotBeGiven, Piece, piece_of

ROOM = "/escalations/ACME-7K4/recordings"


@pytest.mark.parametrize(
    ("asked", "piece"),
    [
        (None, Piece(0, 100, False)),
        ("bytes=0-", Piece(0, 100, True)),
        ("bytes=10-19", Piece(10, 10, True)),
        ("bytes=90-500", Piece(90, 10, True)),
        ("bytes=-10", Piece(90, 10, True)),
        ("bytes=-500", Piece(0, 100, True)),
        ("bytes=20-10", Piece(0, 100, False)),
        ("bytes=-", Piece(0, 100, False)),
        ("bytes=0-1,5-6", Piece(0, 100, False)),
        ("lines=0-1", Piece(0, 100, False)),
    ],
)
def test_a_range_is_read_as_the_standard_wants_it(asked, piece):
    assert piece_of(asked, 100) == piece


@pytest.mark.parametrize("asked", ["bytes=100-", "bytes=500-600", "bytes=-0"])
def test_what_lies_outside_cannot_be_given(asked):
    with pytest.raises(CannotBeGiven):
        piece_of(asked, 100)


def test_a_list_of_thousands_of_ranges_is_answered_with_the_whole():
    assert piece_of("bytes=" + ",".join(f"{at}-" for at in range(50_000)), 10**9) == Piece(0, 10**9, False)


def test_a_player_seeks(as_, recorded, jfk):
    ben, place, data = as_("ben"), f"{ROOM}/{recorded('Call').id}/media", jfk.read_bytes()
    part = ben.get(place, headers={"range": "bytes=1000-1999"})
    assert part.status_code == 206 and part.content == data[1000:2000]
    assert part.headers["content-range"] == f"bytes 1000-1999/{len(data)}" and part.headers["content-length"] == "1000"
    whole = ben.get(place)
    assert whole.status_code == 200 and whole.content == data and whole.headers["accept-ranges"] == "bytes"
    assert ben.get(place, headers={"range": f"bytes={len(data)}-"}).headers["content-range"] == f"bytes */{len(data)}"
    stale = ben.get(place, headers={"range": "bytes=0-9", "if-range": '"another"'})
    assert stale.status_code == 200
    fresh = ben.get(place, headers={"range": "bytes=0-9", "if-range": whole.headers["etag"]})
    assert fresh.status_code == 206
    size = ben.head(place)
    assert size.headers["content-length"] == str(len(data)) and size.content == b""


def test_the_bytes_can_be_played_and_nothing_else(as_, recorded):
    headers = as_("ben").get(f"{ROOM}/{recorded('Call').id}/media").headers
    assert headers["content-type"] == "audio/flac" and headers["x-content-type-options"] == "nosniff"
    assert headers["content-security-policy"].startswith("sandbox; default-src 'none'")
    assert headers["content-disposition"].startswith('inline; filename="Call.flac"')
    assert "no-cache" in headers["cache-control"] and "content-encoding" not in headers
