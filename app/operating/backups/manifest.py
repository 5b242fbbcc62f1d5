"""What a backup says about itself: its first member says whose it is, its last one what must be in it."""

from datetime import datetime
from typing import Literal

from pydantic import BaseModel, ConfigDict

Kind = Literal["text", "whole", "number", "yes_no", "day", "moment", "json"]

HEADER = "evenkeel.json"
MANIFEST = "manifest.json"
KEY = "secret.key"
FORMAT = 1


class CannotBackUp(Exception):
    """One sentence for the terminal."""


class CannotRestore(Exception):
    """One sentence for the terminal; nothing was touched unless it says so."""


class Stated(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True)  # a newer version may say more


class Header(Stated):
    evenkeel_backup: int  # the format's number
    product: str
    revision: str  # of the database's tables
    database: str
    made_at: datetime
    key_mark: str  # tells whether another server has the same secret key, and nothing else


class Member(Stated):
    size: int
    sha256: str


class ColumnOf(Stated):
    name: str
    kind: Kind


class TableOf(Stated):
    name: str
    columns: list[ColumnOf]
    rows: int


class Manifest(Stated):
    members: dict[str, Member]
    tables: list[TableOf]  # parents before their children
    files: int
    removed: list[str]  # files that people deleted while the backup was made
    missing: list[str]  # files that a row names and that were not there, or not as they had been stored

    @property
    def rows(self) -> int:
        return sum(table.rows for table in self.tables)


def table_member(name: str) -> str:
    return f"tables/{name}.ndjson"


def file_member(key: str) -> str:
    return f"files/{key}"
