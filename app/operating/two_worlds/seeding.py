"""Tells the whole story in an empty database."""

from typing import Any

from sqlalchemy import Engine
from sqlmodel import select

from app import mounted
from app.access.session import as_system
from app.foundation import clock
from app.foundation.refusals import Refused
from app.foundation.settings import Settings
from app.operating.two_worlds import calls, people, talk, work
from app.operating.two_worlds.world import PASSWORD, World
from app.people.models import Person


def seed_world(engine: Engine, settings: Settings, name: str, number: int) -> dict[str, Any]:
    """Tells the story in an empty database. Returns people, ids and the canaries nobody of E1's guests may receive."""
    mounted.routers()
    with as_system(engine) as session:
        if session.exec(select(Person.id).limit(1)).first():
            raise Refused("The fixture needs an empty database: somebody is here already.")
    world = World(engine, settings, name, f"world:{number}")
    before = settings.clock
    try:
        _tell(world)
    finally:
        clock.set_clock(before)
    return {"world": name, "people": world.people, "ids": world.ids, "canaries": world.canaries, "password": PASSWORD}


def _tell(world: World) -> None:
    people.house(world)
    people.open_e1(world)
    people.elsewhere(world)
    work.concerns(world)
    work.what_is_ours(world)
    work.actions(world)
    calls.meeting(world)
    calls.our_order(world)
    calls.recordings(world)
    talk.talk(world)
    talk.revocation(world)
