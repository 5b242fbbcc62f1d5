"""Programs that speak for the cast: `program("ben").get("/escalations")`."""

from collections.abc import Callable, Iterator

import pytest
from starlette.testclient import TestClient

from app.access.pace import Pace
from app.access.session import ViewerSession
from app.api import doors
from app.sign_in.personal_tokens.making import make_token
from app.sign_in.personal_tokens.models import Scope
from tests.api.furnished import furnish
from tests.conftest import SITE

V1 = f"{SITE}/api/v1"


@pytest.fixture(autouse=True)
def a_quick_pace(monkeypatch):
    """Each test has its own, and none of them waits."""
    monkeypatch.setattr(doors, "pace", Pace(100_000))


@pytest.fixture
def token(engine, people) -> Callable[..., str]:
    """A fresh token of one of the cast."""

    def make(nick: str, scope: Scope = Scope.write, days: int = 90) -> str:
        with ViewerSession(engine, people[nick].viewer) as session:
            made = make_token(session, f"{nick}'s program", scope, days)
            session.commit()
        return made.token

    return make


@pytest.fixture
def program(site, token) -> Iterator[Callable[..., TestClient]]:
    """A program with a token of one of the cast, and with none for "". It sends no header of a browser."""
    clients: dict[tuple[str, Scope], TestClient] = {}

    def speaking_for(nick: str, scope: Scope = Scope.write) -> TestClient:
        if (nick, scope) not in clients:
            client = TestClient(site, base_url=V1, follow_redirects=False, raise_server_exceptions=False)
            clients[nick, scope] = client.__enter__()
            if nick:
                client.headers["authorization"] = f"Bearer {token(nick, scope)}"
        return clients[nick, scope]

    yield speaking_for
    for client in clients.values():
        client.__exit__(None, None, None)


@pytest.fixture
def ben(program) -> TestClient:
    return program("ben")


@pytest.fixture
def ids(ben, session, outage) -> dict[str, str]:
    """A room of each kind is furnished: what is in it, by the name it has in an address."""
    return furnish(ben, session, outage.id)
