"""What can happen to an escalation as a whole."""

from typing import ClassVar

from app.timeline.facts import Fact


class EscalationOpened(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} opened this at severity {severity}"
    severity: str


class SeverityChanged(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} changed the severity from {before} to {after}"
    before: str
    after: str


class CustomerStateChanged(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} said where it stands: {after}"
    before: str
    after: str


class WordsChanged(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} changed the {what}"
    what: str


class InsideChanged(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} changed {what} from {before} to {after}"
    what: str
    before: str
    after: str


class OwnerChanged(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} handed this over to {person_id}"
    before_person_id: str
    person_id: str


class AdvocateNamed(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} named {person_id} the customer’s advocate"
    person_id: str | None


class NextUpdateSet(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} set when the customer hears next"


class EscalationRestricted(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} restricted this to its participants"


class RestrictionLifted(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} lifted the restriction"


class EscalationClosed(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} closed this escalation"


class EscalationReopened(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "{actor} reopened this escalation"


class ColleagueJoined(Fact):
    panel: ClassVar[str] = "people"
    sentence: ClassVar[str] = "{actor} added {person_id} as {part}"
    person_id: str
    part: str


class ColleagueLeft(Fact):
    panel: ClassVar[str] = "people"
    sentence: ClassVar[str] = "{actor} took {person_id} off this escalation"
    person_id: str


class GuestInvited(Fact):
    panel: ClassVar[str] = "people"
    sentence: ClassVar[str] = "{actor} invited {person_id}"
    person_id: str


class NameCorrected(Fact):
    panel: ClassVar[str] = "people"
    sentence: ClassVar[str] = "{actor} corrected the name of {person_id}"
    person_id: str


class GuestRevoked(Fact):
    panel: ClassVar[str] = "people"
    sentence: ClassVar[str] = "{actor} ended the access of {person_id}"
    person_id: str


class UpdateOverdue(Fact):
    panel: ClassVar[str] = "header"
    sentence: ClassVar[str] = "The update promised to the customer is overdue"
