"""The trail is read by the audit administrator and the discipline officer, who reach all of it."""

from typing import Any

from django.db.models import QuerySet

from ducha.apps.audit_trail.models import AuditEntry
from ducha.domain.rights import Right, may


def visible_entries(member: Any) -> QuerySet[AuditEntry]:
    """All entries for those who may read the trail: what was done to what, by whom; never the contents."""
    if may(member.role, Right.READ_AUDIT_TRAIL):
        return AuditEntry.objects.all()
    return AuditEntry.objects.none()
