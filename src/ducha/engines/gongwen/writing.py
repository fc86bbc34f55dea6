"""An official document as a Word file: the model's parts in their order, each in its style."""

import re
import zipfile
import zlib
from collections.abc import Callable, Iterator, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

from pypdfium2 import PdfDocument

from ducha.engines.foreign import printed
from ducha.engines.gongwen import markup as ml
from ducha.engines.gongwen import measures as gb
from ducha.engines.gongwen import styles
from ducha.engines.gongwen.model import (
    Annex,
    Block,
    Document,
    Heading,
    Imprint,
    Numbers,
    Table,
    dated,
    listed,
)
from ducha.engines.gongwen.styles import STYLES
from ducha.engines.gongwen.typesetting import mark_size, plain, title_lines, whole, width

# Zip entries bear one time, so that the same paper gives the same bytes.
TIME = (1980, 1, 1, 0, 0, 0)
_LINE = gb.LINE
_IDENTIFIER = re.compile(rb"<dc:identifier>([0-9a-z]{1,100})</dc:identifier>")
_CORE_AT_MOST = 100_000
_KEEPS = "<w:keepNext/>"
_BREAK = '<w:r><w:br w:type="page"/></w:r>'


def write(document: Document, *, pages: Sequence[int] = ()) -> bytes:
    """The document as .docx in the form of GB/T 9704-2012; the same document always gives the same bytes.

    A table of contents names its parts with the `pages` that `pages_of` found; without them Word fills them in when
    it opens the file.
    """
    return _package(document, pages)


def pages_of(document: Document) -> Sequence[int]:
    """The page of each part in the table of contents, read from the printed paper.

    Takes seconds; empty for a paper without contents, and where LibreOffice is not installed.
    """
    if document.has_contents and (pdf := printed(write(document))):
        return _pages_of_parts(document, pdf)
    return ()


def _package(document: Document, pages: Sequence[int]) -> bytes:
    parts = {
        "[Content_Types].xml": styles.content_types(),
        "_rels/.rels": styles.package_relations(),
        "docProps/core.xml": core(document),
        "word/document.xml": Writer(document, pages).text(),
        "word/_rels/document.xml.rels": styles.text_relations(),
        "word/styles.xml": styles.styles(),
        "word/settings.xml": styles.settings(),
        "word/fontTable.xml": styles.fonts(),
        "word/footer1.xml": styles.page_number(is_even=False),
        "word/footer2.xml": styles.page_number(is_even=True),
    }
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(zipfile.ZipInfo(name, TIME), content, zipfile.ZIP_DEFLATED)
    return target.getvalue()


def core(document: Document) -> str:
    """docProps/core.xml: title, author, what the file is known by and says of itself."""
    return (
        f"{ml.HEAD}<cp:coreProperties "
        'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties" '
        f'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>{escape(ml.clean(document.title))}</dc:title>'
        f"<dc:identifier>{escape(ml.clean(document.identifier))}</dc:identifier>"
        f"<dc:description>{escape(ml.clean(document.remark))}</dc:description>"
        f"<dc:creator>{escape(ml.clean(listed(document.signed_by)))}</dc:creator></cp:coreProperties>"
    )


def identifier_of(content: bytes) -> str:
    """What a Word file of ours says it is, `Document.identifier`; empty for any other file, whole or damaged."""
    try:
        with zipfile.ZipFile(BytesIO(content)) as archive, archive.open("docProps/core.xml") as core:
            found = _IDENTIFIER.search(core.read(_CORE_AT_MOST))
    except (zipfile.BadZipFile, zlib.error, KeyError, OSError, RuntimeError, NotImplementedError, ValueError):
        return ""
    return found[1].decode() if found else ""


class Writer:
    """Writes one document; counts its numbered parts and bookmarks as it goes."""

    def __init__(self, document: Document, pages: Sequence[int]) -> None:
        self.document = document
        self.pages = pages
        self.contents: list[tuple[int, str, str]] = []

    def text(self) -> str:
        document = self.document
        is_closed = bool(document.signed_by or document.dated)
        body = [*self.blocks(document.blocks, gb.WIDTH, last_keeps=is_closed)]
        # The contents are known once the text is written, and stand before it.
        parts = [*(self._contents() if document.has_contents else ()), *self._head(), *self._title()]
        parts += [*self._recipients(), *body, *self._end()]
        lies_across = False
        for at, annex in enumerate(document.annexes, 1):
            is_first_of_its_kind = annex.lies_across != lies_across
            if is_first_of_its_kind:
                parts.append(_section_end(lies_across=lies_across))
            parts += self.annex(annex, at, breaks=not is_first_of_its_kind)
            lies_across = annex.lies_across
        if document.imprint:
            if lies_across:
                parts.append(_section_end(lies_across=True))
                lies_across = False
            parts += _imprint(document.imprint)
        return (
            f"{ml.HEAD}<w:document {ml.NAMESPACES}><w:body>{''.join(parts)}"
            f"{_section(lies_across=lies_across)}</w:body></w:document>"
        )

    def headings(self) -> list[tuple[int, str, str]]:
        """The headings of the text in their order: level, words with their number, bookmark."""
        list(self.blocks(self.document.blocks, gb.WIDTH))
        return self.contents

    def _words(self, words: str) -> str:
        return whole(words, self.document.names)

    def _head(self) -> Iterator[str]:
        mark, number = self.document.mark, self.document.number
        if mark:
            size, narrow = mark_size(mark)
            look = f'<w:w w:val="{narrow}"/>' if narrow < 100 else ""
            space = ml.spacing(before=gb.MARK_DOWN, line=size * 11)
            yield ml.paragraph(STYLES["mark"][0], ml.run(mark, look + ml.size(size)), space)
        if mark or number:
            rule = f'<w:bottom w:val="single" w:sz="12" w:space="{gb.RULE_DOWN // 20}" w:color="{gb.RED}"/>'
            properties = [f"<w:pBdr>{rule}</w:pBdr>"] if mark else []
            properties.append(ml.spacing(before=2 * _LINE if mark else 0, line=_TIGHT))
            yield ml.paragraph(STYLES["number"][0], ml.run(self._words(number)), *properties)

    def _title(self) -> Iterator[str]:
        lines = "\n".join(title_lines(self.document.title, self._names()))
        yield ml.paragraph(STYLES["title"][0], ml.run(lines), ml.spacing(before=2 * _LINE if self.document.mark else 0))

    def _names(self) -> list[str]:
        """What the title should not break: the names that the paper has to itself."""
        return [*self.document.names, *self.document.recipients, *self.document.signed_by]

    def _recipients(self) -> Iterator[str]:
        if self.document.recipients:
            words = f"{listed(self.document.recipients)}："
            yield ml.paragraph(STYLES["recipients"][0], ml.run(self._words(words)), ml.spacing(before=_LINE))
        else:
            yield ml.paragraph(STYLES["text"][0], "")

    def blocks(self, blocks: tuple[Block, ...], across: int, *, last_keeps: bool = False) -> Iterator[str]:
        """With `last_keeps` the last paragraph stays on the page of what follows: no signature stands alone."""
        numbers = Numbers()
        for at, block in enumerate(blocks, 1):
            if isinstance(block, Table):
                yield from _table(block, across, self._words)
            elif isinstance(block, Heading):
                yield self._heading(block, numbers.next(block.level))
            else:
                number = numbers.next(block.level) if block.level else ""
                keeps = [_KEEPS] if last_keeps and at == len(blocks) else []
                yield ml.paragraph(STYLES["text"][0], ml.run(self._words(number + block.text)), *keeps)

    def _heading(self, heading: Heading, number: str) -> str:
        words = number + heading.text
        name = f"part{len(self.contents) + 1}"
        at = len(self.contents) + 1
        self.contents.append((heading.level, words, name))
        marked = (
            f'<w:bookmarkStart w:id="{at}" w:name="{name}"/>{ml.run(self._words(words))}<w:bookmarkEnd w:id="{at}"/>'
        )
        return ml.paragraph(STYLES[f"level{heading.level}"][0], marked)

    def _contents(self) -> Iterator[str]:
        """目录: a field that Word renews; the entries are written out, their page numbers are fields of their own."""
        pages = self.pages or [0] * len(self.contents)
        shown = [(*entry, page) for entry, page in zip(self.contents, pages, strict=True) if entry[0] <= 2]
        if not shown:
            return
        yield ml.paragraph(STYLES["title"][0], ml.run("目　录"), ml.spacing(after=_LINE))
        for at, (level, words, name, page) in enumerate(shown):
            begins = _field_begins(' TOC \\o "1-2" \\h \\z \\u ') if at == 0 else ""
            ends = _FIELD_ENDS if at == len(shown) - 1 else ""
            number = _field_begins(f" PAGEREF {name} \\h ") + ml.run(str(page or "")) + _FIELD_ENDS
            link = (
                f'<w:hyperlink w:anchor="{name}" w:history="1">{ml.run(words)}<w:r><w:tab/></w:r>{number}</w:hyperlink>'
            )
            yield ml.paragraph(styles.CONTENTS.format(level), begins + link + ends)
        yield ANCHOR.replace("</w:p>", f"{_BREAK}</w:p>")

    def _end(self) -> Iterator[str]:
        document = self.document
        yield from self.attachment_note()
        if document.signed_by or document.dated:
            day = dated(document.dated) if document.dated else "　　　　年　月　日"
            widest = max([width(name) for name in document.signed_by], default=0)
            # The date stands four signs in, the organ over its middle; a long organ moves both (7.3.5.1).
            organ_in = max(0.0, 4 + (width(day) - widest) / 2)
            date_in = organ_in + (widest - width(day)) / 2
            before = 2 * _LINE
            for name in document.signed_by:
                own = organ_in + (widest - width(name)) / 2
                yield _closing("signature", self._words(name), own, before=before, keeps=True)
                before = 0
            yield _closing("date", day, date_in, before=before, keeps=False)

    def attachment_note(self) -> Iterator[str]:
        """附件说明: the titles of the annexes under the text."""
        titles = [annex.title for annex in self.document.annexes]
        keeps = [_KEEPS] if self.document.signed_by or self.document.dated else []
        for at, title in enumerate(titles):
            is_one = len(titles) == 1
            number = "" if is_one else f"{at + 1}."
            words = f"{'附件：' if at == 0 else ''}{number}{title}"
            # A second line begins under the first sign of the name; digits and the point are half a sign wide.
            left = 2 + 3 + len(number) / 2
            hangs = left - (2 if at == 0 else 5)
            space = ml.spacing(before=_LINE if at == 0 else 0)
            indent = ml.indent(half_points=gb.SIZE_3, left=left, first=-hangs)
            yield ml.paragraph(STYLES["attachments"][0], ml.run(self._words(words)), *keeps, space, indent)

    def annex(self, annex: Annex, at: int, *, breaks: bool) -> Iterator[str]:
        """One annex with its label and title; on a page of its own, unless a section begins there anyway."""
        label = "附件" if len(self.document.annexes) == 1 else f"附件{at}"
        yield ml.paragraph(STYLES["annex"][0], ml.run(label), "<w:pageBreakBefore/>" if breaks else "")
        title = "\n".join(title_lines(annex.title))
        yield ml.paragraph(STYLES["title"][0], ml.run(title), ml.spacing(before=_LINE, after=_LINE))
        yield from self.blocks(annex.blocks, gb.HEIGHT if annex.lies_across else gb.WIDTH)


def _pages_of_parts(document: Document, pdf: bytes) -> list[int]:
    """The page of each heading in the printed paper, in their order; the contents before the title are passed over."""
    opened = PdfDocument(pdf)
    pages = [_packed(page.get_textpage().get_text_range()) for page in opened]
    title = _packed(document.title)
    at = next((number for number, words in enumerate(pages) if title in words), 0)
    found = []
    for _level, words, _name in Writer(document, []).headings():
        at = next((number for number in range(at, len(pages)) if _packed(words) in pages[number]), at)
        found.append(at + 1)
    return found


def _packed(words: str) -> str:
    return "".join(plain(words).split())


# The number under the mark stands in a line of its own height, so that the red rule is 4 mm under it.
_TIGHT = gb.SIZE_3 * 12


def _closing(element: str, words: str, right: float, *, before: int, keeps: bool) -> str:
    properties = [_KEEPS] if keeps else []
    properties += [ml.spacing(before=before), ml.indent(half_points=gb.SIZE_3, right=right)]
    return ml.paragraph(STYLES[element][0], ml.run(words), *properties)


def _field_begins(code: str) -> str:
    return (
        f'<w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r><w:r><w:instrText xml:space="preserve">{code}'
        '</w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
    )


_FIELD_ENDS = '<w:r><w:fldChar w:fldCharType="end"/></w:r>'


def _table(table: Table, across: int, words: Callable[[str], str]) -> Iterator[str]:
    total = sum(column.width for column in table.columns)
    widths = [round(across * column.width / total) for column in table.columns]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    heads = "".join(
        _cell(words(column.head), width, "center", ml.face(gb.HEI))
        for column, width in zip(table.columns, widths, strict=True)
    )
    rows = "".join(
        "<w:tr><w:trPr><w:cantSplit/></w:trPr>"
        + "".join(
            _cell(words(cell), width, column.align)
            for cell, width, column in zip(row, widths, table.columns, strict=True)
        )
        + "</w:tr>"
        for row in table.rows
    )
    yield (
        f'<w:tbl><w:tblPr><w:tblStyle w:val="Grid"/><w:tblW w:w="{sum(widths)}" w:type="dxa"/>'
        f'<w:tblLayout w:type="fixed"/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>'
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>{rows}</w:tbl>"
    )
    # Word wants a paragraph between two tables and before the end.
    yield ml.paragraph(styles.CELL, "")


def _cell(words: str, width: int, align: str, *look: str) -> str:
    inside = "".join(
        ml.paragraph(styles.CELL, ml.run(line, *look), f'<w:jc w:val="{align}"/>') for line in words.split("\n")
    )
    return f'<w:tc><w:tcPr><w:tcW w:w="{width}" w:type="dxa"/><w:vAlign w:val="center"/></w:tcPr>{inside}</w:tc>'


def _imprint(imprint: Imprint) -> Iterator[str]:
    """版记, each row in a frame of its own at the foot of the last page.

    Not one table: LibreOffice lets no table float that is as wide as the text.
    """
    sign = gb.SIZE_4 * 10
    outer, inner = (f'{round(thickness * 72 / 25.4 * 8)}" w:space="1' for thickness in (gb.OUTER_RULE, gb.INNER_RULE))
    rows = []
    if imprint.copies_to:
        words = f"抄送：{listed(imprint.copies_to)}。"
        line = gb.WIDTH // sign - 2
        rows.append(
            (
                words,
                max(1, -(-(width(words) - 3) // (line - 3))),
                ml.indent(half_points=gb.SIZE_4, left=4, right=1, first=-3),
            )
        )
    if imprint.printed_by or imprint.printed_on:
        day = f"{dated(imprint.printed_on)}印发" if imprint.printed_on else ""
        rows.append((f"{imprint.printed_by}\t{day}", 1, ml.indent(half_points=gb.SIZE_4, left=1, right=1)))
    down = gb.PAGE[1] - gb.BOTTOM - gb.LINE * sum(lines for _words, lines, _indent in rows)
    for at, (words, lines, indent) in enumerate(rows):
        edges = {"top": outer if at == 0 else inner} | ({"bottom": outer} if at == len(rows) - 1 else {})
        rules = "".join(f'<w:{edge} w:val="single" w:sz="{said}" w:color="000000"/>' for edge, said in edges.items())
        frame = (
            f'<w:framePr w:w="{gb.WIDTH}" w:wrap="notBeside" w:vAnchor="page" w:hAnchor="margin" w:x="1" w:y="{down}"/>'
        )
        tab = f'<w:tabs><w:tab w:val="right" w:pos="{gb.WIDTH - sign}"/></w:tabs>'
        yield ml.paragraph(STYLES["imprint"][0], ml.run(words), frame, f"<w:pBdr>{rules}</w:pBdr>", tab, indent)
        down += lines * gb.LINE
    yield ANCHOR


# What a frame hangs on, and what ends a section: a paragraph too small to be seen.
ANCHOR = '<w:p><w:pPr><w:spacing w:line="20" w:lineRule="exact"/></w:pPr></w:p>'


def _rule(edge: str, thickness: float) -> str:
    return f'<w:{edge} w:val="single" w:sz="{round(thickness * 72 / 25.4 * 8)}" w:space="1" w:color="auto"/>'


def _section_end(*, lies_across: bool) -> str:
    return ANCHOR.replace("</w:pPr>", f"{_section(lies_across=lies_across)}</w:pPr>")


def _section(*, lies_across: bool) -> str:
    """The page of the section that ends here: upright, or turned with its binding edge at the top."""
    wide, high = gb.PAGE
    top, right, bottom, left = gb.TOP, gb.RIGHT, gb.BOTTOM, gb.LEFT
    turned = ""
    if lies_across:
        wide, high, turned = high, wide, ' w:orient="landscape"'
        top, right, bottom, left = gb.LEFT, gb.TOP, gb.RIGHT, gb.BOTTOM
    footer = max(bottom - gb.PAGE_NUMBER_DOWN - gb.SIZE_4 * 10, 400)
    odd, even = (styles.relation(name) for name in ("footer1.xml", "footer2.xml"))
    return (
        f'<w:sectPr><w:footerReference w:type="default" r:id="{odd}"/><w:footerReference w:type="even" r:id="{even}"/>'
        f'<w:pgSz w:w="{wide}" w:h="{high}"{turned}/>'
        f'<w:pgMar w:top="{top}" w:right="{right}" w:bottom="{bottom}" w:left="{left}" w:header="851" '
        f'w:footer="{footer}" w:gutter="0"/><w:docGrid w:type="lines" w:linePitch="{gb.LINE}"/></w:sectPr>'
    )
