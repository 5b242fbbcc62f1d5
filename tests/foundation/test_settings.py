"""Wrong settings stop the start with one line each; right ones say where everything is."""

import stat

import pytest

from app.foundation.settings import BadSettings, Settings, load_settings


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("PORT", "70000", "port number"),
        ("DATABASE_URL", "mysql://x", "must begin with"),
        ("SMTP_URL", "mail.example.com", "must begin with"),
        ("STORAGE_URL", "ftp://x", "must begin with"),
        ("BASE_URL", "http://support.example.com", "https://"),
        ("BASE_URL", "support.example.com", "look like"),
        ("SECRET_KEY", "short", "32 characters"),
        ("CLOCK", "yesterday", "CLOCK"),
        ("CLOCK", "2026-11-26T12:00", "time zone"),
    ],
)
def test_a_wrong_setting_is_named_in_one_line(monkeypatch, name, value, words):
    monkeypatch.setenv(f"EVENKEEL_{name}", value)
    with pytest.raises(BadSettings) as problems:
        load_settings()
    assert words in str(problems.value) and len(str(problems.value).splitlines()) == 1


def test_a_set_clock_is_refused_on_a_real_server(monkeypatch):
    monkeypatch.setenv("EVENKEEL_BASE_URL", "https://support.example.com")
    monkeypatch.setenv("EVENKEEL_CLOCK", "+1d")
    with pytest.raises(BadSettings):
        load_settings()


def test_the_secret_is_made_once_and_readable_by_its_owner_only(tmp_path):
    first, second = Settings(data_dir=tmp_path).secret, Settings(data_dir=tmp_path).secret
    assert first == second and len(first) >= 32
    assert stat.S_IMODE((tmp_path / "secret.key").stat().st_mode) == 0o600


def test_a_postgresql_address_is_given_its_driver(tmp_path):
    settings = Settings(data_dir=tmp_path, database_url="postgresql://me@db/evenkeel")
    assert settings.database == "postgresql+psycopg://me@db/evenkeel" and not settings.is_embedded
