"""A world while its story is told: acts with their own moments and ids, and words that their readers alone may see."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from sqlalchemy import Engine

from app.access.recognising import viewer_for
from app.access.session import ViewerSession, as_system
from app.escalations.models import Escalation
from app.foundation import clock
from app.foundation.ids import ids_from
from app.foundation.settings import Settings

BEGINNING = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
PASSWORD = "two worlds, one truth"  # noqa: S105  of a fixture that only an empty database takes
ZONE = "Europe/London"


@dataclass
class World:
    """One of the two worlds while it is being told."""

    engine: Engine
    settings: Settings
    name: str
    seed: str
    minutes: int = 0
    people: dict[str, str] = field(default_factory=dict)
    ids: dict[str, str] = field(default_factory=dict)
    canaries: list[str] = field(default_factory=list)

    @property
    def has_everything(self) -> bool:
        return self.name == "A"

    @contextmanager
    def act(self, who: str, name: str, *, minutes: int = 5, only_in_a: bool = False) -> Iterator[ViewerSession | None]:
        """One act at its own moment, with its own ids. Skipped acts still take their time; use `if session:`."""
        self.minutes += minutes
        if only_in_a and not self.has_everything:
            yield None
            return
        clock.set_clock((BEGINNING + timedelta(minutes=self.minutes)).isoformat())
        with as_system(self.engine) as house:
            viewer = viewer_for(house, self.people[who]) if who else house.viewer
            house.commit()
        if viewer is None:
            raise LookupError(f"{who} is not here")
        with ids_from(self.seed, name), ViewerSession(self.engine, viewer) as session:
            yield session
            session.commit()

    def canary(self, kind: str) -> str:
        """A word that its readers alone may ever receive."""
        word = f"CNRY-{kind}-{hashlib.sha256(f'{self.seed}:{kind}:{len(self.canaries)}'.encode()).hexdigest()[:8]}"
        self.canaries.append(word)
        return word

    def escalation(self, session: ViewerSession, name: str) -> Escalation:
        return session.get_one(Escalation, self.ids[name])
