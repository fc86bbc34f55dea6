"""Evidence: given once, used often, never deleted."""

from collections.abc import Iterable
from typing import BinaryIO

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import Audited
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.evidence.access import own_files
from ducha.apps.evidence.models import EvidenceFile, EvidenceLink
from ducha.apps.evidence.queries import store
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import Invalid
from ducha.domain.rights import Right
from ducha.engines import files


def add(stream: BinaryIO, name: str, *, by: Membership) -> EvidenceFile:
    """上传材料: take a file in once; the same content of the same organisation is the file it already has.

    The bytes are on disk under their digest before the row and its audit entry are written.
    """
    require(by, Right.ADD_EVIDENCE)
    accepted = files.accept(stream, name, purpose=files.Purpose.EVIDENCE, into=store())
    files.keep(accepted, store())
    held = EvidenceFile.objects.filter(owner=by.organisation_id, sha256=accepted.sha256).first()
    if held is not None:
        return held
    file = EvidenceFile(
        owner_id=by.organisation_id,
        name=accepted.name,
        sha256=accepted.sha256,
        sm3=accepted.sm3,
        size=accepted.size,
        media_type=accepted.media_type,
        added_by=by,
        added_at=clock.now(),
    )
    with recorded(by, "evidence.added"):
        file.save()
    return file


def set_links(row: Audited, chosen: Iterable[EvidenceFile], *, by: Membership) -> None:
    """关联材料: exactly these of one's own files are used for the row; links of others stay. Inside an action."""
    wanted = {file.pk: file for file in chosen}
    mine = set(own_files(by).values_list("pk", flat=True))
    links = EvidenceLink.objects.filter(kind=row.object_kind(), object_id=row.public_id, removed_at=None)
    present = {link.file_id: link for link in links}
    for file_id, link in present.items():
        if file_id in mine and file_id not in wanted:
            link.removed_at = clock.now()
            link.save()
    for file_id, file in wanted.items():
        if file_id in mine and file_id not in present:
            EvidenceLink(file=file, kind=row.object_kind(), object_id=row.public_id).save()


def add_all(uploads: Iterable[tuple[BinaryIO, str]], *, by: Membership) -> list[EvidenceFile]:
    """批量上传: all of them, or none with every fault of each."""
    faults: list[str] = []
    added = []
    for stream, name in uploads:
        try:
            added.append(add(stream, name, by=by))
        except files.FileRefused as refused:
            faults += refused.faults
    if faults:
        raise Invalid(faults)
    return added


def gather(chosen: Iterable[EvidenceFile], uploads: Iterable[BinaryIO], *, by: Membership) -> list[EvidenceFile]:
    """What was chosen from the library together with what was uploaded on the spot."""
    return [*chosen, *add_all([(upload, upload.name) for upload in uploads], by=by)]
