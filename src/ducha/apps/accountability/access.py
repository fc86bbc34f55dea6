"""A measure is the organiser's until it is issued; then the unit and the discipline officer see it."""

from django.db.models import Q, QuerySet

from ducha.apps.accountability.models import Measure
from ducha.apps.campaigns.access import ORGANISERS, UNIT_ROLES
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.domain.rights import Role

ISSUED = ("issued", "answered", "ended")


@resolves("measure")
def visible_measures(member: Membership) -> QuerySet[Measure]:
    measures = Measure.objects.select_related(
        "campaign", "participation__unit", "proposed_by__person", "approved_by__person"
    )
    if member.role in ORGANISERS:
        return measures.filter(campaign__organiser=member.organisation_id)
    if member.role in UNIT_ROLES:
        return measures.filter(participation__unit=member.organisation_id, state__in=ISSUED)
    if member.role == Role.DISCIPLINE:
        referred = Q(kind=Measure.Kind.REFERRAL, state="approved")
        return measures.filter(Q(state__in=ISSUED) | referred, campaign__organiser=member.organisation_id)
    return Measure.objects.none()
