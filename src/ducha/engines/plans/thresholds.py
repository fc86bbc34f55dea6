"""The numbers that a clause asks for; scores, conditions and classes ask for nothing."""

import re
from collections.abc import Iterator

from ducha.engines.plans.marks import ordinal
from ducha.engines.plans.values import Threshold

_CHINESE = "[一二两三四五六七八九十百]{1,5}"
_N = rf"(?P<value>\d+(?:\.\d+)?|{_CHINESE})"
_ARABIC = r"(?P<value>\d+(?:\.\d+)?)"
# 三到五年, 3至5个工作日, 5%—10%: the lower end of a range.
_FROM = rf"(?:(?P<low>\d+(?:\.\d+)?|{_CHINESE})\s*(?:%|％|个)?\s*(?:至|到|—+|–|-|－|~|～)\s*)?"
_COUNTED = "学时|课时|人次|户次|例|起|件|宗|条|份|篇|户|名|位|所|处|场|期"
_UNIT = rf"(?P<unit>个?工作日|个月|万元|小时|{_COUNTED}|[%％日天人次项家元分个年])(?!制)"
_TIME = r"(?P<unit>个?工作日|个月|小时|[日天年])"
# Between the words of the limit and its number there may stand what the share is of: 不少于本单位总数的5%.
_OF = r"[^，。；,;\d]{0,20}?"
_SHARE = r"(?P<share>百分之[一二三四五六七八九十百点零]{1,6}|[一二三四五六七八九]成)"
_AMOUNT = rf"(?:{_SHARE}|{_N}\s*{_UNIT})"
_AT_LEAST = r"(?:不低于|不少于|不小于|不得低于|不得少于|不得小于|至少|最少|最低)"
_AT_MOST = r"(?:不超过|不得超过|不高于|不多于|不大于|不得高于|不得多于|控制在|最多|至多|最长|最高)"
_UNITS = {
    **{"学时": "小时", "课时": "小时"},
    **{"个工作日": "工作日", "％": "%", "天": "日", "户": "家", "名": "人", "位": "人", "人次": "人", "户次": "次"},
    **dict.fromkeys("例起件宗条份篇所处场期", "个"),
}
_EVERY = r"每(?:半年|年度?|季度?|月|周|个月)"
_PATTERNS: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (kind, re.compile(pattern))
    for kind, pattern in (
        ("date", r"每年\s*(?P<month>\d{1,2})\s*月\s*(?P<day>\d{1,2})\s*日(?:之前|以前|前)"),
        ("date", r"每年\s*(?P<month>\d{1,2})\s*月底(?:之前|以前|前)"),
        ("date", r"每(?:年年?|年度)底(?:之前|以前|前)"),
        ("<=", rf"{_AT_MOST}\s*{_FROM}{_AMOUNT}"),
        (">=", rf"{_AT_LEAST}{_OF}{_AMOUNT}"),
        ("<=", rf"{_FROM}{_N}\s*{_TIME}(?:时间)?(?:以内|之内|内)"),
        (">=", rf"{_AMOUNT}(?:及|或|\(含\)|（含）)?以上"),
        ("<=", rf"{_AMOUNT}(?:及|或|\(含\)|（含）)?以下"),
        (
            "reach",
            rf"(?:达到|达|保持在|稳定在|提高到|提升到|提升至|提高至|增加到|力争)\s*{_FROM}(?:{_SHARE}|{_ARABIC}\s*{_UNIT})",
        ),
        ("<=", rf"(?:下降到|降低到|降到|降至|压缩到|压缩至|压减至|缩短至)\s*(?:{_SHARE}|{_N}\s*{_UNIT})"),
        (">=", rf"{_EVERY}[^，。；,;\d]{{0,8}}?{_N}\s*(?P<unit>次)(?!数)"),
        (">=", rf"每月(?:对|抽查|检查|走访)\s*{_ARABIC}\s*(?P<unit>[户家个人次])"),
        (
            "reach",
            r"(?:率|比例|比重|占比|覆盖面|满意度)(?:[（(][^（）()]{1,15}[）)])?\s*(?:为|要)?\s*(?P<value>\d+(?:\.\d+)?)\s*(?P<unit>[%％])",
        ),
        ("whole", r"(?:全部|一律)(?:完成|达标|整改到位|办结|公开|公示|纳入|归档|入库|上线|进驻|录入|销号)"),
        (">=", rf"{_ARABIC}\s*(?P<unit>[个项家])[^，。；,;\d]{{0,8}}?(?=实现|完成)"),
    )
)
# What is no limit though it reads like one. Before it:
_NO_LIMIT_BEFORE = re.compile(
    r"(?:[扣得奖加减计占记]|每[少多缺超降下升迟增漏出低高]\S{0,6}|满分|共计?|总分|第|其中|近|约|已|截至\S{0,12}|达标线)\s*$"
)
# After it: grading bands (90分以上为优秀), classes (50人以上的企业), conditions, what a score is.
_NO_LIMIT_AFTER = re.compile(
    r"\s*(?:[（(]含\S{0,6}[）)])?\s*(?:的?[，,]?(?:为|评为|定为|确定为|得|扣|奖|加|不得分|按)"
    r"|的(?:企业|单位|人员|项目|地区|部门|乡镇|学校|机构|党员|干部|规模|县|市|村|商户|工程|建筑|场所|会议)|有期徒刑|罚款)"
)
_SCORED = re.compile(r"[扣得奖加减]\s*\d+(?:\.\d+)?\s*分")


def thresholds(text: str) -> tuple[Threshold, ...]:
    """All requirements of a clause that are numbers, in order; none overlaps another."""
    found: list[Threshold] = []
    for kind, pattern in _PATTERNS:
        for match in pattern.finditer(text):
            start, end = match.span()
            if all(end <= t.span[0] or start >= t.span[1] for t in found) and _asks(match, text):
                found.extend(_thresholds(kind, match, text))
    return tuple(sorted(found, key=lambda t: t.span))


def _asks(match: re.Match[str], text: str) -> bool:
    """Whether a number is asked for: not a score, a condition of one, a grading band or a class."""
    before, after = text[max(0, match.start() - 20) : match.start()], text[match.end() : match.end() + 20]
    if _NO_LIMIT_BEFORE.search(before) or _NO_LIMIT_AFTER.match(after):
        return False
    # 每下降5%扣0.5分, 少于4次的，每次扣1分: within a clause that takes points a number is the measure of the score.
    clause = re.split(r"[。；;，,（(]", text[max(0, match.start() - 40) : match.start()])[-1]
    rest = re.split(r"[。；;，,）)]", text[match.end() : match.end() + 40])[0]
    return not (re.search(r"每|未|无|不足|少于|低于|超过|缺", clause) and _SCORED.search(rest))


def _thresholds(kind: str, match: re.Match[str], text: str) -> Iterator[Threshold]:
    phrase, span = match.group(0), match.span()
    quantity = re.split(r"[，。；、,;：:（）()]", text[max(0, span[0] - 60) : span[0]])[-1].strip()
    found = match.groupdict()
    if kind == "date":
        month = int(found.get("month") or 12)
        day = int(found.get("day") or (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month % 13 - 1])
        yield Threshold(phrase, quantity, "<=", f"{month:02d}{day:02d}", "date", span)
        return
    if kind == "whole":
        yield Threshold(phrase, quantity, "==", "100", "%", span)
        return
    if share := found.get("share"):
        value, unit = _percent(share), "%"
    else:
        value, unit = _number(found["value"]), _UNITS.get(found["unit"], found["unit"])
    comparator = kind
    if kind == "reach":
        comparator = "==" if (value, unit) == ("100", "%") else ">="
    if found.get("low") and comparator != "<=":
        value = _number(found["low"])
    yield Threshold(phrase, quantity, comparator, value, unit, span)


def _number(words: str) -> str:
    """A number as digits: "两" is 2, "十五" 15, "3.5" stays."""
    return words if words[0].isascii() else str(ordinal(words.replace("两", "二")))


def _percent(share: str) -> str:
    """百分之五 is 5 per cent, 百分之九十九点五 99.5, 八成 80."""
    if not share.startswith("百分之"):
        return str(10 * ordinal(share[0]))
    whole, point, rest = share[3:].partition("点")
    tail = "".join(str("零一二三四五六七八九".index(sign)) for sign in rest if sign in "零一二三四五六七八九")
    return _number(whole or "零") + (f".{tail}" if point and tail else "")
