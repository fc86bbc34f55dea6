"""What the actions of a campaign share: who may, when, and plain values into rows."""

from collections.abc import Iterable, Iterator, Sequence
from difflib import Match, SequenceMatcher
from typing import Any

from django.utils.translation import gettext as _

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns import proposal
from ducha.apps.campaigns.catalogue import Asked, Catalogue, PlainHeading, PlainPoint, PlainStage, is_code, placed, rank
from ducha.apps.campaigns.models import Area, Campaign, Citation, Doubt, Heading, Point, Stage, Threshold
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import Invalid, NotNow, Sentence
from ducha.domain.rights import Right


def require_draft(campaign: Campaign, by: Membership) -> None:
    """Only who prepares campaigns, and only before the launch."""
    require(by, Right.PREPARE_CAMPAIGN)
    if campaign.state != "draft":
        raise NotNow(_("The campaign is launched and its catalogue frozen. Amend it with a reason."))


def require_standing(point: Point, by: Membership) -> None:
    """Only what is inspected is put right; what was left out is first taken in again."""
    require_draft(point.campaign, by)
    if point.removed_at is not None:
        raise NotNow(_("The point is left out. Take it in again first."))


def save_catalogue(campaign: Campaign, catalogue: Catalogue) -> None:
    """Everything of a catalogue into a new campaign."""
    areas = Area.objects.bulk_create([area_row(campaign, h) for h in catalogue.headings if "." not in h.code])
    Heading.objects.bulk_create([heading_row(campaign, h) for h in catalogue.headings if "." in h.code])
    save_points(campaign, catalogue.points, areas)
    Stage.objects.bulk_create([stage_row(campaign, n, stage) for n, stage in enumerate(catalogue.stages)])
    Citation.objects.bulk_create(
        [Citation(campaign=campaign, title=c.title[:300], number=c.number[:60]) for c in catalogue.citations]
    )


def save_points(campaign: Campaign, points: Iterable[PlainPoint], areas: Iterable[Area]) -> list[Point]:
    """New points with the numbers that they ask for."""
    by_code = {area.code: area for area in areas}
    rows, numbers = [], []
    for plain in points:
        point = Point(campaign=campaign, area=by_code[plain.code.partition(".")[0]])
        fill(point, plain)
        rows.append(point)
        numbers.append(plain.thresholds)
    Point.objects.bulk_create(rows)
    Threshold.objects.bulk_create(
        [t for point, asked in zip(rows, numbers, strict=True) for t in number_rows(point, asked)]
    )
    return rows


def fill(point: Point, plain: PlainPoint) -> None:
    """Everything of a plain point but its numbers into a row."""
    point.code, point.rank, point.read_code, point.text = plain.code, rank(plain.code), plain.read_code, plain.text
    point.score, point.sources, point.responsible = plain.score, plain.sources, list(plain.responsible)
    point.due_from, point.due_until = plain.due_from, plain.due_until
    point.first_line, point.last_line = plain.lines or (None, None)


def number_rows(point: Point, asked: Sequence[Asked]) -> list[Threshold]:
    """The numbers that a point asks for, each at its place in the text."""
    return [
        Threshold(
            point=point,
            phrase=one.phrase[:200],
            span_start=start,
            span_end=start + len(one.phrase[:200]),
            quantity=one.quantity[:200],
            comparator=one.comparator,
            value=one.value,
            unit=one.unit,
            rule=one.rule,
        )
        for one, (start, _end) in zip(asked, placed(point.text, asked), strict=True)
        if start >= 0
    ]


def area_row(campaign: Campaign, plain: PlainHeading) -> Area:
    first, last = plain.lines or (None, None)
    return Area(
        campaign=campaign,
        code=plain.code,
        title=plain.title[:200],
        position=int(plain.code),
        first_line=first,
        last_line=last,
    )


def heading_row(campaign: Campaign, plain: PlainHeading) -> Heading:
    first, last = plain.lines or (None, None)
    return Heading(
        campaign=campaign,
        code=plain.code,
        rank=rank(plain.code),
        title=plain.title,
        first_line=first,
        last_line=last,
    )


def stage_row(campaign: Campaign, position: int, plain: PlainStage) -> Stage:
    first, last = plain.lines or (None, None)
    return Stage(
        campaign=campaign,
        kind=plain.kind,
        title=plain.title[:100],
        starts_on=plain.starts_on,
        due_at=plain.due_at,
        hour_confirmed=plain.hour_confirmed,
        phrase=plain.phrase,
        first_line=first,
        last_line=last,
        position=position,
    )


def doubt_rows(campaign: Campaign, warnings: Iterable[dict[str, Any]], *, before: int = 0) -> list[Doubt]:
    """What a reading is unsure of, as rows that a person settles."""
    return [
        Doubt(
            campaign=campaign,
            first_line=warned["lines"][0],
            last_line=warned["lines"][1],
            text=warned.get("msgid") or warned["message"].replace("%", "%%"),
            params=warned.get("params", {}),
            position=position,
        )
        for position, warned in enumerate(warnings, before)
    ]


def stored_sentence(fault: str) -> dict[str, Any]:
    """What it takes to tell a warning in the reader's language later."""
    if not isinstance(fault, Sentence):
        return {}
    return {"msgid": fault.msgid, "params": {name: str(part) for name, part in fault.params.items()}}


def area_for(campaign: Campaign, code: str, *, besides: Iterable[Point] = ()) -> Area:
    """The area that a point's code puts it in; Invalid where there is none or the code is taken."""
    if not is_code(code):
        raise Invalid([_("“%(code)s” is no code. Write digits and dots, as “2.1.3”.") % {"code": code[:60]}])
    others = [point.pk for point in besides if point.pk]
    if campaign.points.filter(code=code, removed_at=None).exclude(pk__in=others).exists():
        raise Invalid([_("The code “%(code)s” is taken by another point.") % {"code": code}])
    top = code.partition(".")[0]
    area = campaign.areas.filter(code=top).first()
    if area is None:
        text = _("“%(code)s” would belong to area %(top)s, which is not there. Add the area first.")
        raise Invalid([text % {"code": code, "top": top}])
    return area


def rewrite(point: Point, text: str) -> None:
    """Another text for a point. A number stays where its words do, untouched; those in new words are read.

    A number that a person took away does not come back as long as its words stay.
    """
    before, blocks = point.text, SequenceMatcher(None, point.text, text, autojunk=False).get_matching_blocks()
    point.text = text
    point.save()
    kept: set[int] = set()
    for number in point.thresholds.filter(removed_at=None):
        start = _carried(before, text, (number.span_start, number.span_end), blocks)
        if start is None:
            number.removed_at = clock.now()
        else:
            kept |= set(range(start, start + len(number.phrase)))
            number.span_start, number.span_end = start, start + len(number.phrase)
        if start is None or number.span_start != start or before != text:
            number.save()
    Threshold.objects.bulk_create([n for n in _fresh(point, before, blocks) if n.span_start not in kept])


def _fresh(point: Point, before: str, blocks: Sequence[Match]) -> Iterator[Threshold]:
    """The numbers of a text that no carried words ask for."""
    known = {_carried(before, point.text, place, blocks) for place in placed(before, proposal.numbers_in(before))}
    return (n for n in number_rows(point, proposal.numbers_in(point.text)) if n.span_start not in known)


def _carried(before: str, after: str, span: tuple[int, int], blocks: Sequence[Match]) -> int | None:
    """Where words of one text begin in another, if they stand there whole and no digit has come to touch them."""
    for block in blocks:
        if block.a <= span[0] and span[1] <= block.a + block.size:
            start = span[0] - block.a + block.b
            touched = after[max(0, start - 1) : start] != before[max(0, span[0] - 1) : span[0]]
            return None if touched and after[start - 1 : start].isnumeric() else start
    return None


def release(point: Point, *, besides: Iterable[Point] = ()) -> None:
    """What was merged into a point stands again by itself, under a code that is free."""
    for row in point.held.exclude(pk__in=[piece.pk for piece in besides]):
        row.removed_at, row.removed_because, row.removal, row.holder = None, "", "", None
        row.code = free_sibling(row.campaign, row.code, besides=row)
        row.rank, row.area = rank(row.code), area_for(row.campaign, row.code, besides=[row])
        row.save()


def free_sibling(campaign: Campaign, code: str, *, besides: Point) -> str:
    """The code itself, or the next one after its siblings where it is taken."""
    taken = set(campaign.points.filter(removed_at=None).exclude(pk=besides.pk).values_list("code", flat=True))
    before, dot, last = code.rpartition(".")
    number = int(last)
    while f"{before}{dot}{number}" in taken:
        number += 1
    return f"{before}{dot}{number}"


def take_away_numbers(point: Point) -> None:
    """None of the numbers of a point stands any more."""
    for number in point.thresholds.filter(removed_at=None):
        number.removed_at = clock.now()
        number.save()


def settle_at(campaign: Campaign, lines: tuple[int | None, int | None], by: Membership) -> None:
    """What was put right is no doubt any more: those about these very lines."""
    for doubt in campaign.doubts.filter(settled_at=None, first_line=lines[0], last_line=lines[1]):
        doubt.settled_at, doubt.settled_by = clock.now(), by
        doubt.save()
