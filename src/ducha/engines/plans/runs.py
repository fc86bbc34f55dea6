"""Which numbers begin parts: a number is believed by its place in a run.

It follows its sibling, or opens a run that goes on. At the start of a line little else is asked; a line that only
goes on from the one above it begins none with a quantity or a cited number.
"""

import re

from ducha.engines.plans.marks import NEVER_AFTER, Mark

_ENDS = ("。", "；", ";", "：", ":", "！", "？", "”", "）", ")")
_AFTER = re.compile(r"[。；;：:！!？?”」\s\u3000]$")
# What a quantity counts: "2 人以上", "1.5 倍".
_COUNTED = re.compile(r"\s*(?:[个人次日月年天周岁件起家户名条款倍万亿元%％米公吨卷例篇]|小时|分钟|以[上下内]|[号期]）)")

# "严查酒驾醉驾。": the title that a part begins with.
_TITLE_RUN_IN = re.compile(r"\s*[\u4e00-\u9fa5“”、]{2,14}。")
_FALSE_ONES = 4


class Runs:
    """Tells of each mark whether it begins a part: it follows its sibling, or opens a run."""

    def __init__(
        self,
        lines: list[tuple[int, str]],
        marks: list[Mark],
        full: int,
        *,
        loose: bool,
        around: set[int],
        led: dict[int, int],
    ) -> None:
        """`around` are lines that are no text; `led` says where, in lines that lead a list, the list begins."""
        self.lines, self.marks, self.full, self.loose, self.around = lines, marks, full, loose, around
        self.led = led
        self.latest: dict[int, int] = {}
        self.last_at_start = -1
        self.after = [-1] * len(marks)
        self.same = [-1] * len(marks)
        starts = -1
        ahead: dict[tuple[int, tuple[int, ...]], int] = {}
        for index in range(len(marks) - 1, -1, -1):
            mark = marks[index]
            self.after[index], self.same[index] = starts, ahead.get((mark.level, mark.prefix), -1)
            ahead[mark.level, mark.prefix] = index
            starts = index if mark.at_start else starts

    def restart(self) -> None:
        """Numbers begin anew, as they do in an annex."""
        self.latest.clear()

    def begins(self, index: int, sibling: int | None, parent: int | None) -> bool | None:
        """Whether a mark begins a part after its sibling, below its parent (indexes, or None); None if doubtful."""
        mark, before = self.marks[index], self.marks[sibling] if sibling is not None else None
        follows = self._follows(index, before, self.marks[parent] if parent is not None else None)
        if mark.is_bare:
            return follows and (self.loose or self._is_believed_bare(index, before))
        if not mark.at_start:
            believed = follows and (self._is_led(mark) or self._is_believed_inside(index, sibling))
            return believed or (None if self.loose and before and self._is_titled_slip(mark, before) else False)
        if self._is_quantity(mark) or (before is None and not self._ends_above(mark) and not self._leads_on(index)):
            return False
        return True if follows else None if self._is_slip(index, before) else False

    def accepted(self, index: int) -> None:
        """A mark was taken as the beginning of a part."""
        mark = self.marks[index]
        self.latest[mark.level] = mark.ordinal
        if mark.at_start:
            self.last_at_start = index

    def _follows(self, index: int, before: Mark | None, parent: Mark | None) -> bool:
        mark = self.marks[index]
        if before is not None:
            next_one = mark.ordinal == before.ordinal + 1 and mark.prefix == before.prefix
            return next_one or (mark.ordinal == 1 and mark.prefix > before.prefix)
        if not mark.prefix:
            return mark.ordinal in (1, self.latest.get(mark.level, 0) + 1)
        # "3.1 万元" below "2." is no part of it.
        fits = parent is None or not self._is_digit(parent) or mark.prefix == (*parent.prefix, parent.ordinal)
        return mark.ordinal == 1 and (fits or self._has_next(index))

    @staticmethod
    def _is_digit(mark: Mark) -> bool:
        return mark.number[0].isdigit()

    def _is_believed_bare(self, index: int, before: Mark | None) -> bool:
        """A bare number is believed above its first dotted part, or in a run of such numbers that count nothing."""
        mark, below = self.marks[index], self.after[index]
        if below >= 0 and self.marks[below].prefix == (mark.ordinal,):
            return True
        if not self._ends_above(mark) or _COUNTED.match(self._words_after(mark)):
            return False
        if before is not None:
            return before.is_bare
        return self._has_next(index) and self.marks[self.same[index]].is_bare

    def _is_believed_inside(self, index: int, sibling: int | None) -> bool:
        """Inside a line a run is believed that goes on in its paragraph."""
        if sibling is not None and (self.loose or sibling >= self.last_at_start or self.marks[index].at == 0):
            return True
        goes_on = self._has_next(index)
        if self.loose:
            text = self.lines[self.marks[index].place][1]
            at = self.marks[index].at
            return goes_on or bool(_AFTER.search(text[max(0, at - 1) : at]))
        ends = self.after[index]
        return goes_on and (ends < 0 or self.same[index] < ends)

    def _is_led(self, mark: Mark) -> bool:
        """Whether it is the first number behind the words that lead a list."""
        return mark.ordinal == 1 and mark.at > 0 and self.led.get(mark.place) == mark.at

    def _has_next(self, index: int) -> bool:
        follower = self.same[index]
        return follower >= 0 and self.marks[follower].ordinal == self.marks[index].ordinal + 1

    def _leads_on(self, index: int) -> bool:
        """Whether one of the next numbers of its kind follows it; a false one may stand between."""
        wanted, follower = self.marks[index].ordinal + 1, index
        for _ in range(_FALSE_ONES):
            follower = self.same[follower]
            if follower < 0 or self.marks[follower].ordinal == wanted:
                return follower >= 0
        return False

    def _is_quantity(self, mark: Mark) -> bool:
        """A number at the start of a line that goes on from the one above: part of a number, cited, or counted."""
        if self._ends_above(mark):
            return False
        above = self.lines[mark.place - 1][1]
        return bool(NEVER_AFTER.search(above) or (mark.prefix and _COUNTED.match(self._words_after(mark))))

    def _words_after(self, mark: Mark) -> str:
        return self.lines[mark.place][1][mark.at + len(mark.number) :]

    def _is_slip(self, index: int, before: Mark | None) -> bool:
        """A number that its author repeated, left out or began anew: after a paragraph that has ended."""
        mark = self.marks[index]
        if before is None or not self._ends_above(mark):
            return False
        begins_anew = mark.ordinal == 1 and self._has_next(index)
        return begins_anew or mark.ordinal in (before.ordinal, before.ordinal + 2)

    def _is_titled_slip(self, mark: Mark, before: Mark) -> bool:
        """Where breaks were lost, a number repeated or left out begins a part if it has a title as its sibling has."""
        above = self.lines[mark.place][1][max(0, mark.at - 1) : mark.at]
        return (
            above in _ENDS
            and not (mark.prefix or mark.is_run_in)
            and mark.ordinal in (before.ordinal, before.ordinal + 2)
            and all(_TITLE_RUN_IN.match(self._words_after(part)) for part in (before, mark))
        )

    def _ends_above(self, mark: Mark) -> bool:
        """Whether the line above ends its paragraph: by its sign, or before the margin, or it is no text (`around`)."""
        above = self.lines[mark.place - 1][1] if mark.place else ""
        return above.endswith(_ENDS) or len(above) < self.full or mark.place - 1 in self.around
