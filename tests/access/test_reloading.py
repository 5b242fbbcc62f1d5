"""Reloading what a refused form answered leads back to the form."""

import pytest

READS = {"accept": "text/html,application/xhtml+xml"}
ROOM = "/escalations/ACME-7K4"
FORMS = [
    (f"{ROOM}/guests", f"{ROOM}/people"),
    (f"{ROOM}/guests/abc/invitation", f"{ROOM}/people"),
    (f"{ROOM}/severity", f"{ROOM}/vitals"),
    (f"{ROOM}/concerns/abc/trackers", f"{ROOM}/concerns/abc"),
    (f"{ROOM}/discussion/abc/messages", f"{ROOM}/discussion/abc"),
    (f"{ROOM}/meetings/abc/notes/def", f"{ROOM}/meetings/abc"),
    ("/teams", "/people"),
    ("/profile/password", "/profile"),
]


@pytest.mark.parametrize(("form", "page"), FORMS)
def test_an_address_that_takes_forms_leads_to_their_page(as_, form, page):
    answer = as_("ada").get(form, headers=READS)
    assert (answer.status_code, answer.headers.get("location")) == (303, page)


def test_only_whose_form_it_is_is_led_there(as_):
    assert as_("gus").get(f"{ROOM}/concerns/abc/words", headers=READS).headers["location"] == f"{ROOM}/concerns/abc"
    assert as_("gus").get(f"{ROOM}/guests", headers=READS).status_code == 404
    assert as_("ada").get(f"{ROOM}/guests").status_code == 404, "a program is told"
    assert as_("").get(f"{ROOM}/guests", headers=READS).status_code == 404
    assert as_("ada").get(f"{ROOM}/nowhere/at/all", headers=READS).status_code == 404
