"""Where lines break: titles in balanced lines, names and document numbers whole, the mark on one line."""

import re
from collections.abc import Iterable

from ducha.engines.gongwen.measures import SIZE_2, WIDTH

# “Zero width no-break space”: no line breaks before or after it, and it is never seen.
JOINER = "\ufeff"
# With two signs of the organ's short name before it, the least that one has.
_DOCUMENT_NUMBER = re.compile(r"[\u4e00-\u9fff]{0,2}〔\d{4}〕第?\d+号")
# No line of a title ends within one of these words; it rather ends before or after one of the second kind.
_WORDS = (
    "人民政府|法治政府|依法行政|领导小组|办公室|委员会|示范市|年度|建设|政府|法治|行政|督察|检查|自查|实地|全面|专项|集中|整改|"
    "情况|问题|清单|报告|通知|通报|方案|意见|工作|开展|落实|责任|执法|创建|约谈|挂牌|督办|表彰|表扬|批评|移送|验收|反馈|进驻|安排"
)
_BREAKS = re.compile(r"(?=关于|开展|全面)|(?<=[的、和，》])")
_MARK_SIZE, _NARROWEST = 72, 66
TITLE_SIGNS = WIDTH // (SIZE_2 * 10)


def whole(text: str, names: frozenset[str]) -> str:
    """The text with joiners inside the names and document numbers in it, so that no line breaks there."""
    text = _DOCUMENT_NUMBER.sub(lambda found: JOINER.join(_pieces(found[0])), text)
    # The longest first: a name may be part of another.
    either = "|".join(re.escape(name) for name in sorted(names, key=lambda name: (-len(name), name)) if name)
    return re.sub(either, lambda found: JOINER.join(found[0]), text) if either else text


def _pieces(number: str) -> list[str]:
    return re.findall(r"\d+|.", number)


def plain(text: str) -> str:
    """The text without joiners."""
    return text.replace(JOINER, "")


def mark_size(mark: str) -> tuple[int, int]:
    """The size of an issuing mark in half points and the width of its signs in percent: on one line, at most 36 pt.

    A long mark is first set in narrower signs, then smaller (7.2.4 leaves the size to the organ).
    """
    signs = max(1, len(mark))
    share = 100 * WIDTH / (signs * _MARK_SIZE * 10)
    if share >= _NARROWEST:
        return _MARK_SIZE, min(100, int(share))
    return int(_MARK_SIZE * share / _NARROWEST), _NARROWEST


def title_lines(title: str, names: Iterable[str] = ()) -> list[str]:
    """A title in as few lines as hold it, of like length, broken between words where one of them is near (7.3.1).

    No line ends within one of the names, if there is another way.
    """
    least = max(1, -(-width(title) // TITLE_SIGNS))
    spelt = [re.escape(name) for name in sorted(names, key=len, reverse=True) if name]
    words = re.compile("|".join([*spelt, _WORDS]))
    return next(lines for count in range(least, len(title) + 2) if (lines := _parted(title, count, words)))


def _parted(title: str, count: int, words: re.Pattern[str]) -> list[str]:
    """A title in so many lines; nothing where they do not hold it."""
    lines = []
    for following in range(count - 1, 0, -1):
        at = _break(title, following, words)
        if at is None:
            return []
        lines.append(title[:at])
        title = title[at:]
    return [*lines, title]


def _break(title: str, following: int, words: re.Pattern[str]) -> int | None:
    """Where the first line of a title ends: the place nearest to its share of the width that is within no word.

    What is left must go on the lines that follow. Where nothing may break, as in a very long word, anything does.
    """
    wanted = width(title) / (following + 1)

    def far(at: int) -> float:
        return abs(width(title[:at]) - wanted)

    room = TITLE_SIGNS * following
    fit = [at for at in range(1, len(title)) if width(title[:at]) <= TITLE_SIGNS and width(title[at:]) <= room]
    every = [at for at in fit if _may_break(title, at)]
    inside = {at for word in words.finditer(title) for at in range(word.start() + 1, word.end())}
    good = {found.start() for found in _BREAKS.finditer(title)}
    choices = (
        [at for at in every if at in good - inside and far(at) <= wanted / 3],
        [at for at in every if at not in inside],
        every,
        fit,
    )
    return min(next((places for places in choices if places), []), key=far, default=None)


def _may_break(title: str, at: int) -> bool:
    before, after = title[at - 1], title[at]
    return not (before in "（〔《“" or after in "）〕》”、，的" or (before.isascii() and after.isascii()))


def width(text: str) -> int:
    """How many signs wide a text is; two signs of ASCII stand for one, a rest counts whole."""
    narrow = sum(sign.isascii() for sign in text)
    return len(text) - narrow + -(-narrow // 2)
