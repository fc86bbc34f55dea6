"""Where ledgers lie: canonical Parquet files that a manifest names (docs/decisions/0007)."""

import json
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

FORMAT = 1


@dataclass(frozen=True)
class Partition:
    """One canonical file: rows of one kind, source and period; `units` counts them by unit."""

    kind: str
    source: str
    period: str
    path: Path
    sha256: str
    rows: int
    units: dict[str, int]


class Store:
    """The ledgers below a folder, as its manifest names them at the moment of reading."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "ledgers"

    @cached_property
    def manifest(self) -> dict[str, Any]:
        """The manifest's own JSON; that of an empty store where nothing was ever taken in."""
        path = self.folder / "manifest.json"
        if not path.exists():
            return {"format": FORMAT, "sources": {}}
        found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return found

    @cached_property
    def partitions(self) -> tuple[Partition, ...]:
        """Every canonical file, by kind, source and period."""
        return tuple(
            Partition(
                one["kind"],
                source,
                part["period"],
                self.folder / part["name"],
                part["sha256"],
                part["rows"],
                part["units"],
            )
            for source, one in sorted(self.manifest["sources"].items())
            for part in one["files"]
        )

    def of_kind(self, kind: str) -> tuple[Partition, ...]:
        """The files of one kind of ledger."""
        return tuple(part for part in self.partitions if part.kind == kind)

    def rows(self) -> dict[str, int]:
        """Rows read, accepted and rejected; the first is the sum of the others."""
        sources = self.manifest["sources"].values()
        return {name: sum(one[name] for one in sources) for name in ("read", "accepted", "rejected")}
