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
from threading import Lock
from typing import TYPE_CHECKING, Any

import duckdb
import sqlglot

from ducha.domain.errors import DuchaError, sentence
from ducha.engines.ledgers.kinds import SQL_TYPES, Kind

if TYPE_CHECKING:
    from pyspark.sql import DataFrame, SparkSession

OLDEST_JAVA = 17
# What the results rest on: a value that does not fit ends the check rather than become null, no query can name a file,
# days before 1582 are those that were written. And what keeps it quiet.
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
# A table of so few rows is sent to where the others are.
SMALL = 100_000
_BATCH = 20_000
# The last lines of Spark's own log that a refusal quotes.
_QUOTED = 3
# The one Spark of this process, by its master.
_running: dict[str, "SparkSession"] = {}
_starting = Lock()


class SparkEngine:
    """One check's own session of the process's one Spark; SQL comes in DuckDB's dialect."""

    def __init__(self, *, master: str, work: Path) -> None:
        self._session = _spark(master).newSession()
        self._work = work
        self._names: list[str] = []

    def open(self, kind: Kind, paths: Sequence[Path]) -> None:
        """The ledger of a kind under the kind's name; one without rows where there is no file."""
        shape = _shape({name: SQL_TYPES[column.type] for name, column in kind.by_name.items()})
        if paths:
            # Told, not looked up: else Spark opens a file for it.
            found = self._session.read.schema(shape).parquet(*map(_path, paths))
        else:
            found = self._session.createDataFrame([], shape)
        self._name(kind.id, found)

    def table(self, name: str, columns: Mapping[str, str], rows: Sequence[tuple[Any, ...]]) -> None:
        """A small table made by the caller."""
        # Sent to the rows; else Spark, not knowing its size, would send the rows to it.
        self._name(name, self._session.createDataFrame(rows, _shape(columns)).hint("broadcast"))

    def keep(self, name: str, sql: str) -> None:
        """What a query gives, kept as a table: in memory, and on disk what does not fit."""
        # Cut off from its query, which else would be planned again wherever the table is read.
        kept = self._query(sql).localCheckpoint()
        self._name(name, kept.hint("broadcast") if kept.count() <= SMALL else kept)

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
                database.execute(
                    f"INSERT INTO written SELECT {spread}", [list(cells) for cells in zip(*batch, strict=True)]
                )
            database.execute("COPY written TO ? (FORMAT parquet, COMPRESSION zstd)", [str(path)])

    def close(self) -> None:
        """Forget the tables, so that what was kept is freed; Spark itself stays for the next check of this process."""
        for name in self._names:
            self._session.catalog.dropTempView(name)

    def _name(self, name: str, found: "DataFrame") -> None:
        found.createOrReplaceTempView(name)
        self._names.append(name)

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
    """The Spark of this process, started on the first call, and again for another master or when it broke down."""
    with _starting:
        running = _running.get(master)
        if running is None or running.sparkContext._jsc.sc().isStopped():
            while _running:
                _running.popitem()[1].stop()
            _running[master] = running = _started(master)
        return running


def _started(master: str) -> "SparkSession":
    """A new Spark; all that it lays down, its own log too, lies in a folder that goes with the process."""
    try:
        from py4j.protocol import Py4JError
        from pyspark import SparkConf, SparkContext
        from pyspark.errors import PySparkException
        from pyspark.java_gateway import launch_gateway
        from pyspark.sql import SparkSession
    except ImportError as error:
        text = "The engine “spark” needs pyspark, which is not installed: pip install 'ducha[spark]'."
        raise DuchaError(sentence(text)) from error
    _require_java()
    folder = Path(mkdtemp(prefix="ducha-spark-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    places = {"spark.local.dir": str(folder), "spark.sql.warehouse.dir": str(folder / "warehouse")}
    settings = MEANING | places | (LOCAL if master.startswith("local") else {})
    conf = SparkConf().setMaster(master).setAppName("ducha").setAll(list(settings.items()))
    try:
        with (folder / "log").open("wb") as log:
            # One Java serves the process to its end.
            gateway = SparkContext._gateway or launch_gateway(conf, {"stdout": log, "stderr": log})
        started = SparkSession(SparkContext(conf=conf, gateway=gateway))
    except (Py4JError, PySparkException) as error:
        text = "Spark does not start on “%(master)s”: %(reason)s"
        raise DuchaError(sentence(text, master=master, reason=_reason(error, folder / "log"))) from error
    # Called before the folder is removed: the last registered comes first.
    atexit.register(started.stop)
    return started


def _reason(error: Exception, log: Path) -> str:
    """What Java says went wrong, or where it did not even start, the end of its log."""
    told = str(getattr(error, "java_exception", ""))
    return told or " ".join(log.read_text(errors="replace").splitlines()[-_QUOTED:]) or str(error)


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
