"""Who takes part, letting people in and out, and one's own mail from it."""

from typing import Any
from urllib.parse import quote

from fastapi.responses import Response
from pydantic import Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.participation import Part
from app.access.permissions import Verb
from app.escalations.colleagues import colleagues
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.escalations.participants import inviting, joining
from app.escalations.participants.letters import word_invitation
from app.escalations.participants.listing import PART_LABELS, is_muted, participants
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.outbox.letters import Draft
from app.sign_in.copying import links_to_copy

shared = SharedPages(prefix="/escalations/{key}")
staff = StaffPages(prefix="/escalations/{key}")


class ColleagueForm(Form):
    person_id: str = Field(min_length=1, max_length=16)
    part: Part = Part.follower


class InvitationForm(Form):
    invitees: str = Field(min_length=1, max_length=10000)


@shared.get("/people")
def list_participants(here: CurrentHere) -> Response:
    return _page(here)


@staff.get("/views/customer")
def show_guest_views(here: CurrentHere, at: str = "") -> Response:
    """To the same page as a guest has it: straight there where there is one guest, else after a choice."""
    place = at if at == here.url or at.startswith(here.url + "/") else here.url
    guests = [one for one in participants(here.session, here.escalation) if one.is_guest]
    views = [(one, f"/as/{one.person_id}{quote(place)}") for one in guests]
    if len(views) == 1:
        return here.page.go(views[0][1])
    return here.show("escalations/views.html", views=views)


@staff.post("/people", dependencies=[requires(Verb.add_participant)])
def create_participation(here: OpenHere, form: filled(ColleagueForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(here, colleague=form)
    try:
        joining.add_colleague(here.session, here.escalation, form.value.person_id, form.value.part)
    except Refused as refusal:
        return _page(here, colleague=form.refused(refusal))
    return here.go("/people", "Added. The customer sees them once they first speak to the customer.")


@staff.post("/people/{person_id}/removal", dependencies=[requires(Verb.add_participant)])
def delete_participation(here: OpenHere, person_id: str) -> Response:
    joining.remove_colleague(here.session, here.escalation, person_id)
    return here.go("/people", "Taken off this escalation.", undo=f"{here.url}/people/{person_id}/return")


@staff.post("/people/{person_id}/return", dependencies=[requires(Verb.add_participant)])
def create_participation_again(here: OpenHere, person_id: str) -> Response:
    joining.bring_back(here.session, here.escalation, person_id)
    return here.go("/people", "Back on this escalation.")


@staff.post("/guests", dependencies=[requires(Verb.invite_guest)])
def create_invitations(here: OpenHere, form: filled(InvitationForm)) -> Response:  # type: ignore[valid-type]
    """All of them or none: a mistake in one line brings every line back."""
    if not form.ok:
        return _page(here, guests=form)
    secret = here.page.settings.secret
    try:
        invitees = inviting.read_invitees(form.value.invitees)
        guests = [inviting.invite(here.session, secret, here.escalation, invitee) for invitee in invitees]
    except Refused as refusal:
        here.session.rollback()
        return _page(here, guests=form.refused(refusal))
    names = ", ".join(guest.name for guest in guests)
    return here.go("/people", f"{names} can come in.")


@staff.post("/guests/{person_id}/invitation", dependencies=[requires(Verb.invite_guest)])
def create_invitation_again(here: OpenHere, person_id: str) -> Response:
    guest = inviting.invite_again(here.session, here.page.settings.secret, here.escalation, person_id)
    return here.go("/people", f"{guest.name} has a new link. The one before no longer works.")


@staff.get("/guests/{person_id}/removal")
def show_guest_removal(here: CurrentHere, person_id: str) -> Response:
    return here.show("escalations/revoke.html", guest=inviting.guest_in(here.session, here.escalation, person_id))


# Not OpenHere: access is taken back in a closed escalation as well, where everything stays readable.
@staff.post("/guests/{person_id}/removal", dependencies=[requires(Verb.revoke_guest)])
def delete_guest(here: CurrentHere, person_id: str) -> Response:
    guest = inviting.revoke(here.session, here.escalation, person_id)
    return here.go("/people", f"{guest.name} no longer has access.")


@shared.post("/mute", dependencies=[requires(Verb.mute_escalation)])
def create_mute(here: CurrentHere) -> Response:
    joining.mute(here.session, here.escalation)
    return here.go("/people", "You get no more mail about this.", undo=here.url + "/mute/removal")


@shared.post("/mute/removal", dependencies=[requires(Verb.mute_escalation)])
def delete_mute(here: CurrentHere) -> Response:
    joining.unmute(here.session, here.escalation)
    return here.go("/people", "You get mail about this again.")


def _page(here: Here, **forms: Filled[Any]) -> Response:
    everybody = participants(here.session, here.escalation)
    inside = {one.person_id for one in everybody}
    ours = here.viewer.is_staff
    return here.show(
        "escalations/people.html",
        422 if forms else 200,
        forms=forms,
        ours=[one for one in everybody if not one.is_guest],
        theirs=[one for one in everybody if one.is_guest],
        muted=is_muted(here.session, here.escalation),
        others=[pair for pair in colleagues(here.session) if pair[0] not in inside] if ours else [],
        parts=[(part.value, label) for part, label in PART_LABELS.items() if part not in (Part.owner, Part.contact)],
        links=_links_to_copy(here) if ours else {},
        letter=_preview(here) if ours else None,
    )


def _links_to_copy(here: Here) -> dict[str, str]:
    """Without a mail server somebody hands the links over: our people alone see them."""
    letters = inviting.unsent_invitations(here.session, here.escalation)
    links = links_to_copy(here.session, here.page.settings, letters.values())
    return {person_id: links[letter_id] for person_id, letter_id in letters.items() if letter_id in links}


def _preview(here: Here) -> Draft:
    return word_invitation(
        inviter=here.viewer.name,
        house=here.page.workspace_name,
        title=here.escalation.title,
        customer=here.head.customer.name,
        address=here.page.settings.site + "/link/…",
    )
