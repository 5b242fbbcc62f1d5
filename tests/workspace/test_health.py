"""The page that tells administrators how the installation is."""

import pytest

from app.access.session import ViewerSession
from app.workspace.health.models import BackupRun


def test_administrators_see_what_should_be_looked_at(as_, session: ViewerSession) -> None:
    page = as_("adm").get("/health")
    assert page.status_code == 200
    assert "There was none yet" in page.text and "None is running" in page.text
    session.add(BackupRun(is_good=True, place="monday.backup", size=2_000_000, seconds=3))
    session.commit()
    assert "Made less than an hour ago, 2.0 MB in 3 s" in as_("adm").get("/health").text
    session.add(BackupRun(is_good=False, place="tuesday.backup", trouble="There is no room."))
    session.commit()
    assert "The last try failed: There is no room." in as_("adm").get("/health").text


@pytest.mark.parametrize("nick", ["ada", "ben", "gus", "eve"])
def test_nobody_else_gets_there(as_, nick: str) -> None:
    assert as_(nick).get("/health").status_code in (403, 404)
