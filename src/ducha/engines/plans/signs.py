"""The signs of a text: those that cannot be seen, those that stand for others, those that were lost.

What cannot be seen is taken out and told with its line, because a plan has no use for it and one sign between two
others would hide a number from every rule. What is the same sign in another form is read as the sign.
"""

import re
import unicodedata
from collections.abc import Iterator

from ducha.domain.errors import sentence
from ducha.engines.plans.values import Warned

# Unicode: format characters, variation selectors, fillers without a shape, and controls that are no blanks.
_UNSEEN = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f\ufeff\uffa0\ufff0-\ufffb\U000e0000-\U000e0fff]"
)
_LOST = re.compile("[\ufffd\ufffe\uffff\ue000-\uf8ff\U000f0000-\U0010ffff]|锟斤拷|烫烫烫|屯屯屯")
_ENDS = re.compile("(?:\r\n?|\n)[\f\v]*|[\x1c-\x1e\x85\u2028\u2029]|[\f\v]+(?:\r\n?|\n)?")
_FORMS = re.compile("[\u2e80-\u2fdf\uf900-\ufaff\U0002f800-\U0002fa1f]")
_DIGITS = str.maketrans("０１２３４５６７８９", "0123456789")
# Radicals of simplified writing have no mapping in Unicode's normal forms; these are whole characters too (UCD,
# EquivalentUnifiedIdeograph). PDF programs write them where a font draws both with one shape.
_RADICALS = str.maketrans(
    "⺁⺎⺠⺩⺪⺬⻁⻄⻅⻆⻉⻋⻑⻓⻔⻘⻙⻚⻛⻜⻝⻢⻣⻤⻥⻦⻧⻨⻩⻬⻮⻰⻳",
    "厂兀民王疋示虎西见角贝车長长门青韦页风飞食马骨鬼鱼鸟卤麦黄齐齿龙龟",
)
# So many lines are told one by one.
_TOLD = 10


def cleaned(text: str) -> tuple[str, tuple[Warned, ...]]:
    """The text to read, with one sign for each line end, and what a person should look at."""
    text = _ENDS.sub("\n", text).translate(_DIGITS)
    doubts: list[Warned] = []
    if _UNSEEN.search(text):
        fault = "Line %(line)s holds signs that cannot be seen (%(signs)s). They were left out: compare the line."
        doubts += _told(text, _UNSEEN, fault)
        text = _UNSEEN.sub("", text)
    if _LOST.search(text):
        fault = "Line %(line)s holds signs that were lost when the file was made (%(signs)s). Compare the line."
        doubts += _told(text, _LOST, fault)
    if first := _FORMS.search(text):
        line = text.count("\n", 0, first.start()) + 1
        fault = "%(count)s signs stand for characters, as some PDF programs write them; the characters were read."
        doubts.append(Warned((line, line), sentence(fault, count=len(_FORMS.findall(text)))))
        text = _FORMS.sub(lambda found: unicodedata.normalize("NFKC", found[0].translate(_RADICALS)), text)
    return text, tuple(doubts)


def _told(text: str, signs: re.Pattern[str], fault: str) -> Iterator[Warned]:
    """A warning for each line with such signs; many lines are told together."""
    lines = [(n, found) for n, line in enumerate(text.split("\n"), 1) if (found := signs.findall(line))]
    for number, found in lines[:_TOLD]:
        names = ", ".join(dict.fromkeys(f"U+{ord(sign):04X}" for each in found for sign in each))
        yield Warned((number, number), sentence(fault, line=number, signs=names[:120]))
    if rest := lines[_TOLD:]:
        fault = "%(count)s more lines hold such signs, from line %(first)s to line %(last)s."
        first, last = rest[0][0], rest[-1][0]
        yield Warned((first, last), sentence(fault, count=len(rest), first=first, last=last))


def has_words(text: str) -> bool:
    """Whether a text holds a word: a letter that is no number and no sign of counting."""
    return any(sign.isalpha() and sign not in _NUMERALS for sign in set(text))


_NUMERALS = frozenset("〇零一二三四五六七八九十百千万亿第章节条款项")
