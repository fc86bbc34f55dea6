"""案卷抽查: which case files of a unit are reviewed in the field, drawn so that anyone can draw them again."""

import hmac
import json
import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from heapq import nsmallest
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from statistics import NormalDist
from typing import Any, NamedTuple

import duckdb

from ducha.domain.errors import Invalid, Sentence, sentence
from ducha.engines.ledgers.kinds import KINDS, Kind
from ducha.engines.ledgers.reading import database
from ducha.engines.ledgers.store import Partition, Store

# The kinds of ledger whose rows stand for a case file.
CASE_FILES = ("penalty", "licence", "coercion", "inspection_record", "start_up")
# What `auto` assumes and wants, as shares; both stand in the answer, and the caller may give others.
EXPECTED_RATE = 0.05
PRECISION = 0.05
# How many units a refusal names.
_NAMED = 10


class Stratum(NamedTuple):
    """What the case files of one stratum have in common; None where the ledger does not say it."""

    year: int | None
    procedure: str | None
    is_major: bool | None


@dataclass(frozen=True)
class Share:
    """A stratum's part in the sample: `drawn` of `population` case files."""

    stratum: Stratum
    population: int
    drawn: int


class Reviewed(NamedTuple):
    """What the review of a stratum found: `faulty` of the `drawn`, which stand for `population` case files."""

    population: int
    drawn: int
    faulty: int


@dataclass(frozen=True)
class CaseFile:
    """A case file that was drawn; `flagged` are the rules that its row violates, None where no check was given."""

    key: str
    party: str | None
    day: date
    stratum: Stratum
    source: str
    source_row: int
    flagged: tuple[str, ...] | None


@dataclass(frozen=True)
class Size:
    """How many case files, and why; shares are 0 to 1.

    `precision` is what these files reach where `expected_rate` of all are faulty. `clean_bound`: if none of the files
    drawn has a fault, at most so many of all have one (hypergeometric, at `confidence`).
    """

    files: int
    population: int
    confidence: float
    precision: float
    expected_rate: float
    clean_bound: int
    reason: Sentence


@dataclass(frozen=True)
class Sample:
    """案卷抽查 of one unit: by stratum, then by day and key; `on` is the last day that counts, None for all."""

    unit: str
    kind: str
    seed: str
    on: date | None
    size: Size
    shares: tuple[Share, ...]
    files: tuple[CaseFile, ...]


def sample(
    store: Store,
    *,
    unit: str,
    kind: str = "penalty",
    size: int | None,
    confidence: float = 0.95,
    seed: str,
    on: date | None = None,
    precision: float = PRECISION,
    expected_rate: float = EXPECTED_RATE,
    violations: Path | None = None,
) -> Sample:
    """案卷抽查: case files of `unit` by year, procedure, major or not; the same seed and ledgers give the same files.

    `size` None computes it by the formula for a proportion (`size_for`). Every stratum gives one file at least, the
    rest is allocated in proportion, by largest remainder. Inside a stratum those files are drawn whose HMAC-SHA256
    under `seed` of [kind, unit, key, which row of that key] is lowest, so that a row more or less, or files in another
    order, leave the others' order as it was. `violations` is a Parquet file of rule, source and source_row.
    Invalid: a unit without such a ledger, a size that does not fit, a confidence outside 0 to 1, an empty seed.
    """
    _require_shares(confidence=confidence, precision=precision, expected_rate=expected_rate)
    if not seed:
        raise Invalid([sentence("A sample needs a seed: without one nobody can draw it again.")])
    ledger = _Ledger(store, KINDS[_case_file_kind(kind)], unit, on)
    counts = ledger.strata()
    wanted = _size(size, counts, confidence=confidence, precision=precision, expected_rate=expected_rate)
    drawn = allocate(wanted.files, counts)
    files = sorted(ledger.draw(seed, drawn), key=_place)
    if violations is not None:
        files = list(_flagged(files, violations))
    shares = tuple(Share(stratum, counts[stratum], drawn[stratum]) for stratum in sorted(counts, key=_in_order))
    return Sample(unit, kind, seed, on, wanted, shares, tuple(files))


def size_for(population: int, *, confidence: float, precision: float, expected_rate: float) -> int:
    """样本量: how many of `population` estimate a share to ± `precision` with `confidence`; all four as 0 to 1.

    n₀ = z² p (1 − p) / d², n = n₀ / (1 + (n₀ − 1) / N), rounded up: Cochran, Sampling Techniques, 3rd ed. 1977,
    section 4.4, with p the expected rate, d the precision, N the population.
    """
    _require_shares(confidence=confidence, precision=precision, expected_rate=expected_rate)
    first = _z(confidence) ** 2 * expected_rate * (1 - expected_rate) / precision**2
    return min(population, max(1, math.ceil(first / (1 + (first - 1) / population))))


def interval(successes: int, n: int, confidence: float, population: int) -> tuple[float, float]:
    """置信区间: between which shares (0 to 1) of `population` the true one lies, after `successes` among `n` drawn.

    The score interval (Wilson, Probable inference, the law of succession, and statistical inference, JASA 22, 1927)
    over the variance of a share drawn without replacement, P (1 − P) / n × (N − n) / (N − 1) (Cochran, Sampling
    Techniques, 3rd ed. 1977, section 3.2), and never beyond what was counted. Nothing drawn gives (0, 1), all drawn
    the share itself. It takes the sample as one drawn evenly; Invalid where the counts contradict each other.
    """
    _require_shares(confidence=confidence)
    if not 0 <= successes <= n <= population or population < 1:
        text = "%(successes)s of %(drawn)s of %(population)s cannot be: each must be at most the next."
        raise Invalid([sentence(text, successes=successes, drawn=n, population=population)])
    if n == 0:
        return 0.0, 1.0
    low, high = _score(successes / n, n, confidence, population)
    return max(low, successes / population), min(high, (population - n + successes) / population)


def estimate(reviewed: Sequence[Reviewed], confidence: float) -> tuple[float, float]:
    """推断: between which shares (0 to 1) of all case files the faulty ones lie, after a sample by strata was reviewed.

    Each stratum counts by its size: those that gave one file though their proportion is less would weigh too much in
    an even count. The share is then held to be drawn from as many files as would tell as much evenly drawn, Kish's
    (Σ w)² / Σ w² with w the files that one drawn file stands for (Kish, Survey Sampling, 1965, section 11.7), and its
    interval is that of `interval`. Strata that are more alike within than among each other make it wider than need be.
    """
    population = sum(one.population for one in reviewed)
    drawn, faulty = sum(one.drawn for one in reviewed), sum(one.faulty for one in reviewed)
    share = sum(one.population * one.faulty / one.drawn for one in reviewed) / population
    evenly = population**2 / sum(one.population**2 / one.drawn for one in reviewed)
    low, high = _score(share, evenly, confidence, population)
    return max(low, faulty / population), min(high, (population - drawn + faulty) / population)


def _score(share: float, n: float, confidence: float, population: int) -> tuple[float, float]:
    """Wilson's interval of a share among `n` of `population`."""
    spread = 0.0 if n == population else _z(confidence) ** 2 / n * (population - n) / (population - 1)
    middle = (share + spread / 2) / (1 + spread)
    half = math.sqrt(spread * share * (1 - share) + spread**2 / 4) / (1 + spread)
    return middle - half, middle + half


def clean_bound(population: int, drawn: int, confidence: float) -> int:
    """发现抽样: the most faulty files that `population` can hold if none of `drawn` is faulty, at `confidence`.

    The largest D with C(N − D, n) / C(N, n) > 1 − confidence: discovery sampling without replacement.
    """
    least, beyond = 0, population - drawn + 1
    while beyond - least > 1:
        middle = (least + beyond) // 2
        chance = _log_choose(population - middle, drawn) - _log_choose(population, drawn)
        least, beyond = (middle, beyond) if chance > math.log(1 - confidence) else (least, middle)
    return least


def allocate(size: int, counts: Mapping[Stratum, int]) -> dict[Stratum, int]:
    """分层: how many of `size` files each stratum gives: in proportion by largest remainder, none without one.

    Strata whose proportion is less than one file give one; the others share the rest. Equal remainders go to the
    larger stratum. `size` lies between the number of strata and the sum of `counts`.
    """
    given: dict[Stratum, int] = {}
    left, rest = dict(counts), size
    while small := [stratum for stratum, count in left.items() if rest * count < sum(left.values())]:
        for stratum in small:
            given[stratum] = 1
            del left[stratum]
        rest = size - len(given)
    total = sum(left.values())
    parts = {stratum: divmod(rest * count, total) for stratum, count in left.items()}
    given |= {stratum: whole for stratum, (whole, _) in parts.items()}
    order = sorted(left, key=lambda stratum: (-parts[stratum][1], -left[stratum], _in_order(stratum)))
    for stratum in order[: size - sum(given.values())]:
        given[stratum] += 1
    return given


def rank(seed: str, kind: str, unit: str, key: str, which: int) -> bytes:
    """抽取次序: where a case file stands; `which` counts the rows of one key from 1. HMAC-SHA256, 32 bytes."""
    message = json.dumps([kind, unit, key, which], ensure_ascii=False)
    return hmac.digest(seed.encode(), message.encode(), "sha256")


class _Ledger:
    """The rows of one kind, one unit and up to one day, over DuckDB."""

    def __init__(self, store: Store, kind: Kind, unit: str, on: date | None) -> None:
        parts = store.of_kind(kind.id)
        held = [part.path for part in parts if part.units.get(unit)]
        if not held:
            raise Invalid([_no_ledger(kind, unit, parts)])
        self.kind, self.unit, self.on = kind, unit, on
        self._database = database(held)
        self._asked = {"files": [str(path) for path in held], "unit": unit, "on": on or date.max}
        sent = [f'"{name}"' if name in kind.by_name else "NULL" for name in ("procedure", "is_major")]
        self._stratum = f'year("{kind.dated}"), {sent[0]}, {sent[1]}'
        self._rows = f'FROM read_parquet($files) WHERE unit = $unit AND "{kind.dated}" <= $on'

    def strata(self) -> dict[Stratum, int]:
        """How many case files each stratum has."""
        query = f"SELECT {self._stratum}, count(*) {self._rows} GROUP BY ALL"
        found = {Stratum(*row[:3]): row[3] for row in self._run(query)}
        if not found:
            text = "No %(kind)s of “%(unit)s” is dated up to “%(on)s”."
            raise Invalid([sentence(text, kind=self.kind.id, unit=self.unit, on=self.on)])
        return found

    def draw(self, seed: str, drawn: Mapping[Stratum, int]) -> Iterator[CaseFile]:
        """The lowest in rank of each stratum, so many as `drawn` says."""
        key = f'"{self.kind.key}"'
        query = (
            f"SELECT {self._stratum}, {key}, row_number() OVER (PARTITION BY {key} ORDER BY source, source_row), "
            f'party_name, "{self.kind.dated}", source, source_row {self._rows} ORDER BY 1, 2, 3'
        )

        def order(row: tuple[Any, ...]) -> bytes:
            return rank(seed, self.kind.id, self.unit, row[3], row[4])

        for found, rows in groupby(self._run(query), key=itemgetter(0, 1, 2)):
            stratum = Stratum(*found)
            for *_, name, _, party, day, source, source_row in nsmallest(drawn[stratum], rows, key=order):
                yield CaseFile(name, party, day, stratum, source, source_row, None)

    def _run(self, query: str) -> Iterator[tuple[Any, ...]]:
        answer = self._database.execute(query, self._asked)
        while rows := answer.fetchmany(10_000):
            yield from rows


def _case_file_kind(kind: str) -> str:
    if kind not in CASE_FILES:
        text = "A ledger “%(kind)s” has no case files; there are %(kinds)s."
        raise Invalid([sentence(text, kind=kind, kinds=", ".join(CASE_FILES))])
    return kind


def _no_ledger(kind: Kind, unit: str, parts: tuple[Partition, ...]) -> Sentence:
    units = sorted({name for part in parts for name in part.units})
    if not units:
        return sentence("No unit has a ledger “%(kind)s” here.", kind=kind.id)
    shown = ", ".join([*units[:_NAMED], *(["…"] if len(units) > _NAMED else [])])
    text = "“%(unit)s” has no ledger “%(kind)s”; %(count)s units have one: %(units)s."
    return sentence(text, unit=unit, kind=kind.id, count=len(units), units=shown)


def _require_shares(**shares: float) -> None:
    """Each lies strictly between 0 and 1; all that do not are told together."""
    words = {
        "confidence": sentence("confidence"),
        "precision": sentence("precision"),
        "expected_rate": sentence("expected rate"),
    }
    text = "The %(name)s is “%(value)s”; it must lie between 0 and 1, such as 0.95."
    faults = [sentence(text, name=words[name], value=value) for name, value in shares.items() if not 0 < value < 1]
    if faults:
        raise Invalid(faults)


def _size(
    asked: int | None, counts: Mapping[Stratum, int], *, confidence: float, precision: float, expected_rate: float
) -> Size:
    """The size that was asked for, or computed; with the precision that it reaches, and why it is so."""
    population, strata = sum(counts.values()), len(counts)
    said = {"population": population, "strata": strata, "confidence": f"{confidence:.4g}", "rate": f"{expected_rate:g}"}
    if asked is None:
        computed = size_for(population, confidence=confidence, precision=precision, expected_rate=expected_rate)
        files = max(computed, strata)
        said |= {"files": files, "computed": computed, "precision": f"{precision:g}"}
        reason = _computed(said)
    else:
        _require_fit(asked, population, strata)
        files = asked
    without = (population - files) / (population - 1) if population > 1 else 0
    reached = _z(confidence) * math.sqrt(expected_rate * (1 - expected_rate) / files * without)
    if asked is not None:
        said |= {"files": files, "precision": f"{reached:.2g}"}
        reason = _asked_for(said)
    bound = clean_bound(population, files, confidence)
    return Size(files, population, confidence, reached, expected_rate, bound, reason)


def _computed(said: Mapping[str, Any]) -> Sentence:
    text = (
        "Of %(population)s case files, %(computed)s by the formula for a proportion with finite population correction "
        "(Cochran 1977, 4.4): confidence %(confidence)s, precision ±%(precision)s, expected rate of faulty files "
        "%(rate)s."
    )
    reason = sentence(text, **said)
    if said["files"] == said["computed"]:
        return reason
    return sentence("%(reason)s Raised to %(files)s: one from each stratum.", reason=reason, files=said["files"])


def _asked_for(said: Mapping[str, Any]) -> Sentence:
    text = (
        "%(files)s of %(population)s case files as asked for: with confidence %(confidence)s they give the rate of "
        "faulty files to ±%(precision)s where it is %(rate)s."
    )
    return sentence(text, **said)


def _require_fit(asked: int, population: int, strata: int) -> None:
    if not 1 <= asked <= population:
        text = "A sample of “%(asked)s” cannot be drawn: there are %(population)s case files, ask for 1 to so many."
        raise Invalid([sentence(text, asked=asked, population=population)])
    if asked < strata:
        text = "“%(asked)s” files cannot come from %(strata)s strata, one from each: ask for %(strata)s or more."
        raise Invalid([sentence(text, asked=asked, strata=strata)])


def _flagged(files: list[CaseFile], violations: Path) -> Iterator[CaseFile]:
    """The files with the rules that their rows violate by this Parquet file."""
    query = (
        "SELECT DISTINCT source, source_row, rule FROM read_parquet($file) "
        "JOIN (SELECT unnest($sources) AS source, unnest($rows) AS source_row) USING (source, source_row) ORDER BY ALL"
    )
    asked = {
        "file": str(violations),
        "sources": [file.source for file in files],
        "rows": [file.source_row for file in files],
    }
    try:
        found = database([violations]).execute(query, asked).fetchall()
    except duckdb.Error as error:
        text = "“%(file)s” is no Parquet file of violations with the columns rule, source and source_row: %(reason)s"
        raise Invalid([sentence(text, file=violations, reason=str(error).splitlines()[0])]) from error
    rules = {place: tuple(row[2] for row in rows) for place, rows in groupby(found, key=itemgetter(0, 1))}
    for file in files:
        flagged = rules.get((file.source, file.source_row), ())
        yield CaseFile(file.key, file.party, file.day, file.stratum, file.source, file.source_row, flagged)


def _place(file: CaseFile) -> tuple[Any, ...]:
    return (_in_order(file.stratum), file.day, file.key, file.source, file.source_row)


def _in_order(stratum: Stratum) -> tuple[int, str, int]:
    """By year and procedure, major before minor; what is not known last."""
    return (stratum.year or 0, stratum.procedure or "\U0010ffff", {True: 0, False: 1, None: 2}[stratum.is_major])


def _z(confidence: float) -> float:
    return NormalDist().inv_cdf((1 + confidence) / 2)


def _log_choose(n: int, k: int) -> float:
    return math.lgamma(n + 1) - math.lgamma(k + 1) - math.lgamma(n - k + 1)
