"""Are the ledgers still what was sent and taken in: the bytes of each file, and the store's own files?"""

from collections.abc import Iterator

from ducha.apps.audit_trail.verification import Fault
from ducha.apps.verification import queries
from ducha.apps.verification.models import LedgerFile
from ducha.engines import files


def changed_files() -> Iterator[Fault]:
    """Every file sent whose bytes are gone or differ, with who sent it and when; every such file of the store."""
    for file in LedgerFile.objects.select_related("sent_by__person", "sent_by__organisation").iterator():
        path = queries.bytes_of(file)
        if not path.exists():
            yield _fault(file, f"the file “{file.name}” as it was sent is gone")
        elif files.digests(path) != (file.sha256, file.sm3):
            yield _fault(file, f"the bytes of “{file.name}” as they were sent were changed")
    yield from _store()


def _fault(file: LedgerFile, what: str) -> Fault:
    at = file.sent_at.isoformat(timespec="seconds")
    return Fault("verification_ledgerfile", file.public_id, "sha256", what, at, file.sent_by.label)


def _store() -> Iterator[Fault]:
    store = queries.store()
    try:
        damage = list(store.damage())
    except (ValueError, KeyError):
        yield Fault("ledgers", "manifest.json", "", "the list of the ledgers' files cannot be read")
        return
    for one in damage:
        what = f"the file “{one.name}” is gone" if one.is_gone else f"the bytes of “{one.name}” were changed"
        yield Fault("ledgers", one.name, "sha256", what)
