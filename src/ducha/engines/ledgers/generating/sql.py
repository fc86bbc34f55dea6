"""The words in which the ledgers' SQL is written: mixing of integers, working days, lists to pick from, codes.

No join is needed to make a row: whatever it looks up lies in a list that is a constant of the query. So rows keep
their order, and memory does not grow with them.
"""

import re
from bisect import bisect_right
from collections.abc import Sequence
from datetime import date, timedelta

import duckdb

from ducha.domain import workdays
from ducha.engines.ledgers.generating import words
from ducha.engines.ledgers.generating.city import UNITS

AS_OF = date(2022, 1, 10)
# Days that any event or deadline of the ledgers may fall on.
_FIRST, _LAST = date(2017, 1, 1), date(2023, 12, 31)
# GB 32100: no I, O, S, V, Z.
_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"
_LETTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ORGANISATION_WEIGHTS = (3, 7, 9, 10, 5, 8, 4, 2)
_IDENTITY_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)

# Two rounds of shift and multiply within 31 bits: no product leaves 64 bits, and the result is the same everywhere.
_MIXING = """
CREATE OR REPLACE MACRO stirred(x, k) AS ((xor(x, x >> 15) * k) & 2147483647);
CREATE OR REPLACE MACRO mix(x, salt) AS
    (stirred(
        stirred((x::BIGINT * 1103515245 + salt::BIGINT * 668265263 + {seed}::BIGINT) & 2147483647, 73244475),
        1597334677
    ) >> 3);
"""
_DAYS = """
CREATE OR REPLACE MACRO as_of() AS DATE '{as_of}';
CREATE OR REPLACE MACRO ordinal(d) AS workdays_until(d - DATE '{first}');
CREATE OR REPLACE MACRO deadline(d, n) AS working_day(ordinal(d) + n - 1);
CREATE OR REPLACE MACRO next_working_day(d) AS deadline(CAST(d - 1 AS DATE), 1);
CREATE OR REPLACE MACRO deadline_days(d, n) AS next_working_day(CAST(d + n AS DATE));
CREATE OR REPLACE MACRO known(d) AS CASE WHEN d <= as_of() THEN d END;
CREATE OR REPLACE MACRO last_before(y) AS ordinal(make_date(y - 1, 12, 31));
CREATE OR REPLACE MACRO spread_day(y, j, n) AS
    working_day(last_before(y) + CAST(j * (last_before(y + 1) - last_before(y)) // n AS INTEGER));
CREATE OR REPLACE MACRO eve_of_holiday(y) AS
    CASE y WHEN 2019 THEN DATE '2019-09-27' WHEN 2020 THEN DATE '2020-09-24' ELSE DATE '2021-09-24' END;
"""
_CODES = """
CREATE OR REPLACE MACRO sign31(n) AS substr('{alphabet}', CAST(n AS INTEGER) + 1, 1);
CREATE OR REPLACE MACRO organisation_check(c) AS
    substr('0X987654321', CAST(({organisation}) % 11 AS INTEGER) + 1, 1);
CREATE OR REPLACE MACRO uscc_check(c) AS sign31((31 - ({uscc}) % 31) % 31);
CREATE OR REPLACE MACRO identity_check(c) AS substr('10X98765432', CAST(({identity}) % 11 AS INTEGER) + 1, 1);
CREATE OR REPLACE MACRO certificate(unit, serial) AS
    '16' || lpad(CAST(unit + 1 AS VARCHAR), 3, '0') || '0' || lpad(CAST(serial AS VARCHAR), 5, '0');
"""


def prepare(connection: duckdb.DuckDBPyConnection, seed: int) -> None:
    """Everything the ledgers' SQL may call."""
    connection.execute(_MIXING.format(seed=seed % 1_000_003 * 374761393))
    _tell_days(connection)
    _tell_codes(connection)
    _tell_words(connection)
    for fact in ("name", "region", "short", "weight"):
        tell(connection, f"unit_{fact}", [getattr(unit, fact) for unit in UNITS])
    tell(connection, "unit_field", [words.FIELDS.index(unit.field) for unit in UNITS])
    tell(connection, "unit_uscc", [_uscc(f"11{unit.region}00{unit.number:07}") for unit in UNITS])


def tell(connection: duckdb.DuckDBPyConnection, name: str, values: Sequence[str | int | date | None]) -> None:
    """Make `name(n)` stand for the n-th of the values, counted from 0."""
    first = next((value for value in values if value is not None), "")
    kind = {str: "VARCHAR", int: "BIGINT", date: "DATE"}[type(first)]
    # Through text: a list of dates is bound one by one otherwise.
    texts = [None if value is None else str(value) for value in values]
    connection.execute(f"SET VARIABLE {name} = (SELECT CAST(? AS VARCHAR[])::{kind}[])", [texts])
    connection.execute(
        f"CREATE OR REPLACE MACRO {name}(n) AS list_extract(getvariable('{name}'), CAST(n AS BIGINT) + 1)"
    )


def branches(firsts: Sequence[int], low: int = 0, high: int | None = None) -> str:
    """The unit to which place `i` of a part belongs, as nested CASEs: six comparisons for sixty units."""
    high = len(firsts) if high is None else high
    if high - low == 1:
        return str(low)
    middle = (low + high) // 2
    return (
        f"CASE WHEN i < {firsts[middle]} THEN {branches(firsts, low, middle)} ELSE {branches(firsts, middle, high)} END"
    )


def _tell_days(connection: duckdb.DuckDBPyConnection) -> None:
    working = [day for day in workdays.load().working_days if _FIRST <= day <= _LAST]
    span = [_FIRST + timedelta(n) for n in range((_LAST - _FIRST).days + 1)]
    tell(connection, "working_day", working)
    tell(connection, "workdays_until", [bisect_right(working, day) for day in span])
    connection.execute(_DAYS.format(first=_FIRST, as_of=AS_OF))


def _tell_codes(connection: duckdb.DuckDBPyConnection) -> None:
    def weighted(alphabet: str, weights: Sequence[int]) -> str:
        return " + ".join(f"(strpos('{alphabet}', substr(c, {n}, 1)) - 1) * {w}" for n, w in enumerate(weights, 1))

    connection.execute(
        _CODES.format(
            alphabet=_ALPHABET,
            organisation=weighted(_LETTERS, _ORGANISATION_WEIGHTS),
            uscc=weighted(_ALPHABET, [pow(3, n, 31) for n in range(17)]),
            identity=weighted("0123456789", _IDENTITY_WEIGHTS),
        )
    )


def _tell_words(connection: duckdb.DuckDBPyConnection) -> None:
    for nth, part in enumerate(("breach", "facts")):
        tell(connection, part, [breach[nth] for breach in words.BREACHES_IN_ORDER])
    tell(connection, "basis", [re.sub("(.+?)(第.+)", r"《\1》\2", basis) for _, _, basis in words.BREACHES_IN_ORDER])
    for nth, part in enumerate(("licence_title", "licence_category", "licence_content")):
        tell(connection, part, [licence[nth] for licence in words.LICENCES])
    lists = ("WORDS", "MORE_WORDS", "TRADES", "FORMS", "SHOPS", "SURNAMES", "GIVEN", "MEASURES", "RESULTS")
    for name in (*lists, "SERVICE_ITEMS", "SUBJECTS", "DOCUMENT_SUBJECTS"):
        values = getattr(words, name)
        tell(connection, name.lower(), values)
        connection.execute(
            f"CREATE OR REPLACE MACRO of_{name.lower()}(n) AS {name.lower()}(CAST(n AS BIGINT) % {len(values)})"
        )


def _uscc(first17: str) -> str:
    total = sum(_ALPHABET.index(sign) * pow(3, n, 31) for n, sign in enumerate(first17))
    return first17 + _ALPHABET[-total % 31]
