"""Fates: what becomes of a row. Most rows have none; some break one rule, some stand exactly at its limit.

A row's slot is its place in the part modulo the number of slots, and slots are dealt to fates in order. So each fate
comes at a steady rate, no row has two, and the answer key is known before a row is made.
"""

from dataclasses import dataclass

from ducha.engines.ledgers.generating.city import Unit, keeps, missing
from ducha.engines.ledgers.generating.sizes import FUTURE, YEARS, Part


@dataclass(frozen=True)
class Fate:
    """`rule` is what the row breaks, None where it only looks as if; `years` limits it where the law is young."""

    name: str
    rule: str | None = None
    years: tuple[int, ...] = YEARS
    # Needs a valid certificate of the unit's own, or an officers' ledger that says what is wrong with it.
    needs_officers: bool = False


def _certificates(rule: str, *, dated: bool) -> tuple[Fate, ...]:
    found = [
        Fate("same", rule),
        Fate("alone", rule),
        Fate("unknown", rule, needs_officers=True),
        Fate("lapsed", rule, needs_officers=True),
        Fate("struck", rule, needs_officers=True),
        Fate("joint"),
    ]
    if dated:
        found += [
            Fate("cert_edge", None, (2020,), needs_officers=True),
            Fate("cert_over", rule, (2020,), needs_officers=True),
            Fate("early_edge", None, (2020,), needs_officers=True),
            Fate("early_over", rule, (2020,), needs_officers=True),
        ]
    return tuple(found)


def _publicity(rule: str) -> tuple[Fate, ...]:
    return (
        Fate("pub_edge"),
        Fate("pub_over", rule),
        Fate("pub_late", rule),
        Fate("pub_never", rule),
        Fate("secret"),
        Fate("secret_late"),
    )


# The slot before a twin's: nothing else may befall the row whose number is used twice.
_TWINNED = Fate("twinned")

FATES: dict[str, tuple[Fate, ...]] = {
    "penalty": (
        _TWINNED,
        Fate("twin", "penalty_number_unique"),
        *_publicity("penalty_published"),
        Fate("serve_edge"),
        Fate("serve_over", "penalty_served"),
        Fate("serve_never", "penalty_served"),
        *_certificates("penalty_two_officers", dated=True),
        Fate("code_wrong", "penalty_uscc"),
        Fate("fine_edge"),
        Fate("fine_over", "penalty_amount"),
        Fate("fine_minus", "penalty_amount"),
        Fate("filed_after", "penalty_dates_in_order"),
        Fate("served_soon", "penalty_dates_in_order"),
        Fate("revoked_soon", "penalty_dates_in_order"),
        Fate("filed_edge", None, (2021,)),
        Fate("filed_over", "penalty_decided", (2021,)),
        Fate("filed_long"),
        Fate("rev_edge"),
        Fate("rev_none", "legal_review"),
        Fate("rev_after", "legal_review"),
        Fate("rev_refused", "legal_review"),
        Fate("rec_none", "penalty_recorded"),
        Fate("rec_unheard", "penalty_recorded"),
        Fate("down_edge", None, (2021,)),
        Fate("down_over", "withdrawn_taken_down", (2021,)),
        Fate("down_never", "withdrawn_taken_down", (2021,)),
    ),
    "licence": (
        _TWINNED,
        Fate("twin", "licence_number_unique"),
        *_publicity("licence_published"),
        Fate("code_wrong", "licence_uscc"),
    ),
    "coercion": (
        *_publicity("coercion_published"),
        *_certificates("coercion_two_officers", dated=False),
        Fate("rec_none", "coercion_recorded"),
        Fate("rec_partly", "coercion_recorded"),
    ),
    "inspection_record": (
        *_publicity("inspection_published"),
        *_certificates("inspection_two_officers", dated=False),
    ),
    "normative_document": (
        Fate("filed_edge"),
        Fate("filed_over", "normative_filed"),
        Fate("filed_never", "normative_filed"),
        Fate("rev_first"),
        Fate("rev_last"),
        Fate("rev_early", "normative_reviewed"),
        Fate("rev_over", "normative_reviewed"),
        Fate("rev_none", "normative_reviewed"),
        Fate("urgent"),
        Fate("unsubmitted"),
    ),
    "start_up": (
        Fate("edge"),
        Fate("over", "startup"),
        Fate("late", "startup"),
        Fate("never", "startup"),
    ),
    "annual_report": (
        Fate("pub_edge"),
        Fate("pub_over", "statistics_published"),
        Fate("pub_never", "statistics_published"),
        Fate("sum_wrong", "statistics_add_up"),
        Fate("count_wrong", "statistics_agree"),
        Fate("untold"),
    ),
    "officer": (),
    "service_item": (),
    "publication": (Fate("licence"), Fate("unrecorded", "publication_recorded")),
}

# The columns without which a rule says nothing about a row.
_COLUMNS = {
    "penalty_published": {"published_on"},
    "penalty_served": {"served_on"},
    "penalty_two_officers": {"officer2"},
    "penalty_dates_in_order": {"filed_on", "served_on"},
    "penalty_decided": {"filed_on"},
    "legal_review": {"reviewed_on"},
    "penalty_recorded": {"recording_number"},
    "withdrawn_taken_down": {"taken_down_on"},
    "licence_published": {"published_on"},
    "coercion_published": {"published_on"},
    "coercion_recorded": {"recording_number"},
    "inspection_published": {"published_on"},
    "inspection_two_officers": {"officer2"},
    "normative_filed": {"filed_on"},
    "normative_reviewed": {"reviewed_on"},
    "startup": {"insured_on"},
    "statistics_published": {"published_on"},
}
_ORDER = "penalty_dates_in_order"
_RULES = tuple(dict.fromkeys(fate.rule for fates in FATES.values() for fate in fates if fate.rule))
# A unit is careful about every fifth rule; with few rows that would leave a rule without any fault.
_CAREFUL = 5
_LONGEST = 200
_LONGEST_OF = {"annual_report": 30}


def slots(part: Part) -> int:
    """How many slots a part of this size has: more rows, rarer faults. After the last fate's they have none."""
    if part.year == FUTURE:
        return 1
    return max(len(FATES[part.kind]), min(_LONGEST_OF.get(part.kind, _LONGEST), part.rows))


def dealt(part: Part, unit: Unit) -> list[str | None]:
    """The fates of the part's first slots for rows of this unit."""
    if part.year == FUTURE:
        return ["future"]
    return [fate.name if _befalls(fate, part, unit) else None for fate in FATES[part.kind]]


def turned(part: Part, seed: int) -> int:
    """By how much the slots are turned, so that a short year does not lack what the next one lacks too."""
    nth = YEARS.index(part.year) if part.year in YEARS else 0
    return seed % 7 + nth * slots(part) // len(YEARS)


def rule_of(kind: str) -> dict[str, str]:
    """The rule that each fate of a kind breaks."""
    found = {fate.name: fate.rule for fate in FATES[kind] if fate.rule}
    return {**found, "future": _ORDER} if kind == "penalty" else found


def _befalls(fate: Fate, part: Part, unit: Unit) -> bool:
    if part.year is not None and part.year not in fate.years:
        return False
    if fate.needs_officers and not keeps(unit, "officer"):
        return False
    if fate.rule is None:
        return True
    if fate.rule in ("statistics_agree", "publication_recorded") and not keeps(unit, "penalty"):
        return False
    return not (_COLUMNS.get(fate.rule, set()) & missing(unit, part.kind) or _is_careful(unit, fate.rule, part))


def _is_careful(unit: Unit, rule: str, part: Part) -> bool:
    many = part.rows >= 2 * _LONGEST or part.kind == "annual_report"
    return many and (unit.number + _RULES.index(rule)) % _CAREFUL == 0
