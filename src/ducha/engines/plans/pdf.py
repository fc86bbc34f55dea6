"""The text of a PDF: its lines without page numbers and running heads, and the rows of its ruled tables."""

import re
from collections import Counter
from itertools import islice
from math import degrees
from typing import Any

from ducha.domain.errors import Invalid, sentence
from ducha.engines.plans.ruled import MOST_STROKES, Stroke, joined, lines_in, strokes_of, with_tables
from ducha.engines.plans.values import Warned

MAX_PAGES = 1_000
_PAGE_NUMBER = re.compile(r"[-—–\s·]*(第\s*)?\d{1,4}(\s*页)?(\s*[,，/]?\s*共?\s*\d{1,4}\s*页?)?[-—–\s·]*")
_NUMBER = re.compile(r"\d{1,6}")
# Heads and feet stand within this many lines of a page's edge, and on at least this share of the pages.
_EDGE = 2
_SHARE = 0.6
_FEWEST_PAGES = 3
# A blank beside a wide sign; one wider than this share of its line's height was meant.
_GAP = re.compile(r"(?<=[^\s\x00-\x7f]) (?=\S)|(?<=\S) (?=[^\s\x00-\x7f])")
_WIDEST_GAP = 0.8
_ENDS = ("。", "；", "！")
# So many of a page's signs are asked which way they run.
_ASKED = 50


def pdf_text(name: str, content: bytes, doubts: list[Warned]) -> str | None:
    """The lines of a PDF; None where no page has text (a scan). `doubts` is told which pages are pictures."""
    from pypdfium2 import PdfDocument, PdfiumError

    try:
        document = PdfDocument(content)
        require_few(name, len(document))
        pages = [_page(document[number]) for number in range(len(document))]
    except PdfiumError as error:
        if "password" in str(error).lower():
            fault = "“%(name)s” is protected by a password. Open it, take the password away, save it and choose that."
        else:
            fault = "“%(name)s” is a broken PDF. Make it anew from the document and choose that."
        raise Invalid([sentence(fault, name=name)]) from error
    return bound(pages, doubts)


def require_few(name: str, count: int) -> None:
    """Refuse a book."""
    if count > MAX_PAGES:
        fault = "“%(name)s” has %(size)s pages; a plan has at most %(limit)s. Check that it is the right file."
        raise Invalid([sentence(fault, name=name, size=count, limit=MAX_PAGES)])


def bound(pages: list[list[str]], doubts: list[Warned]) -> str | None:
    """The lines of all pages without what only belongs to a page; None where no page has text."""
    running = _running(pages)
    lines: list[str] = []
    heads: set[str] = set()
    for number, page in enumerate(pages):
        page = _without_edges(page, number, running)
        if not page:
            fault = "Page %(page)s is a picture or empty: no text was read from it. Compare it with the document."
            doubts.append(Warned((len(lines) or 1, len(lines) or 1), sentence(fault, page=number + 1)))
        # The head of a table, repeated where the table goes on.
        lines = _continued(lines, page[1:] if page and page[0] in heads else page)
        heads |= {row for above, row in zip(["", *page], page, strict=False) if "\t" in row and "\t" not in above}
    return "\n".join(lines) or None


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
    whole = lines_in(text)
    lines = with_tables(words, _strokes(page), page.get_bbox()) or whole
    lines, whole = _without(false, lines), _without(false, whole)
    # A sign that stands across the edge of a cell would be lost: then the page is read without its tables.
    return lines if _signs(lines) == _signs(whole) else whole


def _false_blanks(words: Any, text: str) -> set[str]:
    """The blanks that stand in no text: a gap that a program left between signs to fill its line. With their signs."""
    from pypdfium2 import raw

    found, count = set(), words.count_chars()
    for gap in _GAP.finditer(text):
        at = gap.start()
        if (
            at + 1 >= count
            or raw.FPDFText_IsGenerated(words, at) != 1
            or raw.FPDFText_GetUnicode(words, at) != ord(" ")
        ):
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


def _strokes(page: Any) -> list[Stroke]:
    from pypdfium2 import raw

    paths = islice(page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH]), MOST_STROKES + 1)
    return strokes_of([path.get_bounds() for path in paths])
