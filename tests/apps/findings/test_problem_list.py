"""The problem ledger as a workbook: typed cells, the facts in full, native charts, printed on A4."""

import re
import zipfile
from datetime import date
from io import BytesIO

import pytest
from factories import FIELD, make_finding, make_world
from python_calamine import CalamineWorkbook
from workbook_files import client_of

from ducha.apps.audit_trail import clock
from ducha.apps.findings.models import Finding


@pytest.fixture
def world(db):
    with clock.at(FIELD):
        yield make_world(2)


def test_it_holds_the_facts_and_counts_them_in_charts(world) -> None:
    make_finding(world, 0, state="handed_over", title="=公示超期")
    make_finding(world, 1, state="handed_over", title="归档不全")
    answer = client_of(world.office).get("/findings?format=xlsx", HTTP_ACCEPT_LANGUAGE="zh-CN")
    book = CalamineWorkbook.from_filelike(BytesIO(answer.content))
    heads, first, second = book.get_sheet_by_index(0).to_python()
    row = dict(zip(heads, first, strict=True))
    finding = Finding.objects.get(number=1)
    assert (row["序号"], row["问题"], row["问题事实"]) == (1, "=公示超期", finding.facts)
    assert isinstance(row["时限"], date) and row["时限"] == finding.due_on and len(second) == len(heads)
    counts = {line[0]: line[1] for line in book.get_sheet_by_name("图表").to_python() if line[1] != ""}
    assert counts == {"依法履职情况": 2, "一般": 2, "实地督察": 2}
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        assert sum(name.startswith("xl/charts/chart") for name in archive.namelist()) == 3
        sheet = archive.read("xl/worksheets/sheet1.xml").decode()
        assert "<f>" not in sheet and 'orientation="landscape"' in sheet
        assert "Print_Titles" in archive.read("xl/workbook.xml").decode()
        assert re.search(r'<pane [^>]*state="frozen"', sheet) and "<autoFilter" in sheet
