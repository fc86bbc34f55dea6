"""Every error a caller can act on; the message is a full sentence that says what to do."""

from collections.abc import Sequence
from datetime import date
from typing import Any


class Sentence(str):
    """A full sentence that can still be told in another language: its English words and what fills them."""

    msgid: str
    params: dict[str, Any]


def sentence(msgid: str, **params: Any) -> Sentence:
    """The sentence "… %(name)s …" filled in; parts may be sentences themselves."""
    made = Sentence(msgid % params)
    made.msgid, made.params = msgid, params
    return made


class DuchaError(Exception):
    """Something the person can do something about."""


class NotAllowed(DuchaError):
    """The role, or being the same person, forbids it."""


class NotNow(DuchaError):
    """An action out of its time or state."""


class Stale(DuchaError):
    """The page was read at an older version than the row has now."""


class Conflict(DuchaError):
    """The same operation was sent before with other contents."""


class Invalid(DuchaError):
    """Faults of one input, all of them together."""

    def __init__(self, faults: Sequence[str]) -> None:
        self.faults = list(faults)
        super().__init__(" ".join(self.faults))


class OutsideCalendar(DuchaError):
    """A day whose working days nobody has announced yet."""

    def __init__(self, *, first: date, last: date, asked: date) -> None:
        self.first, self.last, self.asked = first, last, asked
        super().__init__(
            sentence(
                "The working-day calendar covers %(first)s to %(last)s; “%(asked)s” lies outside. "
                "Import the State Council's yearly notice first.",
                first=first,
                last=last,
                asked=asked,
            )
        )
