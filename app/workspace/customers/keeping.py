"""Adding a customer and changing what is known of it."""

import re
import unicodedata

from sqlmodel import col, func, select

from app.access.session import ViewerSession
from app.foundation.clock import is_zone
from app.foundation.refusals import Refused
from app.people.models import Customer

SHORTEST, LONGEST = 2, 5


def add_customer(session: ViewerSession, name: str, zone: str = "UTC", mark: str = "", field: str = "name") -> Customer:
    """The mark begins the keys of its escalations; it is made from the name unless somebody chose one."""
    _refuse_taken_name(session, name, field)
    customer = Customer(name=name, mark=_mark(mark) if mark else derive_mark(name), time_zone=_zone(zone))
    session.add(customer)
    session.flush()
    return customer


def change_customer(session: ViewerSession, customer: Customer, *, name: str, mark: str, zone: str) -> None:
    """Keys that were drawn keep the mark they were drawn with."""
    if name.lower() != customer.name.lower():
        _refuse_taken_name(session, name, "name")
    customer.name, customer.mark, customer.time_zone = name, _mark(mark), _zone(zone)
    session.add(customer)


def derive_mark(name: str) -> str:
    """Acme Logistics is ACME; a name of several words whose first is long gives its initials and more."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().upper()
    words = re.findall(r"[A-Z]+", plain)
    first = words[0] if words else ""
    if SHORTEST <= len(first) <= LONGEST:
        return first
    return ("".join(words)[:4] or "CUST").ljust(SHORTEST, "X")


def _mark(text: str) -> str:
    mark = text.strip().upper()
    if not re.fullmatch(rf"[A-Z]{{{SHORTEST},{LONGEST}}}", mark):
        raise Refused(f"A mark is {SHORTEST} to {LONGEST} letters, such as ACME.", "mark")
    return mark


def _zone(zone: str) -> str:
    if not is_zone(zone):
        raise Refused("Choose a time zone from the list.", "time_zone")
    return zone


def _refuse_taken_name(session: ViewerSession, name: str, field: str) -> None:
    if session.exec(select(Customer.id).where(func.lower(col(Customer.name)) == name.lower())).first():
        raise Refused("There is a customer of this name already. Choose it from the list.", field)
