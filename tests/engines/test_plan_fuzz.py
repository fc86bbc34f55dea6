"""Damaged and hostile documents: each gives a reading that drops nothing, or a sentence, in time."""

import random
import re
import time
import zipfile
from collections import Counter
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from plan_files import ofd, packed, pdf, printed, rule, words

from ducha.engines import plans

BRIEF = Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt"
TEXT = BRIEF.read_text(encoding="utf-8")
# Seconds for each of the three tests that try as many documents as they can.
BUDGET = 20
PIECES = [
    *(
        "一、督察内容",
        "（一）情况",
        "1.落实；",
        "（1）",
        "①清单",
        "1.1.2 ",
        "第一章 总则",
        "第三条　",
        "二是",
        "附件1",
        "目录",
    ),
    *("序号\t任务\t责任单位\t时限", "1\t甲\t市局\t3月至13月", "\t\t\t", "合计\t100", "3月99日至", "自印发之日起百日内"),
    *(
        "\u200b\u202e\ufeff",
        "\x0b\x0c\x1c\x85\u2028",
        "９９．",
        "百分之百点",
        "每年13月45日前",
        "《" * 9,
        "（" * 9,
        "𠀀",
        "十" * 6,
    ),
]


def word(text: str = TEXT) -> bytes:
    """The brief in Word, with a numbered list, a merged table, headings and a page head."""
    document = Document()
    for line in text.splitlines():
        document.add_paragraph(line)
    for line in ("总则", "职责", "程序"):
        document.add_paragraph(line, style="List Number")
    document.add_heading("附则", 2)
    table = document.add_table(rows=3, cols=4)
    table.cell(0, 0).merge(table.cell(1, 1))
    table.cell(2, 2).add_table(2, 2)
    document.sections[0].header.paragraphs[0].text = "平法组〔2019〕28号"
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def page(text: str = TEXT) -> bytes:
    entries = '<ol start="3" type="a"><li value="4">甲</li><li>乙</li></ol>'
    table = '<table><tr><td rowspan="2">1</td><td>甲</td></tr><tr><td colspan="2">乙</td></tr></table>'
    lines = f"<p>{text.replace(chr(10), '</p><p>')}</p>"
    return f"<!doctype html><html><body>{lines}{entries}{table}</body></html>".encode()


def check(name: str, content: bytes, seed: int) -> None:
    # Processor time: other tests run beside this one.
    began = time.process_time()
    try:
        reading = plans.read_file(name, content)
    except plans.PlanRefused as refused:
        assert str(refused)
    else:
        assert "".join(reading.verbatim().split()) == "".join(reading.text.split()), f"seed {seed}"
        plans.to_json(reading)
    assert time.process_time() - began < 5, f"seed {seed}"


@pytest.fixture(scope="module")
def sources() -> list[tuple[str, bytes]]:
    texts = [("方案.txt", TEXT.encode(encoding)) for encoding in ("utf-8", "gb18030", "utf-16", "utf-16-be")]
    pages = [("方案.html", page()), ("方案.mht", HEAD + page())]
    ruled = f"<table border=1><tr><td>1<td>甲</tr><tr><td>2<td>乙</tr></table>{page().decode()}"
    return [*texts, *pages, ("方案.docx", word()), ("方案.pdf", printed(ruled)), ("方案.pdf", pdf([TEXT_IN_LATIN] * 3))]


HEAD = b"MIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
# Short, so that what is rewritten is as often a tag as a wording.
SHORT = TEXT[:800]
TEXT_IN_LATIN = "1.Alpha list\n2.Beta\n3.Gamma"


def test_damaged_files_are_read_or_refused(sources):
    until, seed = time.monotonic() + BUDGET, 0
    while time.monotonic() < until:
        dice = random.Random(seed)
        name, content = sources[seed % len(sources)]
        damaged = bytearray(content)
        for _ in range(dice.choice([1, 3, 30])):
            at = dice.randrange(len(damaged))
            match dice.randrange(3):
                case 0:
                    damaged[at] = dice.randrange(256)
                case 1:
                    del damaged[at : at + dice.randrange(1, 200)]
                case _:
                    damaged[at:at] = damaged[at : at + dice.randrange(1, 200)]
        check(name, bytes(damaged), seed)
        seed += 1
    assert seed > 100


# What the parts of a file are made of: values of attributes, tags and wording.
VALUE = re.compile(r'(?<==")[^"<>]*(?=")')
PIECE = re.compile(r"<[^<>]*>|[^<>]+")
LIKELY = ("document.xml", "numbering.xml", "styles.xml", "Document.xml", "Content.xml")
VALUES = [
    "",
    "0",
    "-1",
    "99999999999999999999",
    "restart",
    "bullet",
    "%1%2%9",
    "一",
    "&#0;",
    "&x;",
    "\ufffe",
    "a" * 5_000,
]
TAGS = ["<w:p>", "</w:p>", "<w:tbl>", "</w:tc>", "<w:vMerge/>", "<w:del w:id='1'>", "<w:txbxContent>", "<w:br/>"]
TAGS += [
    "<table>",
    "</td>",
    "<td rowspan=99>",
    "<ol start=-5>",
    "<li>",
    "<pre>",
    "<!--",
    "<![CDATA[",
    "<?x ?>",
    "</html>",
]


def rewritten(text: str, dice: random.Random) -> str:
    """A part of a file with some of its values, tags and words left out, doubled, exchanged, or others put in."""
    values = list(VALUE.finditer(text))
    for value in sorted(dice.sample(values, min(len(values), dice.choice([0, 1, 3, 20]))), key=lambda v: -v.start()):
        text = f"{text[: value.start()]}{dice.choice(VALUES)}{text[value.end() :]}"
    pieces = PIECE.findall(text)
    for _ in range(dice.choice([0, 1, 2, 20]) if pieces else 0):
        at, other = dice.randrange(len(pieces)), dice.randrange(len(pieces))
        match dice.randrange(5):
            case 0:
                pieces[at] = ""
            case 1:
                pieces[at] += "".join(pieces[other : other + dice.randrange(1, 50)])
            case 2:
                pieces[at], pieces[other] = pieces[other], pieces[at]
            case 3:
                pieces[at] = dice.choice(VALUES)
            case _:
                pieces[at] += dice.choice(TAGS)
    return "".join(pieces)


def restructured(content: bytes, dice: random.Random) -> bytes:
    """A Word file whose archive is whole, with one or more of its parts rewritten, left out or exchanged."""
    with zipfile.ZipFile(BytesIO(content)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    markup = [name for name in parts if name.endswith((".xml", ".rels"))]
    likely = [name for name in markup if name.rpartition("/")[2] in LIKELY]
    for name in dice.sample(likely, dice.randrange(1, 3)) + dice.sample(markup, dice.randrange(2)):
        parts[name] = rewritten(parts[name].decode("utf-8", "replace"), dice).encode("utf-8", "replace")
    if not dice.randrange(20):
        del parts[dice.choice(markup)]
    return packed(parts)


def test_files_whose_parts_are_put_together_wrongly_are_read_or_refused():
    sources = [("方案.html", page(SHORT)), ("方案.mht", HEAD + page(SHORT)), ("方案.docx", word(SHORT))]
    pages = "".join(words(20, 20 + 6 * n, line) for n, line in enumerate(SHORT.splitlines()) if line.strip())
    sources += [("方案.pdf", pdf([TEXT_IN_LATIN] * 3)), ("方案.ofd", ofd(pages + rule(20, 20, 90, 0), pages))]
    until, seed, tried = time.monotonic() + BUDGET, 0, Counter()
    while time.monotonic() < until:
        dice = random.Random(seed)
        name, content = dice.choice(sources)
        match name.rpartition(".")[2]:
            case "docx" | "ofd":
                damaged = restructured(content, dice)
            case "pdf":
                damaged = rewritten(content.decode("latin-1"), dice).encode("latin-1", "replace")
            case _:
                damaged = rewritten(content.decode(), dice).encode("utf-8", "replace")
        check(name, damaged, seed)
        tried[name] += 1
        seed += 1
    assert min(tried[name] for name, _content in sources) > 10


def test_texts_put_together_anyhow_are_read_or_refused():
    lines = TEXT.splitlines()
    until, seed = time.monotonic() + BUDGET, 0
    while time.monotonic() < until:
        dice = random.Random(seed)
        text = dice.sample(lines, dice.randrange(60)) + dice.choices(PIECES, k=dice.randrange(1, 40))
        dice.shuffle(text)
        check("方案.txt", dice.choice(["\n", "\n\n", "", " ", "\t"]).join(text).encode(), seed)
        seed += 1
    assert seed > 100


@pytest.mark.parametrize(
    "text",
    [
        *("1." * 100_000, "（一）" * 100_000, "一、\n" * 20_000, "①\n1.\n" * 10_000, "（" * 300_000, "1" * 900_000),
        *(
            "百分之" * 100_000,
            "3月至" * 100_000,
            "每" * 300_000,
            "《" * 300_000,
            "一是" * 150_000,
            "目录\n" + "一、甲\n" * 19_990,
        ),
        *(
            "序号\t任务\t时限\n" + "1\t" * 300_000,
            "序号\t任务\t时限\n" + "1\t甲\n" * 19_990,
            "\t" * 500_000,
            "章" * 10**6,
        ),
        *(
            "第一条　甲\n" * 20_000,
            "1.1.1.1 甲" * 90_000,
            "责任单位：" * 100_000,
            "自印发之日起" * 90_000,
            "甲" * 1_000_001,
        ),
    ],
    ids=lambda text: text[:8].encode("unicode_escape").decode(),
)
def test_a_text_made_to_be_slow_is_answered_in_time(text):
    check("方案.txt", text.encode(), 0)
