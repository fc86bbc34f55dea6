"""Due, late and overdue: when a period ends, and by how much something missed it."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta, tzinfo
from decimal import Decimal

from ducha.domain.workdays import Calendar


@dataclass(frozen=True)
class Deadline:
    """An instant, and the words of the plan that it was read from."""

    due_at: datetime
    phrase: str


@dataclass(frozen=True)
class OfficeHours:
    """The hours in which an office works; each pair is from, to (local time)."""

    intervals: tuple[tuple[time, time], ...] = ((time(9), time(12)), (time(13, 30), time(17, 30)))

    def on_a_day(self, since: time = time.min, until: time = time.max) -> timedelta:
        """Working time of one day between two times."""
        total = timedelta()
        for opens, closes in self.intervals:
            begin, end = max(opens, since), min(closes, until)
            if begin < end:
                total += datetime.combine(date.min, end) - datetime.combine(date.min, begin)
        return total


@dataclass(frozen=True)
class Lateness:
    """How late: working hours (to a tenth) and working days that had begun after the deadline's day."""

    working_hours: Decimal
    working_days: int


def due_after_working_days(event: date, days: int, *, calendar: Calendar, closes: time, tz: tzinfo) -> datetime:
    """The end of a period of working days: closing time on its last day; the event's day is not counted."""
    return datetime.combine(calendar.add_working_days(event, days), closes, tz)


def due_after_days(event: date, days: int, *, calendar: Calendar) -> date:
    """The end of a period in plain days; one that ends on a holiday moves to the next working day."""
    return calendar.next_working_day(event + timedelta(days))


def is_on_time(published_on: date, deadline: date) -> bool:
    """On time means on or before the deadline's day. (Comparing counts of working days would miss a Saturday.)"""
    return published_on <= deadline


def is_overdue(due_on: date | None, today: date) -> bool:
    """Whether the day has passed; what has no day is never overdue."""
    return due_on is not None and today > due_on


def working_days_until(today: date, due_on: date, *, calendar: Calendar) -> int:
    """How many working days come after today up to the deadline's day; 0 on that day and after it."""
    return calendar.working_days_between(today + timedelta(1), due_on)


def lateness(
    due_at: datetime, done_at: datetime, *, calendar: Calendar, tz: tzinfo, hours: OfficeHours | None = None
) -> Lateness | None:
    """By how many working hours and days something missed its deadline; None when in time.

    Days between are counted by the calendar, not walked, so a lateness of years costs the same.
    """
    if done_at <= due_at:
        return None
    hours = hours or OfficeHours()
    due, done = due_at.astimezone(tz), done_at.astimezone(tz)
    days = calendar.working_days_late(due.date(), done.date())
    if due.date() == done.date():
        late = _worked(due.date(), due.time(), done.time(), calendar, hours)
    else:
        late = _worked(due.date(), due.time(), time.max, calendar, hours)
        late += _worked(done.date(), time.min, done.time(), calendar, hours)
        whole = days - calendar.is_working_day(done.date())
        late += hours.on_a_day() * whole
    return Lateness(Decimal(round(late.total_seconds() / 360)) / 10, days)


def _worked(day: date, since: time, until: time, calendar: Calendar, hours: OfficeHours) -> timedelta:
    return hours.on_a_day(since, until) if calendar.is_working_day(day) else timedelta()
