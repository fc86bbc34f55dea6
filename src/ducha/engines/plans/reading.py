"""A whole plan, read."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ducha.domain.errors import sentence
from ducha.engines.plans import around, facts
from ducha.engines.plans.around import Annex, Contact, Recipients
from ducha.engines.plans.beside import thresholds_beside
from ducha.engines.plans.duties import duties
from ducha.engines.plans.heading import Heading, take_heading
from ducha.engines.plans.margins import parted
from ducha.engines.plans.marks import lost_lines
from ducha.engines.plans.outline import drafts, finished, full_length
from ducha.engines.plans.points import points_of
from ducha.engines.plans.roles import with_inspected
from ducha.engines.plans.stages import inferred_year, stages
from ducha.engines.plans.tables import whole_rows
from ducha.engines.plans.values import Citation, Duty, Lines, Node, Point, Stage, Teams, Threshold, Warned


@dataclass(frozen=True)
class Reading:
    """What was found in a plan; `text` is the document itself."""

    text: str
    heading: Heading
    year: int | None
    year_evidence: str
    outline: tuple[Node, ...]
    points: tuple[Point, ...]
    thresholds: tuple[tuple[Threshold, Lines], ...]
    stages: tuple[Stage, ...]
    duties: tuple[Duty, ...]
    teams: Teams
    bodies: tuple[str, ...]
    methods: tuple[str, ...]
    measures: tuple[str, ...]
    citations: tuple[Citation, ...]
    recipients: Recipients | None
    contact: Contact | None
    annexes_named: tuple[Annex, ...]
    annexes_present: tuple[Annex, ...]
    warnings: tuple[Warned, ...]

    @property
    def title(self) -> str:
        return self.heading.title

    def verbatim(self) -> str:
        """The wording of all parts in order: every character of the document but the blanks at line ends."""
        return self.heading.before + self.title + "".join(_wording(node) for node in self.outline)


def _wording(node: Node) -> str:
    return node.number + node.title + node.text + "".join(_wording(child) for child in node.children)


def read_text(text: str) -> Reading:
    """Read a plan from its text."""
    trimmed = ((n, _trimmed(line)) for n, line in enumerate(text.splitlines(), 1) if line.strip())
    lines = list(whole_rows(trimmed))
    if loose := lost_lines(lines):
        lines = [(n, part) for n, line in lines for part in parted(line)]
    full = full_length(lines)
    preamble, parts, slips = drafts(lines, full, loose=loose)
    heading = take_heading(preamble, lines, loose=loose)
    whole = "".join(line for _, line in lines)
    year, evidence = inferred_year(whole, heading)
    nodes = [finished(part, full, loose=loose) for part in parts]
    nodes, taken = with_inspected(nodes)
    found, doubts = stages(nodes, year, heading.issued_on)
    outline = [finished(preamble, full), *nodes] if preamble.lines else nodes
    after_points = "".join(_wording(node) for node in nodes if node.role not in ("inspected", "annex"))
    points, repeated = points_of(nodes, year)
    named, present = around.annexes_named(lines), around.annexes_present(nodes)
    return Reading(
        text=text,
        heading=heading,
        year=year,
        year_evidence=evidence,
        outline=tuple(outline),
        points=points,
        thresholds=tuple(thresholds_beside(nodes, year)),
        stages=found,
        duties=duties(outline, year, heading.issued_on, found),
        teams=facts.teams(after_points),
        bodies=facts.bodies(after_points),
        methods=facts.methods(after_points),
        measures=facts.measures(after_points),
        citations=facts.citations(whole),
        recipients=around.recipients(lines, heading.lines[1]),
        contact=around.contact(lines),
        annexes_named=named,
        annexes_present=present,
        warnings=(
            *_warnings(nodes, found, year, evidence),
            *doubts,
            *taken,
            *slips,
            *repeated,
            *around.annexes_missing(named, present),
        ),
    )


def _trimmed(line: str) -> str:
    """A line without the blanks around it; a row of a table keeps its empty cells."""
    trimmed = line.strip()
    return line.strip(" \u3000\r") if "\t" in trimmed or line.endswith("\t\t") else trimmed


def _warnings(nodes: list[Node], found: tuple[Stage, ...], year: int | None, evidence: str) -> Iterator[Warned]:
    for stage in found[:1]:
        if year is not None and not any(re.search(r"20\d\d\s*年", stage.text) for stage in found):
            text = "No date of a stage carries a year; %(year)s was inferred from %(evidence)s."
            yield Warned(stage.lines, sentence(text, year=year, evidence=evidence))
    for node in nodes:
        if node.role == "annex" and not node.text and not node.title and not node.children:
            yield Warned(node.lines, sentence("The annex is named but empty."))
