"""What in a Word file departs from GB/T 9704-2012, and where: ours or anyone's."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO

from ducha.domain.errors import Invalid, Sentence, sentence
from ducha.engines import foreign
from ducha.engines.gongwen import measures as gb
from ducha.engines.gongwen.measures import FACES, LOOKS
from ducha.engines.gongwen.reading import Line, Paper, Section, read
from ducha.engines.gongwen.typesetting import width

# The standard allows the upper and left edges a millimetre; so much is allowed everywhere.
_EDGE = gb.mm(1)
# Fixed lines of 28 pt are as common as the 28.95 pt that 22 lines of 225 mm give.
_PITCHES = (27.5 * 20, 30 * 20)
_SIGN = gb.SIZE_3 * 10
_SHOWN = 16

_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,20}\s*[〔\[【（(［]\s*\d{2,4}\s*[〕\]】）)］]\s*第?\s*\d+\s*号$")
_GOOD_NUMBER = re.compile(r"[\u4e00-\u9fff]{1,20}〔\d{4}〕[1-9]\d*号$")
_DATE = re.compile(
    r"(\d{4}年\d{1,2}月\d{1,2}日|[〇○零一二三四五六七八九十]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)$"
)
_GOOD_DATE = re.compile(r"\d{4}年[1-9]\d?月[1-9]\d?日$")
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
    "mark": "the issuing mark",
    "number": "the document number",
    "title": "the title",
    "recipients": "the recipients",
    "text": "the text",
    "level1": "a heading of level 1",
    "level2": "a heading of level 2",
    "level3": "a part of level 3",
    "level4": "a part of level 4",
    "attachments": "the note of attachments",
    "signature": "the signature",
    "date": "the date",
    "annex": "the word 附件",
    "imprint": "the imprint",
    "page": "the page number",
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
    paper = read(content)
    found = [*_pages(paper), *_text(paper), *_feet(paper)]
    return list(dict.fromkeys(found))


def _pages(paper: Paper) -> Iterator[Deviation]:
    for section in paper.sections:
        wanted, said = gb.PAGE, (section.width, section.height)
        if section.lies_across:
            wanted = (wanted[1], wanted[0])
        if any(abs(a - b) > gb.NEAR for a, b in zip(wanted, said, strict=True)):
            yield _found("5.1", "", "The page is %(found)s mm, not A4 (210 × 297 mm).", found=_by(said))
        if not section.lies_across:
            yield from _edges(section)
            yield from _grid(section, paper)


def _edges(section: Section) -> Iterator[Deviation]:
    edges = {"upper": (section.top, gb.TOP), "left": (section.left, gb.LEFT), "right": (section.right, gb.RIGHT)}
    edges["lower"] = (section.bottom, gb.BOTTOM)
    for edge, (found, wanted) in edges.items():
        if abs(found - wanted) > _EDGE:
            text = "The %(edge)s edge is %(found)s mm, not %(wanted)s mm."
            yield _found("5.2.1", "", text, edge=sentence(edge), found=_mm(found), wanted=_mm(wanted))


def _grid(section: Section, paper: Paper) -> Iterator[Deviation]:
    body = [line for line in paper.lines if not line.is_apart and not line.is_blank and line.size == gb.SIZE_3]
    pitches = [line.pitch for line in body if line.pitch] or [section.pitch if section.grid else 0]
    pitch = max(set(pitches), key=pitches.count)
    high = section.height - section.top - section.bottom
    if not pitch or not gb.LINES <= high // pitch <= gb.LINES + 1:
        lines = high // pitch if pitch else 0
        yield _found("5.2.3", "", "A page holds %(found)s lines, not 22.", found=lines or "?")
    wide = section.width - section.left - section.right
    spaces = [run.space for line in body for run in line.runs if run.size == gb.SIZE_3]
    space = max(set(spaces), key=spaces.count, default=0)
    if section.grid != "linesAndChars" and body and wide // (_SIGN + space) != gb.SIGNS:
        found = wide // (_SIGN + space)
        yield _found("5.2.3", "", "A line holds %(found)s characters, not 28.", found=found)


def _feet(paper: Paper) -> Iterator[Deviation]:
    look = LOOKS["page"]
    numbered = False
    for section in paper.sections:
        for kind, align in (("default", "right"), ("even", "left")):
            for line in section.feet.get(kind, ()):
                if not line.has_page_number:
                    continue
                numbered = True
                if not re.fullmatch(r"[—–-] ?\d* ?[—–-]", line.text.strip()):
                    yield _found("7.5", line.text, "The page number stands between dashes: — 1 —.")
                yield from _typeface("page", line, look.face, look.size, clause="7.5")
                if line.align != align or max(line.left, line.right) <= 0:
                    text = "The page number of odd pages stands right, of even ones left, one character in."
                    yield _found("7.5", line.text, text)
    if not numbered:
        yield _found("7.5", "", "The pages bear no numbers.")
    elif not paper.feet_differ or not all("even" in section.feet for section in paper.sections[:1]):
        yield _found("7.5", "", "The page numbers of odd and even pages stand on the same side.")


def _text(paper: Paper) -> Iterator[Deviation]:
    """The elements in their order, each held against its look."""
    lines = [line for line in paper.lines if not line.is_apart]
    yield from _imprint(paper)
    shown = [line for line in lines if not line.is_blank and not _is_of_contents(line)]
    at = 0
    if shown and _is_red(shown[0]):
        yield from _looks("mark", shown[0])
        at = 1
        if not any(_has_red_rule(line) or line.has_drawing for line in shown[:3]):
            yield _found("7.2.7", "", "No red rule stands under the document number.")
    if at < len(shown) and _NUMBER.search(shown[at].text.strip()):
        yield from _number(shown[at], under_mark=at == 1)
        at += 1
    start = at
    while at < len(shown) and shown[at].align == "center" and (at == start or shown[at].size >= gb.SIZE_2 - 4):
        yield from _looks("title", shown[at])
        at += 1
    if at == start:
        yield _found("7.3.1", shown[at].text if shown else "", "No centred title was found.")
    yield from _body(shown[at:])


def _body(shown: Sequence[Line]) -> Iterator[Deviation]:
    dates = [at for at, line in enumerate(shown) if _DATE.fullmatch(line.text.strip()) and line.align == "right"]
    end = dates[-1] if dates else len(shown)
    annex = next((at for at, line in enumerate(shown) if _ANNEX.fullmatch(line.text.strip())), len(shown))
    noted, in_annex_title = False, False
    for at, line in enumerate(shown):
        text = line.text.strip()
        if _ANNEX.fullmatch(text):
            yield from _looks("annex", line)
            in_annex_title = True
        elif in_annex_title and line.align == "center":
            yield from _looks("title", line, clause="7.3.7")
        elif at == end and at < annex:
            yield from _date(line)
        elif at < annex and dates and line.align == "right" and end - 3 <= at < end:
            yield from _looks("signature", line)
        elif at == 0 and text.endswith(("：", ":")) and "。" not in text:
            yield from _recipients(line)
        elif _NOTE.match(text) or noted and at < annex and re.match(r"\d{1,2}[.．]", text) and at < end:
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
        yield _found("7.3.3", text, "Parts are numbered 一、 （一） 1. （1）.")
    if level:
        yield from _looks(level, line)
    else:
        yield from _looks("text", line)


def _number(line: Line, *, under_mark: bool) -> Iterator[Deviation]:
    text = line.text.strip()
    if not _GOOD_NUMBER.fullmatch(text):
        wanted = "A document number is written 机关代字〔2019〕1号: six-cornered brackets, no 第, no leading zero."
        yield _found("7.2.5", text, wanted)
    if under_mark:
        yield from _looks("number", line)


def _recipients(line: Line) -> Iterator[Deviation]:
    if line.text.strip().endswith(":"):
        yield _found("7.3.2", line.text, "The recipients end with a full-width colon.")
    yield from _looks("recipients", line)


def _note(line: Line) -> Iterator[Deviation]:
    if line.text.strip()[-1:] in "。；;，,.":
        yield _found("7.3.4", line.text, "The names of attachments bear no mark at their end.")
    if not line.text.strip().startswith(tuple("0123456789")) and ":" in line.text[:4]:
        yield _found("7.3.4", line.text, "附件 is followed by a full-width colon.")
    yield from _typeface("attachments", line, gb.FANGSONG, gb.SIZE_3, clause="7.3.4")
    if line.text.strip().startswith("附") and abs(line.left + line.first - 2 * _SIGN) > _SIGN // 2:
        yield _found("7.3.4", line.text, "The note of attachments begins two characters in.")


def _date(line: Line) -> Iterator[Deviation]:
    text = line.text.strip()
    if not _GOOD_DATE.fullmatch(text):
        yield _found("7.3.5.4", text, "A date is written in Arabic numerals without leading zeros: 2019年11月8日.")
    yield from _typeface("date", line, gb.FANGSONG, gb.SIZE_3, clause="7.3.5")
    if line.right < 2 * _SIGN - gb.NEAR:
        yield _found("7.3.5", text, "The date stands four characters in from the right (two without a seal).")


def _imprint(paper: Paper) -> Iterator[Deviation]:
    look = LOOKS["imprint"]
    for line in paper.lines:
        text = line.text.strip()
        if re.match(r"抄送[：:]", text) or re.search(r"年\d{1,2}月\d{1,2}日\s*印发$", text):
            yield from _typeface("imprint", line, look.face, look.size, clause="7.4")
            if text.startswith("抄送") and not text.endswith("。"):
                yield _found("7.4.2", text, "The list of those who get a copy ends with a full stop.")


_CLAUSES = {
    "mark": "7.2.4", "number": "7.2.5", "title": "7.3.1", "recipients": "7.3.2", "text": "7.3.3", "level1": "7.3.3",
    "level2": "7.3.3", "level3": "7.3.3", "level4": "7.3.3", "annex": "7.3.7", "signature": "7.3.5",
}  # fmt: skip


def _looks(element: str, line: Line, *, clause: str = "") -> Iterator[Deviation]:
    look, clause = LOOKS[element], clause or _CLAUSES[element]
    yield from _typeface(element, line, look.face, look.size, clause=clause)
    name, place = sentence(_NAMES[element]), line.text
    if look.align == "center" and line.align != "center":
        yield _found(clause, place, "%(part)s is not centred.", part=name)
    if look.align in ("both", "left") and line.align in ("center", "right"):
        yield _found(clause, place, "%(part)s does not begin at the left.", part=name)
    begins = line.left + line.first + _SIGN * _spaces(line)
    wanted = (look.left + look.first) * _SIGN
    if look.align != "center" and look.align != "right" and abs(begins - wanted) > _SIGN // 2:
        text = "%(part)s begins %(found)s characters in, not %(wanted)s."
        yield _found(clause, place, text, part=name, found=f"{begins / _SIGN:.1g}", wanted=look.left + look.first)
    if (
        element in ("text", "level1", "level2", "level3", "level4")
        and line.pitch
        and not (_PITCHES[0] <= line.pitch <= _PITCHES[1])
    ):
        text = "The lines of %(part)s are %(found)s pt apart, not 28 to 29 pt."
        yield _found("5.2.3", place, text, part=name, found=f"{line.pitch / 20:g}")
    if element == "title" and line.text.strip()[-1:] in "。；，.;,":
        yield _found(clause, place, "%(part)s bears a mark at its end.", part=name)


def _spaces(line: Line) -> int:
    """The indent that was typed: full-width spaces whole, others by half."""
    head = line.text[: len(line.text) - len(line.text.lstrip())]
    return width(head)


def _typeface(element: str, line: Line, face: str, size: int, *, clause: str) -> Iterator[Deviation]:
    """Whether the words are of a face and size; of a part with a heading in it, its heading is asked alone."""
    name = sentence(_NAMES[element])
    runs = [run for run in line.runs if run.text.strip()]
    if element in ("level1", "level2"):
        runs = runs[:1]
    faces = {run.face for run in runs} - set(FACES[face])
    if faces:
        text = "%(part)s is set in %(found)s, not %(wanted)s."
        yield _found(clause, line.text, text, part=name, found="、".join(sorted(f or "?" for f in faces)), wanted=face)
    sizes = {run.size for run in runs} - {size}
    if size and sizes:
        text = "%(part)s is %(found)s pt, not %(wanted)s pt."
        found = ", ".join(f"{each / 2:g}" for each in sorted(sizes))
        yield _found(clause, line.text, text, part=name, found=found, wanted=f"{size / 2:g}")


def _is_red(line: Line) -> bool:
    return bool(line.runs) and bool(re.fullmatch(r"(?:[C-F][0-9A-F])(?:[0-3][0-9A-F]){2}", line.runs[0].colour))


def _has_red_rule(line: Line) -> bool:
    return any(re.fullmatch(r"(?:[C-F][0-9A-F])(?:[0-3][0-9A-F]){2}", rule.colour) for rule in line.rules.values())


def _found(clause: str, place: str, text: str, **params: object) -> Deviation:
    shown = " ".join(place.split())
    return Deviation(clause, shown[:_SHOWN] + ("…" if len(shown) > _SHOWN else ""), sentence(text, **params))


def _mm(twips: int) -> str:
    return f"{twips / gb.TWIPS_PER_MM:.1f}".removesuffix(".0")


def _by(size: tuple[int, int]) -> str:
    return " × ".join(map(_mm, size))
