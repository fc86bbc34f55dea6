"""Nobody is written to at night or on a day off, and what waited goes with the first working hour."""

from datetime import datetime, time
from zoneinfo import ZoneInfo

import pytest

from ducha.domain import workdays
from ducha.domain.quiet_hours import QuietHours

TZ = ZoneInfo("Asia/Shanghai")
NIGHT = QuietHours(time(19), time(8), workdays.load(), TZ)
NOON = QuietHours(time(12), time(14), workdays.load(), TZ)
NEVER = QuietHours(time(8), time(8), workdays.load(), TZ)


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=TZ)


@pytest.mark.parametrize(
    ("hours", "asked", "free"),
    [
        (NIGHT, "2019-11-05 10:00", "2019-11-05 10:00"),
        (NIGHT, "2019-11-05 07:59", "2019-11-05 08:00"),
        (NIGHT, "2019-11-05 08:00", "2019-11-05 08:00"),
        (NIGHT, "2019-11-05 18:59", "2019-11-05 18:59"),
        (NIGHT, "2019-11-05 19:00", "2019-11-06 08:00"),
        (NIGHT, "2019-11-08 19:00", "2019-11-11 08:00"),
        (NIGHT, "2019-11-09 10:00", "2019-11-11 08:00"),
        # The week of the national holiday, and the Saturday that makes up for it.
        (NIGHT, "2019-09-30 20:00", "2019-10-08 08:00"),
        (NIGHT, "2019-10-12 10:00", "2019-10-12 10:00"),
        (NOON, "2019-11-05 12:30", "2019-11-05 14:00"),
        (NOON, "2019-11-05 23:00", "2019-11-05 23:00"),
        (NOON, "2019-11-09 12:30", "2019-11-11 00:00"),
        (NEVER, "2019-11-05 03:00", "2019-11-05 03:00"),
        # Nobody has announced this Saturday: an unknown day holds nothing back.
        (NIGHT, "2033-01-01 10:00", "2033-01-01 10:00"),
    ],
)
def test_a_message_goes_at_once_or_with_the_first_hour_that_is_not_quiet(hours, asked, free):
    assert hours.over(at(asked)) == at(free)


@pytest.mark.parametrize(
    ("told", "digest"),
    [
        ("2019-11-05 08:29", "2019-11-05 08:30"),
        ("2019-11-05 08:30", "2019-11-06 08:30"),
        ("2019-11-08 10:00", "2019-11-11 08:30"),
        ("2019-11-09 07:00", "2019-11-11 08:30"),
    ],
)
def test_a_digest_goes_on_the_next_working_day_at_its_hour(told, digest):
    assert NIGHT.next_at(time(8, 30), at(told)) == at(digest)
