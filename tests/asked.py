"""Does here and now what a worker would be asked to do."""

from dataclasses import dataclass

from sqlalchemy import Engine
from sqlmodel import col, select

from app.access.session import as_system
from app.foundation.jobs import JobRecord, registered_jobs
from app.foundation.settings import Settings

REMOVALS = ("remove_upload", "remove_files", "remove_recording_media")


@dataclass(frozen=True)
class Context:
    engine: Engine
    settings: Settings


def do_removals(engine: Engine, settings: Settings) -> int:
    """Each that was asked for since the last time. How many they were."""
    with as_system(engine) as session:
        waiting = select(JobRecord).where(col(JobRecord.name).in_(REMOVALS), col(JobRecord.is_handed_over).is_(False))
        asked = list(session.exec(waiting))
        for job in asked:
            job.is_handed_over = True
            session.add(job)
        session.commit()
    for job in asked:
        registered_jobs()[job.name].function(Context(engine, settings), *job.arguments)
    return len(asked)
