from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited, Lifecycled
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership
from ducha.domain import lifecycle


class Rectification(Lifecycled):
    """整改: how one finding is put right."""

    lifecycle = lifecycle.RECTIFICATION
    finding = models.OneToOneField(Finding, models.PROTECT, related_name="rectification")

    def __str__(self) -> str:
        return str(self.finding)


class CorrectiveAction(Audited):
    """整改措施: what is done, by whom, until when."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="measures")
    description = models.TextField()
    goal = models.TextField(blank=True)
    owner_name = models.CharField(max_length=60)
    due_on = models.DateField()
    done_on = models.DateField(null=True)
    removed_at = models.DateTimeField(null=True)
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["due_on", "id"]


class ProgressUpdate(Audited):
    """进展: how far it is."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="progress")
    text = models.TextField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]


class RectificationReport(Audited):
    """整改报告: what the unit says it has done; each return asks for a new one."""

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="reports")
    number = models.PositiveIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["number"]


class Acceptance(Audited):
    """验收: what another side found when it looked."""

    class Manner(models.TextChoices):
        ON_SITE = "on_site", _("On site")
        ON_PAPER = "on_paper", _("On paper")

    class Result(models.TextChoices):
        ACCEPTED = "accepted", _("Accepted")
        RETURNED = "returned", _("Returned")

    rectification = models.ForeignKey(Rectification, models.PROTECT, related_name="acceptances")
    manner = models.CharField(max_length=10, choices=Manner)
    result = models.CharField(max_length=10, choices=Result)
    opinion = models.TextField()
    place = models.CharField(max_length=200, blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["at", "id"]
