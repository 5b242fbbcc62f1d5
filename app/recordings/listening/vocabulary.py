"""Words the engine should expect: those people wrote down, then the names and the subject of the escalation."""

import re

from sqlmodel import col, select

from app.access.participation import Participation
from app.access.session import ViewerSession
from app.escalations.models import Escalation
from app.people.models import Customer, Person
from app.recordings.listening.reading import expected_terms

MOST_NAMES = 30
SUBJECT_WORD = re.compile(r"\b(?=\w*[A-Z0-9])\w{3,}\b")  # capitals and digits mark products and names


def vocabulary_of(session: ViewerSession, escalation_id: str) -> list[str]:
    """In the order of their worth, since an engine has room for some sixty: first what was written down for this
    escalation, then for all, then what its subject and its people tell. Each once, however it is capitalised."""
    own, everywhere = expected_terms(session, escalation_id)
    found: dict[str, str] = {}
    for term in (*own, *everywhere, *found_terms(session, escalation_id)):
        found.setdefault(term.casefold(), term)
    return list(found.values())


def found_terms(session: ViewerSession, escalation_id: str) -> list[str]:
    names = session.exec(
        select(Person.name)
        .join(Participation, col(Participation.person_id) == Person.id)
        .where(Participation.escalation_id == escalation_id, col(Participation.ended_at).is_(None))
        .order_by(Person.name)
        .limit(MOST_NAMES)
    ).all()
    title, customer = session.exec(
        select(Escalation.title, Customer.name)
        .join(Customer, col(Customer.id) == Escalation.customer_id)
        .where(Escalation.id == escalation_id)
    ).one()
    subject = SUBJECT_WORD.findall(title)[1:] if title[:1].isupper() else SUBJECT_WORD.findall(title)
    return list(dict.fromkeys([*subject, customer, *names]))
