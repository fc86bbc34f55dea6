"""The top and the foot of an official document: its title, number, issuer and date."""

import re
from dataclasses import dataclass
from datetime import date

from ducha.engines.plans.margins import DAY, closed, is_contents, signers, unglued
from ducha.engines.plans.marks import ordinal
from ducha.engines.plans.tables import BODY
from ducha.engines.plans.values import Draft

NUMBER = re.compile(r"[\u4e00-\u9fa5]{2,12}\s*[〔﹝\[［【（(]\s*(\d{4})\s*[〕﹞\]］】）)]\s*第?\s*\d{1,4}\s*号")
# Where breaks were lost the text follows the number; what cites one speaks on of it.
_NUMBER_ABOVE_TEXT = re.compile(rf"[（(]?({NUMBER.pattern})[）)]?(?=[^，。；、的文要精规])")
_DAY = re.compile(r"(\d{4})[年\-./](\d{1,2})[月\-./](\d{1,2})日?")
_CHINESE_DAY = re.compile(r"(\D{4})年([一二三四五六七八九十]{1,3})月([一二三四五六七八九十]{1,3})日")
_DIGITS = "〇一二三四五六七八九"
# 题注: in brackets below a title the days of the document, with what was done on each, by whom, and its number.
_INNER = r"[^（）()]*(?:[（(]\d{4}[）)][^（）()]*)?"
_DATED = re.compile(rf"[（(](?={_INNER}{DAY.pattern}){_INNER}[）)]")
_IN_FORCE = re.compile(r"\s*[起开]?\s*(?:始|正式)?\s*[施实]行")
_PUBLISHES = r"\s*(?:公布|发布|印发|签发|制定)"
_PUBLISHER = re.compile(
    rf"(?:{DAY.pattern})\s*(?:由|经)?({BODY.pattern}){_PUBLISHES}|({BODY.pattern})\s*(?:于\s*)?(?:{DAY.pattern}){_PUBLISHES}"
)
_ISSUED_BY = re.compile(r"(.{2,60}?(?:院|厅|部|局|委|会|府|室|组))(?:办公厅)?\s*关于")
_PUBLISHED = re.compile(r"(?:(?!通过|年)[^，；]){0,30}(?:公布|发布|印发|签发)")
_TITLE_LINES = 6
# 红头: copy number, secrecy, urgency, who issues, the number, who signs; above the title.
_LETTERHEAD = re.compile(
    r"[^，。；：]{4,60}文\s*件|\d{6}|(?:绝密|机密|秘密)\S{0,8}|特\s*急|加\s*急|平\s*急|签发人\s*[:：].{0,20}"
    r"|附\s*件\s*\d{0,2}\s*[:：]?"
)
# A day in the letterhead, above the title; one that the text begins with goes on.
_DAY_ABOVE = re.compile(rf"(?:{DAY.pattern})\s*(?![，。、至起前—\-\s])")
_SIGNED_FOR = re.compile(r"\s*签发人\s*[:：]\s*\S{0,4}$")
_KIND = (
    r"(?:通知|方案|指标(?:体系)?|意见|办法|规定|细则|通报|要点|计划|规程|清单|标准|规划|条例|指南|函|决定|公告|报告|预案|规则"
    r"|准则|守则|[解务分评核查]表)"
)
_TITLE_ENDS = re.compile(rf"{_KIND}(?:[（(][^（）()]{{1,12}}[）)])?$")
_ABOVE_TEXT = re.compile(r"[为按根依各]")
# A title that runs on into the text: it ends where the kind of document is named, before what a text begins with.
_EDITION = r"[（(](?:试行|暂行|[^（）()]{0,8}[稿版])[）)]"
_ENDING = rf"{_KIND}(?:{_EDITION})?"
_BEGINNING = (
    rf"各|为|根据|按照?|依据|现将|经|{NUMBER.pattern}|[（(]|目\s*录|第[一1]|[一1][、.．\s]|附\s*件"
    r"|[\u4e00-\u9fa5]{2,30}："
)
_RUN_ON = re.compile(rf"[^，。；：]{{4,90}}?{_ENDING}(?=[^》〉”的、和及，。].{{60}})")
_RUN_ON_LOST = (
    re.compile(rf"[^，。；：]{{4,90}}?{_KIND}(?:{_EDITION}|(?!{_EDITION})(?![》〉”的、和及])(?=\s*(?:{_BEGINNING})))"),
    re.compile(r"[^，。；：]{4,90}?(?:通知|方案|意见|办法|规定|细则|通报|要点|计划)(?=[^》〉”的、和及，。])"),
)
_LETTERHEAD_BEFORE = re.compile(
    rf"[^，。；：〔\[]{{4,60}}(?:文\s*件|办公室|委员会|政府|局|厅)(?=\s*(?!关于){NUMBER.pattern})"
)
# What a site prints above a document.
_LABELLED_NUMBER = re.compile(rf"(?:发文字号|发文文号|文\s*号)\s*[:：]\s*({NUMBER.pattern})")
_LABELLED_DAY = re.compile(rf"(?:成文|发布|发文|印发|公布)(?:日期|时间)\s*[:：]\s*({DAY.pattern})")
_LABELLED_ISSUER = re.compile(
    r"(?:发布|发文|制发|公开)(?:机构|机关|单位)\s*[:：]\s*([\u4e00-\u9fa5]{3,40}?)(?=关于|[^\u4e00-\u9fa5]|$)"
)
_MOST_LABELS, _LONGEST_SIGNATURE = 12, 160
# What a site prints above the title of a document: its own name, where the reader is, how the page is filed.
_PAGE = re.compile(
    r"当前位置|首\s*页\s*[>＞»/|｜]|索\s*引\s*号\s*[:：]|(?:发布|发文|公开)机构\s*[:：]|主题分类\s*[:：]|无障碍|浏览次数|登录"
)
_NO_TITLE = set("：:>＞»|｜，。；\t")
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
    top = preamble.lines[:_MOST_LABELS]
    page = _take_page_head(preamble)
    before, number = _take_letterhead(preamble)
    before = page + before
    taken = _take_title(preamble, loose)
    number = number or _number_below(preamble) or _labelled(top, _LABELLED_NUMBER)
    title = "".join(text for _, text in taken)
    names, signed_on = _signature(lines)
    if loose:
        names = [name for glued in names for name in unglued(glued)]
    below = next((found for _, text in preamble.lines[:2] if (found := _DATED.match(text))), None)
    issuer = _joint(names) or _labelled(top, _LABELLED_ISSUER) or (_publisher(below[0]) if below else None)
    return Heading(
        before="".join(before),
        title=title,
        lines=(taken[0][0], taken[-1][0]) if taken else (0, 0),
        document_number="".join(number.split()) if number else None,
        issuer=issuer or _named_above(title, before) or _joint(_named_below(preamble)),
        issued_on=signed_on
        or next((day for head in before if (day := _day(head))), None)
        or (_dated(below[0]) if below else None)
        or _day(_labelled(top, _LABELLED_DAY) or ""),
    )


def _joint(names: list[str]) -> str | None:
    """Who issues together, one behind the other: "某县司法局、某县财政局"."""
    return "、".join(dict.fromkeys(names)) or None


def _named_below(preamble: Draft) -> list[str]:
    """Who issues by a line of its own below the title."""
    found = (_all_bodies(text) for _, text in preamble.lines[:2])
    return next((names for names in found if names), [])


def _named_above(title: str, before: list[str]) -> str | None:
    """Who issues by the title, "某县司法局关于…", else by the letterhead."""
    if _ISSUED_BY.match(title):
        above = title.partition("关于")[0].strip()
        return _joint(_all_bodies(above)) or above
    return _joint([name for head in before for name in _all_bodies(closed(head).removesuffix("文件"))])


def _all_bodies(text: str) -> list[str]:
    """The bodies that a line consists of; none where it says anything else."""
    words = closed(text).split()
    return words if all(BODY.fullmatch(word) for word in words) else []


def _labelled(top: list[tuple[int, str]], label: re.Pattern[str]) -> str | None:
    """What stands behind a label above the text."""
    found = (label.search(text) for _, text in top)
    return next((match[1] for match in found if match), None)


def _take_page_head(preamble: Draft) -> list[str]:
    """Take what a site prints above the title; nothing from a document that is not copied off a page."""
    top = [text for _, text in preamble.lines[:_MOST_LABELS]]
    may = [not set(text) & _NO_TITLE and not _PAGE.search(text) for text in top]
    at = next((n for n, text in enumerate(top) if may[n] and _TITLE_ENDS.search(text)), 0)
    while at > 1 and may[at - 1] and "关于" in top[at - 1]:
        at -= 1
    if not any(_PAGE.search(text) for text in top[:at]):
        return []
    del preamble.lines[:at]
    return top[:at]


def _take_letterhead(preamble: Draft) -> tuple[list[str], str | None]:
    """Take what stands above the title: the lines of the letterhead, and the number if it is among them."""
    before: list[str] = []
    number = None
    while preamble.lines:
        at, text = preamble.lines[0]
        if (day := _DAY_ABOVE.match(text)) and (number or day.end() == len(text)):
            before.append(day[0].rstrip())
            preamble.lines[:1] = [(at, text[day.end() :])] if day.end() < len(text) else []
            continue
        if number:
            break
        if (head := _LETTERHEAD_BEFORE.match(text)) and head.end() < len(text):
            preamble.lines[:1] = [(at, head[0]), (at, text[head.end() :].strip())]
            text = head[0]
        if found := NUMBER.match(text):
            number = found[0]
            rest = text[found.end() :].strip()
            signed_for = _SIGNED_FOR.fullmatch(rest)
            preamble.lines[:1] = [] if signed_for or not rest else [(at, rest)]
            before.append(text if signed_for else found[0])
        elif _LETTERHEAD.fullmatch(text) or _issues_below(preamble.lines):
            before.append(preamble.lines.pop(0)[1])
        else:
            break
    return before, number


def _issues_below(lines: list[tuple[int, str]]) -> bool:
    """Whether the first lines are bodies alone, down to the number or to the last of them with "文件"."""
    below = next((text for _, text in lines[:_TITLE_LINES] if not _all_bodies(text)), "")
    return below != lines[0][1] and bool(NUMBER.match(below) or _all_bodies(below.removesuffix("文件")))


def _number_below(preamble: Draft) -> str | None:
    """The number below a title, lines without punctuation between them; where lines were lost, before the text."""
    for place, (_, text) in enumerate(preamble.lines[:_TITLE_LINES]):
        inner = text[1:-1] if re.fullmatch(r"[（(].*[）)]", text) else text
        if NUMBER.fullmatch(inner):
            return inner
        if (dated := _DATED.match(text)) and (found := NUMBER.search(dated[0])):
            return found[0]
        if not place and (found := _NUMBER_ABOVE_TEXT.match(text)):
            return found[1]
        if set(text) & set("，。；："):
            break
    return None


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


def _signature(lines: list[tuple[int, str]]) -> tuple[list[str], date | None]:
    """Who sign, and when: at the first date that stands alone, below who signs or as the last word."""
    loose: date | None = None
    signed: list[str] = []
    for place, (_, text) in enumerate(lines):
        names = signers(lines, place) if len(text) < _LONGEST_SIGNATURE else None
        if names is None:
            continue
        words = [word for name in names for word in closed(_SEAL.sub(" ", name)).split()]
        day = _day(found[0]) if (found := DAY.search(text)) else None
        if words and day:
            return words, day
        signed, loose = signed or words, loose or day
    return signed, loose


def _dated(below: str) -> date | None:
    """The day in brackets below the title: of several that of the publication, never that from which it is in force."""
    days = [day for day in DAY.finditer(below) if not _IN_FORCE.match(below, day.end())]
    published = [day for day in days if _PUBLISHED.match(below, day.end())]
    return _day((published[-1:] or days)[0][0]) if days else None


def _publisher(below: str) -> str | None:
    if found := _PUBLISHER.search(below):
        return str(found[1] or found[2])
    # （某县司法局　2024年3月1日）: nothing but who and when.
    return _joint(_all_bodies(DAY.sub(" ", below.strip("（）()")).replace("、", " ")))


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
