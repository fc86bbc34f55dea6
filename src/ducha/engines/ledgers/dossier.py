"""一户式: everything that the ledgers hold about one party, of all kinds and all units, in time order."""

import unicodedata
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from ducha.domain.errors import Sentence, sentence
from ducha.engines.ledgers.checking.query import USCC_ALPHABET, USCC_WEIGHTS
from ducha.engines.ledgers.kinds import KINDS, Kind
from ducha.engines.ledgers.reading import database
from ducha.engines.ledgers.store import Store

_LENGTH = 18


@dataclass(frozen=True)
class _Telling:
    """Which columns of a kind tell what happened, what it cost, and when it was taken back."""

    what: tuple[str, ...]
    amounts: tuple[str, ...] = ()
    ended: str | None = None


# Not one column of a person: neither identity numbers nor legal representatives, nor the facts in free text.
_TOLD = {
    "penalty": _Telling(("violation", "category", "title"), ("fine", "confiscated"), "revoked_on"),
    "licence": _Telling(("title", "category")),
    "coercion": _Telling(("measure",), ended="lifted_on"),
    "inspection_record": _Telling(("result",)),
    "start_up": _Telling(()),
}


@dataclass(frozen=True)
class Entry:
    """One row of a ledger about the party; amounts in yuan, None where the row has none.

    `ended_on` is the day on which a penalty was revoked or changed, or a coercive measure lifted.
    """

    day: date
    unit: str
    kind: str
    what: str
    key: str
    name: str | None
    amount: Decimal | None
    ended_on: date | None
    source: str
    source_row: int


@dataclass(frozen=True)
class Name:
    """A name under which the party stands in the ledgers, in how many rows, and from when to when."""

    name: str
    rows: int
    first_on: date
    last_on: date


@dataclass(frozen=True)
class Total:
    """Rows of one kind, how many of them ended, by how many units; the amount in yuan, ended ones included."""

    kind: str
    rows: int
    ended: int
    units: int
    amount: Decimal | None


@dataclass(frozen=True)
class Dossier:
    """一户式; `faults` tell what is wrong with the code itself, nothing where it is a valid one."""

    uscc: str
    faults: tuple[Sentence, ...]
    names: tuple[Name, ...]
    totals: tuple[Total, ...]
    entries: tuple[Entry, ...]


def dossier(store: Store, uscc: str, units: Collection[str] | None = None) -> Dossier:
    """一户式 of the party with this unified social credit code, from all ledgers, or from those of `units` alone.

    The code may be typed in small or full-width letters and with blanks; a faulty one is told and searched all the
    same, since a ledger may hold the same fault. Rows without a code, or of other kinds, cannot be found by it.
    """
    code = normal(uscc)
    wanted = None if units is None else set(units)
    entries = sorted(_entries(store, code, wanted), key=_place)
    return Dossier(code, faults_of(code), _names(entries), _totals(entries), tuple(entries))


def normal(uscc: str) -> str:
    """The code as ledgers keep it: half-width, upper case, without blanks and hyphens."""
    narrow = unicodedata.normalize("NFKC", uscc).upper()
    return "".join(sign for sign in narrow if not sign.isspace() and sign != "-")


def faults_of(uscc: str) -> tuple[Sentence, ...]:
    """统一社会信用代码: what is wrong with it by GB 32100-2015: length, signs outside the alphabet, check sign."""
    faults = []
    if len(uscc) != _LENGTH:
        text = "The code “%(code)s” has %(length)s characters; a unified social credit code has 18."
        faults.append(sentence(text, code=uscc, length=len(uscc)))
    if strange := "".join(dict.fromkeys(sign for sign in uscc if sign not in USCC_ALPHABET)):
        text = "The code “%(code)s” has “%(signs)s”; only digits and capitals without I, O, S, V, Z can stand in it."
        faults.append(sentence(text, code=uscc, signs=strange))
    if not faults and (wanted := check_sign(uscc)) != uscc[-1]:
        text = "The code “%(code)s” ends in “%(last)s”; by the others before it, it must end in “%(wanted)s”."
        faults.append(sentence(text, code=uscc, last=uscc[-1], wanted=wanted))
    return tuple(faults)


def check_sign(uscc: str) -> str:
    """校验码: the 18th sign by the first 17: 31 − Σ value × (3^i mod 31) mod 31, i from 0; GB 32100-2015."""
    weighed = zip(uscc, USCC_WEIGHTS, strict=False)
    return USCC_ALPHABET[-sum(USCC_ALPHABET.index(sign) * weight for sign, weight in weighed) % 31]


def _entries(store: Store, uscc: str, units: set[str] | None) -> Iterator[Entry]:
    for kind in _TOLD:
        held = [part.path for part in store.of_kind(kind) if units is None or units & set(part.units)]
        if held:
            yield from _entries_of(KINDS[kind], held, uscc, units)


def _entries_of(kind: Kind, held: list[Path], uscc: str, units: set[str] | None) -> Iterator[Entry]:
    told = _TOLD[kind.id]
    sent = [f'"{name}"' for name in told.what]
    # "+" would lose a fine where nothing was confiscated; no amount at all stays unknown.
    amount = f"list_sum([{', '.join(told.amounts)}])" if told.amounts else "NULL"
    query = (
        f'SELECT "{kind.dated}", unit, [{", ".join(sent)}], "{kind.key}", party_name, {amount}, '
        f"{told.ended or 'NULL'}, source, source_row "
        "FROM read_parquet($files) WHERE uscc = $uscc AND ($units IS NULL OR unit IN (SELECT unnest($units)))"
    )
    asked = {"files": [str(path) for path in held], "uscc": uscc, "units": None if units is None else sorted(units)}
    with database(held) as opened:
        for day, unit, what, key, name, cost, ended_on, source, row in opened.execute(query, asked).fetchall():
            words = " · ".join(dict.fromkeys(part for part in what if part))
            yield Entry(day, unit, kind.id, words, key, name, cost, ended_on, source, row)


def _names(entries: Iterable[Entry]) -> tuple[Name, ...]:
    """By the day on which each name is first met."""
    days: dict[str, list[date]] = {}
    for entry in entries:
        if entry.name:
            days.setdefault(entry.name, []).append(entry.day)
    return tuple(Name(name, len(met), min(met), max(met)) for name, met in days.items())


def _totals(entries: Iterable[Entry]) -> tuple[Total, ...]:
    by_kind: dict[str, list[Entry]] = {}
    for entry in entries:
        by_kind.setdefault(entry.kind, []).append(entry)
    return tuple(_total(kind, by_kind[kind]) for kind in _TOLD if kind in by_kind)


def _total(kind: str, entries: list[Entry]) -> Total:
    amounts = [entry.amount for entry in entries if entry.amount is not None]
    ended = sum(entry.ended_on is not None for entry in entries)
    units = len({entry.unit for entry in entries})
    return Total(kind, len(entries), ended, units, sum(amounts, Decimal()) if amounts else None)


def _place(entry: Entry) -> tuple[Any, ...]:
    return (entry.day, entry.unit, entry.kind, entry.key, entry.source, entry.source_row)
