"""Where ledgers lie: canonical Parquet files that a manifest names (docs/decisions/0007)."""

import fcntl
import hashlib
import json
import os
import shutil
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

from ducha.engines.ledgers.kinds import KINDS

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


@dataclass(frozen=True)
class Written:
    """A finished file that lies in the work folder: a ledger of one period with its rows by unit, or rejects."""

    path: Path
    sha256: str
    rows: int
    period: str = ""
    units: Mapping[str, int] | None = None


@dataclass(frozen=True)
class Damage:
    """A file of the store that is not as the manifest says: gone, or with other bytes."""

    name: str
    is_gone: bool


class Store:
    """The ledgers below a folder, as its manifest names them at the moment of reading."""

    def __init__(self, data: Path) -> None:
        self.folder = data / "ledgers"
        # Placed since the manifest was last written, and whether it shall say something else.
        self._placed: list[Path] = []
        self._is_staged = False

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

    @contextmanager
    def writing(self) -> Iterator[Path]:
        """The one who writes, with an empty work folder; others wait. What a killed intake left is swept first."""
        self.folder.mkdir(parents=True, exist_ok=True)
        with (self.folder / ".lock").open("w") as lock:
            # The kernel gives the lock up when its holder dies, however it dies.
            fcntl.flock(lock, fcntl.LOCK_EX)
            self._forget()
            self.sweep()
            work = self.folder / ".work"
            work.mkdir()
            try:
                yield work
            finally:
                shutil.rmtree(work, ignore_errors=True)
                if self._is_staged:
                    self._forget()

    def sweep(self) -> list[str]:
        """Remove what no manifest lists: leftovers, and files whose rows were replaced. Only under the lock."""
        listed = self._listed()
        found = []
        for folder in (*KINDS, "rejects", "sources"):
            for path in sorted((self.folder / folder).glob("*")):
                name = path.relative_to(self.folder).as_posix()
                if name not in listed:
                    path.unlink()
                    found.append(name)
        work = self.folder / ".work"
        if work.exists():
            shutil.rmtree(work)
            found.append(".work")
        return found

    def damage(self) -> Iterator[Damage]:
        """Every file that the manifest lists and that is gone or has other bytes; reads them all, in chunks."""
        for name, sha256 in sorted(self._listed().items()):
            path = self.folder / name
            if not path.is_file():
                yield Damage(name, is_gone=True)
            elif _digest(path) != sha256:
                yield Damage(name, is_gone=False)

    def place(self, path: Path, name: str) -> None:
        """Move a finished file from the work folder to its lasting name; it exists once a manifest lists it."""
        target = self.folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        self._placed.append(target)

    def stage(self, manifest: Mapping[str, Any]) -> None:
        """What this store says from now on, and the manifest once it is committed. Only under the lock."""
        self.__dict__["manifest"] = manifest
        self.__dict__.pop("partitions", None)
        self._is_staged = True

    def drop(self, names: Collection[str]) -> None:
        """Let the rows of sources leave, from one moment to the next; nothing of them lies in the store afterwards."""
        with self.writing():
            kept = {name: one for name, one in self.manifest["sources"].items() if name not in names}
            self.stage({**self.manifest, "sources": kept})
            self.commit()
            self.sweep()

    def share(self, sha256: str, kept: Path) -> None:
        """Let bytes as they were sent, which the caller keeps under their digest too, lie on the disk once."""
        own = self.folder / "sources" / sha256
        link = own.with_name(f"{sha256}.link")
        # Another disk has no links: there they lie twice. What is left half-way is swept.
        with suppress(OSError):
            if not own.samefile(kept):
                link.unlink(missing_ok=True)
                link.hardlink_to(kept)
                link.replace(own)

    def commit(self) -> None:
        """Let the manifest say what was staged, from one moment to the next; if that fails, it all never was."""
        if not self._is_staged:
            return
        try:
            for path in {*self._placed, *(one.parent for one in self._placed)}:
                _sync(path)
            path = self.folder / ".work" / "manifest.json"
            path.write_text(json.dumps(self.manifest, ensure_ascii=False), encoding="utf-8")
            _sync(path)
            path.replace(self.folder / "manifest.json")
            _sync(self.folder)
        finally:
            self._forget()

    def _listed(self) -> dict[str, str]:
        """Every file of the manifest with its SHA-256."""
        sources = self.manifest["sources"].values()
        parts = [part for one in sources for part in (*one["files"], *filter(None, [one.get("rejects")]))]
        sent = [sha256 for one in sources for sha256 in (one["sha256"], *one.get("corrections", ()))]
        return {part["name"]: part["sha256"] for part in parts} | {f"sources/{sha256}": sha256 for sha256 in sent}

    def _forget(self) -> None:
        """Read the manifest anew when it is asked for."""
        self._placed, self._is_staged = [], False
        for name in ("manifest", "partitions"):
            self.__dict__.pop(name, None)


def _digest(path: Path) -> str:
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()


def _sync(path: Path) -> None:
    """Let a file or a folder survive a power cut."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
