"""Concerns: the list and the two orders, raising, answering, sharing, resolving."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from fastapi import Depends, Response
from sqlmodel import col

from app.access.doors import requires
from app.access.participation import Audience
from app.access.permissions import Verb
from app.api.concerns.schemas import (
    AddTracker,
    ChangeConcern,
    ConcernOrderOut,
    ConcernOut,
    MoveConcern,
    RaiseConcern,
    TrackerOut,
    concern_out,
    concern_rows,
    concerns_out,
    tracker_out,
)
from app.api.doors import ApiPages, acts
from app.api.links import LinksOut, links_out
from app.api.paging import AskedPage, Listed, read_page
from app.api.reading import IfMatch, given, tag_of, tagged, up_to_date
from app.concerns.answering import answer_concern, reopen, resolve
from app.concerns.finding import find_concern, inside_of
from app.concerns.models import Concern
from app.concerns.owning import name_owner
from app.concerns.raising import raise_concern, reword
from app.concerns.ranking import move_for_customer, move_for_us
from app.concerns.remarking import remark
from app.concerns.rows import panel
from app.concerns.sharing import share, withdraw
from app.concerns.tracking import add_tracker, find_tracker, remove_tracker, return_tracker, trackers_of
from app.escalations.doors import CurrentHere, Here, OpenHere
from app.foundation.refusals import NotFound, Refused
from app.links.linking import link
from app.links.origins import find_origin

pages = ApiPages(prefix="/escalations/{key}", tags=["concerns"])


class Standing(StrEnum):
    open = "open"
    resolved = "resolved"
    all = "all"


def concern_from_path(concern_id: str, here: CurrentHere) -> Concern:
    return find_concern(here.session, here.escalation, concern_id)


def open_concern_from_path(concern_id: str, here: OpenHere) -> Concern:
    return find_concern(here.session, here.escalation, concern_id)


CurrentConcern = Annotated[Concern, Depends(concern_from_path)]
OpenConcern = Annotated[Concern, Depends(open_concern_from_path)]


@pages.get("/concerns")
def list_concerns(here: CurrentHere, asked: AskedPage, state: Standing = Standing.open) -> Listed[ConcernOut]:
    """The latest raised first."""
    query, resolved = concern_rows(here.escalation.id), col(Concern.resolved_at)
    if state is not Standing.all:
        query = query.where(resolved.is_(None) if state is Standing.open else resolved.is_not(None))
    rows, after = read_page(here.session, query, col(Concern.raised_at), col(Concern.id), datetime, asked)
    return asked.listed(concerns_out(here.session, rows), after)


@pages.post("/concerns", status_code=201, dependencies=acts(Verb.raise_concern))
def create_concern(here: OpenHere, response: Response, sent: given(RaiseConcern)) -> ConcernOut:  # type: ignore[valid-type]
    try:
        origin = find_origin(here.session, here.escalation.id, sent.origin)
    except NotFound:
        raise Refused("What this came from is not there.", "origin") from None
    concern = raise_concern(here.session, here.escalation, sent.words, details=sent.details)
    if origin is not None:
        link(here.session, here.escalation.id, origin, concern, Audience.shared)
    response.headers["location"] = f"/api/v1{here.url}/concerns/{concern.id}"
    return tagged(response, concern_out(here.session, concern))


@pages.get("/concern-order")
def show_order(here: CurrentHere) -> ConcernOrderOut:
    """The customer's order holds what is shared; ours holds everything."""
    return _order(here)


@pages.post("/concern-order/theirs", dependencies=acts(Verb.rank_for_customer))
def update_their_order(here: OpenHere, sent: given(MoveConcern)) -> ConcernOrderOut:  # type: ignore[valid-type]
    move_for_customer(here.session, here.escalation, sent.moved, sent.before)
    return _order(here)


@pages.post("/concern-order/ours", dependencies=acts(Verb.rank_for_us))
def update_our_order(here: OpenHere, sent: given(MoveConcern)) -> ConcernOrderOut:  # type: ignore[valid-type]
    move_for_us(here.session, here.escalation, sent.moved, sent.before)
    return _order(here)


@pages.get("/concerns/{concern_id}")
def show_concern(here: CurrentHere, concern: CurrentConcern, response: Response) -> ConcernOut:
    return tagged(response, concern_out(here.session, concern))


@pages.patch("/concerns/{concern_id}", dependencies=[requires(Verb.edit_concern)])
def update_concern(
    here: OpenHere,
    concern: OpenConcern,
    read: IfMatch,
    response: Response,
    sent: given(ChangeConcern),  # type: ignore[valid-type]
) -> ConcernOut:
    up_to_date(read, tag_of(concern_out(here.session, concern)))
    _change(here, concern, sent)
    return tagged(response, concern_out(here.session, concern))


@pages.post("/concerns/{concern_id}/sharing", dependencies=acts(Verb.share_concern))
def create_sharing(here: OpenHere, concern: OpenConcern) -> ConcernOut:
    """From now on the customer reads it."""
    share(here.session, here.escalation, concern)
    return concern_out(here.session, concern)


@pages.delete("/concerns/{concern_id}/sharing", dependencies=[requires(Verb.share_concern)])
def delete_sharing(here: OpenHere, concern: OpenConcern) -> ConcernOut:
    withdraw(here.session, here.escalation, concern)
    return concern_out(here.session, concern)


@pages.post("/concerns/{concern_id}/resolution", dependencies=acts(Verb.answer_concern))
def create_resolution(here: OpenHere, concern: OpenConcern) -> ConcernOut:
    resolve(here.session, concern)
    return concern_out(here.session, concern)


@pages.delete("/concerns/{concern_id}/resolution", dependencies=[requires(Verb.answer_concern)])
def delete_resolution(here: OpenHere, concern: OpenConcern) -> ConcernOut:
    """Opens it again, at its old place in the order."""
    reopen(here.session, concern)
    return concern_out(here.session, concern)


@pages.get("/concerns/{concern_id}/links")
def show_links(here: CurrentHere, concern: CurrentConcern) -> LinksOut:
    """What it was made from, and what came of it."""
    return links_out(here, concern)


@pages.get("/concerns/{concern_id}/trackers")
def list_trackers(here: CurrentHere, concern: CurrentConcern) -> Listed[TrackerOut]:
    """Where our work on it is kept; always one page."""
    return Listed(items=[tracker_out(one) for one in trackers_of(here.session, concern)], next=None)


@pages.post("/concerns/{concern_id}/trackers", status_code=201, dependencies=acts(Verb.edit_concern))
def create_tracker(here: OpenHere, concern: OpenConcern, sent: given(AddTracker)) -> TrackerOut:  # type: ignore[valid-type]
    return tracker_out(add_tracker(here.session, concern, sent.url, sent.label))


@pages.delete(
    "/concerns/{concern_id}/trackers/{tracker_id}", status_code=204, dependencies=[requires(Verb.edit_concern)]
)
def delete_tracker(here: OpenHere, concern: OpenConcern, tracker_id: str) -> None:
    remove_tracker(here.session, concern, find_tracker(here.session, concern, tracker_id))


@pages.post("/concerns/{concern_id}/trackers/{tracker_id}/restoration", dependencies=acts(Verb.edit_concern))
def create_tracker_again(here: OpenHere, concern: OpenConcern, tracker_id: str) -> TrackerOut:
    tracker = find_tracker(here.session, concern, tracker_id)
    return_tracker(here.session, concern, tracker)
    return tracker_out(tracker)


def _order(here: Here) -> ConcernOrderOut:
    here.session.flush()
    rows = panel(here.session, here.escalation)
    return ConcernOrderOut(theirs=[row.id for row in rows.in_their_order], ours=[row.id for row in rows.in_our_order])


def _change(here: Here, concern: Concern, sent: ChangeConcern) -> None:
    session = here.session
    if sent.has("words", "details"):
        words = sent.words if sent.has("words") else concern.words
        reword(session, concern, words, sent.details if sent.has("details") else concern.details)
    if sent.has("customer_word", "answer", "available_on"):
        answer_concern(
            session,
            concern,
            sent.customer_word if sent.has("customer_word") else concern.customer_word,
            sent.answer if sent.has("answer") else concern.answer,
            sent.available_on if sent.has("available_on") else concern.available_on,
        )
    if sent.has("owner_id"):
        name_owner(session, here.escalation, concern, sent.owner_id)
    if sent.has("state", "remarks"):
        inside = inside_of(session, concern)
        remarks = sent.remarks if sent.has("remarks") else inside.remarks
        remark(session, concern, sent.state if sent.has("state") else inside.state, remarks)
