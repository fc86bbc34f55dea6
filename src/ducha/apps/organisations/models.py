from datetime import date

from django.db import models
from django.utils.translation import gettext_lazy as _

from ducha.apps.accounts.models import Person
from ducha.apps.audit_trail.models import Audited


class Organisation(Audited):
    """A body of the city: the tree of those who inspect and are inspected."""

    class Kind(models.TextChoices):
        CITY = "city", _("City")
        COUNTY = "county", _("County or county-level city")
        DISTRICT = "district", _("District")
        DEVELOPMENT_ZONE = "development_zone", _("Development zone")
        DEPARTMENT = "department", _("Department")
        LEADING_GROUP = "leading_group", _("Leading group")
        OTHER = "other", _("Other")

    # A part of the city, and no body that works in one.
    PLACES = (Kind.COUNTY, Kind.DISTRICT, Kind.DEVELOPMENT_ZONE)

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=Kind)
    region_code = models.CharField(max_length=12, blank=True)
    enforces_law = models.BooleanField(default=False)
    parent = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="children")
    position = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["parent", "name"], name="one_name_under_a_parent")]
        ordering = ["position", "id"]

    def __str__(self) -> str:
        return self.name


class Membership(Audited):
    """A person's part in an organisation, for a time. Whoever acts in Ducha acts as one of these."""

    class RoleName(models.TextChoices):
        OFFICE = "office", _("Inspection office")
        LIAISON = "liaison", _("Liaison")
        UNIT_HEAD = "unit_head", _("Unit head")
        INSPECTOR = "inspector", _("Inspector")
        LEADER = "leader", _("Leading group")
        DISCIPLINE = "discipline", _("Discipline officer")
        SYSADMIN = "sysadmin", _("System administrator")
        SECADMIN = "secadmin", _("Security administrator")
        AUDITADMIN = "auditadmin", _("Audit administrator")

    person = models.ForeignKey(Person, models.PROTECT, related_name="memberships")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=20, choices=RoleName)
    home = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="lent")
    starts_on = models.DateField(default=date(2000, 1, 1))
    ends_on = models.DateField(null=True, blank=True)

    class Meta:
        ordering = ["id"]

    def __str__(self) -> str:
        return self.label

    @property
    def label(self) -> str:
        return f"{self.person.name} · {self.organisation.name}"
