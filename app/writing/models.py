"""Who was mentioned where, the files that belong to what was written, and what is not sent yet."""

from datetime import datetime
from typing import ClassVar

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from app.access.policy import SeenBy, Shareable
from app.foundation.database import long_text, moment, row_id

INLINE = {"image/png", "image/jpeg", "image/gif", "image/webp"}


class Mention(Shareable, SQLModel, table=True):
    """Somebody was addressed in a text they may read. Its audience is the text's."""

    __table_args__ = (UniqueConstraint("subject_id", "subject_kind", "person_id"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    subject_kind: str = Field(max_length=40)
    subject_id: str = Field(max_length=16)
    person_id: str = Field(foreign_key="person.id", index=True)
    mentioned_at: datetime = moment()


class StoredFile(SQLModel):
    """What is known of a file. Its bytes lie in the storage under `storage_key`; its name is kept here alone."""

    name: str = Field(max_length=200)
    size: int
    kind: str = Field(max_length=40)  # by its bytes, not by what its sender said
    sha256: str = Field(max_length=64)
    storage_key: str = Field(max_length=120)

    @property
    def is_picture(self) -> bool:
        return self.kind in INLINE


class Attachment(Shareable, StoredFile, table=True):
    """A file that belongs to a row, and has its audience."""

    __table_args__ = (Index("ix_attachment_owner", "owner_id", "owner_kind"),)

    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    owner_kind: str = Field(max_length=40)
    owner_id: str = Field(max_length=16)
    added_by_id: str | None = Field(default=None, foreign_key="person.id")
    added_at: datetime = moment()
    removed_at: datetime | None = Field(default=None, index=True)  # set, it is nowhere; then its bytes go


class DraftFile(StoredFile, table=True):
    """A file somebody sent along with words that are not posted yet: after a mistake, or after taking them back."""

    __tablename__ = "draft_file"
    seen_by: ClassVar[SeenBy] = SeenBy.oneself
    id: str = row_id()
    escalation_id: str = Field(foreign_key="escalation.id", index=True)
    person_id: str = Field(foreign_key="person.id", index=True)
    added_at: datetime = moment(index=True)


class Draft(SQLModel, table=True):
    """What somebody has typed into a form and not sent: its author's alone, on whichever device they go on."""

    seen_by: ClassVar[SeenBy] = SeenBy.oneself
    person_id: str = Field(foreign_key="person.id", primary_key=True)
    escalation_id: str = Field(foreign_key="escalation.id", primary_key=True)
    place: str = Field(primary_key=True, max_length=80)  # the page's own name for the form
    words: str = long_text()  # the fields as JSON, who is to read it among them
    saved_at: datetime = moment(index=True)
