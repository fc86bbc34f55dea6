"""Who sees which campaign and which units in it."""

from collections.abc import Callable

from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from ducha.apps.audit_trail.recording import GUARDS
from ducha.apps.campaigns.models import (
    Amendment,
    Area,
    Campaign,
    Doubt,
    Heading,
    Participation,
    Plan,
    Point,
    Stage,
    Threshold,
)
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.domain.errors import NotNow
from ducha.domain.rights import Role

ORGANISERS = (Role.OFFICE, Role.LEADER)
UNIT_ROLES = (Role.LIAISON, Role.UNIT_HEAD)
# Higher apps add the doors by which their roles reach a unit: the teams of field work.
PARTICIPATION_DOORS: dict[str, Callable[[Membership], QuerySet[Participation]]] = {}


# What can be done before the launch, and after the end; between them, each action says its own time.
BEFORE_LAUNCH = (
    *("campaign.", "stage.", "area.", "heading.", "point.", "threshold.", "doubt."),
    *("participation.", "team.", "inspector.", "paper."),
)
AFTER_CLOSING = ("measure.", "paper.", "visit.ended", "visit.cancelled", "row.unmasked")


def refuse_out_of_time(campaign: str, action: str) -> None:
    """NotNow for what a draft does not take yet and a closed campaign takes no more; every action passes here."""
    state = Campaign.objects.filter(public_id=campaign).values_list("state", flat=True).first() if campaign else None
    if state == "draft" and not action.startswith(BEFORE_LAUNCH):
        raise NotNow(_("The campaign is not launched yet."))
    if state == "closed" and not action.startswith(AFTER_CLOSING):
        raise NotNow(_("The campaign is closed. What it found stays as it is."))


GUARDS.append(refuse_out_of_time)


@resolves("participation")
def visible_participations(member: Membership) -> QuerySet[Participation]:
    """The organiser sees all units of its campaigns, a unit itself once invited, an inspector the team's units."""
    everything = Participation.objects.select_related("campaign", "unit")
    if member.role in ORGANISERS:
        return everything.filter(campaign__organiser=member.organisation_id)
    if member.role in UNIT_ROLES:
        return everything.filter(unit=member.organisation_id, invited_at__isnull=False)
    if member.role in PARTICIPATION_DOORS:
        return PARTICIPATION_DOORS[member.role](member).select_related("campaign", "unit")
    return Participation.objects.none()


@resolves("campaign")
def visible_campaigns(member: Membership) -> QuerySet[Campaign]:
    """Campaigns one organises, takes part in, or inspects in."""
    campaigns = Campaign.objects.select_related("plan", "organiser")
    if member.role in ORGANISERS:
        return campaigns.filter(organiser=member.organisation_id)
    own = visible_participations(member).order_by().values("campaign")
    reached = Q(pk__in=own)
    if member.role == Role.INSPECTOR:
        reached |= Q(teams__members__member=member, teams__members__removed_at=None)
    return campaigns.exclude(state="draft").filter(reached).distinct()


def _of_visible(member: Membership) -> dict[str, QuerySet[Campaign]]:
    return {"campaign__in": visible_campaigns(member).order_by().values("pk")}


@resolves("stage")
def visible_stages(member: Membership) -> QuerySet[Stage]:
    return Stage.objects.filter(**_of_visible(member)).select_related("campaign")


@resolves("area")
def visible_areas(member: Membership) -> QuerySet[Area]:
    return Area.objects.filter(**_of_visible(member)).select_related("campaign")


@resolves("heading")
def visible_headings(member: Membership) -> QuerySet[Heading]:
    return Heading.objects.filter(**_of_visible(member)).select_related("campaign")


@resolves("doubt")
def visible_doubts(member: Membership) -> QuerySet[Doubt]:
    return Doubt.objects.filter(**_of_visible(member)).select_related("campaign")


@resolves("amendment")
def visible_amendments(member: Membership) -> QuerySet[Amendment]:
    return Amendment.objects.filter(**_of_visible(member)).select_related("campaign", "by__person")


@resolves("point")
def visible_points(member: Membership) -> QuerySet[Point]:
    """Units and inspectors know of the points that are inspected; what was left out, and why, is the organiser's."""
    seen = Point.objects.filter(**_of_visible(member)).select_related("campaign", "area")
    return seen if member.role in ORGANISERS else seen.filter(removed_at=None)


@resolves("threshold")
def visible_thresholds(member: Membership) -> QuerySet[Threshold]:
    standing = Threshold.objects.filter(removed_at=None).select_related("point__campaign")
    return standing.filter(point__in=visible_points(member).order_by().values("pk"))


@resolves("plan")
def visible_plans(member: Membership) -> QuerySet[Plan]:
    return Plan.objects.filter(campaigns__in=visible_campaigns(member).order_by().values("pk")).distinct()
