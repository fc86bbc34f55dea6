"""Reading a campaign: its stages in time, its catalogue, its units."""

from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Case, Prefetch, Q, QuerySet, When
from django.http import HttpRequest
from django.utils import timezone

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns import proposal
from ducha.apps.campaigns.access import visible_campaigns
from ducha.apps.campaigns.catalogue import Asked, Catalogue, Cited, PlainHeading, PlainPoint, PlainStage, rank
from ducha.apps.campaigns.models import Area, Campaign, Doubt, Exclusion, Participation, Point, Stage, Threshold
from ducha.apps.organisations.models import Organisation
from ducha.domain import workdays
from ducha.domain.errors import OutsideCalendar


@dataclass(frozen=True)
class StageInTime:
    """A stage as it stands today: done, now or next; working days left, both ends counted."""

    stage: Stage
    when: str
    working_days_left: int | None
    working_days: int | None


def current_campaign(request: HttpRequest) -> Campaign | None:
    """The campaign that the pages show: the one chosen in this session, else the newest under way.

    A draft comes next, so that preparing the next campaign does not hide the one that runs; a closed one last.
    """
    within_reach = visible_campaigns(request.member).order_by("-id")
    chosen = within_reach.filter(public_id=request.session.get("campaign", "")).first()
    if chosen:
        return chosen
    likely = Case(When(state="launched", then=0), When(state="draft", then=1), default=2)
    return within_reach.order_by(likely, "-id").first()


def stages(campaign: Campaign) -> list[StageInTime]:
    """The stages with their place in time."""
    return [_in_time(stage, clock.now()) for stage in campaign.stages.all()]


def stage_of(campaign: Campaign, kind: str) -> Stage | None:
    """The stage of a kind, or None where the plan names none."""
    return campaign.stages.filter(kind=kind).first()


def _in_time(stage: Stage, now: datetime) -> StageInTime:
    today = timezone.localtime(now).date()
    end = timezone.localtime(stage.due_at).date() if stage.due_at else None
    if stage.due_at and now > stage.due_at:
        when = "done"
    elif end and (stage.starts_on is None or stage.starts_on <= today):
        when = "now"
    else:
        when = "next"
    left = _working_days(today, end) if when == "now" else None
    return StageInTime(stage, when, left, _working_days(stage.starts_on, end))


def _working_days(first: date | None, last: date | None) -> int | None:
    """None where the calendar does not reach: not known, never guessed."""
    if first is None or last is None:
        return None
    try:
        return workdays.load().working_days_between(first, last)
    except OutsideCalendar:
        return None


def points(campaign: Campaign) -> QuerySet[Point]:
    """The points that stand, with their thresholds and areas."""
    standing = Prefetch("thresholds", Threshold.objects.filter(removed_at=None))
    return campaign.points.filter(removed_at=None).select_related("area").prefetch_related(standing)


def areas(campaign: Campaign) -> QuerySet[Area]:
    """The areas in which something is inspected."""
    standing = campaign.points.filter(removed_at=None).order_by().values("area")
    return campaign.areas.filter(pk__in=standing)


def plain_point(point: Point) -> PlainPoint:
    """A point as plain values, with the numbers that stand."""
    return PlainPoint(
        code=point.code,
        text=point.text,
        score=point.score,
        sources=point.sources,
        responsible=tuple(point.responsible),
        due_from=point.due_from,
        due_until=point.due_until,
        thresholds=tuple(
            Asked(t.phrase, t.quantity, t.comparator, t.value, t.unit, t.rule, t.span_start)
            for t in point.thresholds.all()
            if t.removed_at is None
        ),
        lines=_lines(point),
        read_code=point.read_code,
    )


def plain_catalogue(campaign: Campaign) -> Catalogue:
    """What is inspected and when, as plain values: what goes out into files."""
    headings = [*areas(campaign), *campaign.headings.filter(removed_at=None)]
    return Catalogue(
        title=campaign.title,
        year=campaign.year,
        kind=str(campaign.kind),
        headings=tuple(PlainHeading(row.code, row.title, _lines(row)) for row in headings),
        points=tuple(plain_point(point) for point in points(campaign)),
        stages=tuple(
            PlainStage(s.kind, s.title, s.starts_on, s.due_at, s.hour_confirmed, s.phrase, _lines(s))
            for s in campaign.stages.all()
        ),
        citations=tuple(Cited(cited.title, cited.number) for cited in campaign.citations.filter(removed_at=None)),
    )


def _lines(row: Any) -> tuple[int, int] | None:
    return (row.first_line, row.last_line) if row.first_line and row.last_line else None


def points_of(participation: Participation) -> QuerySet[Point]:
    """The points that apply to a unit."""
    excluded = Exclusion.objects.filter(participation=participation, removed_at=None).values("point")
    return points(participation.campaign).exclude(pk__in=excluded)


def marked(point: Point) -> list[tuple[str, bool]]:
    """The verbatim text in pieces; True for those that are a threshold's phrase."""
    pieces, at = [], 0
    for threshold in point.thresholds.all():
        if threshold.span_start < at or threshold.span_end > len(point.text):
            continue
        pieces += [(point.text[at : threshold.span_start], False)]
        pieces += [(point.text[threshold.span_start : threshold.span_end], True)]
        at = threshold.span_end
    return [piece for piece in [*pieces, (point.text[at:], False)] if piece[0]]


def requirement(threshold: Threshold) -> str:
    """A threshold in short: ≥ 80 %."""
    sign = {"<=": "≤", ">=": "≥", "==": "="}.get(threshold.comparator, threshold.comparator)
    if threshold.unit == "date":
        return f"{sign} {int(threshold.value[:2])}-{int(threshold.value[2:]):02d}"
    return f"{sign} {threshold.value} {threshold.unit}"


def candidates(campaign: Campaign) -> QuerySet[Organisation]:
    """Organisations that can be inspected: counties, districts, zones, and departments that enforce law."""
    departments = Organisation.objects.filter(kind="department", enforces_law=True)
    return (Organisation.objects.filter(kind__in=Organisation.PLACES) | departments).order_by("position", "id")


# Of a larger catalogue a part is shown at a time: so many points, so many lines of the document around them.
MOST_POINTS = 300
MOST_LINES = 3_000
MOST_ROWS = 100
MOST_WORDS = 20
# A heading with no more points than these is opened at once.
FEW_POINTS = 12


@dataclass(frozen=True)
class Stem:
    """What codes begin with and no heading names: the pieces of a split, or a catalogue without headings."""

    code: str
    title: str = ""
    pk: int = 0


@dataclass(frozen=True)
class Branch:
    """A row of the structure: an area, a heading, a stem or a point, as deep as its code is long.

    `doubts` are open there; `folded` counts the points below one that is not opened, 0 for one that is; a point that
    is not as it was read `is_corrected`.
    """

    kind: str
    row: Any
    depth: int
    doubts: int = 0
    folded: int = 0
    is_corrected: bool = False


@dataclass(frozen=True)
class Piece:
    """A stretch of a line of the document, and the point that was made of it."""

    text: str
    point: Point | None
    begins: bool = False


@dataclass(frozen=True)
class Tree:
    """The structure as far as it is opened: its branches, and after which code there is more of it."""

    branches: list[Branch]
    more: str = ""

    @property
    def points(self) -> list[Point]:
        return [branch.row for branch in self.branches if branch.kind == "point"]


def tree(campaign: Campaign, doubts: list[Doubt], search: str = "", part: str = "", after: str = "") -> Tree:
    """Areas, headings and points in the order of their codes; of a large catalogue what is opened by `part`.

    With a search, the points that have its words. Of many in a row those `after` a code.
    """
    standing = points(campaign)
    for word in search.split()[:MOST_WORDS]:
        standing = standing.filter(Q(text__contains=word) | Q(code=word))
    codes = list(standing.values_list("code", flat=True))
    below = Counter(stem for code in codes for stem in _stems(code)[:-1])
    if len(codes) <= MOST_POINTS:
        opened, folded, more = set(codes), set(), ""
    else:
        opened, folded, more = _opened(codes, below, *_within(part, below), after)
    shown = standing if len(opened) == len(codes) else standing.filter(code__in=opened)
    branches = [*_points(campaign, shown, doubts), *_headings(campaign, opened, folded, below, is_whole=not search)]
    order = {"area": 0, "heading": 1, "stem": 1, "point": 2}
    branches.sort(key=lambda b: (rank(b.row.code), order[b.kind], b.row.pk))
    return Tree(branches, more)


def _within(part: str, below: Counter[str]) -> tuple[str, str]:
    """The nearest part that has points below it, and the row in it to begin with: for a point its own."""
    first = ""
    while part and not below[part]:
        part, first = part.rpartition(".")[0], part
    return part, first


def _opened(codes: list[str], below: Counter[str], part: str, first: str, after: str) -> tuple[set[str], set[str], str]:
    """The codes that are shown, the stems that are shown folded, and the code after which there is more."""
    inside = [code for code in codes if not part or code.startswith(f"{part}.") or code == part]
    if part and len(inside) <= MOST_POINTS:
        return set(inside), _beside(codes, part), ""
    level = part.count(".") + 2 if part else 1
    rows = list(dict.fromkeys(".".join(code.split(".")[:level]) for code in inside))
    rows = [row for row in rows if rank(row) > rank(after or "0") and (after or rank(row) >= rank(first or "0"))]
    opened: set[str] = set()
    folded: set[str] = set()
    for place, row in enumerate(rows):
        if len(opened) + len(folded) >= MOST_POINTS:
            return opened, folded | _beside(codes, part), rows[place - 1]
        if below[row] > FEW_POINTS or not part:
            folded.add(row)
        else:
            opened |= {code for code in inside if code == row or code.startswith(f"{row}.")}
    return opened, folded | _beside(codes, part), ""


def _beside(codes: list[str], part: str) -> set[str]:
    """The stems beside a part and beside what it is in, down from the areas."""
    found = {code.partition(".")[0] for code in codes}
    for stem in _stems(part)[:-1]:
        level = stem.count(".") + 2
        found |= {".".join(code.split(".")[:level]) for code in codes if code.startswith(f"{stem}.")}
    return found - set(_stems(part))


def _points(campaign: Campaign, shown: QuerySet[Point], doubts: list[Doubt]) -> Iterator[Branch]:
    read = proposal.as_read(campaign.plan.reading) if campaign.plan and campaign.state == "draft" else {}
    at: Counter[int] = Counter(doubt.first_line for doubt in doubts)
    for point in shown:
        doubted = at[point.first_line] if point.first_line else 0
        yield Branch("point", point, point.code.count("."), doubted, is_corrected=_is_corrected(point, read))


def _is_corrected(point: Point, read: dict[str, PlainPoint]) -> bool:
    return bool(read) and plain_point(point) != read.get(point.read_code)


def is_corrected(point: Point) -> bool:
    """Whether a point is not as it was read."""
    plan = point.campaign.plan
    return plan is not None and _is_corrected(point, proposal.as_read(plan.reading))


def _headings(
    campaign: Campaign, opened: set[str], folded: set[str], below: Counter[str], *, is_whole: bool
) -> Iterator[Branch]:
    """What stands above the points that are shown, and what is folded; where no heading names it, a stem.

    An area that a person added is shown before it has points.
    """
    above = {stem for code in opened | folded for stem in _stems(code)[:-1]} | {c for c in opened if "." not in c}
    areas = {row.code: row for row in campaign.areas.all()}
    headings = {row.code: row for row in campaign.headings.filter(removed_at=None)}
    added = {code for code, row in areas.items() if row.first_line is None} if is_whole else set()
    for code in above | folded | added:
        row = areas.get(code) or headings.get(code)
        kind = "area" if code in areas else "heading" if row else "stem"
        is_folded = code in folded and code not in above
        if (kind == "heading" and below[code]) or kind == "area" or is_folded:
            yield Branch(kind, row or Stem(code), code.count("."), folded=below[code] if is_folded else 0)


def _stems(code: str) -> list[str]:
    numbers = code.split(".")
    return [".".join(numbers[:size]) for size in range(1, len(numbers) + 1)] if code else []


def document(campaign: Campaign, around: list[Point]) -> tuple[list[tuple[int, list[Piece]]], bool]:
    """The lines of the plan with their numbers, in the pieces that points were made of; whether that is all of them."""
    if campaign.plan is None:
        return [], True
    lines = list(enumerate(campaign.plan.lines, 1))
    is_whole = len(lines) <= MOST_LINES
    if not is_whole:
        first = min((point.first_line or 1 for point in around), default=1)
        lines = lines[max(0, first - 20) :][:MOST_LINES]
    owners: dict[int, list[Point]] = defaultdict(list)
    reach = {"first_line__lte": lines[-1][0], "last_line__gte": lines[0][0]} if lines else {}
    known = ("public_id", "code", "text", "first_line", "last_line")
    for point in campaign.points.filter(removed_at=None, **reach).only(*known):
        for number in range(max(point.first_line or 0, lines[0][0]), min(point.last_line or -1, lines[-1][0]) + 1):
            owners[number].append(point)
    return [(number, list(_pieces(number, text, owners[number]))) for number, text in lines if text.strip()], is_whole


def _pieces(number: int, text: str, owners: list[Point]) -> Iterator[Piece]:
    if len(owners) <= 1:
        owner = owners[0] if owners else None
        yield Piece(text, owner, bool(owner and owner.first_line == number))
        return
    # Several points in one line: each from where its first words stand.
    starts, at = [], 0
    for owner in owners:
        at = max(text.find(owner.text[:12], at), at)
        starts.append(at)
    if starts[0]:
        yield Piece(text[: starts[0]], None)
    for owner, start, end in zip(owners, starts, [*starts[1:], len(text)], strict=True):
        yield Piece(text[start:end], owner, owner.first_line == number)


def review(campaign: Campaign, search: str = "", part: str = "", after: str = "") -> dict[str, Any]:
    """The reading beside the document: numbered lines, what was made of them, and what is doubtful."""
    open_doubts = list(campaign.doubts.filter(settled_at=None))
    structure = tree(campaign, open_doubts, search, part, after)
    lines, is_whole = document(campaign, structure.points)
    left_out = campaign.points.exclude(removed_at=None)
    looked_at = campaign.doubts.exclude(settled_by=None).select_related("settled_by__person")
    return {
        "lines": lines,
        "is_whole": is_whole,
        "branches": structure.branches,
        "more": structure.more,
        "points": points(campaign).count(),
        "doubts": open_doubts[:MOST_ROWS],
        "open_doubts": len(open_doubts),
        "settled": looked_at[:MOST_ROWS],
        "left_out": left_out.select_related("holder")[:MOST_ROWS],
        "left_out_points": left_out.count(),
        "left_out_areas": campaign.areas.filter(points__removal=Point.Removal.LEFT_OUT).distinct(),
        "citations": campaign.citations.filter(removed_at=None),
        "stages": stages(campaign),
        "search": search,
        "part": part,
    }


def parts_besides(campaign: Campaign) -> list[tuple[int, str]]:
    """The parts of the plan, three levels down, of which nothing is inspected: the line each begins in, its title."""
    if campaign.plan is None:
        return []
    standing = campaign.points.filter(removed_at=None).values_list("first_line", flat=True)
    taken = {line for line in standing if line}

    def of(nodes: list[dict[str, Any]], depth: int) -> Iterator[tuple[int, str]]:
        for node in nodes:
            first, last = node["lines"]
            if node["number"].strip() and not any(first <= line <= last for line in taken):
                yield (
                    first,
                    f"{'　' * depth}{node['number'].strip()}{' '.join((node['title'] or node['text']).split())[:40]}",
                )
            if depth < 2:
                yield from of(node["children"], depth + 1)

    return list(of(campaign.plan.reading["outline"], 0))


def neighbours(point: Point) -> tuple[Point | None, Point | None]:
    """The point before and the point after in the order of the plan."""
    standing = point.campaign.points.filter(removed_at=None).exclude(pk=point.pk)
    before = standing.filter(rank__lt=point.rank).order_by("-rank", "-id").first()
    return before, standing.filter(rank__gt=point.rank).order_by("rank", "id").first()


def near(point: Point) -> QuerySet[Point]:
    """The other points of the same area, which a point may be merged with."""
    return point.campaign.points.filter(removed_at=None, area=point.area_id).exclude(pk=point.pk)


def applies_to(point: Point) -> QuerySet[Participation]:
    """The units to which a point applies."""
    excluded = Exclusion.objects.filter(point=point, removed_at=None).values("participation")
    return point.campaign.participations.exclude(pk__in=excluded).select_related("unit")


def source_lines(point: Point) -> list[tuple[int, str]]:
    """The lines of the document that a point was read from, blank ones aside."""
    if point.campaign.plan is None or not point.first_line or not point.last_line:
        return []
    lines = point.campaign.plan.lines[point.first_line - 1 : point.last_line]
    return [(number, text) for number, text in enumerate(lines, point.first_line) if text.strip()]


def free_code(campaign: Campaign, line: int) -> str:
    """The code for a point that is made of a line: the next that is free after the point before it."""
    taken = set(campaign.points.filter(removed_at=None).values_list("code", flat=True))
    before = campaign.points.filter(removed_at=None, first_line__lt=line).order_by("-first_line", "-rank").first()
    stem, dot, last = before.code.rpartition(".") if before else ("1", ".", "0")
    number = int(last) + 1
    while f"{stem}{dot}{number}" in taken:
        number += 1
    return f"{stem}{dot}{number}"
