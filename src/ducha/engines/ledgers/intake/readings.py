"""How a cell is read, as SQL over whole columns: days, amounts, numbers, flags, document numbers, codes, texts.

A row whose cells are all spelt as most are is told by `is_plain` and read by `plain` alone; the rest is paid for by the
rows that need it.
"""

from dataclasses import dataclass

from ducha.engines.ledgers.intake.heads import Field
from ducha.engines.ledgers.kinds import Column, Kind, Type
from ducha.engines.ledgers.quoting import quoted

# Taken off around a cell.
BLANKS = " \t\n\u3000\u00a0\ufeff\u200b"
_NOTHING = ("-", "/", "无", "null", "－", "／", "—", "——", "--")
_LONGEST_NOTHING = max(len(word.encode()) for word in _NOTHING)
_WIDE = "".join(chr(code) for code in range(0xFF01, 0xFF5F))
_NARROW = "".join(chr(code - 0xFEE0) for code in range(0xFF01, 0xFF5F)).replace("'", "''")
_TIME = r"(?:[ T]?\d{1,2}[:时]\d{1,2}(?:[:分](?:\d{1,2}(?:\.\d+)?秒?)?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEARS = r"(?:19|2\d)\d{2}|9999"
_DAY = rf"({_YEARS})\s*[-/.年]\s*(\d{{1,2}})\s*[-/.月]\s*(\d{{1,2}})\s*日?\s*{_TIME}"
_COMPACT = rf"({_YEARS})(\d{{2}})(\d{{2}})(?:\d{{6}}|\d{{4}}|{_TIME})"
# Excel counts days from here, as it believes in a 29 February 1900.
_SERIAL = r"([2-7]\d{4}|80000)(?:\.\d+)?"
_NUMBER = r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)"
_AMOUNT = rf"[¥￥]?({_NUMBER}(?:\.\d+)?|\.\d+)(万?)元?整?"
_COUNT = rf"({_NUMBER})(?:\.0+)?(?:个?工作日|天|日|次|宗|件|年度?|个)?"
_DIGITS_LOST = r"\d(?:\.\d+)?E\+\d{1,3}"
_YEAR = r"[〔\[【(﹝［（{〖]?(\d{4})[〕\]】)﹞］）}〗]"
# A sign that such a number is written otherwise than in its common form.
_IN_NUMBER = r"[\s\x{3000}\x{00a0}\x{ff01}-\x{ff5e}【】〖〗﹝﹞\[\](){}]"
_TRUE = ("是", "1", "y", "yes", "t", "true", "有", "√", "✓", "1.0")
_FALSE = ("否", "0", "n", "no", "f", "false", "无", "没有", "×", "0.0")
_PLAIN_FLAGS = ("是", "否", "1", "0", "true", "false")
# Numbers of persons, firms and papers: a spreadsheet takes them for quantities and rounds them.
_CODES = frozenset({"uscc", "authority_uscc", "identity_number", "representative_identity"})
_LONG_NUMBERS = _CODES | {
    "organisation_code",
    "registration_number",
    "tax_number",
    "certificate_number",
    "qualification_number",
    "officer1",
    "officer2",
    "licence_number",
    "record_number",
    "recording_number",
    "application_number",
    "task_code",
}
# Numbers of certificates as other ledgers quote them: spelt as the ledger of officers has them under its key.
_QUOTED_KEYS = frozenset({"officer1", "officer2"})
# Until which something holds; 长期 is 31 December 2099 in the national standard's own use.
_UNTIL = frozenset({"valid_until", "expires_on", "publish_until"})
_ALWAYS = ("长期", "永久", "长期有效", "永久有效", "无固定期限")


@dataclass(frozen=True)
class Reading:
    """The expressions of one column, each over those before: the cell as sent c, without blanks around it s,

    null where it says nothing t, for days the common spelling p and others half-width w, its value v. Where the row
    is plain, `plain` gives the same value from the cell alone.
    """

    column: Column
    cell: str
    bare: str
    spoken: str
    value: str
    changed: str
    faults: tuple[tuple[str, str], ...]
    plain: str
    is_key: bool
    # Whether a blank cell is a fault, and whether a plain one is another value than its text.
    is_needed: bool
    is_scaled: bool
    # Between t and v; a text that is long in SQL is dear to plan, however few rows there are.
    common: str | None = None
    narrow: str | None = None


def reading(kind: Kind, field: Field, unit: str | None) -> Reading:
    """How a field of a source is read; a unit that is given stands in for a blank one."""
    column = kind.by_name[field.column]
    cell, trimmed, value = f"c{field.at}", f"t_{column.name}", f"v_{column.name}"
    is_key = column.name == kind.key or column.name in _QUOTED_KEYS
    expression = _key(trimmed) if is_key else _value(column, trimmed, field.scale)
    same = f"{_as_text(column, value, cell, field.scale)} IS NOT DISTINCT FROM {cell}"
    changed = f"CASE WHEN {same} THEN false ELSE trim({cell}, {quoted(BLANKS)}) <> '' END"
    if column.name == "unit" and unit:
        expression, changed = f"coalesce({expression}, {quoted(unit)})", "false"
    plain = _plain(column, cell, field.scale)
    if column.name == "unit" and unit:
        plain = f"coalesce({cell}, {quoted(unit)})"
    is_needed = column.required and not (column.name == "unit" and unit)
    faults = []
    if is_needed:
        faults.append((f"missing:{column.name}", f"({trimmed} IS NULL)"))
    if column.type is not Type.TEXT:
        faults.append((f"unreadable:{column.name}", f"({value} IS NULL AND {trimmed} IS NOT NULL)"))
    if column.name in _LONG_NUMBERS:
        wide = f"regexp_full_match(upper({_narrow(trimmed)}), '{_DIGITS_LOST}')"
        lost = f"CASE WHEN contains({trimmed}, '+') OR contains({trimmed}, '＋') THEN {wide} ELSE false END"
        faults.append((f"scientific:{column.name}", f"({lost})"))
    steps = _day_steps(column, trimmed) if column.type is Type.DAY else (None, None)
    is_scaled = field.scale != 1
    return Reading(
        column,
        cell,
        *_trimmed(column, cell),
        expression,
        changed,
        tuple(faults),
        plain,
        is_key,
        is_needed,
        is_scaled,
        *steps,
    )


def is_plain(readings: list[Reading], *, is_loose: bool) -> str:
    """Whether nothing in a row is spelt otherwise than in most: its `plain` values, over them as v, are its values.

    Several columns are looked through as one text, for the start of a search costs more than the search.
    """
    conditions = ["flaws IS NULL"]
    for one in readings:
        said = _is_spelt_plainly(one.column, one.cell, f"v_{one.column.name}")
        conditions.append(f"({said})" if one.is_needed else f"({one.cell} IS NULL OR {said})")
        if is_loose and one.column.type is Type.TEXT:
            conditions.append(f"({one.cell} IS NULL OR NOT ({_is_loose(one.cell)}))")
    keys = [one.cell for one in readings if one.is_key]
    codes = [one.cell for one in readings if one.column.name in _CODES]
    numbers = [one.cell for one in readings if one.column.name in _LONG_NUMBERS - _CODES]
    if keys:
        conditions.append(f"NOT regexp_matches(concat({', '.join(keys)}), '{_IN_NUMBER}')")
    if codes:
        conditions.append(f"regexp_full_match(concat({', '.join(codes)}), '[0-9A-Z]*')")
    if numbers:
        conditions.append(f"NOT regexp_matches(concat({', '.join(numbers)}), '[+＋]')")
    return " AND ".join(conditions)


def _plain(column: Column, cell: str, scale: int) -> str:
    """The value of a cell that is spelt as most are."""
    match column.type:
        case Type.DAY:
            return f"try_cast({cell} AS DATE)"
        case Type.AMOUNT:
            return _plain_amount(cell, scale)
        case Type.NUMBER:
            return f"try_cast({cell} AS BIGINT)"
        case Type.FLAG:
            no = f"WHEN {cell} IN ('否', '0', 'false') THEN false"
            return f"CASE WHEN {cell} IN ('是', '1', 'true') THEN true {no} END"
    return cell


def _is_spelt_plainly(column: Column, cell: str, value: str) -> str:
    """Whether a cell that is not null is spelt so, where `_plain` made the value of it."""
    match column.type:
        case Type.DAY:
            known = f"{value} BETWEEN DATE '1900-01-01' AND DATE '2999-12-31' OR {cell} = '9999-12-31'"
            return f"({known}) AND CAST({value} AS VARCHAR) = {cell}"
        case Type.AMOUNT:
            return _is_plain_amount(cell)
        case Type.NUMBER:
            return f"CAST({value} AS VARCHAR) = {cell}"
        case Type.FLAG:
            return f"{value} IS NOT NULL"
    return f"strlen({cell}) > {_LONGEST_NOTHING} OR lower({cell}) NOT IN ({', '.join(map(quoted, _NOTHING))})"


def _trimmed(column: Column, cell: str) -> tuple[str, str]:
    """The cell without blanks around it, and null where that says nothing. `trim` is slow: few cells need it."""
    words = ", ".join(quoted(word) for word in _NOTHING if column.type is not Type.FLAG or word != "无")
    bare = f"s_{column.name}"
    spoken = f"CASE WHEN strlen({bare}) > {_LONGEST_NOTHING} THEN {bare} WHEN lower({bare}) IN ({words}) THEN NULL "
    return (
        f"CASE WHEN {_is_loose(cell)} THEN nullif(trim({cell}, {quoted(BLANKS)}), '') ELSE {cell} END",
        f"{spoken}ELSE {bare} END",
    )


def _is_loose(cell: str) -> str:
    blanks = [quoted(blank) for blank in BLANKS]
    starts = [f"starts_with({cell}, {blank})" for blank in blanks[3:]]
    return " OR ".join([f"{cell} < '!'", *starts, *(f"suffix({cell}, {blank})" for blank in blanks)])


def _narrow(text: str) -> str:
    """Full-width signs as half-width ones; `translate` is slow, and a text of one byte per sign has none."""
    return f"CASE WHEN strlen({text}) = length({text}) THEN {text} ELSE translate({text}, '{_WIDE}', '{_NARROW}') END"


def _value(column: Column, trimmed: str, scale: int) -> str:
    if column.name in _CODES:
        return _code(trimmed)
    return _BY_TYPE[column.type](column, trimmed, scale)


def _key(trimmed: str) -> str:
    """The number by which a row is known, in its common spelling: 〔2021〕8号, without blanks, half-width."""
    bare = rf"regexp_replace({_narrow(trimmed)}, '[\s\x{{3000}}\x{{00a0}}]', '', 'g')"
    return (
        f"CASE WHEN regexp_matches({trimmed}, '{_IN_NUMBER}') "
        rf"THEN regexp_replace({bare}, '{_YEAR}', '〔\1〕') ELSE {trimmed} END"
    )


def _code(trimmed: str) -> str:
    slow = rf"upper(regexp_replace({_narrow(trimmed)}, '[\s\x{{3000}}\x{{00a0}}]', '', 'g'))"
    return f"CASE WHEN regexp_full_match({trimmed}, '[0-9A-Z]+') THEN {trimmed} ELSE {slow} END"


def _text(column: Column, trimmed: str, scale: int) -> str:
    return trimmed


def _day_steps(column: Column, trimmed: str) -> tuple[str, str]:
    """The day where it is spelt as most are, and the half-width text of the others."""
    common = f"{trimmed} LIKE '____-__-__' AND strlen({trimmed}) = 10 AND {trimmed} BETWEEN '1900' AND '3'"
    return (
        f"CASE WHEN {common} THEN try_cast({trimmed} AS DATE) END",
        f"CASE WHEN p_{column.name} IS NULL THEN {_narrow(trimmed)} END",
    )


def _day(column: Column, trimmed: str, scale: int) -> str:
    text = f"w_{column.name}"

    def of(pattern: str) -> str:
        joined = rf"regexp_replace({text}, '^(?:{pattern})$', '\1-\2-\3')"
        return f"WHEN regexp_full_match({text}, '{pattern}') THEN try_cast({joined} AS DATE)"

    serial = f"DATE '1899-12-30' + CAST(regexp_extract({text}, '^{_SERIAL}$', 1) AS INTEGER)"
    always = f"WHEN {trimmed} IN ({', '.join(map(quoted, _ALWAYS))}) THEN DATE '2099-12-31' "
    slow = (
        f"CASE WHEN {text} IS NULL THEN NULL {of(_DAY)} {of(_COMPACT)} "
        f"WHEN regexp_full_match({text}, '{_SERIAL}') THEN {serial} "
        f"{always if column.name in _UNTIL else ''}ELSE NULL END"
    )
    return f"coalesce(p_{column.name}, {slow})"


def _amount(column: Column, trimmed: str, scale: int) -> str:
    text = rf"regexp_replace({_narrow(trimmed)}, '[\s\x{{3000}}\x{{00a0}}]|人民币', '', 'g')"
    number = f"replace(regexp_extract({text}, '^(?:{_AMOUNT})$', 1), ',', '')"
    # A text that names its unit wins over the header.
    factor = f"CASE WHEN contains({text}, '万') THEN 10000 WHEN contains({text}, '元') THEN 1 ELSE {scale} END"
    slow = f"try_cast(round(try_cast({number} AS DECIMAL(28,8)) * ({factor}), 2) AS DECIMAL(18,2))"
    slow = f"CASE WHEN regexp_full_match({text}, '{_AMOUNT}') THEN {slow} ELSE NULL END"
    return f"(CASE WHEN {_is_plain_amount(trimmed)} THEN {_plain_amount(trimmed, scale)} ELSE {slow} END)"


def _plain_amount(text: str, scale: int) -> str:
    if scale == 1:
        return f"try_cast({text} AS DECIMAL(18,2))"
    return f"try_cast(round(try_cast({text} AS DECIMAL(28,8)) * {scale}, 2) AS DECIMAL(18,2))"


def _is_plain_amount(text: str) -> str:
    return rf"regexp_full_match({text}, '\d{{1,12}}(\.\d{{1,2}})?')"


def _number(column: Column, trimmed: str, scale: int) -> str:
    text = rf"regexp_replace({_narrow(trimmed)}, '[\s\x{{3000}}\x{{00a0}}]', '', 'g')"
    number = f"replace(regexp_extract({text}, '^(?:{_COUNT})$', 1), ',', '')"
    slow = f"CASE WHEN regexp_full_match({text}, '{_COUNT}') THEN try_cast({number} AS BIGINT) ELSE NULL END"
    return rf"(CASE WHEN regexp_full_match({trimmed}, '\d{{1,18}}') THEN CAST({trimmed} AS BIGINT) ELSE {slow} END)"


def _flag(column: Column, trimmed: str, scale: int) -> str:
    def among(text: str) -> str:
        return (
            f"CASE WHEN {text} IN ({', '.join(map(quoted, _TRUE))}) THEN true "
            f"WHEN {text} IN ({', '.join(map(quoted, _FALSE))}) THEN false"
        )

    return f"({among(trimmed)} ELSE {among(f'lower({_narrow(trimmed)})')} ELSE NULL END END)"


_BY_TYPE = {Type.TEXT: _text, Type.DAY: _day, Type.AMOUNT: _amount, Type.NUMBER: _number, Type.FLAG: _flag}


def _as_text(column: Column, value: str, cell: str, scale: int) -> str:
    """The value written so that it equals the cell where reading changed nothing."""
    if column.type is Type.AMOUNT:
        return f"CASE WHEN {scale} = 1 AND {_is_plain_amount(cell)} THEN {cell} ELSE NULL END"
    if column.type is Type.FLAG:
        return f"CASE WHEN lower({cell}) IN ({', '.join(map(quoted, _PLAIN_FLAGS))}) THEN {cell} ELSE NULL END"
    if column.type is Type.DAY:
        common = f"{cell} LIKE '____-__-__' AND strlen({cell}) = 10 AND NOT contains({cell}, ' ')"
        return f"CASE WHEN {value} IS NOT NULL AND {common} THEN {cell} ELSE CAST({value} AS VARCHAR) END"
    return value if column.type is Type.TEXT else f"CAST({value} AS VARCHAR)"
