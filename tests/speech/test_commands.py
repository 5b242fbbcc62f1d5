"""`evenkeel models` and the settings of speech: what they say, and with which exit code."""

import shutil

import pytest
from typer.testing import CliRunner, Result

from app.command_line import cli
from app.foundation.settings import BadSettings, load_settings
from app.speech.choosing import chosen_engine
from app.speech.engines import EngineName, engine_report
from app.speech.model_store import MARKER, find_model, model_folder
from tests.speech.test_model_store import SMALL_FILES


@pytest.fixture
def run(tmp_path, monkeypatch):
    monkeypatch.setenv("EVENKEEL_DATA_DIR", str(tmp_path))

    def command(*words: str) -> Result:
        return CliRunner().invoke(cli, ["models", *words])

    return command


@pytest.fixture
def copied_model(model_dir, tmp_path):
    folder = model_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "model.bin").symlink_to(model_dir / "model.bin")
    for name in (*SMALL_FILES, MARKER):
        if (model_dir / name).exists():
            shutil.copy(model_dir / name, folder)
    return folder


def test_a_model_that_is_not_here_is_said_with_what_to_do(run):
    for words in ((), ("list",)):
        said = run(*words)
        assert said.exit_code == 1 and "whisper-base" in said.output and "148 MB  not here" in said.output
        assert "Get it with `evenkeel models fetch`." in said.output
    missing = run("verify")
    assert missing.exit_code == 1 and "whisper-base is not here" in missing.output


def test_a_model_that_is_here_is_whole_and_fetching_it_again_does_nothing(run, copied_model):
    listed = run("list")
    assert listed.exit_code == 0 and "verified" in listed.output and str(copied_model) in listed.output
    assert "faster-whisper with the model in" in listed.output
    for words in ("verify", "fetch"):
        assert run(words, "whisper-base").exit_code == 0


def test_a_damaged_model_is_named_and_not_used_any_more(run, copied_model, tmp_path):
    tokenizer = copied_model / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes().replace(b"1", b"2", 1))
    assert find_model(tmp_path, None) == copied_model, "its sizes look right"
    said = run("verify")
    assert said.exit_code == 1 and "tokenizer.json is not the file we know" in said.output
    assert find_model(tmp_path, None) is None
    assert run("list").exit_code == 1


def test_an_unknown_model_is_a_mistake_in_the_command(run):
    for words in ("fetch", "verify"):
        said = run(words, "whisper-enormous")
        assert said.exit_code == 2 and "there is no model whisper-enormous; there is whisper-base." in said.output


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ({"ENGINE": "siri"}, "EVENKEEL_SPEECH_ENGINE: must be one of faster-whisper, openai-whisper, server"),
        ({"ENGINE": "server"}, "so EVENKEEL_SPEECH_URL must say which"),
        ({"URL": "http://speech:8000"}, "EVENKEEL_SPEECH_URL is for EVENKEEL_SPEECH_ENGINE=server"),
        ({"ENGINE": "server", "URL": "file:///etc/passwd"}, "EVENKEEL_SPEECH_URL: must look like https://"),
        ({"ENGINE": "server", "URL": "https://me:secret@speech/v1"}, "the key goes into EVENKEEL_SPEECH_KEY"),
    ],
)
def test_settings_that_do_not_go_together_are_said_before_anything_starts(monkeypatch, given, sentence):
    for name, text in given.items():
        monkeypatch.setenv(f"EVENKEEL_SPEECH_{name}", text)
    with pytest.raises(BadSettings) as mistakes:
        load_settings()
    assert sentence in str(mistakes.value) and "secret@" not in str(mistakes.value)


def test_the_settings_choose_the_engine_and_the_report_says_what_it_lacks(monkeypatch, tmp_path):
    monkeypatch.setenv("EVENKEEL_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("EVENKEEL_SPEECH_ENGINE", "openai-whisper")
    choice = chosen_engine(load_settings())
    assert choice.name is EngineName.openai_whisper
    monkeypatch.setattr("app.speech.engines.whisper_python", lambda: None)
    report = engine_report(choice)
    assert report.is_wrong and "run `make whisper`" in report.sentence
    monkeypatch.setenv("EVENKEEL_SPEECH_ENGINE", "server")
    monkeypatch.setenv("EVENKEEL_SPEECH_URL", "https://speech.example.com/v1")
    monkeypatch.setenv("EVENKEEL_SPEECH_KEY", "key")
    server = chosen_engine(load_settings()).server
    assert server is not None and server.transcriptions == "https://speech.example.com/v1/audio/transcriptions"
    assert server.headers == {"authorization": "Bearer key"}
    unasked = engine_report(chosen_engine(load_settings()), by_asking=False)
    assert unasked.sentence == "The server speech.example.com transcribes."
