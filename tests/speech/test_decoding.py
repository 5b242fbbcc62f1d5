"""Recordings of every kind become plain sound, on the clock of their player."""

import random
import stat
from pathlib import Path

import numpy as np
import pytest

from app.speech.decoding import SAMPLE_RATE, decode
from app.speech.samples import open_samples, read_samples
from app.speech.sniffing import UnusableMedia
from app.speech.waveform import waveform
from tests.speech.making import make_tone, silence, write_raw


@pytest.mark.parametrize(
    ("name", "kind", "seconds", "has_video"),
    [
        ("jfk.flac", "flac", 11.0, False),
        ("hotwords.mp3", "mp3", 4.0, False),
        ("test.opus", "ogg", 22.57, False),
        ("meeting_shared.mp4", "mp4", 188.8, True),
    ],
)
def test_a_recording_is_decoded_whole(recordings, tmp_path, name, kind, seconds, has_video):
    decoded = decode(recordings / name, tmp_path / "sound.s16")
    assert (decoded.kind, decoded.has_video) == (kind, has_video)
    assert decoded.seconds == pytest.approx(seconds, abs=0.1)
    assert len(open_samples(decoded.path)) == round(decoded.seconds * SAMPLE_RATE)


@pytest.mark.parametrize(
    ("ending", "codec", "kind"),
    [("wav", "pcm_s16le", "wav"), ("webm", "libopus", "webm"), ("m4a", "aac", "mp4"), ("aac", "aac", "aac")],
)
def test_the_kind_is_told_from_the_bytes_and_not_from_the_name(tmp_path, ending, codec, kind):
    named_wrongly = make_tone(tmp_path / f"tone.{ending}", 2, codec).rename(tmp_path / "tone.txt")
    decoded = decode(named_wrongly, tmp_path / "sound.s16")
    assert decoded.kind == kind
    assert decoded.seconds == pytest.approx(2, abs=0.2)
    assert np.abs(read_samples(decoded.path, 8000, 24000)).max() == pytest.approx(12_000 / 32768, abs=0.1)


def test_sound_that_begins_late_says_when_it_begins(tmp_path):
    late = make_tone(tmp_path / "late.mkv", 2, start=1.5)
    assert decode(late, tmp_path / "sound.s16").first_pts_seconds == pytest.approx(1.5, abs=0.05)


def test_a_gap_in_the_clock_is_filled_so_that_later_words_keep_their_time(tmp_path):
    decoded = decode(make_tone(tmp_path / "gap.mkv", 3, gap_at=1), tmp_path / "sound.s16")
    assert decoded.seconds == pytest.approx(5, abs=0.05)
    assert np.abs(read_samples(decoded.path, int(1.1 * SAMPLE_RATE), int(2.9 * SAMPLE_RATE))).max() == 0
    assert read_samples(decoded.path, int(3.1 * SAMPLE_RATE), int(4.9 * SAMPLE_RATE)).any()


def test_damage_in_the_middle_costs_only_the_damaged_part(recordings, tmp_path):
    content = bytearray((recordings / "test.opus").read_bytes())
    content[100_000:110_000] = random.Random(1).randbytes(10_000)
    (tmp_path / "damaged.opus").write_bytes(content)
    assert decode(tmp_path / "damaged.opus", tmp_path / "sound.s16").seconds > 20


def test_a_recording_cut_off_at_its_end_keeps_what_came_before(recordings, tmp_path):
    (tmp_path / "cut.flac").write_bytes((recordings / "jfk.flac").read_bytes()[:600_000])
    assert 4 < decode(tmp_path / "cut.flac", tmp_path / "sound.s16").seconds < 8


def test_a_recording_that_is_too_long_is_refused_and_leaves_nothing_behind(recordings, tmp_path):
    with pytest.raises(UnusableMedia, match="longer than 0.001 hours"):
        decode(recordings / "jfk.flac", tmp_path / "sound.s16", longest_seconds=3.6)
    assert list(tmp_path.iterdir()) == []


def test_a_decoder_that_takes_too_long_is_stopped_and_leaves_nothing_behind(recordings, tmp_path):
    with pytest.raises(UnusableMedia, match="took too long"):
        decode(recordings / "jfk.flac", tmp_path / "sound.s16", seconds_allowed=0.001)
    assert list(tmp_path.iterdir()) == []


def test_an_earlier_result_survives_a_failed_attempt(recordings, tmp_path):
    raw = decode(recordings / "LJ001-0002.flac", tmp_path / "sound.s16").path
    before = raw.read_bytes()
    with pytest.raises(UnusableMedia):
        decode(recordings / "jfk.flac", raw, longest_seconds=1)
    assert raw.read_bytes() == before


def test_the_original_is_only_read(recordings, tmp_path):
    original = tmp_path / "original.flac"
    original.write_bytes((recordings / "LJ001-0002.flac").read_bytes())
    original.chmod(stat.S_IRUSR)
    decode(original, tmp_path / "sound.s16")
    assert original.read_bytes() == (recordings / "LJ001-0002.flac").read_bytes()


def test_the_waveform_shows_where_the_sound_is(tmp_path):
    loud = np.full(3 * SAMPLE_RATE, -20_000)
    raw = write_raw(tmp_path / "sound.s16", silence(3), loud, loud // 2)
    assert waveform(raw, 6) == [0, 0, 100, 100, 50, 50]


def test_the_hiss_of_a_silent_recording_stays_low(tmp_path):
    hiss = np.random.default_rng(7).integers(-60, 60, SAMPLE_RATE)
    assert max(waveform(write_raw(tmp_path / "hiss.s16", hiss))) < 5


def test_a_recording_shorter_than_its_drawing_has_a_peak_per_sample(tmp_path: Path):
    assert len(waveform(write_raw(tmp_path / "short.s16", silence(0.01)))) == 160
