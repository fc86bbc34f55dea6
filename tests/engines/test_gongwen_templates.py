"""An office's own Word file with fields: the words are the paper's, the looks are the office's."""

import zipfile
from datetime import date
from io import BytesIO

import docx
import pytest
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt
from gongwen_papers import printer

from ducha.domain.errors import Invalid
from ducha.engines import foreign, gongwen
from ducha.engines.gongwen import Annex, Column, Heading, Imprint, Table, paragraph

DOCUMENT = gongwen.Document(
    title="关于反馈督察情况的通知",
    blocks=(paragraph("第一段。"), Heading(1, "存在问题"), paragraph("公示超期。", level=3), paragraph("最后一段。")),
    mark="测试市督察办文件",
    number="测督〔2019〕3号",
    recipients=("甲局", "乙局"),
    signed_by=("测试市督察办", "测试市司法局"),
    dated=date(2019, 11, 12),
    imprint=Imprint(("某机关",), "测试市督察办", date(2019, 11, 12)),
    annexes=(
        Annex("问题清单", (Table((Column("序号", 1), Column("问题", 4)), (("1", "公示超期"),)),), lies_across=True),
        Annex("名单", (paragraph("甲局。"),)),
    ),
)
LINES = ("{{标志}}", "文件编号：{{文号}}", "{{标题}}", "{{主送}}：", "{{正文}}", "{{附件说明}}", "{{落款}}", "{{日期}}")


def template(
    lines=(*LINES, "抄送：{{抄送}}", "{{印发机关}}　{{印发日期}}印发", "{{附件}}"), *, foot: str = "我单位的页脚"
) -> bytes:
    made = docx.Document()
    made.sections[0].footer.paragraphs[0].text = foot
    for line in lines:
        added = made.add_paragraph()
        # Word splits what was typed at different times into runs, also within a field.
        for piece in (line[:2], line[2:4], line[4:]):
            added.add_run(piece).font.size = Pt(15)
        if line == "{{正文}}":
            added.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
            added.paragraph_format.first_line_indent = Pt(30)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def filled(made: bytes, document: gongwen.Document = DOCUMENT) -> docx.document.Document:
    return docx.Document(BytesIO(gongwen.fill(made, document)))


def words(opened) -> list[str]:
    return [p.text.replace("\ufeff", "") for p in opened.paragraphs if p.text.strip()]


def test_every_field_is_filled() -> None:
    opened = filled(template())
    assert words(opened) == [
        "测试市督察办文件",
        "文件编号：测督〔2019〕3号",
        "关于反馈督察情况的通知",
        "甲局、乙局：",
        "第一段。",
        "一、存在问题",
        "1.公示超期。",
        "最后一段。",
        "附件：1.问题清单",
        "2.名单",
        "测试市督察办\n测试市司法局",
        "2019年11月12日",
        "抄送：某机关",
        "测试市督察办　2019年11月12日印发",
        "附件1",
        "问题清单",
        "附件2",
        "名单",
        "甲局。",
    ]
    assert opened.tables[0].rows[1].cells[1].text == "公示超期"


def test_the_text_takes_the_looks_of_its_field_and_headings_those_of_the_offices_styles() -> None:
    opened = filled(template())
    text = next(p for p in opened.paragraphs if p.text == "第一段。")
    assert text.alignment == WD_ALIGN_PARAGRAPH.JUSTIFY and text.paragraph_format.first_line_indent == Pt(30)
    assert {run.font.size for run in text.runs} == {Pt(15)}
    heading = next(p for p in opened.paragraphs if p.text == "一、存在问题")
    assert heading.style.name == "Heading 1"
    assert heading.style.font.color.rgb == docx.Document().styles["Heading 1"].font.color.rgb


def test_an_annex_that_lies_across_has_a_section_of_its_own_and_the_offices_foot() -> None:
    opened = filled(template())
    assert [section.orientation for section in opened.sections] == [
        *(WD_ORIENT.PORTRAIT, WD_ORIENT.LANDSCAPE, WD_ORIENT.PORTRAIT)
    ]
    assert all(section.footer.paragraphs[0].text == "我单位的页脚" for section in opened.sections)


def test_a_line_whose_fields_are_all_empty_goes() -> None:
    plain = gongwen.Document("通知", (paragraph("正文。"),), recipients=("甲局",))
    made = template(
        ("{{标志}}", "编号：{{文号}}", "{{标题}}", "{{主送}}：", "{{正文}}", "抄送：{{抄送}}。", "{{附件}}")
    )
    assert words(filled(made, plain)) == ["通知", "甲局：", "正文。"]


def test_the_same_template_and_paper_give_the_same_bytes_and_say_what_they_are() -> None:
    from dataclasses import replace

    made, known = template(), replace(DOCUMENT, identifier="a" * 20)
    assert gongwen.fill(made, known) == gongwen.fill(made, known)
    assert gongwen.identifier_of(gongwen.fill(made, known)) == "a" * 20


def test_everything_wrong_with_a_template_is_told_at_once() -> None:
    with pytest.raises(Invalid) as refused:
        gongwen.examine("模板.docx", template(("{{文题}}", "见{{正文}}", "{{日期}}")))
    said = " ".join(map(str, refused.value.faults))
    assert "“{{文题}}” is no field" in said and "“{{正文}}” stands alone" in said and "“{{标题}}” is missing" in said
    assert gongwen.examine("模板.docx", template())


def test_a_field_in_a_table_takes_words_and_no_paragraphs() -> None:
    made = docx.Document()
    made.add_paragraph("{{正文}}")
    cells = made.add_table(1, 2).rows[0].cells
    cells[0].text, cells[1].text = "{{标题}}", "{{附件}}"
    target = BytesIO()
    made.save(target)
    with pytest.raises(Invalid, match="in no table"):
        gongwen.examine("模板.docx", target.getvalue())
    cells[1].text = "{{文号}}"
    target = BytesIO()
    made.save(target)
    assert gongwen.examine("模板.docx", target.getvalue())
    assert [c.text.replace("\ufeff", "") for c in filled(target.getvalue()).tables[0].rows[0].cells] == [
        *(DOCUMENT.title, DOCUMENT.number)
    ]


@pytest.mark.parametrize("junk", [b"", b"{{\xe6", b"PK\x03\x04", template()[:2000]])
def test_what_is_no_word_file_is_refused(junk: bytes) -> None:
    with pytest.raises(Invalid, match="no Word file"):
        gongwen.examine("模板.docx", junk)


def test_words_that_look_like_markup_stay_words() -> None:
    hostile = gongwen.Document("<w:p>&\x01{{正文}}", (paragraph("{{标题}}</w:t>\x00"),), recipients=("甲\n乙",))
    opened = filled(template(("{{标题}}", "{{主送}}：", "{{正文}}")), hostile)
    assert words(opened) == ["<w:p>&{{正文}}", "甲\n乙：", "{{标题}}</w:t>"]


@printer
def test_libreoffice_prints_a_filled_template() -> None:
    made = gongwen.fill(template(), DOCUMENT)
    with zipfile.ZipFile(BytesIO(made)) as archive:
        assert archive.testzip() is None
    assert foreign.printed(made)[:5] == b"%PDF-"
