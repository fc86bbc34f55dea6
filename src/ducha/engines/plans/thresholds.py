"""The numbers that a clause asks for."""

import re

from ducha.engines.plans.outline import ordinal
from ducha.engines.plans.values import Threshold

_N = r"(?P<value>\d+(?:\.\d+)?|[一二两三四五六七八九十百]{1,5})"
_ARABIC = r"(?P<value>\d+(?:\.\d+)?)"
_UNIT = r"(?P<unit>个?工作日|个月|万元|小时|[%％日天人次项家元分个年])"
_TIME = r"(?P<unit>个?工作日|个月|小时|[日天年])"
# Between the words of the limit and its number there may stand what the share is of: 不少于本单位总数的5%.
_OF = r"[^，。；,;\d]{0,20}?"
_SHARE = r"(?P<share>百分之[一二三四五六七八九十百]{1,4}|[一二三四五六七八九]成)"
_AT_LEAST = r"(?:不低于|不少于|不小于|不得低于|不得少于|至少)"
_AT_MOST = r"(?:不超过|不得超过|不高于|不多于|不得高于|不得多于|控制在|最多|至多)"
_UNITS = {"个工作日": "工作日", "％": "%", "天": "日"}
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date", re.compile(r"每年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日(?:之?前|以前)")),
    ("<=", re.compile(rf"{_AT_MOST}\s*(?:{_SHARE}|{_N}\s*{_UNIT})")),
    (">=", re.compile(rf"{_AT_LEAST}{_OF}(?:{_SHARE}|{_N}\s*{_UNIT})")),
    ("<=", re.compile(rf"{_N}\s*{_TIME}(?:以内|之内|内)")),
    (">=", re.compile(rf"(?:{_SHARE}|{_N}\s*{_UNIT})及?以上")),
    ("reach", re.compile(rf"(?:达到|达)\s*(?:{_SHARE}|{_ARABIC}\s*{_UNIT})")),
    (">=", re.compile(rf"每(?:半年|年|季度|月|周)\s*{_N}\s*(?P<unit>次)")),
    (">=", re.compile(rf"{_ARABIC}\s*(?P<unit>[个项家])[^，。；,;\d]{{0,8}}?(?=实现|完成)")),
)


def thresholds(text: str) -> tuple[Threshold, ...]:
    """All requirements of a clause that are numbers, in order; none overlaps another."""
    found: list[Threshold] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            if all(match.end() <= t.span[0] or match.start() >= t.span[1] for t in found):
                found.append(_threshold(kind, match, text))
    return tuple(sorted(found, key=lambda t: t.span))


def _threshold(kind: str, match: re.Match[str], text: str) -> Threshold:
    phrase, span = match.group(0), match.span()
    quantity = re.split(r"[，。；、,;：]", text[: span[0]])[-1].strip()
    if kind == "date":
        month, day = int(match["month"]), int(match["day"])
        return Threshold(phrase, quantity, "<=", f"{month:02d}{day:02d}", "date", span)
    found = match.groupdict()
    if share := found.get("share"):
        value, unit = _percent(share), "%"
    else:
        value, unit = _number(found["value"]), _UNITS.get(found["unit"], found["unit"])
    comparator = kind
    if kind == "reach":
        comparator = "==" if (value, unit) == ("100", "%") else ">="
    return Threshold(phrase, quantity, comparator, value, unit, span)


def _number(words: str) -> str:
    """A number as digits: "两" is 2, "十五" 15, "3.5" stays."""
    return words if words[0].isascii() else str(ordinal(words.replace("两", "二")))


def _percent(share: str) -> str:
    """百分之五 is 5 per cent, 八成 80."""
    return _number(share[3:]) if share.startswith("百分之") else str(10 * ordinal(share[0]))
