"""What had ended since a backup was made does not come back to life with it, and nothing leaves by itself."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import col, select
from typer.testing import CliRunner

from app.access.participation import Audience
from app.access.recognising import viewer_for
from app.access.session import ViewerSession, as_system
from app.command_line import cli
from app.discussion.deleting import delete_message
from app.discussion.models import DeletedWords, HeldMessage, Message, Posting, Topic
from app.discussion.posting import post
from app.discussion.releasing import release_due
from app.discussion.starting import start_topic
from app.discussion.words import Words
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.database import for_reading, open_database
from app.operating.backups.making import make_backup
from app.operating.backups.restoring import restore_backup
from app.operating.doctor import examine
from app.sign_in.personal_tokens.making import make_token
from app.sign_in.personal_tokens.models import PersonalToken, Scope
from app.timeline.models import TimelineEntry
from app.writing.attachments import attached_to
from app.writing.drafting import keep_draft
from app.writing.models import Draft, DraftFile
from tests.backups.conftest import Filled, Place
from tests.backups.test_commands import surroundings


@pytest.fixture(scope="module")
def restored(
    filled: Filled, backup: Path, place_for: Place, own_kind: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Engine, str]]:
    """A world that was backed up while a message was leaving for the customer, and what the command said."""
    before = place_for(own_kind)
    restore_backup(before, backup)
    busy = replace(filled, settings=before, engine=open_database(before.database))
    write_to_the_customer(busy)
    made = make_backup(before, busy.engine, tmp_path_factory.mktemp("ended") / "x.backup").path
    busy.engine.dispose()
    settings = place_for(own_kind)
    answer = CliRunner().invoke(cli, ["restore", str(made)], env=surroundings(settings))
    assert answer.exit_code == 0, answer.stderr
    assert [finding for finding in examine(settings) if finding.name == "database" and finding.is_broken] == []
    engine = open_database(settings.database)
    yield engine, answer.stdout
    engine.dispose()


def write_to_the_customer(filled: Filled) -> None:
    with as_system(filled.engine) as house:
        somebody = viewer_for(house, filled.people["s1"])
        house.commit()
    assert somebody
    with ViewerSession(filled.engine, somebody) as session:
        make_token(session, "a program", Scope.write)
        escalation = session.get_one(Escalation, filled.ids["E1"])
        start_topic(session, escalation, "A plan", Audience.shared, Words("We restart at six."))
        topic = session.exec(
            select(Topic).where(Topic.escalation_id == escalation.id, Topic.audience == "shared")
        ).first()
        assert topic
        keep_draft(session, escalation.id, f"topic:{topic.id}", {"text": "Only for us", "audience": "internal"})
        post(session, topic, Words("We found it.", client_id="once"), Audience.shared)
        file = DraftFile(
            escalation_id=escalation.id,
            person_id=str(somebody.person_id),
            name="plan.txt",
            size=1,
            kind="application/octet-stream",
            sha256="",
            storage_key="attachments/nowhere",
        )
        session.add(file)
        session.flush()
        post(session, topic, Words("With the plan.", files=[file]), Audience.shared)
        note = post(session, topic, Words("DELETED a moment before the backup"), Audience.internal)
        session.flush()
        delete_message(session, session.get_one(Message, note.message_id))
        session.commit()


def test_words_that_were_being_deleted_are_gone_at_once_and_that_is_told(restored: tuple[Engine, str]) -> None:
    engine, _ = restored
    with as_system(for_reading(engine)) as session:
        assert session.exec(select(DeletedWords)).all() == []
        [deleted] = session.exec(select(Message).where(col(Message.deleted_at).is_not(None), Message.text == "")).all()
        told = select(TimelineEntry.kind).where(TimelineEntry.subject_id == deleted.id)
        assert "message_deleted" in session.exec(told).all()


def test_personal_tokens_end_and_that_is_said(restored: tuple[Engine, str]) -> None:
    engine, said = restored
    with as_system(for_reading(engine)) as session:
        assert all(token.revoked_at for token in session.exec(select(PersonalToken)).all())
        assert session.exec(select(PersonalToken)).first()
    assert "personal tokens of programs have ended (1)" in said


def test_what_was_just_leaving_for_the_customer_stays_with_its_author(restored: tuple[Engine, str]) -> None:
    engine, said = restored
    assert "kept back (3)" in said
    with as_system(engine) as session:
        assert session.exec(select(HeldMessage)).all() == [] and release_due(session, now().replace(year=2090)) == 0
        drafts = {draft.place: json.loads(draft.words) for draft in session.exec(select(Draft)).all()}
        (begun,) = [words for place, words in drafts.items() if place.startswith("topic:new:")]
        assert begun == {"text": "We restart at six.", "audience": "shared", "title": "A plan"}
        (below,) = [words for words in drafts.values() if words is not begun and "We found it." in words["text"]]
        assert below == {"text": "Only for us\n\nWe found it.", "audience": "internal"}
        assert session.exec(select(Topic).where(Topic.title == "A plan")).first() is None
        assert session.exec(select(Posting).where(Posting.client_id == "once")).first() is None


def test_where_files_went_with_it_words_and_files_become_a_note(restored: tuple[Engine, str]) -> None:
    with as_system(for_reading(restored[0])) as session:
        note = session.exec(select(Message).where(Message.text == "With the plan.")).one()
        assert note.audience is Audience.internal
        (file,) = attached_to(session, note)
        assert (file.name, file.audience) == ("plan.txt", Audience.internal)
