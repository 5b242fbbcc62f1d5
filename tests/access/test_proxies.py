"""Where a visitor comes from: a proxy's word counts only when the proxy is ours."""

import pytest
from pydantic import ValidationError
from sqlalchemy import Engine, func, select
from starlette.testclient import TestClient

from app.foundation.settings import Settings
from app.main import build_site
from app.people.models import Allowance
from tests.conftest import FROM_OUR_PAGE, SITE

OURS = "10.1.0.0/16"


def places_seen(settings: Settings, engine: Engine, *, proxy: str, said: list[str]) -> int:
    """As many as there are allowances, less the one of the address that is signed in with."""
    with TestClient(
        build_site(settings, engine), base_url=SITE, headers=FROM_OUR_PAGE, client=(proxy, 4000)
    ) as browser:
        for forwarded in said:
            data = {"email": "nobody@example.com", "password": "a guess"}
            browser.post("/sign-in", data=data, headers={"x-forwarded-for": forwarded})
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(Allowance)).scalar_one() - 1


def test_visitors_behind_our_proxy_are_told_apart(settings: Settings, engine: Engine) -> None:
    settings = settings.model_copy(update={"trusted_proxies": OURS})
    assert places_seen(settings, engine, proxy="10.1.2.3", said=["203.0.113.5", "203.0.113.6"]) == 2


def test_what_a_visitor_writes_before_our_proxy_counts_for_nothing(settings: Settings, engine: Engine) -> None:
    settings = settings.model_copy(update={"trusted_proxies": OURS})
    said = ["198.51.100.1, 203.0.113.5", "198.51.100.2, 203.0.113.5", "10.1.0.1, 203.0.113.5"]
    assert places_seen(settings, engine, proxy="10.1.2.3", said=said) == 1


def test_nobody_elses_word_is_taken(settings: Settings, engine: Engine) -> None:
    settings = settings.model_copy(update={"trusted_proxies": OURS})
    assert places_seen(settings, engine, proxy="192.0.2.7", said=["203.0.113.5", "203.0.113.6"]) == 1


def test_without_the_setting_no_word_is_taken(settings: Settings, engine: Engine) -> None:
    assert places_seen(settings, engine, proxy="127.0.0.1", said=["203.0.113.5", "203.0.113.6"]) == 1


@pytest.mark.parametrize("proxies", ["*", "proxy.example.com", "10.0.0.1/8", "127.0.0.1,"])
def test_a_setting_that_would_trust_nobody_or_everybody_is_refused(proxies: str) -> None:
    with pytest.raises(ValidationError, match="addresses or networks"):
        Settings(trusted_proxies=proxies)
