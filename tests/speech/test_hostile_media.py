"""Files that are no recordings, or pretend to be one, are refused in a clear sentence and reach nothing."""

import base64
import io
import random
import socket
import subprocess
import sys
import wave
from pathlib import Path

import pytest

from app.speech.decoding import decode, run_decoder
from app.speech.sniffing import DEMUXERS, UnusableMedia
from tests.speech.making import make_silent_film, make_tone

PIXEL = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
)
EMPTY_ID3 = b"ID3\x04\x00\x00\x00\x00\x00\x00"
SESSION = b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\ns=x\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\nm=audio 5004 RTP/AVP 0\r\n"


@pytest.fixture
def listener():
    """A port on this machine that a decoder must never call."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.setblocking(False)
        yield server


def playlist_to(address: str) -> bytes:
    return f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{address}\n#EXT-X-ENDLIST\n".encode()


def url_of(listener: socket.socket) -> str:
    return f"http://127.0.0.1:{listener.getsockname()[1]}/sound.ts"


def was_called(listener: socket.socket) -> bool:
    try:
        listener.accept()
    except BlockingIOError:
        return False
    return True


def refusal(path: Path, content: bytes) -> str:
    path.write_bytes(content)
    with pytest.raises(UnusableMedia) as refused:
        decode(path, path.with_name("sound.s16"))
    assert list(path.parent.iterdir()) == [path], "a refused file leaves nothing beside it"
    return refused.value.sentence


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "This file is empty."),
        (b"R", "not a recording of a kind that can be read"),
        (b"Dear all, attached is the call.\n", "holds text"),
        ("Grüße".encode("utf-16"), "holds text"),
        (SESSION, "holds text"),
        (playlist_to("file:///etc/hostname"), "holds text"),
        (b"#!/bin/sh\necho hello\n", "holds text"),
        (PIXEL, "is a picture"),
        (b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00mif1heic", "is a picture"),
        (b"RIFF\x24\x00\x00\x00AVI LIST", "not a recording of a kind that can be read"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n\x00", "not a recording of a kind that can be read"),
        (b"RIFF\x24\x00\x00\x00WAVEfmt ", "is damaged"),
        (b"fLaC" + bytes(100), "is damaged"),
        (b"\x1aE\xdf\xa3" + bytes(100), "is damaged"),
    ],
)
def test_what_is_no_recording_is_refused_in_a_clear_sentence(tmp_path, content, sentence):
    assert sentence in refusal(tmp_path / "call.wav", content)


def test_noise_after_an_honest_beginning_is_refused_in_a_clear_sentence(tmp_path):
    for number, beginning in enumerate((b"OggS", b"ID3\x04", b"\xff\xfb\x90\x00", b"RIFF....WAVE")):
        folder = tmp_path / str(number)
        folder.mkdir()
        assert refusal(folder / "call.mp3", beginning + random.Random(number).randbytes(20_000)).endswith(".")


def test_a_video_cut_off_before_its_index_says_so(recordings, tmp_path):
    whole = (recordings / "meeting_shared.mp4").read_bytes()
    assert "cut off before its index" in refusal(tmp_path / "call.mp4", whole[: len(whole) // 2])


def test_a_video_without_sound_says_so(tmp_path):
    film = make_silent_film(tmp_path / "film.mp4").read_bytes()
    (tmp_path / "film.mp4").unlink()
    assert refusal(tmp_path / "call.mp4", film) == "There is no sound in this file."


def test_a_recording_of_no_length_says_so(tmp_path):
    written = io.BytesIO()
    with wave.open(written, "wb") as nothing:
        nothing.setparams((1, 2, 16_000, 0, "NONE", ""))
    assert refusal(tmp_path / "call.wav", written.getvalue()) == "There is no sound in this file."


@pytest.mark.parametrize("name", ["call.wav", "call.m3u8", "call.mp4", "http:call.ts"])
def test_a_playlist_reaches_nobody_whatever_it_is_called(tmp_path, listener, name):
    assert "holds text" in refusal(tmp_path / name, playlist_to(url_of(listener)))
    assert not was_called(listener)


@pytest.mark.parametrize("kind", DEMUXERS)
@pytest.mark.parametrize("script", [b"ffconcat version 1.0\nfile other.aac\n", playlist_to("other.aac")])
def test_a_script_that_passed_the_first_look_reads_no_other_file(tmp_path, kind, script):
    make_tone(tmp_path / "other.aac", 1, "aac")
    (tmp_path / "call.m3u8").write_bytes(script)
    report = run_decoder(tmp_path / "call.m3u8", tmp_path / "sound.part", kind, longest_seconds=60, allowed=60)
    assert report["outcome"] in ("damaged", "no-sound")


@pytest.mark.parametrize("kind", DEMUXERS)
@pytest.mark.parametrize("disguise", [b"", EMPTY_ID3])
def test_a_playlist_that_passed_the_first_look_reaches_nobody_either(tmp_path, listener, kind, disguise):
    playlist = tmp_path / "call.m3u8"
    playlist.write_bytes(disguise + playlist_to(url_of(listener)))
    report = run_decoder(playlist, tmp_path / "sound.part", kind, longest_seconds=60, allowed=60)
    assert report["outcome"] in ("damaged", "no-sound")
    assert not was_called(listener)


def test_a_session_description_that_passed_the_first_look_waits_for_nobody(tmp_path):
    session = tmp_path / "call.sdp"
    session.write_bytes(SESSION)
    report = run_decoder(session, tmp_path / "sound.part", "wav", longest_seconds=60, allowed=60)
    assert report["outcome"] == "damaged"


def test_a_confined_process_cannot_call_out_nor_write_more_than_it_may(listener, tmp_path):
    """Where the host allows no namespaces the result says so, and the demuxer list alone keeps the network out."""
    port = listener.getsockname()[1]
    program = (
        "import socket, pathlib\n"
        "from app.speech.confinement import confine_this_process\n"
        "offline = confine_this_process(cpu_seconds=10, file_bytes=1000)\n"
        f"called = socket.socket().connect_ex(('127.0.0.1', {port})) == 0\n"
        "try:\n"
        f"    pathlib.Path({str(tmp_path / 'big')!r}).write_bytes(bytes(2000))\n"
        "    limited = False\n"
        "except OSError:\n"
        "    limited = True\n"
        "print(offline != called, limited)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["True", "True"]
