"""How many words to expect find room before an engine: the first ones, so they come in the order of their worth."""

from collections.abc import Callable, Sequence

MOST_TERMS = 60
MOST_TOKENS = 223  # half of what a Whisper decoder sees at once, less the mark between the halves
LEAST_BYTES_PER_TOKEN = 2  # names are cut into shorter pieces than common words are


def fit(terms: Sequence[str], count_tokens: Callable[[str], int] | None = None) -> list[str]:
    """Without a way to count, as many as surely fit."""
    count = count_tokens or (lambda text: -(-len(text.encode()) // LEAST_BYTES_PER_TOKEN))
    fitting = list(dict.fromkeys(terms))[:MOST_TERMS]
    while fitting and count(" " + ", ".join(fitting)) > MOST_TOKENS:
        fitting.pop()
    return fitting
