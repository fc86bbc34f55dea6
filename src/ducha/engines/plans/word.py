"""The text of a Word document as its reader sees it: automatic numbers, text boxes, tables, footnotes.

Counting follows ECMA-376 part 1, 17.9: a level starts anew after a higher one counts on.
"""

from collections import defaultdict
from collections.abc import Iterator
from io import BytesIO
from typing import Any

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_DIGITS = "〇一二三四五六七八九"
_BREAKS = {f"{_W}tab": "\t", f"{_W}br": "\n", f"{_W}cr": "\n", f"{_W}noBreakHyphen": "-"}
# What is no wording of this paragraph: what was struck out, boxes (read apart), the copy for older programs.
_APART = {f"{_W}del", f"{_W}moveFrom", f"{_W}txbxContent", _FALLBACK}


def chinese(number: int) -> str:
    """A number below 1,000 in Chinese: 12 is "十二", 103 "一百零三"."""
    if number < 10:
        return _DIGITS[number]
    if number < 20:
        return "十" + (_DIGITS[number - 10] if number > 10 else "")
    if number < 100:
        return _DIGITS[number // 10] + "十" + (_DIGITS[number % 10] if number % 10 else "")
    rest = number % 100
    below = "" if not rest else "零" + chinese(rest) if rest < 10 else ("一" if rest < 20 else "") + chinese(rest)
    return _DIGITS[number // 100] + "百" + below


def _shown(number: int, form: str) -> str:
    if "ounting" in form or form in ("chineseLegalSimplified", "ideographTraditional"):
        return chinese(number)
    if form.startswith("decimalEnclosedCircle") and 1 <= number <= 20:
        return chr(ord("①") + number - 1)
    if form in ("lowerLetter", "upperLetter") and 1 <= number <= 26:
        return chr(ord("a" if form == "lowerLetter" else "A") + number - 1)
    return str(number)


class _Numbering:
    """The counters of a document's lists."""

    def __init__(self, document: Any) -> None:
        self.levels: dict[str, dict[int, tuple[int, str, str]]] = {}
        self.abstract_of: dict[str, str] = {}
        self.restarts: dict[tuple[str, int], int] = {}
        self.counts: dict[str, dict[int, int]] = defaultdict(dict)
        self.styles = document.styles.element
        part = next((r.target_part for r in document.part.rels.values() if r.reltype.endswith("/numbering")), None)
        if part is not None:
            self._read(part.element)

    def _read(self, root: Any) -> None:
        for abstract in root.iterfind(f"{_W}abstractNum"):
            levels = {int(level.get(f"{_W}ilvl") or 0): _level(level) for level in abstract.iterfind(f"{_W}lvl")}
            self.levels[abstract.get(f"{_W}abstractNumId")] = levels
        for num in root.iterfind(f"{_W}num"):
            name = num.get(f"{_W}numId")
            self.abstract_of[name] = _value(num, "abstractNumId")
            for override in num.iterfind(f"{_W}lvlOverride"):
                if start := _value(override, "startOverride"):
                    self.restarts[name, int(override.get(f"{_W}ilvl") or 0)] = int(start)

    def mark(self, paragraph: Any) -> str:
        """The number that Word shows before a paragraph, counted on; empty where it shows none."""
        name, level = self._place(paragraph)
        abstract = self.abstract_of.get(name, "")
        levels = self.levels.get(abstract, {})
        if level not in levels or levels[level][1] in ("bullet", "none"):
            return ""
        counts = self.counts[abstract]
        if (name, level) in self.restarts:
            counts[level] = self.restarts.pop((name, level))
        else:
            counts[level] = counts.get(level, levels[level][0] - 1) + 1
        for lower in [other for other in counts if other > level]:
            del counts[lower]
        shown = levels[level][2]
        for other, (start, form, _text) in levels.items():
            shown = shown.replace(f"%{other + 1}", _shown(counts.get(other, start), form))
        return shown

    def _place(self, paragraph: Any) -> tuple[str, int]:
        """The list and level of a paragraph, its own or its style's."""
        properties = paragraph.find(f"{_W}pPr")
        seen: set[str] = set()
        level: str | None = None
        while properties is not None:
            listed = properties.find(f"{_W}numPr")
            if listed is not None:
                level = level or _value(listed, "ilvl")
                if name := _value(listed, "numId"):
                    return name, int(level or 0)
            properties = self._style(properties, seen)
        return "", 0

    def _style(self, properties: Any, seen: set[str]) -> Any:
        style = properties.getparent()
        name = _value(properties, "pStyle") or (_value(style, "basedOn") if style is not None else "")
        if not name or name in seen:
            return None
        seen.add(name)
        found = next((s for s in self.styles.iterfind(f"{_W}style") if s.get(f"{_W}styleId") == name), None)
        if found is None:
            return None
        own = found.find(f"{_W}pPr")
        return own if own is not None else _Nothing(found)


class _Nothing:
    """The paragraph properties of a style that has none; its parent style may have some."""

    def __init__(self, style: Any) -> None:
        self.style = style

    def find(self, _name: str) -> None:
        return None

    def getparent(self) -> Any:
        return self.style


def _value(element: Any, name: str) -> str:
    found = element.find(f"{_W}{name}")
    return str(found.get(f"{_W}val") or "") if found is not None else ""


def _level(level: Any) -> tuple[int, str, str]:
    return int(_value(level, "start") or 1), _value(level, "numFmt") or "decimal", _value(level, "lvlText")


def lines_of(content: bytes) -> list[str]:
    """Every paragraph, box, table row and footnote of a .docx as a line, in reading order."""
    from docx import Document

    document = Document(BytesIO(content))
    numbering = _Numbering(document)
    lines = list(_blocks(document.element.body, numbering))
    for relation in document.part.rels.values():
        if relation.reltype.endswith(("/footnotes", "/endnotes")):
            lines += _notes(relation.target_part.blob)
    return lines


def _blocks(parent: Any, numbering: _Numbering) -> Iterator[str]:
    for block in parent:
        if block.tag == f"{_W}p":
            yield from (numbering.mark(block) + "".join(_words(block))).split("\n")
            for box in _boxes(block):
                yield from _blocks(box, numbering)
        elif block.tag == f"{_W}tbl":
            for row in block.iterfind(f"{_W}tr"):
                yield "\t".join(_cells(row, numbering))
        elif block.tag in (f"{_W}sdt", f"{_W}sdtContent", f"{_W}ins"):
            yield from _blocks(block, numbering)


def _cells(row: Any, numbering: _Numbering) -> Iterator[str]:
    """The cells of a row; one that only continues the cell above it is left out."""
    for cell in row.iter(f"{_W}tc"):
        if next(cell.iterancestors(f"{_W}tr")) is not row:
            continue
        merged = cell.find(f"{_W}tcPr/{_W}vMerge")
        if merged is not None and merged.get(f"{_W}val") != "restart":
            continue
        yield " ".join(line.strip() for line in _blocks(cell, numbering) if line.strip())


def _words(element: Any) -> Iterator[str]:
    for child in element:
        if child.tag in _APART:
            continue
        if child.tag == f"{_W}t":
            yield child.text or ""
        elif child.tag in _BREAKS:
            # A page break ends no sentence.
            yield "" if child.get(f"{_W}type") else _BREAKS[child.tag]
        elif child.tag != f"{_W}pPr":
            yield from _words(child)


def _boxes(paragraph: Any) -> Iterator[Any]:
    for box in paragraph.iter(f"{_W}txbxContent"):
        if not any(above.tag == _FALLBACK for above in box.iterancestors()):
            yield box


def _notes(blob: bytes) -> Iterator[str]:
    from docx.oxml import parse_xml

    for note in parse_xml(blob):
        if note.get(f"{_W}type") is None:
            yield "".join("".join(_words(paragraph)) for paragraph in note.iter(f"{_W}p"))
