"""A file into the store: looked at, staged, judged, written, and listed in one moment."""

import datetime as dt
import hashlib
from collections.abc import Callable, Collection, Generator, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import duckdb

from ducha.domain import workdays
from ducha.domain.errors import sentence
from ducha.engines.files import clean_name
from ducha.engines.ledgers.intake import corrections
from ducha.engines.ledgers.intake.admission import may_fare_otherwise, refusals
from ducha.engines.ledgers.intake.answers import (
    Intake,
    LedgerRefused,
    Look,
    Progress,
    Scaled,
    Taken,
    TakenSource,
)
from ducha.engines.ledgers.intake.books import Books
from ducha.engines.ledgers.intake.database import Loading, digest, judge_together
from ducha.engines.ledgers.intake.heads import Head, chosen, require_mapping, require_whole
from ducha.engines.ledgers.intake.session import Session
from ducha.engines.ledgers.intake.staging import Stager
from ducha.engines.ledgers.intake.survey import Survey, survey
from ducha.engines.ledgers.intake.tables import Grid, grids_of, table_grid
from ducha.engines.ledgers.intake.text import chunks
from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.store import Store

_COPIED = 1 << 18
# Files that are judged together at most, and the bytes of their rows.
TOGETHER, TOGETHER_BYTES = 400, 64 << 20
_Steps = Generator[Loading | None, None, Taken]
# Two known headers in a sheet of a workbook may be chance: a cover sheet, a key.
_SHEET_ENOUGH = 3


@dataclass(frozen=True)
class Sending:
    """What is sent: a file, or where `url` is given a table of a database, as SQLAlchemy reads it.

    `name` is the source's, else that of the file, or of database and table.
    """

    path: Path = Path()
    url: str = ""
    table: str = ""
    name: str | None = None
    progress: Progress | None = None

    @property
    def source(self) -> str:
        """The name under which the ledgers know it."""
        database = self.url.rpartition("/")[2].partition("?")[0]
        return label(self.name or (f"{database}#{self.table}" if self.url else self.path.name))


def take_in(
    path: Path,
    store: Store,
    *,
    unit: str | None = None,
    kind: str | None = None,
    mapping: dict[str, str] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
    units: Collection[str] | None = None,
) -> Taken:
    """Take a file into the ledgers, whole or not at all; LedgerRefused says everything that forbids it.

    `unit` stands where the rows name none; `mapping` (header → column) wins over the known spellings and is remembered
    for the source; `name` is the source's name, else the file's. Where `units` are given, rows of others are rejected,
    and so is what `unit` and those who send for all units would both bring (`admission`).
    """
    return _alone(Sending(path, name=name, progress=progress), store, unit, kind, mapping, units)


def take_in_table(
    url: str,
    table: str,
    store: Store,
    *,
    unit: str | None = None,
    kind: str | None = None,
    mapping: dict[str, str] | None = None,
    name: str | None = None,
    progress: Progress | None = None,
) -> Taken:
    """Take a database table into the ledgers, as `take_in` does a file; `url` as SQLAlchemy reads it."""
    sending = Sending(url=url, table=table, name=name, progress=progress)
    return _alone(sending, store, unit, kind, mapping)


def take_in_all(
    sent: Iterable[Sending],
    store: Store,
    *,
    unit: str | None = None,
    kind: str | None = None,
    mapping: dict[str, str] | None = None,
) -> list[Taken | LedgerRefused]:
    """Take in many, each as `take_in` does and each for itself, at a fraction of the cost; what became of each.

    The manifest is written every few seconds. Killed in between, what it does not list yet is not there.
    """
    with Session(store, waits=True) as session:
        batch = _Batch(session)
        for one in sent:
            batch.add(_intake(one, unit, kind, mapping), one)
        batch.end()
    return [one for one in batch.found if one is not None]


class _Batch:
    """Files on their way together: each is staged, then those of one head are judged in one go, then each goes on."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.found: list[Taken | LedgerRefused | None] = []
        self._unsettled: list[int] = []
        self._bytes = 0
        self._under_way: list[tuple[int, str, _Steps, Loading]] = []

    def add(self, intake: Intake, sending: Sending) -> None:
        is_full = len(self._under_way) >= TOGETHER or self._bytes >= TOGETHER_BYTES
        if is_full or any(name == intake.name for _at, name, _steps, _one in self._under_way):
            self._judge()
        if self.session.is_due:
            self._settle()
        self.found.append(None)
        self._advance(len(self.found) - 1, intake.name, _taken(self.session, intake, sending))

    def end(self) -> None:
        self._judge()
        self._settle()

    def _advance(self, at: int, name: str, steps: _Steps) -> None:
        """Go on with a file until it waits for the judgement of its rows, or is done."""
        try:
            loading = next(steps)
            if loading is None:
                self._judge()
                loading = next(steps)
            if loading is not None:
                self._under_way.append((at, name, steps, loading))
                self._bytes += loading.small[0].stat().st_size if loading.small else TOGETHER_BYTES
        except StopIteration as done:
            self.found[at] = done.value
            self._unsettled.append(at)
        except LedgerRefused as error:
            self.found[at] = error

    def _judge(self) -> None:
        """Judge what waits, and go on with each; a sheet of a workbook may wait again after the one before."""
        while self._under_way:
            waiting, self._under_way, self._bytes = self._under_way, [], 0
            tables: list[str] = []
            # Those that could not be judged together are judged alone, and say then what is wrong with them.
            with suppress(duckdb.Error):
                tables = judge_together(self.session.database, [loading for *_other, loading in waiting])
            for at, name, steps, _loading in waiting:
                self._advance(at, name, steps)
            for table in tables:
                self.session.database.execute(f"DROP TABLE {table}")

    def _settle(self) -> None:
        """Commit; where that fails, nothing since the last time was taken in."""
        waiting = [at for at in self._unsettled if _has_changed(self.found[at])]
        self._unsettled = []
        try:
            with _told_plainly("、".join(self.found[at].name for at in waiting)):  # type: ignore[union-attr]
                self.session.commit()
        except LedgerRefused as error:
            for at in waiting:
                self.found[at] = error


def _has_changed(one: Taken | LedgerRefused | None) -> bool:
    return isinstance(one, Taken) and one.changed


def _alone(
    sending: Sending,
    store: Store,
    unit: str | None,
    kind: str | None,
    mapping: dict[str, str] | None,
    units: Collection[str] | None = None,
) -> Taken:
    intake = replace(_intake(sending, unit, kind, mapping), units=units)
    _require_kind(intake)
    with _told_plainly(intake.name), Session(store) as session:
        steps = _taken(session, intake, sending)
        while True:
            try:
                next(steps)
            except StopIteration as done:
                taken: Taken = done.value
                return taken


def _intake(sending: Sending, unit: str | None, kind: str | None, mapping: dict[str, str] | None) -> Intake:
    return Intake(sending.path, sending.source, unit and unit.strip(), kind, mapping)


def _taken(session: Session, intake: Intake, sending: Sending) -> _Steps:
    """Take in what was sent. Yields each of its sources once its rows are staged and may be judged with others';

    None where all that was sent before must be in the store first.
    """
    told = sending.progress or _silent
    _require_kind(intake)
    with _told_plainly(intake.name), session.folder() as work:
        if sending.url:
            grid = table_grid(sending.url, sending.table, work, lambda done: told("copy", done, done))
            return (yield from _take(intake, session, work, digest(grid.path), told, lambda: [grid]))
        sha256 = _copied(intake, work / "source", told)
        read = lambda path, into: session.books.sheets(path, into)  # noqa: E731
        grids = lambda: grids_of(work / "source", intake.name, work, read)  # noqa: E731
        return (yield from _take(intake, session, work, sha256, told, grids))


def look(
    path: Path, work: Path, *, kind: str | None = None, mapping: dict[str, str] | None = None, unit: str | None = None
) -> Look:
    """What a file seems to be; nothing is taken in. `work` is an empty folder for a moment's files."""
    name = label(path.name)
    with Books() as books:
        grids = grids_of(path, name, work, books.sheets)
    surveys = [survey(grid, kind=kind, mapping=mapping or {}) for grid in grids]
    best = max(surveys, key=lambda one: one.heads[0].score if one.heads else (0, 0, 0))
    known = best.heads[0] if best.heads else None
    is_certain = known and (len(best.heads) == 1 or known.score != best.heads[1].score)
    row = known.row if known else best.guessed_row
    headers = known.headers if known else tuple(best.rows[row - 1]) if row else ()
    return Look(
        name=name,
        sheet=best.grid.sheet,
        kind=known.kind.id if known and is_certain else None,
        encoding=best.grid.encoding,
        delimiter=best.grid.delimiter,
        header_row=row,
        headers=headers,
        columns=known.columns if known else {},
        missing=known.missing(unit) if known else (),
        unmatched=known.unmatched if known else tuple(header for header in headers if header),
        scaled=known.scaled if known else (),
        rows=tuple(tuple(cells) for cells in best.rows[row : row + 10]),
        sheets=tuple(grid.sheet for grid in grids if grid.sheet),
    )


def label(name: str) -> str:
    """The name of a source as data: a clean file name, perhaps with a folder in front, and no way out of any."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    return "/".join(clean_name(part) for part in parts) or "unnamed"


def _silent(stage: str, done: int, total: int) -> None:
    return None


@contextmanager
def _told_plainly(name: str) -> Iterator[None]:
    """A full disk or a lack of memory as a sentence: nothing was taken in."""
    try:
        yield
    except (duckdb.Error, OSError) as error:
        reason = getattr(error, "strerror", None) or str(error).partition("\n")[0]
        text = "“%(name)s” could not be taken in, the ledgers are as before. The machine says: %(reason)s"
        raise LedgerRefused([sentence(text, name=name, reason=reason)]) from error


def _require_kind(intake: Intake) -> None:
    if intake.kind and intake.kind not in KINDS:
        text = "“%(kind)s” is no kind of ledger. It is one of: %(kinds)s."
        raise LedgerRefused([sentence(text, kind=intake.kind, kinds=", ".join(KINDS))])


def _copied(intake: Intake, target: Path, told: Progress) -> str:
    """Copy the bytes, so that nobody changes them while they are read; their SHA-256."""
    found, done = hashlib.sha256(), 0
    try:
        with intake.path.open("rb") as source, target.open("wb") as into:
            total = intake.path.stat().st_size
            while block := source.read(_COPIED):
                into.write(block)
                found.update(block)
                done += len(block)
                told("copy", done, total)
    except OSError as error:
        text = "“%(name)s” cannot be opened: %(reason)s."
        raise LedgerRefused([sentence(text, name=intake.name, reason=error.strerror)]) from error
    return found.hexdigest()


def _take(
    intake: Intake, session: Session, work: Path, sha256: str, told: Progress, grids: Callable[[], list[Grid]]
) -> _Steps:
    store = session.store
    before = _before(store, intake.name)
    if before and all(_is_the_same(one, intake, sha256) for one in before.values()):
        return _unchanged(intake.name, sha256, before)
    corrected = {name: one for name, one in store.manifest["sources"].items() if sha256 in one.get("corrections", ())}
    if corrected and not any(may_fare_otherwise(one) for one in corrected.values()):
        return _unchanged(intake.name, sha256, corrected)
    remembered = next((one.get("asked") or {} for one in before.values()), {})
    mapping = remembered if intake.mapping is None else intake.mapping
    surveys = [survey(grid, kind=intake.kind, mapping=mapping) for grid in grids()]
    marked = next((one for one in surveys if corrections.marked_row(one.rows)), None)
    if marked:
        yield None
        entries = corrections.take(marked, session, work, told, name=intake.name, units=intake.units)
    else:
        entries = yield from _fresh(intake, mapping, surveys, session, work, told)
    kept = {
        name: one
        for name, one in store.manifest["sources"].items()
        if name not in entries and (marked or one.get("file", name) != intake.name)
    }
    for entry in entries.values():
        entry["corrections" if marked else "sha256"] = [*entry["corrections"], sha256] if marked else sha256
    _list(session, work, sha256, {**kept, **entries}, told)
    left = tuple(
        one.grid.sheet
        for one in surveys
        if one.grid.sheet and not marked and not one.is_blank and not _of(one, entries)
    )
    found = tuple(_taken_source(name, one) for name, one in entries.items())
    return Taken(intake.name, sha256, surveys[0].grid.encoding, True, found, left)


def _of(one: Survey, entries: dict[str, Any]) -> bool:
    return any(entry["sheet"] == one.grid.sheet for entry in entries.values())


def _list(session: Session, work: Path, sha256: str, sources: dict[str, Any], told: Progress) -> None:
    """Move everything into place, then let the manifest say so."""
    store = session.store
    told("list", 0, 2)
    for entry in sources.values():
        for part in (*entry["files"], *filter(None, [entry["rejects"]])):
            if written := part.pop("path", None):
                store.place(Path(written), part["name"])
    store.place(work / "source", f"sources/{sha256}")
    told("list", 1, 2)
    session.list({**store.manifest, "sources": sources})
    told("list", 2, 2)


def _before(store: Store, name: str) -> dict[str, Any]:
    return {source: one for source, one in store.manifest["sources"].items() if one.get("file", source) == name}


def _is_the_same(one: dict[str, Any], intake: Intake, sha256: str) -> bool:
    """The same bytes, and nothing new said about them."""
    return (
        one["sha256"] == sha256
        and intake.unit in (None, one["unit"])
        and intake.kind in (None, one["kind"])
        and intake.mapping in (None, one.get("asked") or {})
        and not may_fare_otherwise(one)
    )


def _unchanged(name: str, sha256: str, entries: dict[str, Any]) -> Taken:
    found = tuple(_taken_source(source, one) for source, one in entries.items())
    return Taken(name, sha256, next(iter(entries.values()))["encoding"], False, found)


def _taken_source(name: str, one: dict[str, Any]) -> TakenSource:
    columns = dict(one["mapping"])
    return TakenSource(
        name=name,
        kind=one["kind"],
        read=one["read"],
        accepted=one["accepted"],
        rejected=one["rejected"],
        skipped=one["skipped"],
        header_row=one["header_row"],
        columns=columns,
        unmatched=tuple(header for header in one["head"] if header and header not in columns),
        scaled=tuple(Scaled(**scaled) for scaled in one["scaled"]),
        reasons=dict(one["reasons"]),
    )


def _fresh(
    intake: Intake,
    mapping: dict[str, str],
    surveys: list[Survey],
    session: Session,
    work: Path,
    told: Progress,
) -> Generator[Loading | None, None, dict[str, dict[str, Any]]]:
    """Take in every text whose head is known; one source each."""
    is_book = len(surveys) > 1
    known = [one for one in surveys if not is_book or (one.heads and len(one.heads[0].fields) >= _SHEET_ENOUGH)]
    if not known:
        known = surveys[:1]
    heads = [chosen(one.heads, intake.name) for one in known]
    if intake.mapping:
        require_mapping(heads, intake.mapping, intake.name)
    for head in heads:
        require_whole(head, intake.name, intake.unit)
    entries = {}
    for at, (one, head) in enumerate(zip(known, heads, strict=True)):
        source = f"{intake.name}#{one.grid.sheet}" if len(known) > 1 else intake.name
        folder = work / f"source{at}"
        folder.mkdir()
        entries[source] = yield from _source(intake, mapping, one, head, source, session, folder, told)
    return entries


def _source(
    intake: Intake,
    mapping: dict[str, str],
    one: Survey,
    head: Head,
    source: str,
    session: Session,
    folder: Path,
    told: Progress,
) -> Generator[Loading | None, None, dict[str, Any]]:
    forbids = refusals(head, session.store, unit=intake.unit, units=intake.units)
    loading = Loading(
        session.database, head, one.grid.delimiter, folder, unit=intake.unit, source=source, refusals=forbids
    )
    try:
        stager = Stager(head, one.grid.delimiter, folder, loading.part)
        _stage(one, head, stager, told)
        told("check", 0, 1)
        yield loading
        outcome = loading.finish(written=stager.written, unfit=stager.unfit_path)
        told("check", 1, 1)
    finally:
        loading.close()
    entry = {
        "kind": head.kind.id,
        "file": intake.name,
        "sheet": one.grid.sheet,
        "taken_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "calendar": workdays.load().version,
        "unit": intake.unit,
        "encoding": one.grid.encoding,
        "header_row": head.row,
        "head": list(head.headers),
        "mapping": head.columns,
        "asked": mapping,
        "scaled": [vars(scaled) for scaled in head.scaled],
        "read": stager.read,
        "skipped": stager.skipped + head.row - 1,
        "accepted": 0,
        "files": [],
        "corrections": [],
    }
    return corrections.with_outcome(entry, outcome)


def _stage(one: Survey, head: Head, stager: Stager, told: Progress) -> None:
    """Give the lines below the head to the stager."""
    above, total = one.first[head.row - 1].end, one.grid.path.stat().st_size
    for chunk in chunks(one.grid.path, one.grid.encoding):
        if above:
            below = min(above, len(chunk.lines))
            above -= below
            if below == len(chunk.lines):
                continue
            chunk = chunk.below(below)
        stager.chunk(chunk)
        told("read", chunk.done, total)
    stager.finish()
