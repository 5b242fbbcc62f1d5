"""What can be configured. Every setting is an environment variable EVENKEEL_<NAME> and a row of the README's table."""

import os
import secrets
from datetime import datetime, timedelta
from functools import cached_property
from ipaddress import ip_network
from pathlib import Path
from urllib.parse import urlsplit

from pydantic import ValidationError, field_validator, model_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

from app.foundation.blobs import StorageUnknown
from app.foundation.s3.address import read_address

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
SCHEMES = {
    "database_url": ("sqlite:///", "postgresql://", "postgresql+psycopg://"),
    "smtp_url": ("smtp://", "smtps://", "smtp+starttls://"),
    "storage_url": ("file:///", "s3://"),
}
SPEECH_ENGINES = ("faster-whisper", "openai-whisper", "server")


class Settings(BaseSettings):
    model_config = SettingsConfigDict(env_prefix="EVENKEEL_", env_ignore_empty=True, frozen=True)

    data_dir: Path = Path("var")
    host: str = "127.0.0.1"
    port: int = 8000
    base_url: str = ""
    database_url: str = ""
    storage_url: str = ""
    trusted_proxies: str = ""
    smtp_url: str = ""
    mail_from: str = "Evenkeel <evenkeel@localhost>"
    model_dir: Path | None = None
    speech_engine: str = "faster-whisper"
    speech_url: str = ""
    speech_key: str = ""
    speech_model: str = "whisper-1"
    clock: str = ""
    secret_key: str = ""

    @field_validator("data_dir")
    @classmethod
    def _absolute(cls, folder: Path) -> Path:
        return folder.expanduser().absolute()

    @field_validator("port")
    @classmethod
    def _a_port(cls, port: int) -> int:
        if not 0 < port < 65536:
            raise ValueError("must be a port number between 1 and 65535")
        return port

    @field_validator("database_url", "smtp_url", "storage_url")
    @classmethod
    def _known_scheme(cls, url: str, info) -> str:  # type: ignore[no-untyped-def]
        known = SCHEMES[info.field_name]
        if url and not url.startswith(known):
            raise ValueError(f"must begin with one of {', '.join(known)}")
        return url

    @field_validator("storage_url")
    @classmethod
    def _an_address(cls, url: str) -> str:
        if url.startswith("s3://"):
            try:
                read_address(url)
            except StorageUnknown as mistake:
                raise ValueError(str(mistake)) from None
        return url

    @field_validator("speech_engine")
    @classmethod
    def _a_known_engine(cls, name: str) -> str:
        if name not in SPEECH_ENGINES:
            raise ValueError(f"must be one of {', '.join(SPEECH_ENGINES)}")
        return name

    @field_validator("speech_url")
    @classmethod
    def _a_web_address(cls, url: str) -> str:
        parts = urlsplit(url)
        if url and (parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment):
            raise ValueError("must look like https://speech.example.com/v1")
        if parts.username or parts.password:
            raise ValueError("must hold no password: the key goes into EVENKEEL_SPEECH_KEY")
        return url

    @field_validator("trusted_proxies")
    @classmethod
    def _addresses(cls, proxies: str) -> str:
        try:
            for proxy in proxies.split(",") if proxies else ():
                ip_network(proxy.strip())
        except ValueError:
            raise ValueError("must be addresses or networks such as 127.0.0.1 or 10.0.0.0/8, with commas") from None
        return proxies

    @field_validator("clock")
    @classmethod
    def _a_clock(cls, clock: str) -> str:
        parse_clock(clock)
        return clock

    @field_validator("secret_key")
    @classmethod
    def _long_enough(cls, key: str) -> str:
        if key and len(key) < 32:
            raise ValueError("must have at least 32 characters")
        return key

    @model_validator(mode="after")
    def _one_engine(self) -> "Settings":
        if self.speech_engine == "server" and not self.speech_url:
            raise ValueError("EVENKEEL_SPEECH_ENGINE is server, so EVENKEEL_SPEECH_URL must say which")
        if self.speech_url and self.speech_engine != "server":
            raise ValueError("EVENKEEL_SPEECH_URL is for EVENKEEL_SPEECH_ENGINE=server; without it, leave it out")
        return self

    @model_validator(mode="after")
    def _safe_together(self) -> "Settings":
        site = urlsplit(self.site)
        if site.scheme not in ("http", "https") or not site.hostname or site.path.strip("/"):
            raise ValueError("EVENKEEL_BASE_URL must look like https://support.example.com, without a path")
        if site.scheme == "http" and not self.is_loopback:
            raise ValueError(
                "EVENKEEL_BASE_URL must begin with https:// unless it is this machine, or browsers drop sign-ins"
            )
        if self.clock and not self.is_loopback:
            raise ValueError(
                "EVENKEEL_CLOCK is for tests and drills, and refused unless EVENKEEL_BASE_URL is this machine"
            )
        return self

    @property
    def site(self) -> str:
        """Where people reach this server: scheme, host and port, no trailing slash."""
        return (self.base_url or f"http://127.0.0.1:{self.port}").rstrip("/")

    @property
    def is_https(self) -> bool:
        return self.site.startswith("https://")

    @property
    def is_loopback(self) -> bool:
        return urlsplit(self.site).hostname in LOOPBACK

    @property
    def database(self) -> str:
        """The SQLAlchemy URL; SQLite in the data folder unless told otherwise."""
        if self.database_url.startswith("postgresql://"):
            return self.database_url.replace("postgresql://", "postgresql+psycopg://", 1)
        return self.database_url or f"sqlite:///{self.data_dir / 'evenkeel.db'}"

    @property
    def is_embedded(self) -> bool:
        """SQLite and one worker child, as a fresh machine starts."""
        return self.database.startswith("sqlite")

    @cached_property
    def secret(self) -> bytes:
        """The key that tokens are derived from: the setting, or a file of mode 0600 in the data folder, made once."""
        if self.secret_key:
            return self.secret_key.encode()
        kept = self.data_dir / "secret.key"
        if not kept.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            try:
                with os.fdopen(os.open(kept, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                    file.write(secrets.token_urlsafe(48))
                    file.flush()
                    os.fsync(file.fileno())
            except FileExistsError:
                pass  # another process of ours made it in the same moment: read that one
        return kept.read_text().strip().encode()


class BadSettings(Exception):
    """One line per problem, for the terminal."""


def load_settings() -> Settings:
    try:
        settings = Settings()
    except ValidationError as error:
        lines = [f"{_name(mistake)}{mistake['msg'].removeprefix('Value error, ')}" for mistake in error.errors()]
        raise BadSettings("\n".join(lines)) from None
    return settings


def _name(mistake) -> str:  # type: ignore[no-untyped-def]
    return f"EVENKEEL_{str(mistake['loc'][0]).upper()}: " if mistake["loc"] else ""


def parse_clock(text: str) -> datetime | timedelta | None:
    """A fixed moment such as 2026-11-26T12:48Z, or a shift such as +90m, -1h, +1d; nothing for the real clock."""
    if not text:
        return None
    if text[0] in "+-":
        units = {"s": "seconds", "m": "minutes", "h": "hours", "d": "days"}
        if text[-1] not in units or not text[1:-1].isdigit():
            raise ValueError("a shift looks like +90m, -1h or +1d")
        return timedelta(**{units[text[-1]]: int(text[:-1])})
    moment = datetime.fromisoformat(text)
    if moment.tzinfo is None:
        raise ValueError("a fixed clock needs a time zone, as in 2026-11-26T12:48Z")
    return moment
