"""The embedded engine: DuckDB, in a memory that does not grow with the rows."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import duckdb

from ducha.engines.ledgers.kinds import SQL_TYPES, Kind
from ducha.engines.ledgers.quoting import quoted

MEMORY = "1500MB"


class DuckEngine:
    """One check's own database in memory; what does not fit is laid down below `work`."""

    def __init__(self, *, reads: Sequence[Path], work: Path) -> None:
        self._connection = duckdb.connect(":memory:")
        for setting in (
            f"SET memory_limit = '{MEMORY}'",
            f"SET temp_directory = {quoted(work.resolve())}",
            "SET preserve_insertion_order = false",
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            f"SET allowed_directories = [{', '.join(quoted(path.resolve()) for path in (*reads, work))}]",
            # A rule cannot name a file; that none is reached is held here a second time.
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ):
            self._connection.execute(setting)

    def open(self, kind: Kind, paths: Sequence[Path]) -> None:
        """The ledger of a kind under the kind's name; one without rows where there is no file."""
        if paths:
            self.files(kind.id, paths)
        else:
            self.table(kind.id, {column.name: SQL_TYPES[column.type] for column in kind.by_name.values()}, [])

    def files(self, name: str, paths: Sequence[Path]) -> None:
        """Parquet files of one shape under a name."""
        listed = ", ".join(quoted(path.resolve()) for path in paths)
        self._connection.execute(f"CREATE VIEW {name} AS SELECT * FROM read_parquet([{listed}])")

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        """A small table made by the caller."""
        shape = ", ".join(f"{column} {kind}" for column, kind in columns.items())
        self._connection.execute(f"CREATE TABLE {name} ({shape})")
        if rows:
            lists = [list(values) for values in zip(*rows, strict=True)]
            spread = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
            self._connection.execute(f"INSERT INTO {name} SELECT {spread}", lists)

    def keep(self, name: str, sql: str) -> None:
        """What a query gives, kept as a table."""
        self._connection.execute(f"CREATE TABLE {name} AS {sql}")

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return self._connection.execute(sql).fetchall()

    def write(self, sql: str, path: Path) -> None:
        """What a query gives, as a Parquet file."""
        self._connection.execute(f"COPY ({sql}) TO {quoted(path.resolve())} (FORMAT parquet, COMPRESSION zstd)")

    def close(self) -> None:
        self._connection.close()
