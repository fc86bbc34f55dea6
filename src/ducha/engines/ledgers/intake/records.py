"""Lines into records and cells: quoted line breaks stay inside, a quote that is never closed swallows nothing."""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache

# So much may stand between a quote and its end; beyond, it was never closed.
LONGEST_RECORD = 262_144
csv.field_size_limit(1 << 24)


@dataclass(frozen=True)
class Record:
    """The cells of one record, and the places of its first line and of the line after its last."""

    cells: list[str]
    start: int
    end: int
    is_closed: bool


def records(lines: Sequence[str], delimiter: str, *, is_last: bool) -> Iterator[Record]:
    """The records of some lines; stops before one that the lines at hand do not end, unless they are the last.

    A quote that is not closed soundly, or by a stranger's, swallows nothing: its first line is given alone, not closed,
    and reading goes on with the next.
    """
    at = 0
    while at < len(lines):
        line = lines[at]
        if '"' not in line:
            yield Record(line.split(delimiter), at, at + 1, True)
            at += 1
            continue
        found = _quoted(lines, at, delimiter, is_last)
        if found is None:
            return
        cells, end = found
        if not end:
            yield Record(line.split(delimiter), at, at + 1, False)
            at += 1
            continue
        yield Record(cells, at, end, True)
        at = end


def _quoted(lines: Sequence[str], at: int, delimiter: str, is_last: bool) -> tuple[list[str], int] | None:
    """Cells and end of a record with quotes; end 0 where its quote is never closed, None if lines are wanting."""
    text, end = lines[at], at + 1
    while (cells := cells_of(text, delimiter)) is None:
        if len(text) > LONGEST_RECORD:
            return [], 0
        start = end
        # Only a line with a quote can close one.
        while end < len(lines) and '"' not in lines[end]:
            end += 1
        if end == len(lines):
            known = sum(map(len, lines[at:]))
            return ([], 0) if is_last or known > LONGEST_RECORD else None
        end += 1
        text = "\n".join([text, *lines[start:end]])
    is_sound = end == at + 1 or _sound(delimiter).fullmatch(text)
    return (cells, end) if is_sound else ([], 0)


def cells_of(text: str, delimiter: str) -> list[str] | None:
    """The cells of one record; None where a quote is still open at its end. A quote inside a bare cell is a sign."""
    if _sound(delimiter).fullmatch(text):
        return next(csv.reader([text], delimiter=delimiter), [])
    cells, at = [], 0
    while True:
        if text[at : at + 1] == '"':
            close = _closing(text, at + 1)
            if close < 0:
                return None
            end = _next(text, delimiter, close + 1)
            cells.append(text[at + 1 : close].replace('""', '"') + text[close + 1 : end])
        else:
            end = _next(text, delimiter, at)
            cells.append(text[at:end])
        if end == len(text):
            return cells
        at = end + 1


def _next(text: str, delimiter: str, at: int) -> int:
    found = text.find(delimiter, at)
    return len(text) if found < 0 else found


def _closing(text: str, at: int) -> int:
    while (at := text.find('"', at)) >= 0 and text[at + 1 : at + 2] == '"':
        at += 2
    return at


@cache
def _sound(delimiter: str) -> re.Pattern[str]:
    cell = rf'(?:"(?:[^"]++|"")*+"|[^"\n{re.escape(delimiter)}]*+)'
    return re.compile(rf"{cell}(?:{re.escape(delimiter)}{cell})*+")
