"""Identity numbers of persons wherever they stand: in the column of credit codes, in a reason, in free text."""

import re
import unicodedata
from collections.abc import Iterator

from ducha.domain import masking
from ducha.engines.ledgers.dossier import faults_of

# GB 11643-1999: the check sign by the sum of the first 17 digits times 2^(17 - i) mod 11.
_WEIGHTS = tuple(2 ** (17 - at) % 11 for at in range(17))
_CHECK_SIGNS = "10X98765432"
# Blanks, hyphens and dots of all widths, and the signs that have none, may part the digits.
_BETWEEN = r"[\s\-\u00ad\u200b-\u200f\u2010-\u2015\u2060\u2212\ufeff._·*]*"
# 18 signs, or the 15 digits of before 1999; looked for from each place, since days and numbers may stand before it.
_NUMBER = re.compile(
    rf"(?<![0-9])(?=((?:[0-9]{_BETWEEN}){{17}}[0-9Xx](?![0-9])|(?:[0-9]{_BETWEEN}){{14}}[0-9](?![0-9])))"
)


def names_person(text: str) -> bool:
    """Whether an identity number stands in a text, also in full-width signs or parted by blanks and hyphens."""
    return next(_places(text), None) is not None


def masked(text: str) -> str:
    """The text with each identity number shown as 410***********1234; unified social credit codes stay."""
    shown, end = [], 0
    for start, stop, number in _places(text):
        shown += [text[end:start], str(masking.identity_number(number))]
        end = stop
    return "".join([*shown, text[end:]])


def _places(text: str) -> Iterator[tuple[int, int, str]]:
    narrow, end = "".join(map(_narrow, text)), 0
    for found in _NUMBER.finditer(narrow):
        number = "".join(sign for sign in found[1] if sign in "0123456789Xx").upper()
        if found.start(1) >= end and _is_of_a_person(number):
            end = found.end(1)
            yield found.start(1), end, number


def _narrow(sign: str) -> str:
    """A sign of the same place that means the same: full-width digits and letters, and the crosses typed for an X."""
    plain = unicodedata.normalize("NFKC", sign)
    digit = unicodedata.decimal(plain, None) if len(plain) == 1 else None
    if digit is not None:
        return str(digit)
    return "X" if plain in ("Х", "х", "×") else plain if len(plain) == 1 else sign


def _is_of_a_person(number: str) -> bool:
    """By its day of birth. One that is mistyped is a person's too, but where its signs make a valid credit code."""
    born = number[6:14] if len(number) == 18 else "19" + number[6:12]
    is_day = "1880" <= born[:4] <= "2100" and "01" <= born[4:6] <= "12" and "01" <= born[6:] <= "31"
    if not is_day or len(number) == 15:
        return is_day
    summed = sum(int(sign) * weight for sign, weight in zip(number, _WEIGHTS, strict=False))
    return number[-1] == _CHECK_SIGNS[summed % 11] or bool(faults_of(number))
