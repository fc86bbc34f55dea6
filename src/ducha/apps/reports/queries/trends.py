"""历次比较: the same points over the editions of an inspection, matched by their words."""

import unicodedata
from collections import defaultdict
from dataclasses import dataclass

from django.db.models import Count
from django.utils.safestring import SafeString

from ducha.apps.campaigns.access import visible_campaigns
from ducha.apps.campaigns.models import Campaign, Point
from ducha.apps.findings.access import visible_findings
from ducha.apps.findings.queries import reached
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.reports.charts import Slice, Small, sparkline
from ducha.apps.reports.queries.places import rows

MOST_EDITIONS = 6
MOST_POINTS = 12
MOST_UNITS = 12


@dataclass(frozen=True)
class PointTrend:
    """A point of this campaign and how many problems stood at it in each edition; None where that had no such point."""

    point: Point
    counts: list[int | None]
    url: str
    line: SafeString

    @property
    def now(self) -> int:
        return self.counts[-1] or 0


@dataclass(frozen=True)
class Trends:
    """The editions, oldest first and this one last, with what is alike in them."""

    campaigns: list[Campaign]
    totals: list[int]
    points: list[PointTrend]
    matched: int
    units: list[Small]


def trends(member: Membership, campaign: Campaign) -> Trends | None:
    """The campaign beside the earlier ones of its organiser; None where no earlier one has a problem on record."""
    editions = visible_campaigns(member).filter(organiser=campaign.organiser_id).exclude(state="draft")
    earlier = list(editions.filter(pk__lt=campaign.pk).order_by("-year", "-pk")[: MOST_EDITIONS - 1])
    if not earlier:
        return None
    shown = [*reversed(earlier), campaign]
    found = visible_findings(member).filter(campaign__in=shown).filter(reached("found"))
    bare = found.select_related(None).order_by()
    by_point = dict(bare.values_list("point").annotate(n=Count("pk")))
    hit = Point.objects.filter(pk__in=by_point).select_related("area")
    in_edition: dict[int, int] = defaultdict(int)
    for point in hit:
        in_edition[point.campaign_id] += by_point[point.pk]
    if not any(in_edition[one.pk] for one in earlier):
        return None
    catalogue = list(Point.objects.filter(campaign__in=shown, removed_at=None).only("campaign_id", "code", "text"))
    lines, matched = _points(shown, catalogue, by_point)
    totals = [in_edition[one.pk] for one in shown]
    return Trends(shown, totals, lines, matched, _units(member, shown))


def _points(shown: list[Campaign], catalogue: list[Point], by_point: dict[int, int]) -> tuple[list[PointTrend], int]:
    """The matched points that had a problem in any edition, those with the most now first; and how many match."""
    index: dict[int, dict[str, Point]] = defaultdict(dict)
    for point in catalogue:
        for key in keys(point):
            index[point.campaign_id].setdefault(key, point)
    current, lines, matched = shown[-1], [], 0
    for point in catalogue:
        if point.campaign_id != current.pk:
            continue
        same = [_same(point, index[one.pk]) for one in shown[:-1]]
        if not any(same):
            continue
        matched += 1
        counts = [*(by_point.get(one.pk, 0) if one else None for one in same), by_point.get(point.pk, 0)]
        if any(counts):
            words = " · ".join(f"{one.year}: {'—' if n is None else n}" for one, n in zip(shown, counts, strict=True))
            line = sparkline([n or 0 for n in counts], words)
            lines.append(PointTrend(point, counts, rows(point=point.code), line))
    return sorted(lines, key=lambda line: -line.now)[:MOST_POINTS], matched


def _same(point: Point, index: dict[str, Point]) -> Point | None:
    return next((index[key] for key in keys(point) if key in index), None)


def keys(point: Point) -> tuple[str, str]:
    """By what a point is known again: its words without spaces and signs; else its code and its first clause."""
    plain = "".join(sign for sign in unicodedata.normalize("NFKC", point.text) if sign.isalnum())
    clause = unicodedata.normalize("NFKC", point.text).replace("。", ",").replace(";", ",").split(",")[0]
    title = "".join(sign for sign in clause if sign.isalnum())
    return f"words {plain}", f"code {point.code} {title}"


def _units(member: Membership, shown: list[Campaign]) -> list[Small]:
    """The same units over the editions, in the tree's order."""
    found = visible_findings(member).filter(campaign__in=shown).filter(reached("found")).select_related(None)
    counted = found.order_by().values_list("participation__unit", "campaign").annotate(n=Count("pk"))
    parts = Organisation.objects.filter(participations__campaign=shown[-1], kind__in=Organisation.PLACES)
    units = list(parts.order_by("position", "id")[:MOST_UNITS])
    taking_part = dict(shown[-1].participations.filter(unit__in=units).values_list("unit", "public_id"))
    of_these = counted.filter(participation__unit__in=units)
    counts = {(unit, campaign): n for unit, campaign, n in of_these}
    return [
        Small(
            Slice(unit.name, counts.get((unit.pk, shown[-1].pk), 0), rows(unit=taking_part[unit.pk])),
            tuple(Slice(str(one.year), counts.get((unit.pk, one.pk), 0), "") for one in shown),
        )
        for unit in units
    ]
