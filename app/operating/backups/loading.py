"""The rows of a backup into a new database: made as of the backup's version, filled, and brought up to this one."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Connection, Engine, delete, literal, select, table, update
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import col

from alembic import command
from app.access.session import as_system
from app.discussion.deleting import end_deletions
from app.discussion.keeping_back import keep_back_all
from app.foundation.clock import now
from app.foundation.database import is_sqlite
from app.foundation.jobs import JobRecord, JobStatus
from app.foundation.workers import insert_for
from app.operating.backups.manifest import CannotRestore
from app.operating.backups.reading import Backup
from app.operating.backups.rows import write_rows
from app.operating.migrating import alembic_config
from app.people.models import LinkPurpose, OneTimeLink, SignIn
from app.recordings.models import Upload, UploadState
from app.search.following import READER
from app.search.indexing import reindex_all
from app.sign_in.personal_tokens.models import PersonalToken
from app.timeline.models import Errand, TimelineEntry

UNFINISHED = (JobStatus.WAITING, JobStatus.RUNNING)
NOT_KNOWN_HOW = "The version that asked for this did not keep what it was asked for with. Ask for it once more."


@dataclass(frozen=True)
class Ended:
    """What does not go on by itself where it was."""

    tokens: int
    held: int


def load(engine: Engine, backup: Backup) -> Ended:
    """One transaction: all of it is there, or nothing."""
    try:
        with engine.connect() as connection, _checked_at_the_end(connection), connection.begin():
            command.upgrade(alembic_config(connection), backup.header.revision)
            _fill(connection, backup)
            command.upgrade(alembic_config(connection), "head")
            _sign_everybody_out(connection)
            ended = Ended(_revoke_tokens(connection), _keep_back(connection))
            _end_deletions(connection)
            _ask_again(connection)
            _give_up_uploads(connection)
            _look_through_everything_again(connection)
            return ended
    except SQLAlchemyError as error:
        words = " ".join(str(getattr(error, "orig", error)).split())[:300]
        raise CannotRestore(f"The database did not take what the backup holds, and is as it was: {words}") from error


def make_searchable(engine: Engine) -> None:
    """Quicker than what the worker would do by itself, one entry at a time, if this were cut short."""
    begun = now()
    with as_system(engine) as session:
        reindex_all(session)
        session.execute(delete(Errand).where(col(Errand.reader) == READER, col(Errand.created_at) <= begun))
        session.commit()


def _fill(connection: Connection, backup: Backup) -> None:
    for stated in reversed(backup.manifest.tables):
        connection.execute(delete(table(stated.name)))  # a migration may put rows in
    for stated in backup.manifest.tables:
        write_rows(connection, stated, backup.rows(stated))


def _sign_everybody_out(connection: Connection) -> None:
    """What has ended since the backup was made must not come back to life: a lost device, a link that was used."""
    moment = now()
    connection.execute(update(SignIn).where(col(SignIn.ended_at).is_(None)).values(ended_at=moment))
    short_lived = col(OneTimeLink.purpose).in_([LinkPurpose.sign_in, LinkPurpose.password_reset])
    still_good = (col(OneTimeLink.used_at).is_(None), col(OneTimeLink.ended_at).is_(None))
    connection.execute(update(OneTimeLink).where(short_lived, *still_good).values(ended_at=moment))


def _revoke_tokens(connection: Connection) -> int:
    """One that was revoked since the backup was made cannot be told from the others."""
    still_good = (col(PersonalToken.revoked_at).is_(None), col(PersonalToken.expires_at) > now())
    return connection.execute(update(PersonalToken).where(*still_good).values(revoked_at=now())).rowcount


def _keep_back(connection: Connection) -> int:
    """A message to the customer that its author took back a second after the backup must not leave now."""
    with as_system(connection) as session:
        count = keep_back_all(session)
        session.commit()
    return count


def _end_deletions(connection: Connection) -> None:
    """What was just being deleted is not there to be brought back: nobody waited for it that long."""
    with as_system(connection) as session:
        end_deletions(session)
        session.commit()


def _ask_again(connection: Connection) -> None:
    """What the job library keeps was left behind: a worker puts the unfinished jobs into its queues once more."""
    unfinished = update(JobRecord).where(col(JobRecord.status).in_(UNFINISHED))
    known = col(JobRecord.arguments).is_not(None)
    connection.execute(
        unfinished.where(known).values(status=JobStatus.WAITING, is_handed_over=False, retry_at=None, crashes=0)
    )
    connection.execute(
        unfinished.where(~known).values(status=JobStatus.FAILED, reason=NOT_KNOWN_HOW, retry_at=None, finished_at=now())
    )


def _give_up_uploads(connection: Connection) -> None:
    """Their bytes are in no backup; senders begin anew."""
    connection.execute(update(Upload).where(col(Upload.state) == UploadState.open).values(expires_at=now()))


def _look_through_everything_again(connection: Connection) -> None:
    """The search index is in no backup. Should making it be cut short, the worker fills it from these."""
    moment = now()
    known = select(col(Errand.entry_id)).where(col(Errand.reader) == READER)
    columns: list[Any] = [TimelineEntry.id, literal(READER), literal(moment), literal(0), literal(moment)]
    every = select(*columns).where(col(TimelineEntry.id).not_in(known))
    named = ["entry_id", "reader", "created_at", "tries", "not_before"]
    connection.execute(insert_for(connection)(Errand).from_select(named, every))


@contextmanager
def _checked_at_the_end(connection: Connection) -> Iterator[None]:
    """SQLite changes a table by making it anew, which must not delete its children on the way."""
    raw = connection.connection.driver_connection if is_sqlite(connection) else None
    if raw is None:
        yield
        return
    raw.execute("pragma foreign_keys=off")
    yield
    if raw.execute("pragma foreign_key_check").fetchone():
        raise CannotRestore("The backup holds rows that point nowhere.")
    raw.execute("pragma foreign_keys=on")
