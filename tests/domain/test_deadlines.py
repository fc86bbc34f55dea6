"""Due, late, overdue."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ducha.domain import deadlines, workdays

TZ = ZoneInfo("Asia/Shanghai")
CALENDAR = workdays.load()
DUE = datetime(2019, 11, 8, 17, 30, tzinfo=TZ)


def late(done: datetime) -> deadlines.Lateness | None:
    return deadlines.lateness(DUE, done, calendar=CALENDAR, tz=TZ)


def test_a_deadline_ends_at_closing_time_of_its_last_working_day():
    due = deadlines.due_after_working_days(date(2019, 9, 27), 7, calendar=CALENDAR, closes=time(17, 30), tz=TZ)
    assert due == datetime(2019, 10, 12, 17, 30, tzinfo=TZ)


def test_a_period_in_plain_days_that_ends_on_a_holiday_moves_on():
    assert deadlines.due_after_days(date(2019, 9, 21), 10, calendar=CALENDAR) == date(2019, 10, 8)


def test_a_period_in_plain_days_that_ends_on_a_working_day_stays():
    assert deadlines.due_after_days(date(2019, 11, 4), 4, calendar=CALENDAR) == date(2019, 11, 8)


def test_a_publication_on_the_saturday_after_a_friday_deadline_is_late():
    assert not deadlines.is_on_time(date(2019, 11, 9), date(2019, 11, 8))
    assert deadlines.is_on_time(date(2019, 11, 8), date(2019, 11, 8))


def test_what_has_no_day_is_never_overdue():
    assert not deadlines.is_overdue(None, date(2026, 1, 1))
    assert not deadlines.is_overdue(date(2019, 11, 8), date(2019, 11, 8))
    assert deadlines.is_overdue(date(2019, 11, 8), date(2019, 11, 9))


@pytest.mark.parametrize("done", [DUE, DUE - timedelta(seconds=1), DUE - timedelta(days=3)])
def test_in_time_is_not_late(done):
    assert late(done) is None


@pytest.mark.parametrize(
    ("done", "hours", "days"),
    [
        (datetime(2019, 11, 8, 17, 31, tzinfo=TZ), "0", 0),
        (datetime(2019, 11, 9, 12, 0, tzinfo=TZ), "0", 0),
        (datetime(2019, 11, 11, 9, 30, tzinfo=TZ), "0.5", 1),
        (datetime(2019, 11, 11, 13, 0, tzinfo=TZ), "3", 1),
        (datetime(2019, 11, 11, 20, 0, tzinfo=TZ), "7", 1),
        (datetime(2019, 11, 12, 10, 0, tzinfo=TZ), "8", 2),
        (datetime(2019, 11, 18, 9, 0, tzinfo=TZ), "35", 6),
    ],
)
def test_lateness_is_counted_in_hours_and_days_on_which_offices_work(done, hours, days):
    assert late(done) == deadlines.Lateness(Decimal(hours), days)


def test_lateness_within_one_day_counts_only_office_hours():
    due = datetime(2019, 11, 8, 11, 0, tzinfo=TZ)
    done = datetime(2019, 11, 8, 14, 0, tzinfo=TZ)
    assert deadlines.lateness(due, done, calendar=CALENDAR, tz=TZ).working_hours == Decimal("1.5")


@given(st.integers(1, 60 * 24 * 120), st.integers(1, 60 * 24 * 30))
def test_the_later_it_comes_the_later_it_is(minutes, more):
    earlier, later = late(DUE + timedelta(minutes=minutes)), late(DUE + timedelta(minutes=minutes + more))
    assert later.working_hours >= earlier.working_hours
    assert later.working_days >= earlier.working_days


def test_office_hours_are_data():
    hours = deadlines.OfficeHours(((time(8), time(18)),))
    done = datetime(2019, 11, 11, 9, 0, tzinfo=TZ)
    assert deadlines.lateness(DUE, done, calendar=CALENDAR, tz=TZ, hours=hours).working_hours == Decimal("1.5")
