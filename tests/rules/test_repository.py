"""What every file of the repository keeps to."""

import ast
import re
import subprocess
from collections.abc import Iterable
from pathlib import Path

import pytest

from app.errors import UNSENT

ROOT = Path(__file__).parents[2]
TEXT = {".py", ".html", ".css", ".js", ".md", ".toml", ".json", ".txt", ".ini", ".mako", ".yml", ".svg", ""}

# The only places that hand words to a page unescaped, each with the reason why that is safe.
UNESCAPED = {
    "app/timeline/reading.py": "a fact's sentence is ours; every value put into it is escaped there",
    "app/writing/markdown.py": "Markdown is parsed without HTML and then passed through a list of allowed tags",
}
# The only places that speak to the database past the viewer's session.
# Lower floors that know no viewer, and those that look at the database as a whole.
RAW_SQL = (
    "app/foundation/",
    "app/search/",
    "alembic/",
    "app/operating/backups/",
    "app/operating/doctor.py",
    "app/operating/migrating.py",
    "app/operating/readiness.py",
    "app/operating/wholeness.py",
)
# Where a template may ask who is looking. Everywhere else the session has decided already.
ASKS_WHO = ("layout",)

MACHINE_PATH = re.compile(r"(?<![\w.])/(?:work|home/\w+|Users/\w+|root)/|[A-Z]:\\\\Users")
OUR_MAKING = re.compile(
    r"\b(?:as an? (?:ai|language model)|generated (?:by|with) (?:an? )?(?:ai|llm|claude|copilot|gpt|chatgpt|gemini)"
    r"|co-authored-by|sub-?agents?|the brief says)\b",
    re.IGNORECASE,
)


def files(*suffixes: str) -> list[Path]:
    """What git tracks or would track, so that a rule speaks before the commit."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        check=True,
    ).stdout.decode()
    found = [ROOT / name for name in listed.split("\0") if name and not name.startswith("static/vendor/")]
    return [path for path in found if path.is_file() and (not suffixes or path.suffix in suffixes)]


def named(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def lines_with(pattern: re.Pattern[str], paths: Iterable[Path]) -> list[str]:
    return [
        f"{named(path)}:{number}: {line.strip()[:120]}"
        for path in paths
        for number, line in enumerate(path.read_text(errors="replace").splitlines(), 1)
        if pattern.search(line)
    ]


def templates() -> list[Path]:
    return [path for path in files() if named(path).startswith("templates/")]


def domains() -> list[Path]:
    return [path for path in files(".py") if named(path).startswith(("app/", "alembic/"))]


def test_lock_files_name_no_host():
    index = r"://|^--(extra-)?index-url"
    host = {"requirements.lock": index, "requirements-openai-whisper.lock": index, "package-lock.json": r'"resolved"'}
    for name, pattern in host.items():
        assert lines_with(re.compile(pattern), [ROOT / name]) == []


def test_locks_that_record_a_registry_are_not_kept():
    assert [
        named(path) for path in files() if path.name in {"uv.lock", "pylock.toml", "yarn.lock", "pnpm-lock.yaml"}
    ] == []


def test_no_file_knows_the_machine_it_was_written_on():
    elsewhere = [path for path in files(*TEXT) if path != Path(__file__)]
    assert lines_with(MACHINE_PATH, elsewhere) == []


def test_the_repository_speaks_of_the_product_and_not_of_its_making():
    elsewhere = [path for path in files(*TEXT) if path != Path(__file__)]
    assert lines_with(OUR_MAKING, elsewhere) == []


def test_each_package_says_what_it_is():
    packages = {path.parent for path in domains() if named(path).startswith("app/")}
    silent = [
        named(package)
        for package in sorted(packages)
        if not (package / "__init__.py").exists()
        or not ast.get_docstring(ast.parse((package / "__init__.py").read_text()))
    ]
    assert silent == []


def test_each_module_of_the_app_begins_with_what_it_is():
    assert [named(path) for path in domains() if named(path).startswith("app/") and not _docstring(path)] == []


def test_no_file_of_ours_is_longer_than_three_hundred_lines():
    ours = [path for path in files(".py") if not named(path).startswith("alembic/versions/")]  # those are generated
    long = {named(path): count for path in ours if (count := len(path.read_text().splitlines())) > 300}
    assert long == {}


def test_raw_sql_stays_where_it_is_watched():
    watched = [path for path in domains() if not named(path).startswith(RAW_SQL)]
    assert (
        lines_with(
            re.compile(r"(?<![\w.])(?:sa\.)?text\(|\b__table__\b|exec_driver_sql|\bdriver_connection\b"), watched
        )
        == []
    )


# Past the session a statement is not limited to what its viewer may see. Each of these writes, or reads what is nobody's.
PAST_THE_SESSION = {
    "app/discussion/posting.py": "claims the name of an act, and moves a topic of ours, with rows the verb has found",
    "app/escalations/presence/noticing.py": "says that oneself is here",
    "app/recordings/arrival/holding.py": "asks the database what time it is",
    "app/timeline/recording.py": "writes the fact of an act, its errands and the pulse, and says how far that has come",
    "app/workspace/health/machinery.py": "counts jobs and asks what time it is, for administrators",
    "app/writing/drafting.py": "forgets a draft of one's own",
}


def test_who_goes_past_the_viewers_session_is_written_down():
    watched = [path for path in domains() if not named(path).startswith((*RAW_SQL, "app/access/", "app/operating/"))]
    found = lines_with(re.compile(r"\.connection\(\)|metadata\.tables\["), watched)
    assert {line.partition(":")[0] for line in found} == set(PAST_THE_SESSION)


def test_nothing_reaches_a_page_unescaped_but_what_is_listed():
    # A literal holds nobody's words: '…'|safe is fine.
    pattern = re.compile(r"(?<!['\"])\s*\|\s*safe\b|\{%-?\s*autoescape\s+false|\bMarkup\(")
    found = {line.split(":")[0] for line in lines_with(pattern, [*templates(), *domains()])}
    assert found <= UNESCAPED.keys(), (
        f"escape these or list them in UNESCAPED with a reason: {sorted(found - UNESCAPED.keys())}"
    )


def test_all_templates_end_in_html():
    # Jinja escapes by the ending of the name.
    assert [named(path) for path in templates() if path.suffix != ".html"] == []


@pytest.mark.parametrize(
    ("what", "pattern"),
    [
        ("style attribute", r"\sstyle\s*=|<style\b"),
        ("inline script", r"<script\b(?![^>]*\bsrc=)|\son[a-z]+\s*=\s*[\"']|hx-on[:=-]|javascript:"),
        ("address of another host", r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=[\"'](?:https?:)?//"),
    ],
)
def test_pages_hold_nothing_that_their_security_policy_refuses(what: str, pattern: str):
    assert lines_with(re.compile(pattern, re.IGNORECASE), templates()) == [], what


def test_no_template_asks_whether_a_guest_is_looking():
    # What a guest may not see, the session did not return; a template that asks has forgotten who decides.
    asking = [path for path in templates() if not named(path).removeprefix("templates/").startswith(ASKS_WHO)]
    assert lines_with(re.compile(r"viewer\.is_(guest|staff)\b"), asking) == []


def test_the_automatic_check_runs_what_a_person_runs():
    run = ROOT / ".ci" / "run"
    assert run.stat().st_mode & 0o111, ".ci/run lost its run bit"
    assert "make test" in run.read_text()


def _docstring(path: Path) -> str | None:
    return ast.get_docstring(ast.parse(path.read_text()))


def test_no_secret_is_shown_back_on_a_page_about_a_failure():
    secret = re.compile(r'field\(form, "(\w+)", "[^"]*", "password"')
    named = {name for path in templates() for name in secret.findall(path.read_text())}
    assert named and named <= UNSENT
