"""The canonical store (docs/decisions/0007) of generated ledgers: Parquet by kind and year, and the manifest."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ducha.domain import workdays
from ducha.engines.ledgers.generating.city import UNITS
from ducha.engines.ledgers.generating.making import Making
from ducha.engines.ledgers.generating.sizes import Part
from ducha.engines.ledgers.generating.sql import AS_OF
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.store import FORMAT

_PIECE = 1 << 20


def keep(making: Making, folder: Path, progress: Callable[[int, int], None]) -> None:
    """Write every part below the folder, then the manifest that names them."""
    sources: dict[str, Any] = {}
    done = 0
    for part in making.parts:
        if part.rows:
            written = _write(making, part, folder)
            _add(sources, part, written)
        done += part.rows
        progress(done, making.rows)
    for source in sources.values():
        digests = "".join(one["sha256"] for one in source["files"])
        source["sha256"] = hashlib.sha256(digests.encode()).hexdigest()
    manifest = {"format": FORMAT, "sources": dict(sorted(sources.items()))}
    text = json.dumps(manifest, ensure_ascii=False, indent=1)
    (folder / "manifest.json").write_text(text + "\n", encoding="utf-8")


def path_of(part: Part) -> str:
    """Where a part lies below the store's folder."""
    return f"{part.kind}/{part.year or 'all'}.parquet"


def _write(making: Making, part: Part, folder: Path) -> dict[str, Any]:
    path = folder / path_of(part)
    path.parent.mkdir(parents=True, exist_ok=True)
    making.connection.execute(f"COPY ({making.canonical(part)}) TO {quoted(path)} (FORMAT parquet)")
    return {
        "name": path_of(part),
        "sha256": _digest(path),
        "rows": part.rows,
        "period": "" if part.year is None else str(part.year),
        "units": {unit.name: part.counts[unit.number] for unit in UNITS if part.counts[unit.number]},
    }


def _add(sources: dict[str, Any], part: Part, written: dict[str, Any]) -> None:
    fresh: dict[str, Any] = {
        "kind": part.kind,
        "sha256": "",
        # The day that the ledgers are made for, so that the same seed makes the same manifest.
        "taken_at": f"{AS_OF}T00:00:00+08:00",
        "calendar": workdays.load().version,
        "unit": None,
        "read": 0,
        "accepted": 0,
        "rejected": 0,
        "mapping": {},
        "files": [],
        "rejects": None,
    }
    source = sources.setdefault(f"generated/{part.kind}", fresh)
    source["read"] += part.rows
    source["accepted"] += part.rows
    source["files"].append(written)


def _digest(path: Path) -> str:
    found = hashlib.sha256()
    with path.open("rb") as content:
        while piece := content.read(_PIECE):
            found.update(piece)
    return found.hexdigest()
