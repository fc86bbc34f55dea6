from dataclasses import dataclass

from django.db.models import Count, Q

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
