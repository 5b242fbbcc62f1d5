"""A real S3 protocol: moto's server, and a proxy before it that breaks what a test wants broken. The database plays no
part in this, so it runs on SQLite alone."""

from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import boto3
import pytest
from moto.server import ThreadedMotoServer

from app.foundation.s3.bucket import Bucket, open_bucket
from app.foundation.settings import Settings
from tests.conftest import ON_POSTGRES
from tests.recordings_room.conftest import jfk as jfk
from tests.recordings_room.conftest import meeting as meeting
from tests.recordings_room.conftest import recorded as recorded
from tests.storage_in_s3.proxy import Proxy

HERE = Path(__file__).parent
BUCKET = "escalations"


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    ours = [item for item in items if HERE in item.path.parents]
    if ON_POSTGRES and ours:
        config.hook.pytest_deselected(items=ours)
        items[:] = [item for item in items if item not in ours]


@pytest.fixture(scope="session")
def s3() -> Iterator[int]:
    """The port of an S3 server with an empty bucket."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    port = int(server.get_host_and_port()[1])
    client = boto3.client(
        "s3",
        endpoint_url=f"http://127.0.0.1:{port}",
        region_name="us-east-1",
        aws_access_key_id="tests",
        aws_secret_access_key="tests",
    )
    client.create_bucket(Bucket=BUCKET)
    yield port
    server.stop()


@pytest.fixture
def proxy(s3: int) -> Iterator[Proxy]:
    found = Proxy(s3).start()
    yield found
    found.stop()


@pytest.fixture
def storage_url(request: pytest.FixtureRequest, proxy: Proxy, monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tests")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "tests")
    if "impatient" not in request.fixturenames:
        monkeypatch.setattr("app.foundation.s3.bucket.TRIES", 2)
    return f"s3://{BUCKET}/{uuid4().hex}?endpoint=http://127.0.0.1:{proxy.port}&region=us-east-1&path_style=1"


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Asked for first: a storage that says nothing is given up sooner, and not asked again."""
    monkeypatch.setattr("app.foundation.s3.bucket.READ_WITHIN", 4)
    monkeypatch.setattr("app.foundation.s3.bucket.TRIES", 1)


@pytest.fixture
def settings(settings: Settings, storage_url: str) -> Settings:
    return settings.model_copy(update={"storage_url": storage_url})


@pytest.fixture
def bucket(storage_url: str) -> Bucket:
    return open_bucket(storage_url)
