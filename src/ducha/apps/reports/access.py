"""Receipts are for those who reach what was submitted."""

from django.db.models import QuerySet

from ducha.apps.organisations.models import Membership
from ducha.apps.pages.routes import resolves
from ducha.apps.rectification.access import visible_rectifications
from ducha.apps.rectification.models import RectificationReport


@resolves("rectification_report")
def visible_rectification_reports(member: Membership) -> QuerySet[RectificationReport]:
    reached = visible_rectifications(member).order_by().values("pk")
    return RectificationReport.objects.filter(rectification__in=reached).select_related("rectification__finding")
