"""Ask for a job, in the same transaction as the change that needs it."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import TYPE_CHECKING

from sqlmodel import Session

from app.foundation.ids import new_id
from app.foundation.jobs.registry import find_job
from app.foundation.jobs.states import JOBS
from app.foundation.workers import insert_for

if TYPE_CHECKING:
    from dbos import DBOSClient

APPLICATION = "evenkeel"
VERSION = "1"  # never changes with a release: jobs of the version before must still be run
SCHEMA = "dbos"


def enqueue(session: Session, name: str, *ids: str, key: str | None = None) -> str:
    """Ask for a job; a rollback takes it along. Asking again under the same key, in whatever state that job is, does nothing."""
    job = find_job(name)
    job_id = key or new_id()
    connection = session.connection()
    row = {"id": job_id, "name": name, "queue": job.queue, "asked_at": datetime.now(UTC)}
    entry = insert_for(connection)(JOBS).values(row).on_conflict_do_nothing().returning(JOBS.c.id)
    if connection.execute(entry).first():
        client = _client(connection.engine.url.render_as_string(hide_password=False))
        client.enqueue_in_transaction(
            connection,
            {"workflow_name": name, "queue_name": job.queue, "workflow_id": job_id, "app_version": VERSION},
            *ids,
        )
    return job_id


def prepare(engine_url: str) -> None:
    """Create or upgrade the tables of DBOS: in our SQLite file, or in the schema `dbos` of our PostgreSQL database."""
    from dbos import DBOS  # noqa: PLC0415  # costs half of a cold start, and only migrating and asking need it

    DBOS.migrate(engine_url, schema=SCHEMA)


@lru_cache(maxsize=8)
def _client(url: str) -> "DBOSClient":
    from dbos import DBOSClient, DBOSPortableJSONSerializer  # noqa: PLC0415  # as above

    # Lazy: it never connects, for all it does is done on the caller's connection.
    serializer = DBOSPortableJSONSerializer()
    return DBOSClient(
        system_database_url=url,
        dbos_system_schema=SCHEMA,
        serializer=serializer,
        application_name=APPLICATION,
        lazy=True,
    )
