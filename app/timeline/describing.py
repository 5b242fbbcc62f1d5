"""What a record is called and where it is, asked through the session of whoever wants to know."""

from collections.abc import Callable, Iterable
from typing import NamedTuple

from app.access.session import ViewerSession


class Described(NamedTuple):
    """`words` are the longer ones around it, for a letter; empty where the title says it all."""

    title: str
    url: str
    words: str = ""


Describer = Callable[[ViewerSession, set[str]], dict[str, Described]]
_describers: dict[str, Describer] = {}


def describes(kind: str) -> Callable[[Describer], Describer]:
    """Registers how a domain names its records of this kind (a table's name)."""

    def register(describer: Describer) -> Describer:
        _describers[kind] = describer
        return describer

    return register


def describe(session: ViewerSession, records: Iterable[tuple[str, str]]) -> dict[tuple[str, str], Described]:
    """Names and addresses of the records this viewer may see; the others are simply absent. One query per kind."""
    wanted: dict[str, set[str]] = {}
    for kind, record_id in records:
        wanted.setdefault(kind, set()).add(record_id)
    return {
        (kind, record_id): described
        for kind, ids in wanted.items()
        if kind in _describers
        for record_id, described in _describers[kind](session, ids).items()
    }
