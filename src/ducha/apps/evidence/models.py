from django.db import models

from ducha.apps.audit_trail.models import Audited
from ducha.apps.organisations.models import Membership, Organisation


class EvidenceFile(Audited):
    """A file that an organisation gave once; its bytes lie under their digest, whoever else gave the same."""

    owner = models.ForeignKey(Organisation, models.PROTECT, related_name="evidence")
    name = models.CharField(max_length=120)
    sha256 = models.CharField(max_length=64)
    sm3 = models.CharField(max_length=64)
    size = models.PositiveBigIntegerField()
    media_type = models.CharField(max_length=100)
    added_by = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    added_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["owner", "sha256"], name="one_file_per_owner_and_content")]
        ordering = ["-added_at", "-id"]

    def __str__(self) -> str:
        return self.name


class EvidenceLink(Audited):
    """The use of a file for something: an answer, a finding, a progress update …"""

    file = models.ForeignKey(EvidenceFile, models.PROTECT, related_name="links")
    kind = models.CharField(max_length=60)
    object_id = models.CharField(max_length=20)
    removed_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["object_id", "kind"])]
