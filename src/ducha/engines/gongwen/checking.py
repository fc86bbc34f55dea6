"""What in a Word file departs from GB/T 9704-2012, and where: ours or anyone's."""

import re
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from lxml import etree

from ducha.domain.errors import Invalid, Sentence, sentence
from ducha.engines import foreign
from ducha.engines.gongwen import measures as gb
from ducha.engines.gongwen.measures import FACES, LOOKS
from ducha.engines.gongwen.reading import Line, Paper, Section, read
from ducha.engines.gongwen.typesetting import width
from ducha.engines.word import NoWord

# The standard allows the upper and left edges a millimetre; so much is allowed everywhere.
_EDGE = gb.mm(1)
# Fixed lines of 28 pt are as common as the 28.95 pt that 22 lines of 225 mm give.
_PITCHES = (27.5 * 20, 30 * 20)
# So far from the lines and signs that are asked for, nobody sees a difference.
_LINES_OFF, _SIGNS_OFF = 0.6, 1.5
# Rules in eighths of a point: 0.35 mm are 8, 0.25 mm are 6, or 4 where a program offers no 6.
_THICK, _THIN = range(7, 11), range(3, 7)
_SIGN = gb.SIZE_3 * 10
_SHOWN = 16

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,20}\s*[〔\[【（(［]\s*\d{2,4}\s*[〕\]】）)］]\s*第?\s*\d+\s*号$")
_GOOD_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,20}〔\d{4}〕[1-9]\d*号$")
_DATE = re.compile(
    r"(\d{4}年\d{1,2}月\d{1,2}日|\s*年\s*月\s*日|[〇○零一二三四五六七八九十]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)$"
)
# A draft leaves room for the day.
_GOOD_DATE = re.compile(r"(?:\d{4}年[1-9]\d?月[1-9]\d?日|\s*年\s*月\s*日)$")
_COPIES = re.compile(r"抄\s*送\s*[：:]")
_PRINTED = re.compile(r"年\d{1,2}月\d{1,2}日\s*印发$")
_LEVELS = (
    ("level1", re.compile(r"[一二三四五六七八九十]{1,3}、")),
    ("level2", re.compile(r"（[一二三四五六七八九十]{1,3}）")),
    ("level3", re.compile(r"\d{1,2}[.．](?!\d)")),
    ("level4", re.compile(r"（\d{1,2}）")),
)
_ODD_LEVELS = re.compile(
    r"[一二三四五六七八九十]{1,3}[.．,，]|[（(][一二三四五六七八九十]{1,3}[）)]、|\([一二三四五六七八九十\d]{1,3}\)|\d{1,2}、"
)
_ANNEX, _NOTE = re.compile(r"附\s*件\s*\d*$"), re.compile(r"附\s*件\s*[：:]")
_NAMES = {
    "mark": sentence("the issuing mark"),
    "number": sentence("the document number"),
    "title": sentence("the title"),
    "recipients": sentence("the recipients"),
    "text": sentence("the text"),
    "level1": sentence("a heading of level 1"),
    "level2": sentence("a heading of level 2"),
    "level3": sentence("a part of level 3"),
    "level4": sentence("a part of level 4"),
    "attachments": sentence("the note of attachments"),
    "signature": sentence("the signature"),
    "date": sentence("the date"),
    "annex": sentence("the word 附件"),
    "imprint": sentence("the imprint"),
    "page": sentence("the page number"),
}


@dataclass(frozen=True)
class Deviation:
    """One departure: the clause of the standard, the words near it (empty for the whole paper), what is wrong."""

    clause: str
    place: str
    what: Sentence


def check(name: str, content: bytes) -> list[Deviation]:
    """All departures of a .docx from the form of an official document; Invalid where it may not be opened."""
    kind, faults = foreign.inspect(BytesIO(content))
    if faults or kind != "docx":
        said = faults or [sentence("it is no Word file (docx)")]
        raise Invalid([sentence("“%(name)s” cannot be checked: %(reason)s.", name=name, reason=each) for each in said])
    try:
        paper = read(content)
    except (NoWord, etree.XMLSyntaxError, zipfile.BadZipFile, zlib.error):
        reason = sentence("the file is broken: open it in its program, save it anew and upload that")
        raise Invalid([sentence("“%(name)s” cannot be checked: %(reason)s.", name=name, reason=reason)]) from None
    found = [*_pages(paper), *_text(paper), *_feet(paper)]
    return list(dict.fromkeys(found))


def _pages(paper: Paper) -> Iterator[Deviation]:
    body = [line for line in paper.lines if not line.is_apart and not line.is_blank and line.size == gb.SIZE_3]
    pitches = Counter((line.pitch, line.stretch) for line in body)
    spaces = Counter(run.space for line in body for run in line.runs if run.size == gb.SIZE_3)
    pitch, stretch = pitches.most_common(1)[0][0] if pitches else (None, 1.0)
    space = spaces.most_common(1)[0][0] if spaces else None
    for section in paper.sections:
        wanted, said = gb.PAGE, (section.width, section.height)
        if section.lies_across:
            wanted = (wanted[1], wanted[0])
        if any(abs(a - b) > gb.NEAR for a, b in zip(wanted, said, strict=True)):
            yield _found("5.1", "", sentence("The page is %(found)s mm, not A4 (210 × 297 mm).", found=_by(said)))
        if section.lies_across:
            yield from _area_across(section)
        else:
            yield from _edges(section)
            yield from _lines(section, pitch or round(section.pitch * stretch) * bool(section.grid))
            yield from _signs(section, space) if space is not None else ()


def _area_across(section: Section) -> Iterator[Deviation]:
    wide, high = section.width - section.left - section.right, section.height - section.top - section.bottom
    if abs(wide - gb.HEIGHT) > 2 * _EDGE or abs(high - gb.WIDTH) > 2 * _EDGE:
        text = "The type area of a page across is %(found)s mm, not 225 × 156 mm."
        yield _found("5.2.1", "", sentence(text, found=_by((wide, high))))


def _edges(section: Section) -> Iterator[Deviation]:
    edges = (
        (sentence("upper"), section.top, gb.TOP),
        (sentence("left"), section.left, gb.LEFT),
        (sentence("right"), section.right, gb.RIGHT),
        (sentence("lower"), section.bottom, gb.BOTTOM),
    )
    for edge, found, wanted in edges:
        if abs(found - wanted) > _EDGE:
            text = "The %(edge)s edge is %(found)s mm, not %(wanted)s mm."
            yield _found("5.2.1", "", sentence(text, edge=edge, found=_mm(found), wanted=_mm(wanted)))


def _lines(section: Section, pitch: int) -> Iterator[Deviation]:
    lines = (section.height - section.top - section.bottom) // pitch if pitch > 0 else 0
    if not gb.LINES <= lines <= gb.LINES + 1:
        yield _found("5.2.3", "", sentence("A page holds %(found)s lines, not 22.", found=lines or "?"))


def _signs(section: Section, space: int) -> Iterator[Deviation]:
    sign = _SIGN + space + section.space * (section.grid in ("linesAndChars", "snapToChars"))
    # What is rounded in each sign adds up to no more than a point.
    signs = (section.width - section.left - section.right + 20) // sign if sign > 0 else 0
    if signs != gb.SIGNS:
        yield _found("5.2.3", "", sentence("A line holds %(found)s characters, not 28.", found=signs or "?"))


def _feet(paper: Paper) -> Iterator[Deviation]:
    numbered = set()
    for kind, align in (("default", "right"), ("even", "left")):
        # A file may have more sections than feet.
        feet = {id(lines): lines for section in paper.sections if (lines := section.feet.get(kind))}
        for line in (line for lines in feet.values() for line in lines if line.has_page_number):
            numbered.add(kind)
            yield from _page_number(line, align)
    for section in paper.sections[:1]:
        down = section.bottom - section.foot - LOOKS["page"].size * 10
        if numbered and not 0 < down < 12 * gb.TWIPS_PER_MM:
            yield _found(
                "7.5",
                "",
                sentence("The page number stands %(found)s mm under the type area, not 7 mm.", found=_mm(down)),
            )
    if not numbered:
        yield _found("7.5", "", sentence("The pages bear no numbers."))
    elif paper.feet_differ and len(numbered) == 1:
        yield _found("7.5", "", sentence("Only odd or only even pages bear numbers."))
    elif not paper.feet_differ:
        yield _found("7.5", "", sentence("The page numbers of odd and even pages stand on the same side."))


def _page_number(line: Line, align: str) -> Iterator[Deviation]:
    look = LOOKS["page"]
    if not re.fullmatch(r"[—–-] ?\d* ?[—–-]", line.text.strip()):
        yield _found("7.5", line.text, sentence("The page number stands between dashes: — 1 —."))
    yield from _typeface("page", line, look.face, look.size, clause="7.5")
    # One sign in by an indent, or by a space that was typed.
    typed = len(line.text) - len(line.text.strip("　 "))
    if line.align != align or not typed and max(line.left + line.first, line.right) <= 0:
        text = "The page number of odd pages stands right, of even ones left, one character in."
        yield _found("7.5", line.text, sentence(text))


def _text(paper: Paper) -> Iterator[Deviation]:
    """The elements in their order, each held against its look."""
    yield from _imprint(paper)
    shown = list(_shown(paper))
    at = 0
    is_marked = bool(shown) and (_is_red(shown[0].line) or _is_above_number(shown))
    if is_marked:
        yield from _mark(shown[0].line)
        at = 1
    if at < len(shown) and _NUMBER.search(shown[at].line.text.strip()):
        yield from _number(shown[at].line, under_mark=is_marked)
        yield from _gap("7.2.5", shown[at], 2) if is_marked else ()
        at += 1
    if is_marked and not any(_has_red_rule(line) or line.has_drawing for line in _head(paper, shown[at:])):
        yield _found("7.2.7", "", sentence("No red rule stands under the document number."))
    start = at
    while at < len(shown) and _continues_title(shown[at].line, is_first=at == start):
        yield from _looks("title", shown[at].line)
        yield from _gap("7.3.1", shown[at], 2) if is_marked and at == start else ()
        at += 1
    if at == start:
        yield _found("7.3.1", shown[at].line.text if at < len(shown) else "", sentence("No centred title was found."))
    yield from _body(shown[at:])


@dataclass(frozen=True)
class _Shown:
    """A paragraph with words, how many blank lines stand above it, and whether a new page begins there.

    The lines are unknown after a table, a drawing and the like.
    """

    line: Line
    above: float | None
    is_on_new_page: bool


def _shown(paper: Paper) -> Iterator[_Shown]:
    above: float | None = 0.0
    begins = True
    for line in paper.lines:
        if line.is_apart or _is_of_imprint(line):
            above = None
            continue
        begins = begins or line.begins_page
        above = above if above is None else above + line.before / gb.LINE
        if not line.is_blank and not _is_of_contents(line):
            yield _Shown(line, above, begins)
            above, begins = 0.0, False
        elif above is not None:
            above = None if line.has_drawing or line.rules else above + (line.pitch or gb.LINE) / gb.LINE
        begins = begins or line.ends_section or line.begins_page and line.is_blank
        above = 0.0 if begins else above if above is None else above + line.after / gb.LINE


def _gap(clause: str, shown: _Shown, wanted: int) -> Iterator[Deviation]:
    if shown.above is not None and abs(shown.above - wanted) > _LINES_OFF:
        text = "%(found)s blank lines stand above it, not %(wanted)s."
        yield _found(
            clause, shown.line.text, sentence(text, found=f"{shown.above:.1f}".removesuffix(".0"), wanted=wanted)
        )


def _is_above_number(shown: Sequence[_Shown]) -> bool:
    """Whether a paper begins with a large centred line over a document number: a mark, of whatever colour."""
    if len(shown) < 2 or shown[0].line.align != "center" or shown[0].line.size <= gb.SIZE_2:
        return False
    return bool(_NUMBER.search(shown[1].line.text.strip()))


def _mark(line: Line) -> Iterator[Deviation]:
    yield from _looks("mark", line)
    if not _is_red(line):
        yield _found("7.2.4", line.text, sentence("The issuing mark is not red."))


def _head(paper: Paper, after: Sequence[_Shown]) -> Iterator[Line]:
    """All that stands before the title and at its upper edge, blank or not."""
    title = after[0].line if after else None
    for line in paper.lines:
        yield line
        if line is title:
            return


def _continues_title(line: Line, *, is_first: bool) -> bool:
    return line.align == "center" and is_first or line.size >= gb.SIZE_2 - 4


def _body(found: Sequence[_Shown]) -> Iterator[Deviation]:
    shown = [each.line for each in found]
    dates = [at for at, line in enumerate(shown) if _DATE.fullmatch(line.text.strip()) and line.align == "right"]
    end = dates[-1] if dates else len(shown)
    annex = next((at for at, line in enumerate(shown) if _ANNEX.fullmatch(line.text.strip())), len(shown))
    noted, in_annex_title = False, False
    for at, line in enumerate(shown):
        text = line.text.strip()
        if _ANNEX.fullmatch(text):
            yield from _annex(found[at])
            in_annex_title = True
        elif in_annex_title and line.align == "center":
            yield from _looks("title", line, clause="7.3.7")
            yield from _gap("7.3.7", found[at], 1) if shown[at - 1].align != "center" else ()
        elif at == end and at < annex:
            yield from _date(line)
        elif at < annex and dates and line.align == "right" and end - 3 <= at < end:
            yield from _looks("signature", line)
            yield from _over_date(line, shown[end]) if at == end - 1 else ()
        elif at == 0 and text.endswith(("：", ":")) and "。" not in text:
            yield from _recipients(line)
            yield from _gap("7.3.2", found[at], 1)
        elif _NOTE.match(text) or noted and at < annex and re.match(r"\d{1,2}[.．]", text) and at < end:
            yield from _gap("7.3.4", found[at], 0 if noted else 1)
            noted = True
            yield from _note(line)
        else:
            in_annex_title = False
            yield from _part(line)


def _is_of_contents(line: Line) -> bool:
    """Whether a line belongs to a table of contents: 目录, or words with a page number after a tab."""
    return line.style.lower().startswith("toc") or "".join(line.text.split()) == "目录"


def _part(line: Line) -> Iterator[Deviation]:
    text = line.text.strip()
    level = next((name for name, form in _LEVELS if form.match(text)), None)
    if level is None and _ODD_LEVELS.match(text):
        yield _found("7.3.3", text, sentence("Parts are numbered 一、 （一） 1. （1）."))
    if level in ("level1", "level2") and text.endswith("。") and line.face in FACES[gb.FANGSONG]:
        # A numbered sentence without a heading is text.
        yield from _looks("level3", line)
    elif level:
        yield from _looks(level, line)
    else:
        yield from _looks("text", line)


def _number(line: Line, *, under_mark: bool) -> Iterator[Deviation]:
    text = line.text.strip()
    if not _GOOD_NUMBER.fullmatch(text):
        fault = "A document number is written 机关代字〔2019〕1号: six-cornered brackets, no 第, no leading zero."
        yield _found("7.2.5", text, sentence(fault))
    if under_mark:
        yield from _looks("number", line)


def _recipients(line: Line) -> Iterator[Deviation]:
    if line.text.strip().endswith(":"):
        yield _found("7.3.2", line.text, sentence("The recipients end with a full-width colon."))
    yield from _looks("recipients", line)


def _note(line: Line) -> Iterator[Deviation]:
    if line.text.strip()[-1:] in "。；;，,.":
        yield _found("7.3.4", line.text, sentence("The names of attachments bear no mark at their end."))
    if not line.text.strip().startswith(tuple("0123456789")) and ":" in line.text[:4]:
        yield _found("7.3.4", line.text, sentence("附件 is followed by a full-width colon."))
    yield from _typeface("attachments", line, gb.FANGSONG, gb.SIZE_3, clause="7.3.4")
    if line.text.strip().startswith("附") and abs(_begins(line) - 2 * _SIGN) > _SIGN // 2:
        yield _found("7.3.4", line.text, sentence("The note of attachments begins two characters in."))


def _date(line: Line) -> Iterator[Deviation]:
    text = line.text.strip()
    if not _GOOD_DATE.fullmatch(text):
        yield _found(
            "7.3.5.4", text, sentence("A date is written in Arabic numerals without leading zeros: 2019年11月8日.")
        )
    yield from _typeface("date", line, gb.FANGSONG, gb.SIZE_3, clause="7.3.5")
    if line.right + _typed_after(line) < 2 * _SIGN - gb.NEAR:
        yield _found("7.3.5", text, sentence("The date stands four characters in from the right (two without a seal)."))


def _over_date(organ: Line, day: Line) -> Iterator[Deviation]:
    """7.3.5.1 and 7.3.5.2: over the middle of the date; without a seal, two signs further left than the date."""
    ends = [(line.right + _typed_after(line)) / _SIGN for line in (organ, day)]
    wide = [float(width(line.text.strip())) for line in (organ, day)]
    off_middle = ends[0] + wide[0] / 2 - ends[1] - wide[1] / 2
    begins = ends[0] + wide[0] - ends[1] - wide[1]
    if abs(off_middle) > _SIGNS_OFF and abs(begins - 2) > _SIGNS_OFF and not (wide[0] > wide[1] and ends[0] <= 2):
        yield _found("7.3.5", organ.text, sentence("The signature stands over the middle of the date."))


def _typed_after(line: Line) -> int:
    return _SIGN * width(line.text[len(line.text.rstrip()) :])


def _annex(shown: _Shown) -> Iterator[Deviation]:
    yield from _looks("annex", shown.line)
    if not shown.is_on_new_page:
        yield _found("7.3.7", shown.line.text, sentence("An attachment begins on a new page."))


def _imprint(paper: Paper) -> Iterator[Deviation]:
    look = LOOKS["imprint"]
    rows = [line for line in paper.lines if _is_of_imprint(line)]
    for line in rows:
        text = line.text.strip()
        yield from _typeface("imprint", line, look.face, look.size, clause="7.4")
        if text.startswith("抄送") and not text.endswith("。"):
            yield _found("7.4.2", text, sentence("The list of those who get a copy ends with a full stop."))
        if _PRINTED.search(text) and not re.search(r"\d{4}年[1-9]\d?月[1-9]\d?日\s*印发$", text):
            yield _found(
                "7.4.3", text, sentence("A date is written in Arabic numerals without leading zeros: 2019年11月8日.")
            )
    yield from _imprint_rules(rows)


def _is_of_imprint(line: Line) -> bool:
    text = line.text.strip()
    return bool(_COPIES.match(text) or _PRINTED.search(text))


def _imprint_rules(rows: Sequence[Line]) -> Iterator[Deviation]:
    """7.4.1: thick rules above and below, thin ones between; those of a table and drawn ones are not looked at."""
    if not any(line.rules for line in rows):
        return
    for at, line in enumerate(rows):
        for edge, rule in line.rules.items():
            is_outer = edge == "top" and at == 0 or edge == "bottom" and at == len(rows) - 1
            if edge in ("top", "bottom", "between") and rule.thickness not in (_THICK if is_outer else _THIN):
                text = "A rule of the imprint is %(found)s mm thick, not %(wanted)s mm."
                thick = f"{rule.thickness / 8 * 25.4 / 72:.2f}"
                wanted = gb.OUTER_RULE if is_outer else gb.INNER_RULE
                yield _found("7.4.1", line.text, sentence(text, found=thick, wanted=wanted))
    if "top" not in rows[0].rules or "bottom" not in rows[-1].rules:
        yield _found("7.4.1", rows[0].text, sentence("The imprint stands between two rules."))


_CLAUSES = {
    "mark": "7.2.4", "number": "7.2.5", "title": "7.3.1", "recipients": "7.3.2", "text": "7.3.3", "level1": "7.3.3",
    "level2": "7.3.3", "level3": "7.3.3", "level4": "7.3.3", "annex": "7.3.7", "signature": "7.3.5",
}  # fmt: skip


def _looks(element: str, line: Line, *, clause: str = "") -> Iterator[Deviation]:
    look, clause = LOOKS[element], clause or _CLAUSES[element]
    yield from _typeface(element, line, look.face, look.size, clause=clause)
    name, place = _NAMES[element], line.text
    if look.align == "center" and line.align != "center":
        yield _found(clause, place, sentence("%(part)s is not centred.", part=name))
    if look.align in ("both", "left") and line.align in ("center", "right"):
        yield _found(clause, place, sentence("%(part)s does not begin at the left.", part=name))
    begins = _begins(line)
    wanted = (look.left + look.first) * _SIGN
    if look.align != "center" and look.align != "right" and abs(begins - wanted) > _SIGN // 2:
        text = "%(part)s begins %(found)s characters in, not %(wanted)s."
        yield _found(
            clause, place, sentence(text, part=name, found=f"{begins / _SIGN:.1g}", wanted=look.left + look.first)
        )
    if (
        element in ("text", "level1", "level2", "level3", "level4")
        and line.pitch
        and not (_PITCHES[0] <= line.pitch <= _PITCHES[1])
    ):
        text = "The lines of %(part)s are %(found)s pt apart, not 28 to 29 pt."
        yield _found("5.2.3", place, sentence(text, part=name, found=f"{line.pitch / 20:g}"))
    if element == "title" and line.text.strip()[-1:] in "。；，.;,":
        yield _found(clause, place, sentence("%(part)s bears a mark at its end.", part=name))


def _begins(line: Line) -> int:
    """Where the first line begins: by its indent, and by what was typed, full-width spaces whole, others by half."""
    typed = line.text[: len(line.text) - len(line.text.lstrip())]
    return line.left + line.first + _SIGN * width(typed)


def _typeface(element: str, line: Line, face: str, size: int, *, clause: str) -> Iterator[Deviation]:
    """Whether the words are of a face and size; of a part with a heading in it, its heading is asked alone."""
    name = _NAMES[element]
    runs = [run for run in line.runs if run.text.strip()]
    if element in ("level1", "level2"):
        runs = runs[:1]
    if element != "text" and any(run.is_bold for run in runs):
        yield _found(clause, line.text, sentence("%(part)s is bold.", part=name))
    if element != "mark" and any(run.colour not in ("", "AUTO", "000000") for run in runs):
        yield _found("5.2.4", line.text, sentence("%(part)s is not black.", part=name))
    faces = {run.face for run in runs} - set(FACES[face])
    if faces:
        text = "%(part)s is set in %(found)s, not %(wanted)s."
        yield _found(
            clause, line.text, sentence(text, part=name, found="、".join(sorted(f or "?" for f in faces)), wanted=face)
        )
    sizes = {run.size for run in runs} - {size}
    if size and sizes:
        text = "%(part)s is %(found)s pt, not %(wanted)s pt."
        found = ", ".join(f"{each / 2:g}" for each in sorted(sizes))
        yield _found(clause, line.text, sentence(text, part=name, found=found, wanted=f"{size / 2:g}"))


def _is_red(line: Line) -> bool:
    return bool(line.runs) and bool(re.fullmatch(r"(?:[C-F][0-9A-F])(?:[0-3][0-9A-F]){2}", line.runs[0].colour))


def _has_red_rule(line: Line) -> bool:
    return any(re.fullmatch(r"(?:[C-F][0-9A-F])(?:[0-3][0-9A-F]){2}", rule.colour) for rule in line.rules.values())


def _found(clause: str, place: str, what: Sentence) -> Deviation:
    shown = " ".join(place.split())
    return Deviation(clause, shown[:_SHOWN] + ("…" if len(shown) > _SHOWN else ""), what)


def _mm(twips: int) -> str:
    return f"{twips / gb.TWIPS_PER_MM:.1f}".removesuffix(".0")


def _by(size: tuple[int, int]) -> str:
    return " × ".join(map(_mm, size))
