"""How often somebody may act: far above what people do, and never at the cost of what they wrote."""

import pytest
from sqlmodel import func, select

from app.access import doors
from app.access.pace import Pace
from app.concerns.models import Concern

LIST = "/escalations/ACME-7K4/concerns"


@pytest.fixture(autouse=True)
def three_a_minute(monkeypatch):
    monkeypatch.setattr(doors, "GUESTS_PACE", Pace(3))


def test_who_acts_too_often_is_told_and_keeps_their_words(as_, session):
    gus = as_("gus")
    answers = [gus.post(LIST, data={"words": f"Worry number {number}"}) for number in range(5)]
    assert [answer.status_code for answer in answers] == [303, 303, 303, 429, 429]
    assert (
        "Worry number 4" in answers[-1].text and "very often" in answers[-1].text and answers[-1].headers["retry-after"]
    )
    assert session.exec(select(func.count()).select_from(Concern)).one() == 3


def test_one_persons_haste_is_nobody_elses(as_):
    for _ in range(4):
        as_("gus").post(LIST, data={"words": "Again"})
    assert as_("gil").post(LIST, data={"words": "Once"}).status_code == 303
    assert as_("gus").get(LIST).status_code == 200
