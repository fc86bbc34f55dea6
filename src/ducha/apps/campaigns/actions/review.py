"""更正读入结果: the reading of a plan is put right before the launch; each correction stands in the trail."""

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns import proposal
from ducha.apps.campaigns.actions.writing import (
    area_for,
    area_row,
    fill,
    heading_row,
    number_rows,
    release,
    require_draft,
    require_standing,
    rewrite,
    save_points,
    settle_at,
    stage_row,
    take_away_numbers,
)
from ducha.apps.campaigns.catalogue import PlainHeading, PlainPoint, PlainStage, rank
from ducha.apps.campaigns.models import (
    Area,
    Campaign,
    Doubt,
    Exclusion,
    Heading,
    Participation,
    Point,
    Stage,
    Threshold,
)
from ducha.apps.campaigns.queries import plain_point
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import Invalid, NotNow
from ducha.engines import plans

Part = Area | Heading


def correct_campaign(campaign: Campaign, *, by: Membership, title: str, year: int, kind: str) -> None:
    """更正: the title, year or kind that was read."""
    require_draft(campaign, by)
    with recorded(by, "campaign.corrected", campaign=campaign.public_id):
        campaign.title, campaign.year, campaign.kind = title, year, kind
        campaign.save()


# -- stages


def add_stage(
    campaign: Campaign, *, by: Membership, kind: str, title: str, starts_on: date | None, due_at: datetime
) -> Stage:
    """增列阶段: a stage that the plan does not name, or that the reading missed."""
    require_draft(campaign, by)
    if campaign.stages.filter(kind=kind).exists():
        raise Invalid([_("There is a stage of this kind already. Correct that one.")])
    require_order(starts_on, due_at)
    last = campaign.stages.order_by("position").last()
    plain = PlainStage(kind, title, starts_on, due_at, hour_confirmed=True)
    with recorded(by, "stage.added", campaign=campaign.public_id):
        stage = stage_row(campaign, last.position + 1 if last else 0, plain)
        stage.save()
    return stage


def correct_stage(stage: Stage, *, by: Membership, title: str, starts_on: date | None, due_at: datetime | None) -> None:
    """更正阶段: its title and dates; with this the hour counts as confirmed by a person."""
    require_draft(stage.campaign, by)
    require_order(starts_on, due_at)
    with recorded(by, "stage.corrected", campaign=stage.campaign.public_id):
        stage.title, stage.starts_on, stage.due_at, stage.hour_confirmed = title, starts_on, due_at, True
        stage.save()
        settle_at(stage.campaign, (stage.first_line, stage.last_line), by)


def require_order(starts_on: date | None, due_at: datetime | None) -> None:
    if starts_on and due_at and timezone.localtime(due_at).date() < starts_on:
        raise Invalid([_("The stage ends on %(end)s, before it starts.") % {"end": timezone.localtime(due_at).date()}])


# -- areas and headings


def add_area(campaign: Campaign, *, by: Membership, code: str, title: str) -> Area:
    """增列督察内容: a heading that the reading missed."""
    require_draft(campaign, by)
    if campaign.areas.filter(code=code).exists():
        raise Invalid([_("The code “%(code)s” is taken by another area.") % {"code": code}])
    with recorded(by, "area.added", campaign=campaign.public_id):
        area = area_row(campaign, PlainHeading(code, title))
        area.save()
    return area


def correct_area(area: Area, *, by: Membership, title: str) -> Area:
    """更正督察内容: the heading's words."""
    require_draft(area.campaign, by)
    with recorded(by, "area.corrected", campaign=area.campaign.public_id):
        area.title = title
        area.save()
    return area


def correct_heading(heading: Heading, *, by: Membership, title: str) -> Heading:
    """更正标题: the words of a heading below an area."""
    require_draft(heading.campaign, by)
    with recorded(by, "heading.corrected", campaign=heading.campaign.public_id):
        heading.title = title
        heading.save()
    return heading


def below(part: Part) -> QuerySet[Point]:
    """The points below an area or a heading, those left out too."""
    return part.campaign.points.filter(Q(code=part.code) | Q(code__startswith=f"{part.code}."))


def leave_out(part: Part, *, by: Membership, reason: str) -> Part:
    """整部分不督察: a part with all that stands below it is not inspected; what was read stays on the record."""
    require_draft(part.campaign, by)
    with recorded(by, "point.removed", campaign=part.campaign.public_id):
        for point in below(part).filter(removed_at=None):
            _remove(point, reason)
        settle_at(part.campaign, (part.first_line, part.last_line), by)
    return part


def take_in(part: Part, *, by: Membership) -> Part:
    """整部分恢复督察: what was left out below a part is inspected after all, unless its code is another's by now."""
    require_draft(part.campaign, by)
    with recorded(by, "point.restored", campaign=part.campaign.public_id):
        standing = set(below(part).filter(removed_at=None).values_list("code", flat=True))
        for point in below(part).filter(removal=Point.Removal.LEFT_OUT):
            if point.code not in standing:
                standing.add(point.code)
                _restore(point)
    return part


def inspect_part(campaign: Campaign, *, by: Membership, line: int) -> Area:
    """增列督察部分: a part of the plan that the reading did not take is inspected too, as an area of its own."""
    require_draft(campaign, by)
    part = campaign.plan and plans.part_to_json(campaign.plan.text, line)
    if not part or not part["points"]:
        raise Invalid([_("No part that asks for something begins in line %(line)s.") % {"line": line}])
    first, last = part["lines"]
    if campaign.points.filter(removed_at=None, first_line__gte=first, last_line__lte=last).exists():
        raise Invalid([_("Points of this part are inspected already.")])
    last_area = campaign.areas.order_by("position").last()
    added = proposal.of_part(part, last_area.position + 1 if last_area else 1)
    with recorded(by, "area.added", campaign=campaign.public_id):
        area = area_row(campaign, added.headings[0])
        area.save()
        Heading.objects.bulk_create([heading_row(campaign, heading) for heading in added.headings[1:]])
        save_points(campaign, added.points, [area])
    return area


# -- points


def add_point(
    campaign: Campaign, *, by: Membership, code: str, text: str, lines: tuple[int, int] | None = None, **known: Any
) -> Point:
    """增列要点: a point that the reading missed; numbers it asks for are read from its text."""
    require_draft(campaign, by)
    point = Point(campaign=campaign, area=area_for(campaign, code))
    fill(point, PlainPoint(code, text, lines=lines, **known))
    with recorded(by, "point.added", campaign=campaign.public_id):
        point.save()
        Threshold.objects.bulk_create(number_rows(point, proposal.numbers_in(text)))
    return point


def correct_point(point: Point, *, by: Membership, code: str, text: str, **known: Any) -> Point:
    """更正要点: its code, by which it also moves to another area, its text, and what else is `known` of it."""
    require_standing(point, by)
    area = area_for(point.campaign, code, besides=[point])
    with recorded(by, "point.corrected", campaign=point.campaign.public_id):
        point.area, point.code, point.rank = area, code, rank(code)
        for name, value in known.items():
            setattr(point, name, value)
        rewrite(point, text)
        settle_at(point.campaign, (point.first_line, point.last_line), by)
    return point


def split_point(point: Point, *, by: Membership, pieces: Sequence[str]) -> list[Point]:
    """拆分要点: one point becomes several below its code; no word is lost, and numbers go with their words."""
    require_standing(point, by)
    if len(pieces) < 2 or not all(piece.strip() for piece in pieces):
        raise Invalid([_("Put an empty line between the pieces; each needs some words.")])
    if "".join("".join(pieces).split()) != "".join(point.text.split()):
        text = _("The pieces are not the whole text. Put nothing but empty lines between them; correct words later.")
        raise Invalid([text])
    codes = [f"{point.code}.{number}" for number in range(1, len(pieces) + 1)]
    area = [area_for(point.campaign, code, besides=[point]) for code in codes][0]
    with recorded(by, "point.split", campaign=point.campaign.public_id):
        numbers = list(point.thresholds.filter(removed_at=None))
        whole, lines = _plain_of(point), (point.first_line, point.last_line)
        rows = [point, *(Point(campaign=point.campaign, area=area) for _piece in pieces[1:])]
        for row, code, piece in zip(rows, codes, pieces, strict=True):
            fill(row, replace(whole, code=code, text=piece))
            row.save()
        _share_out(numbers, whole.text, rows)
        excluded = list(Exclusion.objects.filter(point=point, removed_at=None))
        Exclusion.objects.bulk_create(
            [Exclusion(participation=e.participation, point=row) for e in excluded for row in rows[1:]]
        )
        settle_at(point.campaign, lines, by)
    return rows


def _plain_of(point: Point) -> PlainPoint:
    # What the whole is worth is no piece's; the office gives each its own.
    return replace(plain_point(point), score="", thresholds=())


def _share_out(numbers: list[Threshold], whole: str, rows: list[Point]) -> None:
    """Each number goes with its words to the piece they stand in; one whose words were cut apart is taken away.

    Blanks apart, the pieces are the whole: places are counted in signs that are none.
    """
    signs = [at for at, sign in enumerate(whole) if not sign.isspace()]
    begin = 0
    for row in rows:
        own = [at for at, sign in enumerate(row.text) if not sign.isspace()]
        for number in list(numbers):
            first, last = bisect_left(signs, number.span_start) - begin, bisect_left(signs, number.span_end) - begin
            if 0 <= first < len(own):
                numbers.remove(number)
                if last <= len(own):
                    _put(number, row, own[first], own[last - 1] + 1)
                else:
                    number.removed_at = clock.now()
                    number.save()
        begin += len(own)


def _put(number: Threshold, point: Point, start: int, end: int) -> None:
    number.point, number.span_start, number.span_end = point, start, end
    number.phrase = point.text[start:end]
    number.save()


def merge_points(point: Point, *, by: Membership, others: Iterable[Point]) -> Point:
    """合并要点: others are taken into a point, in the order of the plan, with the numbers they ask for."""
    require_standing(point, by)
    taken = sorted((other for other in others if other.pk != point.pk), key=lambda other: other.rank)
    if not taken:
        raise Invalid([_("Choose the points that belong to it.")])
    for other in taken:
        require_standing(other, by)
    pieces = sorted([point, *taken], key=lambda piece: piece.rank)
    with recorded(by, "point.merged", campaign=point.campaign.public_id):
        numbers, at = [], 0
        for piece in pieces:
            moved = [replace(one, start=(one.start or 0) + at) for one in plain_point(piece).thresholds]
            numbers += moved
            at += len(piece.text) + 1
        take_away_numbers(point)
        point.text = "\n".join(piece.text for piece in pieces)
        lines = [line for piece in pieces for line in (piece.first_line, piece.last_line) if line]
        point.first_line, point.last_line = (min(lines), max(lines)) if lines else (None, None)
        point.save()
        Threshold.objects.bulk_create(number_rows(point, numbers))
        for other in taken:
            _hold(other, point, _("Merged into “%(code)s”.") % {"code": point.code})
    return point


def _hold(point: Point, holder: Point, reason: str) -> None:
    """The words of a point stand in another from now on."""
    point.removed_at, point.removed_because = clock.now(), reason
    point.removal, point.holder = Point.Removal.HELD, holder
    point.save()


def remove_point(point: Point, *, by: Membership, reason: str) -> Point:
    """删去要点: it is not inspected; what was read stays on the record."""
    require_standing(point, by)
    with recorded(by, "point.removed", campaign=point.campaign.public_id):
        _remove(point, reason)
        settle_at(point.campaign, (point.first_line, point.last_line), by)
    return point


def _remove(point: Point, reason: str) -> None:
    point.removed_at, point.removed_because, point.removal = clock.now(), reason, Point.Removal.LEFT_OUT
    point.save()


def restore_point(point: Point, *, by: Membership) -> Point:
    """恢复要点: it is inspected after all."""
    require_draft(point.campaign, by)
    if point.holder is not None:
        text = _("Its words stand in “%(code)s”. Split that one, or put it back as it was read.")
        raise NotNow(text % {"code": point.holder.code})
    if point.removal == Point.Removal.GONE:
        text = _("It does not stand in the document or the file any more. Add a point if it is to be inspected.")
        raise NotNow(text)
    with recorded(by, "point.restored", campaign=point.campaign.public_id):
        _restore(point)
    return point


def _restore(point: Point) -> None:
    point.area = area_for(point.campaign, point.code, besides=[point])
    point.removed_at, point.removed_because, point.removal = None, "", ""
    point.save()


def put_back(point: Point, *, by: Membership) -> Point:
    """恢复原读入: the point as it was read. Pieces that were split off it go into it; what was merged stands apart."""
    require_draft(point.campaign, by)
    plan = point.campaign.plan
    plain = plan and proposal.as_read(plan.reading).get(point.read_code)
    if not plain:
        raise NotNow(_("A person added this point; there is no reading of it to go back to."))
    if point.holder is not None:
        raise NotNow(_("Its words stand in “%(code)s”. Put that one back.") % {"code": point.holder.code})
    pieces = list(point.campaign.points.filter(read_code=point.read_code).exclude(pk=point.pk))
    point.area = area_for(point.campaign, plain.code, besides=[point, *pieces])
    with recorded(by, "point.put_back", campaign=point.campaign.public_id):
        for piece in pieces:
            if piece.holder_id != point.pk:
                _hold(piece, point, _("The point was put back as it was read."))
        fill(point, plain)
        _restore(point)
        take_away_numbers(point)
        Threshold.objects.bulk_create(number_rows(point, plain.thresholds))
        for holder in (point, *pieces):
            release(holder, besides=pieces)
    return point


def choose_units(point: Point, participations: Iterable[Participation], *, by: Membership) -> Point:
    """确定适用单位: the point applies to exactly these units."""
    require_standing(point, by)
    wanted = {participation.pk for participation in participations}
    present = {e.participation_id: e for e in Exclusion.objects.filter(point=point, removed_at=None)}
    with recorded(by, "point.units_chosen", campaign=point.campaign.public_id):
        for participation_id, exclusion in present.items():
            if participation_id in wanted:
                exclusion.removed_at = clock.now()
                exclusion.save()
        Exclusion.objects.bulk_create(
            [
                Exclusion(participation=participation, point=point)
                for participation in point.campaign.participations.all()
                if participation.pk not in wanted and participation.pk not in present
            ]
        )
    return point


# -- numbers that are asked for


def add_threshold(point: Point, *, by: Membership, phrase: str, **asked: str) -> Threshold:
    """增列指标: a number that the point asks for, by the words in which it does."""
    require_standing(point, by)
    threshold = Threshold(point=point, **_placed(point, phrase), **asked)
    with recorded(by, "threshold.added", campaign=point.campaign.public_id):
        threshold.save()
    return threshold


def correct_threshold(threshold: Threshold, *, by: Membership, phrase: str, **asked: str) -> Threshold:
    """更正指标: its words, what it measures, the limit, and the rule that computes it."""
    campaign = threshold.point.campaign
    require_draft(campaign, by)
    with recorded(by, "threshold.corrected", campaign=campaign.public_id):
        for name, value in {**_placed(threshold.point, phrase, besides=threshold), **asked}.items():
            setattr(threshold, name, value)
        threshold.save()
    return threshold


def remove_threshold(threshold: Threshold, *, by: Membership) -> Threshold:
    """删去指标: the words are no requirement."""
    campaign = threshold.point.campaign
    require_draft(campaign, by)
    with recorded(by, "threshold.removed", campaign=campaign.public_id):
        threshold.removed_at = clock.now()
        threshold.save()
    return threshold


def _placed(point: Point, phrase: str, *, besides: Threshold | None = None) -> dict[str, Any]:
    """Where a phrase stands: where it stood before, else at its first place that no other number has."""
    if besides is not None and besides.phrase == phrase:
        return {}
    others = point.thresholds.filter(removed_at=None).exclude(pk=besides and besides.pk)
    taken = {number.span_start for number in others}
    starts = [match.start() for match in re.finditer(re.escape(phrase), point.text)]
    if not starts:
        raise Invalid([_("“%(phrase)s” does not stand in the text of the point. Copy its words.") % {"phrase": phrase}])
    start = next((at for at in starts if at not in taken), starts[0])
    return {"phrase": phrase, "span_start": start, "span_end": start + len(phrase)}


# -- doubtful places


def settle_doubt(doubt: Doubt, *, by: Membership) -> Doubt:
    """核对无误: a person looked at the place, and it is right as it stands."""
    require_draft(doubt.campaign, by)
    with recorded(by, "doubt.settled", campaign=doubt.campaign.public_id):
        _settle(doubt, by)
    return doubt


def settle_like(doubt: Doubt, *, by: Membership) -> Doubt:
    """同类核对无误: all places with the same doubt are right as they stand."""
    require_draft(doubt.campaign, by)
    with recorded(by, "doubt.settled", campaign=doubt.campaign.public_id):
        for one in doubt.campaign.doubts.filter(text=doubt.text, settled_at=None):
            _settle(one, by)
    return doubt


def _settle(doubt: Doubt, by: Membership) -> None:
    doubt.settled_at, doubt.settled_by = clock.now(), by
    doubt.save()


def reopen_doubt(doubt: Doubt, *, by: Membership) -> Doubt:
    """重新存疑: the place is to be looked at once more."""
    require_draft(doubt.campaign, by)
    with recorded(by, "doubt.reopened", campaign=doubt.campaign.public_id):
        doubt.settled_at, doubt.settled_by = None, None
        doubt.save()
    return doubt
