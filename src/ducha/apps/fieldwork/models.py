from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited, Lifecycled
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain import lifecycle


class Team(Audited):
    """督察组: those who inspect a share of the units."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="teams")
    number = models.PositiveIntegerField()
    name = models.CharField(max_length=60)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["campaign", "number"], name="one_team_per_number")]

    def __str__(self) -> str:
        return self.name


class TeamMember(Audited):
    """成员、组长: an inspector's place in a team."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="members")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="team_places")
    leads = models.BooleanField(default=False)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-leads", "id"]


class Recusal(Audited):
    """回避: an inspector who stays away from a unit, and why."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="recusals")
    member = models.ForeignKey(Membership, models.PROTECT, related_name="recusals")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    reason = models.TextField()
    removed_at = models.DateTimeField(null=True)
    removed_because = models.TextField(blank=True)


class TeamUnit(Audited):
    """A unit in a team's care."""

    team = models.ForeignKey(Team, models.PROTECT, related_name="units")
    participation = models.OneToOneField(Participation, models.PROTECT, related_name="team_unit")


class Visit(Lifecycled):
    """进驻: one visit to a unit; an unannounced one is known to its team alone until it starts."""

    lifecycle = lifecycle.VISIT
    team = models.ForeignKey(Team, models.PROTECT, related_name="visits")
    participation = models.ForeignKey(Participation, models.PROTECT, related_name="visits")
    announced = models.BooleanField(default=True)
    starts_at = models.DateTimeField()
    purpose = models.TextField(blank=True)

    class Meta:
        ordering = ["starts_at", "id"]

    def __str__(self) -> str:
        return str(self.participation)


class Activity(Audited):
    """What was done during a visit."""

    class Kind(models.TextChoices):
        HEARING_REPORT = "hearing_report", _("Report heard")
        TALK = "talk", _("Talk")
        INDIVIDUAL_TALK = "individual_talk", _("Individual talk")
        DOCUMENT_REVIEW = "document_review", _("Documents read")
        CASE_FILE_SAMPLE = "case_file_sample", _("Case files sampled")
        UNANNOUNCED_VISIT = "unannounced_visit", _("Unannounced look")
        PUBLIC_OPINION = "public_opinion", _("Public opinion heard")

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="activities")
    kind = models.CharField(max_length=20, choices=Kind)
    at = models.DateTimeField()
    title = models.CharField(max_length=200)
    notes = models.TextField(blank=True)
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["at", "id"]


class CaseFileSample(Audited):
    """案卷抽查: case files drawn from a unit's ledger for a visit; its seed draws the same again.

    `files` has key, day, year, procedure, whether major, source, source row and the rules that the row violates;
    `shares` each stratum by year, procedure and whether major, with its population and how many were drawn of it.
    """

    visit = models.ForeignKey(Visit, models.PROTECT, related_name="samples")
    kind = models.CharField(max_length=40)
    seed = models.CharField(max_length=64)
    population = models.PositiveBigIntegerField()
    reason = models.JSONField(default=dict)
    clean_bound = models.PositiveBigIntegerField()
    files = models.JSONField(default=list)
    shares = models.JSONField(default=list)
    drawn_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    drawn_at = models.DateTimeField()

    class Meta:
        ordering = ["-id"]


class CaseFile(Audited):
    """案卷评查: a drawn case file by its place in the sample, from 1, and what its review found; None: not yet."""

    sample = models.ForeignKey(CaseFileSample, models.PROTECT, related_name="case_files")
    number = models.PositiveIntegerField()
    is_faulty = models.BooleanField(null=True)
    note = models.TextField(blank=True)
    reviewed_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    reviewed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["number"]
        constraints = [models.UniqueConstraint(fields=["sample", "number"], name="one_case_file_per_number")]

    @property
    def key(self) -> str:
        """Its number in the ledger."""
        return str(self.sample.files[self.number - 1]["key"])
