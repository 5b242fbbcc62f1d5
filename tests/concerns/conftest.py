"""Three shared concerns and an internal one in the outage, one in the migration."""

from collections.abc import Callable
from dataclasses import dataclass

import pytest

from app.access.session import ViewerSession
from app.concerns.models import Concern
from app.concerns.raising import raise_concern


@dataclass(frozen=True)
class Worries:
    twice: Concern
    late: Concern
    credit: Concern
    internal: Concern
    other: Concern


@pytest.fixture
def act(engine, people):
    """A writing session of one of the cast: `with act("gus") as session:`; committed at its end."""

    class Acting:
        def __init__(self, nick: str) -> None:
            self.session = ViewerSession(engine, people[nick].viewer)

        def __enter__(self) -> ViewerSession:
            return self.session

        def __exit__(self, kind, error, trace) -> None:
            if kind is None:
                self.session.commit()
            self.session.close()

    return Acting


@pytest.fixture
def worries(act: Callable[[str], ViewerSession], outage, migration) -> Worries:
    with act("gus") as gus:
        twice = raise_concern(gus, outage, "Invoices go out twice", details="Since Tuesday, every night.")
        late = raise_concern(gus, outage, "The import stops at two")
    with act("gil") as gil:
        credit = raise_concern(gil, outage, "Credit notes are missing")
    with act("ben") as ben:
        internal = raise_concern(ben, outage, "Their contract may lapse")
    with act("gwen") as gwen:
        other = raise_concern(gwen, migration, "The migration hangs")
    return Worries(twice, late, credit, internal, other)
