"""Ask for a job, in the same transaction as the change that needs it."""

from datetime import UTC, datetime

from sqlmodel import Session

from app.foundation.ids import new_id
from app.foundation.jobs.registry import find_job
from app.foundation.jobs.states import JOBS
from app.foundation.workers import insert_for


def enqueue(session: Session, name: str, *ids: str, key: str | None = None) -> str:
    """Ask for a job; a rollback takes it along. Asking again under the same key, in whatever state that job is, does nothing.

    Our own row is all that is written: a worker hands it to DBOS in a moment, and the web process need never load that.
    """
    row = {
        "id": key or new_id(),
        "name": name,
        "queue": find_job(name).queue,
        "asked_at": datetime.now(UTC),
        "arguments": list(ids),
        "is_handed_over": False,
    }
    connection = session.connection()
    connection.execute(insert_for(connection)(JOBS).values(row).on_conflict_do_nothing())
    return str(row["id"])
