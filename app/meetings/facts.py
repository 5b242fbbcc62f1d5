"""What can happen to a meeting, its agenda, its notes and its decisions."""

from typing import ClassVar

from app.timeline.facts import Fact


class MeetingFact(Fact):
    """All of them refresh the same panel."""

    panel: ClassVar[str] = "meetings"
    sentence: ClassVar[str] = "{actor} changed {subject}"


class MeetingPlanned(MeetingFact):
    sentence: ClassVar[str] = "{actor} planned {subject}"


class MeetingShared(MeetingFact):
    sentence: ClassVar[str] = "{actor} shared {subject}"


class MeetingWithdrawn(MeetingFact):
    sentence: ClassVar[str] = "{actor} withdrew {subject} from the customer"


class MeetingEdited(MeetingFact):
    """Words, place or people; the time stayed."""


class MeetingMoved(MeetingFact):
    sentence: ClassVar[str] = "{actor} moved {subject} to another time"


class MeetingCancelled(MeetingFact):
    sentence: ClassVar[str] = "{actor} cancelled {subject}"


class MeetingRevived(MeetingFact):
    sentence: ClassVar[str] = "{actor} put {subject} back on the calendar"


class MeetingStarted(MeetingFact):
    sentence: ClassVar[str] = "{actor} started {subject}"


class MeetingEnded(MeetingFact):
    sentence: ClassVar[str] = "{actor} ended {subject}"


class AgendaComposed(MeetingFact):
    sentence: ClassVar[str] = "{actor} composed the agenda of {subject}"


class AgendaReordered(MeetingFact):
    sentence: ClassVar[str] = "{actor} changed the order of {subject}"


class AgendaItemAdded(MeetingFact):
    sentence: ClassVar[str] = "{actor} put {subject} on the agenda"


class AgendaItemEdited(MeetingFact):
    sentence: ClassVar[str] = "{actor} changed the item {subject}"


class AgendaItemShared(MeetingFact):
    sentence: ClassVar[str] = "{actor} shared the item {subject}"


class AgendaItemWithdrawn(MeetingFact):
    sentence: ClassVar[str] = "{actor} withdrew the item {subject} from the customer"


class AgendaItemRemoved(MeetingFact):
    sentence: ClassVar[str] = "{actor} took {subject} off the agenda"


class AgendaItemRestored(MeetingFact):
    sentence: ClassVar[str] = "{actor} put {subject} back on the agenda"


class AgendaItemDiscussed(MeetingFact):
    sentence: ClassVar[str] = "{actor} ticked {subject} as discussed"


class AgendaItemReopened(MeetingFact):
    sentence: ClassVar[str] = "{actor} unticked {subject}"


class NotesChanged(MeetingFact):
    """Gathered: somebody who types on is said once, not at each save."""

    sentence: ClassVar[str] = "{actor} wrote {subject}"


class DecisionRecorded(MeetingFact):
    sentence: ClassVar[str] = "{actor} recorded the decision {subject}"


class DecisionShared(MeetingFact):
    sentence: ClassVar[str] = "{actor} shared the decision {subject}"


class DecisionRemoved(MeetingFact):
    sentence: ClassVar[str] = "{actor} took a decision back"


class DecisionRestored(MeetingFact):
    sentence: ClassVar[str] = "{actor} put the decision {subject} back"
