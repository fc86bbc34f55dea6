"""The charts of the overview: each a drawing, its words, and the table of the same figures."""

from collections.abc import Callable, Sequence
from typing import Any

from django.utils.translation import gettext as _

from ducha.apps.reports import charts
from ducha.apps.reports.charts import Chart, Slice, Small
from ducha.apps.reports.queries.overview import Overview


def _map(o: Overview) -> Chart:
    name, title = "map", _("Open problems on the map")
    words = _("A tile for each county and body of the city; the number is that of its open problems, with its units.")
    groups = [(_("Counties, districts and zones"), o.places.counties), (_("Bodies of the city"), o.places.bodies)]
    svg = charts.tiles(name, title, words, groups)
    return _chart(name, title, words, svg, _("Place"), _("Open problems"), [*o.places.counties, *o.places.bodies])


def _areas(o: Overview) -> Chart:
    return _bars("areas", _("Problems by area"), _("Area"), o.problems.areas)


def _severities(o: Overview) -> Chart:
    return _bars("severities", _("Problems by severity"), _("Severity"), o.problems.severities, charts.SHADES[4][0])


def _sources(o: Overview) -> Chart:
    return _bars("sources", _("How the problems became known"), _("Source"), o.problems.sources)


def _measures(o: Overview) -> Chart:
    return _bars("measures", _("Measures by kind"), _("Measure"), o.measures)


def _bars(name: str, title: str, head: str, slices: Sequence[Slice], colour: str = charts.BLUE) -> Chart:
    words = _("A bar for each; its length and the number beside it are how many there are.")
    return _chart(name, title, words, charts.bars(name, title, words, slices, colour), head, _("Number"), slices)


def _funnel(o: Overview) -> Chart:
    name, title = "funnel", _("How far the problems are")
    words = _("A bar for each step: how many came to it, and in colour those that wait there, by the time since found.")
    svg = charts.funnel(name, title, words, o.problems.funnel)
    ages = [part.label for part in o.problems.funnel[0].parts]
    rows = tuple((step.whole.full, step.whole, *step.parts) for step in o.problems.funnel)
    waiting = [_("waits there, found %(age)s ago") % {"age": age} for age in ages]
    return Chart(name, title, words, svg, (_("Step"), _("Came to it"), *waiting), rows)


def _small(o: Overview) -> Chart:
    """The first counties of the tree, each by area, all on one scale."""
    name, title = "places", _("Problems of each place by area")
    words = _("A small chart for each of the places with the most problems, all on one scale; a bar for each area.")
    shown = o.places.heat[:12]
    many = [
        Small(
            Slice(row.name, row.total, row.url),
            tuple(Slice(cell.area.code, cell.count, "", cell.area.title) for cell in row.cells),
        )
        for row in shown
    ]
    rows = tuple(
        (row.name, *(Slice(cell.area.code, cell.count, cell.url) for cell in row.cells), Slice("", row.total, row.url))
        for row in shown
    )
    heads = (_("Place"), *(f"{area.code} {area.title}" for area in o.areas), _("All"))
    return Chart(name, title, words, charts.small_multiples(name, title, words, many), heads, rows)


def _editions(o: Overview) -> Chart | None:
    if o.trends is None:
        return None
    name, title = "editions", _("Problems of each county over the editions")
    words = _("A small chart for each county, all on one scale; a bar for each edition, the oldest first.")
    svg = charts.small_multiples(name, title, words, o.trends.units)
    heads = (_("Unit"), *(str(campaign.year) for campaign in o.trends.campaigns))
    rows = tuple((one.whole.full, *(bar.count for bar in one.bars[:-1]), one.whole) for one in o.trends.units)
    return Chart(name, title, words, svg, heads, rows)


def _chart(name: str, title: str, words: str, svg: Any, head: str, number: str, slices: Sequence[Slice]) -> Chart:
    return Chart(name, title, words, svg, (head, number), tuple((one.full, one) for one in slices))


_DRAWN: dict[str, Callable[[Overview], Chart | None]] = {
    "map": _map,
    "areas": _areas,
    "severities": _severities,
    "sources": _sources,
    "funnel": _funnel,
    "measures": _measures,
    "places": _small,
    "editions": _editions,
}


def drawn(o: Overview) -> dict[str, Chart | None]:
    """All charts of the page by name; None where there is nothing to draw yet."""
    return {name: draw(o) for name, draw in _DRAWN.items()}


def one(o: Overview, name: str) -> Chart | None:
    """The chart of a name."""
    return _DRAWN[name](o) if name in _DRAWN else None
