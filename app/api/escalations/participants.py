"""Who takes part: colleagues in and out, guests in and out, and one's own mail from it."""

from fastapi import Response

from app.access.doors import requires
from app.access.permissions import Verb
from app.api.doors import ApiPages, acts
from app.api.escalations.schemas import AddParticipant, InviteGuest, ParticipantOut
from app.api.paging import Listed
from app.api.people import PersonOut, person_out
from app.api.reading import given
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.escalations.participants import inviting, joining
from app.escalations.participants.inviting import Invitee
from app.escalations.participants.listing import participants
from app.foundation.refusals import Refused
from app.sign_in.joining import mailbox

pages = ApiPages(prefix="/escalations/{key}", tags=["participants"])


@pages.get("/participants")
def list_participants(here: CurrentHere) -> Listed[ParticipantOut]:
    """All who take part today, the owner first; always one page."""
    return Listed(items=_everybody(here), next=None)


@pages.post("/participants", status_code=201, dependencies=acts(Verb.add_participant))
def create_participation(here: OpenHere, sent: given(AddParticipant)) -> Listed[ParticipantOut]:  # type: ignore[valid-type]
    """A colleague joins. The customer sees them once they first speak to the customer."""
    joining.add_colleague(here.session, here.escalation, sent.person_id, sent.part)
    return Listed(items=_everybody(here), next=None)


@pages.delete("/participants/{person_id}", status_code=204, dependencies=[requires(Verb.add_participant)])
def delete_participation(here: OpenHere, person_id: str) -> None:
    joining.remove_colleague(here.session, here.escalation, person_id)


@pages.post("/participants/{person_id}/restoration", dependencies=acts(Verb.add_participant))
def create_participation_again(here: OpenHere, person_id: str) -> Listed[ParticipantOut]:
    """A colleague who was taken off is what they were."""
    joining.bring_back(here.session, here.escalation, person_id)
    return Listed(items=_everybody(here), next=None)


@pages.post("/guests", status_code=201, dependencies=acts(Verb.invite_guest))
def create_guest(here: OpenHere, sent: given(InviteGuest)) -> PersonOut:  # type: ignore[valid-type]
    """Somebody of the customer comes in: from now on they read all that is shared. They get a letter with their link."""
    try:
        invitee = Invitee(sent.name, mailbox(sent.email, "email"))
        guest = inviting.invite(here.session, here.page.settings.secret, here.escalation, invitee)
    except Refused as refusal:
        raise Refused(refusal.sentence, "email" if refusal.field == "invitees" else refusal.field) from None
    return person_out(guest)


@pages.post("/guests/{person_id}/invitation", dependencies=acts(Verb.invite_guest))
def create_invitation_again(here: OpenHere, person_id: str) -> PersonOut:
    """A letter with a new link. The one before no longer works."""
    return person_out(inviting.invite_again(here.session, here.page.settings.secret, here.escalation, person_id))


# Not OpenHere: access is taken back in a closed escalation as well.
@pages.delete("/guests/{person_id}", status_code=204, dependencies=[requires(Verb.revoke_guest)])
def delete_guest(here: CurrentHere, person_id: str) -> None:
    inviting.revoke(here.session, here.escalation, person_id)


@pages.post("/mute", status_code=204, dependencies=acts(Verb.mute_escalation))
def create_mute(here: CurrentHere) -> Response:
    """No more mail to you from this one."""
    joining.mute(here.session, here.escalation)
    return Response(status_code=204)


@pages.delete("/mute", status_code=204, dependencies=[requires(Verb.mute_escalation)])
def delete_mute(here: CurrentHere) -> None:
    joining.unmute(here.session, here.escalation)


def _everybody(here: Here) -> list[ParticipantOut]:
    here.session.flush()
    return [
        ParticipantOut(
            person_id=one.person_id,
            name=one.name,
            title=one.title,
            side=one.side,
            part=one.part,
            is_known_to_customer=one.is_known_to_customer,
            joined_at=one.joined_at,
        )
        for one in participants(here.session, here.escalation)
    ]
