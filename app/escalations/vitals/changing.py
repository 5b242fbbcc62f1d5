"""Changing how bad it is, where it stands and when the customer hears next. Shared: both sides read these."""

from datetime import datetime

from app.access.participation import Audience
from app.access.session import ViewerSession
from app.escalations.facts import CustomerStateChanged, NextUpdateSet, SeverityChanged, WordsChanged
from app.escalations.models import CustomerState, Escalation, Severity
from app.foundation.clock import now
from app.foundation.refusals import Refused
from app.timeline.recording import record


def change_severity(session: ViewerSession, escalation: Escalation, severity: Severity) -> None:
    if severity is escalation.severity:
        return
    fact = SeverityChanged(before=escalation.severity, after=severity)
    escalation.severity = severity
    session.add(escalation)
    record(session, escalation.id, fact, escalation, Audience.shared)


def change_title(session: ViewerSession, escalation: Escalation, title: str) -> None:
    if title == escalation.title:
        return
    escalation.title = title
    session.add(escalation)
    record(session, escalation.id, WordsChanged(what="title"), escalation, Audience.shared)


def say_where_it_stands(session: ViewerSession, escalation: Escalation, state: CustomerState, doing_now: str) -> None:
    before, escalation.customer_state = escalation.customer_state, state
    words_changed = doing_now != escalation.doing_now
    escalation.doing_now = doing_now
    session.add(escalation)
    if state is not before:
        record(session, escalation.id, CustomerStateChanged(before=before, after=state), escalation, Audience.shared)
    if words_changed:
        record(
            session, escalation.id, WordsChanged(what="answer to what is being done now"), escalation, Audience.shared
        )


def set_next_update(session: ViewerSession, escalation: Escalation, due_at: datetime) -> None:
    if due_at <= now():
        raise Refused("Choose a moment that is still to come.", "next_update_due_at")
    promise_next_update(session, escalation, due_at)


def promise_next_update(session: ViewerSession, escalation: Escalation, due_at: datetime) -> None:
    """What was said before and is written down now, be it past by then: a promise that is late is one still."""
    if due_at == escalation.next_update_due_at:
        return
    escalation.next_update_due_at = due_at
    session.add(escalation)
    record(session, escalation.id, NextUpdateSet(), escalation, Audience.shared)
