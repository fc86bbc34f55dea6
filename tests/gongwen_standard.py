"""A judge of official papers beside the engine: GB/T 9704-2012 read anew, in plain Python, over python-docx.

It knows what a paper should say (its model) and tells in sentences where the Word file looks otherwise. It shares
nothing with the engine: lengths are millimetres and points out of the standard, numbers of parts are counted here.
"""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any, NamedTuple

import docx
from docx.oxml.ns import qn
from docx.shared import Length
from docx.text.paragraph import Paragraph

TWIPS = 1440 / 25.4  # in a millimetre
SIZES = {"2号": 22.0, "3号": 16.0, "4号": 14.0}
FACES = {
    "仿宋": {"仿宋_GB2312", "仿宋"},
    "楷体": {"楷体_GB2312", "楷体"},
    "黑体": {"黑体"},
    "宋体": {"宋体"},
    "小标宋": {"方正小标宋简体", "方正小标宋_GBK"},
}
# What the schema wants in this order, or Word calls the file damaged.
ORDER = {
    "pPr": "pStyle keepNext keepLines pageBreakBefore framePr widowControl numPr suppressLineNumbers pBdr shd tabs "
    "suppressAutoHyphens kinsoku wordWrap overflowPunct topLinePunct autoSpaceDE autoSpaceDN bidi adjustRightInd "
    "snapToGrid spacing ind contextualSpacing mirrorIndents suppressOverlap jc textDirection textAlignment "
    "textboxTightWrap outlineLvl divId cnfStyle rPr sectPr pPrChange",
    "rPr": "rStyle rFonts b bCs i iCs caps smallCaps strike dstrike outline shadow emboss imprint noProof snapToGrid "
    "vanish webHidden color spacing w kern position sz szCs highlight u effect bdr shd fitText vertAlign rtl cs em "
    "lang eastAsianLayout specVanish oMath",
    "tblPr": "tblStyle tblpPr tblOverlap bidiVisual tblStyleRowBandSize tblStyleColBandSize tblW jc tblCellSpacing "
    "tblInd tblBorders shd tblLayout tblCellMar tblLook tblCaption tblDescription",
    "tcPr": "cnfStyle tcW gridSpan hMerge vMerge tcBorders shd noWrap tcMar textDirection tcFitText vAlign hideMark",
    "sectPr": "headerReference footerReference footnotePr endnotePr type pgSz pgMar paperSrc pgBorders lnNumType "
    "pgNumType cols formProt vAlign noEndnote titlePg textDirection bidi rtlGutter docGrid printerSettings",
}


class Part(NamedTuple):
    """A paragraph that the paper must have: which element it is, and its words."""

    element: str
    words: str


class Asked(NamedTuple):
    """What the standard asks of an element: face, size, alignment; `left` and `first` are signs in from the edge."""

    face: str
    size: str
    align: str
    first: float | None = None
    rest: float | None = None


ASKED = {
    "number": Asked("仿宋", "3号", "center"),
    "title": Asked("小标宋", "2号", "center"),
    "recipients": Asked("仿宋", "3号", "left", 0, 0),
    "text": Asked("仿宋", "3号", "left", 2, 0),
    "heading1": Asked("黑体", "3号", "left", 2, 0),
    "heading2": Asked("楷体", "3号", "left", 2, 0),
    "heading3": Asked("仿宋", "3号", "left", 2, 0),
    "heading4": Asked("仿宋", "3号", "left", 2, 0),
    "note": Asked("仿宋", "3号", "left"),
    "signature": Asked("仿宋", "3号", "right"),
    "date": Asked("仿宋", "3号", "right"),
    "annex": Asked("黑体", "3号", "left", 0, 0),
    "annex title": Asked("小标宋", "2号", "center"),
    "copies": Asked("仿宋", "4号", "left", 1, 4),
    "printed": Asked("仿宋", "4号", "left", 1, 1),
}


def faults(content: bytes, model: Any) -> list[str]:
    """Where the Word file of a paper departs from the standard; the model says what the paper should say."""
    opened = docx.Document(BytesIO(content))
    return [
        *_order(opened),
        *_pages(opened),
        *_page_numbers(opened),
        *_paragraphs(opened, model),
        *_tables(opened, model),
        *_contents(opened, model),
    ]


# -- what the file says ------------------------------------------------------------------------------------------------


def _places(paragraph: Paragraph, own: Any, kind: str) -> Iterator[Any]:
    """What decides on a look, the nearest first: the run or paragraph, its style and what that rests on, the file."""
    yield own
    style = paragraph.style
    while style is not None:
        yield style.element
        style = style.base_style
    styles = paragraph.part.package.main_document_part.document.styles.element
    yield from styles.iter(qn(f"w:{kind}Default"))


def _said(paragraph: Paragraph, run: Any, kind: str, tag: str, attribute: str) -> str | None:
    """A property of a run (kind "rPr") or a paragraph ("pPr"): its own, its style's, the file's."""
    for place in _places(paragraph, paragraph._p if run is None else run, kind):
        for found in place.findall(f"{qn(f'w:{kind}')}/{qn(f'w:{tag}')}"):
            if attribute == "":
                return None if found.get(qn("w:val")) in ("0", "false", "none") else "on"
            if found.get(qn(f"w:{attribute}")) is not None:
                return str(found.get(qn(f"w:{attribute}")))
    return None


def _number(paragraph: Paragraph, tag: str, attribute: str) -> float:
    return float(_said(paragraph, None, "pPr", tag, attribute) or 0)


def _runs(paragraph: Paragraph) -> Iterator[Any]:
    for run in paragraph._p.iter(qn("w:r")):
        if "".join(text.text or "" for text in run.iter(qn("w:t"))).strip():
            yield run


def _size(paragraph: Paragraph, run: Any = None) -> float:
    run = run if run is not None else next(_runs(paragraph), None)
    own = _said(paragraph, run, "rPr", "sz", "val") if run is not None else None
    return float(own or 0) / 2


def _words(paragraph: Paragraph) -> str:
    return squeezed("".join(text.text or "" for text in paragraph._p.iter(qn("w:t"))))


def squeezed(words: str) -> str:
    """Words without what is not seen, and without what XML cannot hold."""
    return "".join(sign for sign in words if sign.isprintable() and not sign.isspace())


def _wide(words: str) -> float:
    """How many signs of Chinese a text is wide: ASCII takes half a sign."""
    return sum(0.5 if sign.isascii() else 1 for sign in words)


def _indents(paragraph: Paragraph) -> tuple[float, float, float]:
    """How many signs in the first line begins, the others begin, and all end; signs go before twips in Word."""
    sign = (_size(paragraph) or 16) * 20

    def signs(name: str) -> float:
        counted = _said(paragraph, None, "pPr", "ind", f"{name}Chars")
        return float(counted) / 100 if counted is not None else _number(paragraph, "ind", name) / sign

    left, right = signs("left"), signs("right")
    for place in _places(paragraph, paragraph._p, "pPr"):
        for found in place.findall(f"{qn('w:pPr')}/{qn('w:ind')}"):
            if any(found.get(qn(f"w:hanging{unit}")) for unit in ("", "Chars")):
                return left - signs("hanging"), left, right
            if any(found.get(qn(f"w:firstLine{unit}")) for unit in ("", "Chars")):
                return left + signs("firstLine"), left, right
    return left, left, right


# -- page, lines and signs ---------------------------------------------------------------------------------------------


def _near(found: float, wanted: float, allowed: float) -> bool:
    return abs(found - wanted) <= allowed


def _order(opened: Any) -> Iterator[str]:
    roots = [opened.element, opened.styles.element]
    for root in roots:
        for kind, order in ORDER.items():
            places = {qn(f"w:{name}"): at for at, name in enumerate(order.split())}
            for found in root.iter(qn(f"w:{kind}")):
                at = [places.get(child.tag, -1) for child in found]
                if at != sorted(at) or -1 in at:
                    yield f"A {kind} has its children out of the schema's order: {[c.tag for c in found]}."
    idents = [style.get(qn("w:styleId")) for style in opened.styles.element.iter(qn("w:style"))]
    used = {found.get(qn("w:val")) for found in opened.element.iter(qn("w:pStyle"), qn("w:tblStyle"), qn("w:rStyle"))}
    yield from (f"The style “{ident}” is used and not there." for ident in sorted(used - set(idents)))
    yield from (f"The style “{ident}” is there twice." for ident in {i for i in idents if idents.count(i) > 1})


def _mm(length: Length | None) -> float:
    return length.mm if length is not None else 0.0


def _pages(opened: Any) -> Iterator[str]:
    for at, section in enumerate(opened.sections, 1):
        where = f"Section {at}"
        wide, high = _mm(section.page_width), _mm(section.page_height)
        edges = [_mm(edge) for edge in (section.top_margin, section.left_margin)]
        area = [wide - edges[1] - _mm(section.right_margin), high - edges[0] - _mm(section.bottom_margin)]
        is_across = wide > high
        if sorted((round(wide), round(high))) != [210, 297]:
            yield f"{where}: the page is {wide:.0f} × {high:.0f} mm, not A4."
        if is_across != (section.orientation == 1):
            yield f"{where}: its width and its orientation disagree."
        if is_across:
            # Turned by a quarter, the binding edge is at the top.
            area, edges = area[::-1], [_mm(section.right_margin), edges[0]]
        if not _near(edges[0], 37, 1):
            yield f"{where}: the head margin is {edges[0]:.1f} mm, not 37 ± 1."
        if not _near(edges[1], 28, 1):
            yield f"{where}: the binding margin is {edges[1]:.1f} mm, not 28 ± 1."
        if not (_near(area[0], 156, 0.6) and _near(area[1], 225, 0.6)):
            yield f"{where}: the type area is {area[0]:.1f} × {area[1]:.1f} mm, not 156 × 225."
        # 7.5: the dashes stand 7 mm under the type area.
        below = _mm(section.bottom_margin) - _mm(section.footer_distance) - 14 * 25.4 / 72
        if not is_across and not _near(below, 7, 1):
            yield f"{where}: the page number stands {below:.1f} mm under the type area, not 7."


def _body_measures(paragraph: Paragraph) -> Iterator[str]:
    """5.2.3: 22 lines of 28 signs, and no more."""
    line, rule = _number(paragraph, "spacing", "line"), _said(paragraph, None, "pPr", "spacing", "lineRule")
    if rule != "exact" or int(225.2 * TWIPS / max(line, 1)) != 22:
        yield f"Lines of {line / 20} pt ({rule}) do not give 22 on a page."
    for run in _runs(paragraph):
        sign = _size(paragraph, run) * 20 + float(_said(paragraph, run, "rPr", "spacing", "val") or 0)
        if int(156.2 * TWIPS / sign) != 28:
            yield f"Signs {sign / 20} pt wide do not give 28 in a line."


# -- page numbers ------------------------------------------------------------------------------------------------------


def _page_numbers(opened: Any) -> Iterator[str]:
    if not opened.settings.odd_and_even_pages_header_footer:
        yield "Odd and even pages have the same page number."
    for at, section in enumerate(opened.sections, 1):
        if at > 1 and section._sectPr.find(qn("w:pgNumType")) is not None:
            yield f"Section {at} counts its pages anew."
        if section.different_first_page_header_footer:
            yield f"Section {at} has a first page without its number."
        yield from _page_number(section.footer.paragraphs, f"Section {at}, odd pages", "right")
        yield from _page_number(section.even_page_footer.paragraphs, f"Section {at}, even pages", "left")


def _page_number(paragraphs: list[Paragraph], where: str, side: str) -> Iterator[str]:
    shown = [paragraph for paragraph in paragraphs if _words(paragraph)]
    if len(shown) != 1 or not re.fullmatch(r"—\d+—", _words(shown[0])):
        yield f"{where}: the page number is not “— 1 —”."
        return
    paragraph = shown[0]
    codes = [code.text.strip() for code in paragraph._p.iter(qn("w:instrText"))]
    if codes != ["PAGE"]:
        yield f"{where}: the page number is no field."
    yield from _looks(paragraph, where, Asked("宋体", "4号", side))
    first, _rest, right = _indents(paragraph)
    if not _near(right if side == "right" else first, 1, 0.05):
        yield f"{where}: the page number is not one sign in."


# -- paragraphs --------------------------------------------------------------------------------------------------------


def expected(model: Any) -> Iterator[Part]:
    """The paragraphs of a paper in their order, tables apart."""
    yield from (Part(name, getattr(model, name)) for name in ("mark", "number") if getattr(model, name))
    yield Part("title", model.title)
    if model.recipients:
        yield Part("recipients", "、".join(model.recipients) + "：")
    yield from _blocks(model.blocks)
    many = len(model.annexes) > 1
    for at, annex in enumerate(model.annexes, 1):
        yield Part("note", ("附件：" if at == 1 else "") + (f"{at}." if many else "") + annex.title)
    yield from (Part("signature", organ) for organ in model.signed_by)
    if model.dated:
        yield Part("date", f"{model.dated.year}年{model.dated.month}月{model.dated.day}日")
    elif model.signed_by:
        yield Part("date", "年月日")
    for at, annex in enumerate(model.annexes, 1):
        yield Part("annex", f"附件{at}" if many else "附件")
        yield Part("annex title", annex.title)
        yield from _blocks(annex.blocks)
    if model.imprint:
        if model.imprint.copies_to:
            yield Part("copies", f"抄送：{'、'.join(model.imprint.copies_to)}。")
        on = model.imprint.printed_on
        if model.imprint.printed_by or on:
            yield Part("printed", model.imprint.printed_by + (f"{on.year}年{on.month}月{on.day}日印发" if on else ""))


TENS = "〇一二三四五六七八九"


def _chinese(number: int) -> str:
    tens, ones = divmod(number, 10)
    return f"{TENS[tens] if tens > 1 else ''}{'十' if tens else ''}{TENS[ones] if ones or not tens else ''}"


def _blocks(blocks: Any) -> Iterator[Part]:
    at = {1: 0, 2: 0, 3: 0, 4: 0}
    for block in blocks:
        if hasattr(block, "columns"):
            continue
        level, number = block.level, ""
        if level:
            at[level] += 1
            at.update({lower: 0 for lower in range(level + 1, 5)})
            number = {
                1: f"{_chinese(at[1])}、" if at[1] < 100 else "",
                2: f"（{_chinese(at[2])}）" if at[2] < 100 else "",
                3: f"{at[3]}.",
                4: f"（{at[4]}）",
            }[level]
        yield Part("text" if hasattr(block, "sentences") else f"heading{level}", number + block.text)


class Placed(NamedTuple):
    """A paragraph with words, and the empty space above it in twips, or that a new page begins there."""

    paragraph: Paragraph
    above: float
    is_on_new_page: bool


def _placed(opened: Any) -> Iterator[Placed]:
    above, breaks = 0.0, True
    follows_table = False
    for element in opened.element.body:
        if element.tag == qn("w:tbl"):
            above, follows_table = 0.0, True
        if element.tag != qn("w:p"):
            continue
        if follows_table and not "".join(element.itertext()).strip() and element.find(f".//{qn('w:sectPr')}") is None:
            # What Word wants after a table is part of it.
            follows_table = False
            continue
        follows_table = False
        paragraph = Paragraph(element, opened._body)
        line = _number(paragraph, "spacing", "line")
        breaks = breaks or bool(_said(paragraph, None, "pPr", "pageBreakBefore", ""))
        above += _number(paragraph, "spacing", "before")
        is_contents = _words(paragraph) == "目录" or paragraph.style.name.lower().startswith("toc")
        if squeezed(_words(paragraph)) and not is_contents:
            yield Placed(paragraph, above, breaks)
            above, breaks = 0.0, False
        elif element.find(f"{qn('w:pPr')}/{qn('w:pBdr')}") is not None:
            # An empty line with a rule: the red one, where the paper has no number.
            above = 0.0
        elif not is_contents and not breaks:
            above += line
        above += _number(paragraph, "spacing", "after")
        if (
            any(br.get(qn("w:type")) == "page" for br in element.iter(qn("w:br")))
            or element.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
        ):
            above, breaks = 0.0, True


def _paragraphs(opened: Any, model: Any) -> Iterator[str]:
    wanted = [Part(part.element, squeezed(part.words)) for part in expected(model)]
    wanted = [part for part in wanted if part.words]
    found = list(_placed(opened))
    if [_words(placed.paragraph) for placed in found] != [part.words for part in wanted]:
        pairs = zip([_words(placed.paragraph) for placed in found], wanted, strict=False)
        at = next((f"“{got[:40]}” where “{part.words[:40]}” is wanted" for got, part in pairs if got != part.words), "")
        yield f"The paper has {len(found)} paragraphs of {len(wanted)}: {at or 'some are left out'}."
        return
    for placed, part in zip(found, wanted, strict=True):
        where = f"{part.element} “{part.words[:12]}”"
        if part.element in ASKED:
            yield from _looks(placed.paragraph, where, ASKED[part.element])
        if part.element not in ("mark", "number") and ASKED[part.element].size == "3号":
            yield from (f"{where}: {fault}" for fault in _body_measures(placed.paragraph))
        if part.element in RULES:
            yield from (f"{where}: {fault}" for fault in RULES[part.element](placed, part, wanted))
    yield from _ends(found, wanted)
    if model.mark and wanted[0].element != "mark":
        yield "The mark is not the first."


def _looks(paragraph: Paragraph, where: str, asked: Asked) -> Iterator[str]:
    yield from _looks_of_signs(paragraph, where, asked)
    align = _said(paragraph, None, "pPr", "jc", "val") or "left"
    if align.replace("both", "left") != asked.align:
        yield f"{where}: stands {align}, not {asked.align}."
    first, rest, right = _indents(paragraph)
    if asked.first is not None and not _near(first, asked.first, 0.05):
        yield f"{where}: its first line is {first} signs in, not {asked.first}."
    if asked.rest is not None and not _near(rest, asked.rest, 0.05):
        yield f"{where}: its lines are {rest} signs in, not {asked.rest}."
    if asked.align == "center" and (rest or right):
        yield f"{where}: is not centred in the whole width."


def _looks_of_signs(paragraph: Paragraph, where: str, asked: Asked) -> Iterator[str]:
    for run in _runs(paragraph):
        faces = {_said(paragraph, run, "rPr", "rFonts", script) for script in ("eastAsia", "ascii", "hAnsi")}
        if not faces <= FACES[asked.face]:
            yield f"{where}: set in {faces}, not in {asked.face}."
        if _size(paragraph, run) != SIZES[asked.size]:
            yield f"{where}: {_size(paragraph, run)} pt, not {asked.size}."
        for look in ("b", "i", "u", "vanish", "strike"):
            if _said(paragraph, run, "rPr", look, ""):
                yield f"{where}: has the look “{look}”."
        if (_said(paragraph, run, "rPr", "color", "val") or "auto") not in ("auto", "000000"):
            yield f"{where}: is not black."


# A blank line is one line of the text.
LINE = 225 * TWIPS / 22


def _lines(placed: Placed, count: float) -> Iterator[str]:
    if not _near(placed.above / LINE, count, 0.15):
        yield f"{placed.above / LINE:.1f} blank lines stand above it, not {count}."


def _mark(placed: Placed, part: Part, _wanted: list[Part]) -> Iterator[str]:
    paragraph, runs = placed.paragraph, list(_runs(placed.paragraph))
    if not _near(placed.above / TWIPS, 35, 1):
        yield f"it is {placed.above / TWIPS:.1f} mm under the type area's top, not 35."
    if len(runs) != 1:
        yield "the mark is in pieces."
    if {_said(paragraph, run, "rPr", "color", "val") for run in runs} != {"FF0000"}:
        yield "it is not red."
    if not {_said(paragraph, run, "rPr", "rFonts", "eastAsia") for run in runs} <= FACES["小标宋"]:
        yield "it is not in 小标宋."
    share = float(_said(paragraph, runs[0], "rPr", "w", "val") or 100) / 100
    if _wide(part.words) * _size(paragraph) * share > 156.2 * 72 / 25.4:
        yield "it does not go on one line."
    if _said(paragraph, None, "pPr", "jc", "val") != "center":
        yield "it is not centred."


def _document_number(placed: Placed, _part: Part, wanted: list[Part]) -> Iterator[str]:
    if wanted[0].element == "mark":
        yield from _lines(placed, 2)
        yield from _red_rule(placed.paragraph)


def _title(placed: Placed, _part: Part, wanted: list[Part]) -> Iterator[str]:
    if wanted[0].element == "mark":
        yield from _lines(placed, 2)
    yield from _title_lines(placed.paragraph)


def _recipients(placed: Placed, _part: Part, _wanted: list[Part]) -> Iterator[str]:
    yield from _lines(placed, 1)


def _heading(placed: Placed, part: Part, _wanted: list[Part]) -> Iterator[str]:
    level = part.element[-1]
    if placed.paragraph.style is None or placed.paragraph.style.name != f"Heading {level}":
        yield f"its style is not heading {level}."
    if _said(placed.paragraph, None, "pPr", "outlineLvl", "val") != str(int(level) - 1):
        yield "its outline level is not that of its part."


def _text(placed: Placed, _part: Part, _wanted: list[Part]) -> Iterator[str]:
    if _said(placed.paragraph, None, "pPr", "outlineLvl", "val"):
        yield "a paragraph of text stands in the outline."


def _note(placed: Placed, part: Part, wanted: list[Part]) -> Iterator[str]:
    notes = [each for each in wanted if each.element == "note"]
    is_first = part is notes[0]
    yield from _lines(placed, 1 if is_first else 0)
    first, rest, _right = _indents(placed.paragraph)
    number = f"{[each is part for each in notes].index(True) + 1}." if len(notes) > 1 else ""
    if not _near(first, 2 if is_first else 5, 0.05):
        yield f"it begins {first} signs in."
    name_at = first + 3 * is_first + _wide(number)
    if not _near(rest, name_at, 0.05):
        yield f"its second line begins {rest} signs in, its name {name_at}."
    if part.words[-1] in "。；，、.;,":
        yield "a sign closes the name of an attachment."


def _annex(placed: Placed, _part: Part, _wanted: list[Part]) -> Iterator[str]:
    if not placed.is_on_new_page:
        yield "it does not begin a page."
    if placed.above:
        yield "it is not on the first line."


def _annex_title(placed: Placed, _part: Part, _wanted: list[Part]) -> Iterator[str]:
    yield from _lines(placed, 1)
    yield from _title_lines(placed.paragraph)


RULES = {
    "mark": _mark,
    "number": _document_number,
    "title": _title,
    "recipients": _recipients,
    "text": _text,
    "note": _note,
    "annex": _annex,
    "annex title": _annex_title,
    **{f"heading{level}": _heading for level in range(1, 5)},
}


def _red_rule(paragraph: Paragraph) -> Iterator[str]:
    """7.2.7: a red rule as wide as the type area, 4 mm under the number."""
    bottom = paragraph._p.find(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn('w:bottom')}")
    if bottom is None or bottom.get(qn("w:val")) in (None, "nil", "none") or bottom.get(qn("w:color")) != "FF0000":
        yield "no red rule stands under it."
        return
    slack = (_number(paragraph, "spacing", "line") / 20 - _size(paragraph)) / 2
    down = (float(bottom.get(qn("w:space")) or 0) + slack) * 25.4 / 72
    if not _near(down, 4, 0.6):
        yield f"the red rule is {down:.1f} mm under it, not 4."
    if any(_indents(paragraph)):
        yield "the red rule is not as wide as the type area."


def _title_lines(paragraph: Paragraph) -> Iterator[str]:
    """7.3.1: lines of a title hold in the width and do not part what belongs together."""
    pieces = [""]
    for each in paragraph._p.iter(qn("w:t"), qn("w:br")):
        pieces = [*pieces, ""] if each.tag == qn("w:br") else [*pieces[:-1], pieces[-1] + (each.text or "")]
    longest = 156.2 * 72 / 25.4 / 22
    for at, line in enumerate(pieces):
        line = squeezed(line)
        if _wide(line) > longest:
            yield f"its line “{line}” is longer than the type area is wide."
        if at and line[:1] and line[0] in "）〕》”、，。的":
            yield f"its line begins with “{line[0]}”."
        if at < len(pieces) - 1 and line[-1:] and line[-1] in "（〔《“":
            yield f"its line ends with “{line[-1]}”."
    if len(pieces) > 1 and not all(squeezed(line) for line in pieces):
        yield "it has an empty line."
    if len(pieces) > 1 and min(_wide(squeezed(line)) for line in pieces) < 3:
        yield "a line of it is a rest of few signs."


def _ends(found: list[Placed], wanted: list[Part]) -> Iterator[str]:
    """7.3.5 and 7.4: signature over the date, which stands four signs in; the imprint's rules and place."""
    closing = [
        (placed, part) for placed, part in zip(found, wanted, strict=True) if part.element in ("signature", "date")
    ]
    if closing:
        if not 0.9 <= closing[0][0].above / LINE <= 3.1:
            yield f"{closing[0][0].above / LINE:.1f} blank lines stand above the signature."
        organs = [part.words for _placed, part in closing if part.element == "signature"]
        day, day_part = closing[-1]
        # A draft leaves room for the day.
        width = _wide(day_part.words) if len(day_part.words) > 3 else 9.0
        widest = max([_wide(organ) for organ in organs], default=0)
        right = _indents(day.paragraph)[2]
        if widest <= width + 8 and not _near(right, 4, 0.55):
            yield f"The date is {right} signs in from the right, not 4."
        for placed, part in closing[:-1]:
            off = _indents(placed.paragraph)[2] + _wide(part.words) / 2 - right - width / 2
            if not _near(off, 0, 0.55):
                yield f"The signature “{part.words}” is not over the middle of the date ({off:+.2f} signs)."
            if _indents(placed.paragraph)[2] < 0:
                yield f"The signature “{part.words}” goes beyond the type area."
            if not _said(placed.paragraph, None, "pPr", "keepNext", ""):
                yield f"The signature “{part.words}” can be parted from the date by a page."
    yield from _imprint(
        [placed.paragraph for placed, part in zip(found, wanted, strict=True) if part.element in ("copies", "printed")]
    )


def _imprint(rows: list[Paragraph]) -> Iterator[str]:
    for at, row in enumerate(rows):
        rules = {}
        for edge in ("top", "bottom"):
            found = row._p.find(f"{qn('w:pPr')}/{qn('w:pBdr')}/{qn(f'w:{edge}')}")
            rules[edge] = float(found.get(qn("w:sz"))) / 8 * 25.4 / 72 if found is not None else None
        wanted = {"top": 0.35 if at == 0 else 0.25, "bottom": 0.35 if at == len(rows) - 1 else None}
        for edge, thick in wanted.items():
            got = rules[edge]
            if (got is None) != (thick is None) or (got is not None and not _near(got, thick or 0, 0.03)):
                yield f"imprint: the {edge} rule of row {at + 1} is {got} mm thick, not {thick}."
        if not _near(_indents(row)[2], 1, 0.05):
            yield f"imprint: row {at + 1} ends {_indents(row)[2]} signs in, not 1."
        frame = row._p.find(f"{qn('w:pPr')}/{qn('w:framePr')}")
        if frame is None or frame.get(qn("w:vAnchor")) != "page":
            yield f"imprint: row {at + 1} has no place on the page."
        elif at == len(rows) - 1 and row.text.count("、") < 4:
            foot = (float(frame.get(qn("w:y"))) + LINE) / TWIPS
            if not _near(foot, 297 - 35, 1):
                yield f"imprint: it ends {foot:.1f} mm under the top of the page, not 262."


# -- tables and contents -----------------------------------------------------------------------------------------------


def _tables(opened: Any, model: Any) -> Iterator[str]:
    wanted = [(block, False) for block in model.blocks if hasattr(block, "columns")]
    for annex in model.annexes:
        wanted += [(block, annex.lies_across) for block in annex.blocks if hasattr(block, "columns")]
    if len(opened.tables) != len(wanted):
        yield f"The paper has {len(opened.tables)} tables of {len(wanted)}."
        return
    for at, (table, (asked, lies_across)) in enumerate(zip(opened.tables, wanted, strict=True), 1):
        head = table._tbl.tr_lst[0]
        if head.find(f"{qn('w:trPr')}/{qn('w:tblHeader')}") is None:
            yield f"Table {at}: its head is not repeated on each page."
        rows = [
            tuple(squeezed("".join(t.text or "" for t in cell.iter(qn("w:t")))) for cell in row.tc_lst)
            for row in table._tbl.tr_lst
        ]
        texts = [tuple(column.head for column in asked.columns), *asked.rows]
        if rows != [tuple(squeezed(cell) for cell in row) for row in texts]:
            yield f"Table {at}: its cells say something else."
        section = _section_after(table._tbl, opened)
        if (section.page_width > section.page_height) != lies_across:
            yield f"Table {at}: lies {'upright' if lies_across else 'across'}."
        wide = sum(int(col.get(qn("w:w"))) for col in table._tbl.tblGrid.findall(qn("w:gridCol")))
        room = (section.page_width - section.left_margin - section.right_margin) / 635
        if wide > room + 20:
            yield f"Table {at}: is wider than the type area."


def _section_after(element: Any, opened: Any) -> Any:
    """The section that an element stands in: the properties come at its end."""
    passed = sum(
        1
        for before in element.itersiblings(preceding=True)
        if before.find(f"{qn('w:pPr')}/{qn('w:sectPr')}") is not None
    )
    return opened.sections[passed]


def _contents(opened: Any, model: Any) -> Iterator[str]:
    codes = [(code.text or "").split() for code in opened.element.iter(qn("w:instrText"))]
    fields = [code for code in codes if code[:1] == ["TOC"]]
    listed = [part for part in _blocks(model.blocks) if part.element in ("heading1", "heading2")]
    if bool(fields) != bool(model.has_contents and listed):
        yield "A table of contents is wanted and not there, or there and not wanted."
    begins = [f.get(qn("w:fldCharType")) for f in opened.element.iter(qn("w:fldChar"))]
    if begins.count("begin") != begins.count("end"):
        yield "A field does not end."
    bookmarks = {mark.get(qn("w:name")) for mark in opened.element.iter(qn("w:bookmarkStart"))}
    for code in codes:
        if code[0] == "PAGEREF" and code[1] not in bookmarks:
            yield f"The contents point to “{code[1]}”, which is not there."
    if fields:
        entries = [
            _words(paragraph) for paragraph in opened.paragraphs if paragraph.style.name.lower().startswith("toc")
        ]
        wanted = [squeezed(part.words) for part in listed]
        got = [entry.rstrip("0123456789") for entry in entries]
        if got != [each.rstrip("0123456789") for each in wanted]:
            yield f"The contents list {len(got)} parts of {len(wanted)}, or in other words."
