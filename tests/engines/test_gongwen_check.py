"""The checker names the one thing that is wrong in a paper, ours or anyone's, and nothing in a faultless one."""

import json
import random
import re
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_BREAK, WD_LINE_SPACING
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt, RGBColor
from gongwen_papers import NOTICE, SENTENCE, paper
from gongwen_standard import faults
from test_gongwen_form import PAPERS

from ducha.domain.errors import Invalid
from ducha.engines import gongwen

RED, BLACK = RGBColor(0xFF, 0, 0), RGBColor(0, 0, 0)
LEFT, RIGHT, CENTRE = WD_ALIGN_PARAGRAPH.LEFT, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.CENTER
SONG, FANG, HEI, KAI = "方正小标宋简体", "仿宋_GB2312", "黑体", "楷体_GB2312"


def clauses(content: bytes) -> set[str]:
    return {found.clause for found in gongwen.check("通知.docx", content)}


# -- a paper of another's making: no styles, all by hand ---------------------------------------------------------------


def saved(document: Any) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def set_face(run: Any, face: str, size: float, colour: Any = None) -> None:
    run.font.name, run.font.size = face, Pt(size)
    run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), face)
    if colour is not None:
        run.font.color.rgb = colour


def write(
    document: Any,
    words: str,
    face: str = FANG,
    size: float = 16,
    align: Any = None,
    first: float = 0,
    left: float = 0,
    right: float = 0,
    line: float = 28,
    colour: Any = None,
) -> Any:
    """A paragraph by hand; indents in signs of 16 pt."""
    made = document.add_paragraph()
    set_face(made.add_run(words), face, size, colour)
    form = made.paragraph_format
    form.alignment, form.line_spacing_rule, form.line_spacing = align, WD_LINE_SPACING.EXACTLY, Pt(line)
    form.space_before = form.space_after = Pt(0)
    form.first_line_indent, form.left_indent, form.right_indent = Pt(first * 16), Pt(left * 16), Pt(right * 16)
    return made


def blank(document: Any, count: int) -> None:
    for _ in range(count):
        write(document, "")


def add_rule(paragraph: Any, edge: str, eighths: int, colour: str = "000000", space: int = 10) -> None:
    properties = paragraph._p.get_or_add_pPr()
    borders = properties.find(qn("w:pBdr"))
    if borders is None:
        borders = OxmlElement("w:pBdr")
        properties.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc")
    said = {"val": "single", "sz": str(eighths), "space": str(space), "color": colour}
    drawn = OxmlElement(f"w:{edge}")
    for name, value in said.items():
        drawn.set(qn(f"w:{name}"), value)
    borders.append(drawn)


def add_page_number(paragraph: Any, align: Any, *, simple: bool) -> None:
    paragraph.alignment = align
    field = f'<w:fldSimple {nsdecls("w")} w:instr=" PAGE "><w:r><w:t>1</w:t></w:r></w:fldSimple>'
    set_face(paragraph.add_run("— "), "宋体", 14)
    if simple:
        paragraph._p.append(parse_xml(field))
        set_face(docx.text.run.Run(paragraph._p.find(f"{qn('w:fldSimple')}/{qn('w:r')}"), paragraph), "宋体", 14)
    else:
        for kind in ("begin", "code", "separate", "number", "end"):
            run = paragraph.add_run("1" if kind == "number" else "")
            set_face(run, "宋体", 14)
            if kind == "code":
                code = OxmlElement("w:instrText")
                code.text = "PAGE \\* MERGEFORMAT"
                run._r.append(code)
            elif kind != "number":
                sign = OxmlElement("w:fldChar")
                sign.set(qn("w:fldCharType"), kind)
                run._r.append(sign)
    set_face(paragraph.add_run(" —"), "宋体", 14)
    if align == RIGHT:
        paragraph.paragraph_format.right_indent = Pt(14)
    else:
        paragraph.paragraph_format.left_indent = Pt(14)


def by_hand(*, simple_field: bool = False, imprint: str = "paragraphs", rule: str = "border") -> Any:
    """A faultless notice as someone sets it in Word, part by part."""
    document = docx.Document()
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)
    section.footer_distance = Mm(25)
    # The grid of 22 lines and 28 signs: signs of 16 pt are brought nearer to each other, in 4096ths of a point.
    grid = section._sectPr.find(qn("w:docGrid"))
    for name, value in (("type", "linesAndChars"), ("linePitch", "579"), ("charSpace", "-849")):
        grid.set(qn(f"w:{name}"), value)
    document.settings.odd_and_even_pages_header_footer = True
    add_page_number(section.footer.paragraphs[0], RIGHT, simple=simple_field)
    add_page_number(section.even_page_footer.paragraphs[0], LEFT, simple=simple_field)
    mark = write(document, "平顶山市司法局文件", SONG, 42, CENTRE, line=60, colour=RED)
    mark.paragraph_format.space_before = Mm(35)
    blank(document, 2)
    number = write(document, "平司〔2026〕12号", align=CENTRE)
    if rule == "border":
        add_rule(number, "bottom", 12, "FF0000")
    else:
        drawn = document.add_paragraph().add_run()
        drawn._r.append(
            parse_xml(
                f'<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml">'
                '<v:line from="0,0" to="442pt,0" strokecolor="red" strokeweight="1.5pt"/></w:pict>'
            )
        )
    blank(document, 2)
    write(document, "关于开展2026年度法治政府", SONG, 22, CENTRE, line=30)
    write(document, "建设督察工作的通知", SONG, 22, CENTRE, line=30)
    blank(document, 1)
    write(document, "各县（市、区）司法局，市直各单位：")
    write(document, "为深入推进法治政府建设，现将有关事项通知如下。", first=2)
    write(document, "一、总体要求", HEI, first=2)
    write(document, SENTENCE, first=2)
    write(document, "（一）督察对象", KAI, first=2)
    write(document, SENTENCE, first=2)
    write(document, "1.市直部门", first=2)
    write(document, "（1）重点部门", first=2)
    write(document, SENTENCE, first=2)
    blank(document, 1)
    write(document, "附件：1.督察要点", first=2)
    write(document, "2.问题清单", first=5)
    blank(document, 2)
    write(document, "平顶山市司法局", align=RIGHT, right=3.5)
    write(document, "2026年3月5日", align=RIGHT, right=4)
    document.add_paragraph().add_run().add_break(WD_BREAK.PAGE)
    write(document, "附件1", HEI)
    blank(document, 1)
    write(document, "督察要点", SONG, 22, CENTRE, line=30)
    write(document, SENTENCE, first=2)
    write(document, "附件2", HEI).paragraph_format.page_break_before = True
    blank(document, 1)
    write(document, "问题清单", SONG, 22, CENTRE, line=30)
    write(document, SENTENCE, first=2)
    add_imprint(document, imprint)
    return document


def add_imprint(document: Any, kind: str) -> None:
    words = ("抄送：市委办公室，市政府办公室。", "平顶山市司法局办公室　　　2026年3月6日印发")
    if kind == "table":
        table = document.add_table(2, 1)
        for cell, text in zip(table.columns[0].cells, words, strict=True):
            set_face(cell.paragraphs[0].add_run(text), FANG, 14)
    else:
        copies, printed = (write(document, text, FANG, 14, left=1) for text in words)
        add_rule(copies, "top", 8)
        add_rule(printed, "top", 6)
        add_rule(printed, "bottom", 8)


def line_of(document: Any, words: str) -> Any:
    found = [each for each in document.paragraphs if words in each.text]
    return next((each for each in found if each.text == words), found[0])


Change = Callable[[Any], None]


def in_line(words: str, **looks: Any) -> Change:
    """A change of the looks of one paragraph."""

    def change(document: Any) -> None:
        paragraph = line_of(document, words)
        for run in paragraph.runs:
            if face := looks.get("face"):
                set_face(run, face, run.font.size.pt)
            if size := looks.get("size"):
                run.font.size = Pt(size)
            if "colour" in looks:
                run.font.color.rgb = looks["colour"]
            if looks.get("bold"):
                run.font.bold = True
        for name in ("alignment", "first_line_indent", "right_indent", "left_indent", "line_spacing", "space_before"):
            if name in looks:
                setattr(paragraph.paragraph_format, name, looks[name])

    return change


def retyped(words: str, otherwise: str) -> Change:
    def change(document: Any) -> None:
        run = line_of(document, words).runs[0]
        run.text = run.text.replace(words, otherwise)

    return change


def of_page(**lengths: Any) -> Change:
    def change(document: Any) -> None:
        for name, length in lengths.items():
            setattr(document.sections[0], name, length)

    return change


def without_blank(words: str) -> Change:
    """The blank lines above a paragraph are left out."""

    def change(document: Any) -> None:
        element = line_of(document, words)._p
        while not "".join(element.getprevious().itertext()).strip():
            element.getparent().remove(element.getprevious())

    return change


def all_lines(height: float) -> Change:
    def change(document: Any) -> None:
        for paragraph in document.paragraphs:
            if paragraph.paragraph_format.line_spacing == Pt(28):
                paragraph.paragraph_format.line_spacing = Pt(height)

    return change


def wider_signs(document: Any) -> None:
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            run._r.get_or_add_rPr().insert_element_before(
                parse_xml(f'<w:spacing {nsdecls("w")} w:val="40"/>'), "w:w", "w:kern", "w:position", "w:sz"
            )


def without_red_rule(document: Any) -> None:
    properties = line_of(document, "2026〕")._p.pPr
    properties.remove(properties.find(qn("w:pBdr")))


def imprint_rule(words: str, edge: str, eighths: int | None) -> Change:
    def change(document: Any) -> None:
        borders = line_of(document, words)._p.pPr.find(qn("w:pBdr"))
        drawn = borders.find(qn(f"w:{edge}"))
        if eighths is None:
            borders.remove(drawn)
        else:
            drawn.set(qn("w:sz"), str(eighths))

    return change


def same_numbers(document: Any) -> None:
    document.settings.odd_and_even_pages_header_footer = False


def clear(footer: Any) -> None:
    for child in list(footer.paragraphs[0]._p):
        footer.paragraphs[0]._p.remove(child)


def no_numbers(document: Any) -> None:
    clear(document.sections[0].footer)
    clear(document.sections[0].even_page_footer)


def of_number(**looks: Any) -> Change:
    def change(document: Any) -> None:
        paragraph = document.sections[0].footer.paragraphs[0]
        for run in paragraph.runs:
            if face := looks.get("face"):
                set_face(run, face, 14)
            run.font.size = Pt(looks.get("size", 14))
            if "—" in run.text and not looks.get("dashes", True):
                run.text = ""
        if "alignment" in looks:
            paragraph.alignment = looks["alignment"]
        if not looks.get("one_in", True):
            paragraph.paragraph_format.right_indent = Pt(0)

    return change


def page_across(document: Any) -> None:
    made = document.add_section()
    made.orientation, made.page_width, made.page_height = WD_ORIENT.LANDSCAPE, Mm(297), Mm(210)
    made.left_margin = made.right_margin = made.top_margin = made.bottom_margin = Mm(20)


def no_page_break(document: Any) -> None:
    line_of(document, "附件2").paragraph_format.page_break_before = False


# Each breaks one thing, and the clause that names it.
BROKEN: dict[str, tuple[str, Change]] = {
    "a page 0.8 mm wider": ("5.1", of_page(page_width=Mm(210.8), right_margin=Mm(26.8))),
    "a page 0.8 mm higher": ("5.1", of_page(page_height=Mm(297.8), bottom_margin=Mm(35.8))),
    "an upper margin of 35.5 mm": ("5.2.1", of_page(top_margin=Mm(35.5))),
    "a left margin of 26.5 mm": ("5.2.1", of_page(left_margin=Mm(26.5))),
    "a right margin of 24.5 mm": ("5.2.1", of_page(right_margin=Mm(24.5))),
    "a lower margin of 36.5 mm": ("5.2.1", of_page(bottom_margin=Mm(36.5))),
    "a type area across that is wider": ("5.2.1", page_across),
    "lines 24 pt apart": ("5.2.3", all_lines(24)),
    "lines 32 pt apart": ("5.2.3", all_lines(32)),
    "a paragraph with lines 20 pt apart": ("5.2.3", in_line("为深入", line_spacing=Pt(20))),
    "24 signs in a line": ("5.2.3", wider_signs),
    "blue text": ("5.2.4", in_line("为深入", colour=RGBColor(0, 0, 0xFF))),
    "a red title": ("5.2.4", in_line("关于开展", colour=RED)),
    "a mark in 黑体": ("7.2.4", in_line("司法局文件", face=HEI)),
    "a black mark": ("7.2.4", in_line("司法局文件", colour=BLACK)),
    "a mark at the left": ("7.2.4", in_line("司法局文件", alignment=LEFT)),
    "a number in square brackets": ("7.2.5", retyped("〔2026〕", "[2026]")),
    "a number in full-width brackets": ("7.2.5", retyped("〔2026〕", "（2026）")),
    "a number of a short year": ("7.2.5", retyped("〔2026〕", "〔26〕")),
    "a number with 第": ("7.2.5", retyped("12号", "第12号")),
    "a number with a leading zero": ("7.2.5", retyped("12号", "012号")),
    "a number in 黑体": ("7.2.5", in_line("2026〕12号", face=HEI)),
    "a number at the left": ("7.2.5", in_line("2026〕12号", alignment=LEFT)),
    "a number of 14 pt": ("7.2.5", in_line("2026〕12号", size=14)),
    "a number right under the mark": ("7.2.5", without_blank("2026〕12号")),
    "no red rule": ("7.2.7", without_red_rule),
    "a black rule": ("7.2.7", lambda d: line_of(d, "2026〕")._p.pPr[-1].getparent().find(
        f"{qn('w:pBdr')}/{qn('w:bottom')}").set(qn("w:color"), "000000")),
    "a title in 黑体": ("7.3.1", in_line("关于开展", face=HEI)),
    "a title of 18 pt": ("7.3.1", in_line("关于开展", size=20)),
    "a title at the left": ("7.3.1", in_line("建设督察", alignment=LEFT)),
    "a title with a full stop": ("7.3.1", retyped("工作的通知", "工作的通知。")),
    "a title right under the rule": ("7.3.1", without_blank("关于开展")),
    "recipients two signs in": ("7.3.2", in_line("市直各单位", first_line_indent=Pt(32))),
    "recipients with a narrow colon": ("7.3.2", retyped("各单位：", "各单位:")),
    "recipients in 楷体": ("7.3.2", in_line("市直各单位", face=KAI)),
    "recipients of 14 pt": ("7.3.2", in_line("市直各单位", size=14)),
    "recipients right under the title": ("7.3.2", without_blank("市直各单位")),
    "text in 宋体": ("7.3.3", in_line("为深入", face="宋体")),
    "text of 14 pt": ("7.3.3", in_line("为深入", size=14)),
    "text without an indent": ("7.3.3", in_line("为深入", first_line_indent=Pt(0))),
    "text four signs in": ("7.3.3", in_line("为深入", first_line_indent=Pt(64))),
    "centred text": ("7.3.3", in_line("现将有关事项", alignment=RIGHT)),
    "the first level in 仿宋": ("7.3.3", in_line("一、总体要求", face=FANG)),
    "the first level in bold": ("7.3.3", in_line("一、总体要求", bold=True)),
    "the first level of 18 pt": ("7.3.3", in_line("一、总体要求", size=18)),
    "the second level in 黑体": ("7.3.3", in_line("（一）督察对象", face=HEI)),
    "the third level in 楷体": ("7.3.3", in_line("1.市直部门", face=KAI)),
    "the fourth level in 黑体": ("7.3.3", in_line("（1）重点部门", face=HEI)),
    "a level in narrow brackets": ("7.3.3", retyped("（1）重点部门", "(1)重点部门")),
    "a level with a comma after the digit": ("7.3.3", retyped("1.市直部门", "1、市直部门")),
    "a level with brackets and a comma": ("7.3.3", retyped("（1）重点部门", "（一）、重点部门")),
    "a note with a full stop": ("7.3.4", retyped("2.问题清单", "2.问题清单。")),
    "a note with a narrow colon": ("7.3.4", retyped("附件：", "附件:")),
    "a note at the left edge": ("7.3.4", in_line("附件：1", first_line_indent=Pt(0))),
    "a note in 黑体": ("7.3.4", in_line("附件：1", face=HEI)),
    "a note right under the text": ("7.3.4", without_blank("附件：1")),
    "a date with leading zeros": ("7.3.5.4", retyped("3月5日", "03月05日")),
    "a date in Chinese numerals": ("7.3.5.4", retyped("2026年3月5日", "二〇二六年三月五日")),
    "a date at the right edge": ("7.3.5", in_line("2026年3月5日", right_indent=Pt(0))),
    "a date in 宋体": ("7.3.5", in_line("2026年3月5日", face="宋体")),
    "a signature far left of the date": ("7.3.5", in_line("平顶山市司法局", right_indent=Pt(160))),
    "an attachment on the page of another": ("7.3.7", no_page_break),
    "附件 in 仿宋": ("7.3.7", in_line("附件2", face=FANG)),
    "附件 in the middle": ("7.3.7", in_line("附件2", alignment=CENTRE)),
    "an attachment's title in 黑体": ("7.3.7", lambda d: set_face(d.paragraphs[-4].runs[0], HEI, 22)),
    "an attachment's title right under 附件": ("7.3.7", lambda d: d.paragraphs[-5]._p.getparent().remove(
        d.paragraphs[-5]._p)),
    "a thin rule above the imprint": ("7.4.1", imprint_rule("抄送", "top", 4)),
    "a thick rule in the imprint": ("7.4.1", imprint_rule("印发", "top", 12)),
    "a thick rule under the imprint": ("7.4.1", imprint_rule("印发", "bottom", 24)),
    "no rule under the imprint": ("7.4.1", imprint_rule("印发", "bottom", None)),
    "copies without a full stop": ("7.4.2", retyped("市政府办公室。", "市政府办公室")),
    "an imprint of 16 pt": ("7.4", in_line("抄送", size=16)),
    "an imprint in 宋体": ("7.4", in_line("印发", face="宋体")),
    "a day of print with a leading zero": ("7.4.3", retyped("3月6日印发", "03月06日印发")),
    "page numbers on even pages alone": ("7.5", lambda d: clear(d.sections[0].footer)),
    "page numbers on odd pages alone": ("7.5", lambda d: clear(d.sections[0].even_page_footer)),
    "no page numbers": ("7.5", no_numbers),
    "page numbers on one side": ("7.5", same_numbers),
    "page numbers in the middle": ("7.5", of_number(alignment=CENTRE)),
    "page numbers at the very edge": ("7.5", of_number(one_in=False)),
    "page numbers in 黑体": ("7.5", of_number(face=HEI)),
    "page numbers of 10.5 pt": ("7.5", of_number(size=10.5)),
    "page numbers without dashes": ("7.5", of_number(dashes=False)),
    "page numbers at the foot of the paper": ("7.5", of_page(footer_distance=Mm(10))),
}  # fmt: skip


@pytest.mark.parametrize(("clause", "change"), BROKEN.values(), ids=BROKEN)
def test_one_thing_wrong_in_a_paper_set_by_hand_is_named_and_nothing_else(clause, change):
    document = by_hand()
    change(document)
    assert clauses(saved(document)) == {clause}


@pytest.mark.parametrize("document", PAPERS.values(), ids=PAPERS)
def test_our_own_papers_have_no_departure(document):
    assert gongwen.check("通知.docx", gongwen.write(document)) == []


# -- what practice allows ----------------------------------------------------------------------------------------------


def refaced(**faces: str) -> Any:
    document = by_hand()
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if run.font.name in faces:
                set_face(run, faces[run.font.name], run.font.size.pt)
    return document


def typed_indents() -> Any:
    document = by_hand()
    for paragraph in document.paragraphs:
        if paragraph.paragraph_format.first_line_indent == Pt(32):
            paragraph.paragraph_format.first_line_indent = Pt(0)
            paragraph.runs[0].text = f"　　{paragraph.runs[0].text}"
    return document


def indents_in_signs() -> Any:
    document = by_hand()
    for paragraph in document.paragraphs:
        if paragraph.paragraph_format.first_line_indent == Pt(32):
            said = paragraph._p.pPr.find(qn("w:ind"))
            said.set(qn("w:firstLineChars"), "200")
            said.set(qn("w:firstLine"), "7")
    return document


LEVELS = (("一、", "chineseCounting", "%1、"), ("（一）", "chineseCounting", "（%2）"), ("1.", "decimal", "%3."))


def automatic_numbers() -> Any:
    document = by_hand()
    levels = "".join(
        f'<w:lvl w:ilvl="{at}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/></w:lvl>'
        for at, (_typed, form, text) in enumerate(LEVELS)
    )
    numbering = document.part.numbering_part.element
    numbering.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    numbering.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for words, at in (("一、总体要求", 0), ("（一）督察对象", 1), ("1.市直部门", 2)):
        paragraph = line_of(document, words)
        paragraph.runs[0].text = words.removeprefix(LEVELS[at][0])
        said = f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{at}"/><w:numId w:val="90"/></w:numPr>'
        paragraph._p.get_or_add_pPr().insert_element_before(parse_xml(said), "w:pBdr", "w:spacing", "w:ind", "w:jc")
    return document


def theme_faces() -> Any:
    """仿宋 as the theme's face for text, 黑体 as the one for headings."""
    document = by_hand()
    theme = next(part for part in document.part.package.iter_parts() if str(part.partname).endswith("theme1.xml"))
    words = re.sub(r'script="Hans" typeface="[^"]*"', 'script="Hans" typeface="仿宋"', theme.blob.decode())
    theme._blob = words.encode()
    for paragraph in document.paragraphs:
        for run in paragraph.runs:
            if run.font.name == FANG:
                run._r.rPr.rFonts.set(qn("w:eastAsiaTheme"), "minorEastAsia")
    return document


def looks_in_styles() -> Any:
    """The looks in a style that rests on another, half of them in each."""
    document = by_hand()
    below = document.styles.add_style("下", 1)
    set_face(below, FANG, 16) if hasattr(below, "_r") else None
    below.font.size = Pt(16)
    below.element.get_or_add_rPr().append(parse_xml(f'<w:rFonts {nsdecls("w")} w:eastAsia="{FANG}"/>'))
    above = document.styles.add_style("上", 1)
    above.base_style = below
    above.paragraph_format.first_line_indent = Pt(32)
    above.paragraph_format.line_spacing = Pt(28)
    paragraph = line_of(document, "为深入")
    words = paragraph.text
    paragraph._p.remove(paragraph._p.pPr)
    paragraph._p.remove(paragraph.runs[0]._r)
    paragraph.add_run(words)
    paragraph.style = above
    paragraph.paragraph_format.space_after = Pt(0)
    return document


def lines_by_grid() -> Any:
    """Single lines, as high as the grid says."""
    document = by_hand()
    for paragraph in document.paragraphs:
        if paragraph.paragraph_format.line_spacing == Pt(28):
            paragraph.paragraph_format.line_spacing = 1.0
    return document


def numbers_in_a_box() -> Any:
    document = by_hand()
    document.settings.odd_and_even_pages_header_footer = True
    for footer, align in ((document.sections[0].footer, "　"), (document.sections[0].even_page_footer, "　")):
        paragraph = footer.paragraphs[0]
        paragraph.paragraph_format.right_indent = paragraph.paragraph_format.left_indent = Pt(0)
        if paragraph.alignment == RIGHT:
            set_face(paragraph.add_run(align), "宋体", 14)
        else:
            paragraph.runs[0].text = f"{align}{paragraph.runs[0].text}"
    return document


def without_a_seal() -> Any:
    """7.3.5.2: the organ two signs in, the date beginning two signs further right."""
    document = by_hand()
    in_line("平顶山市司法局", right_indent=Pt(48))(document)
    in_line("2026年3月5日", right_indent=Pt(32))(document)
    return document


def numbered_sentence() -> Any:
    document = by_hand()
    write(document, "")
    target = line_of(document, "1.市直部门")
    target.runs[0].text = "（二）各单位要高度重视，认真落实。"
    return document


def heading_and_text_in_one() -> Any:
    """A heading of level 2 that runs on as text."""
    document = by_hand()
    set_face(line_of(document, "（一）督察对象").add_run("。督察对象是各县（市、区）。"), FANG, 16)
    return document


def looks_and_tabs() -> Any:
    """The imprint's two ends held apart by a tab, as most do."""
    document = by_hand()
    run = line_of(document, "印发").runs[0]
    run.text = "平顶山市司法局办公室\t2026年3月6日印发"
    return document


ALLOWED: dict[str, Callable[[], Any]] = {
    "set by hand": by_hand,
    "仿宋 and 楷体 under their plain names": lambda: refaced(**{FANG: "仿宋", KAI: "楷体"}),
    "faces of 方正": lambda: refaced(
        **{FANG: "方正仿宋_GBK", KAI: "方正楷体_GBK", HEI: "方正黑体_GBK", SONG: "方正小标宋_GBK"}
    ),
    "faces under their English names": lambda: refaced(**{FANG: "FangSong", KAI: "KaiTi", HEI: "SimHei"}),
    "indents typed as spaces": typed_indents,
    "indents in signs": indents_in_signs,
    "numbers by Word": automatic_numbers,
    "faces of the theme": theme_faces,
    "looks in styles that rest on each other": looks_in_styles,
    "lines by the grid": lines_by_grid,
    "simple fields": lambda: by_hand(simple_field=True),
    "page numbers one typed sign in": numbers_in_a_box,
    "the imprint as a table": lambda: by_hand(imprint="table"),
    "the imprint with a tab": looks_and_tabs,
    "the red rule as a drawn line": lambda: by_hand(rule="drawn"),
    "no seal": without_a_seal,
    "a numbered sentence": numbered_sentence,
    "a heading that runs on": heading_and_text_in_one,
}


@pytest.mark.parametrize("made", ALLOWED.values(), ids=ALLOWED)
def test_what_practice_allows_is_no_departure(made):
    assert gongwen.check("通知.docx", saved(made())) == []


# -- our paper, broken in its markup: by the checker and by the judge --------------------------------------------------


def altered(content: bytes, part: str, old: str, new: str) -> bytes:
    """A file with one part changed; the old words must be there."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w") as archive:
        for name in source.namelist():
            words = source.read(name)
            if name == part:
                changed = re.sub(old, new, words.decode())
                assert changed != words.decode()
                words = changed.encode()
            archive.writestr(name, words)
    return target.getvalue()


# Part, pattern, replacement, clause.
OURS = {
    "an upper margin": ("document", r'w:top="2098"', 'w:top="1440"', "5.2.1"),
    "a face of text": ("styles", r'(styleId="Normal".*?)w:eastAsia="仿宋_GB2312"', r'\1w:eastAsia="宋体"', "7.3.3"),
    "a size of the title": ("styles", r'(styleId="Title".*?<w:sz w:val=)"44"', r'\1"36"', "7.3.1"),
    "a face of level 1": ("styles", r'(styleId="Heading1".*?)w:eastAsia="黑体"', r'\1w:eastAsia="楷体"', "7.3.3"),
    "brackets of the number": ("document", r"〔", "[", "7.2.5"),
    "a colour of the mark": ("styles", r"FF0000", "000000", "7.2.4"),
    "no red rule": ("document", r"<w:pBdr><w:bottom [^>]*FF0000[^>]*></w:pBdr>", "", "7.2.7"),
    "a date with zeros": ("document", r"2026年3月5日<", "2026年03月05日<", "7.3.5.4"),
    "an attachment on no new page": ("document", r"<w:pageBreakBefore/>", "", "7.3.7"),
    "thin rules": ("document", r'(<w:bottom w:val="single") w:sz="8"', r'\1 w:sz="4"', "7.4.1"),
    "page numbers alike": ("settings", r"<w:evenAndOddHeaders/>", "", "7.5"),
    "a face of the page number": ("footer1", r"宋体", "黑体", "7.5"),
}


@pytest.mark.parametrize(("part", "old", "new", "clause"), OURS.values(), ids=OURS)
def test_one_thing_wrong_in_our_paper_is_named_by_the_checker_and_by_the_judge(part, old, new, clause):
    broken = altered(gongwen.write(NOTICE), f"word/{part}.xml", old, new)
    assert clause in clauses(broken)
    assert faults(broken, NOTICE)


# -- hostile and damaged files -----------------------------------------------------------------------------------------

TEXT = "word/document.xml"
W = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'


def with_part(name: str, words: str | bytes | None) -> bytes:
    """A good file with one part put in, replaced or left out."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(saved(by_hand()))) as source, zipfile.ZipFile(target, "w", 8) as archive:
        for each in source.namelist():
            if each != name:
                archive.writestr(each, source.read(each))
        if words is not None:
            archive.writestr(name, words)
    return target.getvalue()


def body(inside: str) -> bytes:
    return with_part(TEXT, f"<w:document {W}><w:body>{inside}</w:body></w:document>")


REFUSED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "no archive": lambda: b"\x00\x01" * 1000,
    "half a file": lambda: saved(by_hand())[:9000],
    "a bomb": lambda: with_part("word/media/bomb.xml", b"\0" * 300_000_000),
    "a workbook": lambda: with_part(TEXT, None).replace(b"word/", b"xl_x/").replace(b"xl_x/", b"xlxl/"),
    "no text": lambda: with_part(TEXT, None),
    "no body": lambda: with_part(TEXT, f"<w:document {W}/>"),
    "other markup": lambda: with_part(TEXT, "<html><p>督察</p></html>"),
    "damaged markup": lambda: with_part(TEXT, f"<w:document {W}><w:body><w:p>"),
    "no markup": lambda: with_part(TEXT, b"\xff\xfe\x00"),
    "an empty text": lambda: with_part(TEXT, b""),
    "damaged relations": lambda: with_part("word/_rels/document.xml.rels", "<Relation"),
    "damaged list of relations": lambda: with_part("_rels/.rels", "<Relation"),
    "a damaged foot": lambda: with_part("word/footer1.xml", "<w:ftr"),
    "entities": lambda: with_part(TEXT, f'<!DOCTYPE x [<!ENTITY a "督">]><w:document {W}><w:body/></w:document>'),
    "outer entities": lambda: with_part(
        TEXT, f'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><w:document {W}><w:body/></w:document>'
    ),
    "elements deeper than any": lambda: body("<w:sdt>" * 5000 + "</w:sdt>" * 5000),
}


@pytest.mark.parametrize("made", REFUSED.values(), ids=REFUSED)
def test_what_cannot_be_checked_is_refused_by_name(made):
    with pytest.raises(Invalid, match="“坏.docx” cannot be checked"):
        gongwen.check("坏.docx", made())


STYLES = "word/styles.xml"
LOOP = "".join(
    f'<w:style w:type="paragraph" w:styleId="{own}"><w:basedOn w:val="{other}"/></w:style>'
    for own, other in (("A", "B"), ("B", "A"), ("C", "C"))
)
UNHARMED: dict[str, Callable[[], bytes]] = {
    "no styles": lambda: with_part(STYLES, None),
    "damaged styles": lambda: with_part(STYLES, "<w:styles"),
    "a style that rests on itself": lambda: with_part(STYLES, f"<w:styles {W}>{LOOP}</w:styles>"),
}


@pytest.mark.parametrize("made", UNHARMED.values(), ids=UNHARMED)
def test_damage_in_what_a_paper_does_not_need_is_no_departure(made):
    assert gongwen.check("通知.docx", made()) == []


TAKEN: dict[str, Callable[[], bytes]] = {
    "an empty body": lambda: body(""),
    "a body of blanks": lambda: body("<w:p/>" * 100),
    "no settings": lambda: with_part("word/settings.xml", None),
    "damaged settings": lambda: with_part("word/settings.xml", "<w:settings"),
    "no foot": lambda: with_part("word/footer1.xml", None),
    "no relations": lambda: with_part("word/_rels/document.xml.rels", None),
    "numbers that are none": lambda: body(
        '<w:p><w:pPr><w:spacing w:line="x" w:before="-9e9"/><w:ind w:left="" w:firstLineChars="１"/><w:jc/>'
        '<w:outlineLvl w:val="²"/><w:pBdr><w:top/><w:bottom w:val="single" w:sz="x"/></w:pBdr></w:pPr>'
        '<w:r><w:rPr><w:sz/><w:sz w:val="99999999"/><w:color/></w:rPr><w:t>督察</w:t></w:r></w:p>'
        '<w:sectPr><w:pgSz w:w="x"/><w:pgMar w:top="-1"/><w:docGrid w:linePitch="0" w:type="lines"/></w:sectPr>'
    ),
    "signs that take no room": lambda: body(
        '<w:p><w:r><w:rPr><w:spacing w:val="-320"/><w:sz w:val="32"/></w:rPr><w:t>督察</w:t></w:r></w:p>'
        '<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr>'
    ),
    "tables within tables": lambda: body(
        "<w:tbl><w:tr><w:tc>" * 60 + "<w:p><w:r><w:t>督察</w:t></w:r></w:p>" + "</w:tc></w:tr></w:tbl>" * 60
    ),
    "boxes within boxes": lambda: body(
        "<w:p><w:r><w:pict><w:txbxContent>" * 50 + "<w:p/>" + "</w:txbxContent></w:pict></w:r></w:p>" * 50
    ),
    "many sections": lambda: body(
        '<w:p><w:pPr><w:sectPr><w:footerReference w:type="default" r:id="rId9" '
        'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"/></w:sectPr></w:pPr></w:p>'
        * 20_000
    ),
    "a mark of many signs": lambda: body(f"<w:p><w:r><w:t>{'一、（' * 100_000}</w:t></w:r></w:p>"),
    "many brackets and digits": lambda: body(
        f'<w:p><w:pPr><w:jc w:val="center"/></w:pPr><w:r><w:t>{"督" * 50_000}〔{"1" * 50_000}</w:t></w:r></w:p>'
    ),
    "many blanks before a date": lambda: body(
        '<w:p><w:pPr><w:jc w:val="right"/></w:pPr><w:r><w:t xml:space="preserve">'
        f"督{' ' * 100_000}年{' ' * 100_000}</w:t></w:r></w:p>"
    ),
}


@pytest.mark.parametrize("made", TAKEN.values(), ids=TAKEN)
def test_an_odd_file_has_departures_and_ends_soon(made):
    content = made()
    begun = time.perf_counter()
    assert gongwen.check("怪.docx", content)
    assert time.perf_counter() - begun < 10


VALUES = (b'""', b'"-1"', b'"99999999999"', b'"x"', b'"0"', '"１"'.encode(), b'"1e9"', b'"auto"', b'"\xc2\xb2"')


def damaged(content: bytes, chance: random.Random) -> bytes:
    """A file with a few places of one part cut out, doubled, overwritten, or given another value."""
    with zipfile.ZipFile(BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    name = chance.choice([name for name in parts if name.endswith((".xml", ".rels"))])
    words = parts[name]
    for _ in range(chance.choice((1, 1, 3, 10))):
        at, length = chance.randrange(len(words)), chance.randrange(1, 60)
        said = chance.choice([*re.finditer(rb'"[^"]{0,20}"', words)] or [re.match(b"", words)])
        empty = chance.choice([*re.finditer(rb"<w:\w+ ?[^>]*/>", words)] or [re.match(b"", words)])
        words = chance.choice(
            (
                words[:at] + words[at + length :],
                words[: at + length] + words[at:],
                words[:at] + b"x" + words[at + 1 :],
                words[: said.start()] + chance.choice(VALUES) + words[said.end() :],
                words[: empty.start()] + words[empty.end() :],
            )
        )
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for each, content_of in {**parts, name: words}.items():
            archive.writestr(each, content_of)
    return target.getvalue()


@pytest.mark.parametrize("made", [lambda: saved(by_hand()), lambda: gongwen.write(NOTICE)], ids=["by hand", "ours"])
def test_a_file_damaged_anywhere_is_checked_or_refused(made):
    good, chance, refused = made(), random.Random(9704), 0
    for _ in range(300):
        try:
            gongwen.check("坏.docx", damaged(good, chance))
        except Invalid:
            refused += 1
    assert 0 < refused < 300


def test_a_paper_of_20_000_paragraphs_is_checked_in_ten_seconds():
    document = paper(blocks=tuple(gongwen.paragraph(f"{SENTENCE}{at}") for at in range(20_000)))
    content = gongwen.write(document)
    begun = time.perf_counter()
    assert gongwen.check("长.docx", content) == []
    assert time.perf_counter() - begun < 10


def test_what_was_struck_out_is_not_checked_and_what_was_put_in_is():
    document = by_hand()
    paragraph = line_of(document, "为深入")
    for kind, face, words in (("del", "宋体", "旧"), ("moveFrom", "宋体", "移"), ("ins", FANG, "新")):
        change = OxmlElement(f"w:{kind}")
        run = paragraph.add_run(words)
        set_face(run, face, 16)
        paragraph._p.append(change)
        change.append(run._r)
    assert clauses(saved(document)) == set()
    set_face(docx.text.run.Run(paragraph._p.find(f"{qn('w:ins')}/{qn('w:r')}"), paragraph), "宋体", 16)
    assert clauses(saved(document)) == {"7.3.3"}


def test_hidden_words_are_not_checked():
    document = by_hand()
    run = line_of(document, "为深入").add_run("隐藏的话")
    set_face(run, "宋体", 10)
    run.font.hidden = True
    assert clauses(saved(document)) == set()


def test_a_departure_tells_where_and_what():
    document = by_hand()
    in_line("为深入", face="宋体")(document)
    [found] = gongwen.check("通知.docx", saved(document))
    assert found.place == "为深入推进法治政府建设，现将有关…"
    assert found.what == "the text is set in 宋体, not 仿宋_GB2312."
    assert found.what.params["found"] == "宋体"


# -- the command -------------------------------------------------------------------------------------------------------


def command(*arguments: object) -> subprocess.CompletedProcess[str]:
    run = [sys.executable, "-c", "import sys; from ducha.cli import main; sys.exit(main())"]
    return subprocess.run([*run, *map(str, arguments)], capture_output=True, text=True, check=False)


@pytest.fixture
def bad(tmp_path):
    document = by_hand()
    for at in range(5):
        write(document, f"第{at}段。", "宋体", first=2)
    (tmp_path / "坏.docx").write_bytes(saved(document))
    return tmp_path / "坏.docx"


def test_the_command_says_good_of_a_good_paper(tmp_path):
    (tmp_path / "好.docx").write_bytes(gongwen.write(NOTICE))
    done = command("gongwen", "check", tmp_path / "好.docx")
    assert (done.returncode, done.stdout, done.stderr) == (0, "0 deviations from GB/T 9704-2012\n", "")


def test_the_command_lists_departures_and_ends_with_one(bad):
    done = command("gongwen", "check", bad)
    assert done.returncode == 1
    assert (
        "7.3.3   the text is set in 宋体, not 仿宋_GB2312. (“第0段。”; “第1段。”; “第2段。” and 2 more)" in done.stdout
    )
    assert done.stdout.endswith("5 deviations from GB/T 9704-2012\n")


def test_the_command_gives_json(bad, tmp_path):
    done = command("gongwen", "check", bad, "--json")
    found = json.loads(done.stdout)
    assert done.returncode == 1
    assert len(found) == 5
    assert found[0] == {"clause": "7.3.3", "place": "第0段。", "what": "the text is set in 宋体, not 仿宋_GB2312."}
    (tmp_path / "好.docx").write_bytes(gongwen.write(NOTICE))
    good = command("gongwen", "check", tmp_path / "好.docx", "--json")
    assert (good.returncode, json.loads(good.stdout)) == (0, [])


@pytest.mark.parametrize("name", ["没有.docx", "."])
def test_the_command_tells_what_cannot_be_opened(tmp_path, name):
    done = command("gongwen", "check", tmp_path / name)
    assert done.returncode == 1
    assert "cannot be opened" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_command_refuses_what_is_no_word_file(tmp_path):
    (tmp_path / "表.docx").write_bytes(b"PK\x03\x04")
    done = command("gongwen", "check", tmp_path / "表.docx")
    assert done.returncode == 1
    assert "“表.docx” cannot be checked" in done.stderr


def test_the_command_without_a_file_is_wrong_usage():
    assert command("gongwen", "check").returncode == 2
