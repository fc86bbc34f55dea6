"""A whole plan, read."""

from collections.abc import Iterator
from dataclasses import dataclass, replace

from ducha.domain.errors import sentence
from ducha.engines.plans import facts
from ducha.engines.plans.duties import duties
from ducha.engines.plans.heading import Heading, take_heading
from ducha.engines.plans.outline import drafts, finished, leaves, width_of
from ducha.engines.plans.stages import inferred_year, stages
from ducha.engines.plans.thresholds import thresholds
from ducha.engines.plans.values import Citation, Duty, Node, Point, Stage, Teams, Warned


@dataclass(frozen=True)
class Reading:
    """What was found in a plan; `text` is the document itself."""

    text: str
    heading: Heading
    year: int | None
    year_evidence: str
    outline: tuple[Node, ...]
    points: tuple[Point, ...]
    stages: tuple[Stage, ...]
    duties: tuple[Duty, ...]
    teams: Teams
    bodies: tuple[str, ...]
    methods: tuple[str, ...]
    measures: tuple[str, ...]
    citations: tuple[Citation, ...]
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
    lines = [(n, line.strip()) for n, line in enumerate(text.splitlines(), 1) if line.strip()]
    width = width_of(lines)
    preamble, parts = drafts(lines)
    heading = take_heading(preamble, lines)
    whole = "".join(line for _, line in lines)
    year, evidence = inferred_year(whole, heading)
    nodes = [finished(part, width) for part in parts]
    found, doubts = stages([node for node in nodes if node.role == "stages"], year)
    outline = [finished(preamble, width), *nodes] if preamble.lines else nodes
    after_points = "".join(_wording(node) for node in nodes if node.role not in ("inspected", "annex"))
    return Reading(
        text=text,
        heading=heading,
        year=year,
        year_evidence=evidence,
        outline=tuple(outline),
        points=tuple(_points(nodes)),
        stages=found,
        duties=duties(_outside_stages(outline, found), year),
        teams=facts.teams(after_points),
        bodies=facts.bodies(after_points),
        methods=facts.methods(after_points),
        measures=facts.measures(after_points),
        citations=facts.citations(whole),
        warnings=(*_warnings(nodes, found, year, evidence), *doubts),
    )


def _outside_stages(nodes: list[Node], found: tuple[Stage, ...]) -> list[Node]:
    """The parts without those that are a stage: their dates are the stage's."""
    taken = {stage.lines for stage in found}
    return [
        replace(node, children=tuple(_outside_stages(list(node.children), found)))
        for node in nodes
        if node.lines not in taken
    ]


def _points(nodes: list[Node]) -> Iterator[Point]:
    for part in (node for node in nodes if node.role == "inspected"):
        for path in leaves(part):
            leaf, below = path[-1], path[1:] or path
            text = leaf.text or leaf.title
            yield Point(
                code=".".join(str(node.ordinal) for node in below),
                path=tuple(node.number.rstrip("、.．") for node in path),
                text=text,
                lines=leaf.lines,
                thresholds=thresholds(text),
                citations=facts.citations(text),
            )


def _warnings(nodes: list[Node], found: tuple[Stage, ...], year: int | None, evidence: str) -> Iterator[Warned]:
    for stage in found[:1]:
        if year is not None:
            text = "No date of a stage carries a year; %(year)s was inferred from %(evidence)s."
            yield Warned(stage.lines, sentence(text, year=year, evidence=evidence))
    for node in nodes:
        if node.role == "annex" and not node.text and not node.title and not node.children:
            yield Warned(node.lines, sentence("The annex is named but empty."))
