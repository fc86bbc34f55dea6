from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited, Lifecycled
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership
from ducha.domain import lifecycle


class Measure(Lifecycled):
    """What follows for a unit, with the facts it rests on."""

    class Kind(models.TextChoices):
        COMMENDATION = "commendation", _("Commendation")
        SUMMONED_TALK = "summoned_talk", _("Summoned talk")
        LISTED_SUPERVISION = "listed_supervision", _("Listed supervision")
        CIRCULATED_CRITICISM = "circulated_criticism", _("Circulated criticism")
        REFERRAL = "referral", _("Referral")

    lifecycle = lifecycle.MEASURE
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="measures")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="measures")
    kind = models.CharField(max_length=30, choices=Kind)
    reason = models.TextField()
    proposed_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField()
    approved_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    document_number = models.CharField(max_length=60, blank=True)
    issued_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    answer = models.TextField(blank=True)

    class Meta:
        ordering = ["-proposed_at", "-id"]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} · {self.participation}"


class MeasureFinding(Audited):
    """A fact that a measure rests on."""

    measure = models.ForeignKey(Measure, models.PROTECT, related_name="facts")
    finding = models.ForeignKey(Finding, models.PROTECT, related_name="measures")
