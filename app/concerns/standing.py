"""What the forms of a concern are made of."""

from app.access.session import ViewerSession
from app.concerns.facts import ConcernAnswered, ConcernEdited, ConcernRemarkChanged, ConcernWorkMoved
from app.concerns.models import CUSTOMER_WORDS, Concern, ConcernInside, WorkState
from app.timeline.meanwhile import Standing


def answer_stands(concern: Concern) -> Standing:
    values = {"word": concern.customer_word, "answer": concern.answer, "available_on": concern.available_on}
    return Standing(concern, values, (ConcernAnswered,), {"word": lambda word: CUSTOMER_WORDS[word]})


def words_stand(concern: Concern) -> Standing:
    return Standing(concern, {"words": concern.words, "details": concern.details}, (ConcernEdited,))


def inside_stands(session: ViewerSession, concern: Concern) -> Standing:
    inside = session.get(ConcernInside, concern.id)
    state, remarks = (inside.state, inside.remarks) if inside else (WorkState.not_started, "")
    facts = (ConcernRemarkChanged, ConcernWorkMoved)
    read_as = {"state": lambda state: str(state.value).replace("_", " ").capitalize()}
    return Standing(concern, {"state": state, "remarks": remarks}, facts, read_as)
