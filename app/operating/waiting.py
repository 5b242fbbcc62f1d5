"""Another program may hold the whole database for a while, such as one that loads the demo: whoever starts then waits."""

import sys
import time
from collections.abc import Callable
from typing import TypeVar

from sqlalchemy.exc import DatabaseError, IntegrityError

from app.operating.wholeness import CannotUse, sentence_for

Result = TypeVar("Result")
PATIENCE = 120.0  # seconds
PAUSE = 0.2
WAITING = "evenkeel: Another program holds the database. Waiting until it is done."


def when_free(act: Callable[[], Result]) -> Result:
    """Does it, from its beginning once more as long as somebody else keeps it from being done; any other trouble with the
    database is a sentence. The act stores everything or nothing."""
    deadline, has_said = time.monotonic() + PATIENCE, False
    while True:
        try:
            return act()
        except IntegrityError:
            raise  # the database is well, and what was to be stored is not
        except DatabaseError as error:
            if not _is_held(error) or time.monotonic() > deadline:
                raise CannotUse(sentence_for(error)) from error
        if not has_said:
            sys.stderr.write(f"{WAITING}\n")
            sys.stderr.flush()
            has_said = True
        time.sleep(PAUSE)


def _is_held(error: DatabaseError) -> bool:
    return "database is locked" in str(error.orig)
