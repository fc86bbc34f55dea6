from dataclasses import dataclass

from django.db.models import Case, Count, F, Q, QuerySet, When

from ducha.apps.organisations.access import visible_organisations
from ducha.apps.organisations.models import Membership, Organisation


@dataclass(frozen=True)
class Branch:
    """An organisation at its depth in the tree."""

    organisation: Organisation
    depth: int


def tree(member: Membership) -> list[Branch]:
    """The tree in order, each with its depth, in one query."""
    people = Count("memberships", filter=Q(memberships__ends_on=None))
    everything = list(visible_organisations(member).annotate(people=people).order_by("position", "pk"))
    below: dict[int | None, list[Organisation]] = {}
    known = {organisation.pk for organisation in everything}
    for organisation in everything:
        parent = organisation.parent_id if organisation.parent_id in known else None
        below.setdefault(parent, []).append(organisation)
    branches: list[Branch] = []
    waiting = [(o, 0) for o in reversed(below.get(None, []))]
    while waiting:
        organisation, depth = waiting.pop()
        branches.append(Branch(organisation, depth))
        waiting += [(child, depth + 1) for child in reversed(below.get(organisation.pk, []))]
    return branches


def place_of(unit: str) -> Case:
    """The county, district or zone that a unit is or stands under, by the unit's name in a query.

    A body of the city is its own.
    """
    places = Organisation.PLACES
    return Case(
        When(**{f"{unit}__kind__in": places}, then=F(unit)),
        When(**{f"{unit}__parent__kind__in": places}, then=F(f"{unit}__parent")),
        default=F(unit),
    )


def places_and(chosen: str) -> QuerySet[Organisation]:
    """What a list of places offers: counties, districts and zones, and the one body that was chosen by public id."""
    return Organisation.objects.filter(Q(kind__in=Organisation.PLACES) | Q(public_id=chosen))
