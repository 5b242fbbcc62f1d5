"""What to listen for in recordings: words to expect and the language, for all of them or for those of one escalation."""

from fastapi import Response

from app.access.doors import CurrentPage, requires
from app.access.permissions import Verb
from app.api.doors import ApiPages
from app.api.reading import IfMatch, given, tag_of, tagged, up_to_date
from app.api.recordings.schemas import ChangeListening, ListeningHereOut, ListeningOut
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.recordings.listening.changing import listen, listen_everywhere
from app.recordings.listening.models import EscalationListening, HouseListening
from app.recordings.listening.reading import listening_for, listening_for_all, usual_language
from app.recordings.listening.vocabulary import vocabulary_of

pages = ApiPages(tags=["recordings"])
CHANGES = [requires(Verb.change_listening)]


@pages.get("/listening")
def show_listening_everywhere(page: CurrentPage, response: Response) -> ListeningOut:
    return tagged(response, _everywhere(listening_for_all(page.session)))


@pages.patch("/listening", dependencies=CHANGES)
def update_listening_everywhere(
    page: CurrentPage,
    read: IfMatch,
    response: Response,
    sent: given(ChangeListening),  # type: ignore[valid-type]
) -> ListeningOut:
    """For the next recordings."""
    before = listening_for_all(page.session)
    up_to_date(read, tag_of(_everywhere(before)))
    listen_everywhere(page.session, *_changed(before, sent))
    return tagged(response, _everywhere(listening_for_all(page.session)))


@pages.get("/escalations/{key}/listening")
def show_listening(here: CurrentHere, response: Response) -> ListeningHereOut:
    return tagged(response, _here(here))


@pages.patch("/escalations/{key}/listening", dependencies=CHANGES)
def update_listening(
    here: OpenHere,
    read: IfMatch,
    response: Response,
    sent: given(ChangeListening),  # type: ignore[valid-type]
) -> ListeningHereOut:
    """For the next recordings, and for one that is heard again."""
    up_to_date(read, tag_of(_here(here)))
    listen(here.session, here.escalation, *_changed(listening_for(here.session, here.escalation.id), sent))
    here.session.flush()
    return tagged(response, _here(here))


def _changed(before: HouseListening | EscalationListening, sent: ChangeListening) -> tuple[str, str]:
    terms = "\n".join(sent.terms) if sent.has("terms") else before.terms
    return terms, sent.language if sent.has("language") else before.language


def _everywhere(listening: HouseListening) -> ListeningOut:
    return ListeningOut(terms=listening.terms.splitlines(), language=listening.language)


def _here(here: Here) -> ListeningHereOut:
    listening = listening_for(here.session, here.escalation.id)
    return ListeningHereOut(
        terms=listening.terms.splitlines(),
        language=listening.language,
        usual_language=usual_language(here.session, here.escalation.id),
        expected=vocabulary_of(here.session, here.escalation.id),
    )
