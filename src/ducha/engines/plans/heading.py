"""The top and the foot of an official document: its title, number, issuer and date."""

import re
from dataclasses import dataclass
from datetime import date

from ducha.engines.plans.marks import ordinal
from ducha.engines.plans.values import Draft

NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}〔(\d{4})〕\s*\d{1,4}\s*号")
_DAY = re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})日")
_CHINESE_DAY = re.compile(
    r"([〇○零一二三四五六七八九]{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日"
)
_ISSUED_BY = re.compile(r"(.{2,30}?(?:院|厅|部|局|委|会|府|室|组))(?:办公厅)?关于")
_TITLE_LINES = 6
# 红头: who issues, above the number and the title.
_LETTERHEAD = re.compile(r"[^，。；：]{4,40}文\s*件")
_RUN_ON_LENGTH = 120
_RUN_ON = re.compile(
    r"[^，。；：]{4,90}?(?:通知|方案|意见|办法|规定|细则|通报|要点|计划|规程)(?=[^》〉”的、和及，。].{60})"
)


@dataclass(frozen=True)
class Heading:
    """What stands above the text and below it. `before` is the wording above the title; None where nothing says it."""

    before: str
    title: str
    lines: tuple[int, int]
    document_number: str | None
    issuer: str | None
    issued_on: date | None


def take_heading(preamble: Draft, lines: list[tuple[int, str]]) -> Heading:
    """Take number and title off the top of the preamble; find issuer and date wherever the document is signed."""
    letterhead = preamble.lines.pop(0)[1] if preamble.lines and _LETTERHEAD.fullmatch(preamble.lines[0][1]) else ""
    number = NUMBER.match(preamble.lines[0][1]) if preamble.lines else None
    before = letterhead + (number[0] if number else "")
    if number:
        at, text = preamble.lines.pop(0)
        if rest := text[number.end() :].strip():
            preamble.lines.insert(0, (at, rest))
    taken = _take_title(preamble)
    if number is None:
        following = preamble.lines[0][1] if preamble.lines else ""
        number = NUMBER.fullmatch(following) or (NUMBER.match(following) if len(following) > _RUN_ON_LENGTH else None)
    title = "".join(text for _, text in taken)
    signer, signed_on = _signature(lines)
    issued_by = _ISSUED_BY.match(title)
    return Heading(
        before=before,
        title=title,
        lines=(taken[0][0], taken[-1][0]) if taken else (0, 0),
        document_number="".join(number[0].split()) if number else None,
        issuer=signer or (title.partition("关于")[0] if issued_by else None),
        issued_on=signed_on,
    )


def _take_title(preamble: Draft) -> list[tuple[int, str]]:
    """The lines at the top that end in no punctuation."""
    if preamble.lines and (run_on := _RUN_ON.match(preamble.lines[0][1])):
        # The line breaks were lost: the title ends where the kind of document is named.
        at, text = preamble.lines.pop(0)
        if rest := text[run_on.end() :].strip():
            preamble.lines.insert(0, (at, rest))
        return [(at, run_on[0])]
    taken: list[tuple[int, str]] = []
    while preamble.lines and len(taken) < _TITLE_LINES:
        text = preamble.lines[0][1]
        if set(text) & set("，。；：,;:") or (taken and (NUMBER.fullmatch(text) or text[:1] in "为按根依各")):
            break
        if len(preamble.lines) > 1 and taken and len(text) > 40:
            break
        taken.append(preamble.lines.pop(0))
    return taken


def _signature(lines: list[tuple[int, str]]) -> tuple[str | None, date | None]:
    """A date that stands alone, and the short line above it: who signs, and when."""
    for place, (_, text) in enumerate(lines):
        if day := _day(text):
            above = lines[place - 1][1] if place else ""
            signs = 2 <= len(above) <= 30 and not set(above) & set("，。；：、,;:")
            return (above if signs else None), day
    return None, None


def _day(text: str) -> date | None:
    if match := _DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _CHINESE_DAY.fullmatch(text):
        digits = match[1].replace("○", "〇").replace("零", "〇")
        year = int("".join(str("〇一二三四五六七八九".index(sign)) for sign in digits))
        month, day = ordinal(match[2]), ordinal(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
