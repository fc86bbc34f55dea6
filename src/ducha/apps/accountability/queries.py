from typing import Any

from django.db.models import QuerySet

from ducha.apps.accountability.access import visible_measures
from ducha.apps.accountability.models import Measure
from ducha.apps.campaigns.models import Campaign
from ducha.apps.organisations.models import Membership


def measures(member: Membership, campaign: Campaign | None = None) -> QuerySet[Measure]:
    """问责与表扬 within reach."""
    visible = visible_measures(member)
    return visible.filter(campaign=campaign) if campaign else visible


def campaigns_of(measures: QuerySet[Measure]) -> QuerySet[Campaign]:
    """The campaigns in which some measures were taken."""
    return Campaign.objects.filter(pk__in=measures.order_by().values("campaign")).order_by("-id")


def measure_page(measure: Measure) -> dict[str, Any]:
    """A measure with the facts it rests on."""
    facts = measure.facts.select_related("finding__point").order_by("finding__number")
    return {"measure": measure, "facts": [fact.finding for fact in facts], "steps": measure.steps()}
