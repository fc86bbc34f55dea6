"""The text of a Word document as its reader sees it: automatic numbers, text boxes, tables, footnotes.

Its parts are read as what they are, without a document library: nothing outside the file is followed, no entity is
resolved, and damaged parts that no text stands in do no harm.
"""

import re
import zipfile
from collections.abc import Iterator
from itertools import islice
from typing import Any

from lxml import etree

from ducha.domain.errors import sentence
from ducha.engines.plans.values import Warned
from ducha.engines.word import Numbering, Package, Styles, W, is_on, require_small

_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_MATH = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"
_BLIP = "{http://schemas.openxmlformats.org/drawingml/2006/main}blip"
_BREAKS = {f"{W}tab": "\t", f"{W}ptab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_TEXTS = (f"{W}t", _MATH)
_BOX = f"{W}txbxContent"
# What was struck out or moved away.
_STRUCK = {f"{W}del", f"{W}moveFrom"}
# What is no wording of this paragraph: what was struck out, boxes (read apart), the copy for older programs, and the
# small signs that tell how others are pronounced.
_APART = {*_STRUCK, _BOX, _FALLBACK, f"{W}rt", f"{W}pPr", f"{W}rPr"}
_NO_BLOCKS = {*_STRUCK, _FALLBACK, f"{W}sectPr", f"{W}tblPr", f"{W}tblGrid", f"{W}sdtPr", f"{W}tcPr"}
# Boxes and ticks of the sign fonts, by their codes there.
_SIGNS = {"F0FE": "☑", "F0FC": "√", "F0A8": "□", "F06F": "□", "F0A3": "□", "F052": "☑", "F06C": "●", "F06E": "■"}
_NUMBER = re.compile(r"[\u4e00-\u9fff]{2,12}\s*[〔［\[(（【]\s*[12]\d{3}\s*[〕］\])）】]\s*第?\s*\d+\s*号")
_MOST_LINES = 100_000
# Of hidden words so many are shown.
_SHOWN = 20


def lines_of(content: bytes, doubts: list[Warned] | None = None) -> list[str]:
    """Every paragraph, box, table row and footnote of a .docx as a line, in reading order.

    `doubts` is given what a person should look at: hidden words, tracked changes, a number taken from the head.
    """
    package = Package(content)
    document = package.part(package.main)
    reader = _Reader(package)
    lines = list(islice(reader.blocks(document), _MOST_LINES + 1))
    require_small(len(lines) <= _MOST_LINES)
    for kind in ("/footnotes", "/endnotes"):
        notes = package.first(kind)
        lines += list(reader.notes(notes, document)) if notes is not None else []
    found = list(_numbers_in_heads(package, reader, "".join(lines)))
    if doubts is not None:
        doubts += [Warned((line + len(found), line + len(found)), text) for line, text in reader.doubts_in(lines)]
        doubts += [Warned((n, n), text) for n, (_line, text) in enumerate(found, 1)]
    return [line for line, _text in found] + lines


def is_pictures(content: bytes) -> bool:
    """Whether a Word file holds pictures: where it holds no words, it is a scan."""
    document = Package(content).part(Package(content).main)
    return any(True for _ in document.iter(_BLIP, "{urn:schemas-microsoft-com:vml}imagedata"))


class _Reader:
    """Reads blocks in order, and remembers what a person should look at."""

    def __init__(self, package: Package) -> None:
        self.styles = Styles(package.first("/styles"))
        self.numbering = Numbering(package.first("/numbering"), self.styles)
        self.hidden: list[str] = []
        self.has_changes = False
        self.hides: dict[str, bool] = {}

    def blocks(self, parent: Any) -> Iterator[str]:
        carried = ""
        for block in parent:
            if block.tag == f"{W}p":
                words = carried + "".join(self.words(block))
                carried = ""
                if self._is_joined(block):
                    # Its end was struck out: it goes on in the next paragraph, under that one's number.
                    carried = words
                else:
                    yield from (self.numbering.mark(block) + words).split("\n")
                for box in _boxes(block):
                    yield from self.blocks(box)
            elif block.tag == f"{W}tbl":
                yield from self._rows(block)
            elif isinstance(block.tag, str) and block.tag not in _NO_BLOCKS:
                yield from self.blocks(block)
        if carried:
            yield carried

    def _is_joined(self, paragraph: Any) -> bool:
        ending = paragraph.find(f"{W}pPr/{W}rPr")
        struck = ending is not None and any(child.tag in _STRUCK for child in ending)
        self.has_changes = self.has_changes or struck
        return struck

    def _rows(self, table: Any) -> Iterator[str]:
        for row in _own(table, f"{W}tr", f"{W}tbl"):
            if row.find(f"{W}trPr/{W}del") is not None:
                self.has_changes = True
                continue
            yield "\t".join(self._cells(row))

    def _cells(self, row: Any) -> Iterator[str]:
        """The cells of a row; one that only continues the cell above it or before it is left out."""
        for cell in _own(row, f"{W}tc", f"{W}tr"):
            properties = cell.find(f"{W}tcPr")
            if properties is not None and (_continues(properties) or properties.find(f"{W}cellDel") is not None):
                continue
            lines = (line.replace("\t", " ").strip() for line in self.blocks(cell))
            yield " ".join(line for line in lines if line)

    def words(self, element: Any) -> Iterator[str]:
        for child in element:
            if child.tag in _APART:
                self.has_changes = self.has_changes or child.tag in _STRUCK
            elif child.tag == f"{W}r" and self._is_hidden(child):
                self.hidden.append("".join(self._inside(child)))
            elif child.tag in _TEXTS:
                yield child.text or ""
            elif child.tag in _BREAKS:
                # The break of a page or column ends no sentence.
                yield "" if child.get(f"{W}type") in ("page", "column") else _BREAKS[child.tag]
            elif child.tag == f"{W}sym":
                yield _sign(child.get(f"{W}char") or "")
            elif isinstance(child.tag, str):
                self.has_changes = self.has_changes or child.tag == f"{W}ins"
                yield from self.words(child)

    def _inside(self, run: Any) -> Iterator[str]:
        return (text.text or "" for text in run.iter(*_TEXTS))

    def _is_hidden(self, run: Any) -> bool:
        """Whether a run is hidden text, by itself or by the style of its signs."""
        properties = run.find(f"{W}rPr")
        if properties is None:
            return False
        own = is_on(properties, "vanish")
        style = properties.find(f"{W}rStyle")
        if own is not None or style is None:
            return bool(own)
        name = style.get(f"{W}val") or ""
        if name not in self.hides:
            said = (is_on(element.find(f"{W}rPr"), "vanish") for _name, element in self.styles.chain(name))
            self.hides[name] = next((hides for hides in said if hides is not None), False)
        return self.hides[name]

    def notes(self, root: Any, document: Any) -> Iterator[str]:
        """The footnotes or endnotes that the document refers to, in their order."""
        kind = root.tag.rpartition("}")[2][:-1]
        asked = {each.get(f"{W}id") for each in document.iter(f"{W}{kind}Reference")}
        for note in root.iterfind(f"{W}{kind}"):
            if note.get(f"{W}type") is None and (not asked or note.get(f"{W}id") in asked):
                yield "".join(line for line in self.blocks(note))

    def doubts_in(self, lines: list[str]) -> Iterator[tuple[int, str]]:
        """What a person should look at, with the line (counted from 1) at which to look."""
        hidden = [text for text in self.hidden if text.strip()]
        if hidden:
            fault = "The Word file holds hidden text that no reader sees; it was left out: “%(words)s”."
            yield 1, sentence(fault, words="”, “".join(text[:_SHOWN] for text in hidden[:5]))
        if self.has_changes:
            fault = "The Word file holds tracked changes: inserted words were read, struck-out ones were not."
            yield 1, sentence(fault)


def _own(parent: Any, tag: str, container: str) -> Iterator[Any]:
    """The rows of a table or the cells of a row, without those of a table inside it."""
    for found in parent.iter(tag):
        if next(found.iterancestors(container), None) is parent and not _is_apart(found, parent):
            yield found


def _is_apart(element: Any, within: Any) -> bool:
    for above in element.iterancestors():
        if above is within:
            return False
        if above.tag in (_FALLBACK, *_STRUCK):
            return True
    return False


def _continues(properties: Any) -> bool:
    merged = (properties.find(f"{W}{name}") for name in ("vMerge", "hMerge"))
    return any(each is not None and each.get(f"{W}val") != "restart" for each in merged)


def _sign(code: str) -> str:
    if code.upper() in _SIGNS:
        return _SIGNS[code.upper()]
    try:
        sign = chr(int(code, 16))
    except (ValueError, OverflowError):
        return "\ufffd"
    return sign if not 0xD800 <= ord(sign) <= 0xDFFF else "\ufffd"


def _boxes(paragraph: Any) -> Iterator[Any]:
    """The text boxes that hang on a paragraph, each once; those inside another are read with it."""
    for box in paragraph.iter(_BOX):
        above = [each.tag for each in box.iterancestors() if each is not paragraph]
        inside = above[: len(above) - len(list(paragraph.iterancestors()))]
        if not {_FALLBACK, _BOX, *_STRUCK} & set(inside):
            yield box


def _numbers_in_heads(package: Package, reader: _Reader, body: str) -> Iterator[tuple[str, str]]:
    """A document's number that stands in a page head alone: heads and feet are no text, but it is not lost."""
    known = "".join(body.split())
    for name in package.related(package.main, "/header") + package.related(package.main, "/footer"):
        try:
            root = package.part(name)
        except (etree.XMLSyntaxError, zipfile.BadZipFile):
            continue
        for line in reader.blocks(root) if root is not None else ():
            found = _NUMBER.search(line)
            number = "".join(found[0].split()) if found else ""
            if number and number not in known:
                known += number
                text = "The document number “%(number)s” stands in the head of the pages alone; it was put first."
                yield number, sentence(text, number=number)
