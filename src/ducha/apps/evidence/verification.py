"""Does every evidence file still have the bytes its row says?"""

from collections.abc import Iterator

from ducha.apps.audit_trail.verification import Fault
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.evidence.queries import path_of
from ducha.engines import files


def changed_files() -> Iterator[Fault]:
    """Every file whose bytes are gone or differ, with who gave it and when."""
    for file in EvidenceFile.objects.select_related("added_by__person", "added_by__organisation").iterator():
        path = path_of(file)
        if not path.exists():
            yield _fault(file, "the file is gone")
        elif files.digests(path) != (file.sha256, file.sm3):
            yield _fault(file, f"the bytes of “{file.name}” were changed")


def _fault(file: EvidenceFile, what: str) -> Fault:
    at = file.added_at.isoformat(timespec="seconds")
    return Fault("evidence_evidencefile", file.public_id, "sha256", what, at, file.added_by.label)
