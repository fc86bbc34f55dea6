"""A PDF is read as its pages show it: tables as rows, turned pages, columns; and told where a page is a picture."""

from io import BytesIO

import pytest
from PIL import Image
from plan_files import pdf, printed
from pypdfium2 import PdfDocument

from ducha.engines import files, plans

ROWS = (
    "<tr><th>一级指标<th>考核要点<th>分值<th>评分标准</tr>"
    "<tr><td rowspan=2>制度建设<td style='width:100px'>完善制度，建立清单，并且公开到网站上去<td>10<td>扣10分。</tr>"
    "<tr><td>审核覆盖率达到95%以上<td>20<td>每下降5%扣2分。</tr>"
    "<tr><td>公开<td>及时公开<td>70<td>每少一次扣1分。</tr><tr><td colspan=2>合计<td>100<td></tr>"
)
TABLE = (
    "<h3>某市考核细则</h3><p>一、考核内容</p>"
    f"<table style='border-collapse:collapse' border=1>{ROWS}</table><p>二、考核要求</p><p>认真落实。</p>"
)
LINES = [
    "某市考核细则",
    "一、考核内容",
    "一级指标\t考核要点\t分值\t评分标准",
    "制度建设\t完善制度，建立清单，并且公开到网站上去\t10\t扣10分。",
    "审核覆盖率达到95%以上\t20\t每下降5%扣2分。",
    "公开\t及时公开\t70\t每少一次扣1分。",
    "合计\t100\t",
    "二、考核要求",
    "认真落实。",
]
LATIN = "1.Alpha list\n2.Beta\n3.Gamma"


def text(content: bytes) -> str:
    return plans.text_of("方案.pdf", content)


def scanned() -> bytes:
    target = BytesIO()
    Image.new("RGB", (600, 800), "white").save(target, "PDF")
    return target.getvalue()


def bound(*parts: bytes) -> bytes:
    """The pages of several PDFs in one."""
    whole, target = PdfDocument.new(), BytesIO()
    for part in parts:
        whole.import_pages(PdfDocument(part))
    whole.save(target)
    return target.getvalue()


@pytest.mark.parametrize("turned", [0, 90, 270])
def test_the_rows_of_a_ruled_table_are_read_whichever_way_the_page_is_turned(turned):
    page = f"<div style='width:600px;height:600px;transform:rotate({turned}deg)'>{TABLE}</div>"
    assert text(printed(page)).split("\n") == LINES


def test_a_page_upside_down_loses_no_sign():
    page = f"<div style='width:600px;height:600px;transform:rotate(180deg)'>{TABLE}</div>"
    assert sorted("".join(text(printed(page)).split())) == sorted("".join("".join(LINES).split()))


def test_two_columns_are_read_one_after_the_other():
    points = [f"{n}.第{n}项内容很长，需要在窄栏中换行，看看两栏的先后是否正确。" for n in range(1, 30)]
    page = f"<div style='columns:2'>{''.join(f'<p>{point}</p>' for point in points)}</div>"
    assert "".join(text(printed(page)).split()) == "".join(points)


def test_a_table_that_goes_on_over_the_page_keeps_all_its_rows():
    rows = "".join(f"<tr><td>{n}<td>第{n}项任务<td>市司法局</tr>" for n in range(1, 121))
    head = "<thead><tr><th>序号<th>任务<th>责任单位</tr></thead>"
    page = f"<p>某市任务表</p><table border=1 style='border-collapse:collapse'>{head}{rows}</table>"
    read = [f"{n}\t第{n}项任务\t市司法局" for n in range(1, 121)]
    assert text(printed(page)).split("\n")[1:] == ["序号\t任务\t责任单位", *read]


def test_a_box_around_a_paragraph_is_no_table():
    page = "<p>一、内容</p><div style='border:1px solid'><p>（一）甲。</p><p>（二）乙。</p></div>"
    assert text(printed(page)).split("\n") == ["一、内容", "（一）甲。", "（二）乙。"]


@pytest.mark.parametrize("rotated", [0, 90, 180, 270])
def test_a_page_marked_as_turned_is_read_by_the_way_its_words_run(rotated):
    assert text(pdf([LATIN], rotated=rotated)) == LATIN


def test_a_file_that_only_its_owner_may_change_is_read_and_a_locked_one_refused():
    assert text(pdf([LATIN], user="")) == LATIN
    with pytest.raises(plans.PlanRefused, match="“方案.pdf” is protected by a password"):
        text(pdf([LATIN], user="geheim"))


def test_a_page_that_is_a_picture_is_told_with_its_number():
    content = bound(pdf(["1.Alpha list\n2.Beta"]), scanned(), pdf(["3.Gamma"]))
    reading = plans.read_document("方案.pdf", plans.document_of("方案.pdf", content))
    told = [warned for warned in reading.warnings if "is a picture or empty" in warned.message]
    assert [(w.lines, w.message.split(":")[0]) for w in told] == [((2, 2), "Page 2 is a picture or empty")]
    answer = files.run_limited("ducha.engines.plans:packed", "方案.pdf", content)
    assert plans.unpacked(answer) == plans.document_of("方案.pdf", content)


def test_a_scan_with_printed_page_numbers_is_a_scan():
    with pytest.raises(plans.PlanRefused, match="“方案.pdf” is a scan"):
        text(pdf(["- 1 -", "- 2 -"]))


def test_a_scan_of_several_pages_is_refused():
    with pytest.raises(plans.PlanRefused, match="“方案.pdf” is a scan"):
        text(bound(scanned(), scanned()))


@pytest.mark.parametrize("pages", [1_001, 5_000])
def test_a_book_is_refused_with_its_number_of_pages(pages):
    with pytest.raises(plans.PlanRefused, match=f"“方案.pdf” has {pages} pages; a plan has at most 1000"):
        text(pdf([LATIN] * pages))


@pytest.mark.parametrize("content", [b"%PDF-1.7", pdf([LATIN])[:300], b"%PDF-1.4\n" + bytes(5_000)])
def test_a_broken_file_is_refused(content):
    with pytest.raises(plans.PlanRefused, match="“方案.pdf” is (a broken PDF|a scan)"):
        text(content)
