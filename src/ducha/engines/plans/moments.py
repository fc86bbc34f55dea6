"""Dates as plans write them: "11月8日前", "3月至10月", "11月上旬", "2019年12月底前", "全年", "自印发之日起15日内"."""

import calendar
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta

from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar
from ducha.engines.plans.amounts import number, plain

_ONES = "一二三四五六七八九十"
_DIGITS = {"○": "0", "零": "0", **{sign: str(value) for value, sign in enumerate("〇一二三四五六七八九")}}
_FULL_YEAR = rf"(?:(?:19|20)\d\d|[一二][{''.join(_DIGITS)}]{{3}})"
_YEAR = rf"(?:(?P<year>{_FULL_YEAR})年度?|(?P<next>次年|翌年|明年|下一年)|今年|本年度?|当年)"
# 一月一次 is no January: a month in words is followed by what is part of a date.
_MONTH = (
    rf"(?:(?<!\d)(?P<month>\d{{1,2}})"
    rf"|(?<![第{_ONES}])(?P<spoken>[{_ONES}]{{1,2}})(?=月(?:[{_ONES}]{{1,3}}[日号]|[份底末初至]|[上中下]旬)))月份?"
)
_RANGE = r"(?:至|到|—{1,2}|–|-|－|~|～|―)"
_DAY = rf"(?P<day>\d{{1,2}}|[{_ONES}]{{1,3}})[日号](?!内(?!容)|以内|之内)"
_PART = r"(?P<part>上、?中旬|中、?上旬|中、?下旬|上旬|中旬|下旬|月?底|月?末|初|中(?!旬|[央心小]))"
_WEEKDAY = r"(?:（(?:星期|周|礼拜)[一二三四五六日天]）|(?:星期|周)[一二三四五六日天](?=[前上下之以]))?"
_HALF = r"(?P<half>上午|下午|中午|正午|晚上|晚|早上|凌晨)"
_CLOCK = (
    rf"(?:{_HALF}?(?P<hour>\d{{1,2}}|[零{_ONES}]{{1,3}})"
    rf"(?:：(?P<minute>\d{{2}})(?:：\d\d)?|[时点](?:(?P<words>\d{{1,2}}|半)分?|整)?))?(?:[上下]午)?"
)
# 本周五（6月14日）下班前
_BEFORE = r"(?P<before>(?:）(?=[下之以前]))?下?班?(?:之前|以前|前(?![往期后来述台]|提(?![交出供]))|止))?"
_MOMENT = re.compile(
    rf"(?:(?<!\d)(?P<iso>(?:19|20)\d\d)[-./](?P<iso_month>\d{{1,2}})[-./](?P<iso_day>\d{{1,2}})(?!\d)"
    rf"|(?<!\d)(?P<dot_year>(?:19|20)\d\d)[./](?P<dot_month>\d{{1,2}})(?={_RANGE}(?:19|20)\d\d[./]\d{{1,2}}(?!\d))"
    # 4至6月: the month is named once.
    rf"|{_YEAR}?(?<!\d)(?P<from>\d{{1,2}}){_RANGE}(?P<to>\d{{1,2}})月(?!份?\d)(?P<to_part>上旬|中旬|下旬|底)?份?"
    rf"|{_YEAR.replace('P<', 'P<m_')}?{_MONTH}(?:{_DAY}|{_PART})?"
    rf"|{_YEAR.replace('P<', 'P<q_')}?(?:第?(?P<quarter>[一二三四1-4])季度|(?P<half_year>[上下]半年))(?P<q_end>[底末])?"
    rf"|(?:(?P<whole>{_FULL_YEAR})年度?|今年|本年度?|当年|(?<![\d半每两{_ONES}])年)(?P<span>全年|底|末|终(?=[之以]?前)|初|内(?!部))(?!考核|考评|总结|检查|督)"
    rf"|(?<!\d)(?P<bare>(?:19|20)\d\d)年(?={_RANGE}(?:19|20)\d\d年(?!\d))|(?P<all>全年)){_WEEKDAY}{_CLOCK}{_BEFORE}"
)
_TO = re.compile(rf"(?:起|开始)?直?{_RANGE}")
_END_YEAR = re.compile(r"((?:19|20)\d\d)年(?!\d)")
# 2023.4.1-4.30, 2023.4-2023.6
_DOTTED_END = re.compile(r"(?:((?:19|20)\d\d)[./])?(\d{1,2})(?:[./](\d{1,2}))?(?![\d.%年月日号])")
# What may end a span whose month is named before: 11月8日至15日, 3月上旬至中旬.
_SHORT_END = re.compile(
    rf"(?:(?P<day>\d{{1,2}}|[{_ONES}]{{1,3}})[日号](?!内(?!容))|(?P<part>中、?下旬|上旬|中旬|下旬|月底|月末|底)){_WEEKDAY}{_CLOCK}{_BEFORE}"
)
_ONWARDS = re.compile(r"(?:起(?!草)|开始)(?!至|到)")
_ISSUED = re.compile(
    r"(?:自|从)?(?:本\S{1,4}|此件|此文|通知|方案|文件|办法|细则)?(?<!意见)(?<!决定)(?<!结果)(?<!反馈)(?:印发|下发|发布|发文|公布)之?日起"
    rf"(?:(?P<n>\d{{1,3}}|[{_ONES}]{{1,3}})(?:个?(?P<unit>工作日|日|天|个?月))(?:以内|之内|内)?)?"
)
# A text without any of these names no time.
_HINT = re.compile(r"[月年季起]|20\s*\d")
# Ten days of a month, by their first and last day.
_PARTS = {"上旬": (1, 10), "中旬": (11, 20), "下旬": (21, 31), "上中旬": (1, 20), "中上旬": (1, 20), "中下旬": (11, 31)}


@dataclass(frozen=True)
class Span:
    """A time in words. `starts`, `ends` are ISO, "YYYY-MM" for a month, without the year where none is known, or None.

    `at` is where the words stand; `is_range` tells that both ends are named, `is_limit` that it says "before",
    `has_year` that a year is said; `clock` is the hour at its end, "HH:MM".
    """

    starts: str | None
    ends: str | None
    at: tuple[int, int]
    is_range: bool = False
    is_limit: bool = False
    has_year: bool = False
    clock: str | None = None


@dataclass(frozen=True)
class _Moment:
    """One named time: months `first` to `last` of a year, or a day of the first, or ten days of it."""

    year: int | None
    first: int
    last: int
    day: int | None = None
    part: str = ""
    is_limit: bool = False
    has_year: bool = False
    clock: str | None = None

    def starts(self) -> str | None:
        """Its first day, or its first month."""
        return _iso(self.year, self.first, _PARTS[self.part][0] if self.part in _PARTS else self.day)

    def ends(self) -> str | None:
        """Its last day, or its last month."""
        if self.part not in _PARTS:
            return _iso(self.year, self.last, self.day)
        length = calendar.monthrange(self.year or 2000, self.last)[1] if 1 <= self.last <= 12 else 0
        return _iso(self.year, self.last, min(_PARTS[self.part][1], length))


def has_moment(text: str) -> bool:
    """Whether a text names a date or a span of time."""
    if not _HINT.search(text):
        return False
    words, _places = plain(text)
    return bool(_MOMENT.search(words) or _ISSUED.search(words))


def spans(text: str, year: int | None, issued_on: date | None = None) -> list[Span]:
    """The dates and spans of a text in order; `year` stands for one that is not said."""
    if not _HINT.search(text):
        return []
    words, places = plain(text)
    found = [*_named(words, year), *(_since(match, issued_on) for match in _ISSUED.finditer(words))]
    found.sort(key=lambda span: span.at)
    return [replace(span, at=(places[span.at[0]], places[span.at[1] - 1] + 1)) for span in found]


def clock_time(half: str | None, hour: str, minute: str | None) -> str | None:
    """A time of day as HH:MM: 下午5时 is 17:00, 24时 is 24:00; None for what no clock shows."""
    is_late = half in ("下午", "晚", "晚上") and int(hour) < 12
    at = int(hour) + 12 * is_late, 30 if minute == "半" else int(minute or 0)
    return f"{at[0]:02d}:{at[1]:02d}" if at <= (24, 0) and at[1] < 60 else None


def first_day(moment: str | None) -> date | None:
    """The first day that a moment covers; None without a year."""
    year, month, day = _numbers(moment)
    return date(year, month, day or 1) if year else None


def last_day(moment: str | None) -> date | None:
    """The last day that a moment covers; None without a year."""
    year, month, day = _numbers(moment)
    return date(year, month, day or calendar.monthrange(year, month)[1]) if year else None


def _numbers(moment: str | None) -> tuple[int, int, int]:
    """Year, month and day of "2019-11" or "2019-11-08"; zeroes for "11-08" and None."""
    found = re.match(r"(\d{4})-(\d{2})(?:-(\d{2}))?", moment or "")
    return (int(found[1]), int(found[2]), int(found[3] or 0)) if found else (0, 0, 0)


def _iso(year: int | None, month: int, day: int | None) -> str | None:
    """ISO for a day, or "YYYY-MM" for a month; None for what no calendar has."""
    # A leap year, so that 29 February may stand without its year.
    if not 1 <= month <= 12 or (day is not None and not 1 <= day <= calendar.monthrange(year or 2000, month)[1]):
        return None
    text = f"{month:02d}" if day is None else f"{month:02d}-{day:02d}"
    return f"{year}-{text}" if year else text


def _named(words: str, year: int | None) -> Iterator[Span]:
    """The named times of a plain text; two with 至 between them are one span."""
    end = 0
    for match in _MOMENT.finditer(words):
        if match.start() < end:
            continue
        span = _span(words, match, year)
        if span:
            end = span.at[1]
            yield span


def _span(words: str, match: re.Match[str], year: int | None) -> Span | None:
    first = _moment(match, year)
    if first is None or first.starts() is None:
        return None
    to = _TO.match(words, match.end())
    dotted = bool(match["iso"] or match["dot_year"])
    last, end = (_dotted_end if dotted else _end)(words, to.end(), first) if to else (None, 0)
    if last is not None:
        first = first if first.has_year or last.year is None or not last.has_year else _no_later(first, last)
        return _joined(first, last, (match.start(), end))
    at = match.span()
    is_range = first.first != first.last
    ends = first.ends()
    if first.is_limit or first.part in ("底", "月底", "末", "月末"):
        starts = first.starts() if is_range and not first.is_limit else None
        return Span(starts, ends, at, False, first.is_limit, first.has_year, first.clock)
    if _ONWARDS.match(words, match.end()):
        return Span(first.starts(), None, at, False, False, first.has_year)
    return Span(first.starts(), ends, at, is_range, False, first.has_year, first.clock)


def _joined(first: _Moment, last: _Moment, at: tuple[int, int]) -> Span:
    return Span(first.starts(), last.ends(), at, True, last.is_limit, first.has_year or last.has_year, last.clock)


def _no_later(first: _Moment, last: _Moment) -> _Moment:
    """12月26日至2024年1月25日: only the end says its year, which the beginning has or is right before."""
    return replace(first, year=(last.year or 0) - (first.first > last.last))


def _end(words: str, start: int, first: _Moment) -> tuple[_Moment | None, int]:
    """The end of a span, as far as it is named; where it ends."""
    if (match := _MOMENT.match(words, start)) and (last := _moment(match, first.year)) and last.ends():
        # 11月至2月 goes into the next year.
        if not last.has_year and last.last < first.first and first.first >= 10 and last.last <= 3 and last.year:
            last = replace(last, year=last.year + 1)
        return last, match.end()
    if until := _END_YEAR.match(words, start):
        return _Moment(int(until[1]), 1, 12, has_year=True), until.end()
    if short := _SHORT_END.match(words, start):
        day = int(number(short["day"])) if short["day"] else None
        last = _Moment(
            first.year, first.last, first.last, day, (short["part"] or "").replace("、", ""), bool(short["before"])
        )
        last = replace(last, clock=_clock(short))
        return (last, short.end()) if last.ends() else (None, 0)
    return None, 0


def _dotted_end(words: str, start: int, first: _Moment) -> tuple[_Moment | None, int]:
    """The end of a span in figures: 2023.4.1-4.30, 2023.4-2023.6."""
    found = _DOTTED_END.match(words, start)
    if not found:
        return _end(words, start, first)
    year, month, day = (int(part) if part else None for part in found.groups())
    if day is None and first.day is not None:
        # 2023.4.1-30: the month is named once.
        month, day = first.first, month
    last = _Moment(year or first.year, month or 0, month or 0, day, has_year=year is not None)
    return (last, found.end()) if last.ends() else (None, 0)


def _moment(match: re.Match[str], year: int | None) -> _Moment | None:
    found = match.groupdict()
    own, has_year = _year_of(found, year)
    made = _Moment(own, 0, 0, is_limit=bool(found["before"]), has_year=has_year, clock=_clock(match))
    if found["iso"]:
        month = int(found["iso_month"] or 0)
        return replace(
            made, year=int(found["iso"]), first=month, last=month, day=int(found["iso_day"] or 0), has_year=True
        )
    if found["dot_year"]:
        month = int(found["dot_month"] or 0)
        return replace(made, year=int(found["dot_year"]), first=month, last=month, has_year=True)
    if found["from"]:
        return replace(made, first=int(found["from"]), last=int(found["to"] or 0), part=found["to_part"] or "")
    if named := found["month"] or found["spoken"]:
        month = int(number(named))
        day = int(number(found["day"])) if found["day"] else None
        return replace(made, first=month, last=month, day=day, part=(found["part"] or "").replace("、", ""))
    if own is None:
        return None
    return _of_a_year(made, found)


def _of_a_year(made: _Moment, found: dict[str, str | None]) -> _Moment:
    """A quarter, half a year, a year or its end."""
    if found["quarter"]:
        last = 3 * int(number(found["quarter"]))
        made = replace(made, first=last - 2, last=last)
    elif found["half_year"]:
        last = 6 if found["half_year"] == "上半年" else 12
        made = replace(made, first=last - 5, last=last)
    else:
        made = replace(made, first=1, last=12)
    if found["span"] == "初":
        return replace(made, last=1)
    if found["q_end"] or found["span"] in ("底", "末", "终", "内"):
        return replace(made, first=made.last, part="底")
    return made


def _year_of(found: dict[str, str | None], year: int | None) -> tuple[int | None, bool]:
    named = next((found[key] for key in ("year", "m_year", "q_year", "whole", "bare") if found[key]), None)
    if named:
        return int("".join(_DIGITS.get(sign, sign) for sign in named)), True
    if year and (found["next"] or found["m_next"] or found["q_next"]):
        return year + 1, True
    return year, False


def _clock(match: re.Match[str]) -> str | None:
    if not match["hour"]:
        return None
    return clock_time(match["half"], number(match["hour"]), match["minute"] or match["words"])


def _since(match: re.Match[str], issued_on: date | None) -> Span:
    """A time that counts from the day of issue; its end is None where no calendar tells it."""
    if issued_on is None:
        return Span(None, None, match.span())
    ends = _after(issued_on, int(number(match["n"])), match["unit"] or "") if match["n"] else None
    return Span(issued_on.isoformat(), ends.isoformat() if ends else None, match.span(), is_range=ends is not None)


def _after(day: date, count: int, unit: str) -> date | None:
    if unit in ("日", "天"):
        return day + timedelta(count)
    if unit == "工作日":
        try:
            return workdays.load().add_working_days(day, count)
        except (OutsideCalendar, ValueError):
            return None
    if unit.endswith("月"):
        year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
        return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))
    return None
