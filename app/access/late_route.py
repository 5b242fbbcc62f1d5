"""A route that looks at its function's parameters when it is first asked for: doing so for every page of the product would
be a quarter of a cold start, and most starts show a few pages."""

from collections.abc import Callable
from typing import Any

from fastapi.routing import APIRoute
from starlette.routing import Match, compile_path
from starlette.types import Scope

from app.access.one_thread import in_one_thread

PATTERN = ("path_regex", "path_format", "param_convertors")


class LateRoute(APIRoute):
    def __init__(self, path: str, endpoint: Callable[..., Any], **options: Any) -> None:
        # What it takes to be found, or to be told apart; all else is missing until somebody asks for it.
        self.path, self.endpoint, self.name = path, endpoint, endpoint.__name__
        self._begins = path.partition("{")[0]
        self.methods = {method.upper() for method in options.get("methods") or ["GET"]}
        self._depth = path.count("/") if ":path}" not in path else None
        self._options = options

    def __getattr__(self, name: str) -> Any:
        """Python comes here only for what is missing."""
        if name.startswith("__") or "_options" not in self.__dict__:
            raise AttributeError(name)
        if name in PATTERN:
            self.path_regex, self.path_format, self.param_convertors = compile_path(self.path)
            return self.__dict__[name]
        options = self.__dict__.pop("_options")  # first, or what is missing meanwhile would be looked for here
        try:
            APIRoute.__init__(self, self.path, in_one_thread(self.endpoint), **options)
        except BaseException:
            self._options = options  # whoever asks next is told the same
            raise
        return getattr(self, name)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        # Every request asks two hundred routes: most are told apart by how deep they lie and how they begin, in a tenth
        # of the time that a pattern takes, and without making it.
        asked = scope["path"]
        if not scope.get("root_path") and (
            (self._depth is not None and asked.count("/") != self._depth) or not asked.startswith(self._begins)
        ):
            return Match.NONE, {}
        return super().matches(scope)
