"""The page where colleagues write down what to listen for: one for the workspace, one for each escalation."""

from fastapi.responses import Response
from pydantic import Field

from app.access.doors import CurrentPage, StaffPages, requires
from app.access.pages import Page
from app.access.permissions import Verb
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.recordings.listening.changing import listen, listen_everywhere
from app.recordings.listening.reading import listening_for, listening_for_all
from app.recordings.listening.vocabulary import found_terms
from app.speech.fitting import MOST_TERMS
from app.speech.languages import LANGUAGES, language_name

staff = StaffPages()
MAY_CHANGE = [requires(Verb.change_listening)]


class ListeningForm(Form):
    terms: str = Field(default="", max_length=6000)
    language: str = Field(default="", max_length=8)


@staff.get("/listening")
def show_listening_everywhere(page: CurrentPage) -> Response:
    return _house_page(page, None)


@staff.post("/listening", dependencies=MAY_CHANGE)
def update_listening_everywhere(page: CurrentPage, form: filled(ListeningForm)) -> Response:  # type: ignore[valid-type]
    try:
        if form.ok:
            listen_everywhere(page.session, form.value.terms, form.value.language)
    except Refused as refusal:
        form = form.refused(refusal)
    return page.go("/listening", "Saved for the next recordings.") if form.ok else _house_page(page, form)


@staff.get("/escalations/{key}/recordings/listening")
def show_listening(here: CurrentHere) -> Response:
    return _escalation_page(here, None)


@staff.post("/escalations/{key}/recordings/listening", dependencies=MAY_CHANGE)
def update_listening(here: OpenHere, form: filled(ListeningForm)) -> Response:  # type: ignore[valid-type]
    try:
        if form.ok:
            listen(here.session, here.escalation, form.value.terms, form.value.language)
    except Refused as refusal:
        form = form.refused(refusal)
    if form.ok:
        return here.go("/recordings/listening", "Saved for the next recordings.")
    return _escalation_page(here, form)


def _house_page(page: Page, form: Filled[ListeningForm] | None) -> Response:
    return page.show(
        "recordings/listening_everywhere.html",
        422 if form else 200,
        form=form,
        listening=listening_for_all(page.session),
        languages=language_choices(),
        most=MOST_TERMS,
    )


def _escalation_page(here: Here, form: Filled[ListeningForm] | None) -> Response:
    house = listening_for_all(here.session)
    return here.show(
        "recordings/listening.html",
        422 if form else 200,
        form=form,
        listening=listening_for(here.session, here.escalation.id),
        languages=language_choices(),
        usual=language_name(house.language),
        everywhere=house.terms.splitlines(),
        found=found_terms(here.session, here.escalation.id),
        most=MOST_TERMS,
    )


def language_choices() -> list[tuple[str, str]]:
    return list(LANGUAGES.items())
