"""免打扰: the hours in which nobody is written to, and when a message may go instead."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo

from ducha.domain.errors import OutsideCalendar
from ducha.domain.workdays import Calendar


@dataclass(frozen=True)
class QuietHours:
    """From a time in the evening to one in the morning, and all of every day on which offices do not work.

    Both times alike: no hour of a working day is quiet.
    """

    begins: time
    ends: time
    calendar: Calendar
    tz: tzinfo

    def over(self, moment: datetime) -> datetime:
        """The moment itself where it is not quiet, else the first one after it that is not."""
        local = moment.astimezone(self.tz)
        if not _works(local.date(), self.calendar):
            return self._begins_work(self._next_working(local.date()))
        if not self.is_quiet_at(local.time()):
            return moment
        if self.begins <= self.ends or local.time() < self.ends:
            return self._at(local.date(), self.ends)
        return self._begins_work(self._next_working(local.date()))

    def next_at(self, hour: time, after: datetime) -> datetime:
        """The first moment after `after` at which a working day strikes the hour."""
        local = after.astimezone(self.tz)
        if local.time() < hour and _works(local.date(), self.calendar):
            return self._at(local.date(), hour)
        return self._at(self._next_working(local.date()), hour)

    def is_quiet_at(self, at: time) -> bool:
        """Whether nobody is written to at that time of a working day."""
        if self.begins <= self.ends:
            return self.begins <= at < self.ends
        return at >= self.begins or at < self.ends

    def _begins_work(self, day: date) -> datetime:
        return self._at(day, self.ends if self.is_quiet_at(time.min) else time.min)

    def _next_working(self, day: date) -> date:
        day += timedelta(days=1)
        while not _works(day, self.calendar):
            day += timedelta(days=1)
        return day

    def _at(self, day: date, at: time) -> datetime:
        return datetime.combine(day, at, self.tz)


def _works(day: date, calendar: Calendar) -> bool:
    """Whether offices work; a day that nobody has announced yet holds no message back."""
    try:
        return calendar.is_working_day(day)
    except OutsideCalendar:
        return True
