"""Canonical Parquet files read with DuckDB, shut off from everything but the files that are named."""

from collections.abc import Iterable
from pathlib import Path

import duckdb

from ducha.domain.errors import Invalid, sentence
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.store import Store


def existing(folder: Path) -> Store:
    """The store below `folder`; Invalid where no ledger was ever taken in, which else would look like an empty one."""
    if not (folder / "ledgers" / "manifest.json").is_file():
        text = "“%(folder)s” holds no ledgers: there is no ledgers/manifest.json in it."
        raise Invalid([sentence(text, folder=folder)])
    return Store(folder)


def database(paths: Iterable[Path]) -> duckdb.DuckDBPyConnection:
    """A database in memory that may read `paths` and nothing else: no other file, no network, no extension."""
    opened = duckdb.connect(
        ":memory:",
        config={
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "threads": 2,
            "memory_limit": "1GB",
            # Else what does not fit would be written into the working directory.
            "temp_directory": "",
        },
    )
    allowed = ", ".join(map(quoted, paths))
    opened.execute(f"SET allowed_paths = [{allowed}]")
    opened.execute("SET enable_external_access = false")
    opened.execute("SET lock_configuration = true")
    return opened
