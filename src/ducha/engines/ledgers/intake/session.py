"""What several files that are taken in one after another share: the lock, a work folder, a database, a child."""

import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import duckdb

from ducha.engines.ledgers.intake.books import Books
from ducha.engines.ledgers.intake.database import connect
from ducha.engines.ledgers.store import Store

# So long a file that was taken in may wait until the manifest lists it.
WAITING = 5.0


class Session:
    """Holds the store's lock until it ends; each file is listed at once, or where `waits` with others after a while."""

    def __init__(self, store: Store, *, waits: bool = False) -> None:
        self.store, self._waits = store, waits
        self._folders = 0
        self._open = ExitStack()
        self._committed_at = time.monotonic()

    def __enter__(self) -> Self:
        self._work = self._open.enter_context(self.store.writing())
        return self

    def __exit__(self, *_error: object) -> None:
        self._open.close()

    @property
    def is_due(self) -> bool:
        """Whether files have waited long enough for the manifest."""
        return time.monotonic() - self._committed_at > WAITING

    @cached_property
    def database(self) -> duckdb.DuckDBPyConnection:
        """Sees the work folder alone; whoever works in it takes a cursor of its own."""
        opened = connect(":memory:", reads=self._work)
        self._open.callback(opened.close)
        return opened

    @cached_property
    def books(self) -> Books:
        """The child that opens workbooks."""
        return self._open.enter_context(Books())

    @contextmanager
    def folder(self) -> Iterator[Path]:
        """An empty folder for one file."""
        self._folders += 1
        made = self._work / f"file{self._folders}"
        made.mkdir()
        try:
            yield made
        finally:
            shutil.rmtree(made, ignore_errors=True)

    def list(self, manifest: Mapping[str, Any]) -> None:
        """Let a file be part of the store: from now on here, and for others when the manifest is written."""
        self.store.stage(manifest)
        if not self._waits:
            self.commit()

    def commit(self) -> None:
        """Let the manifest list all files so far."""
        self.store.commit()
        self._committed_at = time.monotonic()
