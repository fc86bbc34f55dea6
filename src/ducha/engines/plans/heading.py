"""The top and the foot of an official document: its title, number, issuer and date."""

import re
from dataclasses import dataclass
from datetime import date

from ducha.engines.plans.margins import DAY, is_contents, signers
from ducha.engines.plans.marks import ordinal
from ducha.engines.plans.tables import BODY
from ducha.engines.plans.values import Draft

NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}\s*[〔﹝\[［【（(]\s*(\d{4})\s*[〕﹞\]］】）)]\s*第?\s*\d{1,4}\s*号")
# Where breaks were lost the text follows the number; what cites one speaks on of it.
_NUMBER_ABOVE_TEXT = re.compile(rf"[（(]?({NUMBER.pattern})[）)]?(?=[^，。；、的文要精规])")
_DAY = re.compile(r"(\d{4})[年\-./](\d{1,2})[月\-./](\d{1,2})日?")
_CHINESE_DAY = re.compile(r"(\D{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日")
_DIGITS = "〇一二三四五六七八九"
# 题注: the day below a title, in brackets, with what was done on it.
_DATED = re.compile(rf"[（(]\s*({DAY.pattern})[^（）()]*[）)]")
_ISSUED_BY = re.compile(r"(.{2,60}?(?:院|厅|部|局|委|会|府|室|组))(?:办公厅)?\s*关于")
_PUBLISHED = re.compile(r"(?:(?!通过|年)[^，；]){0,30}(?:公布|发布|印发|签发)")
_TITLE_LINES = 6
# 红头: copy number, secrecy, urgency, who issues, the number, who signs; above the title.
_LETTERHEAD = re.compile(
    r"[^，。；：]{4,60}文\s*件|\d{6}|(?:绝密|机密|秘密)\S{0,8}|特\s*急|加\s*急|平\s*急|签发人\s*[:：].{0,20}"
    r"|附\s*件\s*\d{0,2}\s*[:：]?"
)
_SIGNED_FOR = re.compile(r"\s*签发人\s*[:：]\s*\S{0,4}$")
_KIND = (
    r"(?:通知|方案|意见|办法|规定|细则|通报|要点|计划|规程|清单|标准|规划|条例|指南|函|决定|公告|报告|预案|规则"
    r"|准则|守则|[解务分评核查]表)"
)
_TITLE_ENDS = re.compile(rf"{_KIND}(?:[（(][^（）()]{{1,12}}[）)])?$")
_ABOVE_TEXT = re.compile(r"[为按根依各]")
# A title that runs on into the text: it ends where the kind of document is named, before what a text begins with.
_ENDING = rf"{_KIND}(?:[（(](?:试行|暂行|[^（）()]{{0,8}}[稿版])[）)])?"
_BEGINNING = (
    rf"各|为|根据|按照?|依据|现将|经|{NUMBER.pattern}|[（(]|目\s*录|第[一1]|[一1][、.．\s]|附\s*件"
    r"|[\u4e00-\u9fa5]{2,30}："
)
_RUN_ON = re.compile(rf"[^，。；：]{{4,90}}?{_ENDING}(?=[^》〉”的、和及，。].{{60}})")
_RUN_ON_LOST = (
    re.compile(rf"[^，。；：]{{4,90}}?{_ENDING}(?![》〉”的、和及])(?=\s*(?:{_BEGINNING}))"),
    re.compile(r"[^，。；：]{4,90}?(?:通知|方案|意见|办法|规定|细则|通报|要点|计划)(?=[^》〉”的、和及，。])"),
)
_LETTERHEAD_BEFORE = re.compile(
    rf"[^，。；：〔\[]{{4,60}}(?:文\s*件|办公室|委员会|政府|局|厅)(?=\s*(?!关于){NUMBER.pattern})"
)
# Two who sign in one line where breaks were lost: 县委办公室县政府办公室; 国家税务总局某市税务局 is one.
_JOINT = re.compile(
    r"[\u4e00-\u9fa5]{3,30}?(?:办公室|(?<!总)局|厅|委员会|政府)(?=[\u4e00-\u9fa5]{3,}(?:办公室|(?<!分)局|厅|委员会|政府)$)"
)
# What a site prints above a document.
_LABELLED_NUMBER = re.compile(rf"(?:发文字号|发文文号|文\s*号)\s*[:：]\s*({NUMBER.pattern})")
_LABELLED_DAY = re.compile(rf"(?:成文|发布|发文|印发|公布)(?:日期|时间)\s*[:：]\s*({DAY.pattern})")
_LABELLED_ISSUER = re.compile(r"(?:发布|发文|制发|公开)(?:机构|机关|单位)\s*[:：]\s*([\u4e00-\u9fa5]{3,40})")
_MOST_LABELS = 12
_SEAL = re.compile(r"[（(](?:盖章|印章|章|代章)[）)]")


@dataclass(frozen=True)
class Heading:
    """What stands above the text and below it. `before` is the wording above the title; None where nothing says it."""

    before: str
    title: str
    lines: tuple[int, int]
    document_number: str | None
    issuer: str | None
    issued_on: date | None


def take_heading(preamble: Draft, lines: list[tuple[int, str]], *, loose: bool = False) -> Heading:
    """Take number and title off the top of the preamble; find issuer and date wherever the document is signed."""
    before, number = _take_letterhead(preamble)
    taken = _take_title(preamble, loose)
    number = number or _number_below(preamble)
    title = "".join(text for _, text in taken)
    signer, signed_on = _signature(lines)
    if loose and signer and (joint := _JOINT.match(signer)):
        signer = joint[0]
    issued_by = _ISSUED_BY.match(title)
    letterhead = next((head.removesuffix("文件") for head in before if BODY.fullmatch(head.removesuffix("文件"))), None)
    labelled = _labelled(preamble, _LABELLED_ISSUER)
    return Heading(
        before="".join(before),
        title=title,
        lines=(taken[0][0], taken[-1][0]) if taken else (0, 0),
        document_number="".join(number.split()) if number else None,
        issuer=signer or labelled or (title.partition("关于")[0].strip() if issued_by else letterhead),
        issued_on=signed_on or _dated(preamble) or _day(_labelled(preamble, _LABELLED_DAY) or ""),
    )


def _labelled(preamble: Draft, label: re.Pattern[str]) -> str | None:
    """What stands behind a label above the text."""
    found = (label.search(text) for _, text in preamble.lines[:_MOST_LABELS])
    return next((match[1] for match in found if match), None)


def _take_letterhead(preamble: Draft) -> tuple[list[str], str | None]:
    """Take what stands above the title: the lines of the letterhead, and the number if it is among them."""
    before: list[str] = []
    number = None
    while preamble.lines and number is None:
        at, text = preamble.lines[0]
        if (head := _LETTERHEAD_BEFORE.match(text)) and head.end() < len(text):
            preamble.lines[:1] = [(at, head[0]), (at, text[head.end() :].strip())]
            text = head[0]
        if found := NUMBER.match(text):
            number = found[0]
            rest = text[found.end() :].strip()
            signed_for = _SIGNED_FOR.fullmatch(rest)
            preamble.lines[:1] = [] if signed_for or not rest else [(at, rest)]
            before.append(text if signed_for else found[0])
        elif _LETTERHEAD.fullmatch(text) or (
            len(preamble.lines) > 1 and BODY.fullmatch(text) and NUMBER.match(preamble.lines[1][1])
        ):
            before.append(preamble.lines.pop(0)[1])
        else:
            break
    return before, number


def _number_below(preamble: Draft) -> str | None:
    """The number below a title, lines without punctuation between them; where lines were lost, before the text."""
    for place, (_, text) in enumerate(preamble.lines[:_TITLE_LINES]):
        inner = text[1:-1] if re.fullmatch(r"[（(].*[）)]", text) else text
        if NUMBER.fullmatch(inner):
            return inner
        if not place and (found := _NUMBER_ABOVE_TEXT.match(text)):
            return found[1]
        if set(text) & set("，。；："):
            break
    return _labelled(preamble, _LABELLED_NUMBER)


def _take_title(preamble: Draft, loose: bool) -> list[tuple[int, str]]:
    """The lines at the top that end in no punctuation."""
    top = preamble.lines[0][1] if preamble.lines else ""
    if run_on := next(
        (found for words in (_RUN_ON_LOST if loose else (_RUN_ON,)) if (found := words.match(top))), None
    ):
        # The line breaks were lost: the title ends where the kind of document is named.
        at, text = preamble.lines.pop(0)
        if rest := text[run_on.end() :].strip():
            preamble.lines.insert(0, (at, rest))
        return [(at, run_on[0])]
    taken: list[tuple[int, str]] = []
    while preamble.lines and len(taken) < _TITLE_LINES:
        text = preamble.lines[0][1]
        if _ends_title(text, [line for _, line in taken], len(preamble.lines) > 1):
            break
        taken.append(preamble.lines.pop(0))
    return taken


def _ends_title(text: str, taken: list[str], is_more: bool) -> bool:
    """Whether a line stands below the title, of which some lines were taken."""
    if set(text) & set("，。；：,;:\t") or is_contents(text) or _DATED.fullmatch(text):
        return True
    if not taken:
        return False
    title = "".join("".join(taken).split())
    is_whole = bool(_TITLE_ENDS.search(title)) and title.count("《") == title.count("》")
    is_below = NUMBER.fullmatch(text.strip("（）()")) or DAY.fullmatch(text) or _ABOVE_TEXT.match(text)
    return bool(is_below) or (is_more and len(text) > 40) or (is_whole and not re.match(r"[（(]", text))


def _signature(lines: list[tuple[int, str]]) -> tuple[str | None, date | None]:
    """Who signs, and when: the first date that stands alone, below who signs or as the last word."""
    loose: date | None = None
    for place, (_, text) in enumerate(lines):
        found = DAY.search(text) if len(text) < 80 else None
        names = signers(lines, place) if found else None
        if found is None or names is None or (day := _day(found[0])) is None:
            continue
        if names:
            return _SEAL.sub("", names[0].split()[0]), day
        loose = loose or day
    return None, loose


def _dated(preamble: Draft) -> date | None:
    """The day in brackets below the title; of several that of the publication."""
    for _, text in preamble.lines[:2]:
        if found := _DATED.match(text):
            days = list(DAY.finditer(found[0]))
            published = [day for day in days if _PUBLISHED.match(found[0], day.end())]
            return _day((published or days)[-1 if published else 0][0])
    return None


def _day(text: str) -> date | None:
    text = "".join(text.split())
    if match := _DAY.fullmatch(text):
        year, month, day = (int(part) for part in match.groups())
    elif match := _CHINESE_DAY.fullmatch(text):
        digits = re.sub("[○零Ｏ０O]", "〇", match[1])
        year = int("".join(str(_DIGITS.index(sign)) for sign in digits if sign in _DIGITS))
        month, day = ordinal(match[2]), ordinal(match[3])
    else:
        return None
    try:
        return date(year, month, day)
    except ValueError:
        return None
