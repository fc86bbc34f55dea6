"""Dates as plans write them: "11月8日前", "3月至10月", "11月上旬", "2019年12月底前", "全年", "自印发之日起15日内"."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar
from ducha.engines.plans.marks import ordinal

_YEAR = r"(?:(?P<{0}y>20\d\d)\s*年\s*|(?P<{0}next>次年|翌年|明年)\s*|(?:今年|本年|当年)\s*)?"
_DAY = r"(?P<{0}d>\d{{1,2}})\s*[日号]|(?P<{0}part>上旬|中旬|下旬|月?底|末|初|中)?份?"
_MONTH = _YEAR + r"(?P<{0}m>\d{{1,2}})\s*月\s*(?:" + _DAY + ")"
_DOTTED = r"(?P<{0}iy>20\d\d)[-./．](?P<{0}im>\d{{1,2}})[-./．](?P<{0}id>\d{{1,2}})"
_CLOCK = r"(?:\s*(?:上午|下午|中午|晚上?|凌晨)?\s*\d{1,2}\s*[:：时点]\s*(?:\d{2}|半)?分?)?"
_TO = _CLOCK + r"\s*(?:起)?\s*(?:至|到|—+|–|-|－|~|～|―)\s*"
_BEFORE = r"(?P<before>" + _CLOCK + r"\s*(?:[上下]午)?(?:下班)?(?:之前|以前|前))?"
_SPAN = re.compile(
    # 4至6月, 4月—6月, 10日至15日 follow a month that is named once.
    rf"(?:{_YEAR.format('q')}(?P<qm>\d{{1,2}})\s*(?:至|到|—+|–|-|－|~|～)\s*(?P<qn>\d{{1,2}})\s*月(?!\s*\d)(?P<qpart>上旬|中旬|下旬|底)?"
    rf"|(?:{_MONTH.format('a')}|{_DOTTED.format('a')})"
    rf"(?:{_TO}(?:{_MONTH.format('b')}|{_DOTTED.format('b')}|(?P<bd2>\d{{1,2}})\s*[日号](?!内)))?"
    r"|(?:(?P<wy>20\d\d)\s*年|(?:今|本|当)?年)(?P<w>全年|底|内|度内)"
    r"|(?P<all>全年))" + _BEFORE
)
_SINCE = re.compile(
    r"自?(?:本方案|本通知|本意见|通知|方案|文件)?(?:印发|下发|发布|发文)之?日起\s*(?P<n>\d{1,3}|[一二三四五六七八九十]{1,3})?\s*"
    r"(?:个?(?P<unit>工作日|日|天|个?月))?(?:以内|之内|内)?"
)


@dataclass(frozen=True)
class Span:
    """A time in words. `starts`, `ends` are ISO, "YYYY-MM" for a month, without the year where none is known, or None.

    `at` is where the words stand; `is_range` tells that both ends are named.
    """

    starts: str | None
    ends: str | None
    at: tuple[int, int]
    is_range: bool = False


def has_moment(text: str) -> bool:
    """Whether a text names a date or a span of time."""
    return bool(_SPAN.search(text) or _SINCE.search(text))


def spans(text: str, year: int | None, issued_on: date | None = None) -> list[Span]:
    """The dates and spans of a text in order; `year` stands for one that is not said."""
    found = [span for match in _SPAN.finditer(text) if (span := _span(match, year))]
    for match in _SINCE.finditer(text):
        found.append(_since(match, issued_on))
    return sorted(found, key=lambda span: span.at)


def first_day(moment: str | None) -> date | None:
    """The first day that a moment covers; None without a year."""
    year, month, day = _parts(moment)
    return date(year, month, day or 1) if year else None


def last_day(moment: str | None) -> date | None:
    """The last day that a moment covers; None without a year."""
    year, month, day = _parts(moment)
    return date(year, month, day or calendar.monthrange(year, month)[1]) if year else None


def _parts(moment: str | None) -> tuple[int, int, int]:
    """Year, month and day of "2019-11" or "2019-11-08"; zeroes for "11-08" and None."""
    found = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", moment or "")
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else (0, 0, 0)


def _span(match: re.Match[str], year: int | None) -> Span | None:
    found = match.groupdict()
    at = match.span()
    if found["w"] or found["all"]:
        which = int(found["wy"]) if found["wy"] else year
        if which is None:
            return None
        starts = f"{which}-01" if found["all"] or found["w"] == "全年" else None
        return Span(starts, f"{which}-12", at, is_range=starts is not None)
    if found["qm"]:
        which = int(found["qy"]) if found["qy"] else year
        last = _moment(which, int(found["qn"]), None, found["qpart"], last=True)
        first = _moment(which, int(found["qm"]), None, None, last=False)
        return Span(first, last, at, is_range=True) if first and last else None
    starting = _named(found, "a", year)
    first, end = _moment(*starting, last=False), _moment(*starting, last=True)
    if first is None:
        return None
    if found["bd2"]:
        last = _moment(starting[0], starting[1], int(found["bd2"]), None, last=True)
        return Span(first, last, at, is_range=True) if last else Span(first, end, at)
    if found["bm"] or found["biy"]:
        last = _moment(*_named(found, "b", starting[0]), last=True)
        return Span(first, last, at, is_range=True) if last else Span(first, end, at)
    if found["before"] or found["apart"] in ("底", "月底", "末"):
        return Span(None, end, at)
    return Span(first, end, at)


def _named(
    found: dict[str, str | None], which: str, year: int | None
) -> tuple[int | None, int, int | None, str | None]:
    if found[f"{which}iy"]:
        return int(found[f"{which}iy"] or 0), int(found[f"{which}im"] or 0), int(found[f"{which}id"] or 0), None
    own = year + 1 if year and found[f"{which}next"] else int(found[f"{which}y"] or 0) or year
    day = found[f"{which}d"]
    return own, int(found[f"{which}m"] or 0), int(day) if day else None, found[f"{which}part"]


def _moment(year: int | None, month: int, day: int | None, part: str | None, *, last: bool) -> str | None:
    """ISO for a day, or "YYYY-MM" for a month; None for what no calendar has."""
    if not 1 <= month <= 12:
        return None
    # A leap year, so that 29 February may stand without its year.
    length = calendar.monthrange(year or 2000, month)[1]
    if part in ("上旬", "中旬", "下旬"):
        first, end = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, length)}[part]
        day = end if last else first
    if day is not None and not 1 <= day <= length:
        return None
    text = f"{month:02d}" if day is None else f"{month:02d}-{day:02d}"
    return f"{year}-{text}" if year else text


def _since(match: re.Match[str], issued_on: date | None) -> Span:
    """A time that counts from the day of issue; its end is None where no calendar tells it."""
    if issued_on is None:
        return Span(None, None, match.span())
    ends = _after(issued_on, ordinal(match["n"]), match["unit"] or "") if match["n"] else None
    return Span(issued_on.isoformat(), ends.isoformat() if ends else None, match.span(), is_range=ends is not None)


def _after(day: date, count: int, unit: str) -> date | None:
    if unit in ("日", "天"):
        return day + timedelta(count)
    if unit == "工作日":
        try:
            return workdays.load().add_working_days(day, count)
        except OutsideCalendar:
            return None
    if unit.endswith("月"):
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    return None
