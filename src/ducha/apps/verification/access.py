"""A unit sees its own ledgers and results; the office all, inspectors those of their units, leaders no rows."""

from django.db.models import Q, QuerySet

from ducha.apps.campaigns.access import ORGANISERS, UNIT_ROLES, visible_campaigns, visible_participations
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.apps.verification.models import Explanation, LedgerFile, RuleResult, Unmasking
from ducha.domain.rights import Right, Role

_SHOWN = ("unit", "campaign", "sent_by__person", "sent_by__organisation", "withdrawn_by__person")


@resolves("ledger_file")
def visible_ledger_files(member: Membership) -> QuerySet[LedgerFile]:
    """A unit's own files, launched or not; for the others those of the units they reach."""
    if not may(member, Right.READ_LEDGER):
        return LedgerFile.objects.none()
    reached = Q(unit__in=visible_participations(member).order_by().values("unit"))
    own = Q(unit=member.organisation_id) if member.role in UNIT_ROLES else reached | _sent_for_all_by(member)
    return LedgerFile.objects.filter(own).select_related(*_SHOWN)


@resolves("own_ledger_file")
def own_ledger_files(member: Membership) -> QuerySet[LedgerFile]:
    """What the member may send again or withdraw: the liaison the unit's own, the office what it sent for all units."""
    own = LedgerFile.objects.none()
    if may(member, Right.SEND_LEDGER):
        own = LedgerFile.objects.filter(unit=member.organisation_id)
    if may(member, Right.SEND_LEDGER_FOR_ALL):
        own = LedgerFile.objects.filter(_sent_for_all_by(member))
    return own.select_related(*_SHOWN)


def _sent_for_all_by(member: Membership) -> Q:
    return Q(campaign__organiser=member.organisation_id) if member.role == Role.OFFICE else Q(pk__in=[])


def ledger_files_for_all(member: Membership) -> QuerySet[LedgerFile]:
    """What the office sent for the units within reach, for who did and when: its rows of others are not theirs."""
    campaigns = visible_participations(member).order_by().values("campaign")
    return LedgerFile.objects.filter(unit=None, campaign__in=campaigns).select_related(*_SHOWN)


@resolves("rule_result")
def visible_results(member: Membership) -> QuerySet[RuleResult]:
    """The results of the units within reach, of every run; a region that is no unit is the organiser's to see."""
    if not may(member, Right.READ_RESULT):
        return RuleResult.objects.none()
    reached = Q(participation__in=visible_participations(member).order_by().values("pk"))
    if member.role in ORGANISERS:
        reached |= Q(participation=None, run__campaign__in=visible_campaigns(member).order_by().values("pk"))
    return RuleResult.objects.filter(reached).select_related(
        "run__campaign", "participation__unit", "participation__campaign"
    )


def visible_explanations(member: Membership) -> QuerySet[Explanation]:
    """What units said about their rows, for whoever may see the rows."""
    if not may(member, Right.READ_VIOLATION):
        return Explanation.objects.none()
    reached = visible_participations(member).order_by().values("pk")
    return Explanation.objects.filter(participation__in=reached).select_related("by__person", "by__organisation")


def visible_unmaskings(member: Membership) -> QuerySet[Unmasking]:
    """How often the personal cells of rows were seen, for whoever may see the rows."""
    if not may(member, Right.READ_VIOLATION):
        return Unmasking.objects.none()
    reached = visible_participations(member).order_by().values("pk")
    return Unmasking.objects.filter(result__participation__in=reached)
