"""The Chromium that the tests drive; `python -m tests.chromium` makes sure that there is one, with nothing installed yet."""

import os
import shutil
import subprocess
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Playwright

GIVEN = "EVENKEEL_TEST_CHROMIUM"
NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-software-rasterizer",
    "--disable-extensions",
    "--disable-component-extensions-with-background-pages",
]


class NoChromium(Exception):
    """One line that says what to install."""


def launch(playwright: "Playwright") -> "Browser":
    return playwright.chromium.launch(executable_path=chromium_path(), headless=True, args=FLAGS)


def chromium_path() -> str:
    """Where the browser is: EVENKEEL_TEST_CHROMIUM, then PATH, then Debian's package, installed once when we may."""
    given = os.environ.get(GIVEN)
    if given:
        if not os.access(given, os.X_OK):
            raise NoChromium(f"{GIVEN}={given} is not a program that can be run.")
        return given
    found = _on_path() or _from_debian()
    if not found:
        raise NoChromium(
            f"Browser tests need Chromium: install it (on Debian: apt install chromium) or set {GIVEN}=/path."
        )
    return found


def _on_path() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)


def _from_debian() -> str | None:
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    packages = ["chromium", "fonts-liberation"]
    for command in (["update", "-q"], ["install", "-y", "-q", "--no-install-recommends", *packages]):
        # Somebody else may be installing at this moment.
        subprocess.run(
            ["apt-get", "-o", "DPkg::Lock::Timeout=300", *command],
            env=quiet,
            stdin=subprocess.DEVNULL,
            stdout=sys.stderr,
            check=False,
        )
    return _on_path()


def main() -> int:
    try:
        chromium_path()
    except NoChromium as problem:
        print(problem, file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
