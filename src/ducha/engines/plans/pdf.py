"""The text of a PDF: its lines without page numbers and running heads, and the rows of its ruled tables."""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from math import degrees
from typing import Any

from ducha.domain.errors import Invalid, sentence
from ducha.engines.plans.values import Warned

MAX_PAGES = 1_000
_PAGE_NUMBER = re.compile(r"[-—–\s·]*(第\s*)?\d{1,4}(\s*页)?(\s*[,，/]?\s*共?\s*\d{1,4}\s*页?)?[-—–\s·]*")
_NUMBER = re.compile(r"\d{1,6}")
# Heads and feet stand within this many lines of a page's edge, and on at least this share of the pages.
_EDGE = 2
_SHARE = 0.6
_FEWEST_PAGES = 3
# Points: a stroke is no thicker, a cell no smaller; ends of lines that meet differ by less than a stroke.
_STROKE = 3.0
_CELL = 6.0
# A blank beside a wide sign; one wider than this share of its line's height was meant.
_GAP = re.compile(r"(?<=[^\s\x00-\x7f]) (?=\S)|(?<=\S) (?=[^\s\x00-\x7f])")
_WIDEST_GAP = 0.8
_ENDS = ("。", "；", "！")
# So many of a page's signs are asked which way they run.
_ASKED = 50
# A page with more strokes is a drawing.
_MOST_STROKES = 4_000
_MOST_CELLS = 5_000
_FEWEST_EDGES = 3


def pdf_text(name: str, content: bytes, doubts: list[Warned]) -> str | None:
    """The lines of a PDF; None where no page has text (a scan). `doubts` is told which pages are pictures."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(content)
        count = len(document)
        if count > MAX_PAGES:
            fault = "“%(name)s” has %(size)s pages; a plan has at most %(limit)s. Check that it is the right file."
            raise Invalid([sentence(fault, name=name, size=count, limit=MAX_PAGES)])
        pages = [_page(document[number]) for number in range(count)]
    except PdfiumError as error:
        if "password" in str(error).lower():
            fault = "“%(name)s” is protected by a password. Open it, take the password away, save it and choose that."
        else:
            fault = "“%(name)s” is a broken PDF. Make it anew from the document and choose that."
        raise Invalid([sentence(fault, name=name)]) from error
    if not any(pages):
        return None
    running = _running(pages)
    lines: list[str] = []
    heads: set[str] = set()
    for number, page in enumerate(pages):
        if not page:
            fault = "Page %(page)s is a picture or empty: no text was read from it. Compare it with the document."
            doubts.append(Warned((len(lines) or 1, len(lines) or 1), sentence(fault, page=number + 1)))
        page = _without_edges(page, number, running)
        # The head of a table, repeated where the table goes on.
        lines = _continued(lines, page[1:] if page and page[0] in heads else page)
        heads |= {row for above, row in zip(["", *page], page, strict=False) if "\t" in row and "\t" not in above}
    return "\n".join(lines)


def _continued(lines: list[str], page: list[str]) -> list[str]:
    """A page after those before it; a row of a table that was cut by the end of a page is one row again."""
    if not (lines and page):
        return lines + page
    above, below = lines[-1].split("\t"), page[0].split("\t")
    # Cells that a merged one above the row covers are missing from it, but stand empty on the next page.
    merged, below = below[: -len(above)], below[-len(above) :]
    if len(above) < 2 or len(above) != len(below) or any(merged) or not _is_cut(above, below):
        return lines + page
    return [*lines[:-1], "\t".join(joined([a, b]) for a, b in zip(above, below, strict=True)), *page[1:]]


def _is_cut(above: list[str], below: list[str]) -> bool:
    """Whether cells go on in those below: what has no end goes on, and numbers and short cells do not."""
    pairs = list(zip(above, below, strict=True))
    numbers = [b for a, b in pairs if a.isdigit()]
    longer = [a for a, b in pairs if b]
    short = sum(bool(a) and not b for a, b in pairs)
    if not all(longer) or any(numbers) or all(a.endswith(_ENDS) for a in longer):
        return False
    return bool(numbers) or short >= len(longer)


def _page(page: Any) -> list[str]:
    """The lines of a page from top to bottom, the rows of its tables among them."""
    words = _upright(page)
    text = words.get_text_range()
    false = _false_blanks(words, text)
    whole = _lines(text)
    tables = _tables(page)
    lines = list(_with_tables(page, words, tables)) if tables else whole
    lines, whole = _without(false, lines), _without(false, whole)
    # A sign that stands across the edge of a cell would be lost: then the page is read without its tables.
    return lines if _signs(lines) == _signs(whole) else whole


def _false_blanks(words: Any, text: str) -> set[str]:
    """The blanks that stand in no text: a gap that a program left between signs to fill its line. With their signs."""
    from pypdfium2 import raw

    found = set()
    for gap in _GAP.finditer(text):
        at = gap.start()
        if raw.FPDFText_IsGenerated(words, at) != 1 or raw.FPDFText_GetUnicode(words, at) != ord(" "):
            continue
        left, right = words.get_charbox(at - 1), words.get_charbox(at + 1)
        height = max(left[3] - left[1], right[3] - right[1])
        if right[0] - left[2] < _WIDEST_GAP * height:
            found.add(text[at - 2 : at + 3])
    return found


def _without(false: set[str], lines: list[str]) -> list[str]:
    def shown(gap: re.Match[str]) -> str:
        return "" if gap.string[gap.start() - 2 : gap.start() + 3] in false else gap[0]

    return [_GAP.sub(shown, line) for line in lines] if false else lines


def _signs(lines: list[str]) -> Counter[str]:
    return Counter("".join("".join(lines).split()))


def _with_tables(page: Any, words: Any, tables: list["_Table"]) -> Iterator[str]:
    left, bottom, right, top = page.get_bbox()
    for table in tables:
        yield from _lines(words.get_text_bounded(left, table.ys[0] + 1, right, top))
        yield from table.rows(words)
        top = table.ys[-1] - 1
    yield from _lines(words.get_text_bounded(left, bottom, right, top))


def _upright(page: Any) -> Any:
    """The words of a page; one whose words run up, down or backwards is turned until they do not."""
    from pypdfium2 import PdfMatrix, raw

    words = page.get_textpage()
    count = words.count_chars()
    places = range(0, count, max(1, count // _ASKED))
    turns = Counter(round(degrees(raw.FPDFText_GetCharAngle(words, place)) / 90) % 4 for place in places)
    turn = turns.most_common(1)[0][0] if turns else 0
    if turn == 0 and page.get_rotation() == 0:
        return words
    left, bottom, right, top = page.get_mediabox()
    turned = {1: (0, 1, -1, 0, top, -left), 2: (-1, 0, 0, -1, right, top), 3: (0, -1, 1, 0, -bottom, right)}
    if turn:
        for piece in page.get_objects(max_depth=1):
            piece.transform(PdfMatrix(*turned[turn]))
        sides = (right - left, top - bottom) if turn == 2 else (top - bottom, right - left)
        page.set_mediabox(0, 0, *sides)
        page.set_cropbox(0, 0, *sides)
    page.set_rotation(0)
    return page.get_textpage()


def _lines(text: str) -> list[str]:
    # A hyphen that PDF put at a line's end is U+FFFE here; no Chinese document means one.
    return [line.strip() for line in text.replace("\ufffe", "").splitlines() if line.strip()]


def _shapes(line: str, number: int) -> set[tuple[str, int]]:
    """A line as it stands on its page and, for each number in it, as it would with one that counts the pages.

    The row of a table has none: it is no running head, though the first one may stand on each page.
    """
    if "\t" in line:
        return set()
    counting = {
        (f"{line[: found.start()]}#{line[found.end() :]}", int(found[0]) - number) for found in _NUMBER.finditer(line)
    }
    return {(line, 0), *counting}


def _running(pages: list[list[str]]) -> set[tuple[str, int]]:
    """What stands at the edges of most pages, whichever page it is."""
    if len(pages) < _FEWEST_PAGES:
        return set()
    seen = Counter(
        shape
        for number, page in enumerate(pages)
        for shape in set().union(*(_shapes(line, number) for line in page[:_EDGE] + page[-_EDGE:]))
    )
    return {shape for shape, times in seen.items() if times >= _SHARE * len(pages)}


def _without_edges(page: list[str], number: int, running: set[tuple[str, int]]) -> list[str]:
    last = len(page) - _EDGE
    return [
        line
        for place, line in enumerate(page)
        if not ((place < _EDGE or place >= last) and (_shapes(line, number) & running or _PAGE_NUMBER.fullmatch(line)))
    ]


@dataclass(frozen=True)
class _Stroke:
    """A line across the page (`is_level`) or up it: where it stands, and from where to where it runs."""

    is_level: bool
    at: float
    first: float
    last: float


@dataclass(frozen=True)
class _Table:
    """A ruled table: its edges from left to right and from top to bottom, and the strokes between its cells."""

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    strokes: tuple[_Stroke, ...]

    def rows(self, words: Any) -> Iterator[str]:
        """Each row as its cells parted by tabs; a cell that only continues the one above it is left out."""
        for row in range(len(self.ys) - 1):
            cells = [self._text(words, row, *span) for span in self._spans(row) if not self._continues(row, span[0])]
            if any(cells):
                yield "\t".join(cells)

    def _spans(self, row: int) -> list[tuple[int, int]]:
        """The columns of each cell of a row: first, and the one after the last."""
        middle = (self.ys[row] + self.ys[row + 1]) / 2
        edges = [n for n, x in enumerate(self.xs) if self._has(level=False, at=x, through=middle)]
        return list(zip(edges, edges[1:], strict=False))

    def _continues(self, row: int, column: int) -> bool:
        return row > 0 and not self._is_ruled(row, column)

    def _is_ruled(self, row: int, column: int) -> bool:
        return self._has(level=True, at=self.ys[row], through=(self.xs[column] + self.xs[column + 1]) / 2)

    def _text(self, words: Any, row: int, first: int, after: int) -> str:
        below = row + 1
        while below < len(self.ys) - 1 and not self._is_ruled(below, first):
            below += 1
        inside = words.get_text_bounded(self.xs[first], self.ys[below], self.xs[after], self.ys[row])
        return joined(_lines(inside)).replace("\t", " ")

    def _has(self, *, level: bool, at: float, through: float) -> bool:
        return any(
            stroke.is_level == level
            and abs(stroke.at - at) < _STROKE
            and stroke.first - _STROKE < through < stroke.last + _STROKE
            for stroke in self.strokes
        )


def joined(lines: list[str]) -> str:
    """The lines of a cell as one: a blank only between two Latin words."""
    whole = ""
    for line in lines:
        apart = whole[-1:].isascii() and whole[-1:].isalnum() and line[:1].isascii() and line[:1].isalnum()
        whole += (" " if apart else "") + line
    return whole


def _tables(page: Any) -> list[_Table]:
    """The ruled tables of a page, from top to bottom."""
    strokes = _strokes(page)
    tables = []
    for top, bottom in _regions([stroke for stroke in strokes if not stroke.is_level]):
        inside = [stroke for stroke in strokes if _is_inside(stroke, top, bottom)]
        xs = _distinct(stroke.at for stroke in inside if not stroke.is_level)
        ys = _distinct(stroke.at for stroke in inside if stroke.is_level)
        if len(xs) >= _FEWEST_EDGES and len(ys) >= _FEWEST_EDGES and len(xs) * len(ys) <= _MOST_CELLS:
            tables.append(_Table(tuple(xs), tuple(reversed(ys)), tuple(inside)))
    return tables


def _is_inside(stroke: _Stroke, top: float, bottom: float) -> bool:
    low, high = (stroke.at, stroke.at) if stroke.is_level else (stroke.first, stroke.last)
    return low >= bottom - _STROKE and high <= top + _STROKE


def _strokes(page: Any) -> list[_Stroke]:
    from pypdfium2 import raw

    strokes: list[_Stroke] = []
    for number, path in enumerate(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH])):
        if number >= _MOST_STROKES:
            return []
        left, bottom, right, top = path.get_bounds()
        is_tall, is_wide = top - bottom >= _CELL, right - left >= _CELL
        if is_wide and top - bottom <= _STROKE:
            strokes.append(_Stroke(True, (bottom + top) / 2, left, right))
        elif is_tall and right - left <= _STROKE:
            strokes.append(_Stroke(False, (left + right) / 2, bottom, top))
        elif is_tall and is_wide:
            strokes += [_Stroke(True, at, left, right) for at in (bottom, top)]
            strokes += [_Stroke(False, at, bottom, top) for at in (left, right)]
    return strokes


def _regions(upright: list[_Stroke]) -> list[tuple[float, float]]:
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
