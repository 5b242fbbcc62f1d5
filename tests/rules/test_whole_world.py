"""Who may look past the viewer's limits is written down, so that a reviewer sees each new one."""

import re
from pathlib import Path

APP = Path(__file__).parents[2] / "app"

# How often each file does, and what leaves it: an answer, a number or an id, and never a row on a page.
SEES_EVERYTHING = {
    "api/replaying.py": (1, "what was answered to the same request of the same token"),
    "action_items/owners.py": (1, "whose account is closed"),
    "concerns/ranking.py": (1, "the last place in the customer's order, withdrawn concerns included"),
    "escalations/opening.py": (1, "whether a key is taken"),
    "escalations/participants/inviting.py": (2, "ends a revoked guest's links everywhere; their inviter's allowance"),
    "escalations/participants/joining.py": (1, "whether somebody is known to the customer"),
    "escalations/participants/listing.py": (1, "whether a guest has ever signed in"),
    "live/looking.py": (1, "numbers of what guests were told, and the panels, withdrawals included"),
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
    "sign_in/personal_tokens/making.py": (2, "whose a token is; how many somebody has"),
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


def test_nothing_else_opens_a_session_to_everything():
    """The flag behind it is the session's own."""
    touching = [path.name for path in APP.rglob("*.py") if "_sees_everything" in path.read_text()]
    assert touching == ["session.py"]
