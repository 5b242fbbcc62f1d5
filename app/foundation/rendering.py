"""Templates: the Jinja environment, its filters, and addresses of static files that may be cached for ever."""

import hashlib
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemBytecodeCache, FileSystemLoader, StrictUndefined
from jinja2.bccache import Bucket

from app.foundation import clock
from app.foundation.parts import parts
from app.foundation.typed_moments import as_typed

PACKAGE = Path(__file__).parents[1]


def part(name: str) -> Path:
    """A folder of the product's: inside the package where it was installed, beside it in a checkout."""
    inside = PACKAGE / name
    return inside if inside.exists() else PACKAGE.parent / name


STATIC = part("static")

templates = Environment(
    loader=FileSystemLoader(part("templates")),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    auto_reload=False,
)


class Kept(FileSystemBytecodeCache):
    """Compiled templates, so that the first pages after a start need not wait for it. They are told by their source's
    hash; a disk that takes nothing costs only the time."""

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)


def keep_compiled(folder: Path) -> None:
    with suppress(OSError):
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        templates.bytecode_cache = Kept(str(folder))


def dom_id(record: Any, part: str = "") -> str:
    """The id of a record's element, the same in templates, swaps and live signals."""
    return "_".join(filter(None, [part, str(record.__tablename__), str(record.id)]))


@lru_cache
def static_url(name: str) -> str:
    """The address of a static file, with its content's hash: a changed file has another address."""
    digest = hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]
    return f"/static/{name}?v={digest}"


def iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def clock_time(moment: datetime, zone: str) -> str:
    """Today 16:00 · Thu 26 Nov 16:00 · 26 Nov 2025 16:00, in the reader's zone."""
    local, today = moment.astimezone(ZoneInfo(zone)), clock.today(zone)
    if local.date() == today:
        return f"Today {local:%H:%M}"
    if local.date() == today + timedelta(days=1):
        return f"Tomorrow {local:%H:%M}"
    if abs((local.date() - today).days) < 300:
        return f"{local:%a} {local.day} {local:%b} {local:%H:%M}"
    return f"{local.day} {local:%b %Y} {local:%H:%M}"


def full_time(moment: datetime, zone: str) -> str:
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A} {local.day} {local:%B %Y}, {local:%H:%M} {local.tzname()}"


def day(value: date) -> str:
    """Fri 27 Nov, with the year when it is not near."""
    near = abs((value - clock.now().date()).days) < 300
    return f"{value:%a} {value.day} {value:%b}" if near else f"{value.day} {value:%b %Y}"


def hms(seconds: float) -> str:
    """2:05 or 1:02:05."""
    whole = int(seconds)
    hours, minutes, rest = whole // 3600, whole % 3600 // 60, whole % 60
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def size(count: int) -> str:
    """1.4 MB."""
    amount = float(count)
    for unit in ("bytes", "kB", "MB"):
        if amount < 1000:
            return f"{amount:.0f} {unit}" if unit == "bytes" or amount >= 100 else f"{amount:.1f} {unit}"
        amount /= 1000
    return f"{amount:.1f} GB"


def distance(moment: datetime) -> str:
    """in 3 h 12 m · 26 h ago: what a person can act on."""
    seconds = (moment - clock.now()).total_seconds()
    ahead, seconds = seconds >= 0, abs(seconds)
    if seconds < 60:
        return "now"
    minutes = int(seconds // 60)
    if minutes < 60:
        words = f"{minutes} m"
    elif minutes < 24 * 60:
        words = f"{minutes // 60} h {minutes % 60} m" if ahead and minutes % 60 else f"{minutes // 60} h"
    else:
        days = minutes // (24 * 60)
        words = "1 day" if days == 1 else f"{days} days"
    return f"in {words}" if ahead else f"{words} ago"


input_time = as_typed


def plural(count: int, one: str, many: str | None = None) -> str:
    return f"{count} {one if count == 1 else many or one + 's'}"


def place(zone: str) -> str:
    """The city of a time zone: "Europe/London" is London."""
    return zone.rpartition("/")[2].replace("_", " ")


templates.filters |= {
    "iso": iso,
    "clock": clock_time,
    "full": full_time,
    "day": day,
    "hms": hms,
    "bytes": size,
    "distance": distance,
    "input_time": input_time,
    "plural": plural,
    "place": place,
    "words": lambda text: str(text).replace("_", " "),
}
templates.globals |= {"dom_id": dom_id, "now": clock.now, "static": static_url, **parts(templates)}


def render_text(template: str, **context: Any) -> str:
    return templates.get_template(template).render(context)
