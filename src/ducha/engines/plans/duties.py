"""One-off duties with a date, apart from stages and thresholds: "于6月20日18：00前报送"."""

import re
from collections.abc import Iterator

from ducha.engines.plans.stages import clock_time
from ducha.engines.plans.values import Duty, Node

_UNTIL = re.compile(
    r"(?:(?P<year>20\d\d)\s*年\s*)?(?P<month>\d{1,2})\s*月\s*(?:(?P<day>\d{1,2})\s*日|(?P<end>底))"
    r"\s*(?:(?P<half>上午|下午)?\s*(?P<hour>\d{1,2})\s*[:：时]\s*(?P<minute>\d{2})?分?)?\s*(?:之前|以前|前)"
)
# What a duty is done by: something is sent, reported, finished.
_DONE = ("报", "下发", "备案", "完成", "提交", "印发", "出台", "制定", "建立", "上线", "验收", "公布", "公开")


def duties(parts: list[Node], year: int | None) -> tuple[Duty, ...]:
    """The dated duties of the parts; `ends_on` is ISO, "YYYY-MM" for the end of a month, "MM-DD" without a year."""
    return tuple(duty for part in parts for duty in _of(part, year))


def _of(node: Node, year: int | None) -> Iterator[Duty]:
    whole = node.title + node.text
    for clause in re.split(r"(?<=[。；;])", whole):
        found = list(_UNTIL.finditer(clause))
        for match, end in zip(found, [*(later.start() for later in found[1:]), len(clause)], strict=False):
            is_yearly = clause[: match.start()].rstrip().endswith("每年")
            if not is_yearly and any(word in clause[match.end() : end] for word in _DONE):
                yield Duty(clause.strip(), _day(match, year), _time(match), node.lines)
    for child in node.children:
        yield from _of(child, year)


def _day(match: re.Match[str], year: int | None) -> str:
    which = match["year"] or year
    month = f"{int(match['month']):02d}"
    rest = month if match["end"] else f"{month}-{int(match['day']):02d}"
    return f"{which}-{rest}" if which else rest


def _time(match: re.Match[str]) -> str | None:
    return clock_time(match["half"], match["hour"], match["minute"]) if match["hour"] else None
