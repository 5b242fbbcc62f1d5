"""The letter that lets a guest in: what it is about, what they will see, and their way in."""

from app.escalations.models import Escalation
from app.outbox.letters import Draft, Writing, writes
from app.people.models import Customer, LinkPurpose, Person, Workspace
from app.sign_in.copying import still_opening
from app.sign_in.links import link_address


def word_invitation(*, inviter: str, house: str, title: str, customer: str, address: str) -> Draft:
    """Shown to whoever invites before it is sent: both read the same words."""
    return Draft(
        subject=f"{house} invites you: {title}",
        paragraphs=[
            f"{inviter} invites you to follow “{title}” together with {house}.",
            f"You will see the concerns of {customer} in your order, where each stands and when it is available to you, "
            "the meetings we hold with you, their agenda and notes, recordings of those you are invited to, and a discussion "
            f"in which you can write to us at any time. You will not see the internal work of {house}, and nobody outside sees yours.",
            "The link works once, within 14 days. You will be asked for the address this letter was sent to. "
            "No password is needed.",
        ],
        button=("Open the invitation", address),
        why=f"{house} sent this to you as a contact of {customer}.",
    )


@writes(LinkPurpose.invitation.value)
def write_invitation(writing: Writing) -> Draft | None:
    """Nothing is left to say once the invitation was taken back."""
    session = writing.session
    escalation = session.get(Escalation, writing.about["escalation_id"])
    if escalation is None or not still_opening(session, writing.settings, [writing.letter.id]):
        return None
    inviter = session.get(Person, writing.about["invited_by_id"])
    house = session.get_one(Workspace, 1)
    return word_invitation(
        inviter=inviter.name if inviter else house.name,
        house=house.name,
        title=escalation.title,
        customer=session.get_one(Customer, escalation.customer_id).name,
        address=link_address(writing.settings.site, writing.settings.secret, writing.letter.id),
    )
