"""Where a list goes on stands in its address, and addresses are written by hand: none of them may break the page."""

import re

import pytest

from app.foundation.clock import now
from app.recordings.models import Recording, RecordingState

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


def test_what_happened_in_one_moment_is_all_shown_and_shown_once(as_, session, people, outage):
    """Sixty recordings of the same minute: the second page goes on where the first ended."""
    moment = now()
    for number in range(60):
        session.add(
            Recording(
                escalation_id=outage.id,
                title=f"Call number {number:02}",
                recorded_at=moment,
                kind="wav",
                storage_key=f"recordings/{number}",
                size=1,
                state=RecordingState.ready,
            )
        )
    session.commit()
    first = as_("ben").get(f"{AT}/recordings").text
    cursor = re.search(r"\?before=([^\"]+)\"", first)
    assert cursor
    second = as_("ben").get(f"{AT}/recordings?before={cursor[1]}").text
    shown = [set(re.findall(r"Call number \d\d", page)) for page in (first, second)]
    assert len(shown[0] | shown[1]) == 60 and not shown[0] & shown[1]
