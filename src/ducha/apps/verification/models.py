from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from ducha.apps.audit_trail.models import Audited
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.organisations.models import Membership, Organisation


class LedgerFile(Audited):
    """台账文件: a file of rows that a unit sent. The rows themselves lie in the store under `source`.

    One without a unit was sent by the office for all units of a campaign: each of its rows names its unit.
    A file that has neither been taken in nor refused, and lacks no column, waits for the intake: these rows are its
    queue. `lacks` names the required columns that no header was found for, and nothing but "kind" where the kind of
    ledger was not recognised. `sources` has what each sheet gave: its name in the store, kind, accepted and rejected.
    """

    class State(models.TextChoices):
        RECEIVED = "received", _("Received")
        NEEDS_MAPPING = "needs_mapping", _("Columns to be named")
        TAKEN = "taken", _("Taken in")
        REFUSED = "refused", _("Refused")
        WITHDRAWN = "withdrawn", _("Withdrawn")

    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="ledger_files")
    campaign = models.ForeignKey(Campaign, models.PROTECT, null=True, related_name="ledger_files")
    kind = models.CharField(max_length=40, blank=True)
    name = models.CharField(max_length=120)
    source = models.CharField(max_length=250)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    sent_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    sent_at = models.DateTimeField()
    mapping = models.JSONField(default=dict)
    lacks = models.TextField(blank=True)
    read = models.PositiveBigIntegerField(null=True)
    accepted = models.PositiveBigIntegerField(null=True)
    rejected = models.PositiveBigIntegerField(null=True)
    sources = models.JSONField(default=list)
    taken_at = models.DateTimeField(null=True)
    refused_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    withdrawal_reason = models.TextField(blank=True)

    class Meta:
        ordering = ["-sent_at", "-id"]

    def __str__(self) -> str:
        return self.name

    @property
    def state(self) -> "LedgerFile.State":
        """Read from what happened to it."""
        if self.withdrawn_at:
            return self.State.WITHDRAWN
        if self.taken_at:
            return self.State.TAKEN
        if self.refused_at:
            return self.State.REFUSED
        return self.State.NEEDS_MAPPING if self.lacks else self.State.RECEIVED


class ColumnMapping(Audited):
    """列对应: which of a unit's own headers stands for which column of a kind of ledger, remembered."""

    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="column_mappings")
    kind = models.CharField(max_length=40)
    columns = models.JSONField(default=dict)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["unit", "kind"], name="one_mapping_per_unit_and_kind")]


class CheckRun(Audited):
    """一次核验: the rules held against the ledgers as they stood, for all units of a campaign or for one.

    One without `done_at` and `failed_at` waits to be carried out. `digest` is that of the rules, their limits and the
    ledgers' files. The violating rows lie in the run's own Parquet file. `judges_regions`: a unit's own ledger that no
    region is judged by leaves the regions as they were.
    """

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="check_runs")
    unit = models.ForeignKey(Organisation, models.PROTECT, null=True, related_name="+")
    as_of = models.DateField()
    asked_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField()
    calendar = models.CharField(max_length=60, blank=True)
    limits = models.JSONField(default=dict)
    digest = models.CharField(max_length=64, blank=True)
    judges_regions = models.BooleanField(default=False)
    done_at = models.DateTimeField(null=True)
    failed_at = models.DateTimeField(null=True)
    faults = models.JSONField(default=list)

    class Meta:
        ordering = ["-id"]


class RuleResult(Audited):
    """核验结果: what one rule found in one unit's ledgers; it never changes, the next run makes new ones.

    Where a rule judges a region by all its units together, `region` is what their ledgers call it, and the
    participation is that of the unit that is the region, None where no unit is.
    """

    class Verdict(models.TextChoices):
        MET = "met", pgettext_lazy("verdict", "Met")
        NOT_MET = "not_met", pgettext_lazy("verdict", "Not met")
        NOT_VERIFIABLE = "not_verifiable", pgettext_lazy("verdict", "Not verifiable")

    run = models.ForeignKey(CheckRun, models.PROTECT, related_name="results")
    participation = models.ForeignKey(Participation, models.PROTECT, null=True, related_name="results")
    region = models.CharField(max_length=100, blank=True)
    rule = models.CharField(max_length=60)
    title = models.CharField(max_length=200)
    basis = models.CharField(max_length=300, blank=True)
    ledger = models.CharField(max_length=40)
    requirement = models.CharField(max_length=40, blank=True)
    population = models.PositiveBigIntegerField()
    violations = models.PositiveBigIntegerField()
    exempt = models.PositiveBigIntegerField()
    not_verifiable = models.PositiveBigIntegerField()
    rate = models.DecimalField(max_digits=12, decimal_places=4, null=True)
    verdict = models.CharField(max_length=20, choices=Verdict)
    words = models.JSONField(default=dict)

    class Meta:
        ordering = ["ledger", "rule", "id"]
        constraints = [
            models.UniqueConstraint(fields=["run", "participation", "region", "rule"], name="one_result_per_rule")
        ]
        indexes = [models.Index(fields=["participation", "-run"])]

    def save(self, *args: Any, **kwargs: Any) -> None:
        if not self._state.adding:
            raise TypeError("A result of a check never changes; check again.")
        super().save(*args, **kwargs)

    @property
    def whose(self) -> str:
        """The unit, or the region that no unit is, by its name."""
        return self.participation.unit.name if self.participation else self.region

    @property
    def fulfilled(self) -> int:
        """The rows that are as the rule wants them."""
        return self.judged - self.violations

    @property
    def judged(self) -> int:
        """The rows of which that can be known."""
        return self.population - self.not_verifiable


class Explanation(Audited):
    """情况说明: the unit's words on a violating row; they stay with the row's key when the ledger is sent again."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="explanations")
    rule = models.CharField(max_length=60)
    key = models.CharField(max_length=300)
    source = models.CharField(max_length=250)
    source_row = models.PositiveBigIntegerField()
    text = models.TextField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["participation", "rule", "key"], name="one_explanation_per_rule_and_key")
        ]


class Unmasking(Audited):
    """查看个人信息: somebody saw the personal cells of one row, and said what for. It is never changed."""

    class Purpose(models.TextChoices):
        IDENTIFY = "identify", _("To settle with the unit who the party is")
        VISIT = "visit", _("To reach the party for a visit or a talk")
        COMPARE = "compare", _("To hold the row against another record")
        FINDING = "finding", _("To prove a finding")
        OTHER = "other", _("Other")

    result = models.ForeignKey(RuleResult, models.PROTECT, related_name="unmaskings")
    source = models.CharField(max_length=250)
    source_row = models.PositiveBigIntegerField()
    key = models.CharField(max_length=300)
    purpose = models.CharField(max_length=20, choices=Purpose)
    reason = models.CharField(max_length=300)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        ordering = ["-at", "-id"]
        indexes = [models.Index(fields=["source", "source_row"], name="unmaskings_of_a_row")]
