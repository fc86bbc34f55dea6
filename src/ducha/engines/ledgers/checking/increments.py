"""What has to be run again: units whose files, rules, officers or calendar changed since the last check.

Whatever a rule looks up lies within a unit, but for officers' certificates. So units that share no file are independent
of each other, and what was found of a group of them holds as long as its key is the same.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from ducha.engines.ledgers.checking.run import Bound
from ducha.engines.ledgers.store import Partition

# Whoever changes what a query gives changes this number.
VERSION = 1

CountRows = dict[str, list[list[Any]]]


@dataclass(frozen=True)
class Group:
    """Units that are bound together by files that hold rows of several of them."""

    key: str
    units: frozenset[str]
    partitions: tuple[Partition, ...]


def groups(partitions: Sequence[Partition], bound: Bound, calendar_version: str) -> list[Group]:
    """The independent groups of units, each with the key of all that its results depend on."""
    officers = sorted(part.sha256 for part in partitions if part.kind == "officer")
    day = bound.as_of.isoformat() if any(rule.uses_the_day for rule in bound.rules) else None
    common = [VERSION, calendar_version, day, officers, _digest(repr(bound.rules))]
    found = []
    for units, own in _connected(partitions):
        files = sorted([part.kind, part.source, part.period, part.sha256] for part in own)
        found.append(Group(_digest(json.dumps([common, files])), units, tuple(own)))
    return found


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def _connected(partitions: Sequence[Partition]) -> Iterable[tuple[frozenset[str], list[Partition]]]:
    leader: dict[str, str] = {}

    def lead(unit: str) -> str:
        while leader.setdefault(unit, unit) != unit:
            leader[unit] = leader[leader[unit]]
            unit = leader[unit]
        return unit

    partitions = [part for part in partitions if part.units]
    for part in partitions:
        first, *others = part.units
        for other in others:
            leader[lead(other)] = lead(first)
    members: dict[str, set[str]] = {}
    files: dict[str, list[Partition]] = {}
    for part in partitions:
        head = lead(next(iter(part.units)))
        members.setdefault(head, set()).update(part.units)
        files.setdefault(head, []).append(part)
    return [(frozenset(members[head]), files[head]) for head in sorted(members)]


@dataclass(frozen=True)
class Found:
    """What a run found of a group: counted states by ledger, and the file of violating rows it shares with others."""

    units: frozenset[str]
    counts: CountRows
    file: str


class Kept:
    """The findings kept beside a check's output, by the key of their group."""

    def __init__(self, out: Path) -> None:
        self.folder = out / "parts"
        self._index = self.folder / "index.json"
        self.found: dict[str, Found] = {}
        if self._index.exists():
            raw = json.loads(self._index.read_text(encoding="utf-8"))
            self.found = {
                key: Found(frozenset(one["units"]), one["counts"], one["file"])
                for key, one in raw.items()
                if (self.folder / one["file"]).exists()
            }

    def new_file(self) -> Path:
        """Where a run's violating rows go."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return self.folder / f"{uuid4().hex}.parquet"

    def path(self, found: Found) -> Path:
        """The file that holds the group's violating rows."""
        return self.folder / found.file

    def keep(self, current: Iterable[str], new: Mapping[str, Found]) -> None:
        """Add what was found and forget what holds no longer; the index is replaced by one rename."""
        self.found = {key: one for key, one in {**self.found, **new}.items() if key in set(current)}
        self.folder.mkdir(parents=True, exist_ok=True)
        raw = {
            key: {"units": sorted(one.units), "counts": one.counts, "file": one.file} for key, one in self.found.items()
        }
        fresh = self._index.with_suffix(".new")
        fresh.write_text(json.dumps(raw, ensure_ascii=False), encoding="utf-8")
        os.replace(fresh, self._index)
        named = {one.file for one in self.found.values()}
        for path in self.folder.glob("*.parquet"):
            if path.name not in named:
                path.unlink()
