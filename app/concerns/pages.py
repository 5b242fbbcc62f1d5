"""Concerns in their two orders, one concern, and everything one does to it."""

from datetime import date
from typing import Annotated, Any, NamedTuple

from fastapi import Query
from fastapi.responses import Response
from pydantic import Field

from app.access.doors import SharedPages, StaffPages, requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.concerns import naming  # noqa: F401  registers what concerns are called
from app.concerns.answering import answer_concern, reopen, resolve
from app.concerns.finding import find_concern
from app.concerns.models import CUSTOMER_WORDS, CUSTOMER_WORDS_MEAN, Concern, CustomerWord, Order, WorkState
from app.concerns.moves import latest_moves
from app.concerns.owning import name_owner, possible_owners
from app.concerns.raising import may_reword, raise_concern, reword
from app.concerns.ranking import move_for_customer, move_for_us
from app.concerns.remarking import remark
from app.concerns.rows import panel, resolved
from app.concerns.sharing import readers_of, share, withdraw
from app.concerns.showing import sight_of
from app.concerns.standing import answer_stands, inside_stands, words_stand
from app.concerns.tracking import add_tracker, find_tracker, remove_tracker, return_tracker
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.links.linking import link
from app.links.origins import find_origin
from app.timeline.meanwhile import keep_both

staff = StaffPages(prefix="/escalations/{key}/concerns")
shared = SharedPages(prefix="/escalations/{key}/concerns")

MOST_DETAILS = 20_000


class Words(Form):
    words: str = Field(min_length=1, max_length=300)
    details: str = Field(default="", max_length=MOST_DETAILS)


class RaiseConcern(Words):
    audience: Audience = Audience.internal
    origin: str = Field(default="", max_length=60)


class Move(Form):
    moved: str = Field(min_length=1, max_length=16)
    before: str = Field(default="", max_length=16)


class Answer(Form):
    word: CustomerWord
    answer: str = Field(default="", max_length=MOST_DETAILS)
    available_on: date | None = None


class Owner(Form):
    owner_id: str = Field(min_length=1, max_length=16)


class Inside(Form):
    state: WorkState
    remarks: str = Field(default="", max_length=MOST_DETAILS)


class Tracker(Form):
    url: str = Field(min_length=1, max_length=500)
    label: str = Field(default="", max_length=120)


# The list and the two orders


@shared.get("")
def list_concerns(here: CurrentHere, order: str = "", before: Annotated[str, Query(max_length=40)] = "") -> Response:
    return _list_page(here, Order.ours if order == Order.ours else Order.theirs, before)


@shared.post("/order", dependencies=[requires(Verb.rank_for_customer)])
def update_their_order(here: OpenHere, form: filled(Move)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _list_page(here, Order.theirs, form=form)
    try:
        move_for_customer(here.session, here.escalation, form.value.moved, form.value.before)
    except Refused as refusal:
        return _list_page(here, Order.theirs, form=form.refused(refusal))
    return here.go("/concerns")


@staff.post("/our-order", dependencies=[requires(Verb.rank_for_us)])
def update_our_order(here: OpenHere, form: filled(Move)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _list_page(here, Order.ours, form=form)
    try:
        move_for_us(here.session, here.escalation, form.value.moved, form.value.before)
    except Refused as refusal:
        return _list_page(here, Order.ours, form=form.refused(refusal))
    return here.go("/concerns?order=ours")


# Raising


@shared.get("/new")
def show_new_concern(here: CurrentHere, origin: Annotated[str, Query(alias="from", max_length=60)] = "") -> Response:
    find_origin(here.session, here.escalation.id, origin)
    return here.show("concerns/new.html", form=None, origin=origin)


@shared.post("", dependencies=[requires(Verb.raise_concern)])
def create_concern(here: OpenHere, form: filled(RaiseConcern)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return here.show("concerns/new.html", 422, form=form, origin=form.typed.get("origin", ""))
    given = form.value
    origin = find_origin(here.session, here.escalation.id, given.origin)
    concern = raise_concern(here.session, here.escalation, given.words, details=given.details)
    if origin is not None:
        # Shared, because a link is seen only by those who see both its ends.
        link(here.session, here.escalation.id, origin, concern, Audience.shared)
    if given.audience is Audience.shared and not concern.is_shared:
        return here.go(f"/concerns/{concern.id}/sharing", "Raised. It is internal until you share it.")
    return here.go(f"/concerns/{concern.id}", "Concern raised")


# One concern


@shared.get("/{concern_id}")
def show_concern(here: CurrentHere, concern_id: str) -> Response:
    return _concern_page(here, find_concern(here.session, here.escalation, concern_id))


@shared.post("/{concern_id}/words", dependencies=[requires(Verb.reword_concern)])
def update_words(here: OpenHere, concern_id: str, form: filled(Words)) -> Response:  # type: ignore[valid-type]
    concern = find_concern(here.session, here.escalation, concern_id)
    if may_reword(here.viewer, concern):
        form = keep_both(here.session, form, concern, lambda: words_stand(concern))
    act = Act(here, concern, "words", form)
    return act.do("Saved", lambda given: reword(here.session, act.concern, given.words, given.details))


@staff.post("/{concern_id}/answer", dependencies=[requires(Verb.answer_concern)])
def update_answer(here: OpenHere, concern_id: str, form: filled(Answer)) -> Response:  # type: ignore[valid-type]
    concern = find_concern(here.session, here.escalation, concern_id)
    act = Act(here, concern, "answer", keep_both(here.session, form, concern, lambda: answer_stands(concern)))
    said = f"{here.head.customer.name} reads the new answer" if act.concern.is_shared else "Saved"
    return act.do(
        said, lambda given: answer_concern(here.session, act.concern, given.word, given.answer, given.available_on)
    )


@staff.post("/{concern_id}/owner", dependencies=[requires(Verb.edit_concern)])
def update_owner(here: OpenHere, concern_id: str, form: filled(Owner)) -> Response:  # type: ignore[valid-type]
    act = Act(here, find_concern(here.session, here.escalation, concern_id), "owner", form)
    return act.do("Saved", lambda given: name_owner(here.session, here.escalation, act.concern, given.owner_id))


@staff.post("/{concern_id}/inside", dependencies=[requires(Verb.edit_concern)])
def update_inside(here: OpenHere, concern_id: str, form: filled(Inside)) -> Response:  # type: ignore[valid-type]
    concern = find_concern(here.session, here.escalation, concern_id)
    form = keep_both(here.session, form, concern, lambda: inside_stands(here.session, concern))
    act = Act(here, concern, "inside", form)
    return act.do("Saved", lambda given: remark(here.session, act.concern, given.state, given.remarks))


@staff.post("/{concern_id}/trackers", dependencies=[requires(Verb.edit_concern)])
def create_tracker(here: OpenHere, concern_id: str, form: filled(Tracker)) -> Response:  # type: ignore[valid-type]
    act = Act(here, find_concern(here.session, here.escalation, concern_id), "trackers", form)
    return act.do("Linked", lambda given: add_tracker(here.session, act.concern, given.url, given.label))


@staff.post("/{concern_id}/trackers/{tracker_id}/removal", dependencies=[requires(Verb.edit_concern)])
def delete_tracker(here: OpenHere, concern_id: str, tracker_id: str) -> Response:
    concern = find_concern(here.session, here.escalation, concern_id)
    remove_tracker(here.session, concern, find_tracker(here.session, concern, tracker_id))
    path = f"/concerns/{concern.id}"
    return here.go(path, "Link removed", undo=f"{here.url}{path}/trackers/{tracker_id}/return")


@staff.post("/{concern_id}/trackers/{tracker_id}/return", dependencies=[requires(Verb.edit_concern)])
def create_tracker_again(here: OpenHere, concern_id: str, tracker_id: str) -> Response:
    concern = find_concern(here.session, here.escalation, concern_id)
    return_tracker(here.session, concern, find_tracker(here.session, concern, tracker_id))
    return here.go(f"/concerns/{concern.id}", "The link is back")


@staff.get("/{concern_id}/sharing")
def show_sharing(here: CurrentHere, concern_id: str) -> Response:
    concern = find_concern(here.session, here.escalation, concern_id)
    if concern.is_shared:
        return here.go(f"/concerns/{concern.id}")
    return here.show("concerns/sharing.html", concern=concern, readers=readers_of(here.session, here.escalation))


@staff.post("/{concern_id}/sharing", dependencies=[requires(Verb.share_concern)])
def create_sharing(here: OpenHere, concern_id: str) -> Response:
    concern = find_concern(here.session, here.escalation, concern_id)
    share(here.session, here.escalation, concern)
    path = f"/concerns/{concern.id}"
    return here.go(path, f"Shared with {here.head.readers}", undo=f"{here.url}{path}/withdrawal")


@staff.post("/{concern_id}/withdrawal", dependencies=[requires(Verb.share_concern)])
def create_withdrawal(here: OpenHere, concern_id: str) -> Response:
    concern = find_concern(here.session, here.escalation, concern_id)
    withdraw(here.session, here.escalation, concern)
    path = f"/concerns/{concern.id}"
    return here.go(path, f"{here.head.customer.name} no longer sees this", undo=f"{here.url}{path}/sharing")


@staff.post("/{concern_id}/resolution", dependencies=[requires(Verb.answer_concern)])
def create_resolution(here: OpenHere, concern_id: str) -> Response:
    concern = find_concern(here.session, here.escalation, concern_id)
    resolve(here.session, concern)
    path = f"/concerns/{concern.id}"
    return here.go(path, "Resolved", undo=f"{here.url}{path}/reopening")


@staff.post("/{concern_id}/reopening", dependencies=[requires(Verb.answer_concern)])
def create_reopening(here: OpenHere, concern_id: str) -> Response:
    concern = find_concern(here.session, here.escalation, concern_id)
    reopen(here.session, concern)
    return here.go(f"/concerns/{concern.id}", "Open again, at its old place in the order")


class Act(NamedTuple):
    """One form of a concern's page: its verb is done, or the page comes back with what was typed."""

    here: Here
    concern: Concern
    part: str
    form: Filled[Any]

    def do(self, said: str, verb: Any) -> Response:
        if not self.form.ok:
            return _concern_page(self.here, self.concern, self.part, self.form)
        try:
            verb(self.form.value)
        except Refused as refusal:
            return _concern_page(self.here, self.concern, self.part, self.form.refused(refusal))
        return self.here.go(f"/concerns/{self.concern.id}", said)


def _list_page(here: Here, order: Order, before: str = "", form: Filled[Any] | None = None) -> Response:
    order = Order.theirs if here.viewer.is_guest else order
    return here.show(
        "concerns/index.html",
        422 if form else 200,
        concerns=panel(here.session, here.escalation),
        resolved=resolved(here.session, here.escalation, before),
        order=order,
        moves=latest_moves(here.session, here.escalation, order),
        form=form,
        marked=not here.viewer.is_guest,
    )


def _concern_page(here: Here, concern: Concern, part: str = "", form: Filled[Any] | None = None) -> Response:
    return here.show(
        "concerns/show.html",
        422 if form else 200,
        concern=concern,
        sight=sight_of(here.session, here.escalation, concern),
        owners=possible_owners(here.session, here.escalation) if here.may(Verb.edit_concern) else [],
        was=_was(here, concern),
        may_reword=here.may(Verb.reword_concern) and may_reword(here.viewer, concern),
        part=part,
        form=form,
        marked=not here.viewer.is_guest,
        customer_words=[(word.value, f"{CUSTOMER_WORDS[word]}: {CUSTOMER_WORDS_MEAN[word]}") for word in CustomerWord],
        work_states=[(state.value, state.replace("_", " ").capitalize()) for state in WorkState],
    )


def _was(here: Here, concern: Concern) -> dict[str, str]:
    """What each form of the page is made of; of what is inside, nothing for the customer's people."""
    was = {"answer": answer_stands(concern).was, "words": words_stand(concern).was}
    return was if here.viewer.is_guest else {**was, "inside": inside_stands(here.session, concern).was}
