"""The functions that can be asked for as jobs, by name."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple, Protocol, TypeVar

from sqlalchemy import Engine

from app.foundation.settings import Settings

Queue = Literal["quick", "media"]
Result = TypeVar("Result")

PAUSES = (2, 15, 60, 300)


class CannotBeDone(Exception):
    """Raised by a job for what no second try can mend; its sentence is kept as the reason."""


class JobContext(Protocol):
    """What a running job is given besides its ids."""

    settings: Settings
    engine: Engine
    job_id: str
    attempt: int

    def step(self, name: str, function: Callable[..., Result], *args: Any) -> Result:
        """Do a part whose finished result (JSON) is kept: after a crash or a failure it is not done again."""
        ...

    def progress(self, value: Any) -> None:
        """Keep a JSON value for pages to show while the job runs."""
        ...


JobFunction = Callable[..., None]  # (context: JobContext, *ids: str)


class Job(NamedTuple):
    name: str
    function: JobFunction
    queue: Queue
    pauses: tuple[float, ...]


_jobs: dict[str, Job] = {}


def job(name: str, queue: Queue = "quick", pauses: tuple[float, ...] = PAUSES) -> Callable[[JobFunction], JobFunction]:
    """Make a plain function a job: `media` for long work on recordings, `quick` for all that must not wait behind it.

    `pauses` are the seconds before each further try of a job that failed; after the last try it stays failed.
    """

    def register(function: JobFunction) -> JobFunction:
        known = _jobs.get(name)
        if known and known.function.__module__ != function.__module__:
            raise ValueError(f"Two jobs are called {name}: {known.function.__module__} and {function.__module__}.")
        _jobs[name] = Job(name, function, queue, pauses)
        return function

    return register


def registered_jobs() -> Mapping[str, Job]:
    """Every job of the modules imported so far."""
    return MappingProxyType(_jobs)


def find_job(name: str) -> Job:
    if name not in _jobs:
        raise LookupError(f"There is no job called {name}: is the module that defines it imported?")
    return _jobs[name]
