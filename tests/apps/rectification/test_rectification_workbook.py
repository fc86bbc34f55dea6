"""The rectification ledger as a workbook: filled in anywhere, sent back, shown, taken; nothing newer is overwritten."""

import json
import re
import shutil
import subprocess
import zipfile
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from factories import FIELD, World, make_finding, make_world
from lxml import etree
from workbook_files import client_of, faults, filled, in_sheet, rewritten, with_a_copy_of_the_sheet, zip_of

from ducha.apps.audit_trail.models import AuditEntry
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.findings.models import Finding
from ducha.apps.rectification import actions
from ducha.apps.rectification.models import CorrectiveAction, Rectification
from ducha.engines.files import run_limited

# 整改措施 整改目标 责任人 措施时限 是否完成 新进展
TO_FILL_IN = "IJKLMN"
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
CALC = bool(SOFFICE) and Path(SOFFICE).resolve().with_name("libsclo.so").exists()


@pytest.fixture
def liaison(world: World) -> Client:
    """A unit with a problem that has a measure, and one that has none yet."""
    finding = make_finding(world, 0, state="acknowledged", title="公示超期")
    work = actions.open_for(finding, by=world.liaisons[0])
    actions.add_measure(work, by=world.liaisons[0], description="补公示", owner_name="某甲", due_on=date(2019, 11, 18))
    make_finding(world, 0, state="acknowledged", title="归档不全")
    make_finding(world, 1, state="acknowledged", title="别家的问题")
    return client_of(world.liaisons[0])


def downloaded(client: Client) -> bytes:
    answer = client.get("/rectifications/workbook")
    assert answer.status_code == 200
    return answer.content


def send(client: Client, content: bytes, name: str = "整改台账.xlsx"):
    return client.post(
        "/rectifications/workbook/send-back", {"file": SimpleUploadedFile(name, content)}, HTTP_ACCEPT_LANGUAGE="en"
    )


def take(client: Client, shown):
    form = shown.context["take"]
    entered = {name: form[name].value() for name in ("version", "operation")}
    return client.post(
        "/rectifications/workbook/send-back",
        {**entered, "changes": shown.context["signed"]},
        HTTP_ACCEPT_LANGUAGE="en",
        follow=True,
    )


def test_what_was_filled_in_is_shown_and_then_taken(world: World, liaison: Client) -> None:
    content = filled(
        downloaded(liaison),
        {
            "I4": "补公示并专人复核",
            "N4": "已补 3 件",
            "M4": "已完成",
            "I5": "补齐案卷",
            "K5": "某乙",
            "L5": "2019年11月20日",
        },
    )
    shown = send(liaison, content)
    assert shown.status_code == 200
    assert [(c.cell, head, after) for c, head, after in shown.context["changes"]] == [
        ("I4", "整改措施", "补公示并专人复核"),
        ("M4", "是否完成", "已完成"),
        ("N4", "新进展", "已补 3 件"),
        ("I5", "整改措施", "补齐案卷"),
        ("K5", "责任人", "某乙"),
        ("L5", "措施时限", "2019-11-20"),
    ]
    assert CorrectiveAction.objects.count() == 1
    assert take(liaison, shown).status_code == 200
    first, second = CorrectiveAction.objects.order_by("id")
    assert (first.description, first.owner_name, first.done_on) == ("补公示并专人复核", "某甲", FIELD.date())
    assert (second.description, second.owner_name, second.due_on) == ("补齐案卷", "某乙", date(2019, 11, 20))
    assert first.rectification.progress.get().text == "已补 3 件"
    assert set(AuditEntry.objects.order_by("-id").values_list("action", flat=True)[:6]) >= {
        *("corrective_action.changed", "corrective_action.finished", "corrective_action.added"),
        "rectification.progressed",
    }
    assert "Nothing in the workbook differs" in send(liaison, downloaded(liaison)).content.decode()


def test_a_stale_row_never_overwrites_what_is_newer(world: World, liaison: Client) -> None:
    old = downloaded(liaison)
    measure = CorrectiveAction.objects.get()
    actions.change_measure(
        measure, by=world.liaisons[0], description="页面上改过", owner_name="某甲", due_on=measure.due_on
    )
    [(cell, text)] = faults(send(liaison, filled(old, {"J4": "不再超期"})))
    assert cell == "I4" and "after the workbook was written" in text
    # What nobody touched in the old workbook is no fault, and another row of it is taken.
    shown = send(liaison, filled(old, {"I5": "补齐案卷", "K5": "某乙", "L5": "2019-11-20"}))
    assert shown.status_code == 200 and len(shown.context["changes"]) == 3
    actions.open_for(Finding.objects.get(title="归档不全"), by=world.liaisons[0])
    work = Rectification.objects.get(finding__title="归档不全")
    actions.add_measure(work, by=world.liaisons[0], description="别人先填", owner_name="某丙", due_on=measure.due_on)
    late = take(liaison, shown)
    assert late.status_code == 409 and "by somebody else meanwhile" in late.content.decode()
    assert not CorrectiveAction.objects.filter(description="补齐案卷").exists()


def test_every_fault_is_told_by_its_cell_and_nothing_is_taken(world: World, liaison: Client) -> None:
    content = filled(
        downloaded(liaison),
        {"K4": "某" * 61, "L4": "下周", "M4": "差不多", "I5": "好的措施"},
    )
    told = dict(faults(send(liaison, content)))
    assert set(told) == {"K4", "L4", "M4"}
    assert "at most 60" in told["K4"] and "“下周” is no day" in told["L4"] and "已完成" in told["M4"]


def test_what_a_measure_needs_is_asked_for_in_its_row(world: World, liaison: Client) -> None:
    answer = take(liaison, send(liaison, filled(downloaded(liaison), {"I5": "只有措施"})))
    assert answer.status_code == 422
    said = answer.content.decode()
    assert "I5: “Who is responsible” is empty." in said and "I5: “Until” is empty." in said
    assert CorrectiveAction.objects.count() == 1 and not Rectification.objects.filter(finding__number=2).exists()


@pytest.mark.parametrize(
    ("key", "sentence"),
    [("measure:" + "0" * 20, "was changed"), ("", "has no key"), ("finding:x", "was changed")],
)
def test_a_changed_key_is_refused(world: World, liaison: Client, key: str, sentence: str) -> None:
    content = filled(downloaded(liaison), {"U4": key, "I4": "换个措施"})
    assert any(sentence in text for _cell, text in faults(send(liaison, content)))


def test_a_doubled_row_is_refused(world: World, liaison: Client) -> None:
    content = downloaded(liaison)
    key = f"measure:{CorrectiveAction.objects.get().public_id}"
    [(cell, text)] = faults(send(liaison, filled(content, {"U5": key})))
    assert cell == "U5" and "twice, here and in line 4" in text


def test_a_formula_is_never_taken(world: World, liaison: Client) -> None:
    formula = '<c r="{cell}" t="str"><f>HYPERLINK("http://x","点我")</f><v>{text}</v></c>'
    [(cell, text)] = faults(send(liaison, filled(downloaded(liaison), {"I4": "点我"}, raw=formula)))
    assert cell == "I4" and "formula" in text


def test_text_that_looks_like_a_formula_stays_a_text(world: World, liaison: Client) -> None:
    take(liaison, send(liaison, filled(downloaded(liaison), {"I4": "=1+1", "J4": "@SUM(A1)"})))
    assert CorrectiveAction.objects.get().description == "=1+1"
    read = run_limited("ducha.engines.files.filled:cells", "x.xlsx", downloaded(liaison))
    assert read["formulas"] == [] and read["sheets"]["整改台账"][3][8:10] == ["=1+1", "@SUM(A1)"]


def test_a_locked_cell_that_was_changed_is_told_and_not_taken(world: World, liaison: Client) -> None:
    shown = send(liaison, filled(downloaded(liaison), {"C4": "没有问题", "I4": "新措施"}))
    assert [cell for cell, _text in shown.context["in_vain"]] == ["C4"] and len(shown.context["changes"]) == 1
    take(liaison, shown)
    assert Finding.objects.get(number=1).facts == "抽查 12 件，3 件超期。"


def test_only_the_cells_to_fill_in_are_unlocked(world: World, liaison: Client) -> None:
    with zipfile.ZipFile(BytesIO(downloaded(liaison))) as archive:
        sheet = etree.fromstring(archive.read("xl/worksheets/sheet1.xml"))
        styles = etree.fromstring(archive.read("xl/styles.xml"))
        book = etree.fromstring(archive.read("xl/workbook.xml"))
    main = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
    formats = styles.find(f"{main}cellXfs")
    is_open = [f.find(f"{main}protection") is not None for f in formats]
    row = next(r for r in sheet.iter(f"{main}row") if r.get("r") == "4")
    opened = {c.get("r") for c in row if is_open[int(c.get("s", 0))]}
    assert opened == {f"{letter}4" for letter in TO_FILL_IN}
    assert sheet.find(f"{main}sheetProtection").get("sheet") == "1" and sheet.find(f"{main}autoFilter") is not None
    assert {r.get("type") for r in sheet.iter(f"{main}dataValidation")} == {"list", "date", "textLength"}
    assert sheet.find(f"{main}pageSetup").get("orientation") == "landscape"
    assert "Print_Titles" in etree.tostring(book, encoding="unicode")
    columns = {c.get("min"): c.get("hidden") for c in sheet.find(f"{main}cols")}
    assert columns["21"] == "1"


def test_merged_cells_are_refused_by_their_place(world: World, liaison: Client) -> None:
    merge = '<mergeCells count="2"><mergeCell ref="A1:H1"/><mergeCell ref="I4:I5"/></mergeCells>'
    content = in_sheet(downloaded(liaison), r"(?=<dataValidations|<conditional)", merge)
    [(cell, text)] = faults(send(liaison, content))
    assert cell == "I4" and "I4:I5 are merged" in text


def test_rows_may_be_sorted_columns_added_and_the_sheet_renamed(world: World, liaison: Client) -> None:
    content = filled(downloaded(liaison), {"I4": "补公示并复核"})

    def change(name: str, part: str) -> str:
        if name == "xl/workbook.xml":
            return part.replace('name="整改台账"', 'name="我的"').replace("整改台账!", "我的!")
        if name != "xl/worksheets/sheet1.xml":
            return part
        head = '<c r="W3" t="inlineStr"><is><t>备注</t></is></c>'
        note = '<c r="W4" t="inlineStr"><is><t>=自用</t></is></c>'
        part = re.sub(r'(<row r="3".*?)</row>', rf"\1{head}</row>", part, count=1)
        part = re.sub(r'(<row r="4".*?)</row>', rf"\1{note}</row>", part, count=1)
        (first, fourth), (second, fifth) = (
            re.search(rf'<row r="{n}".*?>(.*?)</row>', part).group(0, 1) for n in (4, 5)
        )
        swapped = (fifth.replace('5"', '4"'), fourth.replace('4"', '5"'))
        return part.replace(fourth, "\0", 1).replace(fifth, swapped[1], 1).replace("\0", swapped[0], 1)

    shown = send(liaison, rewritten(content, change))
    assert shown.status_code == 200, shown.context["faults"]
    assert [(c.cell, c.before, after) for c, _head, after in shown.context["changes"]] == [
        ("I5", "补公示", "补公示并复核")
    ]
    assert not shown.context["in_vain"]


def test_a_row_that_was_deleted_is_told_and_stays_as_it_is(world: World, liaison: Client) -> None:
    content = in_sheet(filled(downloaded(liaison), {"I4": "新措施"}), r'<row r="5".*?</row>', "")
    shown = send(liaison, content)
    [(cell, text)] = shown.context["in_vain"]
    assert cell == "" and "1 rows (“序号” 2)" in text and len(shown.context["changes"]) == 1
    assert "Not taken:" in shown.content.decode()


def test_two_columns_or_sheets_of_one_name_are_not_guessed_between(world: World, liaison: Client) -> None:
    content = downloaded(liaison)
    head = '<c r="W3" t="inlineStr"><is><t>整改措施</t></is></c></row>'
    doubled = in_sheet(content, r'(?<=</c>)</row>(?=<row r="4")', head)
    [(cell, text)] = faults(send(liaison, doubled))
    assert cell == "W3" and "several columns" in text
    [(cell, text)] = faults(send(liaison, with_a_copy_of_the_sheet(content)))
    assert cell == "" and "several sheets: 整改台账、副本" in text


def test_a_formula_is_found_in_a_workbook_saved_as_strict(world: World, liaison: Client) -> None:
    formula = '<c r="{cell}" t="str"><f>1+1</f><v>{text}</v></c>'
    content = filled(downloaded(liaison), {"I4": "二"}, raw=formula)
    strict = {
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main": "http://purl.oclc.org/ooxml/spreadsheetml/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships": (
            "http://purl.oclc.org/ooxml/officeDocument/relationships"
        ),
    }

    def change(name: str, part: str) -> str:
        for usual, other in strict.items():
            part = part.replace(f'"{usual}"', f'"{other}"')
        return part

    [(cell, text)] = faults(send(liaison, rewritten(content, change)))
    assert cell == "I4" and "formula" in text


def test_a_hidden_sheet_says_what_it_is_and_when_and_for_whom_it_was_written(world: World, liaison: Client) -> None:
    content = downloaded(liaison)
    sheets = run_limited("ducha.engines.files.filled:cells", "x.xlsx", content)["sheets"]
    mark = json.loads(sheets["ducha"][0][0])
    assert (mark["kind"], mark["campaign"]) == ("rectification", world.campaign.public_id)
    assert (mark["written"], mark["for"]) == (FIELD.isoformat(), world.liaisons[0].person.name)
    with zipfile.ZipFile(BytesIO(content)) as archive:
        assert 'state="veryHidden"' in archive.read("xl/workbook.xml").decode()


def test_a_workbook_of_somebody_else_or_something_else_is_refused(world: World, liaison: Client) -> None:
    theirs = downloaded(client_of(world.liaisons[1]))
    assert any("another unit" in text for _cell, text in faults(send(liaison, theirs)))
    office = downloaded(client_of(world.office))
    assert any("no workbook that was downloaded here" in text for _c, text in faults(send(liaison, office)))
    elsewhere = make_world(1)
    make_finding(elsewhere, 0, state="acknowledged")
    other = downloaded(client_of(elsewhere.liaisons[0]))
    assert any("another campaign" in text for _cell, text in faults(send(liaison, other)))
    for junk in (b"", b"PK\x03\x04", b"a,b\n1,2\n", zip_of({"xl/workbook.xml": "<x/>"}), zip_of({"a": "b"})):
        assert send(liaison, junk).status_code == 422


def test_what_is_submitted_can_no_longer_be_filled_in(world: World, liaison: Client) -> None:
    old = downloaded(liaison)
    measure = CorrectiveAction.objects.get()
    actions.finish_measure(measure, by=world.liaisons[0])
    actions.submit(measure.rectification, by=world.liaisons[0], text="已改")
    for content in (old, downloaded(liaison)):
        told = faults(send(liaison, filled(content, {"I4": "再改"})))
        assert told and all(cell in ("I4", "M4") for cell, _text in told)


@pytest.mark.skipif(not CALC, reason="LibreOffice Calc is not installed")
def test_saved_by_libreoffice_it_is_read_as_it_was(world: World, liaison: Client, tmp_path: Path) -> None:
    file = tmp_path / "ledger.xlsx"
    file.write_bytes(filled(downloaded(liaison), {"I5": "补齐案卷", "K5": "某乙", "L5": "2019/11/20"}))
    out = tmp_path / "saved"
    command = [SOFFICE, f"-env:UserInstallation=file://{tmp_path}/profile", "--headless", "--convert-to", "xlsx"]
    subprocess.run([*command, "--outdir", str(out), str(file)], check=True, capture_output=True, timeout=60)
    shown = send(liaison, (out / file.name).read_bytes())
    assert shown.status_code == 200, shown.context["faults"]
    assert [c.cell for c, _head, _after in shown.context["changes"]] == ["I5", "K5", "L5"]
    assert not shown.context["in_vain"]
    take(liaison, shown)
    assert CorrectiveAction.objects.get(description="补齐案卷").due_on == date(2019, 11, 20)


def test_five_hundred_rows_make_the_round_trip_in_seconds(world: World, liaison: Client) -> None:
    template = Finding.objects.get(title="归档不全")
    fields = {f.attname: getattr(template, f.attname) for f in Finding._meta.concrete_fields if f.name != "id"}
    with recorded(SYSTEM, "finding.raised", campaign=world.campaign.public_id):
        Finding.objects.bulk_create(
            [Finding(**{**fields, "public_id": f"{n:020}", "number": n, "title": f"问题{n}"}) for n in range(100, 600)]
        )
    content = downloaded(liaison)
    rows = {int(row): key for row, key in re.findall(r'<c r="U(\d+)"[^>]*t="s"><v>(\d+)</v>', sheet_of(content))}
    assert len(rows) == 503  # the head, two rows, five hundred
    cells = {f"I{row}": f"措施{row}" for row in sorted(rows)[1:]}
    owners = {f"K{row}": "某乙" for row in sorted(rows)[2:]} | {f"L{row}": "2019-11-20" for row in sorted(rows)[2:]}
    shown = send(liaison, filled(content, cells | owners))
    assert shown.status_code == 200 and len(shown.context["changes"]) == len(cells) + len(owners)
    take(liaison, shown)
    assert CorrectiveAction.objects.filter(description__startswith="措施").count() == 502


def sheet_of(content: bytes) -> str:
    with zipfile.ZipFile(BytesIO(content)) as archive:
        return archive.read("xl/worksheets/sheet1.xml").decode()
