"""A part of a plan read as what is inspected, where a person says that it is."""

from collections.abc import Iterable, Iterator
from typing import Any

from ducha.engines.plans.jsonshape import point_to_json
from ducha.engines.plans.points import points_of
from ducha.engines.plans.reading import read_text
from ducha.engines.plans.roles import as_inspected
from ducha.engines.plans.values import Node


def part_to_json(text: str, line: int) -> dict[str, Any] | None:
    """The part that begins in a line: {"title", "lines", "headings", "points"}; None where none begins.

    Codes count in the part; points and headings are in the shapes that `to_json` gives them.
    """
    reading = read_text(text)
    part = next((node for node in _all(reading.outline) if node.number and node.lines[0] == line), None)
    if part is None:
        return None
    points, _doubts = points_of([as_inspected(part)], reading.year)
    return {
        "title": part.title or part.text,
        "lines": list(part.lines),
        "headings": list(_headings(part)),
        "points": [point_to_json(point) for point in points],
    }


def _headings(part: Node, above: str = "") -> Iterator[dict[str, Any]]:
    for child in part.children:
        code = f"{above}{child.ordinal}"
        if child.children:
            yield {"code": code, "title": child.title or child.text, "lines": list(child.lines)}
            yield from _headings(child, f"{code}.")


def _all(nodes: Iterable[Node]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node.children)
