"""The one place that asks for the time, so that the demo and the tests can tell a whole campaign's story."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime

from django.utils import timezone

_told: ContextVar[datetime | None] = ContextVar("told", default=None)


def now() -> datetime:
    """The present moment, aware."""
    return _told.get() or timezone.now()


def today() -> date:
    """The present day at the inspection office."""
    return timezone.localtime(now()).date()


@contextmanager
def at(moment: datetime) -> Iterator[None]:
    """Let what happens inside have happened at `moment`: for the demo and for tests."""
    token = _told.set(moment)
    try:
        yield
    finally:
        _told.reset(token)
