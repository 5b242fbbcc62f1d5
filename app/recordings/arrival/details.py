"""What is said about a recording when it is uploaded: its title, its meeting, and who agreed to be recorded."""

from collections.abc import Mapping
from datetime import datetime

from pydantic import BaseModel, ConfigDict
from sqlmodel import col, select

from app.access.participation import Participation
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.foundation.typed_moments import typed_moment
from app.people.models import Person
from app.recordings.finding import meeting_of
from app.recordings.listening.changing import checked_language
from app.recordings.models import TITLE

AGREED = "yes"
DECLINED = "no"
ABSENT = "absent"
EVERYBODY = "everybody"  # the field that answers for all who are not answered for one by one
MOST_PEOPLE = 60
LONGEST_NAME = 120
LONGEST_HOW = 200
CONSENT = "consent_"  # the name of a person's field is this and their id


class Agreed(BaseModel):
    """Somebody who was there and agreed."""

    model_config = ConfigDict(frozen=True)
    name: str
    person_id: str | None = None


class Details(BaseModel):
    """Kept with the upload, so that a reload or a restart of the server loses none of it."""

    model_config = ConfigDict(frozen=True)
    title: str
    recorded_at: datetime
    meeting_id: str | None = None
    how: str
    language: str = ""  # a code; empty where it is to be found out
    agreed: tuple[Agreed, ...]


def details_from(session: ViewerSession, escalation: Escalation, typed: Mapping[str, str]) -> Details:
    """From the fields of the form, however they were sent. Refuses with a sentence beside the field."""
    meeting = meeting_of(session, escalation, typed.get("meeting_id"))
    if typed.get("meeting_id") and meeting is None:
        raise Refused("This meeting is no longer here. Choose another, or none.", "meeting_id")
    began = (meeting.started_at or meeting.starts_at) if meeting else now()  # early or late, as it was
    return Details(
        title=_short_text(typed, "title", TITLE, "Give the recording a title."),
        recorded_at=_recorded_at(session, typed) or began,
        meeting_id=meeting.id if meeting else None,
        agreed=_agreed(session, escalation, typed),
        how=_short_text(typed, "how", LONGEST_HOW, "Say how they agreed."),
        language=checked_language(typed.get("language", "")),
    )


def people_asked(session: ViewerSession, escalation: Escalation) -> list[Person]:
    """Everybody who takes part: each of them may have been there."""
    query = (
        select(Person)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(Participation.escalation_id == escalation.id, col(Participation.ended_at).is_(None))
        .order_by(col(Person.side).desc(), Person.name)
    )
    return list(session.exec(query))


def _agreed(session: ViewerSession, escalation: Escalation, typed: Mapping[str, str]) -> tuple[Agreed, ...]:
    people = people_asked(session, escalation)
    unanswered = AGREED if typed.get(EVERYBODY) == AGREED else ABSENT
    answers = {person.id: typed.get(CONSENT + person.id) or unanswered for person in people}
    declined = [person for person in people if answers[person.id] == DECLINED]
    if declined:
        names = " and ".join(person.name for person in declined)
        raise Refused(
            f"{names} did not agree to be recorded, so this recording cannot be kept here. Nothing of it was stored.",
            CONSENT + declined[0].id,
        )
    known = [Agreed(name=one.name, person_id=one.id) for one in people if answers[one.id] == AGREED]
    others = [line.strip() for line in typed.get("others", "").splitlines() if line.strip()]
    if any(len(name) > LONGEST_NAME for name in others):
        raise Refused(f"A name has at most {LONGEST_NAME} characters. Write one on each line.", "others")
    if len(known) + len(others) > MOST_PEOPLE:
        raise Refused(f"At most {MOST_PEOPLE} people can be named.", EVERYBODY)
    if not known and not others:
        raise Refused("Say who was there and agreed to be recorded. Without that it cannot be kept.", EVERYBODY)
    return (*known, *(Agreed(name=name) for name in others))


def _recorded_at(session: ViewerSession, typed: Mapping[str, str]) -> datetime | None:
    text = typed.get("recorded_at", "").strip()
    if not text:
        return None
    return typed_moment(text, session.viewer.zone, "recorded_at")


def _short_text(typed: Mapping[str, str], name: str, longest: int, missing: str) -> str:
    text = " ".join(typed.get(name, "").split())
    if not text:
        raise Refused(missing, name)
    if len(text) > longest:
        raise Refused(f"This is too long: at most {longest} characters.", name)
    return text
