"""Running a coroutine to its end in a thread of its own: a browser test before may have left a loop in ours."""

import asyncio
from collections.abc import Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

Result = TypeVar("Result")


def run_apart(coroutine: Coroutine[Any, Any, Result]) -> Result:
    with ThreadPoolExecutor(1) as own_thread:
        return own_thread.submit(asyncio.run, coroutine).result()
