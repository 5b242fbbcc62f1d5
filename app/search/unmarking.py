"""Excerpts without the marks of Markdown: what was found is read in a line, and not as it was typed."""

import re

from app.search.index import END, HIT

HITS = f"[{HIT}{END}]*"
LINKED = re.compile(r"!?\[([^\]\[]*)\]\([^()\s]*(?:\s[^()]*)?\)")
BEGINNING = re.compile(rf"^(\s*)(?:#{{1,6}}\s+|>\s?|[-*+]\s+(?:\[[ xX]\]\s+)?)+(?={HITS}\S)", re.MULTILINE)
AROUND = re.compile(rf"(?<![\w*_~`])(\*{{1,3}}|_{{1,3}}|~~|`+)({HITS}\S(?:[^\n]*?\S)?{HITS})\1(?![\w*_~`])")
HEADING = re.compile(rf"(?<=\s)#{{1,6}}\s+(?={HITS}\S)")  # lines are joined where they are indexed
LEFT_OVER = re.compile(r"\*\*|~~|`{1,3}")  # of a pair whose other half was cut off


def unmarked(text: str) -> str:
    """`text` may hold the signs around what was found; they stay where they are."""
    text = BEGINNING.sub(r"\1", LINKED.sub(r"\1", HEADING.sub("", text)))
    before = ""
    while before != text:
        before, text = text, AROUND.sub(r"\2", text)
    return LEFT_OVER.sub("", text)
