from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, Q, QuerySet

from ducha.apps.audit_trail.models import Audited
from ducha.apps.evidence.access import own_files, visible_files
from ducha.apps.evidence.models import EvidenceFile, EvidenceLink
from ducha.apps.organisations.models import Membership
from ducha.engines import files


def store() -> Path:
    """Where the bytes lie."""
    return settings.DUCHA_DATA / "evidence"


def library(member: Membership) -> QuerySet[EvidenceFile]:
    """All files within reach, with how often each is used."""
    return visible_files(member).annotate(uses=Count("links", filter=Q(links__removed_at=None), distinct=True))


def linked_to(row: Audited) -> list[EvidenceFile]:
    """The files used for a row that the caller was shown."""
    links = EvidenceLink.objects.filter(kind=row.object_kind(), object_id=row.public_id, removed_at=None)
    return [link.file for link in links.select_related("file").order_by("id")]


def linked_to_all(rows: list[Any]) -> dict[str, list[EvidenceFile]]:
    """The files used for each of several rows of one kind, by public id, in one query."""
    if not rows:
        return {}
    links = EvidenceLink.objects.filter(
        kind=rows[0].object_kind(), object_id__in=[row.public_id for row in rows], removed_at=None
    )
    found: dict[str, list[EvidenceFile]] = {}
    for link in links.select_related("file").order_by("id"):
        found.setdefault(link.object_id, []).append(link.file)
    return found


def choosable(member: Membership) -> QuerySet[EvidenceFile]:
    """The files a member can link: their own library."""
    return own_files(member)


def sweep() -> files.Sweep:
    """Files without rows, rows without files, files with other bytes than their row says."""
    return files.sweep(store(), EvidenceFile.objects.values_list("sha256", flat=True))


def path_of(file: EvidenceFile) -> Path:
    """Where the bytes of a file lie."""
    return files.path_of(store(), file.sha256)
