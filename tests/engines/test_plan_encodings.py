"""A text is read in whichever encoding it came, or refused with the lines that are wrong; never read as wrong signs."""

import time
from pathlib import Path

import pytest

from ducha.engines import plans

BRIEF = (Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt").read_text(encoding="utf-8")
EXPECTED = plans.read_text(BRIEF)
PLAN = "某市方案\n一、督察内容\n（一）公开期限不超过7日。\n（二）每年不少于2次。\n二、督察要求\n认真落实。\n"


def found(reading: plans.Reading) -> list:
    return [(p.code, p.text, [(t.comparator, t.value, t.unit) for t in p.thresholds]) for p in reading.points]


def read(text: str) -> plans.Reading:
    return plans.read_file("方案.txt", text.encode())


def messages(reading: plans.Reading) -> list[str]:
    return [warned.message for warned in reading.warnings]


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "gbk"]
)
def test_a_plan_says_the_same_in_each_encoding(encoding):
    reading = plans.read_file("方案.txt", BRIEF.encode(encoding))
    assert found(reading) == found(EXPECTED) and reading.text == EXPECTED.text


def test_utf_16_with_its_other_mark_is_read():
    assert found(plans.read_file("方案.txt", b"\xfe\xff" + BRIEF.encode("utf-16-be"))) == found(EXPECTED)


def test_a_short_gb18030_text_whose_bytes_are_also_utf_8_is_chinese():
    assert plans.text_of("短.txt", "目录".encode("gb18030")) == "目录"


@pytest.mark.parametrize("ends", ["\r\n", "\r", "\u2028", "\x0c\n", "\n\x0c", "\x0b"])
def test_line_ends_of_all_systems_count_the_same_lines(ends):
    reading = read(PLAN.replace("\n", ends))
    assert [p.lines for p in reading.points] == [(3, 3), (4, 4)] and found(reading) == found(read(PLAN))


@pytest.mark.parametrize(("first", "second"), [("utf-8", "gb18030"), ("gb18030", "utf-8")])
def test_two_encodings_in_one_file_are_told_with_their_lines(first, second):
    lines = PLAN.splitlines(keepends=True)
    content = "".join(lines[:3]).encode(first) + "".join(lines[3:]).encode(second)
    utf_8, gb = ("1–3", "4–6") if first == "utf-8" else ("4–6", "1–3")
    with pytest.raises(plans.PlanRefused, match=f"“方案.txt” mixes two encodings: lines {utf_8} are.*lines {gb} are"):
        plans.read_file("方案.txt", content)


def test_blank_lines_between_do_not_part_the_lines_of_one_encoding():
    first, second = (PLAN.replace("\n", "\n\n").encode(encoding) for encoding in ("utf-8", "gb18030"))
    with pytest.raises(plans.PlanRefused, match="lines 1–11 are UTF-8, lines 13–23 are GB18030"):
        plans.read_file("方案.txt", first + second)


def test_one_foreign_line_among_hundreds_is_found():
    lines = [f"{line}\n" for line in BRIEF.splitlines() if line.strip()]
    content = b"".join(line.encode("utf-8" if n == 100 else "gb18030") for n, line in enumerate(lines, 1))
    with pytest.raises(plans.PlanRefused, match="lines 100 are UTF-8"):
        plans.read_file("方案.txt", content)


def test_two_encodings_in_one_line_are_not_read_as_wrong_signs():
    content = PLAN.replace("\n", "").encode() + PLAN.replace("\n", "").encode("gb18030")
    with pytest.raises(plans.PlanRefused, match="no encoding that is known here|mixes two encodings"):
        plans.read_file("方案.txt", content)


def test_a_damaged_line_is_named():
    content = bytearray(PLAN.encode())
    del content[content.index("公开".encode())]
    with pytest.raises(plans.PlanRefused, match="text in UTF-8, but lines 3 are damaged"):
        plans.read_file("方案.txt", bytes(content))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (PLAN.encode() + b"\0", "is no text"),
        (bytes(range(1, 256)) * 40, "no encoding that is known here"),
        ("Ça déjà été vérifié à l’évêché".encode("cp1252") * 9, "no encoding that is known here"),
    ],
)
def test_what_is_no_text_is_refused(content, sentence):
    with pytest.raises(plans.PlanRefused, match=f"“方案.txt” (is text in )?{sentence}"):
        plans.read_file("方案.txt", content)


@pytest.mark.parametrize("sign", ["\u200b", "\u00ad", "\ufeff", "\u202e", "\u200f", "\u2066", "\ufe0f", "\x07", "\x7f"])
def test_a_sign_that_cannot_be_seen_hides_no_number_and_is_told_with_its_line(sign):
    reading = read(PLAN.replace("（一）", f"（{sign}一）").replace("7日", f"{sign}7{sign}日"))
    assert found(reading) == found(read(PLAN))
    (warned,) = [w for w in reading.warnings if "cannot be seen" in w.message]
    assert warned.lines == (3, 3) and f"Line 3 holds signs that cannot be seen (U+{ord(sign):04X})" in warned.message


def test_many_lines_with_such_signs_are_told_together():
    plan = "某市方案\n一、督察内容\n" + "".join(f"{n}.甲\u200b。\n" for n in range(1, 60))
    told = [m for m in messages(read(plan)) if "sign" in m]
    assert len(told) == 11 and told[-1] == "49 more lines hold such signs, from line 13 to line 61."


def test_a_text_without_such_signs_is_told_of_none():
    assert not any("sign" in message for message in messages(read(PLAN)))


@pytest.mark.parametrize(
    ("written", "read_as"),
    [("⼀、督察内容", "一、督察内容"), ("⻓期⺠⽣", "长期民生"), ("⾏政执法", "行政执法"), ("\uf9e9", "\u91cc")],
)
def test_radicals_that_a_pdf_wrote_are_read_as_characters(written, read_as):
    text = PLAN.replace("一、督察内容", written) if "督察" in written else PLAN.replace("认真落实", written)
    reading = read(text)
    assert read_as in reading.text and found(reading) == found(read(PLAN))
    assert any("stand for characters" in message for message in messages(reading))


@pytest.mark.parametrize(
    ("written", "codes"),
    [
        ("１．甲；\n２．乙不超过７日。", ["1", "2"]),
        ("㈠甲；\n㈡乙不超过7日。", ["1", "2"]),
        ("①甲；\n②乙不超过7日。", ["1", "2"]),
        ("⑴甲；\n⑵乙不超过7日。", ["1", "2"]),
    ],
)
def test_numbers_in_other_forms_are_numbers(written, codes):
    reading = read(f"某方案（某发〔２０２１〕３号）\n一、督察内容\n{written}\n二、督察要求\n无。\n")
    assert [p.code for p in reading.points] == codes and reading.year == 2021
    assert reading.points[1].thresholds[0].value == "7"


@pytest.mark.parametrize("sign", ["\ue004", "\ufffd"])
def test_a_sign_that_was_lost_is_kept_and_told(sign):
    reading = read(PLAN.replace("认真", f"认{sign}"))
    assert sign in reading.text and any("Line 6 holds signs that were lost" in m for m in messages(reading))


@pytest.mark.parametrize(
    "text",
    ["1\n2\n3\n", "1.2.3.\n4.5.6.\n", "一、\n二、\n三、\n", "（一）", "。，", "\u200b\u200b", "\x0c\x0c", "— 1 —"],
)
def test_a_document_without_words_is_refused(text):
    with pytest.raises(plans.PlanRefused, match="“方案.txt” (holds no words|is empty)"):
        read(text)


@pytest.mark.parametrize("text", ["督" * 999_999, "一、督察内容" + "甲" * 900_000])
def test_one_very_long_line_is_answered_in_time(text):
    began = time.monotonic()
    try:
        read(text)
    except plans.PlanRefused as refused:
        assert "does not look like a plan" in str(refused)
    assert time.monotonic() - began < 5
