from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited, Lifecycled
from ducha.apps.campaigns.models import Campaign, Participation, Point
from ducha.apps.fieldwork.models import Team, Visit
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.models import AdmittedProblem, Horizon
from ducha.apps.verification.models import RuleResult
from ducha.domain import lifecycle


class Finding(Lifecycled):
    """问题: what is wrong, where, how we know."""

    class Source(models.TextChoices):
        ADMITTED = "admitted", _("Self-inspection")
        FIELD = "field", _("Field inspection")
        DATA = "data", _("Verification of ledgers")

    class Severity(models.TextChoices):
        MINOR = "minor", _("Minor")
        ORDINARY = "ordinary", _("Ordinary")
        SERIOUS = "serious", _("Serious")

    lifecycle = lifecycle.FINDING
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="findings")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="findings")
    point = models.ForeignKey(Point, models.PROTECT, related_name="findings")
    team = models.ForeignKey(Team, models.PROTECT, related_name="findings")
    visit = models.ForeignKey(Visit, models.PROTECT, null=True, related_name="findings")
    admitted = models.ForeignKey(AdmittedProblem, models.PROTECT, null=True, related_name="findings")
    # The ledger's row that it was raised from: what the check found, and the row's key, source and place there.
    result = models.ForeignKey(RuleResult, models.PROTECT, null=True, related_name="findings")
    row_key = models.CharField(max_length=300, blank=True)
    row_source = models.CharField(max_length=250, blank=True)
    row_number = models.PositiveBigIntegerField(null=True)
    repeats = models.ForeignKey("self", models.PROTECT, null=True, related_name="recurrences")
    number = models.PositiveIntegerField()
    source = models.CharField(max_length=20, choices=Source, default=Source.FIELD)
    title = models.CharField(max_length=200)
    facts = models.TextField()
    severity = models.CharField(max_length=20, choices=Severity, default=Severity.ORDINARY)
    horizon = models.CharField(max_length=20, choices=Horizon, default=Horizon.BY_DEADLINE)
    due_on = models.DateField(null=True)
    raised_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    raised_at = models.DateTimeField()
    confirmed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    handed_over_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="one_finding_per_number")]
        # All that figures count by, so that they are counted in the index and not one problem is opened.
        indexes = [
            models.Index(
                fields=["campaign", "state", "severity", "source", "point", "participation"]
                + ["due_on", "raised_at", "confirmed_by", "raised_by"],
                name="findings_counted",
            ),
            models.Index(fields=["participation", "point"], name="findings_at_a_point"),
        ]

    def __str__(self) -> str:
        return f"{self.number} {self.title}"


class GoodPractice(Audited):
    """先进典型、典型做法: what others can learn from."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="good_practices")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="good_practices")
    point = models.ForeignKey(Point, models.PROTECT, null=True, related_name="+")
    team = models.ForeignKey(Team, models.PROTECT, related_name="+")
    title = models.CharField(max_length=200)
    facts = models.TextField()
    raised_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]


class Feedback(Audited):
    """当场反馈: the finding was put before the unit."""

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="feedback")
    handed_to = models.CharField(max_length=100)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()


class Objection(Audited):
    """异议: the unit does not accept the finding; the office decides."""

    class Decision(models.TextChoices):
        UPHELD_FINDING = "upheld_finding", _("The finding stands")
        SUSTAINED = "sustained", _("The objection is right")

    finding = models.OneToOneField(Finding, models.PROTECT, related_name="objection")
    text = models.TextField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)


class Withdrawal(Audited):
    """撤回: asked for by a team leader, decided by the office; the finding stays on the record."""

    class Decision(models.TextChoices):
        GRANTED = "granted", _("Granted")
        REFUSED = "refused", _("Refused")

    finding = models.ForeignKey(Finding, models.PROTECT, related_name="withdrawals")
    reason = models.TextField()
    asked_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    asked_at = models.DateTimeField()
    decision = models.CharField(max_length=20, choices=Decision, blank=True)
    decision_reason = models.TextField(blank=True)
    decided_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    decided_at = models.DateTimeField(null=True)
