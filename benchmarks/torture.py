"""`make torture`: kills of web process and worker at random moments under a mixed load; afterwards every acknowledged act
is looked for. Takes minutes. `python -m benchmarks.torture KILLS SEED [postgresql]` repeats a run."""

import random
import sys
import tempfile
import time
from collections import Counter
from contextlib import ExitStack
from pathlib import Path

from app.foundation.settings import Settings
from tests.faults.conftest import furnish
from tests.faults.mixed_acts import MixedBurst
from tests.faults.server import Server
from tests.mailbox import Mailbox
from tests.postgres import own_postgres

KILLS = 200
LONGEST_LIFE = 4.0  # seconds between two kills


def main(arguments: list[str]) -> int:
    kills = int(arguments[0]) if arguments else KILLS
    seed = int(arguments[1]) if len(arguments) > 1 else random.randrange(1_000_000)
    print(f"{kills} kills, seed {seed}, {arguments[2] if len(arguments) > 2 else 'sqlite'}", flush=True)
    with tempfile.TemporaryDirectory(prefix="evenkeel-torture-") as folder, ExitStack() as around:
        data_dir = Path(folder) / "data"
        data_dir.mkdir()
        # A PostgreSQL that is to keep what it acknowledged, unlike the one of the tests.
        url = around.enter_context(own_postgres(synchronous_commit="on")) if "postgresql" in arguments else ""
        mailbox = Mailbox()
        mailbox.start()
        around.callback(mailbox.stop)
        server = Server(data_dir, furnish(Settings(data_dir=data_dir, database_url=url)), database_url=url)
        around.callback(server.close)
        server.environment["EVENKEEL_SMTP_URL"] = mailbox.url
        failed = torture(server, kills, random.Random(seed))
        sent = Counter(str(letter["Message-ID"]) for letter in mailbox.letters)
        print(f"{len(sent)} letters arrived, {sum(sent.values()) - len(sent)} of them once more")
        return failed


def torture(server: Server, kills: int, chance: random.Random) -> int:
    """0 when nothing acknowledged is missing or there twice, and the database is whole."""
    burst, began = MixedBurst(server), time.monotonic()
    done = {"everything": 0, "the web process": 0, "the worker": 0}
    slowest = start(server)
    burst.begin()
    while sum(done.values()) < kills:
        time.sleep(chance.uniform(0.05, LONGEST_LIFE))
        victim = chance.choice(list(done))
        slowest = max(slowest, kill(server, victim))
        done[victim] += 1
        if problems := check(server, burst):
            print(f"after {done}:\n" + "\n".join(problems[:20]) + "\n" + server.log())
            return 1
        if sum(done.values()) % 10 == 0:
            print(f"{sum(done.values()):4} kills, {burst.count():6} acts, {time.monotonic() - began:.0f} s", flush=True)
    burst.end()
    problems = burst.problems() + ([] if server.is_whole() else ["the database is not whole"])
    problems += [f"no {kind} was ever acknowledged" for kind, words in burst.acknowledged.items() if not words]
    acts = ", ".join(f"{len(words)} {kind}" for kind, words in burst.acknowledged.items())
    print(
        f"{done}; {burst.count()} acknowledged acts ({acts}), {sum(map(len, burst.sent.values()))} sent; slowest start "
        f"{slowest:.0f} s; {time.monotonic() - began:.0f} s; {len(problems)} problems"
    )
    print("\n".join(problems))
    return 1 if problems else 0


def kill(server: Server, victim: str) -> float:
    """How long it took until pages were answered again."""
    family = server.family()
    if victim == "the worker":
        for child in family[1:]:
            child.kill()
        return 0
    if victim == "the web process":
        family[0].kill()
    else:
        server.kill9()
    assert server.process
    server.process.wait(timeout=30)
    return start(server)


def start(server: Server) -> float:
    began = time.monotonic()
    server.start()
    return time.monotonic() - began


def check(server: Server, burst: MixedBurst) -> list[str]:
    verdict = [("ok",)] if server.database_url else server.rows("pragma quick_check(1)")
    return burst.strange + ([] if verdict == [("ok",)] else [str(verdict)])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
