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
from ducha.engines.plans.word import lines_of
from ducha.engines.word import chinese, shown

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


FORMS = [
    ("decimal", 12, "12"),
    ("decimalZero", 3, "03"),
    ("decimalFullWidth", 12, "１２"),
    ("upperLetter", 28, "BB"),
    ("lowerLetter", 3, "c"),
    ("upperRoman", 14, "XIV"),
    ("lowerRoman", 9, "ix"),
    ("chineseCounting", 21, "二十一"),
    ("chineseCountingThousand", 110, "一百一十"),
    ("taiwaneseCounting", 12, "十二"),
    ("japaneseCounting", 10, "十"),
    ("ideographDigital", 10, "一〇"),
    ("chineseLegalSimplified", 23, "贰拾叁"),
    ("ideographTraditional", 2, "乙"),
    ("ideographZodiac", 12, "亥"),
    ("decimalEnclosedCircle", 21, "㉑"),
    ("decimalEnclosedCircleChinese", 36, "㊱"),
    ("decimalEnclosedParen", 3, "⑶"),
    ("decimalEnclosedFullstop", 20, "⒛"),
    ("ideographEnclosedCircle", 1, "㊀"),
    ("nobody knows", 7, "7"),
    ("decimalEnclosedCircle", 99, "99"),
    ("chineseCounting", 123_456, "123456"),
    ("upperRoman", 0, "0"),
]


@pytest.mark.parametrize(("form", "number", "sign"), FORMS)
def test_a_number_is_shown_in_the_form_that_word_shows(form, number, sign):
    assert shown(number, form) == sign


def numbered(levels: str, paragraphs: list[tuple[str, int, str]], *, nums: str = "", styles: str = "") -> list[str]:
    """The lines of a document with one abstract list of these levels (list 90) and more lists; (text, level, list)."""
    document = Document()
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{levels}</w:abstractNum>'))
    every = f'<w:num w:numId="90"><w:abstractNumId w:val="90"/></w:num>{nums}'
    for num in parse_xml(f"<w:numbering {nsdecls('w')}>{every}</w:numbering>"):
        root.append(num)
    for style in parse_xml(f"<w:styles {nsdecls('w')}>{styles}</w:styles>"):
        document.styles.element.append(style)
    for text, level, name in paragraphs:
        if name in ("", "none"):
            document.add_paragraph(text)
        elif name.isdigit():
            listed(document, text, level, name)
        else:
            document.add_paragraph(text)._p.get_or_add_pPr().append(
                parse_xml(f'<w:pStyle {nsdecls("w")} w:val="{name}"/>')
            )
    return lines_of(saved(document))


def level(n: int, text: str, *, form: str = "decimal", start: int = 1, more: str = "") -> str:
    inner = f'<w:start w:val="{start}"/><w:numFmt w:val="{form}"/>{more}<w:lvlText w:val="{text}"/>'
    return f'<w:lvl w:ilvl="{n}">{inner}</w:lvl>'


def test_a_level_shows_the_numbers_above_it():
    levels = level(0, "%1", form="chineseCounting") + level(1, "%1.%2") + level(2, "%1.%2.%3", more="<w:isLgl/>")
    found = numbered(levels, [("甲", 0, "90"), ("乙", 1, "90"), ("丙", 2, "90"), ("丁", 2, "90")])
    assert found == ["一 甲", "一.1 乙", "1.1.1 丙", "1.1.2 丁"]


def test_a_chapter_and_an_article_stand_apart_from_their_words():
    levels = level(0, "第%1章", form="chineseCounting", more='<w:suff w:val="space"/>') + level(
        1, "第%2条", form="chineseCounting", more='<w:lvlRestart w:val="0"/><w:suff w:val="nothing"/>'
    )
    paragraphs = [("总则", 0, "90"), ("为了", 1, "90"), ("职责", 0, "90"), ("各级", 1, "90")]
    assert numbered(levels, paragraphs) == ["第一章 总则", "第一条 为了", "第二章 职责", "第二条 各级"]


def test_a_level_may_begin_anew_after_a_certain_level_alone():
    levels = level(0, "%1、") + level(1, "%2、") + level(2, "%3、", more='<w:lvlRestart w:val="1"/>')
    order = [0, 1, 2, 1, 2, 0, 1, 2]
    found = numbered(levels, [("甲", n, "90") for n in order])
    assert found == ["1、甲", "1、甲", "1、甲", "2、甲", "2、甲", "2、甲", "1、甲", "1、甲"]


def test_a_list_begins_at_its_own_number_once_and_may_have_a_level_of_its_own():
    own = f'<w:lvlOverride w:ilvl="0">{level(0, "（%1）", form="upperLetter", start=3)}</w:lvlOverride>'
    nums = (
        '<w:num w:numId="91"><w:abstractNumId w:val="90"/><w:lvlOverride w:ilvl="0"><w:startOverride w:val="5"/>'
        f'</w:lvlOverride></w:num><w:num w:numId="92"><w:abstractNumId w:val="90"/>{own}</w:num>'
    )
    paragraphs = [("甲", 0, "90"), ("乙", 0, "91"), ("丙", 0, "91"), ("丁", 0, "90"), ("戊", 0, "92")]
    found = numbered(level(0, "%1.", start=2), paragraphs, nums=nums)
    assert found == ["2.甲", "5.乙", "6.丙", "7.丁", "（H）戊"]


STYLES = (
    '<w:style w:type="paragraph" w:styleId="Base"><w:pPr><w:numPr><w:numId w:val="90"/></w:numPr></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="Second"><w:basedOn w:val="Base"/></w:style>'
    '<w:style w:type="paragraph" w:styleId="Off"><w:basedOn w:val="Base"/>'
    '<w:pPr><w:numPr><w:numId w:val="0"/></w:numPr></w:pPr></w:style>'
)


def test_a_style_takes_list_and_level_from_the_style_it_rests_on():
    levels = level(0, "%1、", more='<w:pStyle w:val="Base"/>') + level(1, "%1.%2、", more='<w:pStyle w:val="Second"/>')
    paragraphs = [("甲", 0, "Base"), ("乙", 0, "Second"), ("丙", 0, "Off"), ("丁", 0, "Second")]
    assert numbered(levels, paragraphs, styles=STYLES) == ["1、甲", "1.1、乙", "丙", "1.2、丁"]


def test_a_paragraph_may_switch_the_number_of_its_style_off():
    document_levels = level(0, "%1、")
    document = Document()
    root = document.part.numbering_part.element
    root.insert(0, parse_xml(f'<w:abstractNum {nsdecls("w")} w:abstractNumId="90">{document_levels}</w:abstractNum>'))
    root.append(parse_xml(f'<w:num {nsdecls("w")} w:numId="90"><w:abstractNumId w:val="90"/></w:num>'))
    for style in parse_xml(f"<w:styles {nsdecls('w')}>{STYLES}</w:styles>"):
        document.styles.element.append(style)
    for text, name in (("甲", None), ("乙", "0"), ("丙", None)):
        paragraph = listed(document, text, 0, name) if name else document.add_paragraph(text)
        paragraph._p.get_or_add_pPr().insert(0, parse_xml(f'<w:pStyle {nsdecls("w")} w:val="Base"/>'))
    assert lines_of(saved(document)) == ["1、甲", "乙", "2、丙"]


@pytest.mark.parametrize(("form", "expected"), [("bullet", ["甲", "乙"]), ("none", ["、甲", "、乙"])])
def test_a_bullet_is_no_number(form, expected):
    assert numbered(level(0, "%1、", form=form), [("甲", 0, "90"), ("乙", 0, "90")]) == expected


def with_body(*blocks: str) -> bytes:
    """A document of these blocks, written as Word writes them."""
    document = Document()
    for block in parse_xml(f"<w:body {SPACES}>{''.join(blocks)}</w:body>"):
        document.element.body.insert(len(document.element.body) - 1, block)
    return saved(document)


SPACES = " ".join(
    f'xmlns:{name}="{address}"'
    for name, address in {
        "w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main",
        "mc": "http://schemas.openxmlformats.org/markup-compatibility/2006",
        "v": "urn:schemas-microsoft-com:vml",
        "m": "http://schemas.openxmlformats.org/officeDocument/2006/math",
    }.items()
)


def p(*runs: str) -> str:
    return f"<w:p>{''.join(runs)}</w:p>"


def r(text: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr><w:t>{text}</w:t></w:r>"


def cell(*blocks: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{''.join(blocks)}</w:tc>"


def row(*cells: str, properties: str = "") -> str:
    return f"<w:tr><w:trPr>{properties}</w:trPr>{''.join(cells)}</w:tr>"


FIELD = '<w:r><w:fldChar w:fldCharType="{}"/></w:r>'
BOX = "<w:txbxContent><w:p>{}</w:p></w:txbxContent>"
BODIES = [
    ("a field", p(FIELD.format("begin"), "<w:r><w:instrText>PAGE \\* MERGEFORMAT</w:instrText></w:r>",
                  FIELD.format("separate"), r("3"), FIELD.format("end"), r("页")), ["3页"]),
    ("a link", p('<w:hyperlink w:anchor="a">', r("见附件"), "</w:hyperlink>"), ["见附件"]),
    ("a simple field", p('<w:fldSimple w:instr="DATE">', r("3月1日"), "</w:fldSimple>"), ["3月1日"]),
    ("a content control", "<w:sdt><w:sdtPr/><w:sdtContent>" + p(r("甲")) + "</w:sdtContent></w:sdt>", ["甲"]),
    ("one in a line", p(r("甲"), "<w:sdt><w:sdtContent>", r("乙"), "</w:sdtContent></w:sdt>"), ["甲乙"]),
    ("hidden text", p(r("甲"), r("密", "<w:vanish/>"), r("乙", '<w:vanish w:val="0"/>')), ["甲乙"]),
    ("signs", p('<w:r><w:sym w:font="Wingdings" w:char="F0FE"/><w:noBreakHyphen/><w:softHyphen/></w:r>', r("甲")),
     ["☑-甲"]),
    ("ruby", p("<w:r><w:ruby><w:rt>", r("du"), "</w:rt><w:rubyBase>", r("督"), "</w:rubyBase></w:ruby></w:r>"),
     ["督"]),
    ("breaks", p(r("甲"), '<w:r><w:br w:type="page"/></w:r>', r("乙"), '<w:r><w:br w:type="textWrapping"/></w:r>',
                 r("丙"), "<w:r><w:br/></w:r>", r("丁")), ["甲乙", "丙", "丁"]),
    ("a comment", p('<w:commentRangeStart w:id="1"/>', r("甲"), '<w:r><w:commentReference w:id="1"/></w:r>'), ["甲"]),
    ("a formula", p("<m:oMath><m:r><m:t>x</m:t></m:r></m:oMath>"), ["x"]),
    ("an old box", p("<w:r><w:pict><v:shape><v:textbox>", BOX.format(r("框")), "</v:textbox></v:shape></w:pict></w:r>"),
     ["", "框"]),
    ("a box in a box", p("<w:r>", BOX.format(r("外") + f"<w:r>{BOX.format(r('内'))}</w:r>"), "</w:r>"),
     ["", "外", "内"]),
    ("a struck-out paragraph", p("<w:pPr><w:rPr><w:del w:id='1'/></w:rPr></w:pPr><w:del w:id='2'><w:r><w:delText>旧"
                                 "</w:delText></w:r></w:del>") + p(r("新")), ["新"]),
    ("moved words", p("<w:moveFrom w:id='1'>", r("甲"), "</w:moveFrom>", r("乙")) + p("<w:moveTo w:id='2'>", r("甲"),
                      "</w:moveTo>"), ["乙", "甲"]),
    ("a table", "<w:tbl>" + row(cell(p(r("甲")), p(r("续")), properties='<w:gridSpan w:val="2"/>'), cell(p(r("乙"))))
     + row(cell(p(r("丙")), properties='<w:vMerge w:val="restart"/>'), cell(p(r("丁"))), cell(p()))
     + row(cell(p(), properties="<w:vMerge/>"), cell(p(r("戊"), "<w:r><w:tab/></w:r>", r("己"))), cell(p(r("庚"))))
     + row(cell(p(r("旧"))), properties='<w:del w:id="3"/>') + "</w:tbl>",
     ["甲 续\t乙", "丙\t丁\t", "戊 己\t庚"]),
    ("a table in a table", "<w:tbl>" + row(cell("<w:tbl>" + row(cell(p(r("子"))), cell(p(r("丑")))) + "</w:tbl>", p()),
     cell(p(r("乙")))) + "</w:tbl>", ["子 丑\t乙"]),
    ("a row in a control", "<w:tbl><w:sdt><w:sdtContent>" + row(cell(p(r("甲")))) + "</w:sdtContent></w:sdt></w:tbl>",
     ["甲"]),
]  # fmt: skip


@pytest.mark.parametrize(("body", "expected"), [case[1:] for case in BODIES], ids=[case[0] for case in BODIES])
def test_a_document_is_read_as_its_reader_sees_it(body, expected):
    assert lines_of(with_body(body)) == expected


PLAN = "".join(p(r(line)) for line in ("某市方案", "一、督察内容", "（一）甲。", "二、督察要求", "无。"))


@pytest.mark.parametrize(
    ("more", "told"),
    [
        (p(r("秘密事项", "<w:vanish/>")), "hidden text that no reader sees; it was left out: “秘密事项”"),
        (p("<w:ins w:id='1'>", r("新增"), "</w:ins>"), "tracked changes"),
        (p("<w:del w:id='1'><w:r><w:delText>旧</w:delText></w:r></w:del>"), "tracked changes"),
        (p(r("无事。")), None),
    ],
)
def test_what_a_reader_does_not_see_is_told(more, told):
    messages = [w.message for w in plans.read_file("方案.docx", with_body(PLAN, more)).warnings]
    assert any(told in m for m in messages) if told else not any("Word" in m for m in messages)


def test_text_hidden_by_a_style_of_signs_is_hidden():
    style = '<w:style w:type="character" w:styleId="Hid"><w:rPr><w:vanish/></w:rPr></w:style>'
    document = Document()
    document.styles.element.append(parse_xml(style.replace("<w:style ", f"<w:style {nsdecls('w')} ")))
    document.add_paragraph("甲")._p.append(
        parse_xml(f'<w:r {nsdecls("w")}><w:rPr><w:rStyle w:val="Hid"/></w:rPr><w:t>密</w:t></w:r>')
    )
    assert lines_of(saved(document)) == ["甲"]


def test_heads_of_pages_are_no_text_but_a_number_that_stands_there_alone_is_not_lost():
    document = Document()
    for line in ("某市方案", "一、督察内容", "（一）甲。"):
        document.add_paragraph(line)
    document.sections[0].header.paragraphs[0].text = "平法组〔2019〕28号 内部资料"
    document.sections[0].footer.paragraphs[0].text = "第1页"
    reading = plans.read_file("方案.docx", saved(document))
    assert reading.heading.document_number == "平法组〔2019〕28号"
    assert "内部资料" not in reading.text and "第1页" not in reading.text
    assert any("“平法组〔2019〕28号” stands in the head" in warned.message for warned in reading.warnings)


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
