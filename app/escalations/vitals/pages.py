"""Changing an escalation's vitals: one small form each, all on one page."""

from datetime import datetime
from typing import Any

from fastapi import Depends
from fastapi.responses import Response
from pydantic import Field
from sqlmodel import select

from app.access.doors import StaffPages, requires
from app.access.permissions import Verb
from app.escalations.colleagues import colleagues
from app.escalations.doors import CurrentHere, Here, OpenHere, open_here_from_path
from app.escalations.models import (
    CUSTOMER_STATE_LABELS,
    SEVERITY_LABELS,
    SEVERITY_MEANS,
    CustomerState,
    Health,
    Severity,
    Stage,
)
from app.escalations.vitals import changing, handing_over, steering
from app.escalations.vitals.standing import answer_stands, remarks_stand, title_stands
from app.foundation.forms import Filled, Form, filled
from app.foundation.refusals import Refused
from app.foundation.typed_moments import typed_moment
from app.people.models import Team
from app.timeline.meanwhile import keep_both

staff = StaffPages(prefix="/escalations/{key}")
CHANGES = [requires(Verb.edit_escalation)]
# Found first: whoever cannot see an escalation is told that it is not there, whatever their role.
RESTRICTS = [Depends(open_here_from_path), requires(Verb.restrict_escalation)]


class SeverityForm(Form):
    severity: Severity


class TitleForm(Form):
    title: str = Field(min_length=3, max_length=200)


class AnswerForm(Form):
    customer_state: CustomerState
    doing_now: str = Field(default="", max_length=2000)
    back: str = Field(default="", max_length=20)


class NextUpdateForm(Form):
    next_update_due_at: datetime


class OwnerForm(Form):
    owner_id: str = Field(min_length=1, max_length=16)


class AdvocateForm(Form):
    advocate_id: str = Field(default="", max_length=16)


class InsideForm(Form):
    stage: Stage
    health: Health
    team_id: str = Field(default="", max_length=16)


class RemarksForm(Form):
    remarks: str = Field(default="", max_length=10000)


@staff.get("/vitals")
def show_vitals(here: CurrentHere) -> Response:
    return _page(here)


@staff.post("/severity", dependencies=CHANGES)
def change_severity(here: OpenHere, form: filled(SeverityForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(here, severity=form)
    changing.change_severity(here.session, here.escalation, form.value.severity)
    return here.go("/vitals", f"Severity is {here.escalation.severity_label}. {here.head.customer.name} can read it.")


@staff.post("/title", dependencies=CHANGES)
def change_title(here: OpenHere, form: filled(TitleForm)) -> Response:  # type: ignore[valid-type]
    form = keep_both(here.session, form, here.escalation, lambda: title_stands(here.escalation))
    if not form.ok:
        return _page(here, title=form)
    changing.change_title(here.session, here.escalation, form.value.title)
    return here.go("/vitals", "Title changed.")


@staff.post("/answer", dependencies=CHANGES)
def change_answer(here: OpenHere, form: filled(AnswerForm)) -> Response:  # type: ignore[valid-type]
    form = keep_both(here.session, form, here.escalation, lambda: answer_stands(here.escalation))
    if not form.ok:
        return _page(here, answer=form)
    given = form.value
    changing.say_where_it_stands(here.session, here.escalation, given.customer_state, given.doing_now)
    return here.go("" if given.back == "overview" else "/vitals", f"{here.head.customer.name} now reads this.")


@staff.post("/next-update", dependencies=CHANGES)
def change_next_update(here: OpenHere, form: filled(NextUpdateForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(here, next_update=form)
    try:
        due_at = typed_moment(form.value.next_update_due_at, here.page.zone, "next_update_due_at")
        changing.set_next_update(here.session, here.escalation, due_at)
    except Refused as refusal:
        return _page(here, next_update=form.refused(refusal))
    return here.go("/vitals", f"{here.head.customer.name} sees when they hear next.")


@staff.post("/owner", dependencies=CHANGES)
def change_owner(here: OpenHere, form: filled(OwnerForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(here, owner=form)
    try:
        handing_over.hand_over(here.session, here.escalation, form.value.owner_id)
    except Refused as refusal:
        return _page(here, owner=form.refused(refusal))
    return here.go("/vitals", f"Handed over to {here.head.owner.name}. {here.head.customer.name} sees the new owner.")


@staff.post("/advocate", dependencies=CHANGES)
def change_advocate(here: OpenHere, form: filled(AdvocateForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(here, advocate=form)
    try:
        handing_over.name_advocate(here.session, here.escalation, form.value.advocate_id or None)
    except Refused as refusal:
        return _page(here, advocate=form.refused(refusal))
    return here.go("/vitals", "Advocate changed." if form.value.advocate_id else "Nobody is the advocate now.")


@staff.post("/inside", dependencies=CHANGES)
def change_inside(here: OpenHere, form: filled(InsideForm)) -> Response:  # type: ignore[valid-type]
    if not form.ok:
        return _page(here, inside=form)
    try:
        steering.change_stage(here.session, here.escalation, form.value.stage)
        steering.change_health(here.session, here.escalation, form.value.health)
        steering.change_team(here.session, here.escalation, form.value.team_id or None)
    except Refused as refusal:
        here.session.rollback()
        return _page(here, inside=form.refused(refusal))
    return here.go("/vitals", "Saved. Only our people see this.")


@staff.post("/remarks", dependencies=CHANGES)
def change_remarks(here: OpenHere, form: filled(RemarksForm)) -> Response:  # type: ignore[valid-type]
    form = keep_both(here.session, form, here.escalation, lambda: remarks_stand(here.session, here.escalation))
    if not form.ok:
        return _page(here, remarks=form)
    steering.change_remarks(here.session, here.escalation, form.value.remarks)
    return here.go("/vitals", "Remarks saved. Only our people see them.")


@staff.post("/restriction", dependencies=RESTRICTS)
def create_restriction(here: OpenHere) -> Response:
    steering.restrict(here.session, here.escalation)
    return here.go("/vitals", "Restricted to its participants.", undo=here.url + "/restriction/removal")


@staff.post("/restriction/removal", dependencies=RESTRICTS)
def delete_restriction(here: OpenHere) -> Response:
    steering.lift_restriction(here.session, here.escalation)
    return here.go("/vitals", "Every colleague can see it again.", undo=here.url + "/restriction")


def _page(here: Here, **forms: Filled[Any]) -> Response:
    """`forms` names the one that came back with mistakes; the others show what is stored."""
    teams = here.session.exec(select(Team.id, Team.name).order_by(Team.name))
    return here.show(
        "escalations/vitals.html",
        422 if forms else 200,
        forms=forms,
        was={
            "answer": answer_stands(here.escalation).was,
            "title": title_stands(here.escalation).was,
            "remarks": remarks_stand(here.session, here.escalation).was,
        },
        colleagues=colleagues(here.session),
        teams=[(team_id, name) for team_id, name in teams],
        severities=[(value.value, SEVERITY_LABELS[value], SEVERITY_MEANS[value]) for value in Severity],
        customer_states=[(value.value, label) for value, label in CUSTOMER_STATE_LABELS.items()],
        stages=[(value.value, value.replace("_", " ").capitalize()) for value in Stage if value is not Stage.closed],
        healths=[(value.value, value.replace("_", " ").capitalize()) for value in Health],
    )
