"""Reading violating rows: a page at a time, with the unit's words and the ledger's own row."""

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import urlencode

from django.utils.translation import gettext

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.organisations.models import Membership
from ducha.apps.verification.access import visible_explanations, visible_unmaskings
from ducha.apps.verification.models import Explanation, LedgerFile, RuleResult, Unmasking
from ducha.apps.verification.queries.ledgers import store, taking_part
from ducha.apps.verification.queries.results import newest_of, rows_of_run
from ducha.domain import masking
from ducha.domain.rights import Role
from ducha.engines.ledgers import violations
from ducha.engines.ledgers.dossier import Dossier, dossier
from ducha.engines.ledgers.kinds import COMMON, KINDS
from ducha.engines.ledgers.persons import masked, names_person
from ducha.engines.ledgers.violations import Month, Slice, Violation

PAGE_SIZE = 50
_MASKS = {"identity": masking.identity_number, "qualification": masking.identity_number}


@dataclass(frozen=True)
class Row:
    """违规行: a violating row with the unit's words on it."""

    violation: Violation
    result: RuleResult
    explanation: Explanation | None

    @property
    def place(self) -> str:
        """Where it stands, as the query of an address."""
        return urlencode({"source": self.violation.source, "row": self.violation.source_row})

    @property
    def key(self) -> str:
        """The row's number as it may be shown: no identity number stands in it."""
        return masked(self.violation.key)

    @property
    def reason(self) -> str:
        """Why the rule found it; a code that it quotes may be a person's number."""
        return masked(self.violation.reason)

    @property
    def said(self) -> str:
        """The unit's words, empty where it said nothing."""
        return masked(self.explanation.text) if self.explanation else ""


def slice_of(result: RuleResult) -> Slice:
    return Slice(rows_of_run(result.run), result.whose, result.rule)


def count_rows(results: Sequence[RuleResult]) -> int:
    """How many violating rows the results have together."""
    return violations.count([slice_of(result) for result in results])


def violating_rows_from(file: LedgerFile) -> int:
    """How many rows of a file violate a rule, by the newest checks of the campaigns under way."""
    slices = [slice_of(result) for result in newest_of(taking_part(file))]
    return violations.rows_from(slices, {one["name"] for one in file.sources})


def rows_of(member: Membership, results: Sequence[RuleResult], *, number: int = 1) -> list[Row]:
    """One page of the violating rows of several results, explanations beside them."""
    by_slice = {(result.participation.unit.name, result.rule): result for result in results}
    found = violations.page(
        [slice_of(result) for result in results], limit=PAGE_SIZE, offset=PAGE_SIZE * (max(1, number) - 1)
    )
    shown = [(v, by_slice[v.unit, v.rule]) for v in found]
    words = _explained(member, shown)
    return [Row(v, result, words.get((result.participation_id, v.rule, v.key))) for v, result in shown]


def row_at(member: Membership, result: RuleResult, *, source: str, source_row: str) -> Row | None:
    """The violating row that an address names; None where the run found none there."""
    if not (source_row.isascii() and source_row.isdigit()) or len(source_row) > 15:
        return None
    found = violations.one(slice_of(result), source=source, source_row=int(source_row))
    if found is None:
        return None
    words = _explained(member, [(found, result)])
    return Row(found, result, words.get((result.participation_id, found.rule, found.key)))


def explanation_of(member: Membership, result: RuleResult, key: str) -> Explanation | None:
    """What the unit says about a row, by its key, for whoever may see the row."""
    said = visible_explanations(member).filter(participation=result.participation_id, rule=result.rule, key=key)
    return said.first()


def _explained(
    member: Membership, shown: Sequence[tuple[Violation, RuleResult]]
) -> dict[tuple[int, str, str], Explanation]:
    keys, units = {v.key for v, _result in shown}, {result.participation_id for _v, result in shown}
    found = visible_explanations(member).filter(participation__in=units, key__in=keys)
    return {(e.participation_id, e.rule, e.key): e for e in found}


@dataclass(frozen=True)
class Cell:
    """A value of a ledger's row as the reader may see it; `original` where reading changed what was sent."""

    title: str
    text: str
    original: str = ""
    is_personal: bool = False


def original_row(row: Row, *, unmasked: bool = False) -> list[Cell] | None:
    """原始行: the ledger's row behind a violation, personal columns masked; None where the ledger has it no more."""
    found = violations.original(store(), row.violation)
    return None if found is None else cells_of(row.violation.ledger, found, unmasked=unmasked)


def unmaskings_of(member: Membership, row: Row) -> list[Unmasking]:
    """When the personal cells of a row were seen, the last time first."""
    seen = visible_unmaskings(member).filter(result__participation=row.result.participation_id)
    found = row.violation
    return list(seen.filter(source=found.source, source_row=found.source_row, key=found.key))


def cells_of(ledger: str, found: Mapping[str, Any], *, unmasked: bool = False) -> list[Cell]:
    """The filled cells of a ledger's row in the kind's order, personal ones masked but where a purpose was stated."""
    kind = KINDS[ledger]
    sent = json.loads(found["original"]) if found.get("original") else {}
    is_person = "自然人" in str(found.get("party_kind") or "")
    own = {column.name for column in COMMON}
    cells = []
    for column in kind.columns:
        value = found.get(column.name)
        if column.name in own or value is None:
            continue
        original = str(sent.get(column.name, ""))
        is_named = column.personal or (is_person and column.name == "party_name")
        # A sole trader's own number stands for a credit code, or in words; that column is of no person as a rule.
        is_personal = is_named or names_person(str(value)) or names_person(original)
        hides = is_personal and not unmasked
        text = _shown(value)
        if hides:
            text, original = _masked(column.name, str(value)) if is_named else masked(text), ""
        cells.append(Cell(column.title, text, original, is_personal))
    return cells


def _shown(value: Any) -> str:
    if isinstance(value, bool):
        return gettext("Yes") if value else gettext("No")
    return str(value)


def _masked(column: str, value: str) -> str:
    mask = next((mask for words, mask in _MASKS.items() if words in column), masking.name)
    return str(mask(value))


def party_of(row: Row) -> str:
    """The unified social credit code of the party in a violating row; empty where it has none.

    A person's number is none: it would stand in the address, and in the server's log.
    """
    found = violations.original(store(), row.violation) or {}
    code = str(found.get("uscc") or "")
    return "" if names_person(code) else code


def party(member: Membership, uscc: str) -> Dossier:
    """一户式: the office reads all ledgers, an inspector those of the units in the team's care."""
    if member.role == Role.OFFICE:
        return _shielded(dossier(store(), uscc))
    names = visible_participations(member).order_by().values_list("unit__name", flat=True)
    return _shielded(dossier(store(), uscc, units=set(names)))


def _shielded(found: Dossier) -> Dossier:
    """No identity number stands in it; of a person who was searched by one, no name does either."""
    is_person = names_person(found.uscc)

    def shown(name: str) -> str:
        return str(masking.name(name)) if is_person else masked(name)

    return replace(
        found,
        uscc=masked(found.uscc),
        names=tuple(replace(one, name=shown(one.name)) for one in found.names),
        entries=tuple(
            replace(one, what=masked(one.what), key=masked(one.key), name=one.name and shown(one.name))
            for one in found.entries
        ),
    )


def dated(results: Sequence[RuleResult]) -> list[RuleResult]:
    """Those whose ledger's rows bear a day, the rules with the most violations first."""
    found: dict[str, int] = defaultdict(int)
    for result in results:
        found[result.rule] += result.violations
    return sorted((r for r in results if KINDS[r.ledger].dated), key=lambda r: (-found[r.rule], r.rule))


def months(results: Sequence[RuleResult]) -> list[Month]:
    """趋势: the rows of one rule's ledger by month, and how many of them it found."""
    if not results:
        return []
    return violations.by_month(store(), results[0].ledger, [slice_of(result) for result in results])
