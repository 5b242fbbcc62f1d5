"""What can happen in a text, wherever it stands."""

from typing import ClassVar

from app.timeline.facts import Fact


class PersonMentioned(Fact):
    panel: ClassVar[str] = "mentions"
    sentence: ClassVar[str] = "{actor} mentioned {person_id} in {subject}"
    person_id: str
