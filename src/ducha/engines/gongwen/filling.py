"""An office's own Word file with fields, filled: the words are the paper's, the looks are the office's.

Fields stand in double braces. Some stand for words within a line; 正文, 附件说明 and 附件 stand for paragraphs and are
alone in theirs, whose looks the text takes.
"""

import re
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from io import BytesIO
from typing import Any

from lxml import etree

from ducha.domain.errors import Invalid, Sentence, sentence
from ducha.engines.gongwen import markup as ml
from ducha.engines.gongwen import measures as gb
from ducha.engines.gongwen import styles
from ducha.engines.gongwen.model import Document, dated, listed
from ducha.engines.gongwen.typesetting import plain
from ducha.engines.gongwen.writing import ANCHOR, TIME, Writer, core
from ducha.engines.word import NoWord, Package

TEXT, NOTE, ANNEXES = "正文", "附件说明", "附件"
_BLOCKS = (TEXT, NOTE, ANNEXES)
_WORDS = ("标志", "文号", "标题", "主送", "落款", "日期", "抄送", "印发机关", "印发日期")
FIELDS = (*_WORDS, *_BLOCKS)
_NEEDED = ("标题", TEXT)
_FIELD = re.compile(r"\{\{\s*(.+?)\s*\}\}")
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_LARGEST = 5_000_000


def examine(name: str, template: bytes) -> bool:
    """Whether a template can be filled; Invalid with everything that is wrong with it."""
    faults: list[Sentence] = []
    if len(template) > _LARGEST:
        raise Invalid([sentence("“%(name)s” is larger than %(mb)s MB.", name=name, mb=_LARGEST // 1_000_000)])
    try:
        body = _body(Package(template))
    except (NoWord, zipfile.BadZipFile, etree.XMLSyntaxError, KeyError, OSError):
        raise Invalid([sentence("“%(name)s” is no Word file that can be read. Save it as .docx.", name=name)]) from None
    found: set[str] = set()
    for paragraph in body.iter(f"{_W}p"):
        words = _words(paragraph)
        for field in _FIELD.findall(words):
            found.add(field)
            if field not in FIELDS:
                text = "“{{%(field)s}}” is no field. There are: %(fields)s."
                faults.append(sentence(text, field=field[:20], fields="、".join(FIELDS)))
            elif field in _BLOCKS and _FIELD.fullmatch(words.strip()) is None:
                faults.append(sentence("“{{%(field)s}}” stands alone in a paragraph of its own.", field=field))
            elif field in _BLOCKS and paragraph.getparent() is not body:
                faults.append(sentence("“{{%(field)s}}” stands in no table and no text box.", field=field))
    faults += [
        sentence("The field “{{%(field)s}}” is missing.", field=field) for field in _NEEDED if field not in found
    ]
    if faults:
        raise Invalid(faults)
    return True


def fill(template: bytes, document: Document) -> bytes:
    """The template with its fields filled from a document; the same two always give the same bytes."""
    package = Package(template)
    root = package.part(package.main)
    filling = _Filling(root, document, _style_ids(package))
    filling.fill()
    changed = {package.main: root}
    style_part = next(iter(package.related(package.main, "/styles")), "")
    if style_part:
        changed[style_part] = package.part(style_part)
    written = {name: _serialised(part) for name, part in changed.items()}
    if "docProps/core.xml" in package.names:
        written["docProps/core.xml"] = core(document).encode()
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in package.archive.namelist():
            content = written.get(name) or package.archive.read(name)
            archive.writestr(zipfile.ZipInfo(name, TIME), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def _serialised(root: Any) -> bytes:
    made: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return made


def _body(package: Package) -> Any:
    body = package.part(package.main).find(f"{_W}body")
    if body is None:
        raise NoWord(package.main)
    return body


def _words(paragraph: Any) -> str:
    return plain("".join(piece.text or "" for piece in paragraph.iter(f"{_W}t")))


def _style_ids(package: Package) -> dict[str, str]:
    """Our styles by id and the template's by the same name; those it lacks are put in."""
    root = package.first("/styles")
    if root is None:
        return {}
    theirs: dict[str, str] = {}
    for style in root.iter(f"{_W}style"):
        name = style.find(f"{_W}name")
        if name is not None:
            theirs[name.get(f"{_W}val", "").lower()] = style.get(f"{_W}styleId", "")
    ids = {}
    for style in etree.fromstring(styles.styles().encode()).iter(f"{_W}style"):
        ours, name = style.get(f"{_W}styleId"), style.find(f"{_W}name").get(f"{_W}val").lower()
        if name not in theirs:
            root.append(deepcopy(style))
        ids[ours] = theirs.get(name, ours)
    return ids


class _Filling:
    """Fills one template's text."""

    def __init__(self, root: Any, document: Document, ids: dict[str, str]) -> None:
        self.body, self.document, self.ids = root.find(f"{_W}body"), document, ids
        self.writer = Writer(document, [])

    def fill(self) -> None:
        for paragraph in list(self.body.iter(f"{_W}p")):
            words = _words(paragraph).strip()
            alone = _FIELD.fullmatch(words)
            if alone and alone[1] in _BLOCKS:
                self._block(paragraph, alone[1])
            elif _FIELD.search(words):
                self._inline(paragraph)

    def _values(self) -> dict[str, str]:
        document, imprint = self.document, self.document.imprint
        printed_on = imprint.printed_on if imprint else None
        return {
            "标志": document.mark,
            "文号": document.number,
            "标题": document.title,
            "主送": listed(document.recipients),
            "落款": "\n".join(document.signed_by),
            "日期": dated(document.dated) if document.dated else "",
            "抄送": listed(imprint.copies_to) if imprint else "",
            "印发机关": imprint.printed_by if imprint else "",
            "印发日期": dated(printed_on) if printed_on else "",
        }

    def _inline(self, paragraph: Any) -> None:
        """Put the words in, run by run, so that each field keeps the looks of its first sign."""
        values = self._values()
        pieces = list(paragraph.iter(f"{_W}t"))
        for piece in pieces:
            piece.text = plain(piece.text or "")
        words = "".join(piece.text for piece in pieces)
        found = list(_FIELD.finditer(words))
        if not any(values[field[1]] for field in found):
            self._take_out(paragraph, pieces)
            return
        for field in reversed(found):
            _replace(pieces, field.start(), field.end(), ml.clean(values[field[1]]))

    def _take_out(self, paragraph: Any, pieces: list[Any]) -> None:
        """A line whose fields are all empty goes, its label too; a cell keeps an empty one."""
        if paragraph.getparent().tag == f"{_W}tc":
            for piece in pieces:
                piece.text = ""
        else:
            paragraph.getparent().remove(paragraph)

    def _block(self, paragraph: Any, field: str) -> None:
        document = self.document
        if field == TEXT:
            made = self._parsed(self.writer.blocks(document.blocks, gb.WIDTH, last_keeps=bool(document.signed_by)))
            _dress(made, paragraph, self.ids.get("Normal", "Normal"))
        elif field == NOTE:
            made = self._parsed(self.writer.attachment_note())
        else:
            made = list(self._annexes(paragraph))
        for element in made:
            paragraph.addprevious(element)
        paragraph.getparent().remove(paragraph)

    def _parsed(self, parts: Iterator[str]) -> list[Any]:
        root = etree.fromstring(f"<r {ml.NAMESPACES}>{''.join(parts)}</r>".encode())
        for style in root.iter(f"{_W}pStyle", f"{_W}tblStyle"):
            style.set(f"{_W}val", self.ids.get(style.get(f"{_W}val"), style.get(f"{_W}val")))
        return list(root)

    def _annexes(self, paragraph: Any) -> Iterator[Any]:
        """Each annex on a page of its own; the sections keep the template's own heads and feet."""
        upright = self.body.find(f"{_W}sectPr")
        lies_across = False
        for at, annex in enumerate(self.document.annexes, 1):
            turns = annex.lies_across != lies_across
            if turns and upright is not None:
                yield _section_end(_turned(upright) if lies_across else deepcopy(upright))
            yield from self._parsed(self.writer.annex(annex, at, breaks=not turns or upright is None))
            lies_across = annex.lies_across
        if lies_across and upright is not None:
            following = paragraph.getnext()
            if following is upright:
                self.body.replace(upright, _turned(upright))
            else:
                yield _section_end(_turned(upright))


def _replace(pieces: list[Any], start: int, end: int, value: str) -> None:
    """Put a value in place of the signs from start to end of the pieces' text; its lines broken."""
    at = 0
    is_put = False
    for piece in pieces:
        text = piece.text
        first, last = max(start - at, 0), min(end - at, len(text))
        at += len(text)
        if first >= last and not (first == last == 0 and is_put):
            continue
        piece.text = text[:first] + ("" if is_put else value) + text[last:]
        piece.set(_XML_SPACE, "preserve")
        if not is_put and "\n" in value:
            _break_lines(piece)
        is_put = True


def _break_lines(piece: Any) -> None:
    lines = piece.text.split("\n")
    piece.text = lines[0]
    after = piece
    for line in lines[1:]:
        broken = etree.Element(f"{_W}br")
        following = etree.Element(f"{_W}t")
        following.text = line
        following.set(_XML_SPACE, "preserve")
        after.addnext(broken)
        broken.addnext(following)
        after = following


def _dress(made: list[Any], paragraph: Any, normal: str) -> None:
    """Text takes the looks of the paragraph in which its field stood."""
    looks, run = paragraph.find(f"{_W}pPr"), next(iter(paragraph.iter(f"{_W}rPr")), None)
    for element in made:
        own = element.find(f"{_W}pPr")
        style = own.find(f"{_W}pStyle") if own is not None else None
        if style is None or style.get(f"{_W}val") != normal or element.tag != f"{_W}p":
            continue
        keeps = own.find(f"{_W}keepNext") is not None
        element.remove(own)
        if looks is not None:
            dressed = deepcopy(looks)
            for section in dressed.findall(f"{_W}sectPr"):
                dressed.remove(section)
            if keeps and dressed.find(f"{_W}keepNext") is None:
                place = 1 if dressed.find(f"{_W}pStyle") is not None else 0
                dressed.insert(place, etree.Element(f"{_W}keepNext"))
            element.insert(0, dressed)
        for each in element.iter(f"{_W}r"):
            if run is not None and each.find(f"{_W}rPr") is None:
                each.insert(0, deepcopy(run))


def _section_end(section: Any) -> Any:
    paragraph = etree.fromstring(ANCHOR.replace("<w:p>", f"<w:p {ml.NAMESPACES}>").encode())
    paragraph.find(f"{_W}pPr").append(section)
    return paragraph


def _turned(section: Any) -> Any:
    """A section that lies across, its heads and feet the same."""
    turned = deepcopy(section)
    size, margin = turned.find(f"{_W}pgSz"), turned.find(f"{_W}pgMar")
    if size is not None:
        wide, high = size.get(f"{_W}w"), size.get(f"{_W}h")
        size.set(f"{_W}w", high)
        size.set(f"{_W}h", wide)
        size.set(f"{_W}orient", "landscape")
    if margin is not None:
        old = {edge: margin.get(f"{_W}{edge}") for edge in ("top", "right", "bottom", "left")}
        for edge, source in {"top": "left", "right": "top", "bottom": "right", "left": "bottom"}.items():
            margin.set(f"{_W}{edge}", old[source])
    return turned
