"""What can happen to a concern."""

from datetime import date
from typing import ClassVar

from pydantic import computed_field

from app.timeline.facts import Fact


class ConcernRaised(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} raised {subject}"


class ConcernShared(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} shared {subject}"


class ConcernWithdrawn(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} withdrew {subject} from the customer"


class ConcernEdited(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} changed the words of {subject}"


class ConcernAnswered(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} answered {subject}: {word}, {available}"
    before: str
    word: str
    available_on: date | None = None

    @computed_field  # type: ignore[prop-decorator]
    @property
    def available(self) -> str:
        day = self.available_on
        return f"available on {day:%a} {day.day} {day:%b %Y}" if day else "no date yet"


class ConcernOwnerNamed(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} named {person_id} to answer for {subject}"
    before_person_id: str
    person_id: str


class ConcernRanked(Fact):
    """In the customer's order."""

    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} moved {subject} from {before} to {after}"
    before: int
    after: int


class ConcernRankedByUs(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} moved {subject} from {before} to {after} in our order"
    before: int
    after: int


class ConcernResolved(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} marked {subject} as resolved"


class ConcernReopened(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} reopened {subject}"


class ConcernWorkMoved(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} moved the work on {subject} from {before} to {after}"
    before: str
    after: str


class ConcernRemarkChanged(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} changed our remarks on {subject}"


class TrackerLinked(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} linked {subject} to the tracker"


class TrackerUnlinked(Fact):
    panel: ClassVar[str] = "concerns"
    sentence: ClassVar[str] = "{actor} took a tracker link off {subject}"
