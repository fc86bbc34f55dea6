"""What stands around the text of a document: to whom it goes, whom to ask, which annexes it names and which it has."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ducha.domain.errors import sentence
from ducha.engines.plans.margins import annexes_begun
from ducha.engines.plans.values import Lines, Node, Warned

Numbered = list[tuple[int, str]]
# A line that names those it is sent to ends in a colon and is no sentence: 各县（市、区）人民政府，市直各部门：
_TO = re.compile(r"[^。；;：:]{2,300}[:：]")
_TO_WHOM = re.compile(
    r"政府|委员会|党[委组]|[局厅部院办署]|单位|部门|企业|学校|各(?:县|市|区|乡|镇|街|处|科|股|地|成员)"
)
_PERSON = re.compile(
    r"联\s*系\s*人\s*[:：]\s*([\u4e00-\u9fa5·、]{2,16}?)(?=[\s，。；：（(,;)）]|联系|电\s*话|手机|传真|$)"
)
_PHONE = re.compile(r"(?:电\s*话|联系方式|手机)\s*[:：]?\s*((?:\d[\d\-—－、，/ ]{5,40}\d))")
_NAMED = re.compile(r"附\s*件\s*(?P<own>\d{0,2})\s*[:：]\s*(?:(?P<listed>\d{1,2})\s*[.．、]\s*)?(?P<title>\S.{1,60})")
_NEXT = re.compile(r"(?:附\s*件\s*)?(?P<listed>\d{1,2})\s*[.．、:：]\s*(?P<title>\S.{1,60})")
_SEVERAL = re.compile(r"(?<=[^\d])[\s\u3000；;]*(?=\d{1,2}\s*[.．、]\s*[^\d\s])")
_HEAD = re.compile(r"附\s*件\s*(\d{0,2})")
# A number of the document, or the end of its title, above those it goes to.
_STILL_HEAD = re.compile(r"号$|(?:通知|方案|意见|办法|要点|细则|规定|计划)(?:[（(].*[）)])?$")
_LOOKED_FOR = 15
_NEAR = 2


@dataclass(frozen=True)
class Recipients:
    """主送机关, as they stand, without the colon."""

    text: str
    lines: Lines


@dataclass(frozen=True)
class Contact:
    """联系人 and their telephone; None for what the document does not say."""

    name: str | None
    phone: str | None
    lines: Lines


@dataclass(frozen=True)
class Annex:
    """附件: its number, or None for the only one, and its title."""

    number: int | None
    title: str
    lines: Lines


def recipients(lines: Numbered, title_ends: int) -> Recipients | None:
    """Those to whom the document is sent: the first words below the title that end in a colon."""
    below = [(n, text) for n, text in lines if n > title_ends][:_LOOKED_FOR]
    taken: Numbered = []
    for number, text in below:
        taken.append((number, text))
        whole = "".join(part for _, part in taken)
        if _TO.fullmatch(whole):
            is_sent = _TO_WHOM.search(whole)
            return Recipients(whole.rstrip(":："), (taken[0][0], number)) if is_sent else None
        if re.search(r"[。；;：:]", whole) or _STILL_HEAD.search("".join(text.split())):
            taken = []
    return None


def contact(lines: Numbered) -> Contact | None:
    """Whom to ask: a name, and the telephone beside it."""
    for place, (number, text) in enumerate(lines):
        person, phone = _PERSON.search(text), _PHONE.search(text)
        if not person and not (phone and "联系" in text):
            continue
        last = number
        for beside, words in lines[place + 1 : place + 1 + _NEAR]:
            if phone is None and (phone := _PHONE.search(words)):
                last = beside
        said = (person[1] if person else None, phone[1].strip() if phone else None)
        return Contact(*said, (number, last))
    return None


def annexes_named(lines: Numbered) -> tuple[Annex, ...]:
    """The annexes that the document names below its text."""
    begun = annexes_begun(lines)
    found: list[Annex] = []
    for place, (number, text) in enumerate(lines):
        first = _NAMED.fullmatch(text) if place not in begun else None
        if first is None:
            continue
        rest = [(n, words) for n, words in lines[place + 1 : place + 1 + _LOOKED_FOR]]
        found += _list(number, first, rest)
        break
    return tuple(found)


def _list(number: int, first: re.Match[str], below: Numbered) -> Iterator[Annex]:
    """The annex that a line names, and those of the lines below it, as long as they count on."""
    own = first["own"] or first["listed"]
    parts = _SEVERAL.split(first["title"])
    yield Annex(int(own) if own else None, parts[0].strip(), (number, number))
    count = int(own) if own else 0
    for line, text in [*((number, part) for part in parts[1:]), *below]:
        match = _NEXT.match(text)
        if match is None or int(match["listed"]) != count + 1:
            return
        count += 1
        yield Annex(count, match["title"].strip(), (line, line))


def annexes_present(nodes: Iterable[Node]) -> tuple[Annex, ...]:
    """The annexes that the document holds."""
    found = []
    for node in nodes:
        head = _HEAD.match(node.number.strip())
        if node.role == "annex" and head and (node.title or node.text or node.children):
            title = " ".join((node.title or node.text).split())[:60]
            found.append(Annex(int(head[1]) if head[1] else None, title, node.lines))
    return tuple(found)


def annexes_missing(named: Iterable[Annex], present: Iterable[Annex]) -> Iterator[Warned]:
    """What a person should look at: an annex that is named, and is not in the document."""
    held = {annex.number for annex in present}
    text = "The annex “%(title)s” is named but not in the document. If something is inspected by it, add its points."
    for annex in named:
        if annex.number not in held and not (annex.number in (None, 1) and held & {None, 1}):
            yield Warned(annex.lines, sentence(text, title=annex.title))
