"""openai-whisper itself, installed and run on the same weights as the default engine."""

import sys
from pathlib import Path

import pytest

from app.speech.decoding import decode
from app.speech.openai_whisper_engine import OpenAiWhisper
from app.speech.samples import open_samples, read_samples
from app.speech.transcriber import EngineUnavailable
from tests.speech.making import silence, write_raw
from tests.speech.test_transcribing import KENNEDY, plain, words_of

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


@pytest.fixture(scope="module")
def listening(openai_whisper, models, model_dir):
    engine = OpenAiWhisper(model_dir, models / "models" / "openai-whisper", cpu_threads=1)
    yield engine
    engine.close()


@pytest.fixture(scope="module")
def late_kennedy(recordings, tmp_path_factory):
    """Eleven seconds of speech after four of silence."""
    folder = tmp_path_factory.mktemp("late")
    raw = write_raw(folder / "late.s16", silence(4), open_samples(decode(recordings / "jfk.flac", folder / "s16").path))
    return read_samples(raw, 0, len(open_samples(raw)))


def test_it_hears_the_same_words_at_the_same_times(listening, engine, late_kennedy):
    theirs, ours = (words_of(one.transcribe(late_kennedy, "en", ())) for one in (listening, engine))
    assert plain(" ".join(word.text for word in theirs)) == KENNEDY
    apart = sorted(abs(one.start - other.start) for one, other in zip(theirs, ours, strict=True))
    assert apart[len(apart) // 2] < 0.1 and apart[-3] < 0.8
    assert all(3.5 <= word.start <= word.end <= 15.1 for word in theirs)
    assert listening.device_note.startswith("Transcribed by openai-whisper on ")
    assert not {"torch", "whisper"} & set(sys.modules), "it listens in a process of its own"


def test_it_tells_the_language_and_says_nothing_into_silence(listening, late_kennedy):
    guess = listening.detect_language(late_kennedy)
    assert guess.code == "en" and guess.probability > 0.5
    assert listening.transcribe(silence(5).astype("float32"), "en", ()) == []


def test_it_spells_a_product_as_the_vocabulary_does_and_survives_its_process(listening, recordings, tmp_path):
    raw = decode(recordings / "hotwords.mp3", tmp_path / "s16").path
    samples = read_samples(raw, 0, len(open_samples(raw)))
    listening.child.kill()
    listening.child.wait()
    heard = listening.transcribe(samples, "en", ["ComfyUI"])
    assert " ".join(said.text for said in heard).count("ComfyUI") == 2


def test_the_converted_model_is_kept_and_weights_that_are_none_are_refused(listening, models, tmp_path):
    kept = list((models / "models" / "openai-whisper").iterdir())
    assert {path.suffix for path in kept} == {".json", ".pt"}
    broken = tmp_path / "model"
    broken.mkdir()
    (broken / "model.bin").write_bytes(b"\6\0\0\0" + b"no weights" * 100)
    (broken / "config.json").write_text("{}")
    with pytest.raises(EngineUnavailable, match=r"model\.bin is damaged or of an unknown format"):
        OpenAiWhisper(broken, tmp_path / "checkpoints")
    assert not any(Path(tmp_path / "checkpoints").glob("*"))
