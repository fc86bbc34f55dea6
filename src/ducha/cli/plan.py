"""ducha plan read FILE: what a plan document says; ducha plan diff OLD NEW: what changed between two editions."""

import argparse
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ducha.domain.errors import sentence
from ducha.engines import files, plans

_SIGNS = {"added": "+", "removed": "-", "changed": "~", "moved": ">"}
_MARKS = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
# Common wording around a change that is shown, and the words of a point beside its code.
_AROUND = 12
_SHOWN = 60


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("plan", help="read plan documents").add_subparsers(dest="verb", required=True)
    reads = verbs.add_parser("read", help="print what was found in a plan")
    reads.add_argument("file", type=Path)
    reads.set_defaults(run=run_read)
    diff = verbs.add_parser("diff", help="print what changed between two editions, point by point")
    diff.add_argument("old", type=Path)
    diff.add_argument("new", type=Path)
    diff.set_defaults(run=run_diff)
    for verb in (reads, diff):
        verb.add_argument("--json", action="store_true", help="as JSON")


def run_read(arguments: argparse.Namespace) -> int:
    reading = read(arguments.file)
    if arguments.json:
        _print_json(plans.to_json(reading))
    else:
        print("\n".join(_lines_of(reading)))
    return 0


def run_diff(arguments: argparse.Namespace) -> int:
    found = plans.difference(read(arguments.old), read(arguments.new))
    if arguments.json:
        _print_json(plans.difference_to_json(found))
    else:
        print("\n".join(_lines_of_difference(found)))
    return 0


def read(path: Path) -> plans.Reading:
    """Read a plan; what is no plain text is opened in a limited process, as an upload is."""
    name = files.clean_name(path.name)
    try:
        # One byte more than a plan may have is enough to refuse a file of any size.
        with path.open("rb") as source:
            content = source.read(plans.MAX_BYTES + 1)
    except OSError as error:
        text = "“%(name)s” cannot be opened: %(reason)s."
        raise plans.PlanRefused(sentence(text, name=name, reason=error.strerror)) from error
    if plans.is_plain(content) or len(content) > plans.MAX_BYTES:
        return plans.read_file(name, content)
    answer = files.run_limited("ducha.engines.plans:packed", name, content)
    return plans.read_document(name, plans.unpacked(answer))


def _print_json(found: dict[str, Any]) -> None:
    print(json.dumps(found, ensure_ascii=False, indent=2))


def _lines_of(reading: plans.Reading) -> Iterator[str]:
    heading = reading.heading
    yield reading.title
    said = (heading.document_number, heading.issuer, heading.issued_on and heading.issued_on.isoformat())
    if any(said):
        yield " · ".join(part for part in said if part)
    if reading.recipients:
        yield f"to: {reading.recipients.text}"
    if contact := reading.contact:
        yield f"contact: {' '.join(part for part in (contact.name, contact.phone) if part)}"
    present = {annex.number for annex in reading.annexes_present}
    for annex in reading.annexes_named:
        yield f"annex: {annex.title}{'' if annex.number in present else ' (not in the document)'}"
    yield f"year: {reading.year}, from {reading.year_evidence}" if reading.year else "year: unknown"
    yield ""
    yield f"{len(reading.points)} points"
    points = list(reversed(reading.points))
    for node in reading.outline:
        yield from _lines_of_part(node, points, 0)
    for threshold, lines in reading.thresholds:
        yield f"  {_number(threshold)} “{threshold.text}”, lines {lines[0]}–{lines[1]}"
    yield f"\n{len(reading.stages)} stages"
    for stage in reading.stages:
        at = f" {stage.deadline_time}" if stage.deadline_time else ""
        yield f"  {stage.kind:<17} {stage.starts_on or '…'} – {stage.ends_on or '?'}{at}  {stage.title}"
    yield f"\n{len(reading.duties)} dated duties"
    for duty in reading.duties:
        yield f"  {duty.ends_on} {duty.deadline_time or ''} {duty.text[:_SHOWN]}"
    yield ""
    for warned in reading.warnings:
        yield f"! lines {warned.lines[0]}–{warned.lines[1]}: {warned.message}"


def _lines_of_part(node: plans.Node, points: list[plans.Point], depth: int) -> Iterator[str]:
    """A part of the outline; a point with what was found in it. The next point is the last of `points`."""
    indent = "  " * depth
    if points and not node.children and node.role == "inspected" and points[-1].lines == node.lines:
        point = points.pop()
        yield f"{indent}{point.code}  {' '.join(point.text.split())[:_SHOWN]}  (lines {node.lines[0]}–{node.lines[1]})"
        found = [_number(threshold) for threshold in point.thresholds]
        found += [f"{point.score:g} points"] if point.score is not None else []
        found += [", ".join(point.responsible)] if point.responsible else []
        found += [f"{point.due[0] or '…'} – {point.due[1]}"] if point.due else []
        if found:
            yield f"{indent}    {'  '.join(found)}"
    elif node.number or node.title:
        yield f"{indent}{node.number}{' '.join((node.title or node.text).split())[:_SHOWN]}"
    for child in node.children:
        yield from _lines_of_part(child, points, depth + 1)


def _number(threshold: plans.Threshold) -> str:
    return f"[{threshold.comparator} {threshold.value} {threshold.unit}]"


def _lines_of_difference(found: plans.Difference) -> Iterator[str]:
    kinds = [change.kind for change in found.points]
    counted = ", ".join(f"{kinds.count(kind)} {kind}" for kind in ("changed", "moved", "added", "removed"))
    yield f"{found.same} points as before, {counted}"
    for change in found.points:
        old, new = change.old, change.new
        codes = " → ".join(dict.fromkeys(point.code for point in (old, new) if point))
        wording = _marked(old.text, new.text) if old and new and change.kind == "changed" else _words(new or old)
        yield f"{_SIGNS[change.kind]} {codes}  {wording}"
    for stage in found.stages:
        was, now = _dates(stage.old), _dates(stage.new)
        yield f"stage {(stage.new or stage.old or _NO_STAGE).title}: {was} → {now}"


_NO_STAGE = plans.Stage("", "", None, None, None, None, "", (0, 0))


def _words(point: plans.Point | None) -> str:
    return " ".join(point.text.split())[:_SHOWN] if point else ""


def _marked(old: str, new: str) -> str:
    pieces = plans.marked("".join(old.split()), "".join(new.split()))
    shown = []
    for kind, text in pieces:
        long = kind == "same" and len(text) > 2 * _AROUND
        shown.append(_MARKS[kind].format(f"{text[:_AROUND]}…{text[-_AROUND:]}" if long else text))
    return "".join(shown)


def _dates(stage: plans.Stage | None) -> str:
    if stage is None:
        return "none"
    return f"{stage.starts_on or '…'} – {stage.ends_on or '?'} {stage.deadline_time or ''}".rstrip()
