"""Who reaches which files: their own, and those used for something they can see."""

from collections.abc import Callable
from typing import Any

from django.db.models import Q, QuerySet

from ducha.apps.evidence.models import EvidenceFile, EvidenceLink
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.domain.rights import Right, Role

Door = Callable[[Membership], QuerySet[Any]]
DOORS: dict[str, Door] = {}


def opens_evidence(kind: str) -> Callable[[Door], Door]:
    """Whoever sees a row of this kind sees the files that are linked to it."""

    def register(visible_to: Door) -> Door:
        DOORS[kind] = visible_to
        return visible_to

    return register


@resolves("file")
def visible_files(member: Membership) -> QuerySet[EvidenceFile]:
    """Files of one's own organisation (an inspector: one's own), and those linked to what one can see."""
    if not may(member, Right.READ_EVIDENCE):
        return EvidenceFile.objects.none()
    own = Q(added_by__person=member.person_id) if member.role == Role.INSPECTOR else Q(owner=member.organisation_id)
    reached = Q(pk__in=[])
    for kind, door in DOORS.items():
        ids = door(member).order_by().values("public_id")
        reached |= Q(pk__in=EvidenceLink.objects.filter(kind=kind, removed_at=None, object_id__in=ids).values("file"))
    return EvidenceFile.objects.filter(own | reached).select_related("owner", "added_by__person")


def own_files(member: Membership) -> QuerySet[EvidenceFile]:
    """The library one chooses from."""
    own = {"added_by__person": member.person_id} if member.role == Role.INSPECTOR else {"owner": member.organisation_id}
    return EvidenceFile.objects.filter(**own)
