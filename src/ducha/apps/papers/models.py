import json
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.accountability.models import Measure
from ducha.apps.audit_trail.models import Audited, Lifecycled
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.fieldwork.models import Team
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.papers.writing.kinds import KINDS, Kind
from ducha.domain import lifecycle
from ducha.engines.gongwen import Document, from_json, to_json


class Letterhead(Audited):
    """发文机关标志和代字: what an organiser's papers bear at their head, and how their numbers begin."""

    organiser = models.OneToOneField(Organisation, models.PROTECT, related_name="letterhead")
    mark = models.CharField(max_length=60, blank=True)
    code = models.CharField(max_length=20, blank=True)
    printed_by = models.CharField(max_length=60, blank=True)


class Template(Audited):
    """套用模板: the organiser's own Word file for one kind of paper, with fields; the newest that stands is used."""

    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="paper_templates")
    kind = models.CharField(max_length=30)
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]

    @property
    def of_kind(self) -> Kind:
        return KINDS[self.kind]


class Paper(Lifecycled):
    """公文: one paper of a campaign, from the first draft to the issued file, whose bytes stay as they are."""

    lifecycle = lifecycle.PAPER
    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="papers")
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kind = models.CharField(max_length=30)
    team = models.ForeignKey(Team, models.PROTECT, null=True, related_name="papers")
    participation = models.ForeignKey(Participation, models.PROTECT, null=True, related_name="papers")
    measure = models.ForeignKey(Measure, models.PROTECT, null=True, related_name="papers")
    title = models.CharField(max_length=200)
    answer_due_on = models.DateField(null=True)
    begun_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    edited_at = models.DateTimeField()
    checked_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    approved_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    # Given when it is issued: 平督办〔2019〕3号.
    code = models.CharField(max_length=20, blank=True)
    year = models.PositiveIntegerField(null=True)
    serial = models.PositiveIntegerField(null=True)
    issued_at = models.DateTimeField(null=True)
    sha256 = models.CharField(max_length=64, blank=True)
    sm3 = models.CharField(max_length=64, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organiser", "code", "year", "serial"], name="one_paper_per_number")
        ]
        indexes = [models.Index(fields=["sha256"])]
        ordering = ["-edited_at", "-id"]

    def __str__(self) -> str:
        return self.title

    @property
    def of_kind(self) -> Kind:
        return KINDS[self.kind]

    @property
    def number(self) -> str:
        """发文字号, empty until it is issued."""
        return numbered(self.code, self.year, self.serial) if self.serial else ""

    @property
    def about(self) -> Any:
        """What it is about: a campaign, a team, a unit in a campaign, or a measure."""
        return getattr(self, self.of_kind.about)

    @property
    def concerns(self) -> str:
        """The unit or team that it is about, by name; empty for a paper about the whole campaign."""
        about = self.measure.participation if self.measure else self.participation
        return about.unit.name if about else self.team.name if self.team else ""

    @property
    def document(self) -> Document:
        """The newest version."""
        newest = self.versions.order_by("-number").first()
        assert newest is not None, "a paper is begun with its first version"
        return newest.document


def numbered(code: str, year: int | None, serial: int | None) -> str:
    """A document number as the standard writes it: 平督办〔2019〕3号."""
    return f"{code}〔{year}〕{serial}号"


class PaperVersion(Audited):
    """One version of a paper's contents: who made it, when, and how."""

    class How(models.TextChoices):
        WRITTEN = "written", _("written from the records")
        EDITED = "edited", _("edited")
        RENEWED = "renewed", _("written anew from the records")
        RESTORED = "restored", _("an earlier version restored")
        ISSUED = "issued", _("issued, with number and date")

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="versions")
    number = models.PositiveIntegerField()
    how = models.CharField(max_length=10, choices=How)
    content = models.TextField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "number"], name="one_version_per_number")]
        ordering = ["number"]

    @property
    def document(self) -> Document:
        return from_json(json.loads(self.content))

    @staticmethod
    def kept(document: Document) -> str:
        """A document as `content` holds it."""
        return json.dumps(to_json(document), ensure_ascii=False)


class Delivery(Audited):
    """送达: one unit's copy of an issued paper, and who there acknowledged its receipt."""

    paper = models.ForeignKey(Paper, models.PROTECT, related_name="deliveries")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    acknowledged_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")
    acknowledged_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["paper", "unit"], name="one_copy_per_unit")]
        ordering = ["unit__position", "id"]
