"""How the installation is, for administrators: what can be said in a moment and without writing anything."""

from fastapi.responses import Response

from app.access.doors import CurrentPage, ManagerPages
from app.foundation.refusals import NotFound
from app.workspace.health.backups import look_at_backups
from app.workspace.health.machinery import (
    look_at_address,
    look_at_clock,
    look_at_key,
    look_at_mail,
    look_at_worker,
)
from app.workspace.health.storage import look_at_storage

managers = ManagerPages(prefix="/health")


@managers.get("")
def show_health(page: CurrentPage) -> Response:
    if not page.viewer.is_administrator:
        raise NotFound
    from app.workspace.health.model import look_at_model  # noqa: PLC0415  # see there

    settings = page.settings
    findings = [
        look_at_backups(page.session),
        look_at_worker(page.session),
        look_at_storage(settings, by_writing=False),
        look_at_model(settings, by_reading=False),
        look_at_mail(settings, by_knocking=False),
        look_at_clock(page.session, settings),
        look_at_address(settings),
        look_at_key(settings),
    ]
    return page.show("workspace/health.html", findings=findings)
