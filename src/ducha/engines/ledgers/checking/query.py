"""The rules of one ledger as one query.

Per row each rule gives one of five states in three bits of an integer; the query groups by unit, region and these
integers and counts. Deadlines are columns of a calendar table that is joined once per event; whatever needs other rows
(officers, equal numbers, codes, other ledgers) is a small table made beforehand, once per key, and joined likewise.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import IntEnum
from typing import Any

from ducha.engines.ledgers.kinds import KINDS, Kind, Type
from ducha.engines.ledgers.quoting import quoted
from ducha.engines.ledgers.rules import Node, Rule
from ducha.engines.ledgers.rules.language import NUMERIC

BITS = 3
# In a signed 64-bit integer.
PER_INTEGER = 21


class State(IntEnum):
    """What a rule says of a row."""

    OUTSIDE = 0
    EXEMPT = 1
    NOT_VERIFIABLE = 2
    FULFILLED = 3
    VIOLATED = 4


@dataclass
class Side:
    """A table beside the ledger, joined as `alias`: either `steps`, queries of which each may read the ones before it
    (as alias_0, alias_1 …), or made by the caller (`made_of`)."""

    alias: str
    on: str
    steps: tuple[str, ...] = ()
    # ("calendar",), ("officers",), ("renewed",) or ("units", kind)
    made_of: tuple[str, ...] = ()

    @property
    def table(self) -> str:
        """The name of the table; what the caller makes is made once."""
        return "side_" + "_".join(self.made_of) if self.made_of else self.alias


@dataclass
class LedgerQuery:
    """The query of one kind of ledger; `rules` are bound: no constant is left in them."""

    kind: Kind
    rules: Sequence[Rule]
    constants: Mapping[str, Mapping[str, Any]]
    # The columns that every row's source had, as far as that was looked up: they need no test in each row.
    always_given: int = 0
    # No row is of an earlier year; None where that is not known.
    first_year: int | None = None
    sides: dict[Any, Side] = field(default_factory=dict)
    working_periods: set[int] = field(default_factory=set)
    plain_periods: set[int] = field(default_factory=set)

    def counts(self) -> str:
        """unit, region, one integer per 21 rules, number of rows."""
        flags = ", ".join(
            f"{sql} AS {name}{at}" for at, rule in enumerate(self.rules) for name, sql in self._flags(rule).items()
        )
        judged = f"SELECT l.unit, l.region, {flags} {self._from()}"
        chunks = range(0, len(self.rules), PER_INTEGER)
        names = ", ".join(f"c{first // PER_INTEGER}" for first in chunks)
        codes = ", ".join(f"{self._code(first)} AS c{first // PER_INTEGER}" for first in chunks)
        inner = f"SELECT s.unit, s.region, {codes} FROM ({judged}) AS s"
        return f"SELECT unit, region, {names}, count(*) AS n FROM ({inner}) AS g GROUP BY unit, region, {names}"

    def violating(self) -> str:
        """The rows that violate any rule told of by rows, with the reason of each such rule (null where it holds)."""
        told = [(at, rule) for at, rule in enumerate(self.rules) if is_told_by_rows(rule)]
        violated = {at: self._violated(rule) for at, rule in told}
        reasons = ", ".join(f"CASE WHEN {violated[at]} THEN {self._reason(rule)} END AS r{at}" for at, rule in told)
        row = f"l.unit, l.{self.kind.key} AS key, l.source, l.source_row"
        return f"SELECT {row}, {reasons} {self._from()} WHERE {' OR '.join(violated.values())}"

    def _from(self) -> str:
        """The ledger with all tables joined that the expressions so far asked for; called after them."""
        joins = " ".join(f"LEFT JOIN {side.table} AS {side.alias} ON {side.on}" for side in self.sides.values())
        return f"FROM {self.kind.id} AS l {joins}"

    def _flags(self, rule: Rule) -> dict[str, str]:
        """The rule's expressions over a row by their short names; what holds for every row is left out."""
        values = self.constants[rule.id]
        parts = {"p": rule.population, "e": rule.exempt, "u": rule.not_verifiable, "h": rule.condition}
        written = {name: self._known(node.bound(values)) for name, node in parts.items() if node is not None}
        if outside := self._outside(rule):
            written["p"] = f"(CASE WHEN {outside} THEN FALSE ELSE {written['p']} END)"
        return {name: sql for name, sql in written.items() if sql != "TRUE" or name in ("e", "u")}

    def _code(self, first: int) -> str:
        """The states of up to 21 rules from their flags, three bits each."""
        terms = []
        for at, rule in enumerate(self.rules[first : first + PER_INTEGER], start=first):
            flags, lines = self._flags(rule), []
            applies = f"s.p{at} AND " if "p" in flags else ""
            if "p" in flags:
                lines.append((f"NOT s.p{at}", State.OUTSIDE))
            if "e" in flags:
                lines.append((f"s.e{at}", State.EXEMPT))
            if "u" in flags:
                lines.append((f"s.u{at}", State.NOT_VERIFIABLE))
            holds = f"s.h{at}" if "h" in flags else "TRUE"
            lines += [(f"{applies}{holds}", State.FULFILLED), (f"{applies}NOT {holds}", State.VIOLATED)]
            whens = " ".join(f"WHEN {when} THEN {_at(state, at - first)}" for when, state in lines)
            terms.append(f"CASE {whens} ELSE {_at(State.NOT_VERIFIABLE, at - first)} END")
        return " + ".join(terms)

    def _violated(self, rule: Rule) -> str:
        flags = self._flags(rule)
        wanted = [flags["p"]] if "p" in flags else []
        wanted += [f"NOT coalesce({flags[name]}, FALSE)" for name in ("e", "u") if name in flags]
        wanted.append(f"NOT {flags.get('h', 'TRUE')}")
        return f"({' AND '.join(wanted)})"

    def _known(self, node: Node) -> str:
        """The expression, null in a row whose source lacks one of its columns."""
        written = self.sql(node)
        own = node.columns() & {column.name for column in self.kind.columns}
        bits = sum(self.kind.bit(name) for name in own) & ~self.always_given
        return f"(CASE WHEN (l.given & {bits}) = {bits} THEN {written} END)" if bits else written

    def _outside(self, rule: Rule) -> str:
        """Whether the row's day lies outside the rule's own time; empty where no row's can."""
        day, tests = f"l.{self.kind.dated}", []
        if rule.valid_from and self.kind.dated and (self.first_year or 0) < _first_whole_year(rule.valid_from):
            tests.append(f"{day} < DATE '{rule.valid_from}'")
        if rule.valid_to and self.kind.dated:
            tests.append(f"{day} > DATE '{rule.valid_to}'")
        return f"coalesce({' OR '.join(tests)}, FALSE)" if tests else ""

    def _reason(self, rule: Rule) -> str:
        parts = []
        for piece in rule.reason:
            if isinstance(piece, str):
                parts.append(quoted(piece))
            else:
                node, otherwise = piece
                value = f"CAST({self._shown(node.bound(self.constants[rule.id]))} AS VARCHAR)"
                parts.append(f"coalesce({value}, {quoted(otherwise)})")
        return f"concat({', '.join(parts)})"

    def _shown(self, node: Node) -> str:
        """An expression as people read it: a number without decimals, an amount with two."""
        if node.type not in NUMERIC:
            return self.sql(node)
        # A limit is a number, and may yet have decimals: 99.5 %.
        whole = node.type == Type.NUMBER and (node.op != "literal" or node.value == int(node.value))
        # Beyond 15 digits a floating-point number says nothing about cents.
        digits = "36,0" if whole else "15,2" if node.is_rough else "38,2"
        return f"TRY_CAST({self.sql(node)} AS DECIMAL({digits}))"

    def sql(self, node: Node) -> str:
        """An expression in DuckDB's dialect; it reads the ledger as “l” and asks for the tables it needs."""
        writer = _WRITERS.get(node.op)
        if writer:
            return str(writer(self, node))
        args = [self.sql(arg) for arg in node.args]
        if node.op in ("and", "or"):
            return f"({f' {node.op.upper()} '.join(args)})"
        if node.op in ("=", "<>", "<", "<=", ">", ">="):
            return f"({args[0]} {node.op} {args[1]})"
        return f"{node.op}({', '.join(args)})"

    def side(self, key: Any, *, on: str, steps: tuple[str, ...] = (), made_of: tuple[str, ...] = ()) -> str:
        """The alias of a table beside the ledger, the same for the same key; “{}” stands for that alias."""
        if key not in self.sides:
            alias = f"{self.kind.id}_{len(self.sides)}"
            written = tuple(step.replace("{}", alias) for step in steps)
            self.sides[key] = Side(alias, on.replace("{}", alias), written, made_of)
        return self.sides[key].alias

    def calendar(self, event: Node) -> str:
        """The calendar joined on the day of an event."""
        written = self.sql(event)
        return self.side(("calendar", event), on=f"{{}}.day = {written}", made_of=("calendar",))

    def units_of(self, kind: str) -> str:
        """The units that hold a ledger of that kind at all."""
        return self.side(("units", kind), on="{}.unit = l.unit", made_of=("units", kind))


def _first_whole_year(day: date) -> int:
    return day.year if (day.month, day.day) == (1, 1) else day.year + 1


def is_told_by_rows(rule: Rule) -> bool:
    """Whether a violation of the rule is a row's, not the unit's alone."""
    return rule.judged in ("row", "share")


def _at(state: State, place: int) -> str:
    return f"CAST({state << (BITS * place)} AS BIGINT)"


def _literal(query: LedgerQuery, node: Node) -> str:
    value = node.value
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, date):
        return f"DATE '{value.isoformat()}'"
    if isinstance(value, Decimal):
        return str(int(value)) if value == int(value) else f"CAST('{value}' AS DECIMAL(38,2))"
    return str(value) if isinstance(value, int) else quoted(value)


def _column(query: LedgerQuery, node: Node) -> str:
    return f"l.{node.value}"


def _wide(query: LedgerQuery, node: Node) -> str:
    """A number so wide that no two of a ledger overflow; an overflow would end the whole check."""
    return query.sql(node) if node.is_rough else f"CAST({query.sql(node)} AS DECIMAL(38,2))"


def _finite(written: str) -> str:
    """A floating-point number, null where it is none."""
    for value in ("Infinity", "-Infinity", "NaN"):
        written = f"nullif({written}, CAST('{value}' AS DOUBLE))"
    return written


def _sum(query: LedgerQuery, node: Node) -> str:
    if node.is_rough:
        left, right = (f"CAST({query.sql(arg)} AS DOUBLE)" for arg in node.args)
        return _finite(f"({left} {node.op} {right})")
    left, right = (_wide(query, arg) for arg in node.args)
    return f"({left} {node.op} {right})"


def _product(query: LedgerQuery, node: Node) -> str:
    left, right = (f"CAST({query.sql(arg)} AS DOUBLE)" for arg in node.args)
    return _finite(f"({left} * {right})" if node.op == "*" else f"({left} / nullif({right}, 0))")


def _case(query: LedgerQuery, node: Node) -> str:
    args = [query.sql(arg) for arg in node.args]
    pairs = " ".join(f"WHEN {args[at]} THEN {args[at + 1]}" for at in range(0, len(args) - 1, 2))
    otherwise = f" ELSE {args[-1]}" if len(args) % 2 else ""
    return f"(CASE {pairs}{otherwise} END)"


def _in(query: LedgerQuery, node: Node) -> str:
    value, *among = (query.sql(arg) for arg in node.args)
    return f"({value} IN ({', '.join(among)}))"


def _deadline(query: LedgerQuery, node: Node) -> str:
    event, period = node.args
    days = int(period.value)
    working = node.op == "deadline"
    (query.working_periods if working else query.plain_periods).add(days)
    return f"{query.calendar(event)}.{'w' if working else 'p'}{days}"


def _working_days(query: LedgerQuery, node: Node) -> str:
    first, last = (query.calendar(arg) for arg in node.args)
    return f"({last}.n - {first}.n)"


def _days(query: LedgerQuery, node: Node) -> str:
    return f"date_diff('day', {query.sql(node.args[0])}, {query.sql(node.args[1])})"


def _month_day(query: LedgerQuery, node: Node) -> str:
    year, day = f"TRY_CAST({query.sql(node.args[0])} AS BIGINT)", int(node.args[1].value)
    made = f"make_date({year}, {day // 100}, {day % 100})"
    return f"(CASE WHEN {year} BETWEEN 1900 AND 2200 THEN {made} END)"


def _certified(query: LedgerQuery, node: Node) -> str:
    number, day = (query.sql(arg) for arg in node.args)
    # A join on equal numbers alone is three times as fast as one that also compares days; so the few certificates
    # that were valid more than once stand in a table of their own.
    on = f"{{}}.certificate_number = {number}"
    once = query.side(("officers", node.args[0]), on=on, made_of=("officers",))
    within = f"{on} AND {day} >= {{}}.first_day AND {day} <= {{}}.last_day"
    again = query.side(("renewed", *node.args), on=within, made_of=("renewed",))
    held = query.units_of("officer")
    return (
        f"(CASE WHEN {number} IS NULL OR {day} IS NULL THEN NULL "
        f"WHEN {day} >= {once}.first_day AND {day} <= {once}.last_day THEN TRUE "
        f"WHEN {again}.certificate_number IS NOT NULL THEN TRUE WHEN {held}.unit IS NOT NULL THEN FALSE END)"
    )


def _times(query: LedgerQuery, node: Node) -> str:
    value = query.sql(node.args[0])
    # Numbers of eight bytes are grouped first; texts only where two rows have the same.
    ledger = f"FROM {query.kind.id} AS l"
    alike = f"SELECT hash(l.unit, {value}) AS h {ledger} WHERE {value} IS NOT NULL GROUP BY 1 HAVING count(*) > 1"
    counted = (
        f"SELECT l.unit AS unit, {value} AS value, count(*) AS n {ledger} "
        f"JOIN {{}}_0 AS a ON hash(l.unit, {value}) = a.h WHERE {value} IS NOT NULL GROUP BY 1, 2 HAVING count(*) > 1"
    )
    on = f"{{}}.unit = l.unit AND {{}}.value = {value}"
    more = query.side(("times", node.args[0]), on=on, steps=(alike, counted))
    return f"(CASE WHEN {value} IS NOT NULL THEN coalesce({more}.n, 1) END)"


# GB 32100-2015: 18 characters without I O Z S V; the last makes Σ value × (3^k mod 31) a multiple of 31.
USCC_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
USCC_WEIGHTS = tuple(pow(3, at, 31) for at in range(17))


def _valid_uscc(query: LedgerQuery, node: Node) -> str:
    value = query.sql(node.args[0])
    codes = f"SELECT DISTINCT {value} AS code FROM {query.kind.id} AS l WHERE {value} IS NOT NULL"
    places = [f"strpos('{USCC_ALPHABET}', substr(d.code, {at}, 1)) - 1" for at in range(1, 19)]
    weighed = " + ".join(f"({place}) * {weight}" for place, weight in zip(places, USCC_WEIGHTS, strict=False))
    fits = f"({weighed} + {places[17]}) % 31 = 0 AND least({', '.join(places)}) >= 0"
    # In two steps: in one, the engine would test every row before it takes each code once.
    wrong = f"SELECT d.code AS code FROM {{}}_0 AS d WHERE NOT (length(d.code) = 18 AND {fits})"
    bad = query.side(("uscc", node.args[0]), on=f"{{}}.code = {value}", steps=(codes, wrong))
    return f"(CASE WHEN {value} IS NOT NULL THEN {bad}.code IS NULL END)"


def _recorded_in(query: LedgerQuery, node: Node) -> str:
    other, value = KINDS[node.args[0].value], query.sql(node.args[1])
    asked = f"SELECT l.unit, {value} FROM {query.kind.id} AS l"
    found = (
        f"SELECT DISTINCT o.unit AS unit, o.{other.key} AS value FROM {other.id} AS o "
        f"WHERE (o.unit, o.{other.key}) IN ({asked})"
    )
    key = ("recorded", other.id, node.args[1])
    on = f"{{}}.unit = l.unit AND {{}}.value = {value}"
    there = query.side(key, on=on, steps=(found,))
    held = query.units_of(other.id)
    return (
        f"(CASE WHEN {value} IS NULL THEN NULL WHEN {there}.unit IS NOT NULL THEN TRUE "
        f"WHEN {held}.unit IS NOT NULL THEN FALSE END)"
    )


def _counted(query: LedgerQuery, node: Node) -> str:
    other, year = KINDS[node.args[0].value], query.sql(node.args[1])
    by_year = (
        f"SELECT o.unit AS unit, year(o.{other.dated}) AS year, count(*) AS n FROM {other.id} AS o "
        f"WHERE o.{other.dated} IS NOT NULL GROUP BY 1, 2"
    )
    on = f"{{}}.unit = l.unit AND {{}}.year = {year}"
    number = query.side(("counted", other.id, node.args[1]), on=on, steps=(by_year,))
    held = query.units_of(other.id)
    return f"(CASE WHEN {year} IS NOT NULL AND {held}.unit IS NOT NULL THEN coalesce({number}.n, 0) END)"


_WRITERS: Mapping[str, Any] = {
    "literal": _literal,
    "column": _column,
    "optional": _column,
    "not": lambda query, node: f"(NOT {query.sql(node.args[0])})",
    "is null": lambda query, node: f"({query.sql(node.args[0])} IS NULL)",
    "neg": lambda query, node: f"(- {_wide(query, node.args[0])})",
    "abs": lambda query, node: f"abs({_wide(query, node.args[0])})",
    # Blanks alone, as in Spark: by itself DuckDB trims every space of Unicode.
    "trim": lambda query, node: f"trim({query.sql(node.args[0])}, ' ')",
    "+": _sum,
    "-": _sum,
    "*": _product,
    "/": _product,
    "case": _case,
    "in": _in,
    "like": lambda query, node: f"({query.sql(node.args[0])} LIKE {query.sql(node.args[1])})",
    "deadline": _deadline,
    "deadline_days": _deadline,
    "working_days": _working_days,
    "days": _days,
    "month_day": _month_day,
    "certified": _certified,
    "times": _times,
    "valid_uscc": _valid_uscc,
    "recorded_in": _recorded_in,
    "counted": _counted,
}
_SPANS = {"certificate_number": "VARCHAR", "first_day": "DATE", "last_day": "DATE"}
SIDE_TYPES: Mapping[str, Mapping[str, str]] = {
    "officers": _SPANS,
    "renewed": _SPANS,
    "units": {"unit": "VARCHAR"},
}
