"""One unit in one campaign, and through whose eyes a command reads."""

from collections.abc import Iterator
from typing import Any

from ducha.apps.accountability.access import visible_measures
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.evidence.queries import linked_to_all
from ducha.apps.fieldwork.access import visible_visits
from ducha.apps.findings.queries import ledger, practices
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.queries import assessments
from ducha.apps.verification.queries import not_met
from ducha.domain.rights import Role


def unit_page(member: Membership, participation: Participation) -> dict[str, Any]:
    """Everything about one unit in one campaign."""
    campaign = participation.campaign
    shown = list(practices(member, campaign).filter(participation=participation))
    evidence = linked_to_all(shown)
    return {
        "participation": participation,
        "campaign": campaign,
        "assessment": assessments(member, campaign).filter(participation=participation).first(),
        "findings": ledger(member, campaign).filter(participation=participation),
        "practices": [(practice, evidence.get(practice.public_id, [])) for practice in shown],
        "visits": visible_visits(member).filter(participation=participation),
        "measures": visible_measures(member).filter(participation=participation),
        "not_met": not_met(member, participation),
    }


def running() -> Iterator[tuple[Membership, Campaign]]:
    """Each campaign under way with somebody of its inspection office, through whose eyes a command reads it."""
    for campaign in Campaign.objects.filter(state="launched").select_related("organiser").order_by("id"):
        office = current_memberships().filter(organisation=campaign.organiser_id, role=Role.OFFICE).first()
        if office:
            yield office, campaign


def for_the_machine() -> tuple[Membership, Campaign] | None:
    """The newest campaign and somebody of its inspection office, through whose eyes a command reads; None without."""
    for campaign in Campaign.objects.exclude(state="draft").order_by("-id"):
        office = current_memberships().filter(organisation=campaign.organiser_id, role=Role.OFFICE).first()
        if office:
            return office, campaign
    return None
