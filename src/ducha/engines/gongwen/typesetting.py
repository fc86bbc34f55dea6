"""Where lines break: titles in balanced lines, names and document numbers whole, the mark on one line."""

import re

from ducha.engines.gongwen.measures import SIZE_2, WIDTH

# “No-width non break” in word processors: no line breaks after it, and it is never seen.
JOINER = "\u200d"
_DOCUMENT_NUMBER = re.compile(r"〔\d{4}〕第?\d+号")
# No line of a title ends within one of these words; it rather ends before or after one of the second kind.
_WORDS = re.compile(
    "人民政府|法治政府|依法行政|领导小组|办公室|委员会|示范市|年度|建设|政府|法治|行政|督察|检查|自查|实地|全面|专项|集中|整改|"
    "情况|问题|清单|报告|通知|通报|方案|意见|工作|开展|落实|责任|执法|创建|约谈|挂牌|督办|表彰|表扬|批评|移送|验收|反馈|进驻|安排"
)
_BREAKS = re.compile(r"(?=关于|开展|全面)|(?<=[的、和，》])")
_MARK_SIZE, _NARROWEST = 72, 66
TITLE_SIGNS = WIDTH // (SIZE_2 * 10)


def whole(text: str, names: frozenset[str]) -> str:
    """The text with joiners inside the names and document numbers in it, so that no line breaks there."""
    text = _DOCUMENT_NUMBER.sub(lambda found: JOINER.join(_pieces(found[0])), text)
    for name in names:
        if name in text:
            text = text.replace(name, JOINER.join(name))
    return text


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


def title_lines(title: str) -> list[str]:
    """A title in as few lines as hold it, of like length, broken between words where one of them is near (7.3.1)."""
    count = -(-width(title) // TITLE_SIGNS)
    lines = []
    while count > 1:
        at = _break(title, width(title) / count)
        lines.append(title[:at])
        title, count = title[at:], count - 1
    return [*lines, title]


def _break(title: str, wanted: float) -> int:
    """Where the first line of a title ends: the place nearest to the wanted width that is within no word."""

    def far(at: int) -> float:
        return abs(width(title[:at]) - wanted)

    every = [at for at in range(1, len(title)) if width(title[:at]) <= TITLE_SIGNS and _may_break(title, at)]
    inside = {at for word in _WORDS.finditer(title) for at in range(word.start() + 1, word.end())}
    good = {found.start() for found in _BREAKS.finditer(title)}
    choices = (
        [at for at in every if at in good and far(at) <= wanted / 3],
        [at for at in every if at not in inside],
        every,
    )
    return min(next(places for places in choices if places), key=far)


def _may_break(title: str, at: int) -> bool:
    before, after = title[at - 1], title[at]
    return not (before in "（〔《“" or after in "）〕》”、，的" or (before.isascii() and after.isascii()))


def width(text: str) -> int:
    """How many signs wide a text is; two signs of ASCII stand for one, a rest counts whole."""
    narrow = sum(sign.isascii() for sign in text)
    return len(text) - narrow + -(-narrow // 2)
