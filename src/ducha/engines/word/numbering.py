"""The numbers that Word shows before paragraphs and keeps in no text.

Counting follows ECMA-376 part 1, 17.9: a level starts anew after a higher one counts on, unless it says otherwise;
lists of one abstract list share their counters; a list may begin a level at its own number when it is first used.
"""

from collections import defaultdict
from dataclasses import dataclass, replace
from typing import Any

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "〇一二三四五六七八九"
_LEGAL = str.maketrans("一二三四五六七八九十百千", "壹贰叁肆伍陆柒捌玖拾佰仟")
_FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")
_ROMAN = ((1000, "M"), (900, "CM"), (500, "D"), (400, "CD"), (100, "C"), (90, "XC"), (50, "L"), (40, "XL"))
_SMALL_ROMAN = ((10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))
_CIRCLES = "".join(map(chr, (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))))
# Formats whose numbers are signs of their own, in order.
_SIGNS = {
    "decimalEnclosedCircle": _CIRCLES,
    "decimalEnclosedCircleChinese": _CIRCLES,
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
_DIGIT_BY_DIGIT = ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital")
_MOST_STYLES = 50
# Beyond this Chinese and Roman numbers are shown in digits: no document counts so far.
_MOST = 10_000


def chinese(number: int) -> str:
    """A number below 10,000 in Chinese: 12 is "十二", 103 "一百零三"."""
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return "十" + (_DIGITS[number - 10] if number > 10 else "")
    unit, name = next((unit, name) for unit, name in ((1000, "千"), (100, "百"), (10, "十")) if number >= unit)
    first, rest = divmod(number, unit)
    below = "" if not rest else ("零" if rest < unit // 10 else "") + ("一" if 10 <= rest < 20 else "") + chinese(rest)
    return _DIGITS[first] + name + below


def shown(number: int, form: str) -> str:
    """A number in one of Word's formats (w:numFmt)."""
    if form in _SIGNS:
        return _SIGNS[form][number - 1] if 1 <= number <= len(_SIGNS[form]) else str(number)
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= _MOST:
        letters = chr(ord("A") + (number - 1) % 26) * ((number - 1) // 26 + 1)
        return letters if form == "upperLetter" else letters.lower()
    if form in ("lowerRoman", "upperRoman") and 1 <= number < _MOST:
        return _roman(number) if form == "upperRoman" else _roman(number).lower()
    if form in _DIGIT_BY_DIGIT:
        return "".join(_DIGITS[int(digit)] for digit in str(max(0, number)))
    if 0 <= number < _MOST and ("Legal" in form or "ounting" in form):
        return chinese(number).translate(_LEGAL) if "Legal" in form else chinese(number)
    if form.startswith("decimalFullWidth"):
        return str(number).translate(_FULL_WIDTH)
    return f"0{number}" if form == "decimalZero" and 0 <= number < 10 else str(number)


def _roman(number: int) -> str:
    signs = ""
    for value, sign in (*_ROMAN, *_SMALL_ROMAN):
        times, number = divmod(number, value)
        signs += sign * times
    return signs


@dataclass(frozen=True)
class _Level:
    """One level of a list; `restarts_after` counts levels from 1, 0 for never, None for any higher one."""

    start: int = 1
    form: str = "decimal"
    text: str = ""
    restarts_after: int | None = None
    is_legal: bool = False
    style: str = ""


class Styles:
    """The styles of a document by their names, with those they rest on."""

    def __init__(self, root: Any) -> None:
        self.named: dict[str, Any] = {}
        self.default = ""
        for style in root.iterfind(f"{W}style") if root is not None else ():
            name = style.get(f"{W}styleId") or ""
            self.named[name] = style
            if style.get(f"{W}type") == "paragraph" and style.get(f"{W}default") in ("1", "true", "on"):
                self.default = name

    def chain(self, name: str) -> list[tuple[str, Any]]:
        """A style and those it rests on, nearest first; one that rests on itself is no trap."""
        found: list[tuple[str, Any]] = []
        while name in self.named and len(found) < _MOST_STYLES:
            found.append((name, self.named[name]))
            name = value(self.named[name], "basedOn")
        return found

    def of(self, paragraph: Any) -> list[tuple[str, Any]]:
        """The styles of a paragraph, nearest first."""
        properties = paragraph.find(f"{W}pPr")
        name = value(properties, "pStyle") if properties is not None else ""
        return self.chain(name or self.default)


class Numbering:
    """The counters of a document's lists."""

    def __init__(self, root: Any, styles: Styles) -> None:
        self.styles = styles
        self.levels: dict[str, dict[int, _Level]] = {}
        self.links: dict[str, str] = {}
        self.abstract_of: dict[str, str] = {}
        self.own: dict[tuple[str, int], _Level] = {}
        self.restarts: dict[tuple[str, int], int] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        if root is not None:
            self._read(root)

    def _read(self, root: Any) -> None:
        for abstract in root.iterfind(f"{W}abstractNum"):
            name = abstract.get(f"{W}abstractNumId") or ""
            self.levels[name] = {_place(level): _level(level) for level in abstract.iterfind(f"{W}lvl")}
            if link := value(abstract, "numStyleLink"):
                self.links[name] = link
        for num in root.iterfind(f"{W}num"):
            name = num.get(f"{W}numId") or ""
            self.abstract_of[name] = value(num, "abstractNumId")
            for override in num.iterfind(f"{W}lvlOverride"):
                at = _place(override)
                own = override.find(f"{W}lvl")
                if own is not None:
                    self.own[name, at] = _level(own)
                if start := value(override, "startOverride"):
                    self.restarts[name, at] = whole(start, 1)

    def mark(self, paragraph: Any) -> str:
        """The number that Word shows before a paragraph, counted on; empty where it shows none."""
        name, level = self._listed(paragraph)
        abstract = self._abstract(name)
        levels = {**self.levels.get(abstract, {}), **{at: own for (num, at), own in self.own.items() if num == name}}
        if level not in levels:
            return ""
        counts = self.counts[abstract]
        self._count(counts, levels, name, level)
        if levels[level].form == "bullet":
            return ""
        return self._shown(counts, levels, level)

    def _count(self, counts: dict[int, int], levels: dict[int, _Level], name: str, level: int) -> None:
        if (name, level) in self.restarts:
            counts[level] = self.restarts.pop((name, level))
        else:
            counts[level] = counts.get(level, levels[level].start - 1) + 1
        for lower in [other for other in counts if other > level]:
            after = levels[lower].restarts_after if lower in levels else None
            if after is None or level < after:
                del counts[lower]

    def _shown(self, counts: dict[int, int], levels: dict[int, _Level], level: int) -> str:
        sign = levels[level].text
        for other, each in sorted(levels.items(), reverse=True):
            form = "decimal" if levels[level].is_legal else each.form
            number = "" if form == "none" else shown(counts.get(other, each.start), form)
            sign = sign.replace(f"%{other + 1}", number)
        # What Word sets apart by a tab stays apart: "第一条 为了", "1.1 清单".
        apart = sign[-1:].isascii() and sign[-1:].isalnum() or "\u4e00" <= sign[-1:] <= "\u9fff"
        return f"{sign} " if apart else sign

    def _abstract(self, name: str) -> str:
        """The abstract list behind a list; one that only names a style is that style's."""
        abstract = self.abstract_of.get(name, "")
        for _ in range(_MOST_STYLES):
            link = self.links.get(abstract)
            if link is None:
                break
            style = self.styles.named.get(link)
            listed = style.find(f"{W}pPr/{W}numPr") if style is not None else None
            abstract = self.abstract_of.get(value(listed, "numId"), "") if listed is not None else ""
        return abstract

    def _listed(self, paragraph: Any) -> tuple[str, int]:
        """The list and level of a paragraph, its own or its styles'; list 0 is none."""
        own = paragraph.find(f"{W}pPr/{W}numPr")
        level = value(own, "ilvl") if own is not None else ""
        if own is not None and (name := value(own, "numId")):
            return name, whole(level, 0)
        chain = self.styles.of(paragraph)
        for _style, element in chain:
            listed = element.find(f"{W}pPr/{W}numPr")
            if listed is None:
                continue
            level = level or value(listed, "ilvl")
            if name := value(listed, "numId"):
                linked = self._linked(name, [style for style, _element in chain])
                return name, whole(level, 0) if level else linked
        return "", 0

    def _linked(self, name: str, styles: list[str]) -> int:
        """The level of a list that names one of these styles."""
        levels = self.levels.get(self._abstract(name), {})
        return next((at for style in styles for at, level in levels.items() if level.style == style), 0)


def value(element: Any, name: str) -> str:
    """The value of an element's property; empty where it has none."""
    found = element.find(f"{W}{name}")
    return str(found.get(f"{W}val") or "") if found is not None else ""


def is_on(element: Any, name: str) -> bool | None:
    """Whether a property is switched on; None where nothing is said."""
    found = element.find(f"{W}{name}") if element is not None else None
    return None if found is None else found.get(f"{W}val") not in ("0", "false", "off", "none")


def whole(text: str, otherwise: int) -> int:
    """A whole number of a damaged file too."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 9 else otherwise


def _place(element: Any) -> int:
    return whole(element.get(f"{W}ilvl") or "", 0)


def _level(level: Any) -> _Level:
    found = _Level(
        start=whole(value(level, "start"), 1),
        form=value(level, "numFmt") or _alternative(level),
        text=value(level, "lvlText"),
        is_legal=bool(is_on(level, "isLgl")),
        style=value(level, "pStyle"),
    )
    after = value(level, "lvlRestart")
    return replace(found, restarts_after=whole(after, 0)) if after else found


def _alternative(level: Any) -> str:
    """The format that a newer Word wrapped in a choice of two."""
    found = next(level.iter(f"{W}numFmt"), None)
    form = str(found.get(f"{W}val") or "") if found is not None else ""
    return form if form and form != "custom" else "decimal"
