"""What stands around the text: to whom a document goes, whom to ask, the annexes it names and those it has."""

import pytest

from ducha.engines import plans

BODY = "一、检查内容\n（一）制度建立情况。\n（二）台账登记情况。\n"


def read(*, below_title: str = "", below: str = "") -> plans.Reading:
    return plans.read_text(f"关于开展专项检查的通知\n{below_title}\n现将有关事项通知如下：\n{BODY}{below}")


@pytest.mark.parametrize(
    ("line", "text", "lines"),
    [
        ("各县（市、区）人民政府，市直各部门：", "各县（市、区）人民政府，市直各部门", (2, 2)),
        ("青政办〔2023〕5号\n各镇人民政府、街道办事处：", "各镇人民政府、街道办事处", (3, 3)),
        (
            "各镇人民政府、街道办事处，区安委会有关成员\n单位，各重点企业：",
            "各镇人民政府、街道办事处，区安委会有关成员单位，各重点企业",
            (2, 3),
        ),
    ],
)
def test_those_a_document_goes_to_are_the_words_below_its_title_that_end_in_a_colon(line, text, lines):
    found = read(below_title=line).recipients
    assert found and (found.text, found.lines) == (text, lines)


@pytest.mark.parametrize("line", ["根据上级要求，决定开展检查。", "为做好检查工作，现提出以下要求：", ""])
def test_a_sentence_is_sent_to_nobody(line):
    assert read(below_title=line).recipients is None


@pytest.mark.parametrize(
    ("line", "name", "phone"),
    [
        ("（联系人：周启明，联系电话：0579-66203188）", "周启明", "0579-66203188"),
        ("联系人：医政科 王某某\n电  话：8830216", "医政科", "8830216"),
        ("联 系 人：贺小满；电话：0000-6619032", "贺小满", "0000-6619032"),
        ("联系电话：6223817", None, "6223817"),
    ],
)
def test_whom_to_ask_is_a_name_and_a_telephone(line, name, phone):
    found = read(below=line).contact
    assert found and (found.name, found.phone) == (name, phone)


@pytest.mark.parametrize("line", ["加强部门联系，2023年共联系企业35家。", "举报电话向社会公布。"])
def test_what_only_speaks_of_asking_names_nobody(line):
    assert read(below=line).contact is None


def test_annexes_are_named_and_present_each_with_number_and_title():
    below = "附件：1.自查情况表\n2.填报说明\n某县人民政府\n2023年5月6日\n附件1\n自查情况表\n一、基本情况\n"
    found = read(below=below)
    assert [(annex.number, annex.title) for annex in found.annexes_named] == [(1, "自查情况表"), (2, "填报说明")]
    assert [annex.number for annex in found.annexes_present] == [1]
    missing = [str(warned.message) for warned in found.warnings if "is named but not in" in warned.message]
    assert len(missing) == 1 and "填报说明" in missing[0]


def test_a_document_without_annexes_names_none():
    found = read(below="三、附则\n本通知自印发之日起施行。\n")
    assert found.annexes_named == () and found.annexes_present == ()


def test_all_of_it_stands_in_the_json():
    found = plans.to_json(read(below_title="各县人民政府：", below="联系人：周启明，电话：66203188\n附件：自查表\n"))
    assert found["recipients"] == {"text": "各县人民政府", "lines": [2, 2]}
    assert (found["contact"]["name"], found["contact"]["phone"]) == ("周启明", "66203188")
    assert [annex["title"] for annex in found["annexes"]["named"]] == ["自查表"]
    assert found["annexes"]["present"] == []
