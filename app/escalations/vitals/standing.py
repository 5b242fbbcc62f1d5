"""What the forms for an escalation's words are made of."""

from app.access.session import ViewerSession
from app.escalations.facts import CustomerStateChanged, WordsChanged
from app.escalations.models import CUSTOMER_STATE_LABELS, Escalation, EscalationInside
from app.timeline.meanwhile import Standing


def answer_stands(escalation: Escalation) -> Standing:
    values = {"customer_state": escalation.customer_state, "doing_now": escalation.doing_now}
    read_as = {"customer_state": lambda state: CUSTOMER_STATE_LABELS[state]}
    return Standing(escalation, values, (CustomerStateChanged, WordsChanged), read_as)


def title_stands(escalation: Escalation) -> Standing:
    return Standing(escalation, {"title": escalation.title}, (WordsChanged,))


def remarks_stand(session: ViewerSession, escalation: Escalation) -> Standing:
    inside = session.get(EscalationInside, escalation.id)
    return Standing(escalation, {"remarks": inside.remarks if inside else ""}, (WordsChanged,))
