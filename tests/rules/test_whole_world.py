"""Who may look past the viewer's limits is written down, so that a reviewer sees each new one."""

import ast
import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"

# How often each file does, and what leaves it: an answer, numbers, or single values of rows that are chosen by what the
# viewer has or is. A row as an object never does, for it would stay in the session (see the last test).
SEES_EVERYTHING = {
    "api/replaying.py": (1, "status, address and body that were answered to the same request of the same token"),
    "action_items/owners.py": (1, "whose account is closed"),
    "concerns/ranking.py": (1, "the last place in the customer's order, withdrawn concerns included"),
    "discussion/deleting.py": (1, "who deleted a message that one may delete oneself, to compare"),
    "escalations/opening.py": (1, "whether a key is taken"),
    "escalations/participants/inviting.py": (2, "ends a revoked guest's links everywhere; their inviter's allowance"),
    "escalations/participants/joining.py": (1, "whether somebody is known to the customer"),
    "escalations/participants/listing.py": (1, "whether a guest has ever signed in"),
    "live/looking.py": (
        1,
        "numbers and kinds of what guests were told, withdrawals included; numbers and panels leave it",
    ),
    "meetings/agenda/placing.py": (1, "the last place on an agenda, internal items included"),
    "outbox/writing_letters.py": (1, "whether the same cause has made a letter before"),
    "recordings/standing.py": (1, "how many recordings come first, for our people alone"),
    "room/closing.py": (1, "what would be left open"),
    "sign_in/copying.py": (1, "whether a link still opens something"),
    "sign_in/joining.py": (1, "whether an address is taken"),
    "sign_in/personal_tokens/listing.py": (
        1,
        "one's own tokens, or for administrators anybody's, without their hashes",
    ),
    "sign_in/personal_tokens/making.py": (
        2,
        "whose id a token has, told to its owner and administrators alone; how many somebody has",
    ),
    "workspace/colleagues/changing.py": (1, "whether somebody has chosen a password"),
    "workspace/colleagues/listing.py": (1, "who has chosen a password"),
    "workspace/profile/changing.py": (1, "one's own password's hash, to compare and to replace"),
}


def test_whoever_looks_past_the_viewers_limits_is_on_the_list():
    found = {
        path.relative_to(APP).as_posix(): count
        for path in APP.rglob("*.py")
        if (count := len(re.findall(r"\.seeing_everything\(", path.read_text())))
    }
    assert found == {name: count for name, (count, _) in SEES_EVERYTHING.items()}


LOADS_A_ROW = {"workspace/profile/changing.py": "one's own password"}


def test_whoever_looks_past_the_limits_asks_for_single_values_and_never_for_a_row():
    """`session.get(…)` and `select(Table)` would leave an object behind that the viewer's own session then hands out."""
    functions = {
        path.relative_to(APP).as_posix(): [node for node in ast.walk(ast.parse(path.read_text())) if is_function(node)]
        for path in APP.rglob("*.py")
    }
    assert {name for name, found in functions.items() if any(map(loads_a_row, found))} == set(LOADS_A_ROW)


def is_function(node):
    return isinstance(node, ast.FunctionDef)


def loads_a_row(function):
    """Inside its block, or by a query that it has put together before."""
    past = [
        node
        for node in ast.walk(function)
        if isinstance(node, ast.With) and "seeing_every" in ast.unparse(node.items[0])
    ]
    inside = [node for block in past for node in ast.walk(block)]
    named = {node.id for node in inside if isinstance(node, ast.Name)}
    prepared = [
        node.value
        for node in ast.walk(function)
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) in named
    ]
    calls = [node for top in (*past, *prepared) for node in ast.walk(top) if isinstance(node, ast.Call)]
    return any(
        ast.unparse(call.func).endswith((".get", ".get_one"))
        or ast.unparse(call.func) == "select"
        and any(isinstance(argument, ast.Name) and argument.id[0].isupper() for argument in call.args)
        for call in calls
    )


def test_nothing_else_opens_a_session_to_everything():
    """The flag behind it is the session's own."""
    touching = [path.name for path in APP.rglob("*.py") if "_sees_everything" in path.read_text()]
    assert touching == ["session.py"]
