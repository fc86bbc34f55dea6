"""Damaged and hostile documents: each gives a reading that drops nothing, or a sentence, in time."""

import random
import time
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document

from ducha.engines import plans

BRIEF = Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt"
TEXT = BRIEF.read_text(encoding="utf-8")
# Seconds for each of the two tests that try as many documents as they can.
BUDGET = 30
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


def word() -> bytes:
    document = Document()
    for line in TEXT.splitlines():
        document.add_paragraph(line)
    table = document.add_table(rows=3, cols=4)
    table.cell(0, 0).merge(table.cell(1, 1))
    target = BytesIO()
    document.save(target)
    return target.getvalue()


def page() -> bytes:
    return f"<!doctype html><html><body><p>{TEXT.replace(chr(10), '</p><p>')}</p></body></html>".encode()


def check(name: str, content: bytes, seed: int) -> None:
    began = time.monotonic()
    try:
        reading = plans.read_file(name, content)
    except plans.PlanRefused as refused:
        assert str(refused)
    else:
        assert "".join(reading.verbatim().split()) == "".join(reading.text.split()), f"seed {seed}"
        plans.to_json(reading)
    assert time.monotonic() - began < 5, f"seed {seed}"


def test_damaged_files_are_read_or_refused():
    sources = [("方案.txt", TEXT.encode()), ("方案.txt", TEXT.encode("gb18030")), ("方案.txt", TEXT.encode("utf-16"))]
    sources += [("方案.docx", word()), ("方案.html", page())]
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
        *("1." * 100_000, "（一）" * 100_000, "一、\n" * 30_000, "①\n1.\n" * 15_000, "（" * 300_000, "1" * 900_000),
        *(
            "百分之" * 100_000,
            "3月至" * 100_000,
            "每" * 300_000,
            "《" * 300_000,
            "一是" * 150_000,
            "目录\n" + "一、甲\n" * 29_000,
        ),
        *(
            "序号\t任务\t时限\n" + "1\t" * 300_000,
            "序号\t任务\t时限\n" + "1\t甲\n" * 29_000,
            "\t" * 500_000,
            "章" * 10**6,
        ),
        *(
            "第一条　甲\n" * 30_000,
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
