"""PDF and HTML give the same points as the text they were made from."""

from html import escape
from io import BytesIO
from pathlib import Path

import pytest
from PIL import Image
from plan_files import printed as on_paper

from ducha.engines import files, plans

BRIEF = (Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt").read_text(encoding="utf-8")
EXPECTED = plans.read_text(BRIEF)
HEAD = '<div style="font-size:9px;width:100%;text-align:center">平顶山市督察 内部资料</div>'
FOOT = '<div style="font-size:9px;width:100%;text-align:center">— <span class="pageNumber"></span> —</div>'


def paragraphs() -> str:
    return "".join(f"<p>{escape(line.strip())}</p>" for line in BRIEF.splitlines() if line.strip())


def page(body: str, charset: str = "utf-8") -> str:
    head = f'<meta charset="{charset}"><title>{EXPECTED.title}-平顶山市人民政府</title>'
    script = "<script>var x = '一、假的内容';</script>"
    menu = "<nav><ul><li>一、首页</li><li>二、网站导航</li></ul></nav>"
    foot = "<footer>主办：某某办公室。网站标识码：某号。</footer>"
    article = f"<div class=main><div class=article>{body}</div></div>"
    return f"<!DOCTYPE html><html><head>{head}{script}</head><body>{menu}{article}{foot}</body></html>"


@pytest.fixture(scope="module")
def printed() -> bytes:
    """The brief as a browser prints it, with a running head and page numbers."""
    return on_paper(
        f"<body style='font-size:16px'>{paragraphs()}</body>",
        format="A5",
        display_header_footer=True,
        header_template=HEAD,
        footer_template=FOOT,
        margin={"top": "60px", "bottom": "60px", "left": "30px", "right": "30px"},
    )


def found(reading) -> list:
    return [(p.code, [(t.comparator, t.value, t.unit) for t in p.thresholds]) for p in reading.points]


def test_a_pdf_gives_the_same_points_and_stages(printed):
    reading = plans.read_document("方案.pdf", files.run_limited("ducha.engines.plans:text_of", "方案.pdf", printed))
    assert found(reading) == found(EXPECTED)
    assert [(s.kind, s.starts_on, s.ends_on) for s in reading.stages] == [
        (s.kind, s.starts_on, s.ends_on) for s in EXPECTED.stages
    ]


def test_running_heads_and_page_numbers_of_a_pdf_are_no_part_of_the_text(printed):
    text = plans.text_of("方案.pdf", printed)
    assert "内部资料" not in text and "— 2 —" not in text


def test_a_scanned_pdf_and_a_broken_one_are_refused_with_what_to_do():
    scan = BytesIO()
    Image.new("RGB", (600, 800), "white").save(scan, "PDF")
    with pytest.raises(plans.PlanRefused, match="is a scan"):
        plans.text_of("扫描.pdf", scan.getvalue())
    with pytest.raises(plans.PlanRefused, match="“坏.pdf” is a broken PDF"):
        plans.text_of("坏.pdf", b"%PDF-1.7 nothing more")


@pytest.mark.parametrize("charset", ["utf-8", "gb2312"])
def test_a_saved_page_gives_the_same_points_without_its_menus(charset):
    content = page(paragraphs(), charset).encode("gb18030" if charset == "gb2312" else charset)
    reading = plans.read_file("方案.html", content)
    assert found(reading) == found(EXPECTED)
    assert not any(word in reading.text for word in ("网站导航", "假的内容", "网站标识码"))


def test_a_saved_page_with_line_breaks_instead_of_paragraphs_is_read_too():
    body = "<br>".join(escape(line.strip()) for line in BRIEF.splitlines() if line.strip())
    assert found(plans.read_file("方案.html", page(body).encode())) == found(EXPECTED)


def test_a_page_without_a_plan_is_refused_with_a_sentence():
    for words, sentence in (("404", "holds no words"), ("页面不存在。", "does not look like a plan")):
        with pytest.raises(plans.PlanRefused, match=sentence):
            plans.read_file("空.html", f"<html><body><p>{words}</p></body></html>".encode())


def test_only_what_needs_no_parser_is_read_in_our_own_process():
    assert plans.is_plain(BRIEF.encode()) and plans.is_plain(b"")
    for content in (b"PK\x03\x04", b"%PDF-1.4", b" \n<html>", b"\xd0\xcf\x11\xe0"):
        assert not plans.is_plain(content)
