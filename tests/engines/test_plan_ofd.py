"""An OFD document, the fixed form of official documents, is read like a PDF."""

import pytest
from plan_files import BRIEF, ofd, packed, rule, words

from ducha.engines import files, plans

LINES = [line.strip() for line in BRIEF.splitlines() if line.strip()]
PER_PAGE = 40


def page(number: int) -> str:
    lines = LINES[number * PER_PAGE : (number + 1) * PER_PAGE]
    return "".join(words(20, 20 + 6 * n, line) for n, line in enumerate(lines)) + words(100, 285, f"— {number + 1} —")


WHOLE = ofd(*(page(number) for number in range(-(-len(LINES) // PER_PAGE))))


def test_an_ofd_document_gives_the_same_points_without_its_page_numbers():
    reading = plans.read_file("方案.ofd", WHOLE)
    assert [(p.code, len(p.thresholds)) for p in reading.points] == [
        (p.code, len(p.thresholds)) for p in plans.read_text(BRIEF).points
    ]
    assert "— 2 —" not in reading.text and "".join(reading.text.split()) == "".join("".join(LINES).split())


def test_pieces_of_one_line_are_one_line_and_a_ruled_table_is_rows():
    rules = [rule(20, 30 + 10 * n, 90, 0) for n in range(3)] + [rule(20 + 30 * n, 30, 0.2, 20) for n in range(4)]
    cells = words(21, 33, "序号") + words(51, 33, "任务") + words(81, 33, "单位") + words(21, 43, "1")
    cells += words(51, 40.5, "公开清", 3) + words(51, 45.5, "单。", 3) + words(81, 43, "市司法局")
    content = ofd(words(28, 20, "督察") + words(20, 20, "一、") + words(60, 20, "（一）") + "".join(rules) + cells)
    assert plans.text_of("表.ofd", content).split("\n") == [
        "一、督察 （一）",
        "序号\t任务\t单位",
        "1\t公开清单。\t市司法局",
    ]


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (ofd("<ofd:ImageObject ID='3' Boundary='0 0 210 297'/>"), "is a scan"),
        (packed({"OFD.xml": b"<a/>"}), "is a broken OFD file"),
        (packed({"OFD.xml": b"<a"}), "is a broken OFD file"),
        (packed({"OFD.xml": b"<!DOCTYPE a []><a/>"}), "defines entities"),
        (ofd(*[""] * 1_001), "has 1001 pages|holds 1003 parts"),
    ],
)
def test_an_ofd_document_without_text_or_broken_is_refused(content, sentence, tmp_path):
    with pytest.raises(plans.PlanRefused, match=f"“坏.ofd”.* ({sentence})"):
        plans.read_file("坏.ofd", content)
    with pytest.raises(files.FileRefused, match=sentence):
        files.run_limited("ducha.engines.plans:packed", "坏.ofd", content)


def test_a_page_that_is_a_picture_is_told():
    reading = plans.read_file("方案.ofd", ofd(page(0), "<ofd:ImageObject ID='3' Boundary='0 0 210 297'/>", page(1)))
    assert any("Page 2 is a picture or empty" in warned.message for warned in reading.warnings)
