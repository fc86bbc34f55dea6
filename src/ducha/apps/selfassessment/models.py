from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited, Lifecycled
from ducha.apps.campaigns.models import Participation, Point, Stage, Threshold
from ducha.apps.organisations.models import Membership
from ducha.domain import lifecycle


class Horizon(models.TextChoices):
    IMMEDIATE = "immediate", _("At once")
    BY_DEADLINE = "by_deadline", _("By a deadline")
    LONG_TERM = "long_term", _("Long term")


class SelfAssessment(Lifecycled):
    """自查: what one unit says of itself."""

    lifecycle = lifecycle.SELF_ASSESSMENT
    participation = models.OneToOneField(Participation, models.PROTECT, related_name="assessment")

    def __str__(self) -> str:
        return str(self.participation)


class Answer(Audited):
    """填报: the unit's word on one point."""

    class Conclusion(models.TextChoices):
        MET = "met", _("Met")
        PARTLY_MET = "partly_met", _("Partly met")
        NOT_MET = "not_met", _("Not met")
        NOT_APPLICABLE = "not_applicable", _("Not applicable")

    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="answers")
    point = models.ForeignKey(Point, models.PROTECT, related_name="answers")
    conclusion = models.CharField(max_length=20, choices=Conclusion, blank=True)
    narrative = models.TextField(blank=True)
    answered_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["assessment", "point"], name="one_answer_per_point")]


class ClaimedFigure(Audited):
    """The figure that a unit claims for a threshold, as text: "96 %", "全部"."""

    answer = models.ForeignKey(Answer, models.PROTECT, related_name="figures")
    threshold = models.ForeignKey(Threshold, models.PROTECT, related_name="+")
    value = models.CharField(max_length=60, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["answer", "threshold"], name="one_figure_per_threshold")]


class AdmittedProblem(Audited):
    """自查发现的问题: what the unit found itself; a Finding only when a team makes it one."""

    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="problems")
    point = models.ForeignKey(Point, models.PROTECT, related_name="+")
    description = models.TextField()
    horizon = models.CharField(max_length=20, choices=Horizon, default=Horizon.BY_DEADLINE)
    planned = models.TextField(blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Submission(Audited):
    """What was delivered, sealed as it stood: it never changes, a correction is the next number."""

    assessment = models.ForeignKey(SelfAssessment, models.PROTECT, related_name="submissions")
    number = models.PositiveIntegerField()
    content = models.TextField()
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    submitted_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    certified_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    delivered_at = models.DateTimeField()
    is_late = models.BooleanField(default=False)
    late_working_hours = models.DecimalField(max_digits=8, decimal_places=1, null=True)
    late_working_days = models.PositiveIntegerField(null=True)
    reason = models.TextField(blank=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["assessment", "number"], name="one_submission_per_number")]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A submission is sealed; a correction is a new one.")
        super().save(*args, **kwargs)


class Seal(Audited):
    """封存: what lay before the office at the deadline; no submission is sealed as such."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="seals")
    stage = models.ForeignKey(Stage, models.PROTECT, related_name="seals")
    submission = models.ForeignKey(Submission, models.PROTECT, null=True, related_name="seals")
    due_at = models.DateTimeField()
    sealed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["participation", "stage"], name="one_seal_per_stage")]
