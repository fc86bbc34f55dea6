"""How many rows each ledger has, by year and unit: penalties and licences are the bulk, standing ledgers small."""

from collections.abc import Sequence
from dataclasses import dataclass

from ducha.engines.ledgers.generating.city import UNITS, Unit, keeps

YEARS = (2019, 2020, 2021)
# Decisions dated after the check date lie in a year of their own.
FUTURE = 2022
# With fewer rows not every rule would have rows on both sides.
FEWEST = 3000

# Shares of the whole in thousandths; what is left is penalties and licences, 47 to 53.
_SHARES = {"coercion": 30, "inspection_record": 80, "publication": 40, "start_up": 12}
# Certificates of which one has lapsed, one was struck off, one ends and one begins within the years.
SPECIAL_OFFICERS = 4
# With 20 valid certificates on the check date one reviewer is exactly 5 %.
_TWENTY_VALID = 23


@dataclass(frozen=True)
class Part:
    """The rows of one kind and year, unit by unit; `before` counts the rows of the kind in earlier years."""

    kind: str
    year: int | None
    counts: tuple[int, ...]
    before: int

    @property
    def rows(self) -> int:
        return sum(self.counts)

    @property
    def firsts(self) -> list[int]:
        """The place of each unit's first row in the part."""
        return [sum(self.counts[:unit]) for unit in range(len(self.counts))]


def parts(rows: int) -> tuple[Part, ...]:
    """Every kind and year with its counts, which together are `rows`."""
    standing = [
        Part("officer", None, tuple(officers(unit, rows) for unit in UNITS), 0),
        Part("service_item", None, tuple(_service_items(unit, rows) for unit in UNITS), 0),
        Part("annual_report", None, tuple(_reports(unit) for unit in UNITS), 0),
        *_by_year("normative_document", len(UNITS) * min(12, max(2, rows // 2000))),
    ]
    flows = [part for kind, share in _SHARES.items() for part in _by_year(kind, rows * share // 1000)]
    future = Part("penalty", FUTURE, _spread("penalty", max(2, rows // 5000), UNITS), 0)
    left = rows - sum(part.rows for part in [*standing, *flows, future])
    penalties = left * 47 // 100
    bulk = [*_by_year("penalty", penalties), *_by_year("licence", left - penalties)]
    last = Part("penalty", FUTURE, future.counts, penalties)
    return (*bulk, last, *flows, *standing)


def officers(unit: Unit, rows: int) -> int:
    """Certificates of a unit, some tens to hundreds; none where it sends no such ledger."""
    if not keeps(unit, "officer"):
        return 0
    if unit.number % 10 == 1:
        return _TWENTY_VALID
    full = 20 + unit.weight * 8
    return max(SPECIAL_OFFICERS + 4, min(full, rows * 6 // 100 // len(UNITS)))


def _service_items(unit: Unit, rows: int) -> int:
    """Five, or a multiple of 50, so that a share of exactly 80 % is possible."""
    full = 50 + 50 * (unit.number % 3)
    affordable = rows * 3 // 100 // len(UNITS)
    return full if affordable >= full else min(50, affordable // 50 * 50) or 5


def _reports(unit: Unit) -> int:
    """Statistics for each year; every third unit's report on rule-of-law government lies in the same ledger."""
    return len(YEARS) * (2 if unit.number % 3 == 0 else 1)


def _by_year(kind: str, rows: int) -> list[Part]:
    found, before = [], 0
    for nth, year in enumerate(YEARS):
        share = rows // len(YEARS) + (nth < rows % len(YEARS))
        found.append(Part(kind, year, _spread(kind, share, UNITS), before))
        before += share
    return found


def _spread(kind: str, rows: int, units: Sequence[Unit]) -> tuple[int, ...]:
    """Rows by the units' weights, one at least where there are enough; rounded so that nothing is lost."""
    weights = [(1 if kind == "normative_document" else unit.weight) * keeps(unit, kind) for unit in units]
    at_least = 1 if rows > 2 * len(units) else 0
    sure = [at_least * (weight > 0) for weight in weights]
    whole, passed, reached, counts = sum(weights), 0, 0, []
    for weight, one in zip(weights, sure, strict=True):
        passed += weight
        upto = (rows - sum(sure)) * passed // whole
        counts.append(upto - reached + one)
        reached = upto
    return tuple(counts)
