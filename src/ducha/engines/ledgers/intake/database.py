"""The database that reads staged parts, judges every cell at once, and writes the ledgers' own files."""

import hashlib
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from ducha.engines.ledgers.intake.heads import Head
from ducha.engines.ledgers.intake.readings import Reading, is_plain, reading
from ducha.engines.ledgers.kinds import COMMON, SQL_TYPES
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.store import Written

MEMORY = "500MB"
# The longest line that the text reader gives, each of its signs written at its longest.
_LINE, _BUFFER = 16_000_000, 33_000_000
# A part smaller than this is kept in memory.
SMALL = 4 << 20
# Rows that are not plain are kept until they are so many bytes, and then judged.
_ODD = 32 << 20
# Groups of this size: with those of the usual 122,880 rows the writer itself took most of the memory, and had to spill.
_PARQUET = "FORMAT parquet, COMPRESSION zstd, COMPRESSION_LEVEL 1, ROW_GROUP_SIZE 30720"


class RowsDiffer(Exception):
    """The database read another number of records than were staged: never seen, and nothing is taken in if it is."""


def connect(database: str, *, reads: Path, keeps_order: bool = False) -> duckdb.DuckDBPyConnection:
    """A database that sees one folder, loads no extension, and spills below that folder."""
    opened: duckdb.DuckDBPyConnection = duckdb.connect(
        database,
        config={
            "memory_limit": MEMORY,
            "temp_directory": str(reads / "spill"),
            "autoinstall_known_extensions": "false",
            "autoload_known_extensions": "false",
            "preserve_insertion_order": str(keeps_order).lower(),
            # To look for them takes a third of the planning of every small file, and large ones gain nothing by it.
            "disabled_optimizers": "common_subexpressions",
        },
    )
    opened.execute(f"SET allowed_directories = [{quoted(reads)}]")
    opened.execute("SET enable_external_access = false")
    opened.execute("SET lock_configuration = true")
    return opened


@dataclass(frozen=True)
class Outcome:
    """What became of the rows of a source; the files lie in the work folder still."""

    accepted: int
    rejected: int
    reasons: dict[str, int]
    files: tuple[Written, ...]
    rejects: Written | None


class Loading:
    """One source on its way: parts are read in another thread while the next is staged."""

    def __init__(
        self,
        database: duckdb.DuckDBPyConnection,
        head: Head,
        delimiter: str,
        folder: Path,
        *,
        unit: str | None,
        source: str,
        refusals: tuple[tuple[str, str], ...] = (),
    ) -> None:
        self.head, self.delimiter, self.folder, self.unit, self.source = head, delimiter, folder, unit, source
        # What is temporary is this cursor's own, and spills.
        self._database = database.cursor()
        first, *others = [reading(head.kind, field, unit) for field in head.fields]
        self.readings = [replace(first, faults=(*first.faults, *refusals)), *others]
        self._worker = ThreadPoolExecutor(1)
        self._under_way: Future[None] | None = None
        self._files: list[Written] = []
        self._found = self._accepted = 0
        columns = "source VARCHAR, row BIGINT, reasons VARCHAR[], cells VARCHAR[]"
        self._database.execute(f"CREATE TEMP TABLE rejected ({columns})")
        self._database.execute("CREATE TEMP TABLE odd (n BIGINT, flaws VARCHAR, cells VARCHAR[])")
        self._has_parts, self._are_most_plain = False, True
        self._odd_size, self._is_odd_loose = 0, False
        # A source that is one small part: it may be read together with others of its head.
        self.small: tuple[Path, bool] | None = None
        self._is_judged = False

    def part(self, path: Path, is_loose: bool) -> None:
        """Have a part read; waits for the one before, so that never more than two lie about."""
        if not self._has_parts and path.stat().st_size < SMALL:
            # The only part, for none but the last is small.
            self.small = (path, is_loose)
            return
        self.wait()
        self._has_parts = True
        self._under_way = self._worker.submit(self._read, path, is_loose)

    def wait(self) -> None:
        """Wait for the part that is being read."""
        if self._under_way:
            self._under_way.result()
        self._under_way = None

    def judged(self, table: str, path: Path) -> None:
        """The rows of the small part stand in a table of the whole database, with those of others."""
        rows = f"SELECT * EXCLUDE (filename) FROM {table} WHERE filename = {quoted(path)}"
        self._database.execute(f"CREATE TEMP VIEW staged AS {rows}")
        self._is_judged = True

    def finish(self, *, written: int, unfit: Path, others: Path | None = None) -> Outcome:
        """Write the ledgers and the rejects of all parts; `others`: rejects that stay but for the rows sent now."""
        self.wait()
        if self._is_judged:
            self._keep(is_sorted=True)
        elif self.small:
            path, is_loose = self.small
            self._judge(self.records(path), is_loose=is_loose, is_sorted=True)
        self._judge_odd()
        if self._found != written:
            raise RowsDiffer(f"{self.source}: {written} records staged, {self._found} read")
        self._set_aside(unfit)
        if others:
            self._let_stay(others)
        (rejected,) = self._one("SELECT count(*) FROM rejected")
        counts = "SELECT unnest(reasons) AS one, count(*) FROM rejected GROUP BY one ORDER BY one"
        reasons = dict(self._database.execute(counts).fetchall())
        return Outcome(self._accepted, rejected, reasons, tuple(self._files), self._rejects(rejected))

    def close(self) -> None:
        """Wait for the worker, and forget the database."""
        self._worker.shutdown(wait=True, cancel_futures=True)
        self._database.close()

    def _one(self, query: str) -> tuple[int, ...]:
        found: tuple[int, ...] = self._database.execute(query).fetchall()[0]
        return found

    def _read(self, path: Path, is_loose: bool) -> None:
        """Write the plain rows of a part at once: to write it all once more in order takes a third again.

        The odd ones are judged when there are many: long as the query is, to plan it takes longer than to run it.
        """
        if not self._are_most_plain:
            self._judge(self.records(path), is_loose=is_loose)
            return path.unlink()
        size = path.stat().st_size
        with self._held(apart(self.readings, self.records(path), len(self.head.headers), is_loose=is_loose)):
            path.unlink()
            self._database.execute("INSERT INTO odd SELECT n, flaws, cells FROM staged WHERE cells IS NOT NULL")
            rows, odd = self._one("SELECT count(*), count(cells) FROM staged")
            self._found += rows - odd
            self._write(is_sorted=False)
        self._are_most_plain = odd * 2 < rows
        self._odd_size += size * odd // rows
        self._is_odd_loose |= is_loose
        if self._odd_size > _ODD:
            self._judge_odd()

    def _judge_odd(self) -> None:
        if self._odd_size:
            cells = ", ".join(f"cells[{at + 1}] AS c{at}" for at in range(len(self.head.headers)))
            self._judge(f"(SELECT n, flaws, {cells} FROM odd)", is_loose=self._is_odd_loose)
            self._database.execute("TRUNCATE odd")
            self._odd_size, self._is_odd_loose = 0, False

    def _judge(self, records: str, *, is_loose: bool, is_sorted: bool = False) -> None:
        with self._held(select(self.readings, records, len(self.head.headers), is_loose=is_loose)):
            self._keep(is_sorted=is_sorted)

    @contextmanager
    def _held(self, query: str) -> Iterator[None]:
        """The rows of a query as they come; a table would count, at a cost, how much differs in each column."""
        self._database.register("staged", self._database.sql(query).materialize())
        yield
        self._database.unregister("staged")

    def _keep(self, *, is_sorted: bool) -> None:
        """Write the ledgers of the rows that were judged, and set aside those that are rejected."""
        self._found += self._one("SELECT count(*) FROM staged")[0]
        source = quoted(self.source)
        self._database.execute(
            f"INSERT INTO rejected SELECT {source}, n, reasons, cells FROM staged WHERE cells IS NOT NULL"
        )
        self._write(is_sorted=is_sorted)

    def _write(self, *, is_sorted: bool) -> None:
        for one in self._ledgers(is_sorted=is_sorted):
            self._files.append(one)
            self._accepted += one.rows

    def _let_stay(self, others: Path) -> None:
        """Rejects of before that were not sent now."""
        sent = "SELECT row FROM rejected"
        if self._files:
            files = ", ".join(quoted(one.path) for one in self._files)
            sent += f" UNION ALL SELECT source_row FROM read_parquet([{files}])"
        rows = f"SELECT * FROM read_parquet({quoted(others)})"
        self._database.execute(f"INSERT INTO rejected {rows} WHERE row NOT IN ({sent})")

    def records(self, *paths: Path, more: str = "") -> str:
        cells = ", ".join(f"'c{at}': 'VARCHAR'" for at in range(len(self.head.headers)))
        # A buffer is paid for whether it is filled or not.
        longest = min(_LINE, max(path.stat().st_size for path in paths) + 1)
        files = ", ".join(quoted(path) for path in paths)
        return (
            f"read_csv([{files}], columns = {{'n': 'BIGINT', 'flaws': 'VARCHAR', {cells}}}, "
            f"auto_detect = false, header = false, delim = {quoted(self.delimiter)}, quote = '\"', escape = '\"', "
            f"new_line = '\\n', strict_mode = true, max_line_size = {longest}, "
            f"buffer_size = {min(_BUFFER, 2 * longest + 1_000_000)}{more})"
        )

    def _set_aside(self, unfit: Path) -> None:
        source = quoted(self.source)
        if unfit.stat().st_size:
            self._database.execute(
                f"INSERT INTO rejected SELECT {source}, n, string_split(reasons, '+'), "
                f"CAST(CAST(cells AS JSON) AS VARCHAR[]) FROM read_csv({quoted(unfit)}, "
                "columns = {'n': 'BIGINT', 'reasons': 'VARCHAR', 'cells': 'VARCHAR'}, auto_detect = false, "
                "header = false, delim = ',', quote = '\"', escape = '\"', new_line = '\\n', strict_mode = true, "
                f"max_line_size = {2 * _LINE}, buffer_size = {2 * _BUFFER})"
            )

    def _ledgers(self, *, is_sorted: bool) -> Iterator[Written]:
        dated = self.head.kind.dated
        period = f"CAST(year(v_{dated}) AS VARCHAR)" if dated else "''"
        unit = self._value_of("unit")
        counts = self._database.execute(
            f"SELECT {period} AS period, {unit} AS unit, count(*) FROM staged WHERE cells IS NULL "
            "GROUP BY ALL ORDER BY ALL"
        ).fetchall()
        units: dict[str, dict[str, int]] = {}
        for name, whose, rows in counts:
            units.setdefault(name, {})[whose] = rows
        for name, of_units in units.items():
            path = self.folder / f"ledger{len(self._files)}.parquet"
            # Where one unit alone has sent, there is nothing to sort.
            order = f" ORDER BY {unit}, n" if is_sorted and len(of_units) > 1 else ""
            where = f"cells IS NULL AND {period} = {quoted(name)}" if len(units) > 1 else "cells IS NULL"
            self._copy(f"SELECT {self._columns()} FROM staged WHERE {where}{order}", path)
            yield Written(path, digest(path), sum(of_units.values()), name, of_units)

    def _columns(self) -> str:
        return ", ".join(
            f"CAST({self._value_of(column.name)} AS {SQL_TYPES[column.type]}) AS {column.name}"
            for column in (*COMMON, *self.head.kind.columns)
        )

    def _value_of(self, column: str) -> str:
        own = {
            "source": quoted(self.source),
            "source_row": "n",
            "given": str(self.head.given),
            "original": "original",
        }
        if column in own:
            return own[column]
        if any(one.column.name == column for one in self.readings):
            return f"v_{column}"
        return quoted(self.unit) if column == "unit" and self.unit else "NULL"

    def _rejects(self, rows: int) -> Written | None:
        if not rows:
            return None
        path = self.folder / "rejects.parquet"
        self._copy("SELECT * FROM rejected ORDER BY row", path)
        return Written(path, digest(path), rows)

    def _copy(self, query: str, path: Path) -> None:
        self._database.execute(f"COPY ({query}) TO {quoted(path)} ({_PARQUET})")


def judge_together(database: duckdb.DuckDBPyConnection, loadings: Sequence[Loading]) -> list[str]:
    """Read small parts, those of one head in one query: to plan it takes longer than to run it. The tables made."""
    groups: dict[tuple[object, ...], list[tuple[Loading, Path, bool]]] = {}
    for one in loadings:
        if one.small:
            head = (one.head.kind.id, one.head.fields, len(one.head.headers), one.unit, one.delimiter)
            groups.setdefault(head, []).append((one, *one.small))
    tables = []
    for at, members in enumerate(groups.values()):
        if len(members) == 1:
            continue
        first, table = members[0][0], f"memory.main.together{at}"
        records = first.records(*(path for _one, path, _loose in members), more=", filename = true")
        is_loose = any(loose for _one, _path, loose in members)
        query = select(first.readings, records, len(first.head.headers), is_loose=is_loose, more=", filename")
        database.execute(f"CREATE TABLE {table} AS {query}")
        tables.append(table)
        for one, path, _loose in members:
            one.judged(table, path)
    return tables


def select(readings: list[Reading], records: str, width: int, *, is_loose: bool, more: str = "") -> str:
    """The query that reads staged records: number, reasons, cells of rejected rows, original, values, and `more`."""
    bare = ", ".join(f"{one.bare if is_loose else one.cell} AS s_{one.column.name}" for one in readings)
    spoken = ", ".join(f"{one.spoken} AS t_{one.column.name}" for one in readings)
    cells = ", ".join(f"c{at}" for at in range(width))
    common = "".join(f", {one.common} AS p_{one.column.name}" for one in readings if one.common)
    narrow = "".join(f", {one.narrow} AS w_{one.column.name}" for one in readings if one.narrow)
    values = ", ".join(f"{one.value} AS v_{one.column.name}" for one in readings)
    shown = ", ".join(f"v_{one.column.name}" for one in readings)
    flags = ", ".join(f"({condition}) AS f{at}" for at, (_reason, condition) in enumerate(_faults(readings)))
    said = ", ".join(f"CASE WHEN f{at} THEN '{reason}' END" for at, (reason, _c) in enumerate(_faults(readings)))
    any_fault = " OR ".join(["flaws IS NOT NULL", *(f"f{at}" for at in range(len(_faults(readings))))])
    changes = ", ".join(f"({one.changed}) AS x_{one.column.name}" for one in readings)
    original = _original({one: f"x_{one.column.name}" for one in readings})
    listed = ", ".join(f"coalesce(c{at}, '')" for at in range(width))
    every = f"list_concat(string_split(coalesce(flaws, ''), '+'), [{said or 'NULL'}])"
    return f"""
        SELECT n,
               CASE WHEN is_wrong THEN list_filter({every}, lambda one: one IS NOT NULL AND one <> '') END AS reasons,
               CASE WHEN is_wrong THEN [{listed}] END AS cells,
               {original} AS original,
               {shown}{more}
        FROM (SELECT *, {any_fault} AS is_wrong, {changes}
              FROM (SELECT *, {flags or "1"}
                    FROM (SELECT *, {values}
                          FROM (SELECT *{narrow} FROM (SELECT *{common}
                                FROM (SELECT *, {spoken}
                                      FROM (SELECT n, flaws{more}, {cells}, {bare} FROM {records})))))))"""


def apart(readings: list[Reading], records: str, width: int, *, is_loose: bool) -> str:
    """The query that reads plain rows of staged records as `select` would; of any other it gives flaws and cells."""
    cells = ", ".join(f"c{at}" for at in range(width))
    values = ", ".join(f"{one.plain} AS v_{one.column.name}" for one in readings)
    shown = ", ".join(f"v_{one.column.name}" for one in readings)
    original = _original({one: f"{one.cell} IS NOT NULL" for one in readings if one.is_scaled})
    return f"""
        SELECT n, flaws, CASE WHEN {is_plain(readings, is_loose=is_loose)} THEN NULL ELSE [{cells}] END AS cells,
               {original} AS original, {shown}
        FROM (SELECT *, {values} FROM {records})"""


def _original(changed: dict[Reading, str]) -> str:
    """The cells that reading changed as a JSON object; `changed`: the condition of each that may be."""
    if not changed:
        return "CAST(NULL AS VARCHAR)"
    texts = ", ".join(
        f"CASE WHEN {condition} THEN '\"{one.column.name}\":' || CAST(to_json({one.cell}) AS VARCHAR) END"
        for one, condition in changed.items()
    )
    return f"CASE WHEN {' OR '.join(changed.values())} THEN '{{' || concat_ws(',', {texts}) || '}}' END"


def _faults(readings: list[Reading]) -> list[tuple[str, str]]:
    return [fault for one in readings for fault in one.faults]


def digest(path: Path) -> str:
    """The SHA-256 of a file, hexadecimal."""
    with path.open("rb") as source:
        return hashlib.file_digest(source, "sha256").hexdigest()
