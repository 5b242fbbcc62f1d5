"""FD37: a server that cannot be right does not start, and says each reason in one line."""

import pytest

from tests.faults.server import Server

WRONG = [
    ({"EVENKEEL_DATABASE_URL": "mysql://db/x"}, ["EVENKEEL_DATABASE_URL: must begin with one of sqlite:///"]),
    ({"EVENKEEL_SMTP_URL": "mail.example"}, ["EVENKEEL_SMTP_URL: must begin with one of smtp://"]),
    ({"EVENKEEL_PORT": "many"}, ["EVENKEEL_PORT: "]),
    ({"EVENKEEL_PORT": "70000"}, ["EVENKEEL_PORT: must be a port number between 1 and 65535"]),
    ({"EVENKEEL_BASE_URL": "http://support.example.com"}, ["EVENKEEL_BASE_URL must begin with https://"]),
    ({"EVENKEEL_BASE_URL": "support.example.com"}, ["EVENKEEL_BASE_URL must look like https://"]),
    ({"EVENKEEL_CLOCK": "soon"}, ["EVENKEEL_CLOCK: "]),
    ({"EVENKEEL_SECRET_KEY": "short"}, ["EVENKEEL_SECRET_KEY: must have at least 32 characters"]),
    (
        {"EVENKEEL_SECRET_KEY": "short", "EVENKEEL_SMTP_URL": "mail.example"},
        ["EVENKEEL_SMTP_URL: ", "EVENKEEL_SECRET_KEY: "],
    ),
]


@pytest.mark.parametrize(("environment", "lines"), WRONG)
def test_a_wrong_setting_is_one_line_for_each_and_the_server_does_not_start(
    server: Server, environment: dict[str, str], lines: list[str]
) -> None:
    answer = server.ask("serve", **environment)
    assert answer.returncode == 2 and answer.stdout == ""
    said = answer.stderr.splitlines()
    assert len(said) == len(lines)
    for line, expected in zip(sorted(said), sorted(lines), strict=True):
        assert line.startswith(f"evenkeel: {expected}")
    assert "short" not in answer.stderr, "a secret is not repeated"


@pytest.mark.parametrize(
    ("arguments", "status", "words"),
    [
        (["user", "add", "x@y.example", "--name", "X", "--zone", "Mars/Olympus"], 2, "time zone"),
        (["serve", "--host", "no.such.host.invalid"], 2, "cannot be used"),
    ],
)
def test_what_else_cannot_be_is_one_line_too(server: Server, arguments: list[str], status: int, words: str) -> None:
    answer = server.ask(*arguments)
    assert answer.returncode == status
    assert answer.stderr.startswith("evenkeel: ") and answer.stderr.count("\n") == 1 and words in answer.stderr
