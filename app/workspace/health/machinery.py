"""The parts around the database: worker, mail, clock, and how people reach the server."""

from datetime import datetime, timedelta

from sqlalchemy import func
from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.jobs import JobRecord, JobStatus
from app.foundation.mail import MailRefused, Unreachable, knock
from app.foundation.settings import Settings
from app.foundation.workers import last_heartbeat, real_time, worker_is_alive
from app.timeline.models import TimelineEntry
from app.workspace.health.findings import Finding, Mark

SKEW = timedelta(minutes=2)


def look_at_worker(session: ViewerSession) -> Finding:
    # On the connection, because jobs belong to no escalation and know no viewer.
    found = session.connection().execute(select(JobRecord.status, func.count()).group_by(col(JobRecord.status)))
    counts = {JobStatus(status): number for status, number in found}
    jobs = f"{counts.get(JobStatus.WAITING, 0)} jobs wait, {counts.get(JobStatus.RUNNING, 0)} run"
    seen = last_heartbeat(session)
    if not worker_is_alive(session):
        since = f"since {seen:%Y-%m-%d %H:%M} UTC" if seen else "and none ever did"
        how = "Run `evenkeel serve`, or `evenkeel worker` beside `evenkeel serve --no-worker`."
        return Finding("worker", Mark.look, f"None is running {since}: mail and recordings wait ({jobs}). {how}")
    parked = counts.get(JobStatus.PARKED, 0)
    if parked:
        why = "since they ended their worker three times: look into its log"
        return Finding("worker", Mark.look, f"One is running; {jobs}, and {parked} were put aside {why}.")
    return Finding("worker", Mark.ok, f"One is running; {jobs}.")


def look_at_mail(settings: Settings, *, by_knocking: bool) -> Finding:
    if not settings.smtp_url:
        how = "Set EVENKEEL_SMTP_URL to have them sent."
        return Finding("mail", Mark.look, f"Not set up: letters wait, and pages offer their links to copy. {how}")
    if not by_knocking:
        return Finding("mail", Mark.ok, "A mail server is set up; `evenkeel doctor` says whether it answers.")
    try:
        knock(settings)
    except (Unreachable, MailRefused) as trouble:
        return Finding("mail", Mark.broken, f"{trouble.sentence} Letters wait. Look at EVENKEEL_SMTP_URL.")
    return Finding("mail", Mark.ok, "The mail server answers and lets us in; nothing was sent.")


def look_at_clock(session: ViewerSession, settings: Settings) -> Finding:
    moment = now()
    words = f"It is {moment:%Y-%m-%d %H:%M} UTC"
    if settings.clock:
        return Finding("clock", Mark.look, f"{words}, as EVENKEEL_CLOCK has it: for drills only.")
    skew = abs(real_time(session.connection()) - moment)
    if skew > SKEW:
        return Finding("clock", Mark.broken, f"{words} here, and the database is {_apart(skew)} off: set both by NTP.")
    newest: datetime | None = session.exec(select(func.max(TimelineEntry.occurred_at))).one()
    if newest and newest > moment + SKEW:
        ahead = _apart(newest - moment)
        return Finding(
            "clock", Mark.broken, f"{words}, but the newest entry lies {ahead} ahead: was the clock set back?"
        )
    return Finding("clock", Mark.ok, f"{words}.")


def look_at_address(settings: Settings) -> Finding:
    if settings.is_loopback:
        how = "For others set EVENKEEL_BASE_URL and put a proxy with https before it (docs/https.md)."
        return Finding("address", Mark.ok, f"{settings.site}: from this machine only. {how}")
    if not settings.trusted_proxies:
        how = "Name it in EVENKEEL_TRUSTED_PROXIES, or one visitor's tries to sign in count against all."
        return Finding("address", Mark.look, f"{settings.site}; every visitor seems to come from the proxy. {how}")
    return Finding("address", Mark.ok, f"{settings.site}, behind {settings.trusted_proxies}.")


def look_at_key(settings: Settings) -> Finding:
    if settings.secret_key:
        return Finding("key", Mark.ok, "EVENKEEL_SECRET_KEY is set. No backup holds it: keep it elsewhere as well.")
    kept = settings.data_dir / "secret.key"
    if not kept.exists():
        return Finding("key", Mark.ok, f"{kept} is made when it is first needed.")
    if kept.stat().st_mode & 0o077:
        return Finding("key", Mark.look, f"Others on this machine can read {kept}: run `chmod 600 {kept}`.")
    return Finding("key", Mark.ok, f"In {kept}, and in each backup.")


def _apart(span: timedelta) -> str:
    minutes = int(span.total_seconds() // 60)
    return f"{minutes} minutes" if minutes < 120 else f"{minutes // 60} hours"
