"""A recording and what belongs to it: who agreed, the upload it came from, its chunks, and its lines of text."""

from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar

from sqlalchemy import JSON, BigInteger, Index
from sqlmodel import Field, SQLModel

from app.access.policy import ReadByGroup, SeenBy
from app.foundation.database import choice, long_text, moment, row_id

TITLE = 200
NAME = 255


class RecordingState(StrEnum):
    uploaded = "uploaded"  # waits for its turn
    preparing = "preparing"
    waiting_for_model = "waiting_for_model"
    transcribing = "transcribing"
    ready = "ready"
    failed = "failed"


IN_WORK = (RecordingState.uploaded, RecordingState.preparing, RecordingState.transcribing)


class Recording(ReadByGroup, table=True):
    """The sound, perhaps with pictures, of one conversation. Shared, it is open to the guests invited to its meeting;
    without a meeting, to all guests of the escalation."""

    __table_args__ = (Index("ix_recording_listed", "escalation_id", "recorded_at"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id")
    meeting_id: str | None = Field(default=None, foreign_key="meeting.id", index=True)
    title: str = Field(max_length=TITLE)
    recorded_at: datetime
    kind: str = Field(max_length=10)  # told from its first bytes: a key of speech.sniffing.DEMUXERS
    size: int = Field(sa_type=BigInteger)
    storage_key: str = Field(max_length=120)
    sha256: str = Field(default="", max_length=64)  # of the file; empty until the worker has read it
    take: int = 1  # grows when the file is replaced; work on an older take is thrown away
    state: RecordingState = choice(RecordingState, default=RecordingState.uploaded, index=True)
    reason: str = long_text(default="")
    job_key: str = Field(default="", max_length=80)
    progress: int = 0  # percent of the speech that is written down
    duration_seconds: float = 0
    clock_offset: float = 0  # what the player's clock shows when the sound begins
    language: str = Field(default="", max_length=8)
    waveform: Any = Field(default_factory=list, sa_type=JSON)
    has_video: bool = False
    uploaded_by_id: str | None = Field(default=None, foreign_key="person.id")
    created_at: datetime = moment()
    replaced_at: datetime | None = None

    @property
    def readers_group(self) -> str | None:
        """Whom sharing opens it to; nothing means every guest of the escalation."""
        return self.meeting_id

    @property
    def is_prepared(self) -> bool:
        return self.duration_seconds > 0


class Consent(ReadByGroup, table=True):
    """One person who was there agreed to be recorded. They can take it back, and the page then says so."""

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    recording_id: str = Field(foreign_key="recording.id", index=True)
    person_id: str | None = Field(default=None, foreign_key="person.id")
    person_name: str = Field(max_length=120)
    given: bool = True
    how: str = Field(max_length=200)


class UploadState(StrEnum):
    open = "open"
    finished = "finished"
    refused = "refused"  # it turned out to be no recording


class Upload(SQLModel, table=True):
    """Bytes on their way, with what was said about them. Its sender's alone."""

    __table_args__ = (Index("ix_upload_expiry", "state", "expires_at"),)
    seen_by: ClassVar[SeenBy] = SeenBy.oneself

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    name: str = Field(max_length=NAME)  # what its sender calls the file; shown, never used as a path
    size: int = Field(sa_type=BigInteger)
    details: str = long_text()
    replaces_id: str | None = Field(default=None, max_length=16)
    state: UploadState = choice(UploadState, default=UploadState.open)
    reason: str = long_text(default="")
    recording_id: str | None = Field(default=None, max_length=16)
    multipart_id: str = long_text(default="")  # what S3 calls it, once the first bytes go there
    stored: int = Field(default=0, sa_type=BigInteger)  # bytes that S3 had, for showing; what counts is what it has now
    held_by: str = Field(default="", max_length=16)  # the request that is adding to it, where no file can be locked
    held_until: datetime | None = None  # real time; what is not held on to is free again
    created_at: datetime = moment()
    expires_at: datetime


class ChunkState(StrEnum):
    todo = "todo"
    done = "done"
    failed = "failed"


class TranscriptChunk(SQLModel, table=True):
    """A stretch of a recording that is transcribed, and repeated, on its own."""

    __tablename__ = "transcript_chunk"
    seen_by: ClassVar[SeenBy] = SeenBy.staff_inside

    recording_id: str = Field(foreign_key="recording.id", primary_key=True)
    number: int = Field(primary_key=True)
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    start_sample: int = Field(sa_type=BigInteger)
    end_sample: int = Field(sa_type=BigInteger)
    has_speech: bool
    state: ChunkState = choice(ChunkState, default=ChunkState.todo)
    tries: int = 0


class TranscriptLine(ReadByGroup, table=True):
    """One passage of what was said; times are seconds on the player's clock. A missing one is a gap that could not
    be transcribed. As open as the recording."""

    __tablename__ = "transcript_line"
    __table_args__ = (Index("ix_transcript_line_order", "recording_id", "number"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    recording_id: str = Field(foreign_key="recording.id")
    number: int
    start: float
    end: float
    text: str = long_text()
    words: Any = Field(default_factory=list, sa_type=JSON)  # [[start, end, text, probability], …]
    is_missing: bool = False
    original_text: str = long_text(default="")  # what was heard, once somebody corrected it

    @property
    def is_edited(self) -> bool:
        return bool(self.original_text)
