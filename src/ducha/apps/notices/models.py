from django.db import models
from django.utils.translation import gettext

from ducha.apps.audit_trail.models import Audited
from ducha.apps.organisations.models import Membership


class Notice(Audited):
    """What one member should know or do, and by when."""

    recipient = models.ForeignKey(Membership, models.PROTECT, related_name="notices")
    text = models.TextField()
    params = models.JSONField(default=dict)
    url = models.CharField(max_length=300, blank=True)
    due_at = models.DateTimeField(null=True)
    told_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["-told_at", "-id"]

    @property
    def sentence(self) -> str:
        """The notice in the reader's language."""
        return gettext(self.text) % self.params
