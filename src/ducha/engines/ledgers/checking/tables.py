"""The small tables beside a ledger that are made once for a check: the calendar, and who held a certificate when."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from ducha.domain.errors import OutsideCalendar
from ducha.domain.workdays import Calendar

# An officer's validity that has no first or last day.
ALWAYS = (date.min, date.max)
VALID_STATES = frozenset({None, "有效", "正常", "在用"})


def calendar_columns(working: Sequence[int], plain: Sequence[int]) -> dict[str, str]:
    """The columns of the calendar table: the day, its number of working days, and the ends of the periods asked for."""
    ends = [f"w{days}" for days in working] + [f"p{days}" for days in plain]
    return {"day": "DATE", "n": "BIGINT", **dict.fromkeys(ends, "DATE")}


def calendar_rows(
    calendar: Calendar, working: Sequence[int], plain: Sequence[int]
) -> list[tuple[date | int | None, ...]]:
    """A row for each day; an end that lies outside the calendar is None, and so is what is held against it."""
    rows: list[tuple[date | int | None, ...]] = []
    days, ordinal = calendar.working_days, 0
    day = calendar.first
    while day <= calendar.last:
        on_it = ordinal < len(days) and days[ordinal] == day
        ordinal += on_it
        ends: list[date | None] = [
            days[ordinal + count - 1] if ordinal + count - 1 < len(days) else None for count in working
        ]
        ends += [_plain_end(calendar, day, count) for count in plain]
        rows.append((day, ordinal, *ends))
        day += timedelta(1)
    return rows


def _plain_end(calendar: Calendar, day: date, count: int) -> date | None:
    try:
        return calendar.next_working_day(day + timedelta(count))
    except OutsideCalendar:
        return None


def officer_spans(
    officers: Iterable[tuple[str, date | None, date | None, str | None]],
) -> list[tuple[str, date, date]]:
    """When each certificate was valid, as spans that do not touch: at most one matches a day, so no row is doubled.

    `officers` are (number, issued on, expires on, state), in any order; a number may come more than once.
    """
    spans: list[tuple[str, date, date]] = []
    for number, first, last in sorted(
        (number, first or ALWAYS[0], last or ALWAYS[1])
        for number, first, last, state in officers
        if state in VALID_STATES
    ):
        if last < first:
            continue
        # As numbers: 9999-12-31, which stands for 长期, has no day after it.
        if spans and spans[-1][0] == number and first.toordinal() <= spans[-1][2].toordinal() + 1:
            spans[-1] = (number, spans[-1][1], max(spans[-1][2], last))
        else:
            spans.append((number, first, last))
    return spans
