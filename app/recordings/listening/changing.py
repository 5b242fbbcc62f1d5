"""Changing what is listened for."""

from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.foundation.refusals import Refused
from app.recordings.facts import ListeningChanged
from app.recordings.listening.models import EscalationListening, HouseListening
from app.recordings.listening.reading import listening_for, listening_for_all
from app.speech.fitting import MOST_TERMS
from app.speech.languages import LANGUAGES
from app.timeline.recording import record

LONGEST_TERM = 60


def listen_everywhere(session: ViewerSession, terms: str, language: str) -> None:
    _write(session, listening_for_all(session), terms, language)


def listen(session: ViewerSession, escalation: Escalation, terms: str, language: str) -> None:
    listening = listening_for(session, escalation.id)
    if _write(session, listening, terms, language):
        record(session, escalation.id, ListeningChanged(), escalation)


def checked_language(code: str) -> str:
    if code and code not in LANGUAGES:
        raise Refused("Choose one of the languages.", "language")
    return code


def _write(session: ViewerSession, row: HouseListening | EscalationListening, terms: str, language: str) -> bool:
    tidy, language = "\n".join(_tidy(terms)), checked_language(language)
    if (row.terms, row.language) == (tidy, language):
        return False
    row.terms, row.language = tidy, language
    session.add(row)
    return True


def _tidy(terms: str) -> list[str]:
    """Each once, however it is capitalised; a comma would make two of one, since they are handed over in a list."""
    found: dict[str, str] = {}
    for line in terms.splitlines():
        term = " ".join(line.replace(",", " ").split())
        if len(term) > LONGEST_TERM:
            raise Refused(f"“{term[:20]}…” is too long: a word or name has at most {LONGEST_TERM} characters.", "terms")
        if term:
            found.setdefault(term.casefold(), term)
    if len(found) > MOST_TERMS:
        raise Refused(
            f"These are {len(found)}; at most {MOST_TERMS} can be listened for. Keep the most unusual.", "terms"
        )
    return list(found.values())
