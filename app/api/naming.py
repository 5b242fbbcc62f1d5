"""What people of both sides are called, and putting it right."""

from fastapi import Response

from app.access.doors import CurrentPage, requires
from app.access.permissions import Verb
from app.access.session import ViewerSession
from app.api.doors import ApiPages
from app.api.people import TitledOut, titled_out
from app.api.reading import Given, IfMatch, given, left_out, tag_of, tagged, up_to_date
from app.escalations.names.correcting import correct_name, find_person
from app.foundation.refusals import NotFound
from app.people.models import Person

pages = ApiPages(prefix="/people/{person_id}", tags=["you and yours"])


class CorrectName(Given):
    """What is left out stays as it is."""

    name: str = left_out(min_length=1, max_length=120)
    title: str = left_out(max_length=120)


@pages.get("")
def show_person(page: CurrentPage, person_id: str, response: Response) -> TitledOut:
    """A colleague, or somebody of a customer."""
    return tagged(response, titled_out(_somebody(page.session, person_id)))


@pages.patch("", dependencies=[requires(Verb.correct_name)])
def update_name(
    page: CurrentPage,
    person_id: str,
    read: IfMatch,
    response: Response,
    sent: given(CorrectName),  # type: ignore[valid-type]
) -> TitledOut:
    """A guest's by any colleague; a colleague's by a manager, a manager's by an administrator."""
    person = find_person(page.session, person_id)
    up_to_date(read, tag_of(titled_out(person)))
    correct_name(
        page.session,
        person,
        name=sent.name if sent.has("name") else person.name,
        title=sent.title if sent.has("title") else person.title,
    )
    return tagged(response, titled_out(person))


def _somebody(session: ViewerSession, person_id: str) -> Person:
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound
    return person
