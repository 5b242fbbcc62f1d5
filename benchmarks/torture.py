"""`make torture`: kills of web process and worker at random moments under a mixed load; afterwards every acknowledged act
is looked for. Takes minutes. `python -m benchmarks.torture KILLS SEED` repeats a run."""

import random
import sys
import tempfile
import time
from pathlib import Path

from app.foundation.settings import Settings
from tests.faults.acts import Burst
from tests.faults.conftest import furnish
from tests.faults.server import Server
from tests.mailbox import Mailbox

KILLS = 200
LONGEST_LIFE = 4.0  # seconds between two kills


def main(arguments: list[str]) -> int:
    kills = int(arguments[0]) if arguments else KILLS
    seed = int(arguments[1]) if len(arguments) > 1 else random.randrange(1_000_000)
    print(f"{kills} kills, seed {seed}", flush=True)
    with tempfile.TemporaryDirectory(prefix="evenkeel-torture-") as folder:
        data_dir = Path(folder) / "data"
        data_dir.mkdir()
        mailbox = Mailbox()
        mailbox.start()
        server = Server(data_dir, furnish(Settings(data_dir=data_dir, database_url="")))
        server.environment["EVENKEEL_SMTP_URL"] = mailbox.url
        try:
            return torture(server, kills, random.Random(seed))
        finally:
            server.close()
            mailbox.stop()


def torture(server: Server, kills: int, chance: random.Random) -> int:
    """0 when nothing acknowledged is missing or there twice, and the database is whole."""
    burst, began = Burst(server), time.monotonic()
    done = {"everything": 0, "the web process": 0, "the worker": 0}
    server.start()
    burst.begin()
    while sum(done.values()) < kills:
        time.sleep(chance.uniform(0.05, LONGEST_LIFE))
        victim = chance.choice(list(done))
        kill(server, victim)
        done[victim] += 1
        if problems := check(server, burst):
            print(f"after {done}:\n" + "\n".join(problems[:20]))
            return 1
        if sum(done.values()) % 10 == 0:
            print(f"{sum(done.values()):4} kills, {burst.count():6} acts, {time.monotonic() - began:.0f} s", flush=True)
    burst.end()
    problems = burst.problems() + ([] if server.is_whole() else ["the database is not whole"])
    print(
        f"{done}; {burst.count()} acknowledged acts, {sum(map(len, burst.sent.values()))} sent; {len(problems)} problems"
    )
    print("\n".join(problems))
    return 1 if problems else 0


def kill(server: Server, victim: str) -> None:
    family = server.family()
    if victim == "the worker":
        for child in family[1:]:
            child.kill()
        return
    if victim == "the web process":
        family[0].kill()
    else:
        server.kill9()
    assert server.process
    server.process.wait(timeout=30)
    server.start()


def check(server: Server, burst: Burst) -> list[str]:
    verdict = server.rows("pragma quick_check(1)")
    return burst.strange + ([] if verdict == [("ok",)] else [str(verdict)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
