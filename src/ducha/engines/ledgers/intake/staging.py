"""Records made ready for the database: numbered, of one width, in UTF-8; what is no row is set aside."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Sequence
from itertools import repeat
from operator import itemgetter
from pathlib import Path

from ducha.engines.files.excel import LONGEST_CELL
from ducha.engines.ledgers.intake.heads import Head, same
from ducha.engines.ledgers.intake.readings import BLANKS
from ducha.engines.ledgers.intake.records import records
from ducha.engines.ledgers.intake.text import Chunk

# Bytes of a part: read by the database while the next is made.
PART = 32 << 20
_FOOTER = re.compile(
    r"填表|填报[人日单]|制表|制单|经办人|审核|复核|批准人|合计|总计|小计|备注[:：]|说明|注[:：]|联系|负责人|单位负责人|统计负责人|报出日期|日期[:：]"
    r"|第.{1,6}页|共.{1,9}[条页行]"
)
# A line that begins otherwise is neither blank nor a footer.
_SUSPECT = frozenset("填制经审复批合总小备说注联负单统报日第共" + BLANKS)
# Excel leaves out blank cells at the end of its lines where a block of 16 has nothing there (Microsoft KB 77295): so
# many short records one after another are its doing, fewer have lost a cell and stand under wrong heads.
SHORT_RUN = 8
_NUL, _SHOWN_NUL = "\0", "\u2400"


class Stager:
    """Takes the lines or records below a head, writes parts, and counts. `ready` is called with each part.

    With a part comes whether any of its cells has a blank at its edge, for to look for them in SQL is dear.
    """

    def __init__(self, head: Head, delimiter: str, folder: Path, ready: Callable[[Path, bool], None]) -> None:
        self.head, self.delimiter, self.folder, self._ready = head, delimiter, folder, ready
        self.width = len(head.headers)
        # Of the record that comes next.
        self.number = head.row + 1
        self.written = self.unfit = self.skipped = 0
        self._required = [field.at for field in head.fields if head.kind.by_name[field.column].required]
        # Short records that wait for others: too few so far to be a spreadsheet's doing.
        self._run: list[tuple[int, list[str], list[str]]] = []
        self._is_run = False
        self._suspect = _SUSPECT | {delimiter, "", head.headers[0][:1]}
        self._left: list[str] = []
        self._left_bad: frozenset[int] = frozenset()
        self._is_loose = self._is_chunk_loose = False
        self._parts = 0
        self._part: io.BufferedWriter | None = None
        self.unfit_path = folder / "unfit.csv"
        self._unfit = self.unfit_path.open("w", encoding="utf-8", newline="", errors="replace")

    @property
    def read(self) -> int:
        """Records so far: those for the database and those that no head fits."""
        return self.written + self.unfit

    def chunk(self, chunk: Chunk) -> None:
        """Take some lines of a text file."""
        self._is_chunk_loose = False
        if not self._left and not chunk.bad and not chunk.cut:
            text = chunk.text.encode("utf-8", "replace")
            if b'"' not in text and b"\0" not in text:
                self._is_chunk_loose = self._has_loose(chunk.text)
                self._is_loose = self._is_loose or self._is_chunk_loose
                if not self._whole(text):
                    self._bare(chunk.lines)
                return
        shift = len(self._left)
        lines = self._left + chunk.lines
        bad = self._left_bad | {at + shift for at in chunk.bad}
        cut = {at + shift for at in chunk.cut}
        self._quoted(lines, bad, cut, False)

    def record(self, number: int, cells: list[str], *, flaws: Sequence[str] = ()) -> None:
        """Take one record whose number is known."""
        found = list(flaws)
        if any(_NUL in cell for cell in cells):
            cells = [cell.replace(_NUL, _SHOWN_NUL) for cell in cells]
            found.append("bytes")
        if max(map(len, cells), default=0) > LONGEST_CELL:
            found.append("long")
        found = list(dict.fromkeys(found))
        if "cells" in found or self._is_unlike_the_head(cells):
            return self._set_aside(number, cells, [*dict.fromkeys(["cells", *found])])
        cells = [*cells[: self.width], *[""] * (self.width - len(cells))]
        self._is_loose = self._is_loose or any(cell.strip(BLANKS) != cell for cell in cells)
        line = io.StringIO()
        csv.writer(line, delimiter=self.delimiter, lineterminator="\n").writerow([number, "+".join(found), *cells])
        self._write(line.getvalue().encode("utf-8", "replace"), 1)

    def finish(self) -> None:
        """Take what was left, and close the last part."""
        if self._left:
            self._quoted(self._left, self._left_bad, set(), True)
        self._end_run()
        self._unfit.close()
        self._close_part()

    def _whole(self, text: bytes) -> bool:
        """Write lines that are all records of the head's width, without a look at any alone; False if some differ."""
        mark, lines = self.delimiter.encode(), text.split(b"\n")
        starts = {start.decode("utf-8", "replace")[:1] for start in set(map(itemgetter(slice(4)), lines))}
        are_whole = set(map(bytes.count, lines, repeat(mark))) == {self.width - 1} and starts.isdisjoint(self._suspect)
        if not are_whole or max(map(len, lines)) > LONGEST_CELL:
            return False
        self._end_run()
        numbers = [b"%d%b%b" % (number, mark, mark) for number in range(self.number, self.number + len(lines))]
        self.number += len(lines)
        self._write(b"\n".join([*map(b"".join, zip(numbers, lines, strict=True)), b""]), len(lines))
        return True

    def _bare(self, lines: list[str]) -> None:
        """Lines without a quote: each is a record, and most are written as they are."""
        mark, wanted, suspect = self.delimiter, self.width - 1, self._suspect
        longest = max(map(len, lines), default=0)
        number, written, seen = self.number, 0, 0
        out: list[str] = []
        for at, line in enumerate(lines):
            if line.count(mark) == wanted and line[:1] not in suspect and longest <= LONGEST_CELL:
                out.append(f"{number}{mark}{mark}{line}\n")
                written += 1
            else:
                beside = [lines[other].split(mark) for other in (at - 1, at + 1) if 0 <= other < len(lines)]
                if written > seen:
                    self._end_run()
                    seen = written
                self._judged(number, line.split(mark), beside, [])
            number += 1
        if written > seen:
            self._end_run()
        self.number = number
        self._write("".join(out).encode("utf-8", "replace"), written)

    def _quoted(self, lines: list[str], bad: frozenset[int], cut: set[int], is_last: bool) -> None:
        found = list(records(lines, self.delimiter, is_last=is_last))
        for at, one in enumerate(found):
            flaws = [] if one.is_closed else ["cells"]
            flaws += ["bytes"] if not bad.isdisjoint(range(one.start, one.end)) else []
            flaws += ["cells", "long"] if not cut.isdisjoint(range(one.start, one.end)) else []
            beside = [found[other].cells for other in (at - 1, at + 1) if 0 <= other < len(found)]
            self._judged(self.number, one.cells, beside, flaws)
            self.number += 1
        end = found[-1].end if found else 0
        self._left = lines[end:]
        self._left_bad = frozenset(at - end for at in bad if at >= end)

    def _judged(self, number: int, cells: list[str], beside: list[list[str]], flaws: list[str]) -> None:
        """Take a record, unless it is none; `beside`: the records before and after it."""
        if not flaws and self._is_no_row(cells):
            self.skipped += 1
        elif any(self._are_torn(cells, other) for other in beside):
            self._end_run()
            self.record(number, cells, flaws=["cells", *flaws])
        elif len(cells) < self.width and "cells" not in flaws and not self._is_unlike_the_head(cells):
            self._short(number, cells, flaws)
        else:
            self._end_run()
            self.record(number, cells, flaws=flaws)

    def _short(self, number: int, cells: list[str], flaws: list[str]) -> None:
        """Take a short record that lost nothing required, once so many stand together; blank lines do not part them."""
        self._run.append((number, cells, flaws))
        if self._is_run or len(self._run) == SHORT_RUN:
            self._is_run = True
            for one, its_cells, its_flaws in self._run:
                self.record(one, its_cells, flaws=its_flaws)
            self._run = []

    def _end_run(self) -> None:
        """Set aside the short records that too few others stand beside."""
        for number, cells, flaws in self._run:
            self.record(number, cells, flaws=["cells", *flaws])
        self._run, self._is_run = [], False

    def _are_torn(self, cells: list[str], other: list[str]) -> bool:
        """Whether two short records make a whole one: a line break stood in a cell without quotes around it."""
        # Halves of one length are told by the run that they are not part of; many of one length are a spreadsheet's.
        is_whole = max(len(cells), len(other)) < self.width and len(cells) + len(other) == self.width + 1
        return is_whole and len(cells) != len(other) and not self._is_no_row(other)

    def _is_no_row(self, cells: list[str]) -> bool:
        """Whether a record is blank, a footer, or the head once more."""
        filled = [(at, cell) for at, cell in enumerate(cells) if cell.strip(BLANKS)]
        return not filled or self._is_footer(filled) or self._is_head(cells)

    def _is_footer(self, filled: list[tuple[int, str]]) -> bool:
        """A word of footers first, most of the rest blank, and nothing under the headers that every row needs."""
        (first, text), others = filled[0], filled[1:]
        if not _FOOTER.match(text.strip(BLANKS)) or len(others) * 2 >= max(self.width - 1, 1):
            return False
        return not self._required or not {at for at, _cell in others} >= set(self._required) - {first}

    def _is_head(self, cells: list[str]) -> bool:
        return cells[0].strip() == self.head.headers[0] and tuple(map(same, cells[: self.width])) == tuple(
            map(same, self.head.headers)
        )

    def _is_unlike_the_head(self, cells: list[str]) -> bool:
        """Cells beyond the head, or so few that a required one is lost; blank ones at the end may be left out."""
        if any(cell.strip(BLANKS) for cell in cells[self.width :]):
            return True
        return len(cells) < self.width and any(at >= len(cells) for at in self._required)

    def _has_loose(self, text: str) -> bool:
        """Whether a blank stands beside a delimiter or a line end; to look for one sign is next to free."""
        edges = (self.delimiter, "\n")
        return any(
            text[:1] == blank
            or text[-1:] == blank
            or any(blank + edge in text or edge + blank in text for edge in edges)
            for blank in BLANKS.replace("\n", "")
            if blank in text
        )

    def _set_aside(self, number: int, cells: list[str], reasons: list[str]) -> None:
        text = json.dumps(cells, ensure_ascii=False)
        csv.writer(self._unfit, lineterminator="\n").writerow([number, "+".join(reasons), text])
        self.unfit += 1

    def _write(self, text: bytes, count: int) -> None:
        if not count:
            return
        if self._part is None:
            self._part = (self.folder / f"part{self._parts}.csv").open("wb")
        self._part.write(text)
        self.written += count
        if self._part.tell() >= PART:
            self._close_part()

    def _close_part(self) -> None:
        if self._part is not None:
            path = Path(self._part.name)
            self._part.close()
            self._part = None
            self._parts += 1
            self._ready(path, self._is_loose)
            # A part may end in the middle of a chunk.
            self._is_loose = self._is_chunk_loose


def summed(counters: Sequence[dict[str, int]]) -> dict[str, int]:
    """Counts by name, added up."""
    total: Counter[str] = Counter()
    for one in counters:
        total.update(one)
    return dict(total)
