"""The points of a plan: leaves of what is inspected, rows of its tables, and what they say of themselves."""

import re
from collections.abc import Iterator
from dataclasses import replace

from ducha.domain.errors import sentence
from ducha.engines.plans import facts
from ducha.engines.plans.bodies import bodies_in, headed_by_bodies, responsible
from ducha.engines.plans.moments import spans
from ducha.engines.plans.outline import leaves
from ducha.engines.plans.roles import inspected_in
from ducha.engines.plans.tables import BODY, Row
from ducha.engines.plans.thresholds import thresholds
from ducha.engines.plans.values import Heading, Node, Point, Warned

_WORTH = r"(?:满分|计|共|分值|本项|该项|总分|标准分|基础分|基准分|权重)"
_SCORE = re.compile(
    rf"[（(【\[［](?:[^（）()【】\[\]，,]{{0,8}}[，,])?{_WORTH}{{0,2}}[:：]?\s*(\d{{1,3}}(?:\.\d)?)\s*分"
    rf"|[，,]\s*{_WORTH}?\s*(\d{{1,3}}(?:\.\d)?)\s*分[。；;]?\s*$"
)
_GAINED = re.compile(r"(?:^|[。；;，,])(?!每)[^每。；;，,]*[，,]\s*得\s*(\d{1,3}(?:\.\d)?)\s*分")
_WEIGHT = re.compile(r"[（(]?(?:权重|占比)[:：为]?\s*(\d{1,3}(?:\.\d)?)\s*[%％]")
_GRADES = re.compile(r"[扣得]\s*\d+(?:\.\d+)?\s*分|不得分|扣完为止")
_SOURCES = re.compile(r"(?:数据来源|资料来源|佐证材料|信息来源)\s*[:：]\s*([^）)。；;\n]+)")
_DUE = re.compile(r"(?:完成时限|完成时间|整改时限|完成期限|时限|时间节点)\s*[:：]\s*([^）)。；;，,\n]+)")


def points_of(nodes: list[Node], year: int | None) -> tuple[tuple[Point, ...], list[Warned]]:
    """The points in order, and what a person should look at: a code that its source gives twice."""
    found: list[Point] = []
    warned: list[Warned] = []
    seen: set[str] = set()
    highest: dict[str, int] = {}
    headed = headed_by_bodies(nodes)
    for prefix, path, below in _leaves(nodes):
        leaf = path[-1]
        if not _asks(leaf):
            continue
        if len(path) > 1 and not (path[0].number or path[0].title):
            path = path[1:]
        code = own = ".".join([*prefix, *(str(node.ordinal) for node in below)])
        before, dot, _last = code.rpartition(".")
        if code in seen:
            code = f"{before}{dot}{highest[before] + 1}"
            text = "“%(code)s” stands twice; the second is called “%(other)s”."
            warned.append(Warned(leaf.lines, sentence(text, code=own, other=code)))
        headings = tuple(
            Heading(own_code, part.title or part.text, part.lines)
            for part, own_code in zip(below[1:-1], _prefixes(own), strict=False)
        )
        highest[before] = max(highest.get(before, 0), int(code.removeprefix(f"{before}{dot}")))
        seen.add(code)
        point = (_row_point if leaf.row else _point)(code, path, headings, year)
        if not point.responsible:
            # （一）市教育局 with 1. and 2. below it: who is named in the heading answers for both.
            by = next((headed[id(node)] for node in reversed(path) if id(node) in headed), ())
            point = replace(point, responsible=by)
        found.append(point)
        if leaf.row and leaf.row.inherited:
            text = "The row names no body or date of its own; those of the row above are taken."
            warned.append(Warned(leaf.lines, sentence(text)))
    return tuple(found), warned


def _leaves(nodes: list[Node]) -> Iterator[tuple[tuple[str, ...], tuple[Node, ...], tuple[Node, ...]]]:
    """What codes begin with, the path from the top, and the path that the code counts, for each leaf inspected.

    Of several annexes that hold something each gives its number to its codes.
    """
    parts = [path for node in nodes if node.role != "annex" for path in inspected_in(node)]
    if parts:
        yield from _counted((), parts)
        return
    annexes = [node for node in nodes if node.role == "annex"]
    inside = [[path[1:] for path in inspected_in(node)] for node in annexes]
    several = sum(map(bool, inside)) > 1
    for place, (annex, paths) in enumerate(zip(annexes, inside, strict=True), 1):
        printed = re.search(r"\d+", annex.number)
        yield from _counted((printed[0] if printed else str(place),) if several else (), paths)


def _counted(
    prefix: tuple[str, ...], parts: list[tuple[Node, ...]]
) -> Iterator[tuple[tuple[str, ...], tuple[Node, ...], tuple[Node, ...]]]:
    for part in parts:
        for below in leaves(part[-1]):
            yield prefix, (*part[:-1], *below), below if len(parts) > 1 else below[1:] or below


def _asks(leaf: Node) -> bool:
    """Whether a leaf is a point: it has a number, is a row, or is one of the bodies asked ("县教育局：…")."""
    if leaf.role == "note" or (leaf.row and leaf.row.is_total):
        return False
    return bool(leaf.number or leaf.row or (leaf.ordinal and leaf.title.endswith(("：", ":"))))


def _prefixes(code: str) -> list[str]:
    """ "1.2.3.4" is below 1.2 and 1.2.3, its area aside."""
    numbers = code.split(".")
    return [".".join(numbers[:size]) for size in range(2, len(numbers))]


def _point(code: str, path: tuple[Node, ...], headings: tuple[Heading, ...], year: int | None) -> Point:
    leaf = path[-1]
    text = _wording(leaf)
    whole = "\n".join(paragraph for _, paragraph in leaf.paragraphs)
    sources, due = _SOURCES.search(whole), _DUE.search(whole)
    return Point(
        code=code,
        path=_names(path),
        text=text,
        lines=leaf.lines,
        score=_score(whole),
        criteria="".join(clause for clause in re.split(r"(?<=[。；;])", text) if _GRADES.search(clause)).strip(),
        sources=sources[1].strip() if sources else "",
        responsible=responsible(whole),
        due=_due(due[1], year) if due else None,
        thresholds=thresholds(text, year),
        citations=facts.citations(whole),
        headings=headings,
    )


def _wording(leaf: Node) -> str:
    """All words of a leaf; a title that is no sentence stands on a line of its own."""
    parted = "" if leaf.title.endswith(("。", "：", ":", "；", "！")) else "\n"
    return (leaf.title + parted + leaf.text).strip()


def _row_point(code: str, path: tuple[Node, ...], headings: tuple[Heading, ...], year: int | None) -> Point:
    row = path[-1].row or Row(())
    text = row.content or " ".join(row.labels)
    leaf = path[-1]
    labels = [node.title for node in path if node.title] + list(row.labels)
    named = bodies_in(row.responsible) or tuple(
        label.split("\t")[-1].strip() for label in labels[-1:] if BODY.fullmatch(label.split("\t")[-1].strip())
    )
    return Point(
        code=code,
        path=_names(path),
        text=text,
        lines=leaf.lines,
        score=_number(row.score) if row.score else _score(text) or _score(row.criteria, last=True),
        criteria=row.criteria,
        sources=row.method,
        responsible=named,
        due=_due(row.due, year),
        thresholds=(*thresholds(text, year), *thresholds(row.criteria, year)),
        citations=facts.citations(f"{text} {row.criteria}"),
        headings=headings,
    )


def _names(path: tuple[Node, ...]) -> tuple[str, ...]:
    """The numbers of a path as the document writes them; a part without one by its title or its place."""
    return tuple(node.number.strip().rstrip("、.．") or node.title.split("\t")[0] or str(node.ordinal) for node in path)


def _score(text: str, *, last: bool = False) -> float | None:
    found = [inside or behind for inside, behind in _SCORE.findall(text)]
    # "设施齐全，得10分": several such are steps of a scale.
    found = found or (gained if len(gained := _GAINED.findall(text)) == 1 else [])
    if found:
        return float(found[-1 if last else 0])
    weight = _WEIGHT.search(text)
    return float(weight[1]) if weight else None


def _number(cell: str) -> float | None:
    found = re.search(r"\d+(?:\.\d+)?", cell)
    return float(found[0]) if found else None


def _due(cell: str, year: int | None) -> tuple[str | None, str | None] | None:
    """From when until when; one day or month alone is the end."""
    found = spans(cell, year)
    if not found:
        return None
    only_end = not found[0].is_range and found[0].starts == found[0].ends
    return (None if only_end else found[0].starts, found[0].ends)
