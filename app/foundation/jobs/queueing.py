"""DBOS's side of a job: its tables, and its queues, to which asked-for jobs are handed. Only worker processes import this,
and who prepares the database for them."""

import logging

from dbos import DBOS, DBOSClient, DBOSPortableJSONSerializer
from sqlalchemy import Engine

from app.foundation.jobs import states

APPLICATION = "evenkeel"
VERSION = "1"  # never changes with a release: jobs of the version before must still be run
SCHEMA = "dbos"


# On one machine SQLite is what we chose and measured; the library's advice to its own users would only frighten ours.
logging.getLogger("dbos").addFilter(
    lambda record: "SQLite system database is for development" not in record.getMessage()
)


def prepare(engine_url: str) -> None:
    """Create or upgrade the tables of DBOS: in our SQLite file, or in the schema `dbos` of our PostgreSQL database."""
    DBOS.migrate(engine_url, schema=SCHEMA)


def open_queues(engine: Engine) -> DBOSClient:
    # Lazy: it never connects, for all it does is done on the caller's connection.
    return DBOSClient(
        system_database_url=engine.url.render_as_string(hide_password=False),
        dbos_system_schema=SCHEMA,
        serializer=DBOSPortableJSONSerializer(),
        application_name=APPLICATION,
        lazy=True,
    )


def hand_over(engine: Engine, queues: DBOSClient) -> None:
    """Put the jobs asked for since into their queues; a worker that dies on the way has handed over nothing."""
    if not states.any_to_hand_over(engine):
        return
    with engine.begin() as connection:
        for asked in states.take_for_handing_over(connection):
            queues.enqueue_in_transaction(
                connection,
                {
                    "workflow_name": asked.name,
                    "queue_name": asked.queue,
                    "workflow_id": asked.id,
                    "app_version": VERSION,
                },
                *asked.arguments,
            )
