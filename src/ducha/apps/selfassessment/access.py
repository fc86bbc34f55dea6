"""A draft belongs to its unit; the office and the team read what was delivered."""

from django.db.models import QuerySet

from ducha.apps.campaigns.access import ORGANISERS, UNIT_ROLES, visible_participations
from ducha.apps.evidence.access import opens_evidence
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.apps.selfassessment.models import AdmittedProblem, Answer, SelfAssessment, Submission
from ducha.domain.rights import Right


def _within_reach(member: Membership) -> QuerySet[SelfAssessment]:
    if not may(member, Right.READ_SELF_INSPECTION):
        return SelfAssessment.objects.none()
    reached = visible_participations(member).order_by().values("pk")
    return SelfAssessment.objects.filter(participation__in=reached).select_related(
        "participation__unit", "participation__campaign"
    )


@resolves("assessment")
def visible_assessments(member: Membership) -> QuerySet[SelfAssessment]:
    """The unit's own at any time; for the other side that it exists and how far it is."""
    return _within_reach(member)


def readable_assessments(member: Membership) -> QuerySet[SelfAssessment]:
    """Those whose answers may be read: one's own, or delivered ones."""
    if member.role in UNIT_ROLES:
        return _within_reach(member)
    delivered = Submission.objects.values("assessment")
    return _within_reach(member).filter(pk__in=delivered).exclude(state__in=["draft", "submitted", "returned"])


@resolves("submission")
def visible_submissions(member: Membership) -> QuerySet[Submission]:
    """Every sealed version, for whoever reaches its unit."""
    reached = _within_reach(member).order_by().values("pk")
    return Submission.objects.filter(assessment__in=reached).select_related("assessment__participation__unit")


@resolves("answer")
@opens_evidence("selfassessment.Answer")
def visible_answers(member: Membership) -> QuerySet[Answer]:
    return Answer.objects.filter(assessment__in=readable_assessments(member).order_by().values("pk")).select_related(
        "assessment__participation__campaign", "point"
    )


@resolves("problem")
def visible_problems(member: Membership) -> QuerySet[AdmittedProblem]:
    readable = readable_assessments(member).order_by().values("pk")
    return AdmittedProblem.objects.filter(assessment__in=readable, removed_at=None).select_related(
        "point", "assessment"
    )


def is_organiser(member: Membership) -> bool:
    return member.role in ORGANISERS
