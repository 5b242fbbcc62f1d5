"""Who tells, and when it was: acts of the demo's people at moments of the last days."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from app.access.session import ViewerSession
from app.access.viewer import SYSTEM, Viewer
from app.discussion.models import HELD_FOR
from app.discussion.releasing import release_due
from app.escalations.models import Escalation
from app.foundation import clock
from app.foundation.settings import Settings

YOU = "you"  # whoever loads the demo
CUSTOMER_ZONE = "Europe/London"


@dataclass
class Story:
    """The demo while it is told. The session is the system's; `people` says as whom each act is done."""

    session: ViewerSession
    settings: Settings
    zone: str
    moment: datetime
    people: dict[str, Viewer]
    escalation_id: str = ""
    ids: dict[str, str] = field(default_factory=dict)

    @property
    def escalation(self) -> Escalation:
        return self.session.get_one(Escalation, self.escalation_id)

    def id_of(self, who: str) -> str:
        return self.people[who].person_id or ""

    def day(self, days: int) -> date:
        return self.moment.astimezone(ZoneInfo(self.zone)).date() + timedelta(days=days)

    def on(self, days: int, at: str) -> datetime:
        """So many days from today at that time, on the clock of whoever loads the demo."""
        local = datetime.combine(self.day(days), time.fromisoformat(at), ZoneInfo(self.zone))
        return local.astimezone(UTC)

    def ago(self, minutes: int) -> datetime:
        return self.moment - timedelta(minutes=minutes)

    @contextmanager
    def act(self, who: str, moment: datetime) -> Iterator[ViewerSession]:
        """What is done inside is done by this person, then."""
        before = self.session.viewer
        self.session.viewer = self.people[who] if who else SYSTEM
        try:
            with clock.telling(moment):
                yield self.session
                self.session.flush()
        finally:
            self.session.viewer = before

    def let_leave(self, moment: datetime) -> None:
        """What was written to the customer at that moment has left."""
        with self.act("", moment + HELD_FOR) as session:
            release_due(session, clock.now())
