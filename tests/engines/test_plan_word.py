"""A Word document gives the same points as its text, however Word holds its numbers."""

import re
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn

from ducha.engines import plans
from ducha.engines.plans.numbering import chinese
from ducha.engines.plans.word import lines_of

BRIEF = (Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt").read_text(encoding="utf-8")
LEVELS = (
    ("chineseCounting", "%1、"),
    ("chineseCountingThousand", "（%2）"),
    ("decimal", "%3."),
    ("decimal", "（%4）"),
    ("decimalEnclosedCircleChinese", "%5"),
)
MARKS = (r"[一二三四五六七八九十]+、", r"（[一二三四五六七八九十]+）", r"\d+\.(?!\d)", r"（\d+）", r"[①-⑳]")


def saved(document) -> bytes:
    stream = BytesIO()
    document.save(stream)
    return stream.getvalue()


def with_numbering(document, *, restarts: bool = False) -> None:
    """The list of five levels that Chinese documents use, as list 90; list 91 begins its first level anew."""
    levels = "".join(
        f'<w:lvl w:ilvl="{n}"><w:start w:val="1"/><w:numFmt w:val="{form}"/><w:lvlText w:val="{text}"/></w:lvl>'
        for n, (form, text) in enumerate(LEVELS)
    )
    numbering = document.part.numbering_part.element
    abstract = f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'
    numbering.insert(0, parse_xml(abstract))
    override = '<w:lvlOverride w:ilvl="0"><w:startOverride w:val="1"/></w:lvlOverride>'
    for name, inner in (("90", ""), ("91", override)):
        num = f'<w:num {nsdecls("w")} w:numId="{name}"><w:abstractNumId w:val="90"/>{inner}</w:num>'
        numbering.append(parse_xml(num))


def listed(document, text: str, level: int, name: str = "90"):
    paragraph = document.add_paragraph(text)
    properties = paragraph._p.get_or_add_pPr()
    properties.append(
        parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="{level}"/><w:numId w:val="{name}"/></w:numPr>')
    )
    return paragraph


def brief_in_word(*, automatic: bool) -> bytes:
    """The brief with its wrapped lines joined; its numbers typed, or left to Word."""
    document = Document()
    with_numbering(document)
    reading = plans.read_text(BRIEF)
    document.add_paragraph(reading.title)

    def write(node) -> None:
        level = next((n for n, mark in enumerate(MARKS) if re.fullmatch(mark, node.number)), None)
        if level is None or not automatic:
            document.add_paragraph(node.number + node.title)
        else:
            listed(document, node.title or node.text, level)
        if node.text and (node.title or level is None or not automatic):
            document.add_paragraph(node.text)
        for child in node.children:
            write(child)

    for node in reading.outline:
        write(node)
    return saved(document)


@pytest.mark.parametrize("automatic", [False, True])
def test_the_brief_in_word_gives_the_same_codes_and_numbers_as_its_text(automatic):
    expected = plans.read_text(BRIEF)
    reading = plans.read_file("brief.docx", brief_in_word(automatic=automatic))
    assert [point.code for point in reading.points] == [point.code for point in expected.points]
    numbers = [[(t.comparator, t.value, t.unit) for t in point.thresholds] for point in reading.points]
    assert numbers == [[(t.comparator, t.value, t.unit) for t in point.thresholds] for point in expected.points]
    assert [(s.kind, s.ends_on) for s in reading.stages] == [(s.kind, s.ends_on) for s in expected.stages]


def test_a_list_counts_on_and_lower_levels_begin_anew():
    document = Document()
    with_numbering(document)
    for text, level in (("甲", 0), ("子", 1), ("丑", 1), ("乙", 0), ("寅", 1), ("深", 4)):
        listed(document, text, level)
    listed(document, "另一表", 0, "91")
    assert lines_of(saved(document)) == ["一、甲", "（一）子", "（二）丑", "二、乙", "（一）寅", "①深", "一、另一表"]


def test_a_number_that_belongs_to_a_style_is_shown():
    document = Document()
    with_numbering(document)
    style = document.styles["Heading 1"].element
    properties = style.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:numId w:val="90"/></w:numPr>'))
    document.add_heading("督察内容", 1)
    document.add_heading("督察程序", 1)
    assert lines_of(saved(document)) == ["一、督察内容", "二、督察程序"]


def test_a_style_that_rests_on_itself_is_no_trap():
    document = Document()
    style = document.styles["Heading 1"].element
    style.find(qn("w:basedOn")).set(qn("w:val"), style.get(qn("w:styleId")))
    document.add_heading("督察内容", 1)
    assert lines_of(saved(document)) == ["督察内容"]


def test_inserted_words_are_read_and_struck_out_ones_are_not():
    document = Document()
    paragraph = document.add_paragraph("公开期限")
    inserted = f'<w:ins {nsdecls("w")} w:id="1"><w:r><w:t>不超过7日</w:t></w:r></w:ins>'
    struck = f'<w:del {nsdecls("w")} w:id="2"><w:r><w:delText>20日</w:delText></w:r></w:del>'
    for change in (inserted, struck):
        paragraph._p.append(parse_xml(change))
    assert lines_of(saved(document)) == ["公开期限不超过7日"]


def test_a_text_box_is_read_once_after_its_paragraph():
    document = Document()
    paragraph = document.add_paragraph("正文")
    box = "<w:txbxContent><w:p><w:r><w:t>框内</w:t></w:r></w:p></w:txbxContent>"
    space = 'xmlns:mc="http://schemas.openxmlformats.org/markup-compatibility/2006"'
    both = f"<mc:AlternateContent><mc:Choice>{box}</mc:Choice><mc:Fallback>{box}</mc:Fallback></mc:AlternateContent>"
    paragraph._p.append(parse_xml(f"<w:r {nsdecls('w')} {space}>{both}</w:r>"))
    assert lines_of(saved(document)) == ["正文", "框内"]


def test_merged_cells_are_read_once_and_a_table_in_a_cell_too():
    document = Document()
    table = document.add_table(2, 3)
    for (row, column), text in {(0, 0): "项目", (0, 2): "要求", (1, 2): "次要求"}.items():
        table.cell(row, column).text = text
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 2).add_table(1, 1).cell(0, 0).text = "内表"
    assert lines_of(saved(document)) == ["项目\t\t要求 内表", "\t次要求"]


def test_footnotes_stand_at_the_end():
    document = Document()
    document.add_paragraph("正文")
    notes = (
        f'<w:footnotes {nsdecls("w")}><w:footnote w:type="separator" w:id="0"><w:p/></w:footnote>'
        '<w:footnote w:id="1"><w:p><w:r><w:t>见附件。</w:t></w:r></w:p></w:footnote></w:footnotes>'
    )
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    part = Part(PackURI("/word/footnotes.xml"), kind, notes.encode(), document.part.package)
    document.part.relate_to(part, "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes")
    assert lines_of(saved(document)) == ["正文", "见附件。"]


def test_chinese_numbers_are_those_of_documents():
    numbers = (1, 10, 12, 20, 34, 100, 103, 110, 112, 120, 999)
    expected = "一 十 十二 二十 三十四 一百 一百零三 一百一十 一百一十二 一百二十 九百九十九"
    assert " ".join(chinese(number) for number in numbers) == expected


def test_a_level_without_a_number_is_read_all_the_same():
    document = Document()
    with_numbering(document)
    listed(document, "甲", 0)
    document.part.numbering_part.element.find(qn("w:abstractNum")).append(OxmlElement("w:lvl"))
    assert lines_of(saved(document))[0].endswith("甲")
