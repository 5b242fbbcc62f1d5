"""What a search page was asked for, read from its address and written into the addresses it links to."""

from dataclasses import dataclass, replace
from urllib.parse import urlencode

from app.escalations.models import Escalation
from app.search.documents import Group
from app.search.looking_up import Place, Sorting, read_place
from app.search.words import Words, parse


@dataclass(frozen=True)
class Asked:
    """Whatever the address holds that is no choice of ours counts as not given."""

    words: Words
    typed: str = ""
    group: Group | None = None
    escalation: Escalation | None = None
    sorting: Sorting = Sorting.best
    after: Place | None = None

    def url(self, **changed: object) -> str:
        """The same search with something else chosen, from its beginning."""
        other = replace(self, **{"after": None, **changed})  # type: ignore[arg-type]
        given = {
            "q": other.typed,
            "kind": other.group or "",
            "in": other.escalation.key if other.escalation else "",
            "sort": other.sorting if other.sorting is not Sorting.best else "",
            "before": f"{other.after.number}~{other.after.rest}" if other.after else "",
        }
        return "/search?" + urlencode({name: value for name, value in given.items() if value})


def read_asked(q: str, kind: str, escalation: Escalation | None, sort: str, before: str) -> Asked:
    words = parse(q)
    number, _, rest = before.partition("~")
    return Asked(
        words,
        words.typed,
        Group(kind) if kind in list(Group) else None,
        escalation,
        Sorting(sort) if sort in list(Sorting) else Sorting.best,
        read_place(number, rest),
    )
