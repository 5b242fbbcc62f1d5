"""Pictures of every page, to look at: `python -m tests.journeys.screens FOLDER [WORD…]`, the words choose among the names.

Each page as staff and as guest, at 1280 and 390 px, light and dark, in a house that is lived in and on the first day.
"""

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

from app.speech.model_fetching import fetch_model
from tests.chromium import launch
from tests.journeys.furnishing import Furnished, furnish, wait_for_words
from tests.journeys.house import House, standing_house
from tests.journeys.places import guest_places, guest_places_of_a_beginning, public_places, staff_places
from tests.journeys.visitors import Visitor, arrive
from tests.speech.conftest import MODELS

WIDTHS = {"wide": (1280, 900), "phone": (390, 844)}
THEMES = ("light", "dark")


def main(folder: Path, words: list[str]) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory(prefix="evenkeel-screens-") as place,
        standing_house(Path(place), fetch_model(MODELS, print)) as house,
        sync_playwright() as playwright,
    ):
        browser = launch(playwright)
        _picture(arrive(browser, house, "founder"), folder, {"setup": "/setup"}, words)
        furnished = furnish(house)
        wait_for_words(house, furnished)
        for name, visitor, places in _rounds(browser, house, furnished):
            _picture(visitor, folder, {f"{name}-{page}": path for page, path in places.items()}, words)
            for fault in visitor.faults:
                print(fault)
        browser.close()


def _rounds(browser: Browser, house: House, furnished: Furnished) -> Iterator[tuple[str, Visitor, dict[str, str]]]:
    everybody = [("staff", "nora", staff_places), ("guest", "ruth", guest_places)]
    everybody += [("first-day", "imani", guest_places_of_a_beginning)]
    for name, nick, places in everybody:
        visitor = arrive(browser, house, nick)
        furnished.sign_in(visitor, nick)
        yield name, visitor, places(furnished)
    yield "public", arrive(browser, house, "nobody"), public_places()


def _picture(visitor: Visitor, folder: Path, places: dict[str, str], words: list[str]) -> None:
    page = visitor.page
    for name, path in places.items():
        if words and not any(word in name for word in words):
            continue
        for width, (across, down) in WIDTHS.items():
            page.set_viewport_size({"width": across, "height": down})
            page.emulate_media(color_scheme="light")
            visitor.go(path)
            for theme in THEMES:
                page.emulate_media(color_scheme="dark" if theme == "dark" else "light")
                page.screenshot(path=folder / f"{name}-{width}-{theme}.png", full_page=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
