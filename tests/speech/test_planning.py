"""A recording is cut at its pauses, and nothing of it gets lost between the cuts."""

from itertools import pairwise

import numpy as np
import pytest

from app.speech.decoding import SAMPLE_RATE, decode
from app.speech.planning import cut, plan_chunks, speech_spans
from app.speech.samples import open_samples
from tests.speech.making import silence, write_raw


@pytest.fixture
def sentence(recordings, tmp_path) -> np.ndarray:
    return np.array(open_samples(decode(recordings / "jfk.flac", tmp_path / "jfk.s16").path))


def test_the_chunks_of_a_meeting_cover_it_and_none_cuts_into_speech(recordings, tmp_path):
    raw = decode(recordings / "meeting_shared.mp4", tmp_path / "sound.s16").path
    chunks = plan_chunks(raw, chunk_seconds=60)
    assert chunks[0].start_sample == 0 and chunks[-1].end_sample == len(open_samples(raw))
    assert all(before.end_sample == after.start_sample for before, after in pairwise(chunks))
    assert all(chunk.seconds <= 60 and chunk.has_speech for chunk in chunks)
    cuts = [chunk.start_sample for chunk in chunks[1:]]
    assert len(cuts) >= 3
    assert not [at for at in cuts for start, end in speech_spans(raw) if start < at < end]


def test_a_long_silence_becomes_one_span_that_is_not_transcribed(sentence, tmp_path):
    raw = write_raw(tmp_path / "sound.s16", sentence, silence(150), sentence)
    planned = [(round(chunk.start_seconds), chunk.has_speech) for chunk in plan_chunks(raw, chunk_seconds=30)]
    assert [spoken for _, spoken in planned] == [True, False, True]
    assert [chunk.index for chunk in plan_chunks(raw, chunk_seconds=30)] == [0, 1, 2]


def test_silence_alone_is_one_chunk_without_speech(tmp_path):
    (chunk,) = plan_chunks(write_raw(tmp_path / "sound.s16", silence(70)))
    assert (chunk.start_sample, chunk.seconds, chunk.has_speech) == (0, 70, False)


def test_speech_across_two_windows_of_listening_is_found_whole(sentence, tmp_path):
    raw = write_raw(tmp_path / "sound.s16", silence(58.8), sentence)
    first, *_ = speech_spans(raw)
    assert first[0] < 60 * SAMPLE_RATE < first[1]


def test_a_cut_falls_in_the_middle_of_the_longest_pause_of_the_last_third():
    speech = [(0, 30), (50, 85), (88, 95), (99, 190)]
    assert list(cut(200, speech, longest=120)) == [(0, 97), (97, 200)]


def test_where_nobody_pauses_the_cut_falls_at_the_end():
    assert list(cut(250, [(0, 250)], longest=120)) == [(0, 120), (120, 240), (240, 250)]
