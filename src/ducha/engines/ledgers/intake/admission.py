"""Whose rows a file may bring: of units that take part, and of none what another sender has brought already."""

from collections.abc import Collection, Mapping
from typing import Any

from ducha.engines.ledgers.intake.heads import Head
from ducha.engines.ledgers.kinds import Kind
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.store import Store

STRANGER, HELD_OF_ALL, HELD_OF_UNIT = "stranger:unit", "held_of_all:unit", "held_of_unit:unit"


def refusals(
    head: Head, store: Store, *, unit: str | None, units: Collection[str] | None
) -> tuple[tuple[str, str], ...]:
    """The reasons that forbid a row besides its own cells, each with its condition in SQL over the values.

    `units` are those whose rows are taken, None for all; `unit` is the one that has sent them, None where they come for
    all units. What one of these two has sent of a unit, kind and period stands: a row of the other's is rejected.
    """
    if units is None:
        return ()
    whose = "v_unit" if any(field.column == "unit" for field in head.fields) else quoted(unit or "")
    found = [(STRANGER, f"({whose} IS NOT NULL AND {whose} NOT IN {_listed(units)})")]
    if held := _held(head.kind, store, by_units=unit is None):
        period = f"CAST(year(v_{head.kind.dated}) AS VARCHAR)" if head.kind.dated else "''"
        reason = HELD_OF_UNIT if unit is None else HELD_OF_ALL
        found.append((reason, f"coalesce({whose} || '/' || {period} IN {_listed(held)}, false)"))
    return tuple(found)


def may_fare_otherwise(entry: Mapping[str, Any]) -> bool:
    """Whether the same bytes sent again may bring other rows: who takes part, and what is held, changes."""
    return not {STRANGER, HELD_OF_ALL, HELD_OF_UNIT}.isdisjoint(entry["reasons"])


def _held(kind: Kind, store: Store, *, by_units: bool) -> set[str]:
    """unit/period of all that units have sent of a kind themselves, or that came for all units."""
    sources = store.manifest["sources"]
    parts = [part for part in store.of_kind(kind.id) if (sources[part.source]["unit"] is not None) == by_units]
    return {f"{unit}/{part.period}" for part in parts for unit in part.units}


def _listed(texts: Collection[str]) -> str:
    # No text is the empty one: a list without any is no SQL.
    return f"({', '.join(map(quoted, sorted(texts))) or quoted('')})"
