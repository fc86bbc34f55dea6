"""What a unit claims in words, as a number that can stand beside a computed one."""

import re
from decimal import ROUND_HALF_UP, Decimal

_NUMBER = r"(\d{1,9}(?:\.\d{1,6})?)"
# By the unit of what is computed: a share in percent, or a count.
_CLAIMS = {"%": re.compile(rf"(?<![\d.]){_NUMBER}\s*[%％]"), "个": re.compile(rf"(?<![\d.]){_NUMBER}\s*[个项件]")}
_BARE = re.compile(rf"^\s*{_NUMBER}\s*$")
_ALL = re.compile(r"^\s*(?:全部|全都|所有|均已)")


def figure_claimed(words: str, unit: str, *, bare: bool = True) -> Decimal | None:
    """“95 %”, “约96.5％”, “120 个”: the number that the words claim in `unit` ("%", "个"); None where they claim none.

    `bare` numbers are meant in that unit where it is what the plan asks in; “100” is a share in any case.
    """
    if found := _CLAIMS[unit].search(words):
        return Decimal(found.group(1))
    if (found := _BARE.match(words)) and (bare or found.group(1) == "100"):
        return Decimal(found.group(1))
    return Decimal(100) if unit == "%" and _ALL.match(words) else None


def is_better(words: str, computed: Decimal, unit: str, *, bare: bool = True, smaller: bool = False) -> bool:
    """Whether the words claim a better figure than was computed: a greater one, or where `smaller` is better a smaller.

    A figure is held against the computed one rounded to its own decimals: 95 % is no better than 94.96 %. “全部” is
    no rounded figure: all but one is not all.
    """
    claimed = figure_claimed(words, unit, bare=bare)
    if claimed is None:
        return False
    if not _ALL.match(words):
        computed = computed.quantize(claimed, ROUND_HALF_UP)
    return claimed < computed if smaller else claimed > computed
