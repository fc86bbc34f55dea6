"""The lines around the text of a document: contents list, annexes named and annexes begun, who signs, copies, notes.

They belong to no part of the outline, though they may stand below its last one. Their forms are those of GB/T 9704.
"""

import re
from collections.abc import Iterator
from itertools import pairwise

from ducha.engines.plans.tables import BODY

DAY = re.compile(
    r"(?:(?:19|20)\d\d\s*年\s*\d{1,2}\s*月\s*\d{1,2}\s*日|(?:19|20)\d\d[-./]\d{1,2}[-./]\d{1,2}"
    r"|[〇○零Ｏ０O一二三四五六七八九]{4}年[一二三四五六七八九十]{1,3}月[一二三四五六七八九十]{1,3}日)"
)
_ANNEX = r"附\s*[件表录]\s*[\d一二三四五六七八九十]{0,3}\s*[-—]?\s*\d{0,2}\s*[:：.．]?"
_ANNEX_ALONE = re.compile(rf"{_ANNEX}\s*$")
_ANNEX_TITLED = re.compile(
    r"附\s*[件表录]\s*[\d一二三四五六七八九十]{1,3}(?:\s*[:：.．]\s*|[\s\u3000]+)(?=[^\d\s，。；：、]{2})(?=[^，。；：\t]{2,60}$)"
)
_NAMED = re.compile(r"附\s*[件表]?\s*\d{0,2}\s*[:：]\s*\S")
_NEXT_NAMED = re.compile(r"(?:附\s*件\s*)?\d{1,2}\s*[.．、:：]\s*[^。；]{2,60}$")
_NOTE_WORDS = r"此件|(?:联\s*系\s*(?:人|电话|方式|科室|单位)|传\s*真|电子邮箱|抄\s*送|主题词)\s*[:：]"
_NOTE = re.compile(rf"[（(]?(?:{_NOTE_WORDS})")
_PRINTED = re.compile(rf"[^，。；]{{0,40}}{DAY.pattern}\s*印发")
# Below who signs a month may stand alone.
_MONTH = r"(?:19|20)\d\d\s*年\s*\d{1,2}\s*月"
_WHEN = re.compile(rf"{DAY.pattern}|{_MONTH}")
_WHEN_INSIDE = re.compile(rf"{DAY.pattern}|{_MONTH}(?=\s*$)")
_SIGNED = re.compile(rf"(?P<signer>[^\d，。；：,;:]{{3,60}}?)[\s\u3000]*(?P<day>{_WHEN.pattern})")
_CONTENTS = re.compile(r"目\s*[录次]")
# "目录一、总体要求……1": where breaks were lost, the words and the first entry.
_CONTENTS_INSIDE = re.compile(
    r"目\s*[录次]\s*((?:第?[一1][、．.章部]|[（(]一[）)]|1\s)[\u4e00-\u9fa5\s]{2,24}?)(?=[.…·．\s（(]|[二2][、．.]|第二)"
)
_LEADER = re.compile(r"(?:[.…·．]{2,}|\t|\s{2,})\s*[（(]?\d{1,3}[）)]?$")
_TITLE_ISSUER = re.compile(r"([\u4e00-\u9fa5]{4,40}?)关于")
# Who signs begins with the place that the title begins with.
_TITLE_PLACE = re.compile(r"[\u4e00-\u9fa5]{1,3}[省市县区州]")
_SEAL = r"[（(](?:盖章|印章|章|代章)[）)]"
_SIGNER_BEFORE = re.compile(rf"(?<=[。）)])(?<!章[）)])(?:[\u4e00-\u9fa5\s]|{_SEAL})+$")
# Signs one by one, each after the same blank.
_SPACED = re.compile(r"[\u4e00-\u9fa5](\s+)[\u4e00-\u9fa5](?:\1[\u4e00-\u9fa5])+")
_PLACE = re.compile(r"(?:中共)?[\u4e00-\u9fa5]{1,5}?[省市县区州镇乡]")
# Two who sign in one line where breaks were lost: 县委办公室县政府办公室; 国家税务总局某市税务局 is one.
_JOINT = re.compile(
    r"[\u4e00-\u9fa5]{3,30}?(?:办公室|(?<!总)局|厅|委员会|政府)(?=[\u4e00-\u9fa5]{3,}(?:办公室|(?<!分)局|厅|委员会|政府)$)"
)
# What follows a day that dates a signature: a note, an annex, or the title of the plan that is sent with a notice.
_AFTER_DAY = re.compile(
    rf"\s*印发$|[（(](?:此件|联系)|附\s*件|{_NOTE_WORDS}|[^，。；：前至—-][^，。；：]{{3,60}}?(?:方案|办法|细则|意见|规定|计划|要点)"
)
_NAMED_INSIDE = re.compile(r"(?<=[。）)日])附\s*[件表]?\s*[:：]|(?<=[。）)日\d])附\s*件\s*\d?\s*[:：]")
_HEADED_INSIDE = re.compile(r"(?<![和及与或按见填将把照的、“（(《])附\s*件\s*\d{1,2}(?![\d和及与、，。）)])")
_NOTE_INSIDE = re.compile(
    rf"(?<=[。日])(?:[（(](?:{_NOTE_WORDS})[^（）()]*[）)]|(?:{_NOTE_WORDS})[^。]*?(?:。|(?=附\s*件\s*[:：])|$))"
)
_FIRST = r"(?=\s*(?:1\s*[.．、]|[（(]1[）)]|①|一是))"
_NOTES_INSIDE = re.compile(rf"(?<=[。；）])(?:附\s*|备\s*)?注\s*[：:]{_FIRST}")
_BODY_INSIDE = re.compile(rf"([\u4e00-\u9fa5]{{3,40}})[：:]{_FIRST}")
# How far above its date a signature may begin: joint issuers sign one below the other.
_MOST_SIGNERS, _LONGEST_SIGNERS = 10, 160
_CLOSE = 3
_LONGEST_NOTE = 150


def annex_head(text: str) -> str:
    """The words that head an annex, "附件2："; empty for a line that heads none."""
    found = _ANNEX_ALONE.match(text) or _ANNEX_TITLED.match(text)
    return found[0] if found else ""


def annexes_begun(lines: list[tuple[int, str]]) -> set[int]:
    """The places where annexes begin; a line that names one with its title may be one of a list of them."""
    # The first line of a document that is an annex itself says only whose it is.
    heads = [place for place, (_, text) in enumerate(lines) if place and annex_head(text)]
    listed = {place for place in heads if not _ANNEX_ALONE.match(lines[place][1]) and _is_listed(lines, place)}
    return {place for place in heads if place not in listed}


def _is_listed(lines: list[tuple[int, str]], place: int) -> bool:
    """Whether a named annex is one of a list: another stands beside it, or the document ends there."""
    beside = [lines[at][1] for at in (place - 1, place + 1) if 0 <= at < len(lines)]
    below = lines[place + 1][1] if place + 1 < len(lines) else ""
    return not below or bool(DAY.fullmatch(below)) or any(_ANNEX_TITLED.match(text) for text in beside)


def signers(lines: list[tuple[int, str]], place: int) -> list[str] | None:
    """Who signs above a date that stands alone, or on its line; None for a line that signs nothing."""
    text = lines[place][1]
    if same := _SIGNED.fullmatch(text):
        return [same["signer"].strip()] if _is_body(same["signer"]) else None
    if not _WHEN.fullmatch(text):
        return None
    found: list[str] = []
    for above in range(place - 1, max(-1, place - 1 - _MOST_SIGNERS), -1):
        if not _is_body(lines[above][1]):
            break
        found.insert(0, lines[above][1])
    return found if found or DAY.fullmatch(text) else None


def closed(text: str) -> str:
    """A line with the names that are spaced out, sign by sign, closed again: 某 县 司 法 局."""
    return _SPACED.sub(lambda spaced: "".join(spaced[0].split()), text)


def _is_body(text: str) -> bool:
    words = closed(re.sub(_SEAL, " ", text)).split() if len(text) <= _LONGEST_SIGNERS else []
    if not words:
        return False
    return all(BODY.fullmatch(name) for word in words for name in unglued(word))


def unglued(names: str) -> list[str]:
    """Who signs, one by one, where the breaks between them were lost: each begins with the place of the first."""
    place = _PLACE.match(names)
    if place and names.count(place[0]) > 1:
        return [place[0] + name for name in names.split(place[0])[1:]]
    if joint := _JOINT.match(names):
        return [joint[0], names[joint.end() :]]
    return [names]


def margins(lines: list[tuple[int, str]]) -> set[int]:
    """The places of the lines that name annexes, sign, or note something below the text."""
    begun = annexes_begun(lines)
    found: set[int] = set()
    for place, (_, text) in enumerate(lines):
        if place in begun:
            continue
        if _NAMED.match(text) or (annex_head(text) and not _ANNEX_ALONE.match(text)):
            found |= set(_named_annexes(lines, place))
        elif _PRINTED.fullmatch(text):
            found.add(place)
        elif (names := signers(lines, place)) is not None and (names or _ends_text(lines, place)):
            single = bool(_WHEN.fullmatch(text))
            found |= set(range(place - len(names) * single, place + 1))
    return found | _notes(lines, found, begun)


def _named_annexes(lines: list[tuple[int, str]], place: int) -> Iterator[int]:
    yield place
    for below in range(place + 1, len(lines)):
        if not _NEXT_NAMED.match(lines[below][1]):
            return
        yield below


def _ends_text(lines: list[tuple[int, str]], place: int) -> bool:
    """Whether a date without a signer ends the text: a sentence ends above it and nothing but notes stands below."""
    above = lines[place - 1][1] if place else ""
    below = lines[place + 1][1] if place + 1 < len(lines) else ""
    ends = above.endswith(("。", "：")) or bool(_NAMED.match(above) or _NEXT_NAMED.match(above))
    return ends and (not below or bool(annex_head(below) or _NOTE.match(below)))


def _notes(lines: list[tuple[int, str]], found: set[int], begun: set[int]) -> set[int]:
    """Contacts and copies where the text has ended: what follows them is the end, an annex or another such line."""
    notes: set[int] = set()
    for place in range(len(lines) - 1, -1, -1):
        text = lines[place][1]
        if _NOTE.match(text) and len(text) < _LONGEST_NOTE and place not in found:
            after = range(place + 1, min(len(lines), place + 1 + _CLOSE))
            if place + 1 == len(lines) or any(at in found or at in begun or at in notes for at in after):
                notes.add(place)
    return notes


def contents_lines(lines: list[tuple[int, str]]) -> set[int]:
    """The places of a contents list before the body: from "目录" to where its first entry stands again."""
    for place, (_, text) in enumerate(lines):
        if _CONTENTS_INSIDE.match(text):
            return {place}
        if is_contents(text):
            entries = [_entry(entry) for _, entry in lines[place + 1 :]]
            again = next((n for n in range(1, len(entries)) if entries[n] == entries[0]), 0)
            return set(range(place, place + 1 + again)) if again else set()
        if _LEADER.search(text) and place + 1 < len(lines) and re.match(r"[第（(一1]", text):
            end = next((n for n in range(place, len(lines)) if not _LEADER.search(lines[n][1])), len(lines))
            return set(range(place, end)) if end > place + 2 else set()
    return set()


def parted(line: str) -> Iterator[str]:
    """A line whose breaks were lost, parted before and after who signs, and before the annexes it names and heads."""
    cuts = {0, len(line), *_signature_cuts(line), *_leads(line)}
    if named := _NAMED_INSIDE.search(line):
        cuts |= {named.start(), *(found.start() for found in _HEADED_INSIDE.finditer(line, named.end()))}
    if contents := _CONTENTS_INSIDE.search(line):
        entry = re.compile(r"[\s\u3000]*".join(map(re.escape, "".join(contents[1].split()))))
        if again := entry.search(line, contents.end()):
            cuts |= {contents.start(), again.start()}
    cuts |= {cut for found in _NOTE_INSIDE.finditer(line) for cut in found.span()}
    for start, end in pairwise(sorted(cuts)):
        if part := line[start:end].strip():
            yield part


def _signature_cuts(line: str) -> set[int]:
    """Where who signs begins and where the date ends, for each date that dates a signature."""
    issuer, place = _TITLE_ISSUER.match(line), _TITLE_PLACE.match(line)
    cuts: set[int] = set()
    for day in _WHEN_INSIDE.finditer(line):
        before, after = line[: day.start()].rstrip(), line[day.end() :].lstrip()
        ends = not after or bool(_AFTER_DAY.match(after))
        if issuer and before.endswith(issuer[1]):
            cuts |= {day.start() - (len(line[: day.start()]) - len(before)) - len(issuer[1]), day.end()}
        elif ends and (signer := _SIGNER_BEFORE.search(before[-_LONGEST_SIGNERS:])) and _is_body(signer[0]):
            cuts |= {len(before) - len(signer[0]), day.end() if not after.startswith("印发") else len(line)}
        elif ends and place and (at := before.rfind(place[0])) > 0 and _is_body(before[at:]):
            cuts |= {at, day.end()}
        elif ends and (not after or before.endswith("。")):
            cuts |= {day.start(), day.end()}
    return cuts


def _leads(line: str) -> Iterator[int]:
    """Where notes begin, and bodies that lead lists ("市人民检察院：1.…"): the first begins as the second does."""
    yield from (note.start() for note in _NOTES_INSIDE.finditer(line))
    bodies = list(_BODY_INSIDE.finditer(line))
    if len(bodies) < 2 or bodies[0][1].rfind(bodies[1][1][0]) < 0:
        return
    yield bodies[0].start() + bodies[0][1].rfind(bodies[1][1][0])
    yield from (body.start() for body in bodies[1:])


def is_contents(text: str) -> bool:
    """Whether a line heads a contents list: "目　录"."""
    return bool(_CONTENTS.fullmatch(text))


def _entry(text: str) -> str:
    """An entry of a contents list without its page and its blanks."""
    return "".join(re.sub(r"[\s.…·．]*[（(]?\d*[）)]?$", "", text).split())
