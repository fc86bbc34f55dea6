"""The text of an OFD document (GB/T 33190-2016): the words of each page, as lines and rows of tables."""

import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from ducha.engines.plans.pdf import bound, require_few
from ducha.engines.plans.ruled import strokes_of, with_tables
from ducha.engines.plans.values import Warned
from ducha.engines.word import root_of

_O = "{http://www.ofdspec.org/2016}"
# OFD counts millimetres down the page; the rest of the reader counts points up it.
_POINTS = 72 / 25.4
# Words apart by more than so many of their own size are told apart by a blank.
_APART = 0.6


@dataclass(frozen=True)
class _Piece:
    """Some words: where they begin and end, the height of their line and their size, in points."""

    left: float
    right: float
    at: float
    size: float
    words: str


@dataclass(frozen=True)
class _Words:
    """The words of a page, to be asked for those within a box, as a PDF is."""

    pieces: tuple[_Piece, ...]

    def get_text_bounded(self, left: float, bottom: float, right: float, top: float) -> str:
        """The lines of the pieces whose middle stands within a box."""
        inside = [
            piece
            for piece in self.pieces
            if left <= (piece.left + piece.right) / 2 <= right and bottom <= piece.at + piece.size / 3 <= top
        ]
        return "\n".join(_lines(inside))


def ofd_text(name: str, content: bytes, doubts: list[Warned]) -> str | None:
    """The lines of an OFD document; None where no page has text. `doubts` is told which pages are pictures."""
    archive = zipfile.ZipFile(BytesIO(content))
    main = _located("", root_of(archive, "OFD.xml").findtext(f"{_O}DocBody/{_O}DocRoot") or "")
    document = root_of(archive, main)
    places = [page.get("BaseLoc") or "" for page in document.iterfind(f"{_O}Pages/{_O}Page")]
    require_few(name, len(places))
    return bound([_page(root_of(archive, _located(posixpath.dirname(main), place))) for place in places], doubts)


def _located(folder: str, place: str) -> str:
    return posixpath.normpath(posixpath.join("/", folder, place.strip())).lstrip("/")


def _page(root: Any) -> list[str]:
    words = _Words(tuple(_pieces(root)))
    boxes = [_box(path) for path in root.iter(f"{_O}PathObject")]
    everywhere = (float("-inf"), float("-inf"), float("inf"), float("inf"))
    whole = _lines(list(words.pieces))
    lines = with_tables(words, strokes_of(boxes), everywhere)
    return lines if sorted("".join("".join(lines).split())) == sorted("".join("".join(whole).split())) else whole


def _numbers(text: str | None) -> list[float]:
    return [float(number) * _POINTS for number in (text or "").split()]


def _box(element: Any) -> tuple[float, float, float, float]:
    """The box of an object: left, bottom, right, top."""
    left, top, width, height = _numbers(element.get("Boundary"))
    return left, -top - height, left + width, -top


def _pieces(root: Any) -> Iterator[_Piece]:
    for text in root.iter(f"{_O}TextObject"):
        left, _bottom, right, top = _box(text)
        size = float(text.get("Size") or 3) * _POINTS
        for code in text.iterfind(f"{_O}TextCode"):
            words = (code.text or "").strip("\r\n")
            begins = left + sum(_numbers(code.get("X")))
            if words.strip():
                ends = max(begins + size / 2, min(right, begins + size * len(words)))
                yield _Piece(begins, ends, top - sum(_numbers(code.get("Y"))), size, words)


def _lines(pieces: list[_Piece]) -> list[str]:
    """The pieces as lines: those on one height, from left to right."""
    rows: list[list[_Piece]] = []
    for piece in sorted(pieces, key=lambda each: -each.at):
        if rows and rows[-1][0].at - piece.at < piece.size / 2:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return ["".join(_joined(sorted(row, key=lambda each: each.left))).strip() for row in rows]


def _joined(row: list[_Piece]) -> Iterator[str]:
    for before, piece in zip([None, *row], row, strict=False):
        if before is not None and piece.left - before.right > _APART * piece.size:
            yield " "
        yield piece.words
