"""What a letter says: made for its recipient, at the moment it is sent, and only from what they may see then."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from app.access.session import ViewerSession
from app.foundation.rendering import render_text
from app.foundation.settings import Settings
from app.outbox.models import Letter


class Enclosure(NamedTuple):
    """A file that goes with a letter, such as an invitation to a meeting."""

    name: str
    kind: str  # "text/calendar"
    content: bytes


@dataclass(frozen=True)
class Draft:
    """The words of a letter: plain sentences, one thing to press, and why they receive it."""

    subject: str
    paragraphs: list[str]
    button: tuple[str, str] | None = None  # label, address
    quote: str = ""
    why: str = ""
    enclosures: list[Enclosure] = field(default_factory=list)

    @property
    def one_line_subject(self) -> str:
        """A subject is one line, whatever was in the title it was made from."""
        return re.sub(r"\s+", " ", self.subject).strip()[:200]

    def as_text(self) -> str:
        parts = list(self.paragraphs)
        if self.quote:
            parts.append("\n".join(f"> {line}" for line in self.quote.splitlines()))
        if self.button:
            parts.append(f"{self.button[0]}:\n{self.button[1]}")
        return "\n\n".join([*parts, f"-- \n{self.why}" if self.why else "-- \nEvenkeel"]) + "\n"

    def as_html(self) -> str:
        return render_text("outbox/letter.html", draft=self)


@dataclass(frozen=True)
class Writing:
    """What a renderer is given: the recipient's own session, the letter's ids, and where we are."""

    session: ViewerSession
    letter: Letter
    settings: Settings

    @property
    def about(self) -> dict[str, str]:
        return self.letter.details


Renderer = Callable[[Writing], Draft | None]
_renderers: dict[str, Renderer] = {}


def writes(kind: str) -> Callable[[Renderer], Renderer]:
    """Registers who words letters of this kind. A renderer that returns None has nothing to say to this reader any more."""

    def register(renderer: Renderer) -> Renderer:
        _renderers[kind] = renderer
        return renderer

    return register


def word(writing: Writing) -> Draft | None:
    return _renderers[writing.letter.kind](writing)


__all__ = ["Draft", "Enclosure", "Writing", "word", "writes"]
