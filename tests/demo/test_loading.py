"""Loading the demo: at any hour, all of it or nothing; and that removing it leaves everything as it was."""

import pytest
from sqlmodel import col, select

from app.access.session import as_system
from app.demo.loading import load_demo
from app.demo.removing import remove_demo
from app.demo.story.recording import CALL
from app.foundation import clock
from app.foundation.clock import now
from app.foundation.refusals import NotFound
from app.overview.desk import desk_of
from app.timeline.models import TimelineEntry


def test_the_words_are_those_our_engine_heard_of_our_own_script():
    script = CALL.joinpath("script.txt").read_text().splitlines()
    assert {line.partition(":")[0] for line in script} == {"Daniel", "Priya", "Mark", "Graham"}
    assert CALL.joinpath("call.ogg").read_bytes().startswith(b"OggS")


@pytest.mark.parametrize("at", ["2026-03-28T23:40+01:00", "2026-03-29T00:20+01:00"])
def test_it_can_be_loaded_at_any_hour_and_one_that_is_not_committed_leaves_no_bytes(engine, settings, people, at):
    """Late in the evening, just after midnight, and in the night in which the clocks go forward."""
    clock.set_clock(at)
    with as_system(engine) as session:
        demo = load_demo(session, settings, people["adm"].id)
        of_it = select(TimelineEntry.occurred_at).where(TimelineEntry.escalation_id == demo.id)
        moments = session.exec(of_it.order_by(col(TimelineEntry.number))).all()
        assert list(moments) == sorted(moments) and moments[-1] <= now()
        session.viewer = people["adm"].viewer
        assert desk_of(session).meetings
        assert _stored(settings)
        session.rollback()
    assert not _stored(settings)


def _stored(settings):
    return [path for path in (settings.data_dir / "files").rglob("*") if path.is_file()]


def test_afterwards_every_table_and_the_storage_are_as_before(engine, settings, people, count, files, remove):
    before, stored = count(), files()
    with as_system(engine) as session:
        load_demo(session, settings, people["adm"].id)
        session.commit()
    assert count() != before and files() != stored
    remove()
    assert count() == before
    assert files() == stored


def test_without_a_demo_there_is_nothing_to_remove(engine):
    with as_system(engine) as session, pytest.raises(NotFound):
        remove_demo(session)
