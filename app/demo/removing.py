"""Removing the demo: every row and every byte of its escalation, its customer and its people, and nothing else."""

from dataclasses import dataclass

from sqlalchemy import delete, func, or_, select
from sqlmodel import SQLModel, col

from app.access.session import ViewerSession
from app.demo.marking import marked
from app.demo.rows import delete_inside, delete_of, named_outside
from app.discussion.models import Message
from app.escalations.models import Escalation
from app.foundation.clock import now
from app.foundation.jobs import enqueue
from app.foundation.refusals import NotFound
from app.outbox.models import Letter
from app.people.models import Account, Customer, DemoMark, Person, Role
from app.recordings.arrival.uploading import ask_to_remove_upload
from app.recordings.models import Recording, Upload
from app.search.indexing import forget_escalations
from app.timeline.models import Pulse
from app.writing.jobs import REMOVE_FILES
from app.writing.models import Attachment, DraftFile

LEFT = "former-{id}@demo.example"  # of somebody who stays because others name them: their address is the next demo's


@dataclass(frozen=True)
class Goes:
    """What a removal takes with it, for whoever is asked."""

    title: str
    key: str
    customer: str
    people: list[str]
    recordings: int
    files: int
    by_others: int  # messages of people who are not of the demo
    staying: list[str]  # people of the demo whom something outside it names


def what_goes(session: ViewerSession) -> Goes:
    """`session` is the system's, here and below."""
    escalations, people = marked(session, "escalation"), _people(session)
    escalation = session.get(Escalation, escalations[0]) if escalations else None
    if escalation is None:
        raise NotFound
    rows = session.execute(select(col(Person.id), col(Person.name)).where(col(Person.id).in_(people)))
    names: dict[str, str] = dict(rows.all())
    staying = named_outside(session, people, escalations)
    return Goes(
        title=escalation.title,
        key=escalation.key,
        customer=session.get_one(Customer, escalation.customer_id).name,
        people=sorted(name for person_id, name in names.items() if person_id not in staying),
        recordings=_count(session, Recording, escalation.id),
        files=_count(session, Attachment, escalation.id),
        by_others=_count(session, Message, escalation.id, col(Message.author_id).not_in(people)),
        staying=sorted(names[person_id] for person_id in staying),
    )


def remove_demo(session: ViewerSession) -> None:
    """Whom something outside the demo names stays under their name, and nobody signs in as them."""
    escalations, people = marked(session, "escalation"), _people(session)
    if not escalations:
        raise NotFound
    _ask_to_remove_files(session, escalations)
    forget_escalations(session, escalations)
    delete_inside(session, escalations)
    about = or_(*(col(Letter.about).contains(known) for known in escalations))
    session.execute(delete(Letter).where(about).execution_options(synchronize_session=False))
    session.execute(delete(Escalation).where(col(Escalation.id).in_(escalations)))
    going = _remove_people(session, people)
    _remove_customers(session)
    topics = [f"escalation:{known}" for known in escalations] + [f"person:{known}" for known in going]
    session.execute(delete(Pulse).where(col(Pulse.topic).in_(topics)))
    stays = select(col(Person.id)).where(col(Person.id).in_(marked(session, "person")))
    session.execute(delete(DemoMark).where(col(DemoMark.record_id).not_in(stays)))
    session.expunge_all()


def _people(session: ViewerSession) -> list[str]:
    """Without those who run the workspace, as whoever began with the demo does, and those left over from an earlier one."""
    query = select(col(Account.person_id)).where(
        col(Account.person_id).in_(marked(session, "person")),
        col(Account.role) != Role.administrator,
        col(Account.deactivated_at).is_(None),
    )
    return list(session.execute(query).scalars())


def _remove_people(session: ViewerSession, people: list[str]) -> list[str]:
    staying = named_outside(session, people, [])
    going = [person_id for person_id in people if person_id not in staying]
    delete_of(session, sorted(staying), but="account")
    for account in session.execute(select(Account).where(col(Account.person_id).in_(staying))).scalars():
        account.deactivated_at, account.email = now(), LEFT.format(id=account.person_id)
        session.add(account)
    delete_of(session, going)
    session.execute(delete(Person).where(col(Person.id).in_(going)))
    return going


def _remove_customers(session: ViewerSession) -> None:
    """One that was given another escalation since is a customer like any other."""
    still_named = select(col(Escalation.customer_id)).union(
        select(col(Person.customer_id)).where(col(Person.customer_id).is_not(None))
    )
    made_up = col(Customer.id).in_(marked(session, "customer"))
    session.execute(
        delete(Customer)
        .where(made_up, col(Customer.id).not_in(still_named))
        .execution_options(synchronize_session=False)
    )


def _ask_to_remove_files(session: ViewerSession, escalations: list[str]) -> None:
    """A job, because the bytes may go only after this is committed, and must go even if the server dies in between."""
    columns = (col(Recording.storage_key), col(Recording.id), col(Recording.take))
    for key, recording_id, take in session.execute(select(*columns).where(_inside(Recording, escalations))).all():
        enqueue(session, "remove_recording_media", key, recording_id, str(take))
    keys = [
        key
        for table in (Attachment, DraftFile)
        for key in session.execute(select(col(table.storage_key)).where(_inside(table, escalations))).scalars()
    ]
    enqueue(session, REMOVE_FILES, *keys)
    for upload in session.execute(select(Upload).where(_inside(Upload, escalations))).scalars():
        ask_to_remove_upload(session, upload)


def _count(session: ViewerSession, table: type[SQLModel], escalation_id: str, *which) -> int:  # type: ignore[no-untyped-def]
    inside = _inside(table, [escalation_id])
    return session.execute(select(func.count()).select_from(table).where(inside, *which)).scalar_one()


def _inside(table: type[SQLModel], escalations: list[str]):  # type: ignore[no-untyped-def]
    return col(table.escalation_id).in_(escalations)  # type: ignore[attr-defined]
