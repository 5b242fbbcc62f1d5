"""What can happen to a recording."""

from typing import ClassVar

from app.timeline.facts import Fact


class RecordingAdded(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} added the recording {subject}"


class RecordingReplaced(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} replaced the file of {subject}"


class RecordingShared(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} shared the recording {subject}"


class RecordingWithdrawn(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} withdrew the recording {subject}"


class RecordingDeleted(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} deleted a recording and its words"


class TranscriptReady(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "The transcript of {subject} is ready"


class HeardAgain(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} had the words of {subject} written down again"


class ListeningChanged(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} changed the words and the language to expect in recordings"


class LineCorrected(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} corrected the line {subject}"


class ConsentWithdrawn(Fact):
    panel: ClassVar[str] = "recordings"
    sentence: ClassVar[str] = "{actor} noted that somebody took back their consent to {subject}"
