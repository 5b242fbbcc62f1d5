"""What can happen to an action item."""

from typing import ClassVar

from app.timeline.facts import Fact


class ActionFact(Fact):
    """All of them refresh the same panel."""

    panel: ClassVar[str] = "actions"
    sentence: ClassVar[str] = "{actor} changed {subject}"


class ActionAdded(ActionFact):
    sentence: ClassVar[str] = "{actor} wrote down {subject}"


class ActionAssigned(ActionFact):
    sentence: ClassVar[str] = "{actor} asked {person_id} for {subject}"
    person_id: str


class ActionShared(ActionFact):
    sentence: ClassVar[str] = "{actor} shared {subject}"


class ActionAccepted(ActionFact):
    sentence: ClassVar[str] = "{actor} accepted {subject}"


class DateProposed(ActionFact):
    sentence: ClassVar[str] = "{actor} proposed another date for {subject}"


class DateAgreed(ActionFact):
    sentence: ClassVar[str] = "{actor} agreed to the proposed date of {subject}"


class ActionDeclined(ActionFact):
    """Whoever asked for it and the escalation's owner need another owner for it."""

    sentence: ClassVar[str] = "{actor} said “not me” to {subject}"


class ActionDone(ActionFact):
    sentence: ClassVar[str] = "{actor} finished {subject}"


class ActionReopened(ActionFact):
    sentence: ClassVar[str] = "{actor} reopened {subject}"


class ActionEdited(ActionFact):
    sentence: ClassVar[str] = "{actor} edited {subject}"


class ActionRemoved(ActionFact):
    sentence: ClassVar[str] = "{actor} removed an action"


class ActionRestored(ActionFact):
    sentence: ClassVar[str] = "{actor} brought back {subject}"


class ActionOverdue(ActionFact):
    sentence: ClassVar[str] = "{subject} is overdue"
