"""Pages as they are saved from government sites: in any encoding, with tables, lists, noise and old frames."""

import time
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from html import escape

import pytest
from plan_files import BRIEF

from ducha.engines import files, plans
from ducha.engines.plans.pages import html_text

EXPECTED = plans.read_text(BRIEF)
SOURCE = [escape(line.strip()) for line in BRIEF.splitlines() if line.strip()]
ARTICLE = "".join(f"<p>{line}</p>" for line in SOURCE)
TEXT = "某市方案。一、督察内容，要求如下：（一）公开，不超过7日；（二）公示，不超过20日。"


def site(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html><head>{head}</head><body>{body}</body></html>"


def lines(body: str) -> list[str]:
    return html_text(site(body)).split("\n")


def found(reading: plans.Reading) -> list:
    return [(p.code, [(t.comparator, t.value, t.unit) for t in p.thresholds]) for p in reading.points]


@pytest.mark.parametrize("declared", ["", "utf-8", "gb2312", "gbk"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_page_is_read_by_its_bytes_whatever_encoding_it_declares(declared, encoding):
    head = f'<meta http-equiv="Content-Type" content="text/html; charset={declared}">' if declared else ""
    assert found(plans.read_file("方案.htm", site(ARTICLE, head).encode(encoding))) == found(EXPECTED)


def test_an_xhtml_page_with_a_declaration_is_read():
    content = '<?xml version="1.0" encoding="gb2312"?>' + site(ARTICLE)
    assert found(plans.read_file("方案.html", content.encode("gb18030"))) == found(EXPECTED)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_web_archive_is_read(encoding):
    whole = MIMEMultipart("related")
    part = MIMEText("", "html")
    part.set_payload(site(ARTICLE).encode(encoding), "gb2312" if encoding != "utf-8" else "utf-8")
    whole.attach(part)
    whole.attach(MIMEText("body{}", "css"))
    content = b"From: <Saved by Blink>\r\nSubject: x\r\n" + whole.as_bytes()
    assert not plans.is_plain(content) and found(plans.read_file("方案.mht", content)) == found(EXPECTED)
    answer = files.run_limited("ducha.engines.plans:packed", "方案.mht", content)
    assert found(plans.read_document("方案.mht", plans.unpacked(answer))) == found(EXPECTED)


def test_a_web_archive_without_a_page_is_refused():
    with pytest.raises(plans.PlanRefused, match="“空.mht” holds no words"):
        plans.read_file("空.mht", b"MIME-Version: 1.0\r\nContent-Type: text/plain\r\n\r\nabc")


TABLE = (
    "<table><tr><th>序号</th><th>任务</th><th>单位</th></tr>"
    "<tr><td>1</td><td rowspan=2><p>公开清单，</p><p>期限7日。</p></td><td>市司法局<br>市编办</td></tr>"
    "<tr><td>2</td><td>市&nbsp;财政局</td></tr><tr><td colspan=2>合计</td><td></td></tr></table>"
)


def test_a_row_is_one_line_and_a_merged_cell_stands_once():
    assert lines(f"<p>{TEXT}</p>{TABLE}")[1:] == [
        "序号\t任务\t单位",
        "1\t公开清单， 期限7日。\t市司法局 市编办",
        "2\t市 财政局",
        "合计",
    ]


def test_a_table_in_a_cell_is_read_with_the_cell():
    inner = "<table><tr><td>子</td><td>丑</td></tr></table>"
    rows = f"<tr><td>甲</td><td>乙{inner}</td></tr><tr><td>丙</td><td>丁</td></tr>"
    assert lines(f"<p>{TEXT}</p><table>{rows}</table>")[1:] == ["甲\t乙 子 丑", "丙\t丁"]


def test_a_page_framed_by_tables_keeps_its_paragraphs():
    menu = "<tr><td>首页</td><td>政务公开</td></tr>"
    body = f"<table>{menu}<tr><td>导航</td><td>{ARTICLE}</td></tr></table>"
    assert found(plans.read_file("方案.html", site(body).encode())) == found(EXPECTED)


NOISE = [
    "【打印本页】 【关闭窗口】",
    "打印 关闭 分享到：微信 微博 QQ空间",
    "字体：【大 中 小】",
    "上一篇：关于某事的通知",
    "扫一扫在手机打开当前页",
    "浏览次数：123",
    "您现在的位置：首页 > 政务公开 > 方案",
]


@pytest.mark.parametrize("noise", NOISE)
def test_what_a_site_puts_around_a_document_is_no_part_of_it(noise):
    assert lines(f"<div><div><p>{noise}</p><p>{TEXT}</p><p>{noise}</p></div></div>") == [TEXT]


@pytest.mark.parametrize("words", ["打印设备由市局配备。", "大中小学校", "关闭小散乱企业", "分享经验，打印清单"])
def test_words_of_the_document_are_kept(words):
    assert lines(f"<p>{TEXT}</p><p>{words}</p>") == [TEXT, words]


@pytest.mark.parametrize(
    "unseen",
    [
        "<p style='display:none'>密</p>",
        "<p hidden>密</p>",
        "<!-- 密 -->",
        "<script>密</script>",
        "<textarea>密</textarea>",
    ],
)
def test_what_a_reader_does_not_see_is_not_read(unseen):
    assert lines(f"<p>{TEXT}</p>{unseen}<p>完。</p>") == [TEXT, "完。"]


def test_a_form_around_the_whole_page_hides_nothing():
    assert found(plans.read_file("方案.aspx.html", site(f"<form id=aspnetForm>{ARTICLE}</form>").encode())) == found(
        EXPECTED
    )


@pytest.mark.parametrize(
    ("markup", "expected"),
    [
        ("<ol><li>甲</li><li>乙</li></ol>", ["1.甲", "2.乙"]),
        ("<ol start=3 type=A><li>甲</li><li value=9>乙</li></ol>", ["C.甲", "I.乙"]),
        ("<ol style='list-style-type: cjk-ideographic'><li>甲</li></ol>", ["一、甲"]),
        ("<ol style='list-style:none'><li>一、甲</li></ol><ul><li>乙</li></ul>", ["一、甲", "乙"]),
        ("<p>公开\n   期限</p><p>A\n B</p>", ["公开期限", "A B"]),
        ("<pre>甲\n乙</pre>", ["甲", "乙"]),
        ("甲<br>乙<div>丙<div>丁</div>戊</div>", ["甲", "乙", "丙", "丁", "戊"]),
        ("<p><span>第一条</span> <span>为了</span></p>", ["第一条 为了"]),
        ("<p>第一条&emsp;为了</p><p>第二条　为了</p>", ["第一条\u2003为了", "第二条　为了"]),
        ("<h2>一、<b>甲</b><!-- x -->乙</h2>", ["一、甲乙"]),
    ],
)
def test_a_page_is_read_as_a_browser_shows_it(markup, expected):
    assert lines(f"<p>{TEXT}</p>{markup}")[1:] == expected


NESTED = "".join(f'Content-Type: multipart/mixed; boundary="b{n}"\r\n\r\n--b{n}\r\n' for n in range(3_000))


@pytest.mark.parametrize("headers", ["a: b\r\n" * 2_000_000, NESTED], ids=["long", "deep"])
def test_a_web_archive_made_to_be_slow_or_deep_is_refused_in_time(headers):
    began = time.monotonic()
    with pytest.raises(plans.PlanRefused, match="“慢.mht” holds no words"):
        plans.read_file("慢.mht", f"MIME-Version: 1.0\r\n{headers}".encode())
    assert time.monotonic() - began < 5


@pytest.mark.parametrize(
    "markup",
    [
        *("<div>" * 100_000, "<table><tr><td>" * 30_000, "<p>甲，" * 300_000, "<!--" * 200_000, "<!---->" * 90_000),
        *("&amp;" * 300_000, "<ol>" + "<li>甲，" * 200_000, f"<p>{'分享到' * 90_000}x</p>", "<td>甲</td>" * 100_000),
        *("<table>" + "<tr><td>甲，</td><td>乙</td></tr>" * 40_000, "<a" * 300_000, "<p " + "a=b " * 200_000),
        "<p>a</p>" * 2_300_000,
    ],
    ids=lambda markup: markup[:16],
)
def test_a_page_made_to_be_slow_is_answered_in_time(markup):
    began = time.monotonic()
    try:
        plans.read_file("慢.html", f"<html><body><p>{TEXT}</p>{markup}".encode())
    except plans.PlanRefused as refused:
        assert "“慢.html”" in str(refused)
    assert time.monotonic() - began < 5
