"""The engine for a province: the same queries on Spark, here or on a cluster that sees the ledgers' folder."""

import atexit
import os
import re
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING, Any

import duckdb
import sqlglot

from ducha.domain.errors import DuchaError, sentence
from ducha.engines.ledgers.kinds import SQL_TYPES, Kind

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OLDEST_JAVA = 17
# What the results rest on. A value that does not fit ends the check rather than become null; days have no zone; rules
# can name no file; a backslash in a text is a backslash; days before 1582 are those that were written.
MEANING = {
    "spark.sql.ansi.enabled": "true",
    "spark.sql.session.timeZone": "UTC",
    "spark.sql.runSQLOnFiles": "false",
    "spark.sql.parquet.datetimeRebaseModeInRead": "CORRECTED",
    "spark.sql.catalogImplementation": "in-memory",
    "spark.ui.enabled": "false",
    "spark.ui.showConsoleProgress": "false",
    "spark.log.level": "ERROR",
}
# On one machine: nobody else reaches the driver, and its memory does not grow with the rows.
LOCAL = {
    "spark.driver.host": "127.0.0.1",
    "spark.driver.bindAddress": "127.0.0.1",
    "spark.driver.memory": "1g",
    "spark.sql.shuffle.partitions": "4",
}
_BATCH = 20_000
# The last lines of Spark's own log that a refusal quotes.
_QUOTED = 3


class SparkEngine:
    """One check's own session of the process's one Spark; SQL comes in DuckDB's dialect."""

    def __init__(self, *, master: str, work: Path) -> None:
        self._session = _spark(master).newSession()
        self._work = work
        self._kept: list[DataFrame] = []

    def open(self, kind: Kind, paths: Sequence[Path]) -> None:
        """The ledger of a kind under the kind's name; one without rows where there is no file."""
        shape = _shape({name: SQL_TYPES[column.type] for name, column in kind.by_name.items()})
        if paths:
            # Told, not looked up: else Spark opens a file for it.
            found = self._session.read.schema(shape).parquet(*map(_path, paths))
        else:
            found = self._session.createDataFrame([], shape)
        found.createOrReplaceTempView(kind.id)

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        """A small table made by the caller."""
        made = self._session.createDataFrame(rows, _shape(columns))
        # Sent to the rows; else Spark, not knowing its size, would send the rows to it.
        made.hint("broadcast").createOrReplaceTempView(name)

    def keep(self, name: str, sql: str) -> None:
        """What a query gives, kept as a table: in memory, and on disk what does not fit."""
        kept = self._query(sql).persist()
        self._kept.append(kept)
        # Counted, its size is known, and a small one is sent to the rows.
        kept.count()
        kept.createOrReplaceTempView(name)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query gives."""
        return [tuple(row) for row in self._query(sql).collect()]

    def write(self, sql: str, path: Path) -> None:
        """What a query gives, as one Parquet file on this machine, in the query's order.

        The rows come here partition by partition; a cluster's nodes could not write below `path`.
        """
        found = self._query(sql)
        spread = ", ".join(f"unnest(?::{kind}[])" for _name, kind in found.dtypes)
        with duckdb.connect(str(self._work / "written.duckdb")) as database:
            database.execute(f"CREATE OR REPLACE TABLE written ({', '.join(map(' '.join, found.dtypes))})")
            for batch in _batches(found.toLocalIterator(prefetchPartitions=True)):
                database.execute(f"INSERT INTO written SELECT {spread}", [list(cells) for cells in zip(*batch, strict=True)])
            database.execute("COPY written TO ? (FORMAT parquet, COMPRESSION zstd)", [str(path)])

    def close(self) -> None:
        """Free what was kept; Spark itself stays for the next check of this process."""
        for kept in self._kept:
            kept.unpersist()
        for view in self._session.catalog.listTables():
            self._session.catalog.dropTempView(view.name)

    def _query(self, sql: str) -> "DataFrame":
        return self._session.sql(translated(sql))


def translated(sql: str) -> str:
    """A query of DuckDB's dialect in Spark's."""
    return sqlglot.transpile(sql, read="duckdb", write="spark")[0]


def _shape(columns: Mapping[str, str]) -> str:
    kinds = {"VARCHAR": "STRING"}
    return ", ".join(f"`{name}` {kinds.get(kind, kind)}" for name, kind in columns.items())


def _path(path: Path) -> str:
    """The path as Spark takes it, for which brackets, braces and stars are a pattern."""
    return "file:" + re.sub(r"([\\*?\[\]{}])", r"\\\1", str(path.resolve()))


def _batches(rows: Iterator[Any]) -> Iterator[list[Any]]:
    while batch := list(islice(rows, _BATCH)):
        yield batch


def _spark(master: str) -> "SparkSession":
    """The Spark of this process, started on the first call and again for another master."""
    try:
        from pyspark.sql import SparkSession
    except ImportError as error:
        text = "The engine “spark” needs pyspark, which is not installed: pip install 'ducha[spark]'."
        raise DuchaError(sentence(text)) from error
    running = SparkSession.getActiveSession()
    if running is not None and running.sparkContext.master == master:
        return running
    if running is not None:
        running.stop()
    _require_java()
    folder = Path(mkdtemp(prefix="ducha-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    started = _started(master, folder)
    atexit.register(started.stop)
    return started


def _started(master: str, folder: Path) -> "SparkSession":
    """A new Spark; all that it lays down, its own log too, lies in `folder`."""
    from py4j.protocol import Py4JError
    from pyspark import SparkConf, SparkContext
    from pyspark.errors import PySparkException
    from pyspark.java_gateway import launch_gateway
    from pyspark.sql import SparkSession

    places = {"spark.local.dir": str(folder), "spark.sql.warehouse.dir": str(folder / "warehouse")}
    settings = MEANING | places | (LOCAL if master.startswith("local") else {})
    conf = SparkConf().setMaster(master).setAppName("ducha").setAll(list(settings.items()))
    log = folder / "log"
    try:
        with log.open("wb") as told:
            gateway = launch_gateway(conf, {"stdout": told, "stderr": told})
        context = SparkContext(conf=conf, gateway=gateway)
    except (Py4JError, PySparkException) as error:
        said = " ".join(log.read_text(errors="replace").splitlines()[-_QUOTED:])
        text = "Spark does not start on “%(master)s”: %(reason)s"
        reason = str(getattr(error, "java_exception", error))
        raise DuchaError(sentence(text, master=master, reason=reason or said)) from error
    return SparkSession(context)


def _require_java() -> None:
    home = os.environ.get("JAVA_HOME")
    java = shutil.which("java", path=str(Path(home) / "bin")) if home else shutil.which("java")
    told = "none"
    if java:
        answer = subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
        if found := re.search(r'version "(?:1\.)?(\d+)', answer):
            told = found[1]
    if told == "none" or int(told) < OLDEST_JAVA:
        text = "The engine “spark” needs Java %(wanted)s or newer (found: %(found)s): apt-get install %(package)s"
        raise DuchaError(sentence(text, wanted=OLDEST_JAVA, found=told, package="openjdk-17-jre-headless"))
