"""Real recordings become the words that are said in them, at the time they are said."""

import json
import re

import ctranslate2
import pytest

from app.speech.decoding import SAMPLE_RATE, decode
from app.speech.faster_whisper_engine import FasterWhisper
from app.speech.planning import Chunk, plan_chunks
from app.speech.samples import open_samples
from app.speech.transcribing import detect_spoken_language, transcribe_chunk, transcribe_file
from tests.speech.making import make_tone, silence, write_raw

KENNEDY = "and so my fellow americans ask not what your country can do for you ask what you can do for your country"


def plain(text: str) -> str:
    return " ".join(re.findall(r"[a-z']+", text.lower()))


def words_of(segments):
    return [word for said in segments for word in said.words]


@pytest.fixture(scope="module")
def late_kennedy(recordings, engine, tmp_path_factory):
    """The sentence after 20 seconds of silence, as a chunk that begins at 15."""
    folder = tmp_path_factory.mktemp("late")
    sentence = open_samples(decode(recordings / "jfk.flac", folder / "jfk.s16").path)
    raw = write_raw(folder / "late.s16", silence(20), sentence)
    chunk = Chunk(0, 15 * SAMPLE_RATE, len(open_samples(raw)), has_speech=True)
    return transcribe_chunk(engine, raw, chunk, "en", (), first_pts_seconds=100)


def test_a_sentence_is_heard_word_for_word(late_kennedy):
    assert plain(" ".join(said.text for said in late_kennedy)) == KENNEDY
    assert plain(" ".join(word.text for word in words_of(late_kennedy))) == KENNEDY


def test_words_stand_on_the_clock_of_the_player(late_kennedy):
    words = words_of(late_kennedy)
    starts = [word.start for word in words]
    assert starts == sorted(starts)
    assert all(120 - 0.5 <= word.start <= word.end <= 131 for word in words)
    first_ask = next(word for word in words if word.text == "ask")
    assert first_ask.start == pytest.approx(123.2, abs=0.7)
    assert all(said.start <= word.start and word.end <= said.end for said in late_kennedy for word in said.words)


def test_a_file_becomes_one_json_object_and_leaves_no_sound_behind(recordings, choice, tmp_path):
    steps = []
    transcript = transcribe_file(
        recordings / "LJ001-0008.flac", choice, tmp_path, on_chunk=lambda chunk, said, share: steps.append(share)
    )
    told = json.loads(json.dumps(transcript.as_json_object()))
    assert plain(" ".join(segment["text"] for segment in told["segments"])) == "has never been surpassed"
    assert set(told["segments"][0]) >= {"start", "end", "text", "words"}
    assert told["language"] == "en" and told["device_note"]
    assert steps == [1.0]
    assert list(tmp_path.iterdir()) == []


def test_a_product_name_in_the_vocabulary_is_spelled_as_the_product_spells_it(recordings, engine, tmp_path):
    raw = decode(recordings / "hotwords.mp3", tmp_path / "sound.s16").path
    (chunk,) = plan_chunks(raw)
    said = transcribe_chunk(engine, raw, chunk, "en", ["ComfyUI"])
    assert " ".join(passage.text for passage in said).count("ComfyUI") == 2


def test_nobody_is_put_words_into_the_mouth(choice, tmp_path):
    transcript = transcribe_file(make_tone(tmp_path / "hum.wav", 8), choice, tmp_path / "work")
    assert transcript.segments == []
    assert transcript.seconds == pytest.approx(8)


def test_the_language_of_a_recording_is_recognised(recordings, engine, tmp_path):
    raw = decode(recordings / "jfk.flac", tmp_path / "sound.s16").path
    assert detect_spoken_language(engine, raw, plan_chunks(raw)) == "en"


def test_a_gpu_that_cannot_be_used_is_said_aloud_and_the_processor_takes_over(model_dir, recordings, tmp_path):
    engine = FasterWhisper(model_dir, cpu_threads=2, device="cuda")
    has_gpu = ctranslate2.get_cuda_device_count() > 0
    assert engine.device_note.startswith(
        "Transcribed on the GPU." if has_gpu else "Transcribed on the processor, because the GPU could not be used:"
    )
    raw = decode(recordings / "LJ001-0002.flac", tmp_path / "sound.s16").path
    (chunk,) = plan_chunks(raw)
    said = transcribe_chunk(engine, raw, chunk, "en", ())
    assert plain(" ".join(passage.text for passage in said)) == "in being comparatively modern"
