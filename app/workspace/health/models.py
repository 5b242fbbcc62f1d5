"""What became of each backup, so that somebody notices when there are none."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy
from app.foundation.database import long_text, moment, row_id


class BackupRun(SQLModel, table=True):
    """One try at a backup. It counts only when it was read back whole."""

    __tablename__ = "backup_run"
    seen_by: ClassVar[SeenBy] = SeenBy.staff

    id: str = row_id()
    ended_at: datetime = moment(index=True)
    is_good: bool
    place: str = Field(max_length=500)
    size: int = Field(default=0, sa_type=BigInteger)
    seconds: float = 0
    trouble: str = long_text(default="")
