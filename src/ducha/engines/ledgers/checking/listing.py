"""The violating rows as a workbook for people: one sheet for each rule, each row with its reason in words."""

from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import duckdb
import xlsxwriter

from ducha.engines.ledgers.rules import Rule

TITLES = ("单位", "编号", "原因", "来源文件", "行号")
WIDTHS = (24, 32, 70, 28, 8)
# Excel's own limit, less the head.
MOST = 1_048_575
_BATCH = 10_000


def write_list(violations: Path, rules: Sequence[Rule], target: Path) -> None:
    """Write the rows of a violations.parquet; memory does not grow with them.

    What is more than a sheet of Excel holds stands in the Parquet file alone, and the sheet's last line says so.
    """
    book = xlsxwriter.Workbook(
        str(target), {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    )
    head = book.add_format({"bold": True, "bottom": 1})
    with closing(book), closing(duckdb.connect(":memory:")) as database:
        for rule in rules:
            columns = "unit, key, reason, source, source_row"
            query = f"SELECT {columns} FROM read_parquet(?) WHERE rule = ? ORDER BY unit, source, source_row"
            found = database.execute(query, [str(violations), rule.id])
            if first := found.fetchmany(_BATCH):
                _write_sheet(book.add_worksheet(rule.id[:31]), rule, head, first, found)
        if not book.worksheets():
            book.add_worksheet("核验").write_string(0, 0, "没有发现不符合要求的记录。")


def _write_sheet(sheet: Any, rule: Rule, head: Any, rows: list[tuple[Any, ...]], more: Any) -> None:
    sheet.write_string(0, 0, f"{rule.title}（{rule.basis}）")
    for at, (title, width) in enumerate(zip(TITLES, WIDTHS, strict=True)):
        sheet.write_string(1, at, title, head)
        sheet.set_column(at, at, width)
    line = 2
    while rows and line < MOST:
        for row in rows[: MOST - line]:
            _write_row(sheet, line, row)
            line += 1
        rows = more.fetchmany(_BATCH)
    if rows:
        sheet.write_string(line, 0, "余下各行见 violations.parquet")
    sheet.freeze_panes(2, 0)
    sheet.autofilter(1, 0, line - 1, len(TITLES) - 1)


def _write_row(sheet: Any, line: int, row: tuple[Any, ...]) -> None:
    for at, value in enumerate(row):
        if isinstance(value, int):
            sheet.write_number(line, at, value)
        elif value is not None:
            sheet.write_string(line, at, value)
