"""Looking into the database between requests, without holding it."""

from tests.escalations.conftest import ask

__all__ = ["ask"]
