"""The language of conditions: SQL expressions over one row, parsed by sqlglot and held against an allow-list.

What is not listed here is refused, with the place of the fault. The tree that comes out is typed, so that no engine
has to guess a conversion, and says the same in DuckDB, in Spark and in plain Python.
"""

import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

import sqlglot
from sqlglot import TokenType, exp
from sqlglot.errors import SqlglotError

from ducha.domain.errors import Invalid, sentence
from ducha.engines.ledgers.kinds import KINDS, Kind, Type

LONGEST = 2_000
# A parser climbs some twenty calls for each bracket.
DEEPEST = 30
LONGEST_PERIOD = 1_000
NUMERIC = (Type.NUMBER, Type.AMOUNT)
_COMPARED: dict[type[exp.Expr], str] = {
    exp.EQ: "=",
    exp.NEQ: "<>",
    exp.LT: "<",
    exp.LTE: "<=",
    exp.GT: ">",
    exp.GTE: ">=",
}
_OPENING = {TokenType.L_PAREN, TokenType.CASE}
_CLOSING = {TokenType.R_PAREN, TokenType.END}
# All that an expression is written with, beside the names of columns and constants.
_TOKENS = {
    *(_OPENING | _CLOSING),
    *(TokenType.VAR, TokenType.IDENTIFIER, TokenType.NUMBER, TokenType.STRING, TokenType.TRUE, TokenType.FALSE),
    *(TokenType.COMMA, TokenType.DASH, TokenType.PLUS, TokenType.STAR, TokenType.SLASH),
    *(TokenType.EQ, TokenType.NEQ, TokenType.LT, TokenType.LTE, TokenType.GT, TokenType.GTE),
    *(TokenType.AND, TokenType.OR, TokenType.NOT, TokenType.IS, TokenType.NULL, TokenType.IN, TokenType.BETWEEN),
    *(TokenType.LIKE, TokenType.WHEN, TokenType.THEN, TokenType.ELSE, TokenType.DATE),
}
_RECKONED: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/"}


class RuleFault(Invalid):
    """A rule file that cannot be used: all its faults, each with its place."""


@dataclass(frozen=True)
class Node:
    """One step of a condition: what it does, the type of what it gives, and what it is done to.

    `op` is "column" or "optional" (value: its name; an optional one counts as blank where its source never had it),
    "literal" (value: a str, int, Decimal, bool or date), "constant" (value:
    "limit" or "as_of", bound when a check runs), or the operator's or function's own name in lower case.
    """

    op: str
    type: Type
    args: tuple["Node", ...] = ()
    value: Any = None

    def walk(self) -> Iterator["Node"]:
        """Itself and all below it."""
        yield self
        for arg in self.args:
            yield from arg.walk()

    def columns(self) -> set[str]:
        """The names of the columns without which nothing can be said of a row."""
        return {node.value for node in self.walk() if node.op == "column"}

    def reads(self) -> set[str]:
        """The names of all columns that it reads."""
        return self.columns() | {node.value for node in self.walk() if node.op == "optional"}

    @property
    def is_rough(self) -> bool:
        """Whether it is a product or quotient, or made of one: those are reckoned in floating point."""
        if self.op in ("*", "/"):
            return True
        made_of = _MADE_OF.get(self.op)
        return made_of is not None and self.type in NUMERIC and any(arg.is_rough for arg in made_of(self.args))

    def bound(self, constants: Mapping[str, Any]) -> "Node":
        """The same with each constant in its place."""
        if self.op == "constant":
            return Node("literal", self.type, value=constants[self.value])
        return Node(self.op, self.type, tuple(arg.bound(constants) for arg in self.args), self.value)


# Of which of its values an expression's own value is made.
_MADE_OF: dict[str, Callable[[tuple[Node, ...]], tuple[Node, ...]]] = {
    **dict.fromkeys(("+", "-", "neg", "abs", "coalesce", "greatest", "least"), lambda args: args),
    "nullif": lambda args: args[:1],
    "case": lambda args: args[1::2] + (args[-1:] if len(args) % 2 else ()),
}


class _Fault(Exception):
    def __init__(self, said: str, at: exp.Expr | int | None = None, params: Mapping[str, Any] | None = None) -> None:
        self.said, self.at, self.params = said, at, dict(params or {})
        super().__init__(said)


def parse(text: str, kind: Kind, constants: Mapping[str, Type], *, wanted: Type | None = Type.FLAG) -> Node:
    """The typed tree of an expression over a row of `kind`; RuleFault names what is refused and where it stands.

    `constants` are the names beside the columns, with their types. `wanted` is the type it must have, None for any.
    """
    try:
        if len(text) > LONGEST:
            raise _Fault("An expression has at most %(limit)s characters.", None, {"limit": LONGEST})
        reader = _Reader(kind, constants)
        _hold_signs(text, {*kind.by_name, *constants})
        node = reader.read(_parsed(text), 0)
        if wanted and node.type != wanted:
            raise _Fault("The expression gives a %(found)s, not a %(wanted)s.", None, _types(node.type, wanted))
    except _Fault as fault:
        place = _place(fault.at, text)
        said = sentence(fault.said, **fault.params)
        raise RuleFault([sentence("%(said)s Here: “%(place)s”.", said=said, place=place)]) from None
    return node


def _hold_signs(text: str, names: set[str]) -> None:
    """Refuse what no rule needs before it is parsed: a parser can be kept busy for hours by a few nested joins."""
    if unseen := [sign for sign in text if unicodedata.category(sign) in ("Cc", "Cf") and sign not in "\t\r\n"]:
        raise _Fault("A sign that is not seen, U+%(code)s, stands in it.", None, {"code": f"{ord(unseen[0]):04X}"})
    try:
        tokens = sqlglot.tokenize(text, dialect="duckdb")
    except SqlglotError:
        raise _Fault("This is no expression: %(said)s", None, {"said": text[:60]}) from None
    end, opened, prefixes = 0, 0, 0
    for token in tokens:
        if text[end : token.start].strip():
            raise _Fault("A comment stands in no expression; the rule has a title and a basis.", end)
        if token.token_type not in _TOKENS and token.text not in names:
            raise _Fault("“%(what)s” is not allowed in a rule.", token.start, {"what": token.text[:40]})
        opened += (token.token_type in _OPENING) - (token.token_type in _CLOSING)
        prefixes = prefixes + 1 if token.token_type in (TokenType.NOT, TokenType.DASH) else 0
        if opened + prefixes > DEEPEST:
            raise _Fault("The expression is nested too deeply.", token.start)
        end = token.end + 1
    if text[end:].strip():
        raise _Fault("A comment stands in no expression; the rule has a title and a basis.", end)


def _parsed(text: str) -> exp.Expr:
    try:
        found = sqlglot.parse(text, dialect="duckdb")
    except (SqlglotError, RecursionError) as error:
        told = getattr(error, "errors", None)
        said = f"{told[0]['start_context']}⟨{told[0]['highlight']}⟩{told[0]['end_context']}" if told else ""
        raise _Fault("This is no expression: %(said)s", None, {"said": said or text[:60]}) from None
    if len(found) != 1 or found[0] is None:
        raise _Fault("One expression is wanted.")
    return found[0]


def _place(at: exp.Expr | int | None, text: str) -> str:
    if at is None:
        return text[:80]
    starts = [at] if isinstance(at, int) else [node.meta["start"] for node in at.walk() if "start" in node.meta]
    start = min(starts) if starts else 0
    return f"{start + 1}: {text[start : start + 40]}"


def _types(found: Type, wanted: Type) -> dict[str, str]:
    return {"found": found.value, "wanted": wanted.value}


@dataclass
class _Reader:
    kind: Kind
    constants: Mapping[str, Type]

    def read(self, at: exp.Expr, depth: int) -> Node:
        if depth > DEEPEST:
            raise _Fault("The expression is nested too deeply.", at)
        reader = _READERS.get(type(at))
        if reader is None:
            what = at.sql(dialect="duckdb")[:40]
            raise _Fault("“%(what)s” is not allowed in a rule.", at, {"what": what})
        used = {name for name, value in at.args.items() if value not in (None, False, [])}
        if extra := used - _PARTS.get(type(at), {"this", "expression"}):
            raise _Fault("“%(what)s” is not allowed in a rule.", at, {"what": ", ".join(sorted(extra))})
        return reader(self, at, depth + 1)

    def all_alike(self, at: exp.Expr, parts: list[exp.Expr], depth: int) -> tuple[Node, ...]:
        nodes = tuple(self.read(part, depth) for part in parts)
        for node, part in zip(nodes[1:], parts[1:], strict=True):
            if _group(node.type) != _group(nodes[0].type):
                text = "A %(found)s cannot be held against a %(wanted)s."
                raise _Fault(text, part, _types(node.type, nodes[0].type))
        return nodes

    def flags(self, parts: list[exp.Expr], depth: int) -> tuple[Node, ...]:
        return tuple(self.typed(part, (Type.FLAG,), depth) for part in parts)

    def typed(self, at: exp.Expr, wanted: tuple[Type, ...], depth: int) -> Node:
        node = self.read(at, depth)
        if node.type not in wanted:
            raise _Fault("A %(wanted)s is wanted here, not a %(found)s.", at, _types(node.type, wanted[0]))
        return node


def _joint(nodes: tuple[Node, ...]) -> Type:
    """The type of what may be any of these, which are alike."""
    return Type.AMOUNT if any(node.type == Type.AMOUNT for node in nodes) else nodes[0].type


def _group(kind: Type) -> Type:
    return Type.NUMBER if kind in NUMERIC else kind


def _paren(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    return reader.read(at.this, depth)


def _both(op: str) -> Callable[[_Reader, exp.Expr, int], Node]:
    def read(reader: _Reader, at: exp.Expr, depth: int) -> Node:
        # A long chain “a and b and c …” leans to the left; it is walked, not climbed down.
        parts: list[exp.Expr] = []
        while isinstance(at, exp.And if op == "and" else exp.Or):
            parts.append(at.expression)
            at = at.this
        return Node(op, Type.FLAG, reader.flags([at, *reversed(parts)], depth))

    return read


def _not(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    return Node("not", Type.FLAG, reader.flags([at.this], depth))


def _compare(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    return Node(_COMPARED[type(at)], Type.FLAG, reader.all_alike(at, [at.this, at.expression], depth))


def _is(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    if not isinstance(at.expression, exp.Null):
        raise _Fault("Only “is null” and “is not null” are allowed.", at)
    return Node("is null", Type.FLAG, (reader.read(at.this, depth),))


def _between(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    value, low, high = reader.all_alike(at, [at.this, at.args["low"], at.args["high"]], depth)
    return Node("and", Type.FLAG, (Node(">=", Type.FLAG, (value, low)), Node("<=", Type.FLAG, (value, high))))


def _in(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    if not at.expressions or not all(isinstance(part, exp.Literal) for part in at.expressions):
        raise _Fault("“in” takes a list of values.", at)
    return Node("in", Type.FLAG, reader.all_alike(at, [at.this, *at.expressions], depth))


def _reckon(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    args = tuple(reader.typed(part, NUMERIC, depth) for part in (at.this, at.expression))
    op = _RECKONED[type(at)]
    # A product or quotient counts nothing: it is no year and no length of a period.
    return Node(op, Type.AMOUNT if op in "*/" else _joint(args), args)


def _negative(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    node = reader.typed(at.this, NUMERIC, depth)
    return Node("neg", node.type, (node,))


def _literal(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    if at.args["is_string"]:
        return Node("literal", Type.TEXT, value=str(at.this))
    try:
        value = Decimal(str(at.this))
    except InvalidOperation:
        raise _Fault("“%(what)s” is no number.", at, {"what": str(at.this)[:20]}) from None
    if not value.is_finite() or abs(value) > 10**15 or value != round(value, 2):
        raise _Fault("A number has at most 15 digits and two decimals.", at)
    if value == int(value) and "." not in str(at.this):
        return Node("literal", Type.NUMBER, value=int(value))
    return Node("literal", Type.AMOUNT, value=value)


def _boolean(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    return Node("literal", Type.FLAG, value=bool(at.this))


def _day(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    literal = at.this
    if at.args["to"].sql() == "DATE" and isinstance(literal, exp.Literal) and literal.args["is_string"]:
        try:
            day = date.fromisoformat(str(literal.this))
        except ValueError:
            day = None
        if day and day.isoformat() == literal.this:
            return Node("literal", Type.DAY, value=day)
    raise _Fault("A day is written date '2019-01-31'; nothing else is converted.", at)


def _column(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    name = str(at.this.this) if isinstance(at.this, exp.Identifier) else ""
    if name in reader.constants:
        return Node("constant", reader.constants[name], value=name)
    column = reader.kind.by_name.get(name)
    if column is None or name in ("given", "original"):
        text = "The ledger “%(ledger)s” has no column “%(name)s”."
        raise _Fault(text, at, {"ledger": reader.kind.id, "name": at.sql()[:40]})
    return Node("column", column.type, value=name)


def _alike(op: str) -> Callable[[_Reader, exp.Expr, int], Node]:
    def read(reader: _Reader, at: exp.Expr, depth: int) -> Node:
        args = reader.all_alike(at, [at.this, *at.expressions], depth)
        # Of one value alone it is that value; Spark has no greatest of one.
        return Node(op, _joint(args), args) if len(args) > 1 else args[0]

    return read


def _nullif(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    args = reader.all_alike(at, [at.this, at.expression], depth)
    return Node("nullif", args[0].type, args)


def _one(op: str, takes: tuple[Type, ...], gives: Type | None) -> Callable[[_Reader, exp.Expr, int], Node]:
    def read(reader: _Reader, at: exp.Expr, depth: int) -> Node:
        node = reader.typed(at.this, takes, depth)
        return Node(op, gives or node.type, (node,))

    return read


def _substring(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    text = reader.typed(at.this, (Type.TEXT,), depth)
    numbers = [reader.read(at.args[name], depth) for name in ("start", "length") if at.args.get(name)]
    if len(numbers) != 2 or any(one.op != "literal" or one.value < 1 for one in numbers):
        raise _Fault("substr(text, first, length) takes two numbers from 1 on.", at)
    return Node("substr", Type.TEXT, (text, *numbers))


def _like(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    text = reader.typed(at.this, (Type.TEXT,), depth)
    pattern = reader.typed(at.expression, (Type.TEXT,), depth)
    if pattern.op != "literal" or "\\" in pattern.value:
        raise _Fault("“like” takes a text in quotes, without a backslash.", at)
    node = Node("like", Type.FLAG, (text, pattern))
    return Node("not", Type.FLAG, (node,)) if at.args.get("negate") else node


def _case(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    if at.this is not None:
        raise _Fault("Write “case when … then …”.", at)
    branches = [(part.this, part.args["true"]) for part in at.args["ifs"]]
    values = [then for _when, then in branches] + ([at.args["default"]] if at.args.get("default") else [])
    thens = reader.all_alike(at, values, depth)
    whens = reader.flags([when for when, _then in branches], depth)
    paired = [node for pair in zip(whens, thens, strict=False) for node in pair]
    return Node("case", _joint(thens), (*paired, *thens[len(whens) :]))


def _function(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    name = str(at.this).lower()
    if name == "optional":
        return _optional(reader, at, depth)
    if name not in FUNCTIONS:
        text = "The function “%(name)s” is not among those that a rule may call: %(known)s."
        raise _Fault(text, at, {"name": name[:40], "known": ", ".join(sorted({*FUNCTIONS, "optional"}))})
    takes, gives = FUNCTIONS[name]
    parts = at.expressions
    if len(parts) != len(takes):
        raise _Fault("“%(name)s” takes %(count)s values.", at, {"name": name, "count": len(takes)})
    args: list[Node] = []
    for part, wanted in zip(parts, takes, strict=True):
        # A year's rows are counted by their day.
        args.append(
            _ledger(part, dated=name == "counted") if wanted == "ledger" else _argument(reader, part, wanted, depth)
        )
    if any(node.op in LOOKUPS for arg in args for node in arg.walk()):
        raise _Fault("What “%(name)s” is asked for is read from the row itself, not looked up.", at, {"name": name})
    return Node(name, gives, tuple(args))


def _optional(reader: _Reader, at: exp.Expr, depth: int) -> Node:
    node = reader.read(at.expressions[0], depth) if len(at.expressions) == 1 else None
    if node is None or node.op != "column":
        raise _Fault("optional(…) takes a column.", at)
    return Node("optional", node.type, value=node.value)


def _argument(reader: _Reader, at: exp.Expr, wanted: str, depth: int) -> Node:
    if wanted not in ("period", "mmdd"):
        return reader.typed(at, (Type.NUMBER,) if wanted == "number" else (Type(wanted),), depth)
    node = reader.typed(at, (Type.NUMBER,), depth)
    if node.op == "constant" or (node.op == "literal" and is_set_well(wanted, node.value)):
        return node
    raise _Fault("The length of a period is a number from 1 to %(most)s, or limit.", at, {"most": LONGEST_PERIOD})


def is_set_well(wanted: str, value: Decimal | int) -> bool:
    """Whether a number can be the length of a period (1 to 1,000), or a month and day of every year (MMDD)."""
    if value != int(value):
        return False
    if wanted == "period":
        return 1 <= value <= LONGEST_PERIOD
    try:
        return bool(date(2001, int(value) // 100, int(value) % 100))
    except ValueError:
        return False


def _ledger(at: exp.Expr, *, dated: bool) -> Node:
    known = [kind.id for kind in KINDS.values() if kind.dated or not dated]
    name = at.name if isinstance(at, exp.Column) and not at.args.get("table") else ""
    if name not in known:
        text = "A ledger is wanted here, one of %(known)s."
        raise _Fault(text, at, {"known": ", ".join(known)})
    return Node("ledger", Type.TEXT, value=name)


# What a rule may ask of the calendar, the officers and other rows: the kinds of its values, and what it gives.
FUNCTIONS: dict[str, tuple[tuple[str, ...], Type]] = {
    "deadline": (("day", "period"), Type.DAY),
    "deadline_days": (("day", "period"), Type.DAY),
    "working_days": (("day", "day"), Type.NUMBER),
    "days": (("day", "day"), Type.NUMBER),
    "month_day": (("number", "mmdd"), Type.DAY),
    "certified": (("text", "day"), Type.FLAG),
    "valid_uscc": (("text",), Type.FLAG),
    "times": (("text",), Type.NUMBER),
    "recorded_in": (("ledger", "text"), Type.FLAG),
    "counted": (("ledger", "number"), Type.NUMBER),
}
# Those that look into the calendar or other rows.
LOOKUPS = frozenset(FUNCTIONS) - {"days", "month_day"}
_READERS: dict[type[exp.Expr], Callable[[_Reader, exp.Expr, int], Node]] = {
    exp.Paren: _paren,
    exp.And: _both("and"),
    exp.Or: _both("or"),
    exp.Not: _not,
    **dict.fromkeys(_COMPARED, _compare),
    **dict.fromkeys(_RECKONED, _reckon),
    exp.Is: _is,
    exp.Between: _between,
    exp.In: _in,
    exp.Neg: _negative,
    exp.Literal: _literal,
    exp.Boolean: _boolean,
    exp.Cast: _day,
    exp.Column: _column,
    exp.Coalesce: _alike("coalesce"),
    exp.Greatest: _alike("greatest"),
    exp.Least: _alike("least"),
    exp.Nullif: _nullif,
    exp.Abs: _one("abs", NUMERIC, None),
    exp.Length: _one("length", (Type.TEXT,), Type.NUMBER),
    exp.Trim: _one("trim", (Type.TEXT,), Type.TEXT),
    exp.Year: _one("year", (Type.DAY,), Type.NUMBER),
    exp.Substring: _substring,
    exp.Like: _like,
    exp.Case: _case,
    exp.Anonymous: _function,
}
# The parts that each may have beside “this” and “expression”; anything else is syntax that no rule needs.
_PARTS: dict[type[exp.Expr], set[str]] = {
    exp.Between: {"this", "low", "high"},
    exp.In: {"this", "expressions"},
    exp.Literal: {"this", "is_string"},
    exp.Cast: {"this", "to"},
    exp.Greatest: {"this", "expressions", "ignore_nulls"},
    exp.Least: {"this", "expressions", "ignore_nulls"},
    exp.Substring: {"this", "start", "length"},
    exp.Trim: {"this"},
    exp.Like: {"this", "expression", "negate"},
    exp.Case: {"ifs", "default", "this"},
    exp.Anonymous: {"this", "expressions"},
    exp.Div: {"this", "expression", "typed", "safe"},
    exp.Coalesce: {"this", "expressions", "is_nvl", "is_null"},
}
