"""Rejected rows as a file that is corrected and sent again: written out, and joined to their source once right."""

import csv
import shutil
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from ducha.domain.errors import Sentence, sentence
from ducha.engines.ledgers.intake.admission import refusals
from ducha.engines.ledgers.intake.answers import LedgerRefused, Progress, Reject, explain
from ducha.engines.ledgers.intake.database import Loading, Outcome, RowsDiffer
from ducha.engines.ledgers.intake.heads import SEARCHED, head_of, same
from ducha.engines.ledgers.intake.records import records
from ducha.engines.ledgers.intake.session import Session
from ducha.engines.ledgers.intake.staging import Stager
from ducha.engines.ledgers.intake.survey import Survey
from ducha.engines.ledgers.intake.text import chunks
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.store import Store

SOURCE, ROW, REASON = "来源文件", "来源行号", "退回原因"
MARKERS = (SOURCE, ROW, REASON)
# Cells of a row that had more of them than the head.
SURPLUS = "多出单元格"
# A spreadsheet takes a text that begins so for a formula; the sign in front is taken off again.
_FORMULA = ("=", "+", "-", "@", "\t")
_FETCHED = 5_000
# Faults of a corrected file that are told one by one.
_TOLD = 20


def rejects_of(store: Store, source: str) -> Iterator[Reject]:
    """The rejected rows of a source, by their number."""
    entry = store.manifest["sources"].get(source)
    if entry is None:
        raise LedgerRefused([sentence("No source “%(name)s” was taken in.", name=source)])
    if not entry.get("rejects"):
        return
    database = duckdb.connect(":memory:", config={"autoload_known_extensions": "false", "threads": "1"})
    try:
        path = store.folder / entry["rejects"]["name"]
        rows = database.execute(f"SELECT row, reasons, cells FROM read_parquet({quoted(path)}) ORDER BY row")
        while some := rows.fetchmany(_FETCHED):
            for row, reasons, cells in some:
                yield Reject(source, row, tuple(reasons), tuple(cells))
    finally:
        database.close()


def write_rejects(store: Store, out: Path, *, source: str | None = None, tell: Callable[[Sentence], str] = str) -> int:
    """Write rejected rows as CSV that a spreadsheet opens, of one source or of all; how many. `tell` translates."""
    sources = store.manifest["sources"]
    wanted = [source] if source is not None else [name for name, one in sources.items() if one["rejected"]]
    if source is not None and source not in sources:
        raise LedgerRefused([sentence("No source “%(name)s” was taken in.", name=source)])
    keys = list(dict.fromkeys(key for name in wanted for key in _keys(sources[name]["head"])))
    widest = max(
        (len(one.cells) - len(sources[name]["head"]) for name in wanted for one in rejects_of(store, name)), default=0
    )
    head = [*MARKERS, *(header for header, _nth in keys), *(f"{SURPLUS}{at + 1}" for at in range(max(widest, 0)))]
    count = 0
    with out.open("w", encoding="utf-8-sig", errors="replace", newline="") as target:
        writer = csv.writer(target)
        writer.writerow(head)
        for name in wanted:
            own = _keys(sources[name]["head"])
            for one in rejects_of(store, name):
                told = " ".join(tell(explain(reason, sources[name]["kind"])) for reason in one.reasons)
                cells = dict(zip(own, one.cells, strict=False))
                row = [*(cells.get(key, "") for key in keys), *one.cells[len(own) :]]
                writer.writerow([name, one.row, told, *map(_guarded, row)])
                count += 1
    return count


def marked_row(rows: Sequence[Sequence[str]]) -> int:
    """The record that is the head of a corrected file, from 1; 0 where the file is none."""
    for at, cells in enumerate(rows[:SEARCHED], start=1):
        if {same(SOURCE), same(ROW)} <= set(map(same, cells)):
            return at
    return 0


def with_outcome(entry: dict[str, Any], outcome: Outcome) -> dict[str, Any]:
    """A source's entry in the manifest, with what became of its rows; new files carry the path they still lie at."""
    kind = entry["kind"]
    accepted = entry["accepted"] + outcome.accepted
    if entry["read"] != accepted + outcome.rejected:
        raise RowsDiffer(f"{entry['read']} records read, {accepted} accepted, {outcome.rejected} rejected")
    files = [
        {
            "name": f"{kind}/{one.sha256[:32]}.parquet",
            "sha256": one.sha256,
            "rows": one.rows,
            "period": one.period,
            "units": dict(one.units or {}),
            "path": str(one.path),
        }
        for one in outcome.files
    ]
    rejects = outcome.rejects and {
        "name": f"rejects/{outcome.rejects.sha256[:32]}.parquet",
        "sha256": outcome.rejects.sha256,
        "rows": outcome.rejects.rows,
        "path": str(outcome.rejects.path),
    }
    return {
        **entry,
        "accepted": accepted,
        "rejected": outcome.rejected,
        "reasons": outcome.reasons,
        "files": [*entry["files"], *files],
        "rejects": rejects,
    }


@dataclass
class _Correction:
    """The rows of one source within a corrected file; `places`: where each of its cells stands there."""

    name: str
    entry: dict[str, Any]
    places: list[int]
    surplus: list[int]
    open: set[int]
    loading: Loading
    stager: Stager

    def row(self, number: int, cells: list[str], flaws: list[str]) -> None:
        self.open.discard(number)
        padded = [*cells, *[""] * (max([*self.places, *self.surplus], default=0) + 1 - len(cells))]
        own = [_bare(padded[at]) for at in self.places]
        own += [_bare(padded[at]) for at in self.surplus]
        self.stager.record(number, own, flaws=flaws)

    def outcome(self) -> Outcome:
        self.stager.finish()
        others = self.stager.folder / "others.parquet"
        return self.loading.finish(written=self.stager.written, unfit=self.stager.unfit_path, others=others)


def take(
    marked: Survey, session: Session, work: Path, told: Progress, *, name: str, units: Collection[str] | None
) -> dict[str, dict[str, Any]]:
    """Take a corrected file; the entries of its sources as the manifest shall have them."""
    at = marked_row(marked.rows)
    head = [cell.strip() for cell in marked.rows[at - 1]]
    of_source, of_row = (list(map(same, head)).index(same(marker)) for marker in (SOURCE, ROW))
    found: dict[str, _Correction] = {}
    faults: list[str] = []
    total = marked.grid.path.stat().st_size
    try:
        for record, (cells, flaws) in enumerate(_records(marked), start=1):
            if record <= at or not any(cell.strip() for cell in cells):
                continue
            source = cells[of_source].strip() if len(cells) > of_source else ""
            if source not in found and source in session.store.manifest["sources"]:
                found[source] = _correction(source, session, head, work / f"corrected{len(found)}", units)
            fault = _fault(found.get(source), source, cells, of_row, record)
            if fault:
                faults.append(fault)
            else:
                found[source].row(int(cells[of_row].strip()), cells, flaws)
        _require_right(faults, found, name)
        told("read", total, total)
        told("check", 0, 1)
        entries = {source: with_outcome(one.entry, one.outcome()) for source, one in found.items()}
        told("check", 1, 1)
        return entries
    finally:
        for one in found.values():
            one.loading.close()


def _records(marked: Survey) -> Iterator[tuple[list[str], list[str]]]:
    """Every record of a corrected file, and its flaws."""
    left: list[str] = []
    left_bad: set[int] = set()
    for chunk in chunks(marked.grid.path, marked.grid.encoding):
        lines, bad = left + chunk.lines, left_bad | {at + len(left) for at in chunk.bad | chunk.cut}
        end = 0
        for one in records(lines, marked.grid.delimiter, is_last=False):
            end = one.end
            yield one.cells, [] if bad.isdisjoint(range(one.start, end)) else ["bytes"]
        left, left_bad = lines[end:], {at - end for at in bad if at >= end}
    for one in records(left, marked.grid.delimiter, is_last=True):
        yield one.cells, [] if one.is_closed else ["cells"]


def _correction(
    source: str, session: Session, head: list[str], folder: Path, units: Collection[str] | None
) -> _Correction:
    store = session.store
    entry = store.manifest["sources"][source]
    folder.mkdir()
    known = head_of(entry["head"], entry["kind"], entry["mapping"], entry["header_row"])
    forbids = refusals(known, store, unit=entry["unit"], units=units)
    loading = Loading(session.database, known, ",", folder, unit=entry["unit"], source=source, refusals=forbids)
    at = {key: place for place, key in enumerate(_keys(head))}
    keys = _keys(entry["head"])
    missing = [header for header, _nth in keys if (header, _nth) not in at]
    if missing:
        loading.close()
        text = "The corrected file lacks columns of “%(source)s”: %(headers)s. Keep its head as it was written."
        raise LedgerRefused([sentence(text, source=source, headers="、".join(missing))])
    surplus = [place for place, header in enumerate(head) if header.startswith(SURPLUS)]
    opened = {one.row for one in rejects_of(store, source)}
    if opened:
        shutil.copy(store.folder / entry["rejects"]["name"], folder / "others.parquet")
    return _Correction(
        source, entry, [at[key] for key in keys], surplus, opened, loading, Stager(known, ",", folder, loading.part)
    )


def _fault(found: _Correction | None, source: str, cells: list[str], of_row: int, record: int) -> str | None:
    number = cells[of_row].strip() if len(cells) > of_row else ""
    if found is None:
        text = "Row %(record)s: no source “%(source)s” was taken in."
        return sentence(text, record=record, source=source)
    if not number.isascii() or not number.isdigit() or int(number) not in found.open:
        text = "Row %(record)s: “%(number)s” is not among the rejected rows of “%(source)s”, or stands here twice."
        return sentence(text, record=record, number=number, source=source)
    return None


def _require_right(faults: list[str], found: dict[str, _Correction], name: str) -> None:
    if not found and not faults:
        faults = [sentence("“%(name)s” has a head, but no row below it.", name=name)]
    if faults:
        raise LedgerRefused(faults[:_TOLD])


def _keys(head: Sequence[str]) -> list[tuple[str, int]]:
    """Headers made different where two are alike: (header, how many before it are the same)."""
    seen: dict[str, int] = {}
    keys = []
    for header in head:
        keys.append((header, seen.get(header, 0)))
        seen[header] = seen.get(header, 0) + 1
    return keys


def _guarded(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _bare(cell: str) -> str:
    return cell[1:] if cell[:1] == "'" and cell[1:].startswith(_FORMULA) else cell
