"""What the command line does besides serving: people, and work that is due."""

import sys
import time
from threading import Event, Thread

from sqlalchemy import Engine
from sqlmodel import col, select

from app import mounted
from app.access.recognising import viewer_for
from app.access.session import ViewerSession, as_system
from app.escalations.doors import find_escalation
from app.escalations.participants.inviting import Invitee, invite
from app.foundation.database import open_database
from app.foundation.jobs import JobRecord, JobStatus, registered_jobs
from app.foundation.jobs.running import run_worker
from app.foundation.refusals import Refused
from app.foundation.settings import Settings
from app.operating.clockwork import run_once
from app.outbox.models import Letter
from app.people.models import Account, LinkPurpose, Person, Role
from app.schedule import CLOCKS
from app.sign_in.joining import add_colleague
from app.sign_in.links import link_address, send_link
from app.timeline.models import Errand

QUIET_FOR = 1.5  # seconds without anything due before we say that all is done


def add_colleague_with_link(engine: Engine, settings: Settings, *, email: str, name: str, role: str, zone: str) -> str:
    if role not in (Role.member, Role.manager, Role.administrator):
        raise Refused("The role is one of member, manager, administrator.")
    with as_system(engine) as session:
        person = add_colleague(session, name=name, email=email, role=Role(role), zone=zone)
        letter = send_link(session, settings.secret, person.id, LinkPurpose.joining)
        session.commit()
    return f"{name} chooses a password at\n{link_address(settings.site, settings.secret, letter.id)}"


def new_link_for(settings: Settings, engine: Engine, email: str) -> str:
    """For whoever forgot their password; the links sent for that before are dead."""
    with as_system(engine) as session:
        theirs = select(Account, Person).join(Person, col(Person.id) == Account.person_id)
        found = session.exec(theirs.where(Account.email == email.strip().lower(), Account.realm == "staff")).first()
        if found is None or not found[0].is_active:
            raise Refused("No active colleague has this address.")
        letter = send_link(session, settings.secret, found[1].id, LinkPurpose.password_reset)
        session.commit()
    return f"{found[1].name} chooses a new password at\n{link_address(settings.site, settings.secret, letter.id)}"


def invite_with_link(engine: Engine, settings: Settings, *, email: str, name: str, key: str) -> str:
    """Invited on behalf of the escalation's owner, who then stands in the letter."""
    with as_system(engine) as house:
        escalation = find_escalation(house, key)
        owner = viewer_for(house, escalation.owner_id)
        if owner is None:
            raise Refused("The owner of this escalation is no longer active: hand it over first.")
        house.commit()
    with ViewerSession(engine, owner) as session:
        guest = invite(session, settings.secret, find_escalation(session, key), Invitee(name=name, email=email))
        session.commit()
    with as_system(engine) as house:
        newest = select(Letter.id).where(Letter.recipient_id == guest.id, Letter.kind == LinkPurpose.invitation.value)
        letter_id = house.exec(newest.order_by(col(Letter.created_at).desc())).first()
    return f"{guest.name} opens\n{link_address(settings.site, settings.secret, letter_id or '')}"


def run_everything_due(settings: Settings, seconds: int) -> int:
    """A worker that ends when nothing is due any more. 0 when it got there in time."""
    mounted.routers()
    engine = open_database(settings.database)
    stop, began = Event(), time.monotonic()
    worker = Thread(target=run_worker, args=(settings, registered_jobs(), stop), daemon=True)
    worker.start()
    quiet_since = time.monotonic()
    while time.monotonic() - began < seconds:
        for clock in CLOCKS:
            run_once(clock, engine, settings)
        if _something_is_due(engine):
            quiet_since = time.monotonic()
        if time.monotonic() - quiet_since > QUIET_FOR:
            stop.set()
            worker.join(timeout=30)
            return 0
        time.sleep(0.2)
    stop.set()
    print("evenkeel: there is still work to do", file=sys.stderr)
    return 1


def _something_is_due(engine: Engine) -> bool:
    with as_system(engine) as session:
        errands = session.exec(select(Errand.entry_id).limit(1)).first()
        jobs = session.exec(
            select(JobRecord.id).where(col(JobRecord.status).in_([JobStatus.WAITING, JobStatus.RUNNING])).limit(1)
        ).first()
    return errands is not None or jobs is not None
