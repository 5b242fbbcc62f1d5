"""Where the first person of a new server begins."""

from sqlalchemy import Engine

from app.access.session import as_system
from app.foundation.database import for_reading
from app.foundation.settings import Settings
from app.sign_in.joining import anybody_is_here
from app.workspace.setup.setting_up import needs_key, setup_key


def first_start_address(engine: Engine, settings: Settings) -> str:
    """Empty once somebody is here."""
    with as_system(for_reading(engine)) as session:
        if anybody_is_here(session):
            return ""
    key = f"\n  The setup key is {setup_key(settings)}" if needs_key(settings) else ""
    return f"{settings.site}/setup{key}"
