"""The commands that look after what is kept: backup, restore, doctor."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from app.foundation.clock import set_clock
from app.foundation.settings import Settings, load_settings
from app.operating.backups.unfinished import SENTENCE, is_unfinished


def backup(file: Annotated[Path, typer.Argument(help="A new file, or a folder in which to make one.")]) -> None:
    """Put everything that people stored into one file, while they work, and read it back."""
    from app.foundation.database import open_database  # noqa: PLC0415  the command line stays quick for all else
    from app.operating.backups.commands import back_up  # noqa: PLC0415  as above

    settings = _settings()
    refuse_unfinished(settings)
    sys.exit(back_up(settings, open_database(settings.database), file))


def restore(file: Annotated[Path, typer.Argument(help="What `evenkeel backup` made.")]) -> None:
    """Bring a backup into an empty data folder and an empty database, of either kind."""
    from app.operating.backups.commands import restore as bring_back  # noqa: PLC0415  as above

    sys.exit(bring_back(_settings(), file))


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON array and nothing else.")] = False,
) -> None:
    """Say of each part whether it is well, and what to do where it is not; exits with 1 when one is broken."""
    from app.operating.doctor import examine  # noqa: PLC0415  as above

    findings = examine(_settings())
    if as_json:
        print(json.dumps([asdict(finding) for finding in findings], indent=1))
    else:
        for finding in findings:
            print(f"{finding.mark:7} {finding.name:10} {finding.sentence}")
    sys.exit(any(finding.is_broken for finding in findings))


def refuse_unfinished(settings: Settings) -> None:
    """Nothing begins on half a restore."""
    if is_unfinished(settings.data_dir):
        print(f"evenkeel: {SENTENCE.format(folder=settings.data_dir)}", file=sys.stderr)
        sys.exit(1)


def _settings() -> Settings:
    settings = load_settings()
    set_clock(settings.clock)
    return settings
