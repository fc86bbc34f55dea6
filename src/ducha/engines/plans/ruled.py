"""Tables as a page shows them: by the lines that are drawn between their cells."""

from bisect import bisect
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

# Points: a stroke is no thicker, a cell no smaller; ends of lines that meet differ by less than a stroke.
_STROKE = 3.0
_CELL = 6.0
# A page with more strokes is a drawing.
MOST_STROKES = 4_000
_MOST_CELLS = 5_000
_FEWEST_EDGES = 3


class Words(Protocol):
    """The words of a page, which can be asked for those within a box."""

    def get_text_bounded(self, left: float, bottom: float, right: float, top: float) -> str: ...


def lines_in(text: str) -> list[str]:
    """The lines of some text of a page, without blank ones."""
    # A hyphen that PDF put at a line's end is U+FFFE here; no Chinese document means one.
    return [line.strip() for line in text.replace("\ufffe", "").splitlines() if line.strip()]


def with_tables(words: Words, strokes: list["Stroke"], box: tuple[float, float, float, float]) -> list[str]:
    """The lines of a page within a box, the rows of its ruled tables among them; none where it has no table."""
    tables = _tables(strokes)
    left, bottom, right, top = box
    lines: list[str] = []
    for table in tables:
        lines += lines_in(words.get_text_bounded(left, table.ys[0] + 1, right, top))
        lines += table.rows(words)
        top = table.ys[-1] - 1
    return lines + lines_in(words.get_text_bounded(left, bottom, right, top)) if tables else []


@dataclass(frozen=True)
class Stroke:
    """A line across the page (`is_level`) or up it: where it stands, and from where to where it runs."""

    is_level: bool
    at: float
    first: float
    last: float


@dataclass(frozen=True)
class _Table:
    """A ruled table: its edges from left to right and from top to bottom, each with the stretches that are drawn."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    upright: tuple[tuple[tuple[float, float], ...], ...]
    level: tuple[tuple[tuple[float, float], ...], ...]

    def rows(self, words: Words) -> Iterator[str]:
        """Each row as its cells parted by tabs; a cell that only continues the one above it is left out."""
        for row in range(len(self.ys) - 1):
            cells = [self._text(words, row, *span) for span in self._spans(row) if not self._continues(row, span[0])]
            if any(cells):
                yield "\t".join(cells)

    def _spans(self, row: int) -> list[tuple[int, int]]:
        """The columns of each cell of a row: first, and the one after the last."""
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        edges = [n for n, drawn in enumerate(self.upright) if _runs_through(drawn, middle)]
        return list(zip(edges, edges[1:], strict=False))

    def _continues(self, row: int, column: int) -> bool:
        return row > 0 and not self._is_ruled(row, column)

    def _is_ruled(self, row: int, column: int) -> bool:
        return _runs_through(self.level[row], (self.xs[column] + self.xs[column + 1]) / 2)

    def _text(self, words: Words, row: int, first: int, after: int) -> str:
        below = row + 1
        while below < len(self.ys) - 1 and not self._is_ruled(below, first):
            below += 1
        inside = words.get_text_bounded(self.xs[first], self.ys[below], self.xs[after], self.ys[row])
        return joined(lines_in(inside)).replace("\t", " ")


def _runs_through(drawn: tuple[tuple[float, float], ...], place: float) -> bool:
    return any(first - _STROKE < place < last + _STROKE for first, last in drawn)


def _drawn(edges: list[float], strokes: list[Stroke]) -> tuple[tuple[tuple[float, float], ...], ...]:
    """For each edge, sorted, the stretches that strokes draw on it."""
    stretches: list[list[tuple[float, float]]] = [[] for _ in edges]
    for stroke in strokes:
        for place in range(bisect(edges, stroke.at - _STROKE), bisect(edges, stroke.at + _STROKE)):
            stretches[place].append((stroke.first, stroke.last))
    return tuple(tuple(_merged(sorted(each))) for each in stretches)


def _merged(stretches: list[tuple[float, float]]) -> Iterator[tuple[float, float]]:
    first, last = stretches[0] if stretches else (0.0, 0.0)
    for begin, end in stretches:
        if begin > last + _STROKE:
            yield first, last
            first, last = begin, end
        last = max(last, end)
    if stretches:
        yield first, last


def joined(lines: list[str]) -> str:
    """The lines of a cell as one: a blank only between two Latin words."""
    whole = ""
    for line in lines:
        apart = whole[-1:].isascii() and whole[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
        whole += (" " if apart else "") + line
    return whole


def _tables(strokes: list[Stroke]) -> list[_Table]:
    """The ruled tables of a page, from top to bottom."""
    tables = []
    for top, bottom in _regions([stroke for stroke in strokes if not stroke.is_level]):
        inside = [stroke for stroke in strokes if _is_inside(stroke, top, bottom)]
        xs = _distinct(stroke.at for stroke in inside if not stroke.is_level)
        ys = _distinct(stroke.at for stroke in inside if stroke.is_level)
        if len(xs) >= _FEWEST_EDGES and len(ys) >= _FEWEST_EDGES and len(xs) * len(ys) <= _MOST_CELLS:
            upright = _drawn(xs, [stroke for stroke in inside if not stroke.is_level])
            level = _drawn(ys, [stroke for stroke in inside if stroke.is_level])
            tables.append(_Table(tuple(xs), tuple(reversed(ys)), upright, tuple(reversed(level))))
    return tables


def _is_inside(stroke: Stroke, top: float, bottom: float) -> bool:
    low, high = (stroke.at, stroke.at) if stroke.is_level else (stroke.first, stroke.last)
    return low >= bottom - _STROKE and high <= top + _STROKE


def strokes_of(boxes: list[tuple[float, float, float, float]]) -> list[Stroke]:
    """The lines that paths draw, from the box of each (left, bottom, right, top); a drawing of many has none."""
    strokes: list[Stroke] = []
    for left, bottom, right, top in boxes if len(boxes) <= MOST_STROKES else ():
        is_tall, is_wide = top - bottom >= _CELL, right - left >= _CELL
        if is_wide and top - bottom <= _STROKE:
            strokes.append(Stroke(True, (bottom + top) / 2, left, right))
        elif is_tall and right - left <= _STROKE:
            strokes.append(Stroke(False, (left + right) / 2, bottom, top))
        elif is_tall and is_wide:
            strokes += [Stroke(True, at, left, right) for at in (bottom, top)]
            strokes += [Stroke(False, at, bottom, top) for at in (left, right)]
    return strokes


def _regions(upright: list[Stroke]) -> list[tuple[float, float]]:
    """Top and bottom of each stretch of the page that upright strokes cover, from the top of the page down."""
    regions: list[tuple[float, float]] = []
    for stroke in sorted(upright, key=lambda each: -each.last):
        if regions and stroke.last >= regions[-1][1] - _STROKE:
            regions[-1] = regions[-1][0], min(regions[-1][1], stroke.first)
        else:
            regions.append((stroke.last, stroke.first))
    return regions


def _distinct(places: Iterator[float]) -> list[float]:
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _STROKE:
            found.append(place)
    return found
