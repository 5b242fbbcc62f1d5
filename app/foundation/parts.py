"""The small parts that every page repeats, as functions all templates know. Their HTML is written in templates/ui; a page
has a hundred of them and more, so what they once looked like is kept: they depend on nothing but what they are given."""

from collections.abc import Callable
from datetime import date, datetime
from functools import cache, lru_cache
from typing import Any

from jinja2 import Environment, pass_context
from jinja2.runtime import Context
from markupsafe import Markup

from app.foundation import clock

KEPT = 2048  # of each part
Part = Callable[..., Markup]


def parts(templates: Environment) -> dict[str, Any]:
    def macro(name: str, template: str = "ui/parts.html") -> Part:
        @cache
        def written() -> Part:
            part: Part = getattr(templates.get_template(template).module, name)
            return part

        return lambda *given, **named: written()(*given, **named)

    def kept(part: Part) -> Part:
        # By type as well: words that are HTML already are equal to the same words that are not.
        return lru_cache(maxsize=KEPT, typed=True)(part)

    when_of_day = kept(lambda day, *given: macro_when(*given))
    macro_when, macro_due = macro("when"), macro("due")

    @pass_context
    def when(context: Context, moment: datetime, zone: str = "", relative: bool = True, inside: bool = False) -> Markup:
        """A moment that has been, in the reader's zone unless another is named."""
        zone = zone or context["page"].zone
        return when_of_day(clock.today(zone), moment, zone, relative, inside)

    def when_in(zone: str, moment: datetime) -> Markup:
        """The same for long lists: what is told the context has a copy of it made for each line."""
        return when_of_day(clock.today(zone), moment, zone, True, False)

    @pass_context
    def due(context: Context, value: datetime | date, state: str = "", left: bool = True, zone: str = "") -> Markup:
        """A moment or a day that is awaited. Never kept: it says how long there is left."""
        return macro_due(value, state, left, zone or context["page"].zone)

    kept_head = kept(macro("head", "ui/frame.html"))

    @pass_context
    def page_head(context: Context, live: bool = True) -> Markup:
        page = context["page"]
        return kept_head(page.theme, live, page.viewer.person_id or "", page.shortcuts)

    return {
        "icon": kept(macro("icon", "ui/icons.html")),
        "avatar": kept(macro("avatar")),
        "audience_mark": kept(macro("audience_mark")),
        "badge": kept(macro("badge")),
        "dot": kept(macro("dot")),
        "when": when,
        "when_in": when_in,
        "due": due,
        "page_head": page_head,
        "rail_line": kept(macro("rail_line", "ui/frame.html")),
    }
