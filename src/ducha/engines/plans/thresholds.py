"""The numbers that a clause asks for."""

import re

from ducha.engines.plans.values import Threshold

_N = r"(?P<value>\d+(?:\.\d+)?)"
_UNIT = r"(?P<unit>个?工作日|个月|万元|小时|[%％日天人次项家元分个年])"
_TIME = r"(?P<unit>个?工作日|个月|小时|[日天年])"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("date", re.compile(r"每年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日前")),
    ("<=", re.compile(rf"(?:不超过|不得超过|不高于|不多于|控制在)\s*{_N}\s*{_UNIT}")),
    (">=", re.compile(rf"(?:不低于|不少于|不得低于|不得少于)[^，。；,;\d]{{0,20}}{_N}\s*{_UNIT}")),
    ("<=", re.compile(rf"{_N}\s*{_TIME}(?:以内|之内|内)")),
    (">=", re.compile(rf"{_N}\s*{_UNIT}以上")),
    ("reach", re.compile(rf"(?:达到|达)\s*{_N}\s*{_UNIT}")),
    (">=", re.compile(rf"{_N}\s*(?P<unit>[个项家])[^，。；,;\d]{{0,8}}?(?=实现|完成)")),
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
    unit = {"个工作日": "工作日", "％": "%", "天": "日"}.get(match["unit"], match["unit"])
    comparator = kind
    if kind == "reach":
        comparator = "==" if match["value"] == "100" and unit == "%" else ">="
    return Threshold(phrase, quantity, comparator, match["value"], unit, span)
