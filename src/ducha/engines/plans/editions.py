"""What changed between two editions of a plan, point by point."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from ducha.engines.plans.reading import Reading
from ducha.engines.plans.values import Point, Stage

# What is compared sign by sign, numbers and foreign words whole.
_SIGNS = re.compile(r"\d+(?:\.\d+)?[%％]?|[A-Za-z]+|.", re.DOTALL)
# From this share of common wording on, two texts are two wordings of one point.
_ALIKE = 0.6
_ALIKE_AT_ONE_PLACE = 0.3
# Beyond this many comparisons only points with the same code are compared.
_MOST_PAIRS = 40_000


@dataclass(frozen=True)
class Change:
    """A point that was added (no `old`), left out (no `new`), reworded, or given another code."""

    old: Point | None
    new: Point | None

    @property
    def kind(self) -> str:
        if self.old is None or self.new is None:
            return "added" if self.old is None else "removed"
        return "moved" if _plain(self.old.text) == _plain(self.new.text) else "changed"


@dataclass(frozen=True)
class StageChange:
    """A stage that was added, left out, or has other dates."""

    old: Stage | None
    new: Stage | None


@dataclass(frozen=True)
class Difference:
    """Two editions held against each other; `same` counts the points that neither changed nor moved."""

    same: int
    points: tuple[Change, ...]
    stages: tuple[StageChange, ...]


def difference(old: Reading, new: Reading) -> Difference:
    """Hold two editions against each other.

    Points are the same where their wording is, blanks aside; then those with the same code and some wording in
    common, then those whose wording is mostly the same, are two wordings of one point.
    """
    pairs = _pairs(list(old.points), list(new.points))
    changes = [Change(a, b) for a, b in pairs if _has_changed(a, b)]
    order = {point.code: place for place, point in enumerate(new.points)}
    last = {point.code: place for place, point in enumerate(old.points)}
    changes.sort(key=lambda c: (order[c.new.code], 0) if c.new else (last[c.old.code], 1) if c.old else (0, 0))
    return Difference(len(pairs) - len(changes), tuple(changes), tuple(_stages(old.stages, new.stages)))


def marked(old: str, new: str) -> list[tuple[str, str]]:
    """The wording of both editions in order: pieces that are "same", "removed" or "added"; a number is never parted."""
    before, after = (_SIGNS.findall(text) for text in (old, new))
    pieces: list[tuple[str, str]] = []
    for kind, a, b, c, d in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if kind == "equal":
            pieces.append(("same", "".join(before[a:b])))
        else:
            removed, added = "".join(before[a:b]), "".join(after[c:d])
            pieces += [(name, text) for name, text in (("removed", removed), ("added", added)) if text]
    return pieces


def paired(old: Sequence[tuple[str, str]], new: Sequence[tuple[str, str]]) -> list[tuple[str | None, str | None]]:
    """Which point of one edition is which of the other, by their codes: (code, text) of each are given."""
    points = [[Point(code, (), text, (0, 0)) for code, text in edition] for edition in (old, new)]
    return [(a.code if a else None, b.code if b else None) for a, b in _pairs(*points)]


def _plain(text: str) -> str:
    return "".join(text.split())


def _has_changed(old: Point | None, new: Point | None) -> bool:
    return old is None or new is None or old.code != new.code or _plain(old.text) != _plain(new.text)


def _pairs(old: list[Point], new: list[Point]) -> list[tuple[Point | None, Point | None]]:
    """Each point with its other edition; those at the same place first, so that equal texts keep their places."""
    before, after = {point.code: point for point in old}, {point.code: point for point in new}
    pairs: list[tuple[Point | None, Point | None]] = []

    def pair(code: str, other: str) -> None:
        pairs.append((before.pop(code), after.pop(other)))

    for code in [code for code in before if code in after and not _has_changed(before[code], after[code])]:
        pair(code, code)
    places: dict[str, list[str]] = {}
    for code, point in after.items():
        places.setdefault(_plain(point.text), []).append(code)
    for code in list(before):
        if found := places.get(_plain(before[code].text)):
            pair(code, found.pop(0))
    for code in [code for code in before if code in after]:
        if _likeness(before[code], after[code]) >= _ALIKE_AT_ONE_PLACE:
            pair(code, code)
    for code in list(before) if len(before) * len(after) <= _MOST_PAIRS else ():
        ratio, best = max(((_likeness(before[code], point), other) for other, point in after.items()), default=(0, ""))
        if ratio >= _ALIKE:
            pair(code, best)
    return [*pairs, *((point, None) for point in before.values()), *((None, point) for point in after.values())]


def _likeness(old: Point, new: Point) -> float:
    """The share of common wording, from 0 to 1."""
    matcher = SequenceMatcher(None, _plain(old.text), _plain(new.text), autojunk=False)
    # An upper bound first: most pairs have little in common.
    return matcher.ratio() if matcher.quick_ratio() >= _ALIKE_AT_ONE_PLACE else 0.0


def _stages(old: tuple[Stage, ...], new: tuple[Stage, ...]) -> Iterator[StageChange]:
    """Stages by their kind and their place among those of one kind."""
    before, after = _numbered(old), _numbered(new)
    for key in dict.fromkeys([*after, *before]):
        was, now = before.get(key), after.get(key)
        if was is None or now is None or _when(was) != _when(now):
            yield StageChange(was, now)


def _numbered(stages: tuple[Stage, ...]) -> dict[tuple[str, int], Stage]:
    found: dict[tuple[str, int], Stage] = {}
    for stage in stages:
        found[stage.kind, sum(kind == stage.kind for kind, _ in found)] = stage
    return found


def _when(stage: Stage) -> tuple[str | None, str | None, str | None]:
    return stage.starts_on, stage.ends_on, stage.deadline_time
