"""Saving a note while several people write it. Nothing anybody typed is lost, and a save sent twice counts once."""

from datetime import timedelta

from sqlmodel import col, select

from app.access.session import ViewerSession
from app.foundation.clock import now
from app.foundation.refusals import NotFound, Refused
from app.meetings.facts import NotesChanged
from app.meetings.models import AgendaItem, Meeting, Note, NoteVersion
from app.meetings.notes.merging import merge
from app.people.naming import names_of
from app.timeline.recording import record_gathered

LARGEST = 64 * 1024  # bytes
SAID_ONCE_WITHIN = timedelta(minutes=1)
WITHDRAWN = "The customer cannot read this any more, so nothing is added to it. Write into the internal notes."
TOO_LONG = "These notes are longer than 64 KB. Put a part of them into another item; nothing you typed is lost."


def save_note(session: ViewerSession, note: Note, text: str, base: int, *, writer: str = "") -> NoteVersion | None:
    """What stands afterwards is in `note`; the answer is this save's own version, none where nothing changed.
    `writer` names the page it was typed in: the same page sending the same text again is a retry, and a page that
    typed on before it was answered goes on from what it sent and not from where it began."""
    if len(text.encode()) > LARGEST:
        raise Refused(TOO_LONG, "text")
    if note.is_for_both_sides and not note.is_shared:
        raise Refused(WITHDRAWN, "text")
    _wait_for_turn(session, note)
    last = _last_sent(session, note, writer, base) if writer else None
    if last and last.sent == text:
        return last
    ancestor = last.sent if last else _text_at(session, note, base)
    merged = merge(ancestor, note.text, text, theirs=_author(session, note.changed_by_id), mine=session.viewer.name)
    if merged.text == note.text and not merged.has_conflict:
        return None
    if len(merged.text.encode()) > 2 * LARGEST:
        raise Refused(TOO_LONG, "text")
    submitted = None if merged.text == text else text
    return _add_version(
        session, note, merged.text, base=base, submitted=submitted, writer=writer, has_conflict=merged.has_conflict
    )


def restore_version(session: ViewerSession, note: Note, number: int) -> NoteVersion | None:
    """An old text stands again, as a new version."""
    _wait_for_turn(session, note)
    text = find_version(session, note, number).text
    return _add_version(session, note, text, base=note.version, restored_from=number) if text != note.text else None


def find_note(session: ViewerSession, meeting: Meeting, note_id: str) -> Note:
    """Through the viewer's own session: an internal text does not exist for a guest."""
    found = session.exec(
        select(Note)
        .join(AgendaItem, col(AgendaItem.id) == Note.agenda_item_id)
        .where(
            Note.id == note_id,
            Note.meeting_id == meeting.id,
            Note.escalation_id == meeting.escalation_id,
            col(AgendaItem.removed_at).is_(None),
        )
    ).first()
    if found is None:
        raise NotFound
    return found


def find_version(session: ViewerSession, note: Note, number: int) -> NoteVersion:
    found = session.exec(
        select(NoteVersion).where(NoteVersion.note_id == note.id, NoteVersion.number == number)
    ).first()
    if found is None:
        raise NotFound
    return found


def _wait_for_turn(session: ViewerSession, note: Note) -> None:
    """Savers of one note come one after the other (on SQLite all writers do)."""
    fresh = select(Note).where(Note.id == note.id).with_for_update(of=Note)
    session.exec(fresh.execution_options(populate_existing=True)).one()


def _last_sent(session: ViewerSession, note: Note, writer: str, base: int) -> NoteVersion | None:
    """What this page sent last, if it has not yet taken up the answer."""
    last = session.exec(
        select(NoteVersion)
        .where(
            NoteVersion.note_id == note.id,
            NoteVersion.writer == writer,
            NoteVersion.saved_by_id == session.viewer.person_id,
        )
        .order_by(col(NoteVersion.number).desc())
        .limit(1)
    ).first()
    return last if last and last.base == base else None


def _text_at(session: ViewerSession, note: Note, number: int) -> str:
    """A version that never was is like an empty page: then everything is kept."""
    found = session.exec(
        select(NoteVersion.text).where(NoteVersion.note_id == note.id, NoteVersion.number == number)
    ).first()
    return found or ""


def _author(session: ViewerSession, person_id: str | None) -> str:
    return names_of(session, {person_id}).get(person_id, "Somebody") if person_id else "Somebody"


def _add_version(
    session: ViewerSession,
    note: Note,
    text: str,
    *,
    base: int,
    submitted: str | None = None,
    writer: str = "",
    has_conflict: bool = False,
    restored_from: int | None = None,
) -> NoteVersion:
    note.version, note.text, note.changed_at, note.changed_by_id = (
        note.version + 1,
        text,
        now(),
        session.viewer.person_id,
    )
    version = NoteVersion(
        note_id=note.id,
        number=note.version,
        escalation_id=note.escalation_id,
        base=base,
        text=text,
        submitted=submitted,
        writer=writer,
        has_conflict=has_conflict,
        restored_from=restored_from,
        saved_by_id=session.viewer.person_id,
        audience=note.audience,
    )
    session.add_all([note, version])
    session.flush()
    record_gathered(session, note.escalation_id, NotesChanged(), note, note.audience, SAID_ONCE_WITHIN)
    return version
