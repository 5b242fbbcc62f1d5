"""What the made-up people write: random words, among them three whose frequency is known, for the searches."""

import random
from collections.abc import Iterator
from itertools import accumulate

RARE, COMMON, COMMONEST = "kestrel", "gantry", "harbour"  # in 0.1 %, 3 % and 46 % of the texts
SYLLABLES = (
    "ta",
    "ren",
    "mo",
    "lis",
    "ver",
    "dan",
    "ko",
    "pel",
    "sur",
    "im",
    "port",
    "ga",
    "fel",
    "nor",
    "wick",
    "dra",
)


def texts(count: int, seed: int, shortest: int = 12, longest: int = 55) -> Iterator[str]:
    """The same texts for the same seed."""
    draw = random.Random(seed)
    words = [f"{one}{two}{three}" for one in SYLLABLES for two in SYLLABLES for three in ("", "s", *SYLLABLES[:6])]
    weights = list(accumulate(1 / (rank + 3) for rank in range(len(words))))
    for number in range(count):
        text = " ".join(draw.choices(words, cum_weights=weights, k=draw.randint(shortest, longest)))
        chance = draw.random()
        if chance < 0.46:
            text += f" {COMMONEST}"
        if chance < 0.03:
            text += f" {COMMON}"
        if number % 1000 == 7:
            text += f" {RARE}"
        yield text
