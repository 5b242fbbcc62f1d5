"""What can happen in a discussion."""

from typing import ClassVar

from app.timeline.facts import Fact


class TopicStarted(Fact):
    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} started the topic {subject}"


class MessageSent(Fact):
    """Both sides read it from now on."""

    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} wrote {subject}"


class NoteAdded(Fact):
    """An internal message."""

    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} noted {subject}"


class MessageHeld(Fact):
    """Until it leaves; then it is told of as sent."""

    in_passing: ClassVar[bool] = True
    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} sent {subject} to the customer, to leave in a moment"


class MessageTakenBack(Fact):
    in_passing: ClassVar[bool] = True
    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} took a message back before it left"


class MessageEdited(Fact):
    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} changed {subject}"


class MessageHidden(Fact):
    """Deleted, for as long as that can be taken back; then it is told of as deleted."""

    in_passing: ClassVar[bool] = True
    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} is deleting a message"


class MessageRestored(Fact):
    in_passing: ClassVar[bool] = True
    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} brought back {subject}"


class MessageDeleted(Fact):
    """Its words are gone for good."""

    panel: ClassVar[str] = "discussion"
    sentence: ClassVar[str] = "{actor} deleted a message"
