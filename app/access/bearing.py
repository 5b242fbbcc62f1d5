"""A program that shows a token, and the addresses where programs are answered."""

from typing import NamedTuple

from app.access.viewer import Viewer

API = "/api"


class Bearer(NamedTuple):
    """The person it speaks for, and what the token allows of what they may do themselves."""

    viewer: Viewer
    token_id: str
    may_write: bool


def is_api(path: str) -> bool:
    """There a cookie means nothing, and everywhere else a token means nothing."""
    return path == API or path.startswith(f"{API}/")
