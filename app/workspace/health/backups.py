"""The last backup: when there was one, and what was wrong with it."""

from datetime import timedelta

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.workspace.health.findings import Finding, Mark
from app.workspace.health.models import BackupRun

LATE = timedelta(hours=26)  # a daily one, and the time it takes
HOW = "Make one each day with `evenkeel backup FILE`, and keep it on another machine."


def look_at_backups(session: ViewerSession) -> Finding:
    newest_first = select(BackupRun).order_by(col(BackupRun.ended_at).desc()).limit(1)
    last = session.exec(newest_first).first()
    good = session.exec(newest_first.where(col(BackupRun.is_good))).first()
    if last and not last.is_good:
        before = f"The last good one is of {good.ended_at:%Y-%m-%d %H:%M} UTC." if good else "There is no good one."
        return Finding("backup", Mark.broken, f"The last try failed: {last.trouble} {before}")
    if good is None:
        return Finding("backup", Mark.look, f"There was none yet. {HOW}")
    age = now() - good.ended_at
    words = f"{_words(age)} ago, {good.size / 1e6:,.1f} MB in {good.seconds:,.0f} s, read back whole: {good.place}."
    if age > LATE:
        return Finding("backup", Mark.look, f"The last one was made {words} {HOW}")
    if good.trouble:
        return Finding("backup", Mark.look, f"{good.trouble} Made {words}")
    return Finding("backup", Mark.ok, f"Made {words}")


def _words(age: timedelta) -> str:
    hours = int(age.total_seconds() // 3600)
    if hours < 1:
        return "less than an hour"
    if hours < 48:
        return f"{hours} hour{'s' if hours > 1 else ''}"
    return f"{hours // 24} days"
