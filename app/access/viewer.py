"""Who is looking."""

from dataclasses import dataclass

from app.people.models import Role

THEMES = ("light", "dark")


@dataclass(frozen=True)
class Viewer:
    """A signed-in person, or the system acting for nobody in particular (no person)."""

    person_id: str | None
    role: Role | None
    name: str = ""
    zone: str = "UTC"
    theme: str = ""
    customer_id: str | None = None
    sign_in_hash: str = ""
    shortcuts: bool = True
    seen_through: "Viewer | None" = None  # the colleague who looks as this guest, and sees no more than both may

    @property
    def is_guest(self) -> bool:
        return self.role is Role.guest

    @property
    def is_system(self) -> bool:
        return self.person_id is None

    @property
    def is_staff(self) -> bool:
        return not self.is_guest and not self.is_system

    @property
    def is_manager(self) -> bool:
        """Escalation managers and administrators see restricted escalations as well."""
        return self.role in (Role.manager, Role.administrator)

    @property
    def is_administrator(self) -> bool:
        return self.role is Role.administrator


SYSTEM = Viewer(person_id=None, role=None)
