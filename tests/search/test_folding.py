"""What a page of findings leaves out: copies of one thing, and the marks somebody wrote around words."""

import pytest

from app.search.index import END, HIT
from app.search.unmarking import unmarked

ROOM = "/escalations/ACME-7K4"
WORDS = "Zebrafinch invoices go out twice"


def test_a_concern_is_found_once_with_the_agendas_it_stands_on(as_, catch_up):
    ben = as_("ben")
    concern = ben.post(f"{ROOM}/concerns", data={"words": WORDS}).headers["location"]
    for day in ("2030-04-09", "2030-04-10"):
        fields = {"title": f"Call of {day}", "starts_at": f"{day}T10:00", "minutes": "30"}
        meeting = ben.post(f"{ROOM}/meetings", data=fields).headers["location"]
        ben.post(f"{meeting}/composition")
        if WORDS not in ben.get(meeting).text:
            ben.post(f"{meeting}/items", data={"title": WORDS})
    catch_up()
    page = ben.get("/search", params={"q": "zebrafinch"}).text
    assert page.count('<a class="plain strong"') == 1 and concern.partition("?")[0].partition("#")[0] in page
    assert "On 2 agendas" in page


@pytest.mark.parametrize(
    ("typed", "read"),
    [
        (f"**the {HIT}import{END}** runs", f"the {HIT}import{END} runs"),
        (f"{HIT}import{END} `nightly_run` stays", f"{HIT}import{END} nightly_run stays"),
        (f"- one\n- {HIT}two{END}", f"one\n{HIT}two{END}"),
        (f"# Head\n> *{HIT}said{END}*", f"Head\n{HIT}said{END}"),
        (f"see [the {HIT}log{END}](/escalations/X-1/x) now", f"see the {HIT}log{END} now"),
        ("…bold** and 2 * 3 * 4, import_job, a - b", "…bold and 2 * 3 * 4, import_job, a - b"),
        ("a_b_c and *really _very_* so", "a_b_c and really very so"),
    ],
)
def test_an_excerpt_has_no_marks(typed, read):
    assert unmarked(typed) == read
