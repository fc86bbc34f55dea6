"""Lines without a number that lead a list of their own: a body that is asked ("市中级人民法院：1.…；2.…"), and notes.

They are parts by their place. Without this the items of the second would follow those of the first, or would go on
the list above them.
"""

import re
from dataclasses import dataclass
from itertools import groupby

from ducha.engines.plans.marks import Mark
from ducha.engines.plans.tables import BODY

_BODY = re.compile(
    rf"(?:各[^，。；：:]{{0,12}})?{BODY.pattern}(?:、{BODY.pattern})*(?:[（(][^（）()]{{1,12}}[）)])?\s*(?:[：:]\s*|$)"
)
_NOTE = re.compile(r"(?:附\s*|备\s*)?注\s*[：:]\s*")


@dataclass(frozen=True, slots=True)
class Led:
    """Where the words before a list end in their line, and the level of the part that they are."""

    end: int
    level: int
    is_body: bool


def led_lines(lines: list[tuple[int, str]], marks: list[Mark], full: int) -> dict[int, Led]:
    """The lines that lead a list, by their places. Bodies lead one only beside others: one alone is spoken to."""
    marked = {place: list(own) for place, own in groupby(marks, key=lambda mark: mark.place)}
    found: dict[int, Led] = {}
    group: list[tuple[int, int, int]] = []
    for place, (_, text) in enumerate(lines):
        begins = not place or len(lines[place - 1][1]) < full or lines[place - 1][1].endswith(("。", "；", "："))
        if begins and (note := _NOTE.match(text)) and (level := _list_level(marked, place, note.end(), len(text))):
            found[place] = Led(note.end(), level - 1, is_body=False)
        body = _BODY.match(text) if begins else None
        level = _list_level(marked, place, body.end(), len(text)) if body else 0
        # A name that stands alone may sign; with a list below it is asked.
        if body and (level or body[0].rstrip().endswith(("：", ":"))):
            group.append((place, body.end(), level))
        elif group and _parts_above(marked.get(place, []), group):
            found |= _bodies(group)
            group = []
    return found | _bodies(group)


def _list_level(marked: dict[int, list[Mark]], place: int, end: int, length: int) -> int:
    """The level of the list that begins right behind the words of a line, or at the start of the next; 0 for none."""
    at, next_place = (end, place) if end < length else (0, place + 1)
    first = (mark for mark in marked.get(next_place, []) if mark.at == at and mark.ordinal == 1)
    return next((mark.level for mark in first), 0)


def _parts_above(marks: list[Mark], group: list[tuple[int, int, int]]) -> bool:
    """Whether a line begins a part above the lists of a group, so that the group has ended."""
    listed = _shared_level(group)
    return any(mark.at_start and (not listed or mark.level < listed) for mark in marks)


def _bodies(group: list[tuple[int, int, int]]) -> dict[int, Led]:
    level = _shared_level(group)
    if len(group) < 2 or not level:
        return {}
    return {place: Led(end, level - 1, is_body=True) for place, end, _ in group}


def _shared_level(group: list[tuple[int, int, int]]) -> int:
    """The level of the lists of a group, the outermost where they differ; 0 where none leads one."""
    return min((level for _, _, level in group if level), default=0)
