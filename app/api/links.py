"""Where something came from and what it led to, as programs are told of it."""

from pydantic import BaseModel, Field
from sqlmodel import SQLModel

from app.escalations.doors import Here
from app.links.linking import Linked, came_from, led_to


class LinkedOut(BaseModel):
    kind: str = Field(examples=["message"])
    id: str
    title: str
    url: str = Field(description="The page where it stands.")


class LinksOut(BaseModel):
    came_from: list[LinkedOut]
    led_to: list[LinkedOut]


def links_out(here: Here, row: SQLModel) -> LinksOut:
    def told(ends: list[Linked]) -> list[LinkedOut]:
        site = here.page.settings.site
        return [LinkedOut(kind=one.kind, id=one.id, title=one.title, url=site + one.url) for one in ends]

    return LinksOut(came_from=told(came_from(here.session, row)), led_to=told(led_to(here.session, row)))
