"""A catalogue out to and in from files: an Excel workbook for offices, YAML for programs; both without loss."""

import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime
from typing import Any

from django.utils import timezone

from ducha.apps.campaigns.catalogue import (
    Asked,
    Catalogue,
    Cited,
    PlainHeading,
    PlainPoint,
    PlainStage,
    faults_of,
    is_moment,
)
from ducha.apps.campaigns.models import Stage, Threshold
from ducha.domain.errors import Invalid, sentence
from ducha.domain.rules import BY_ID
from ducha.engines import files

MOST_POINTS = 20_000
_LINES = re.compile(r"(\d{1,7})[-–—](\d{1,7})")
# The words of the workbook: offices read Chinese, whatever language the pages are shown in.
_KINDS = {"comprehensive": "全面督察", "special": "专项督察"}
_STAGES = {"self_inspection": "自查", "field_inspection": "实地督察", "rectification": "整改", "acceptance": "验收"}
_SIGNS = {"<=": "≤", ">=": "≥", "==": "=", "<": "<", ">": ">"}
_YES = {True: "是", False: "否"}


@dataclass(frozen=True)
class _Column:
    """A field of a row: its name, its title in the workbook, its words there, and how its value is read."""

    name: str
    title: str
    read: Callable[[Any], Any]
    words: dict[Any, str] | None = None
    needed: bool = False
    longest: int = 100_000


def _text(value: Any) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int):
        raise ValueError
    return str(value)


def _code(value: Any) -> str:
    # 1.10 typed as a number is 1.1: no code is read from a number with a point.
    if isinstance(value, float) and not value.is_integer():
        raise ValueError
    return _text(int(value) if isinstance(value, float) else value)


def _whole(value: Any) -> int:
    if isinstance(value, bool) or int(value) != float(value):
        raise ValueError
    return int(value)


def _year(value: Any) -> int:
    if not 2000 <= (year := _whole(value)) <= 2100:
        raise ValueError
    return year


def _place(value: Any) -> int:
    if (found := _whole(value)) < 0:
        raise ValueError
    return found


def _number(value: Any) -> str:
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() else repr(value)
    return _text(value)


def names(value: Any) -> tuple[str, ...]:
    """Bodies, parted by lines or “、”, but not where that stands in brackets: 各县（市、区）人民政府 is one."""
    parts = re.split(r"[、\n](?![^（(]*[）)])", value) if isinstance(value, str) else value
    return tuple(_text(part).strip() for part in parts if _text(part).strip())


def _lines(value: Any) -> tuple[int, int]:
    found = _LINES.fullmatch(value) if isinstance(value, str) else None
    first, last = (_whole(line) for line in (found.groups() if found else value))
    if not 1 <= first <= last < 10_000_000:
        raise ValueError
    return first, last


def _day(value: Any) -> date:
    found = date.fromisoformat(str(value)[:10])
    _year(found.year)
    return found


def _moment(value: Any) -> datetime:
    found = datetime.fromisoformat(str(value))
    _year(found.year)
    return timezone.make_aware(found) if timezone.is_naive(found) else found


def _due(value: Any) -> str:
    if not is_moment(text := str(value)[:10]):
        raise ValueError
    return text


def _one_of(known: Sequence[str]) -> Callable[[Any], str]:
    def read(value: Any) -> str:
        if value not in known:
            raise ValueError
        return str(value)

    return read


def _truth(value: Any) -> bool:
    if not isinstance(value, bool):
        raise ValueError
    return value


_LINES_COLUMN = _Column("lines", "原文行", _lines)
_COLUMNS: dict[str, tuple[_Column, ...]] = {
    "campaign": (
        _Column("title", "名称", _text, needed=True, longest=200),
        _Column("year", "年度", _year, needed=True),
        _Column("kind", "类型", _one_of(list(_KINDS)), _KINDS),
    ),
    "headings": (
        _Column("code", "编码", _code, needed=True),
        _Column("title", "标题", _text, needed=True),
        _LINES_COLUMN,
    ),
    "points": (
        _Column("code", "编码", _code, needed=True),
        _Column("text", "内容", _text, needed=True),
        _Column("score", "分值", _number, longest=10),
        _Column("sources", "数据来源", _text),
        _Column("responsible", "责任单位", names),
        _Column("due_from", "时限起", _due),
        _Column("due_until", "时限止", _due),
        _LINES_COLUMN,
        _Column("read_code", "方案编码", _code, longest=60),
    ),
    "thresholds": (
        _Column("point", "要点编码", _code, needed=True),
        _Column("phrase", "原文词句", _text, needed=True, longest=200),
        _Column("quantity", "指标", _text, longest=200),
        _Column("comparator", "比较", _one_of(list(_SIGNS)), _SIGNS, needed=True),
        _Column("value", "数值", _number, needed=True, longest=20),
        _Column("unit", "单位", _one_of(Threshold.UNITS), needed=True),
        _Column("rule", "核算规则", _one_of(list(BY_ID))),
        _Column("start", "位置", _place),
    ),
    "stages": (
        _Column("kind", "类型", _one_of(Stage.Kind.values), _STAGES, needed=True),
        _Column("title", "名称", _text, needed=True, longest=100),
        _Column("starts_on", "开始日期", _day),
        _Column("due_at", "截止时间", _moment),
        _Column("hour_confirmed", "时刻已确认", _truth, _YES),
        _Column("phrase", "原文", _text),
        _LINES_COLUMN,
    ),
    "citations": (
        _Column("title", "文件", _text, needed=True, longest=300),
        _Column("number", "文号", _text, longest=60),
    ),
}
_SHEETS = {
    "campaign": "方案",
    "headings": "督察内容",
    "points": "督察要点",
    "thresholds": "量化指标",
    "stages": "督察阶段",
    "citations": "依据",
}

EXAMPLE = Catalogue(
    title="示例：某市专项督察",
    year=2026,
    kind="special",
    headings=(PlainHeading("1", "行政执法公示情况"), PlainHeading("1.1", "事后公开")),
    points=(
        PlainPoint(
            "1.1.1",
            "行政处罚决定在作出之日起 7 个工作日内公开。",
            score="10",
            sources="行政处罚台账",
            responsible=("各执法部门",),
            thresholds=(Asked("7 个工作日内", "公开期限", "<=", "7", "工作日", "penalty_licence_published"),),
        ),
    ),
    stages=(PlainStage("self_inspection", "全面自查", date(2026, 3, 2), None, phrase="3月2日起"),),
    citations=(Cited("某规定", "某发〔2026〕1号"),),
)


def to_workbook(catalogue: Catalogue) -> bytes:
    """The catalogue as an Excel workbook of six sheets."""
    return files.write_book(
        [
            files.Sheet(
                _SHEETS[kind],
                [column.title for column in columns],
                [[_cell(column, row.get(column.name)) for column in columns] for row in _rows(catalogue)[kind]],
            )
            for kind, columns in _COLUMNS.items()
        ]
    )


def _cell(column: _Column, value: Any) -> Any:
    if value in (None, "", ()):
        return None
    if column.words:
        return column.words[value]
    if column.name == "lines":
        return f"{value[0]}–{value[1]}"
    if isinstance(value, tuple):
        return "\n".join(value)
    # Excel keeps no parts of a second and no zone; a text keeps both.
    return timezone.make_naive(value).isoformat(" ") if isinstance(value, datetime) else value


def to_yaml(catalogue: Catalogue) -> bytes:
    """The catalogue as YAML, what is empty left out."""
    rows = _rows(catalogue)
    shown = {**rows["campaign"][0], **{kind: rows[kind] for kind in _COLUMNS if kind != "campaign"}}
    return files.write_yaml(_plain(shown))


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _plain(part) for name, part in value.items() if part not in (None, "", ())}
    if isinstance(value, list | tuple):
        return [_plain(part) for part in value]
    return timezone.make_naive(value).isoformat() if isinstance(value, datetime) else value


def _rows(catalogue: Catalogue) -> dict[str, list[dict[str, Any]]]:
    """The catalogue as flat rows, by kind."""
    points = [_fields(point) for point in catalogue.points]
    numbers = [{"point": p["code"], **_fields(asked)} for p in points for asked in p.pop("thresholds")]
    return {
        "campaign": [{"title": catalogue.title, "year": catalogue.year, "kind": catalogue.kind}],
        "headings": [_fields(heading) for heading in catalogue.headings],
        "points": points,
        "thresholds": numbers,
        "stages": [_fields(stage) for stage in catalogue.stages],
        "citations": [_fields(cited) for cited in catalogue.citations],
    }


def _fields(row: Any) -> dict[str, Any]:
    return {f.name: getattr(row, f.name) for f in fields(row)}


def read(name: str, content: bytes) -> Catalogue:
    """A catalogue from a workbook or YAML; Invalid tells every fault with its sheet and row."""
    if content.startswith(b"PK"):
        return _built(_from_book(files.read_book(name, content)))
    return _built(_from_yaml(files.read_yaml(name, content)))


Row = tuple[str, dict[str, Any]]


def _from_yaml(found: dict[str, Any]) -> Iterator[tuple[str, list[Row]]]:
    """The rows by kind, each with where it stands."""
    yield "campaign", [("campaign", {k: v for k, v in found.items() if k not in _COLUMNS or k == "campaign"})]
    for kind in _COLUMNS:
        rows = found.get(kind) if kind != "campaign" else None
        if rows is not None:
            listed = rows if isinstance(rows, list) else [rows]
            yield (
                kind,
                [(f"{kind} {n}", row if isinstance(row, dict) else {"": row}) for n, row in enumerate(listed, 1)],
            )


def _from_book(book: dict[str, list[list[Any]]]) -> Iterator[tuple[str, list[Row]]]:
    known = {sheet: kind for kind, sheet in _SHEETS.items()}
    found = {title.strip(): lines for title, lines in book.items()}
    if faults := [*_faults_of_sheets(found, known)]:
        raise Invalid(faults[:50])
    for sheet, kind in known.items():
        lines = found.get(sheet) or [[]]
        columns = {column.title: column for column in _COLUMNS[kind]}
        titles = [str(title).strip() for title in lines[0]]
        rows = []
        for number, line in enumerate(lines[1:], 2):
            cells = {title: cell for title, cell in zip(titles, line, strict=False) if title and cell not in ("", None)}
            if cells:
                rows.append(
                    (f"{sheet} {number}", {_name(columns, t): _worded(columns.get(t), c) for t, c in cells.items()})
                )
        yield kind, rows


def _faults_of_sheets(found: dict[str, list[list[Any]]], known: dict[str, str]) -> Iterator[str]:
    text = "The sheet “%(sheet)s” is missing. Export a catalogue to see what one looks like."
    needed = [_SHEETS[kind] for kind in ("campaign", "headings", "points")]
    yield from (sentence(text, sheet=sheet) for sheet in needed if sheet not in found)
    text = "The sheet “%(sheet)s” is none of a catalogue's. Take it out, or give it its right name."
    yield from (sentence(text, sheet=sheet) for sheet, lines in found.items() if sheet not in known and any(lines))
    for sheet in sorted(set(found) & set(known)):
        yield from _faults_of_titles(sheet, found[sheet])


def _faults_of_titles(sheet: str, lines: list[list[Any]]) -> Iterator[str]:
    """Columns that stand twice, and cells that stand under no title: nothing is left away without a word."""
    titles = [str(title).strip() for title in lines[0]] if lines else []
    text = "%(sheet)s: the column “%(name)s” stands twice."
    yield from (sentence(text, sheet=sheet, name=n) for n, times in Counter(titles).items() if n and times > 1)
    text = "%(sheet)s: “%(value)s” stands under no title."
    for line in lines[1:]:
        for place, cell in enumerate(line):
            if cell not in ("", None) and not (place < len(titles) and titles[place]):
                yield sentence(text, sheet=sheet, value=str(cell)[:40])


def _name(names: dict[str, _Column], title: str) -> str:
    return names[title].name if title in names else title


def _worded(column: _Column | None, cell: Any) -> Any:
    back = {words: value for value, words in column.words.items()} if column and column.words else {}
    return back.get(cell, cell) if isinstance(cell, str) else cell


def _built(found: Iterator[tuple[str, list[Row]]]) -> Catalogue:
    """Plain values into a catalogue, all faults at once."""
    faults: list[str] = []
    rows = {kind: [_values(kind, where, row, faults) for where, row in listed] for kind, listed in found}
    if len(rows.get("points", [])) > MOST_POINTS:
        text = "The catalogue has %(size)s points; %(limit)s are the most."
        faults.append(sentence(text, size=len(rows["points"]), limit=MOST_POINTS))
    if len(rows.get("campaign", [])) != 1:
        faults.append(sentence("The catalogue names one campaign, in one row: its title and year."))
    if faults:
        raise Invalid(faults[:50])
    numbers: dict[str, list[Asked]] = {}
    for row in rows.get("thresholds", []):
        numbers.setdefault(row.pop("point"), []).append(Asked(**{"quantity": "", **row}))
    points = [PlainPoint(**row, thresholds=tuple(numbers.pop(row["code"], ()))) for row in rows.get("points", [])]
    catalogue = Catalogue(
        **rows["campaign"][0],
        headings=tuple(PlainHeading(**row) for row in rows.get("headings", [])),
        points=tuple(points),
        stages=tuple(PlainStage(**row) for row in rows.get("stages", [])),
        citations=tuple(Cited(**row) for row in rows.get("citations", [])),
    )
    text = "A number is given for point “%(code)s”, which is not there."
    faults += [*faults_of(catalogue), *(sentence(text, code=code) for code in numbers)]
    if faults:
        raise Invalid(faults[:50])
    return catalogue


def _values(kind: str, where: str, row: dict[str, Any], faults: list[str]) -> dict[str, Any]:
    """A row's values, read; what cannot be read is a fault with its place."""
    values: dict[str, Any] = {}
    columns = {column.name: column for column in _COLUMNS[kind]}
    for name, value in row.items():
        column = columns.get(str(name))
        if column is None:
            text = "%(where)s: “%(name)s” is no column of a catalogue."
            faults.append(sentence(text, where=where, name=str(name)[:40]))
        elif value not in (None, ""):
            try:
                values[column.name] = found = column.read(value)
                if isinstance(found, str) and (len(found) > column.longest or "\0" in found):
                    raise ValueError
            except (ValueError, TypeError, OverflowError):
                text = "%(where)s: “%(value)s” does not fit the column “%(name)s”. See an exported catalogue."
                faults.append(sentence(text, where=where, value=str(value)[:60], name=column.title))
    for column in columns.values():
        if column.needed and column.name not in values and row.get(column.name) in (None, ""):
            text = "%(where)s: the column “%(name)s” is empty."
            faults.append(sentence(text, where=where, name=column.title))
    return values
