"""What the two commands do on the terminal: a sentence when it went well, a sentence and status 1 when not."""

import sys
from pathlib import Path

from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from app.access.session import as_system
from app.foundation.clock import now
from app.foundation.settings import Settings
from app.operating.backups.making import Made, make_backup
from app.operating.backups.manifest import CannotBackUp, CannotRestore
from app.operating.backups.restoring import restore_backup
from app.operating.backups.target import database_file
from app.workspace.health.models import BackupRun


def back_up(settings: Settings, engine: Engine, path: Path) -> int:
    if settings.is_embedded and not database_file(settings).exists():
        print(f"evenkeel: no backup was made. There is no database in {settings.data_dir} yet.", file=sys.stderr)
        return 1
    if path.is_dir():
        path = path / f"evenkeel-{now():%Y-%m-%d-%H%M%S}.backup"
    try:
        made = make_backup(settings, engine, path.absolute())
    except CannotBackUp as reason:
        print(f"evenkeel: no backup was made. {reason}", file=sys.stderr)
        _remember(engine, BackupRun(is_good=False, place=str(path.absolute()), trouble=str(reason)))
        return 1
    trouble = _trouble(made)
    print(
        f"{made.path}: {made.rows:,} rows, {made.files:,} files, {made.size / 1e6:,.1f} MB, "
        f"written and read back in {made.seconds:,.1f} s."
    )
    if made.removed:
        print(f"{len(made.removed)} files were deleted by people meanwhile and are not in it.")
    if trouble:
        print(f"evenkeel: {trouble}", file=sys.stderr)
    _remember(
        engine, BackupRun(is_good=True, place=str(made.path), size=made.size, seconds=made.seconds, trouble=trouble)
    )
    return 0


def restore(settings: Settings, path: Path) -> int:
    try:
        restored = restore_backup(settings, path.absolute())
    except CannotRestore as reason:
        print(f"evenkeel: {reason}", file=sys.stderr)
        return 1
    made_at, what = restored.header.made_at, restored.manifest
    print(
        f"Restored as it was on {made_at:%Y-%m-%d at %H:%M} UTC: {what.rows:,} rows and {what.files:,} files. "
        "Everybody signs in again."
    )
    if restored.ended.tokens:
        print(f"The personal tokens of programs have ended ({restored.ended.tokens:,}): make new ones.")
    if restored.ended.held:
        print(
            f"Messages that were just leaving for a customer were kept back ({restored.ended.held:,}): their authors find "
            "them as drafts, or as internal notes where files went with them."
        )
    for warning in restored.warnings:
        print(f"evenkeel: {warning}", file=sys.stderr)
    return 0


def _trouble(made: Made) -> str:
    if not made.missing:
        return ""
    some = ", ".join(made.missing[:3]) + (" and others" if len(made.missing) > 3 else "")
    return f"{len(made.missing)} files are not in the storage as they had been stored: {some}."


def _remember(engine: Engine, run: BackupRun) -> None:
    run.place = run.place[-500:]
    try:
        with as_system(engine) as session:
            session.add(run)
            session.commit()
    except SQLAlchemyError as error:
        print(f"evenkeel: this could not be written down for others to see ({type(error).__name__}).", file=sys.stderr)
