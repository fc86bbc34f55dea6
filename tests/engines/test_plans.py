"""The brief is read completely and exactly; what is no plan is refused with a sentence."""

import json
import time
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from hypothesis import given
from hypothesis import strategies as st

from ducha.cli import main
from ducha.engines import plans

BRIEF = Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt"
TEXT = BRIEF.read_text(encoding="utf-8")
READING = plans.read_text(TEXT)


def without_blanks(text: str) -> str:
    return "".join(text.split())


def point(code: str) -> plans.Point:
    return next(p for p in READING.points if p.code == code)


def test_the_title_is_joined_from_its_two_lines():
    assert READING.title == "平顶山市创建法治政府建设示范市全面督察实施方案"


def test_nothing_is_dropped_and_nothing_changes_its_place():
    assert without_blanks(READING.verbatim()) == without_blanks(TEXT)


def test_the_year_is_inferred_and_said_so():
    assert READING.year == 2019 and READING.year_evidence == "〔2019〕"
    assert any("2019 was inferred from 〔2019〕" in w.message for w in READING.warnings)


def test_there_are_33_points_in_six_areas():
    tops = [p.code.split(".")[0] for p in READING.points]
    assert [tops.count(area) for area in "123456"] == [6, 6, 3, 1, 13, 4]


def test_the_area_without_numbered_points_is_its_own_leaf():
    title, _, text = point("4").text.partition("\n")
    assert title.endswith("决策机制情况") and text.startswith("加强行政规范性文件制定和监督管理")
    assert point("4").path == ("一", "（四）")


def test_the_deepest_point_has_its_code_path_text_and_lines():
    leaf = point("5.2.1.4")
    assert leaf.path == ("一", "（五）", "2", "（1）", "④")
    assert leaf.text.startswith("行政执法机关在执法决定作出之日起 20 个工作日内") and leaf.text.endswith(
        "另有规定的除外。"
    )
    lines = TEXT.splitlines()
    assert lines[leaf.lines[0] - 1].startswith("④") and lines[leaf.lines[1] - 1].endswith("另有规定的除外。")


def test_typing_slips_of_the_source_stand_as_they_are():
    assert "建全行政执法自由裁量基准" in point("5.1.2").text


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("2.3", [("<=", "5", "工作日")]),
        ("2.4", [(">=", "80", "%"), (">=", "80", "%"), (">=", "100", "个")]),
        ("5.2.1.2", [(">=", "2", "人")]),
        ("5.2.1.3", [("<=", "0131", "date")]),
        ("5.2.1.4", [("<=", "20", "工作日"), ("<=", "7", "工作日")]),
        ("5.2.3.1", [("==", "100", "%")]),
        ("5.2.3.2", [(">=", "5", "%")]),
        ("6.1", [(">=", "10", "%")]),
    ],
)
def test_each_number_that_is_asked_for_is_found(code, expected):
    assert [(t.comparator, t.value, t.unit) for t in point(code).thresholds] == expected


def test_there_are_eleven_numbers_and_each_phrase_stands_where_it_says():
    found = [(p, t) for p in READING.points for t in p.thresholds]
    assert len(found) == 11
    assert all(p.text[t.span[0] : t.span[1]] == t.text for p, t in found)


def test_the_three_stages_are_dated():
    assert [(s.kind, s.starts_on, s.ends_on, s.working_days) for s in READING.stages] == [
        ("self_inspection", None, "2019-11-08", None),
        ("field_inspection", "2019-11-11", "2019-11-15", 5),
        ("rectification", "2019-11-16", "2019-11-20", 3),
    ]


def test_words_instead_of_an_hour_ask_for_a_person():
    assert READING.stages[0].deadline_time is None
    assert any("下午下班前" in w.message and "confirm" in w.message for w in READING.warnings)


def test_the_short_rectification_and_the_empty_annex_are_warnings():
    messages = " ".join(w.message for w in READING.warnings)
    assert "holds only 3 working days" in messages and "annex is named but empty" in messages


def test_teams_are_five_of_four_led_by_a_county_level_leader():
    assert READING.teams == plans.Teams(5, 4, "县级领导")


def test_methods_measures_and_bodies_are_found():
    assert {"hearing_report", "talk", "document_review", "individual_talk", "unannounced_visit"} <= set(READING.methods)
    assert READING.measures == (
        "commendation",
        "summoned_talk",
        "listed_supervision",
        "circulated_criticism",
        "referral",
    )
    assert "市法治政府建设领导小组办公室" in READING.bodies


def test_citations_carry_their_numbers_even_when_they_are_wrapped():
    numbers = {c.title: c.number for c in READING.citations}
    assert numbers["关于开展法治政府建设全面督察的通知"] == "中发办密电〔2019〕18号"
    assert "厅字〔2019〕28号" in numbers.values() and "重大行政决策程序暂行条例" in numbers


@pytest.mark.parametrize("not_a_heading", ["28 号）", "2 人以上", "（2015-2020"])
def test_numbers_that_begin_a_line_are_no_headings(not_a_heading):
    def numbers(nodes):
        return [n.number for n in nodes] + [x for n in nodes for x in numbers(n.children)]

    assert not [number for number in numbers(READING.outline) if number.startswith(not_a_heading[:3])]


def test_a_regulation_has_no_stages():
    reading = plans.read_text(
        "某某规定\n一、总则\n（一）为了规范工作，制定本规定。\n（二）本规定自2019年11月8日起施行。\n"
    )
    assert reading.stages == ()


def test_reading_is_fast_enough():
    assert min(_timed(TEXT) for _ in range(3)) < 0.1


def test_twice_the_text_takes_no_more_than_about_twice_the_time():
    def seconds(times: int) -> float:
        text = TEXT * times
        return min(_timed(text) for _ in range(3))

    assert seconds(8) < 4 * seconds(4)


def _timed(text: str) -> float:
    began = time.process_time()
    plans.read_text(text)
    return time.process_time() - began


PIECES = st.lists(
    st.sampled_from(
        ["一、督察内容", "（一）情况", "1.落实；", "（1）", "①清单", "28 号）", "2 人以上", "附件", "。", "文字" * 12]
    )
)


@given(PIECES)
def test_no_character_is_ever_lost(pieces):
    text = "\n".join(pieces)
    assert without_blanks(plans.read_text(text).verbatim()) == without_blanks(text)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_the_encodings_of_the_field_are_read(encoding):
    assert len(plans.read_file("方案.txt", TEXT.encode(encoding)).points) == 33


def test_a_word_document_gives_the_same_points():
    document = Document()
    for line in READING.verbatim().replace("；", "；\n").split("\n"):
        document.add_paragraph(line)
    for node in ("一、督察内容", "（一）甲", "1.乙不低于 80%；"):
        document.add_paragraph(node)
    target = BytesIO()
    document.save(target)
    reading = plans.read_file("方案.docx", target.getvalue())
    assert [t.value for p in reading.points for t in p.thresholds][-1] == "80"


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.txt", b"", "is empty"),
        ("空白.txt", b" \n\n ", "is empty"),
        ("诗.txt", "床前明月光，疑是地上霜。".encode(), "does not look like a plan"),
        ("坏.docx", b"PK\x03\x04" + b"\0" * 50, "no Word document or is broken"),
        ("旧.doc", b"\xd0\xcf\x11\xe0" + b"\0" * 50, "password-protected"),
        ("图.txt", b"\x89PNG\r\n\x1a\n\0\0\0", "is a picture without text"),
        ("扫描.pdf", b"%PDF-1.7 ...", "is a broken PDF"),
        ("大.txt", b"a" * 20_000_001, "is larger than 20 MB"),
    ],
)
def test_what_is_no_plan_is_refused_with_its_name_and_what_to_do(name, content, sentence):
    with pytest.raises(plans.PlanRefused, match=sentence) as refused:
        plans.read_file(name, content)
    assert f"“{name}”" in str(refused.value)


# -- the command


def test_the_command_prints_the_reading_as_json(capsys):
    assert main(["plan", "read", str(BRIEF), "--json"]) == 0
    read = json.loads(capsys.readouterr().out)
    assert len(read["points"]) == 33
    assert read["stages"][0]["ends_on"] == "2019-11-08"
    assert set(read) == {
        *("title", "document_number", "issuer", "issued_on", "year", "year_evidence", "outline", "points"),
        *("thresholds", "deadlines", "stages", "teams", "bodies", "methods", "measures", "citations", "warnings"),
        *("recipients", "contact", "annexes"),
    }


def test_the_command_prints_an_outline_for_people(capsys):
    assert main(["plan", "read", str(BRIEF)]) == 0
    printed = capsys.readouterr().out
    assert "33 points" in printed and "3 stages" in printed
    lines = printed.splitlines()
    beside = next(n for n, line in enumerate(lines) if line.strip().startswith("5.2.1.4 "))
    assert "(lines " in lines[beside]
    assert lines[beside + 1].split("  ")[-2:] == ["[<= 20 工作日]", "[<= 7 工作日]"]


def test_the_command_says_why_a_file_is_no_plan(tmp_path, capsys):
    path = tmp_path / "空.txt"
    path.write_text("")
    assert main(["plan", "read", str(path)]) == 1
    assert "is empty" in capsys.readouterr().err


def test_the_command_says_which_file_is_missing(tmp_path, capsys):
    assert main(["plan", "read", str(tmp_path / "nicht.txt")]) == 1
    assert "cannot be opened" in capsys.readouterr().err


def test_wrong_usage_is_another_matter():
    with pytest.raises(SystemExit) as stopped:
        main(["plan", "write"])
    assert stopped.value.code == 2
