"""What a page says once, kept in a cookie that anybody may have written."""

import base64
import json

import pytest

from app.access.pages import SAID


def written(said: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(said).encode()).decode()


@pytest.mark.parametrize("said", [None, 123, "words", [1, 2], ["\ud800", "/x"], ["words"], {"text": "words"}])
def test_a_cookie_somebody_wrote_says_nothing_and_is_gone_with_the_page(as_, said):
    browser = as_("gus")
    browser.cookies.set(SAID, written(said))
    for address in ("/escalations/ACME-7K4", "/nothing-here"):
        answer = browser.get(address)
        assert answer.status_code in (200, 404) and "data-toast" not in answer.text
        assert answer.headers["set-cookie"].startswith(f'{SAID}=""; ')


@pytest.mark.parametrize(
    "undo", ["//elsewhere.example/x", "/\\elsewhere.example/x", "https://elsewhere.example", "/a b", 7]
)
def test_an_undo_leads_nowhere_but_here(as_, undo):
    browser = as_("gus")
    browser.cookies.set(SAID, written(["Done", undo]))
    page = browser.get("/escalations/ACME-7K4").text
    assert "Done" in page and "elsewhere" not in page and "Undo</button>" not in page


def test_an_undo_of_ours_is_offered(as_):
    browser = as_("gus")
    browser.cookies.set(SAID, written(["Done", "/escalations/ACME-7K4/actions/abc/restoration?x=1"]))
    assert "Undo</button>" in browser.get("/escalations/ACME-7K4").text
