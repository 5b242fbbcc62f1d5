"""Every clock of the product, on one page: what is looked for, how often, and which verb does it.

A sweep finds what is due, claims each row by a conditional update, and records or sends; two workers may sweep at once.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.access.session import ViewerSession
from app.foundation.settings import Settings
from app.notifications.spreading import spread_news
from app.outbox.sending import send_due

Sweep = Callable[[ViewerSession, Settings, datetime], object]


@dataclass(frozen=True)
class Clock:
    """`sweep(system session, settings, now)` is called every `seconds`; its session is committed afterwards."""

    name: str
    seconds: float
    sweep: Sweep


CLOCKS: list[Clock] = [
    Clock("news", 1, spread_news),
    Clock("letters", 2, send_due),
]
