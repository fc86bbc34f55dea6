"""The Chinese working-day calendar: statutory holidays and make-up working days as the State Council announced them.

The data (calendar.json) is made by tools/make_calendar.py and carries its version, which every result names.
"""

import json
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

from ducha.domain.errors import OutsideCalendar


@dataclass(frozen=True)
class Calendar:
    """All working days from `first` to `last`, both included."""

    version: str
    first: date
    last: date
    working_days: tuple[date, ...]

    def _require(self, day: date) -> None:
        if not self.first <= day <= self.last:
            raise OutsideCalendar(first=self.first, last=self.last, asked=day)

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on the day."""
        self._require(day)
        at = bisect_left(self.working_days, day)
        return at < len(self.working_days) and self.working_days[at] == day

    def add_working_days(self, event: date, days: int) -> date:
        """The last day of a period of `days` working days (≥ 1) after an event, whose own day is not counted.

        Decided on Friday 2019-09-27, the 7th working day is Saturday 2019-10-12.
        """
        if days < 1:
            raise ValueError(f"A period has at least one working day, not “{days}”.")
        self._require(event)
        at = bisect_right(self.working_days, event) + days - 1
        if at >= len(self.working_days):
            raise OutsideCalendar(first=self.first, last=self.last, asked=self.last + timedelta(1))
        return self.working_days[at]

    def working_days_between(self, first: date, last: date) -> int:
        """How many working days lie from `first` to `last`, both included; 0 where last is before first."""
        self._require(first)
        self._require(last)
        return max(0, bisect_right(self.working_days, last) - bisect_left(self.working_days, first))

    def working_days_left(self, today: date, last: date) -> int:
        """Working days that remain up to `last`, today included."""
        return self.working_days_between(today, last)

    def working_days_late(self, deadline: date, done: date) -> int:
        """Working days after the deadline up to the day it was done; 0 when in time."""
        if done <= deadline:
            return 0
        return self.working_days_between(deadline + timedelta(1), done)

    def next_working_day(self, day: date) -> date:
        """The day itself if offices work, else the first day after it on which they do."""
        self._require(day)
        at = bisect_left(self.working_days, day)
        if at >= len(self.working_days):
            raise OutsideCalendar(first=self.first, last=self.last, asked=day)
        return self.working_days[at]


@cache
def load() -> Calendar:
    """The calendar that ships with Ducha."""
    source = json.loads(files("ducha.domain").joinpath("calendar.json").read_text(encoding="utf-8"))
    first, last = date.fromisoformat(source["first"]), date.fromisoformat(source["last"])
    off = {date.fromisoformat(day) for day in source["holidays_on_weekdays"]}
    on = {date.fromisoformat(day) for day in source["working_weekends"]}
    span = (first + timedelta(n) for n in range((last - first).days + 1))
    working = tuple(d for d in span if d in on or (d.weekday() < 5 and d not in off))
    return Calendar(source["version"], first, last, working)
