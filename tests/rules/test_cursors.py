"""Where a list goes on stands in its address, and addresses are written by hand: none of them may break the page."""

import pytest

AT = "/escalations/ACME-7K4"
LISTS = [
    "/inbox?before=",
    "/meetings?before=",
    "/outbox?before=",
    "/escalations?before=",
    f"{AT}/timeline?before=",
    f"{AT}/recordings?before=",
    f"{AT}/meetings?before=",
    f"{AT}/concerns?before=",
    f"{AT}/discussion?before=",
    f"{AT}/actions?show=done&after=",
    f"{AT}/actions?after=",
]


@pytest.mark.parametrize("address", LISTS)
@pytest.mark.parametrize(
    "cursor", ["2026-11-26T12:48", "2026-11-26T12:48_0", "2026-11-26", "yesterday", "~1e999", "-1"]
)
def test_a_cursor_somebody_wrote_themselves_breaks_no_list(as_, address, cursor):
    assert as_("ada").get(address + cursor).status_code in (200, 404)
