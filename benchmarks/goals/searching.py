"""G7: the first page of a search for a rare word (0.1 % of the texts), a common one (3 %) and the commonest (46 %), as a
colleague and as a guest, against FTS5 asked by the floor over HTTP: the newest thousand hits, ranked, with excerpts. Each
search comes from another sign-in, because the product limits how often one may search."""

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.timing import Target, interleave
from benchmarks.words import COMMON, COMMONEST, RARE


def measure(bench: Bench) -> list[Figure]:
    figures = []
    lines = bench.seed.scale.lines + bench.seed.scale.messages
    for how_often, word in (("rare", RARE), ("common", COMMON), ("commonest", COMMONEST)):
        plain = bench.floor_page(f"/search?q={word}")
        staff, guest = _search(bench, word, bench.seed.staff), _search(bench, word, bench.seed.guests)
        interleave([plain, staff, guest], bench.rounds, bench.some(60, 10), warm=3)
        figures += [
            bench.ratio("G7", f"search for the {how_often} word in {lines:,} texts, as {who}", 3.0, ours, plain)
            for who, ours in (("staff", staff), ("guest", guest))
        ]
    return figures


def _search(bench: Bench, word: str, tokens: list[str]) -> Target:
    return Target(
        "search", f"{bench.site}/search?q={word}", lambda n: {"Cookie": f"evenkeel={tokens[n % len(tokens)]}"}
    )
