"""Scoring and task tables: which column a cell stands in, and the parents that rows have in common.

A table comes as lines whose cells are parted by tabs. Of merged cells only the first is written, so a row may have
fewer cells than the head; each cell is given the column that its form fits best, in order (dynamic programming).
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from ducha.engines.plans.marks import ordinal
from ducha.engines.plans.moments import has_moment

# What a column holds, by the words of its head; the first that fits counts.
_HEADS = (
    ("index", r"序号|编号|项次|序|号"),
    ("score", r".*分值|.*权重.*|.*满分|标准分|配分|分数|基本分|.*（分）|分"),
    (
        "criteria",
        r".*(?:评分|计分|扣分|记分|赋分|得分|打分|考核|评价|评估|考评)(?:标准|办法|细则|规则|说明|依据)|扣分.*"
        r"|.*(?:解释|释义|计算公式|计算方法|指标说明)",
    ),
    (
        "note",
        r".*得分|自评.*|.*结果|备注|说明|[是否有无]|(?:不)?(?:合格|符合|达标)|.*完成情况|.*落实情况|审核.*|联系.*",
    ),
    ("support", r".*(?:配合|协办|协助|参与|参加)(?:单位|部门|科室|处室|主体|领导|人|股室).*"),
    # Persons answer for a row, bodies are asked for it.
    ("note", r".*(?:责任|联系|负责|分管|经办|牵头|包保|包抓)(?:人|领导|同志|人员)"),
    ("responsible", r".*(?:责任|牵头|承办|主办|实施)(?:单位|部门|科室|处室|主体|股室).*|分工"),
    ("due", r".*(?:时限|时间|期限|日期|节点).*"),
    ("method", r".*(?:方法|方式|形式|手段)|.*(?:来源|佐证|印证).*|.*材料.*"),
    ("content", r".*(?:内容|任务|要求|事项|指标|要点|重点|举措|措施|项目|目标|标准|工作|问题).*"),
    ("label", r".*(?:类别|类型|名称|类|领域|方面|阶段|部门|单位|层级|对象)"),
)
_HEADS_COMPILED = tuple((kind, re.compile(words)) for kind, words in _HEADS)
_NUMBER = re.compile(r"[+＋\-－]?\d+(?:\.\d+)?\s*[分%％]?(?:[+＋]\d+分?)?$")
_INDEX = re.compile(r"\d{1,3}[.、]?$|[（(]?[一二三四五六七八九十]{1,3}[）)]?、?$|\d+(?:\.\d+)+$")
_NUMBERED = re.compile(
    r"(?:第?[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．章条节]|第[一二三四五六七八九十]{1,3}部分)\s*\t[^\t]+$"
)
# "（二）乙类" above a head of its own: the next part, no section of this table.
_HEADS_PART = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[）)、.．][^\t]+$")
_CHINESE_INDEX = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)]?、?")
_SECTION = re.compile(r"[（(]?[一二三四五六七八九十]{1,3}[）)、.．]")
# The name of a body: 县司法局, 市政府办公室, 各执法部门.
BODY = re.compile(
    r"[\u4e00-\u9fa5]{1,26}(?:局|委|办|部|院|厅|处|科|室|中心|政府|部门|公司|小组|队|单位|行|党组|站|所|会|馆|社|校|园|县|区|街道)"
    r"(?:办公室)?"
)
_TOTAL = re.compile(r"(?:总\s*分|合\s*计|总\s*计|小\s*计|综合得分|总得分)")
_TIMED = re.compile(r"^.{0,12}(?:季度|[年月周旬]|长期|持续|常态|立即|即时|立行|随时)")
_LOOKED_UP = re.compile(r"查|核对|核实|现场|资料|台帐|台账|报表|座谈|访谈|听取|测评|问卷|系统|文件")
_GRADED = re.compile(r"扣|得|分|按比例|优|合格")
# A cell that says something: no blank, no box to tick.
_IS_SAID = re.compile(r"(?!^[\s是否有无]*[□☐○]).*\w")
# What the cells of a column have on average that holds sentences, not names.
_SENTENCE = 10
_ONE_ROW = 60
# What a cell that says until when has at most; how many lines a cell has at most.
_SHORT, _MOST_LINES = 24, 30
# A cell in quotes begins and does not end on its line, as a spreadsheet writes one of several lines.
_OPENS_CELL = re.compile(r'(?:^|\t)"(?:[^"]|"")*$')
# What a page puts between two rows: its number, and that the table goes on.
_PAGE_BREAK = re.compile(
    r"[-—–－\s]*\d{1,3}[-—–－\s]*|第\s*\d{1,3}\s*页(?:\s*[，/]?\s*共\s*\d{1,3}\s*页)?"
    r"|[（(]?\s*续\s*上?\s*[表页]\s*\d{0,2}\s*[）)]?|[^，。；\t]{1,40}[（(]\s*续\s*[表一二三\d]{0,2}\s*[）)]"
)
# A row with more cells than its head and these is no row of the table.
_MOST_SPARE = 20
# How much better than each in its own column another placing must be.
_BETTER = 0.5


@dataclass(frozen=True)
class Row:
    """A row of a table by its columns; `labels` are the parents it names, `inherited` what merged cells gave it."""

    cells: tuple[str, ...]
    kinds: tuple[str, ...] = ()
    index: str = ""
    labels: tuple[str, ...] = ()
    content: str = ""
    score: str = ""
    criteria: str = ""
    method: str = ""
    responsible: str = ""
    support: str = ""
    due: str = ""
    is_section: bool = False
    is_total: bool = False
    inherited: tuple[str, ...] = ()

    @property
    def index_at(self) -> int | None:
        """In which cell its index stands."""
        return next((n for n, kind in enumerate(self.kinds) if kind == "index" and self.cells[n]), None)


@dataclass(frozen=True)
class Table:
    """The lines `first` to `end` (exclusive); `body` is the first below its head, `breaks` those of a new page."""

    first: int
    body: int
    end: int
    rows: tuple[tuple[int, Row], ...]
    breaks: frozenset[int] = frozenset()


def tables_in(lines: list[tuple[int, str]]) -> list[Table]:
    """The tables whose head, or whose columns, say what is asked for; other tables are text."""
    found: list[Table] = []
    place = 0
    while place < len(lines):
        if "\t" in lines[place][1] and (table := _headed(lines, place) or _unheaded(lines, place)):
            found.append(table)
            place = table.end
        else:
            place += 1
    return found


def _headed(lines: list[tuple[int, str]], place: int) -> Table | None:
    columns = _columns(lines[place][1])
    end = _end(lines, place) if columns else place
    table = _table(lines, (place, place + 1, end), columns) if columns and end > place + 1 else None
    return table if table and table.rows else None


def _unheaded(lines: list[tuple[int, str]], place: int) -> Table | None:
    """A table without a head: rows numbered 1, 2 … of as many cells, that say what, and by whom or until when."""
    rows: list[tuple[str, ...]] = []
    while place + len(rows) < len(lines):
        cells = cells_of(lines[place + len(rows)][1])
        if (rows and len(cells) != len(rows[0])) or _place_of(cells[0]) != len(rows) + 1:
            break
        rows.append(cells)
    columns = _columns_told(rows) if len(rows) > 1 and len(rows[0]) > 2 else ()
    asked = columns.index("content") if "content" in columns else len(columns)
    if "due" not in columns and "responsible" not in columns[asked:]:
        return None
    return _table(lines, (place, place, place + len(rows)), columns)


def _place_of(index: str) -> int:
    bare = index.strip("（）().．、 ")
    return ordinal(bare) if _INDEX.match(bare) and "." not in bare else 0


def _columns_told(rows: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The kinds of the columns by what stands in them; names before what is asked for are labels, all others notes."""
    kinds = ["index", *(_told([cell for cell in column if cell]) for column in list(zip(*rows, strict=True))[1:])]
    asked = kinds.index("content") if "content" in kinds else 0
    return tuple("note" if kind == "label" and place > asked else kind for place, kind in enumerate(kinds))


def _told(cells: list[str]) -> str:
    if not cells:
        return "note"
    if _most(len(cell) <= _SHORT and (has_moment(cell) or _TIMED.search(cell)) for cell in cells):
        return "due"
    if _most(all(map(BODY.fullmatch, re.split(r"[、，,；;\s]+", cell))) for cell in cells):
        return "responsible"
    if all(_NUMBER.match(cell) for cell in cells):
        return "score"
    said = sum(bool(re.search("[，。；]", cell)) for cell in cells)
    return "content" if 2 * said > len(cells) and sum(map(len, cells)) >= _SENTENCE * len(cells) else "label"


def _most(told: Iterable[object]) -> bool:
    """Whether at least two thirds are so."""
    truths = [bool(one) for one in told]
    return 3 * sum(truths) >= 2 * len(truths)


def cells_of(text: str) -> tuple[str, ...]:
    """The cells of a row, without the quotes that a spreadsheet puts around one of several lines."""
    return tuple(_unquoted(cell.strip()) for cell in text.split("\t"))


def _unquoted(cell: str) -> str:
    return cell[1:-1].replace('""', '"').strip() if len(cell) > 1 and cell[0] == cell[-1] == '"' else cell


def whole_rows(lines: Iterable[tuple[int, str]]) -> Iterator[tuple[int, str]]:
    """The lines; those that a quoted cell of several lines was broken into are one again."""
    held: list[tuple[int, str]] = []
    for number, text in lines:
        if held or _OPENS_CELL.search(text):
            held.append((number, text))
            whole = " ".join(part for _, part in held)
            if whole.count('"') % 2 == 0 and "\t" in whole:
                yield held[0][0], whole
                held = []
            elif len(held) > _MOST_LINES:
                yield from held
                held = []
        else:
            yield number, text
    yield from held


def _columns(head: str) -> tuple[str, ...] | None:
    """The kinds of the columns that a head names; None for a line that is no head of such a table."""
    cells = ["".join(cell.split()) for cell in head.split("\t")]
    if len(cells) < 2 or any(len(cell) > 20 for cell in cells):
        return None
    kinds = [_kind(cell) for cell in cells]
    known = [kind for kind in kinds if kind not in ("label", "unknown")]
    if "content" not in kinds or len(known) < 2 + kinds.count("unknown"):
        return None
    return tuple("note" if kind == "unknown" else kind for kind in kinds)


def _kind(head: str) -> str:
    if not head:
        return "note"
    without_bracket = re.sub(r"[（(][^（）()]*[）)]$", "", head)
    named = (kind for words in (head, without_bracket) for kind, heads in _HEADS_COMPILED if heads.fullmatch(words))
    return next(named, "unknown")


def _settled(columns: tuple[str, ...], rows: list[tuple[str, ...]]) -> tuple[str, ...]:
    """The columns by what stands in them: one that is empty is to be filled in.

    The last column of content holds the points; those before it name their parents, or say a sentence in every row
    and are part of the point.
    """
    longest = max((len(row) for row in rows), default=0)
    if set(columns[longest:]) == {"note"}:
        columns = columns[:longest]
    full = [row for row in rows if len(row) == longest]
    filled = [
        kind if kind == "index" or (place < longest and any(_IS_SAID.search(row[place]) for row in full)) else "note"
        for place, kind in enumerate(columns)
    ]
    kinds = filled if "content" in filled else list(columns)
    last = max(place for place, kind in enumerate(kinds) if kind == "content")
    for place, kind in enumerate(kinds):
        if (
            kind == "content"
            and place != last
            and not _says_sentences([row[place] for row in full if place < longest], len(rows))
        ):
            kinds[place] = "label"
    return tuple(kinds)


def _says_sentences(cells: list[str], rows: int) -> bool:
    return (
        bool(cells)
        and sum(map(len, cells)) >= _SENTENCE * len(cells)
        and all(cells)
        and len(set(cells)) * 10 >= rows * 8
    )


def _end(lines: list[tuple[int, str]], head: int) -> int:
    """Where the table ends: a line of one cell, or of a number and one, is of it only as a heading between rows."""
    place, width = head + 1, lines[head][1].count("\t")
    while place < len(lines):
        text = lines[place][1]
        if (after := _after_break(lines, place, head)) > place:
            place = after
            continue
        below = lines[place + 1][1].count("\t") if place + 1 < len(lines) else 0
        if _HEADS_PART.match(text) and place + 1 < len(lines) and lines[place + 1][1] == lines[head][1]:
            break
        if "\t" not in text and not (below >= min(2, width) and len(text) <= _ONE_ROW):
            break
        if width > 1 and below < 2 and _NUMBERED.match(text):
            break
        place += 1
    return place


def _after_break(lines: list[tuple[int, str]], place: int, head: int) -> int:
    """Where the table goes on behind the end of a page; the same place where no page ends, or none of it follows."""
    at, title = place, lines[head - 1][1] if head else ""
    while at < len(lines) and (_PAGE_BREAK.fullmatch(lines[at][1]) or lines[at][1] == title):
        at += 1
    if at == place or at == len(lines) or "\t" not in lines[at][1]:
        return place
    return at if lines[at][1] == lines[head][1] or not _columns(lines[at][1]) else place


def _table(lines: list[tuple[int, str]], span: tuple[int, int, int], columns: tuple[str, ...]) -> Table:
    """The table of a head, the first line below it, and its end; without a head the first two are one."""
    head, first, end = span
    rows: list[tuple[int, Row]] = []
    above: Row | None = None
    # On a new page the head stands once more, and the name of the table above it.
    again = {text for _, text in lines[max(0, head - 1) : first]}
    breaks = {n for n in range(first, end) if lines[n][1] in again or _PAGE_BREAK.fullmatch(lines[n][1])}
    body = [(place, cells_of(lines[place][1])) for place in range(first, end) if place not in breaks]
    columns = _settled(columns, [cells for _, cells in body if sum(map(bool, cells)) > 1])
    for place, cells in body:
        row = _row(cells, columns)
        if not row.is_section and not row.is_total:
            row = _with_merged(row, above, columns)
            above = row
        rows.append((place, row))
    return Table(head, first, end, tuple(_with_sections(_with_parents(rows, len(columns)))), frozenset(breaks))


def _with_parents(rows: list[tuple[int, Row]], width: int) -> Iterator[tuple[int, Row]]:
    """The rows; a label that only repeats the one above it, before any index, is that one's."""
    above: tuple[str, ...] = ()
    for place, row in rows:
        if row.is_section or row.is_total or len(row.cells) != width:
            above = () if row.is_section else above
            yield place, row
            continue
        repeated = 0
        while (
            repeated < width
            and row.kinds[repeated] in ("label", "note")
            and row.cells[repeated : repeated + 1] == (above[repeated : repeated + 1])
        ):
            repeated += 1
        again = {n for n in range(repeated) if row.kinds[n] == "label" and row.cells[n]}
        above = tuple(cell or (above[n] if above else "") for n, cell in enumerate(row.cells))
        if again:
            kinds = tuple("note" if n in again else kind for n, kind in enumerate(row.kinds))
            labels = tuple(cell for n, cell in enumerate(row.cells) if kinds[n] == "label" and cell)
            row = replace(row, kinds=kinds, labels=labels)
        yield place, row


def _with_sections(rows: Iterator[tuple[int, Row]]) -> Iterator[tuple[int, Row]]:
    """The rows; one numbered 一 among rows numbered 1, or 1 above rows numbered 1.1, heads a section."""
    whole = list(rows)
    indexes = [row.index.rstrip(".、") for _, row in whole]
    are_mixed = any(index.isdigit() for index in indexes)
    for n, (place, row) in enumerate(whole):
        heads = are_mixed and bool(_CHINESE_INDEX.fullmatch(row.index))
        heads = heads or (indexes[n].isdigit() and n + 1 < len(whole) and indexes[n + 1].startswith(f"{indexes[n]}."))
        yield place, replace(row, is_section=True) if heads and not row.is_total else row


def _row(cells: tuple[str, ...], columns: tuple[str, ...]) -> Row:
    said = [cell for cell in cells if cell]
    if len(said) == 1 and cells[0] and (len(cells) == 1 or (len(cells) == len(columns) and columns[0] != "content")):
        is_total = bool(_TOTAL.match(cells[0]))
        kinds = ("label", *(("note",) * (len(cells) - 1)))
        return Row(cells, kinds, labels=cells[:1], is_section=not is_total, is_total=is_total)
    if len(cells) > len(columns) + _MOST_SPARE:
        return Row(cells, ("note",) * len(cells), is_total=True)
    kinds = tuple(columns[column] for column in _placed(cells, columns))
    by_kind: dict[str, list[str]] = {}
    for cell, kind in zip(cells, kinds, strict=True):
        if cell:
            by_kind.setdefault(kind, []).append(cell)
    values = {kind: " ".join(words) for kind, words in by_kind.items() if kind not in ("label", "note")}
    labels = tuple(by_kind.get("label", []))
    first = next((cell for cell in cells if cell), "")
    # A second row of heads, or a form to fill in, asks nothing.
    asks = labels or any(kind in values for kind in ("index", "content", "criteria", "score"))
    is_total = not asks or any(_TOTAL.match(cell) for cell in (first, *labels[:1]))
    # A number in a column of its own heads a section; one before a label does where the row says nothing else.
    heads = _SECTION.match(values.get("index", "")) or (_SECTION.match(first) and "content" not in values)
    is_section = bool(heads) and not is_total
    return Row(cells, kinds, labels=labels, is_section=is_section, is_total=is_total, **values)  # type: ignore[arg-type]


def _with_merged(row: Row, above: Row | None, columns: tuple[str, ...]) -> Row:
    """A row with what merged cells above it say for it too: who is responsible, and until when."""
    if above is None:
        return row
    taken = {
        name: getattr(above, name)
        for name in ("responsible", "due")
        if name in columns and not getattr(row, name) and getattr(above, name)
    }
    return replace(row, **taken, inherited=tuple(taken)) if taken else row


def _placed(cells: tuple[str, ...], columns: tuple[str, ...]) -> list[int]:
    """The column of each cell, in order, at the least cost; rather its own, or its own beside merged parents."""
    far = 1e9
    best = [[far] * (len(columns) + 1) for _ in range(len(cells) + 1)]
    came: dict[tuple[int, int], tuple[int, int]] = {}
    best[0][0] = 0.0
    for column in range(len(columns) + 1):
        for cell in range(len(cells) + 1):
            here = best[cell][column]
            if here >= far or column == len(columns):
                continue
            steps = [(cell, column + 1, _skipped(columns[column], cell, len(cells)))]
            # One head may span two columns of labels, and cells past the last column stay in it.
            widest = 3 if columns[column] == "label" else len(cells) if column == len(columns) - 1 else 1
            cost = 0.0
            for taken in range(1, min(widest, len(cells) - cell) + 1):
                cost += _misfit(cells[cell + taken - 1], columns[column]) + (0.05 if taken > 1 else 0)
                steps.append((cell + taken, column + 1, cost))
            for to_cell, to_column, price in steps:
                if here + price < best[to_cell][to_column]:
                    best[to_cell][to_column] = here + price
                    came[to_cell, to_column] = (cell, column)
    merged = len(columns) - len(cells)
    if merged >= 0 and set(columns[:merged]) <= {"index", "label"}:
        if _fit(cells, columns[merged:]) <= best[len(cells)][len(columns)] + _BETTER:
            return list(range(merged, len(columns)))
    return _way_back(came, (len(cells), len(columns)))


def _fit(cells: tuple[str, ...], columns: tuple[str, ...]) -> float:
    """How badly the cells fit the columns above them; an empty one fits any."""
    return sum(_misfit(cell, kind) for cell, kind in zip(cells, columns, strict=True) if cell)


def _way_back(came: dict[tuple[int, int], tuple[int, int]], at: tuple[int, int]) -> list[int]:
    placed = [0] * at[0]
    while at in came:
        before = came[at]
        for cell in range(before[0], at[0]):
            placed[cell] = before[1]
        at = before
    return placed


def _skipped(kind: str, taken: int, total: int) -> float:
    """What it costs to leave a column of a row empty: little where cells were merged, or at the end."""
    if taken == 0 and kind in ("label", "index", "responsible", "support"):
        return 0.05
    if taken == total:
        return 0.1 if kind == "note" else 0.4
    return {"note": 0.3, "content": 1.5}.get(kind, 0.7)


def _misfit(cell: str, kind: str) -> float:
    """How badly a cell fits a column, from 0."""
    if not cell:
        return 0.5
    is_number = bool(_NUMBER.match(cell))
    if kind == "index":
        return 0.0 if _INDEX.match(cell) else 5.0
    if kind == "score":
        return 0.0 if is_number else 4.0
    if kind == "due":
        return 0.0 if has_moment(cell) or _TIMED.search(cell) else 1.5
    if kind in ("responsible", "support"):
        return 0.0 if len(cell) <= 120 and BODY.search(cell) else 1.5
    if kind == "label":
        is_sentence = cell.endswith(("。", "；", ";", "，")) or len(cell) > 60
        return 2.0 if is_number else (0.6 if is_sentence else 0.0) + len(cell) / 200
    if kind == "note":
        return 0.0
    fits = {"method": _LOOKED_UP, "criteria": _GRADED}.get(kind)
    return 2.0 if is_number else 0.3 if (fits and not fits.search(cell)) or len(cell) < 3 else 0.0


def groups(table: Table) -> Iterator[tuple[tuple[int, Row], ...]]:
    """The rows that share the labels of their first one, each with the place of its line."""
    starts = [n for n, (_, row) in enumerate(table.rows) if row.labels or row.index or row.is_section or row.is_total]
    for first, end in pairwise([*sorted({0, *starts}), len(table.rows)]):
        yield table.rows[first:end]
