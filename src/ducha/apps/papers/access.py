"""A paper is its organiser's until it is issued; then it is read by those to whom it went."""

from django.db.models import Q, QuerySet

from ducha.apps.accountability.models import Measure
from ducha.apps.campaigns.access import ORGANISERS, UNIT_ROLES
from ducha.apps.fieldwork.access import own_teams
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.apps.papers.models import Paper, PaperVersion, Template
from ducha.domain.rights import Role


@resolves("paper")
def visible_papers(member: Membership) -> QuerySet[Paper]:
    """The organiser sees all, a unit what was delivered to it, a team its own, discipline what follows for units."""
    papers = Paper.objects.select_related(
        *("campaign", "organiser", "team", "participation__unit", "measure__participation__unit"),
        *("begun_by__person", "checked_by__person", "approved_by__person"),
    )
    own = papers.filter(organiser=member.organisation_id)
    issued = papers.filter(state="issued")
    if member.role in ORGANISERS:
        return own
    if member.role in UNIT_ROLES:
        return issued.filter(deliveries__unit=member.organisation_id)
    if member.role == Role.INSPECTOR:
        return issued.filter(team__in=own_teams(member).values("pk"))
    if member.role == Role.DISCIPLINE:
        return own.filter(Q(kind__in=Measure.Kind.values) | Q(kind="listing_lifted"), state="issued")
    return papers.none()


@resolves("template")
def visible_templates(member: Membership) -> QuerySet[Template]:
    """The organiser's own that stand."""
    standing = Template.objects.filter(removed_at=None).select_related("added_by__person")
    if member.role not in ORGANISERS:
        return standing.none()
    return standing.filter(organiser=member.organisation_id)


@resolves("paper_version")
def visible_versions(member: Membership) -> QuerySet[PaperVersion]:
    """Earlier versions are the organiser's alone."""
    versions = PaperVersion.objects.select_related("paper__campaign", "by__person")
    if member.role not in ORGANISERS:
        return versions.none()
    return versions.filter(paper__organiser=member.organisation_id)
