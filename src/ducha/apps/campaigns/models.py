from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.audit_trail.models import Audited, Lifecycled
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain import lifecycle
from ducha.engines import plans


class Plan(Audited):
    """The signed document: its bytes by digest, its text, and how it was read."""

    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    media_type = models.CharField(max_length=100)
    text = models.TextField()
    reading = models.JSONField()
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    @property
    def lines(self) -> list[str]:
        return self.text.splitlines()


class Campaign(Lifecycled):
    """One inspection, from its plan to its last closed problem."""

    class Kind(models.TextChoices):
        COMPREHENSIVE = "comprehensive", _("Comprehensive inspection")
        SPECIAL = "special", _("Special inspection")

    lifecycle = lifecycle.CAMPAIGN
    title = models.CharField(max_length=200)
    year = models.PositiveIntegerField()
    kind = models.CharField(max_length=20, choices=Kind, default=Kind.COMPREHENSIVE)
    organiser = models.ForeignKey(Organisation, models.PROTECT, related_name="campaigns")
    # None where the campaign was built from a catalogue, without a document.
    plan = models.ForeignKey(Plan, models.PROTECT, null=True, related_name="campaigns")
    catalogue_version = models.PositiveIntegerField(default=0)
    shift_days = models.IntegerField(default=0)

    def __str__(self) -> str:
        return self.title


class Stage(Audited):
    """A span of the campaign with the words of the plan that set it."""

    class Kind(models.TextChoices):
        SELF_INSPECTION = "self_inspection", _("Self-inspection")
        FIELD_INSPECTION = "field_inspection", _("Field inspection")
        RECTIFICATION = "rectification", _("Rectification")
        ACCEPTANCE = "acceptance", _("Acceptance")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="stages")
    kind = models.CharField(max_length=20, choices=Kind)
    title = models.CharField(max_length=100)
    starts_on = models.DateField(null=True)
    due_at = models.DateTimeField(null=True)
    hour_confirmed = models.BooleanField(default=False)
    phrase = models.TextField(blank=True)
    first_line = models.PositiveIntegerField(null=True)
    last_line = models.PositiveIntegerField(null=True)
    position = models.PositiveIntegerField()

    class Meta:
        ordering = ["position"]
        constraints = [models.UniqueConstraint(fields=["campaign", "kind"], name="one_stage_of_a_kind")]


class Area(Audited):
    """督察内容: one heading of what is inspected."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="areas")
    code = models.CharField(max_length=20)
    title = models.CharField(max_length=200)
    position = models.PositiveIntegerField()
    first_line = models.PositiveIntegerField(null=True)
    last_line = models.PositiveIntegerField(null=True)

    class Meta:
        ordering = ["position"]


class Heading(Audited):
    """A heading between an area and its points, by the code that its points begin with."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="headings")
    code = models.CharField(max_length=60)
    rank = models.CharField(max_length=180)
    title = models.TextField()
    first_line = models.PositiveIntegerField(null=True)
    last_line = models.PositiveIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["rank", "id"]


class Point(Audited):
    """督察要点: a leaf of what is inspected, verbatim; its code begins with that of its area.

    `read_code` is its code in the plan's reading, empty for one that a person added. `due_from` and `due_until` are
    days or months as the plan names them: "2024-06-30", "2024-06". `holder` is the point in which the words of one
    that was merged, or of a piece that was put together again, stand.
    """

    class Removal(models.TextChoices):
        LEFT_OUT = "left_out", _("Left out")
        HELD = "held", _("Its words stand in another")
        GONE = "gone", _("Not in the document or file any more")

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="points")
    area = models.ForeignKey(Area, models.PROTECT, related_name="points")
    code = models.CharField(max_length=60)
    rank = models.CharField(max_length=180)
    read_code = models.CharField(max_length=60, blank=True)
    text = models.TextField()
    score = models.CharField(max_length=10, blank=True)
    sources = models.TextField(blank=True)
    responsible = models.JSONField(default=list)
    due_from = models.CharField(max_length=10, blank=True)
    due_until = models.CharField(max_length=10, blank=True)
    first_line = models.PositiveIntegerField(null=True)
    last_line = models.PositiveIntegerField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_because = models.TextField(blank=True)
    removal = models.CharField(max_length=10, choices=Removal, blank=True)
    holder = models.ForeignKey("self", models.PROTECT, null=True, related_name="held")

    class Meta:
        ordering = ["rank", "id"]

    def __str__(self) -> str:
        return self.code


class Threshold(Audited):
    """A number that a point asks for, with the phrase it stands in."""

    COMPARATORS = (("<=", "≤"), (">=", "≥"), ("==", "="), ("<", "<"), (">", ">"))
    UNITS = (*plans.UNITS, "date")

    point = models.ForeignKey(Point, models.PROTECT, related_name="thresholds")
    phrase = models.CharField(max_length=200)
    span_start = models.PositiveIntegerField()
    span_end = models.PositiveIntegerField()
    quantity = models.CharField(max_length=200)
    comparator = models.CharField(max_length=2)
    value = models.CharField(max_length=20)
    unit = models.CharField(max_length=10)
    rule = models.CharField(max_length=40, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["span_start", "id"]


class Doubt(Audited):
    """A place of the plan that a person should look at, and who did: `text` is English, told in the reader's words."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="doubts")
    first_line = models.PositiveIntegerField()
    last_line = models.PositiveIntegerField()
    text = models.TextField()
    params = models.JSONField(default=dict)
    position = models.PositiveIntegerField()
    settled_at = models.DateTimeField(null=True)
    settled_by = models.ForeignKey(Membership, models.PROTECT, null=True, related_name="+")

    class Meta:
        ordering = ["position", "id"]


class Citation(Audited):
    """依据: a document that the plan rests on."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="citations")
    title = models.CharField(max_length=300)
    number = models.CharField(max_length=60, blank=True)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["id"]


class Participation(Audited):
    """被督察单位: a unit taking part."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="participations")
    unit = models.ForeignKey(Organisation, models.PROTECT, related_name="participations")
    responsible_leader = models.CharField(max_length=60, blank=True)
    working_group = models.TextField(blank=True)
    invited_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["unit__position", "id"]
        constraints = [models.UniqueConstraint(fields=["campaign", "unit"], name="a_unit_takes_part_once")]

    def __str__(self) -> str:
        return self.unit.name


class Exclusion(Audited):
    """A point that does not apply to a unit."""

    participation = models.ForeignKey(Participation, models.PROTECT, related_name="exclusions")
    point = models.ForeignKey(Point, models.PROTECT, related_name="+")
    removed_at = models.DateTimeField(null=True)


class Amendment(Audited):
    """A change after the launch: what, why, and from which version of the catalogue on."""

    campaign = models.ForeignKey(Campaign, models.PROTECT, related_name="amendments")
    number = models.PositiveIntegerField()
    reason = models.TextField()
    changes = models.JSONField()
    point = models.ForeignKey(Point, models.PROTECT, null=True, related_name="amendments")
    at = models.DateTimeField()
    by = models.ForeignKey(Membership, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["number"]
