"""Native charts of a workbook, and how its sheets print."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

_A4 = 9
_SERIES = ("#1C4E8F", "#B8322A", "#8A5A0C", "#22704A", "#566271")


@dataclass(frozen=True)
class Chart:
    """A native chart of counts by label, with the table that it is drawn from."""

    title: str
    counts: Mapping[str, int]


def across(sheet: Any) -> None:
    """Printed on A4 across, as wide as the page, its pages numbered."""
    sheet.set_landscape()
    sheet.set_paper(_A4)
    sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
    sheet.fit_to_pages(1, 0)
    sheet.set_footer("&C&P / &N")


def draw(book: Any, charts: Iterable[Chart]) -> None:
    """A sheet with each chart beside the table that it is drawn from."""
    sheet = book.add_worksheet("图表")
    bold = book.add_format({"bold": True})
    sheet.set_column(0, 0, 34)
    across(sheet)
    at = 0
    for number, one in enumerate(charts):
        sheet.write_string(at, 0, one.title, bold)
        for offset, (label, count) in enumerate(one.counts.items(), 1):
            sheet.write_string(at + offset, 0, label)
            sheet.write_number(at + offset, 1, count)
        drawn = book.add_chart({"type": "bar" if len(one.counts) > 4 else "column"})
        last = at + max(1, len(one.counts))
        drawn.add_series(
            {
                "categories": [sheet.name, at + 1, 0, last, 0],
                "values": [sheet.name, at + 1, 1, last, 1],
                "data_labels": {"value": True},
                "fill": {"color": _SERIES[number % len(_SERIES)]},
                "gap": 60,
            }
        )
        drawn.set_title({"name": one.title, "name_font": {"size": 12}})
        drawn.set_legend({"none": True})
        if len(one.counts) > 4:
            drawn.set_y_axis({"reverse": True})
        drawn.set_size({"width": 620, "height": max(240, 26 * len(one.counts) + 80)})
        sheet.insert_chart(at, 3, drawn)
        at += max(14, len(one.counts) + 6, round(len(one.counts) * 1.4) + 6)
