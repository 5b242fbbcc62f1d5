"""Another machine as the engine: a real server by others, the documented protocol, and everything a server can refuse."""

import io

import numpy as np
import pytest
from openai import OpenAI

from app.speech.decoding import decode
from app.speech.engines import EngineChoice, EngineName, engine_report
from app.speech.samples import open_samples, read_samples
from app.speech.server import Server
from app.speech.server_engine import TranscriptionServer, as_wav
from app.speech.transcriber import EngineUnavailable
from tests.speech.making import silence, write_raw
from tests.speech.peers import Answer, Twin, as_documented, faster_whisper_server
from tests.speech.test_transcribing import KENNEDY, plain, words_of

SEGMENT = {"start": 0.5, "end": 2.0, "text": " In being comparatively modern."}


@pytest.fixture(scope="module")
def kennedy(recordings, tmp_path_factory):
    """Eleven seconds of speech after four of silence."""
    folder = tmp_path_factory.mktemp("late")
    raw = write_raw(folder / "late.s16", silence(4), open_samples(decode(recordings / "jfk.flac", folder / "s16").path))
    return read_samples(raw, 0, len(open_samples(raw)))


@pytest.fixture(scope="module")
def modern(recordings, tmp_path_factory):
    """Two seconds of speech."""
    raw = decode(recordings / "LJ001-0002.flac", tmp_path_factory.mktemp("modern") / "s16").path
    return read_samples(raw, 0, len(open_samples(raw)))


@pytest.fixture
def twin():
    """A server that answers with each of these in turn, the last one for ever; without any, it is told later."""
    twins = []

    def begin(*answers: Answer) -> Twin:
        left = list(answers)
        twins.append(Twin(lambda asked: left.pop(0) if len(left) > 1 else left[0]))
        return twins[-1]

    yield begin
    for one in twins:
        one.close()


def listen_to(url: str, **more: str) -> TranscriptionServer:
    return TranscriptionServer(Server(url, **more), pauses=(0, 0))


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_server_by_others_hears_the_words_and_tells_the_language(model_dir, modern, tmp_path):
    late = np.concatenate([np.zeros(16_000 * 4, dtype=np.float32), modern])
    with faster_whisper_server(model_dir, tmp_path) as url:
        engine = listen_to(url)
        (said,) = engine.transcribe(late, "en", ["Morris"])
        assert plain(said.text) == "in being comparatively modern"
        assert 3.5 <= said.start < said.end <= 6
        assert engine.detect_language(modern).code == "en"
        assert engine_report(EngineChoice(EngineName.server, model_dir, server=Server(url))).is_ready
        engine.close()


@pytest.mark.slow
def test_the_documented_protocol_is_what_the_client_of_its_makers_speaks_and_what_we_speak(engine, kennedy):
    server = Twin(as_documented(engine))
    client = OpenAI(base_url=f"{server.url}/v1", api_key="their key")
    theirs = client.audio.transcriptions.create(
        file=("speech.wav", io.BytesIO(as_wav(kennedy))),
        model="whisper-1",
        language="en",
        response_format="verbose_json",
        timestamp_granularities=["word", "segment"],
    )
    listening = listen_to(server.url, key="our key", model="large")
    ours = listening.transcribe(kennedy, "en", ["Americans", "country"])
    server.close()
    assert plain(theirs.text) == plain(" ".join(one.text for one in ours)) == KENNEDY
    assert [plain(word.word) for word in theirs.words] == [plain(word.text) for word in words_of(ours)]
    apart = [abs(one.start - other.start) for one, other in zip(theirs.words, words_of(ours), strict=True)]
    assert sorted(apart)[len(apart) // 2] < 0.3
    first, second = server.asked
    assert first.path == second.path == "/v1/audio/transcriptions"
    assert (first.key, second.key) == ("Bearer their key", "Bearer our key")
    for name in ("response_format", "timestamp_granularities[]", "language"):
        assert sorted(first.fields[name]) == sorted(second.fields[name]), name
    assert second.fields["prompt"] == ["Americans, country"] and second.fields["model"] == ["large"]
    assert second.seconds < 12 < len(kennedy) / 16_000, "silence is not sent"


def test_a_server_that_is_busy_is_asked_again_and_then_given_up(twin, modern):
    busy = Answer({"error": {"message": "Rate limit reached"}}, 429, {"retry-after": "0"})
    server = twin(busy, Answer({}, 503), Answer({"segments": [SEGMENT]}))
    assert [one.text for one in listen_to(server.url).transcribe(modern, "en", ())] == [SEGMENT["text"].strip()]
    assert len(server.asked) == 3
    with pytest.raises(EngineUnavailable, match=r"does not answer: Rate limit reached \(status 429\)"):
        listen_to(twin(busy).url).transcribe(modern, "en", ())


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (
            Answer({"error": {"message": "Incorrect API key."}}, 401),
            r"refuses the key: Incorrect API key \(status 401\)",
        ),
        (Answer({"detail": "No model whisper-1"}, 404), "no such address or model: No model whisper-1"),
        (Answer({}, 302, {"location": "http://127.0.0.1:1/"}), "has moved: give its new address"),
    ],
)
def test_what_a_server_refuses_for_good_is_said_once_with_its_reason(twin, modern, answer, sentence):
    server = twin(answer)
    with pytest.raises(EngineUnavailable, match=sentence):
        listen_to(server.url, key="secret").transcribe(modern, "en", ())
    assert len(server.asked) == 1


@pytest.mark.parametrize(
    "answer",
    [
        Answer({"error": {"message": "too large"}}, 413),
        Answer(b"<html>Welcome</html>"),
        Answer(["no", "object"]),
        Answer(b"[" + b"1," * (5 << 20)),
        Answer({"segments": [{"text": "When?"}]}),
        Answer({"error": {"message": "not a sound"}}, 400),
    ],
)
def test_what_is_wrong_with_one_chunk_does_not_stop_the_others(twin, modern, answer):
    with pytest.raises((RuntimeError, ValueError)):
        listen_to(twin(answer).url).transcribe(modern, "en", ())


def test_a_server_that_is_not_there_is_said(modern, twin, tmp_path):
    gone = twin(Answer({}))
    gone.close()
    server = Server(gone.url)
    with pytest.raises(EngineUnavailable, match="does not answer: ConnectError"):
        TranscriptionServer(server, pauses=(0,)).transcribe(modern, "en", ())
    report = engine_report(EngineChoice(EngineName.server, tmp_path, server=server))
    assert report.is_wrong and "does not answer: Connection refused" in report.sentence


def test_a_server_without_times_is_sent_each_spoken_piece_alone(twin, kennedy, modern):
    together = np.concatenate([kennedy, np.zeros(16_000 * 10, dtype=np.float32), kennedy, modern])
    server = twin(
        Answer({"error": {"message": "response_format 'verbose_json' is not compatible"}}, 400),
        Answer({"error": {"message": "response_format 'verbose_json' is not compatible"}}, 400),
        Answer({"text": "All of it at once."}),
        Answer({"text": "First."}),
        Answer({"text": "Second."}),
    )
    engine = listen_to(server.url)
    said = engine.transcribe(together, "en", ())
    assert [one.text for one in said] == ["First.", "Second."]
    assert 3 < said[0].start < 5 < 14 < said[0].end < 16
    assert 28 < said[1].start < 30 < said[1].end <= len(together) / 16_000
    assert [one.fields["response_format"][0] for one in server.asked] == ["verbose_json", "verbose_json", *["json"] * 3]
    asked = len(server.asked)
    engine.transcribe(modern, "en", ())
    assert len(server.asked) == asked + 1, "it remembers how it is to be asked"


def test_words_without_passages_are_gathered_at_pauses(twin, modern):
    words = [
        {"word": text, "start": start, "end": start + 0.2} for text, start in (("In", 0.1), ("being", 0.4), ("so", 1.5))
    ]
    said = listen_to(twin(Answer({"words": words})).url).transcribe(modern, "en", ())
    assert [one.text for one in said] == ["In being", "so"]
    assert [word.text for word in words_of(said)] == ["In", "being", "so"]


def test_the_language_may_be_told_by_name_by_code_or_not_at_all(twin, modern):
    for told, code in (("german", "de"), ("de", "de"), ("klingon", ""), (None, "")):
        assert listen_to(twin(Answer({"language": told})).url).detect_language(modern).code == code


@pytest.mark.parametrize(
    "url", ["http://speech:1234", "http://speech:1234/v1/", "http://speech:1234/v1/audio/transcriptions"]
)
def test_an_address_may_be_given_as_any_documentation_gives_it(url):
    assert Server(url).transcriptions == "http://speech:1234/v1/audio/transcriptions"
    assert Server(url).models == "http://speech:1234/v1/models"


def test_silence_asks_nobody(twin):
    server = twin(Answer({"text": "Thank you for watching."}))
    assert listen_to(server.url).transcribe(np.zeros(16_000 * 5, dtype=np.float32), "en", ()) == []
    assert server.asked == []
