"""Papers of every kind have the form of GB/T 9704-2012: by an independent judge, and by measure on the printed page."""

import json
import re
import zipfile
from datetime import date
from io import BytesIO

import docx
import pytest
from gongwen_papers import LEDGER, SENTENCE, Page, Sign, pages, paper, printer
from gongwen_standard import faults

from ducha.engines import gongwen
from ducha.engines.gongwen import Annex, Document, Heading, Imprint, Table, paragraph

LONG_ORGAN = "平顶山市推进依法行政工作领导小组办公室联合督察工作专班"
ORGANS = tuple(f"{name}人民政府办公室" for name in "宝丰县 叶县 鲁山县 郏县 舞钢市 新华区 卫东区 石龙区 湛河区".split())
LEVELS = tuple(
    block
    for at in range(25)
    for block in (
        Heading(1, f"第{at}部分"),
        *(Heading(2, "小节") for _ in range(2)),
        *(paragraph("各单位要高度重视。", level=level) for level in (3, 4, 4, 3, 4, 2, 3)),
        Heading(3, "三级"),
        Heading(4, "四级"),
        paragraph(SENTENCE),
    )
)


def annexes(count: int, title: str = "督察要点") -> tuple[Annex, ...]:
    return tuple(Annex(f"{title}之{at}", (paragraph(SENTENCE),)) for at in range(count))


PAPERS = {
    "a notice": paper(),
    "a short paper without a mark": Document(title="自查报告", blocks=(paragraph(SENTENCE),)),
    "a title alone": Document(title="通知", blocks=()),
    "a number without a mark": paper(mark=""),
    "a mark without a number": paper(number=""),
    "a long mark": paper(mark="平顶山市全面依法治市委员会办公室平顶山市司法局平顶山市人民检察院文件"),
    "a mark of two signs": paper(mark="通报"),
    "a long title": paper(
        title="平顶山市人民政府关于" + "印发《法治政府建设与责任落实督察工作规定实施细则（试行）》" * 3 + "的通知"
    ),
    "a title that fills its line": paper(title="督" * 20),
    "a title a sign longer than its line": paper(title="督" * 21),
    "a title in the alphabet": paper(title="A" * 70 + " and a report"),
    "many recipients": paper(recipients=ORGANS * 6),
    "one attachment": paper(annexes=annexes(1)),
    "twelve attachments": paper(annexes=annexes(12)),
    "attachments with long names": paper(
        annexes=annexes(10, "法治政府建设督察反馈问题整改情况台账和佐证材料目录清单汇总表")
    ),
    "a long organ": paper(signed_by=(LONG_ORGAN,)),
    "an organ of two signs": paper(signed_by=("市委",)),
    "organs as wide as is allowed over a date four signs in": paper(signed_by=("督" * 14,)),
    "several organs": paper(signed_by=("平顶山市司法局", LONG_ORGAN, "叶县")),
    "a day in December": paper(dated=date(2026, 12, 31)),
    "a draft": paper(dated=None),
    "no organ": paper(signed_by=()),
    "neither organ nor date": paper(signed_by=(), dated=None),
    "all four levels": paper(blocks=LEVELS),
    "an upright table": paper(blocks=(paragraph(SENTENCE), LEDGER, LEDGER, paragraph(SENTENCE))),
    "a table at the end": paper(blocks=(LEDGER,)),
    "a table without rows": paper(blocks=(Table(LEDGER.columns, ()),)),
    "tables across": paper(
        annexes=(
            Annex("台账一", (LEDGER,), lies_across=True),
            Annex("台账二", (LEDGER, LEDGER), lies_across=True),
            Annex("说明", (paragraph(SENTENCE),)),
            Annex("台账三", (LEDGER,), lies_across=True),
        )
    ),
    "a table across at the end, and no imprint": paper(imprint=None),
    "contents": paper(has_contents=True),
    "contents without parts": paper(has_contents=True, blocks=(paragraph(SENTENCE),)),
    "contents of two pages": paper(has_contents=True, blocks=LEVELS),
    "many copies": paper(imprint=Imprint(ORGANS * 3, "平顶山市司法局办公室", date(2026, 3, 6))),
    "copies alone": paper(imprint=Imprint(ORGANS[:2])),
    "a printer alone": paper(imprint=Imprint(printed_by="平顶山市司法局办公室", printed_on=date(2026, 3, 6))),
    "an empty imprint": paper(imprint=Imprint()),
    "a thousand paragraphs": paper(blocks=tuple(paragraph(f"{SENTENCE}{at}") for at in range(1000))),
    "names": paper(names=frozenset({"司法局", "督察", "司"})),
}
ODD = {
    "control signs": "督\x00察\x07组\x1f\x0b\x0c情况",
    "signs that XML forbids": "督\ufffe察\uffff情况",
    "lone surrogates": "督\ud800察\udfff情况",
    "emoji": "督察👩‍👩‍👧情况🇨🇳",
    "markup": """<w:p>&amp;"督察"'情况'<!-- ]]>""",
    "tabs and line ends": "督\t察\r\n情\r况\n的",
    "right to left": "督察 مرحبا \u202e情况\u202c שלום",
    "a very long word": "w" * 300,
    "signs beyond the first plane": "督𠀀𪚥察情况",
    "white space": "　 \u3000督\xa0察\u2028情\u2029况 ",
    "nothing": "",
    "white space alone": " \n\t",
}


def odd_paper(words: str) -> Document:
    """Odd words wherever a paper takes words."""
    table = Table((gongwen.Column(words, 1), gongwen.Column("问题", 2)), ((words, "甲"), ("乙", words)))
    return paper(
        title=f"关于{words}的通知",
        mark=f"督{words}"[:40],
        number=f"平司〔2026〕12号{words}",
        recipients=(f"甲{words}", "乙"),
        blocks=(Heading(1, f"部分{words}"), paragraph(f"正文{words}。"), table),
        annexes=(Annex(f"附{words}清单", (paragraph(f"正文{words}。"),)),),
        signed_by=(f"组{words}"[:30],),
        imprint=Imprint((f"甲{words}",), f"办{words}"[:20], date(2026, 3, 6)),
        has_contents=True,
        names=frozenset({words}),
    )


@pytest.mark.parametrize("document", PAPERS.values(), ids=PAPERS)
def test_a_paper_has_the_form_of_the_standard(document):
    assert faults(gongwen.write(document), document) == []


@pytest.mark.parametrize("words", ODD.values(), ids=ODD)
def test_odd_words_stand_in_a_paper_as_they_are_or_are_left_out(words):
    document = odd_paper(words)
    made = gongwen.write(document)
    docx.Document(BytesIO(made))
    # How lines of such a title break, and how wide such an organ is, is its own affair.
    own = re.compile("title “|over the middle of the date|The date is .* signs in")
    assert [fault for fault in faults(made, document) if not own.search(fault)] == []


@pytest.mark.parametrize("document", [PAPERS["a notice"], PAPERS["contents"]], ids=["a notice", "contents"])
def test_the_same_paper_gives_the_same_bytes(document):
    assert gongwen.write(document) == gongwen.write(document)


@pytest.mark.parametrize("document", PAPERS.values(), ids=PAPERS)
def test_a_paper_kept_as_json_is_the_same_paper(document):
    assert gongwen.from_json(json.loads(json.dumps(gongwen.to_json(document)))) == document


def test_a_paper_says_nothing_of_who_wrote_it_where_and_when():
    with zipfile.ZipFile(BytesIO(gongwen.write(paper()))) as opened:
        assert {member.date_time[:3] for member in opened.infolist()} == {(1980, 1, 1)}
        core = opened.read("docProps/core.xml").decode()
    assert "关于开展2026年度法治政府建设督察工作的通知" in core
    assert not re.search(r"created|modified|lastModifiedBy", core)


# -- on the printed page -----------------------------------------------------------------------------------------------

MM = 72 / 25.4
LEFT, RIGHT, TOP, BOTTOM = 28 * MM, 184 * MM, 37 * MM, 262 * MM
LINE = 225 * MM / 22


@pytest.fixture(scope="module")
def notice() -> list[Page]:
    return pages(paper())


@printer
def test_a_full_page_holds_22_lines_of_28_signs():
    printed = pages(Document(title="满页", blocks=(paragraph("督" * (26 + 28 * 50)),)))
    full = printed[1].lines[:-1]
    assert [len(line) for line in full] == [28] * 22
    assert [full[0][0].left, full[0][-1].right] == pytest.approx([LEFT, RIGHT], abs=2)
    # The page number is the last line of the page, and beyond the type area.
    assert full[0][0].baseline - 16 > TOP - 2
    assert full[-1][0].baseline < BOTTOM < printed[1].lines[-1][0].baseline


@printer
def test_the_mark_is_35_mm_under_the_top_and_the_rule_4_mm_under_the_number(notice):
    first = notice[0]
    mark, number, title = (first.line(words) for words in ("平顶山市司法局文件", "2026〕12号", "关于开展"))
    # A sign reaches 88 hundredths of its size above the line that it stands on, 12 below.
    assert mark[0].baseline - 0.88 * 36 - TOP == pytest.approx(35 * MM, abs=1 * MM)
    rule = first.rules[0]
    assert [rule[0], rule[2]] == pytest.approx([LEFT, RIGHT], abs=3)
    assert (rule[1] + rule[3]) / 2 - number[0].baseline - 0.12 * 16 == pytest.approx(4 * MM, abs=1 * MM)
    # Two blank lines above the number and above the title.
    assert number[0].baseline - 0.88 * 16 - mark[0].baseline - 0.12 * 36 == pytest.approx(2 * LINE, abs=8)
    assert title[0].baseline - 0.88 * 22 - rule[3] == pytest.approx(2 * LINE, abs=8)


@printer
def test_lines_of_a_title_are_a_line_apart(notice):
    first, second = notice[0].line("关于开展"), notice[0].line("工作的通知")
    assert second[0].baseline - first[0].baseline == pytest.approx(LINE, abs=1)


@printer
@pytest.mark.parametrize(
    "mark", ["平顶山市司法局文件", "平顶山市全面依法治市委员会办公室平顶山市司法局平顶山市人民检察院文件"]
)
def test_the_mark_stands_on_one_line_in_the_middle(mark):
    line = pages(paper(mark=mark, annexes=()))[0].lines[0]
    assert "".join(each.sign for each in line) == mark
    assert (line[0].left + line[-1].right) / 2 == pytest.approx((LEFT + RIGHT) / 2, abs=3)


@printer
def test_page_numbers_run_on_and_stand_one_sign_in_outside(notice):
    for at, page in enumerate(notice, 1):
        number = page.lines[-1]
        assert page.texts[-1] == f"—{at}—"
        if page.height < 800:
            continue
        side = RIGHT - number[-1].right if at % 2 else number[0].left - LEFT
        assert side == pytest.approx(14, abs=1.5)
        # 7.5: the dashes stand 7 mm under the type area; a dash is at a third of its size above its line.
        assert number[0].baseline - 14 / 3 - BOTTOM == pytest.approx(7 * MM, abs=1.5 * MM)


def middle(line: tuple[Sign, ...]) -> float:
    return (line[0].left + line[-1].right) / 2


@printer
@pytest.mark.parametrize(
    "organs", [("平顶山市司法局",), ("市委",), ("平顶山市司法局", "平顶山市全面依法治市委员会办公室")]
)
def test_the_date_ends_four_signs_in_and_the_organs_stand_over_its_middle(organs):
    printed = pages(paper(annexes=(), signed_by=organs))
    page = next(page for page in printed if any("2026年3月5日" in text for text in page.texts))
    date_line = page.line("2026年3月5日")
    if len(organs) == 1:
        assert RIGHT - date_line[-1].right == pytest.approx(4 * 16, abs=9)
    at = page.texts.index("2026年3月5日")
    assert page.texts[at - len(organs) : at] == list(organs)
    # The date is six signs wide with digits of half a sign, which the faces here need not have.
    over = middle(date_line) + (date_line[-1].right - date_line[0].left - 6 * 16) / 2
    for line in page.lines[at - len(organs) : at]:
        assert middle(line) == pytest.approx(over, abs=5)
        assert line[-1].right < RIGHT + 1


@printer
def test_the_imprint_stands_at_the_foot_of_the_last_page():
    printed = pages(PAPERS["many copies"])
    last = printed[-1]
    assert not any("抄送" in text for page in printed[:-1] for text in page.texts)
    copies, by = last.line("抄送："), last.line("印发")
    thick, thin, end = ((rule[1] + rule[3]) / 2 for rule in last.rules)
    # The last rule is the lower edge of the type area.
    assert end == pytest.approx(BOTTOM, abs=1 * MM)
    assert thick < copies[0].baseline < thin < by[0].baseline < end
    assert all(rule[0] < LEFT + 1 and rule[2] > RIGHT - 1 for rule in last.rules)
    assert [copies[0].left - LEFT, by[0].left - LEFT, RIGHT - by[-1].right] == pytest.approx([14, 14, 14], abs=2)
    # Further lines stand under the first sign after the colon, and nothing is left out.
    following = [line for line in last.lines if copies[0].baseline < line[0].baseline < thin]
    assert following
    assert [line[0].left for line in following] == pytest.approx([copies[3].left] * len(following), abs=1.5)
    shown = "".join(each.sign for line in [copies, *following] for each in line)
    assert shown == f"抄送：{'、'.join(ORGANS * 3)}。"


@printer
@pytest.mark.parametrize("lines", [19, 20, 22, 39, 40, 41, 42, 43])
def test_the_imprint_covers_no_text_however_full_the_last_page_is(lines):
    text = tuple(paragraph("督") for _ in range(lines))
    printed = pages(
        Document(title="满", blocks=text, imprint=Imprint(ORGANS[:2], "平顶山市司法局办公室", date(2026, 3, 6)))
    )
    assert sum(page.texts.count("督") for page in printed) == lines
    assert [page.texts[-2].endswith("印发") for page in printed] == [False] * (len(printed) - 1) + [True]
    upper = printed[-1].rules[0][1]
    assert all(
        line[0].baseline < upper
        for line, text in zip(printed[-1].lines, printed[-1].texts, strict=True)
        if text == "督"
    )


@printer
def test_names_and_document_numbers_are_never_broken_across_lines():
    names = ("欧阳娜娜", "司马相如", "阿不都热合曼·买买提")
    number = "平政〔2026〕128号"
    words = [*names, number]
    text = [paragraph("督" * before + word + "察" * 40) for word in words for before in range(14, 27)]
    table = Table(
        (gongwen.Column("责任人", 2), gongwen.Column("依据", 8)), (("督" * 4 + names[0], "督" * 26 + number),)
    )
    printed = pages(Document(title="名单", blocks=(*text, table), names=frozenset(names)))
    lines = [text for page in printed for text in page.texts]
    assert [sum(word in line for line in lines) for word in words] == [14, 13, 13, 14]


def test_a_name_within_a_name_is_joined_the_same_way_in_any_order():
    organs = ("平顶山市司法局", "叶县人民政府", "郏县人民检察院", "鲁山县公安局")
    names = [organ[:end] for organ in organs for end in range(1, len(organ) + 1)]
    blocks = tuple(paragraph(f"{organ}负责。") for organ in organs)
    one, other = (gongwen.write(paper(blocks=blocks, names=frozenset(order))) for order in (names, names[::-1]))
    assert one == other
    text = docx.Document(BytesIO(one)).element.xpath("string(//w:body)")
    assert all("\ufeff".join(organ) in text for organ in organs)


@printer
def test_the_contents_tell_the_pages_on_which_the_parts_stand():
    printed = pages(paper(has_contents=True, blocks=LEVELS, annexes=()))
    entries = [
        re.fullmatch(r"([一二三四五六七八九十]+、第\d+部分)\.*(\d+)", text) for page in printed for text in page.texts
    ]
    told = {entry[1]: int(entry[2]) for entry in entries if entry}
    stand = {text: at for at, page in enumerate(printed, 1) for text in page.texts if text in told}
    assert len(told) == 25
    assert told == stand
    assert len(set(told.values())) > 5


@printer
def test_an_attachment_begins_a_page_however_short_the_text_is():
    printed = pages(paper(mark="", number="", blocks=(paragraph("督察"),), annexes=annexes(3)))
    assert [page.texts[0] for page in printed[1:]] == ["附件1", "附件2", "附件3"]


@printer
def test_a_table_repeats_its_head_and_an_attachment_begins_a_page(notice):
    heads = [page for page in notice if "序号" in "".join(page.texts)]
    assert len(heads) > 2
    assert all(page.height < 800 for page in heads)
    begins = [page.texts[0] for page in notice if page.texts[0].startswith("附件")]
    assert begins == ["附件1", "附件2"]
    page = next(page for page in notice if page.texts[0] == "附件1")
    # The title of an attachment stands on the third line.
    assert page.line("督察要点")[0].baseline - page.lines[0][0].baseline == pytest.approx(2 * LINE, abs=4)


def test_a_title_breaks_no_name_that_the_paper_has_to_itself() -> None:
    unit = "市文化广电和旅游局"
    document = gongwen.Document(title=f"关于对{unit}解除挂牌督办的通知", blocks=(), recipients=(unit,))
    lines = next(p.text for p in docx.Document(BytesIO(gongwen.write(document))).paragraphs if unit[:3] in p.text)
    assert lines.split("\n") == [f"关于对{unit}", "解除挂牌督办的通知"]


def test_no_signature_stands_alone_on_a_page() -> None:
    blocks = tuple(gongwen.paragraph(f"第{n}段。") for n in range(3))
    document = gongwen.Document("通知", blocks, signed_by=("督察办",), dated=date(2019, 11, 12))
    keeping = {
        p.text for p in docx.Document(BytesIO(gongwen.write(document))).paragraphs if p.paragraph_format.keep_with_next
    }
    assert {"第2段。", "督察办"} <= keeping and not {"第0段。", "第1段。"} & keeping
