"""Text in the encodings of this field, told apart by what they would mean, and never guessed into wrong signs.

GB18030 gives some sign or other for nearly any bytes, so a reading in it is believed only if most of its signs are
those of GB 2312: 99.9 % of ten public documents are, at most 62 % of a line of UTF-8 taken for GB18030.
"""

import codecs
from collections import Counter
from itertools import groupby
from operator import itemgetter

from ducha.domain.errors import Invalid, sentence

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_COMMON = frozenset(
    bytes([row, cell]).decode("gb2312", "ignore") for row in range(0xA1, 0xF8) for cell in range(0xA1, 0xFF)
)
_LEAST_COMMON = 0.75
_FIRST_WIDE = "\u2e80"
# So many runs of lines are named in a sentence.
_NAMED = 5


class NotText(Invalid):
    """Bytes that are no text, or text in several encodings; the sentence names the lines."""


def decoded(name: str, content: bytes) -> str:
    """The text of a file in UTF-8, UTF-16, UTF-32 or GB18030, with or without a mark; NotText for anything else."""
    for mark, encoding in _MARKS:
        if content.startswith(mark) and (text := _text(content, encoding)) is not None:
            return text
    text = _text(content, "utf-8")
    # "目录" in GB18030 is "Ŀ¼" in UTF-8: letters of no Chinese document.
    if text is not None and (content.isascii() or max(text) >= _FIRST_WIDE or not _is_chinese(content)):
        return text
    if _is_chinese(content) and not any(map(_is_in_utf_8, content.splitlines())):
        return content.decode("gb18030")
    for encoding in ("utf-16-le", "utf-16-be"):
        wide = _text(content, encoding)
        if wide is not None and _common_share(wide, of_all=True) >= _LEAST_COMMON:
            return wide
    raise NotText([_fault(name, content)])


def _text(content: bytes, encoding: str) -> str | None:
    try:
        text = content.decode(encoding)
    except UnicodeDecodeError:
        return None
    return None if "\0" in text else text


def _is_chinese(content: bytes) -> bool:
    text = _text(content, "gb18030")
    return text is not None and _common_share(text) >= _LEAST_COMMON


def _common_share(text: str, *, of_all: bool = False) -> float:
    """The share of the signs beyond ASCII (or of all) that are in GB 2312, from 0 to 1."""
    counted = Counter(text)
    wide = {sign: times for sign, times in counted.items() if of_all or sign > "\x7f"}
    known = sum(times for sign, times in wide.items() if sign in _COMMON or (sign.isascii() and sign.isprintable()))
    known += sum(times for sign, times in wide.items() if sign.isspace() and sign not in _COMMON and sign != " ")
    return known / total if (total := sum(wide.values())) else 1.0


def _is_in_utf_8(line: bytes) -> bool:
    """Whether a line is Chinese in UTF-8 and none in GB18030."""
    return not line.isascii() and _is_wide(line) and not _is_chinese(line)


def _is_wide(line: bytes) -> bool:
    text = _text(line, "utf-8")
    return text is not None and max(text) >= _FIRST_WIDE


def _fault(name: str, content: bytes) -> str:
    if b"\0" in content:
        fault = "“%(name)s” is no text. Save the plan as docx, or as text in UTF-8 or GB18030."
        return sentence(fault, name=name)
    runs: dict[str, list[str]] = {"utf-8": [], "gb18030": [], "": []}
    lines = ((number, line) for number, line in enumerate(content.splitlines(), 1) if not line.isascii())
    for encoding, run in groupby(((_encoding(line), number) for number, line in lines), key=itemgetter(0)):
        numbers = [number for _encoding, number in run]
        runs[encoding].append(str(numbers[0]) if len(numbers) == 1 else f"{numbers[0]}–{numbers[-1]}")
    if runs["utf-8"] and runs["gb18030"]:
        fault = (
            "“%(name)s” mixes two encodings: lines %(first)s are UTF-8, lines %(second)s are GB18030. "
            "Save each part as UTF-8, put them together anew and choose that file."
        )
        return sentence(fault, name=name, first=_named(runs["utf-8"]), second=_named(runs["gb18030"]))
    if runs["utf-8"]:
        fault = "“%(name)s” is text in UTF-8, but lines %(lines)s are damaged. Restore them and save the file anew."
        return sentence(fault, name=name, lines=_named(runs[""]))
    fault = "“%(name)s” is text in no encoding that is known here. Save it as docx, or as text in UTF-8 or GB18030."
    return sentence(fault, name=name)


def _encoding(line: bytes) -> str:
    return "utf-8" if _is_wide(line) else "gb18030" if _is_chinese(line) else ""


def _named(runs: list[str]) -> str:
    return ", ".join(runs[:_NAMED] + ["…"] * (len(runs) > _NAMED))
