"""The intake (台账导入): dirty files in any shape in, clean rows and rejected ones out; no row is lost."""

import tempfile
from pathlib import Path

from ducha.engines.ledgers.intake import take
from ducha.engines.ledgers.intake.answers import (
    LedgerRefused,
    Look,
    Progress,
    Reject,
    Scaled,
    Taken,
    TakenSource,
    explain,
)
from ducha.engines.ledgers.intake.corrections import rejects_of, write_rejects
from ducha.engines.ledgers.intake.own import Belonging, belonging
from ducha.engines.ledgers.intake.take import Sending, label, take_in, take_in_all, take_in_table

__all__ = [
    "Belonging",
    "LedgerRefused",
    "Look",
    "Progress",
    "Reject",
    "Scaled",
    "Sending",
    "Taken",
    "TakenSource",
    "belonging",
    "explain",
    "label",
    "look",
    "rejects_of",
    "take_in",
    "take_in_all",
    "take_in_table",
    "write_rejects",
]


def look(
    path: Path, *, kind: str | None = None, mapping: dict[str, str] | None = None, unit: str | None = None
) -> Look:
    """What a file seems to be: kind, encoding, head, columns, first rows. Nothing is taken in."""
    with tempfile.TemporaryDirectory() as folder:
        return take.look(path, Path(folder), kind=kind, mapping=mapping, unit=unit)
