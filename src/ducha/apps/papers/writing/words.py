"""How an official says it: numbers of things, lists of units, days, the words for what the records hold in short."""

from collections.abc import Sequence
from datetime import date, datetime

from django.utils import timezone

from ducha.apps.campaigns.models import Campaign
from ducha.engines.gongwen import Sentence, dated
from ducha.engines.ledgers.persons import masked

# Of more units than these the first are named and the rest counted.
_NAMED = 8
SEVERITIES = {"serious": "严重", "ordinary": "一般", "minor": "轻微"}
HORIZONS = {"immediate": "立行立改", "by_deadline": "限期整改", "long_term": "长期整改"}
SOURCES = {"admitted": "单位自查", "field": "实地督察", "data": "台账核验"}
CONCLUSIONS = {"met": "落实", "partly_met": "部分落实", "not_met": "未落实", "not_applicable": "不适用"}
MANNERS = {"on_site": "现场验收", "on_paper": "书面验收"}
STATES = {
    "raised": "已提出",
    "confirmed": "已确认",
    "handed_over": "已反馈",
    "objected": "有异议",
    "acknowledged": "整改中",
    "closed": "已销号",
    "withdrawn": "已撤回",
}
# What only a person can write; a paper that still holds one is not approved.
OPEN = "【由督察办补充】"


def said(text: str, *sources: str) -> Sentence:
    """A sentence and the records behind it. Papers leave the house: no person's number stands in them."""
    return Sentence(masked(text), sources)


def name_of(campaign: Campaign) -> str:
    """What a campaign is called in other papers than its plan: 测试市法治政府建设督察."""
    return campaign.title.removesuffix("方案").removesuffix("实施").removesuffix("工作")


def named(names: Sequence[str]) -> str:
    """Units in a row, each once: 甲、乙、丙, of many 甲、乙等12个单位."""
    names = list(dict.fromkeys(names))
    if len(names) <= _NAMED:
        return "、".join(names)
    return f"{'、'.join(names[:_NAMED])}等{len(names)}个单位"


def percent(part: int, whole: int) -> str:
    """A share in percent with one decimal: 8.9%, 100%."""
    return f"{100 * part / whole:.1f}".removesuffix(".0") + "%" if whole else "0%"


def day(at: date | datetime | None) -> str:
    """A day in full; nothing where none is known."""
    if at is None:
        return ""
    return dated(timezone.localtime(at).date() if isinstance(at, datetime) else at)


def span(first: date | datetime | None, last: date | datetime | None) -> str:
    """From one day to another, the year and month said once: 2019年11月11日至15日."""
    if first is None or last is None:
        return day(first or last)
    begins, ends = (timezone.localtime(at).date() if isinstance(at, datetime) else at for at in (first, last))
    if begins == ends:
        return dated(begins)
    if begins.year != ends.year:
        return f"{dated(begins)}至{dated(ends)}"
    rest = f"{ends.day}日" if begins.month == ends.month else f"{ends.month}月{ends.day}日"
    return f"{dated(begins)}至{rest}"


def ended(text: str) -> str:
    """Words of somebody's as a sentence: with one full stop."""
    text = "".join(text.split("\n")).strip()
    return text if text[-1:] in "。！？…" else f"{text.rstrip('；;，,、.')}。"


def short(text: str, most: int = 30) -> str:
    """The first clause of a point, for a heading."""
    head = text.strip()
    for mark in "，；。：":
        head = head.partition(mark)[0]
    return head if len(head) <= most else head[:most] + "…"
