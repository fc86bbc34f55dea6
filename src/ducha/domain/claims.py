"""What a unit claims in words, as a number that can stand beside a computed one."""

import re
from decimal import Decimal

_PERCENT = re.compile(r"(\d{1,3}(?:\.\d+)?)\s*[%％]")
_ALL = re.compile(r"^\s*(?:全部|全都|所有|均已|100)")
# Rounding to whole percents is no contradiction.
TOLERANCE = Decimal(1)


def percent_claimed(words: str) -> Decimal | None:
    """“95 %”, “约96.5％”, “全部”: the share in percent that the words claim; None where they claim no share."""
    found = _PERCENT.search(words)
    if found:
        return Decimal(found.group(1))
    return Decimal(100) if _ALL.match(words) else None


def is_more_than(claimed: str, computed: Decimal | None) -> bool:
    """Whether the words claim a greater share than was computed (in percent), beyond what rounding explains."""
    share = percent_claimed(claimed)
    return share is not None and computed is not None and share > computed + TOLERANCE
