"""Where the problems are: by county and body of the city, by unit, by area."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

from django.db.models import Count, IntegerField, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.urls import reverse

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Area, Campaign, Participation
from ducha.apps.findings.access import visible_findings
from ducha.apps.findings.models import Finding
from ducha.apps.findings.queries import OPEN, reached
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.organisations.queries import place_of
from ducha.apps.reports.charts import Slice, levels

# So many rows of the heat matrix and so many tiles are shown; the rest has a page of its own.
MOST_ROWS = 30
MOST_COUNTIES, MOST_BODIES = 40, 32


def rows(**filters: Any) -> str:
    """The problem ledger with exactly the problems that a figure counts: those that stand, and of them these."""
    return f"{reverse('findings:ledger')}?{urlencode({'reached': 'found', **filters})}"


def standing(member: Membership, campaign: Campaign) -> QuerySet[Finding]:
    """The problems that figures are made of: within reach, and not withdrawn."""
    found = visible_findings(member).filter(campaign=campaign)
    return found.filter(reached("found")).select_related(None).order_by()


@dataclass(frozen=True)
class HeatCell:
    area: Area
    count: int
    level: int
    url: str


@dataclass(frozen=True)
class HeatRow:
    """A county with its units, a body of the city, or one unit."""

    name: str
    page: str
    url: str
    cells: list[HeatCell]
    total: int
    units: int = 1


@dataclass(frozen=True)
class Places:
    """The counties and the bodies of the city with their problems: on the map, and the most problems first."""

    counties: list[Slice]
    bodies: list[Slice]
    left_out: int
    heat: list[HeatRow]
    heat_left_out: int


@dataclass(frozen=True)
class _Place:
    organisation: Organisation
    units: int
    total: int
    open: int

    @property
    def is_part_of_the_city(self) -> bool:
        return self.organisation.kind in Organisation.PLACES


def places(member: Membership, campaign: Campaign, areas: Sequence[Area]) -> Places:
    """By place; where more take part than fit, those with the most problems. Three queries for any number of units."""
    problems = standing(member, campaign).annotate(place=place_of("participation__unit"))
    still_open = Count("pk", filter=Q(state__in=OPEN))
    cells: dict[tuple[int, int], int] = {}
    totals, open_ones = Counter[int](), Counter[int]()
    for key, area, n, n_open in problems.values_list("place", "point__area").annotate(n=Count("pk"), open=still_open):
        cells[key, area] = n
        totals[key] += n
        open_ones[key] += n_open
    shown = _shown(member, campaign, totals, open_ones)
    counties = [one for one in shown if one.is_part_of_the_city]
    bodies = [one for one in shown if not one.is_part_of_the_city]
    hottest = sorted(shown, key=lambda one: -one.total)[:MOST_ROWS]
    return Places(
        [_tile(one) for one in counties[:MOST_COUNTIES]],
        [_tile(one) for one in bodies[:MOST_BODIES]],
        max(0, len(counties) - MOST_COUNTIES) + max(0, len(bodies) - MOST_BODIES),
        _heat(hottest, cells, areas),
        len(shown) - len(hottest),
    )


def _shown(member: Membership, campaign: Campaign, totals: Counter[int], still_open: Counter[int]) -> list[_Place]:
    """Every place that takes part, in the tree's order."""
    taking_part = visible_participations(member).filter(campaign=campaign).select_related(None).order_by()
    units = dict(taking_part.values_list(place_of("unit")).annotate(n=Count("pk")))
    named = Organisation.objects.filter(pk__in=taking_part.values_list(place_of("unit")))
    light = named.only("public_id", "name", "kind")
    return [_Place(one, units[one.pk], totals[one.pk], still_open[one.pk]) for one in light]


def _tile(one: _Place) -> Slice:
    return Slice(one.organisation.name, one.open, rows(place=one.organisation.public_id, open="on"))


def _heat(shown: Sequence[_Place], cells: dict[tuple[int, int], int], areas: Sequence[Area]) -> list[HeatRow]:
    shades = levels(cells.values())
    return [
        HeatRow(
            one.organisation.name,
            f"{reverse('reports:units')}?{urlencode({'place': one.organisation.public_id})}",
            rows(place=one.organisation.public_id),
            _row_cells(cells, one.organisation.pk, areas, shades, place=one.organisation.public_id),
            one.total,
            one.units,
        )
        for one in shown
    ]


def _row_cells(
    cells: dict[tuple[int, int], int], key: int, areas: Iterable[Area], shades: dict[int, int], **whose: str
) -> list[HeatCell]:
    counts = [(area, cells.get((key, area.pk), 0)) for area in areas]
    return [HeatCell(area, n, shades.get(n, 0), rows(**whose, area=area.code)) for area, n in counts]


def unit_counts(member: Membership, campaign: Campaign) -> QuerySet[Participation]:
    """Every unit within reach with how many problems stand there and how many of them are open; one query."""
    problems = standing(member, campaign).filter(participation=OuterRef("pk")).values("participation")
    return (
        visible_participations(member)
        .filter(campaign=campaign)
        .select_related("unit__parent")
        .annotate(problems=_count(problems), open=_count(problems.filter(state__in=OPEN)))
    )


def _count(problems: QuerySet[Any]) -> Coalesce:
    return Coalesce(Subquery(problems.annotate(n=Count("pk")).values("n"), output_field=IntegerField()), 0)


def heat_of(member: Membership, campaign: Campaign, units: Sequence[Any], areas: Sequence[Area]) -> list[HeatRow]:
    """The heat matrix of some units, in their order; each is counted by `unit_counts`."""
    found = standing(member, campaign).filter(participation__in=[unit.pk for unit in units])
    counted = found.values_list("participation", "point__area").annotate(n=Count("pk"))
    cells = {(unit, area): n for unit, area, n in counted}
    shades = levels(cells.values())
    return [
        HeatRow(
            unit.unit.name,
            reverse("reports:unit", args=[unit]),
            rows(unit=unit.public_id),
            _row_cells(cells, unit.pk, areas, shades, unit=unit.public_id),
            unit.problems,
        )
        for unit in units
    ]
