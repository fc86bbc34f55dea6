"""What else a plan says: citations, bodies, teams, methods, measures."""

import re

from ducha.engines.plans.values import Citation, Teams

_CITED = re.compile(r"《(?P<title>[^《》]{2,120})》(?:\s*[（(](?P<number>[^（）()]{2,30}?〔\d{4}〕\s*\d+\s*号)[）)])?")
_BODY = re.compile(r"市(?:委|政府|法治)?[\u4e00-\u9fa5]{0,20}?(?:委员会办公室|领导小组办公室|委员会|领导小组|指挥部)")
_METHODS = (
    ("self_inspection", "自查"),
    ("field_inspection", "实地督察"),
    ("hearing_report", "听取工作汇报"),
    ("talk", "同志谈话"),
    ("document_review", "查阅相关资料"),
    ("individual_talk", "个别谈话"),
    ("unannounced_visit", "暗访"),
    ("public_opinion", "听取意见"),
)
_MEASURES = (
    ("commendation", "表扬"),
    ("summoned_talk", "约谈"),
    ("listed_supervision", "挂牌督办"),
    ("circulated_criticism", "通报批评"),
    ("referral", "追究责任"),
)


def citations(text: str) -> tuple[Citation, ...]:
    """The documents cited in 《…》, each once, with the number wherever one is given."""
    found: dict[str, str] = {}
    for match in _CITED.finditer(text):
        number = re.sub(r"\s", "", match["number"] or "")
        found[match["title"]] = found.get(match["title"]) or number
    return tuple(Citation(title, number) for title, number in found.items())


def teams(text: str) -> Teams:
    """How the teams are made up."""
    count = re.search(r"(\d+)\s*个督察组", text)
    each = re.search(r"每组\s*(\d+)\s*人", text)
    leader = re.search(r"由\s*(?:\d+\s*名)?([\u4e00-\u9fa5]{2,12}?)担?任组长", text)
    return Teams(int(count[1]) if count else None, int(each[1]) if each else None, leader[1] if leader else None)


def bodies(text: str) -> tuple[str, ...]:
    """The bodies that organise, each once."""
    return tuple(dict.fromkeys(_BODY.findall(text)))


def methods(text: str) -> tuple[str, ...]:
    """How is inspected, in the words of the glossary."""
    return tuple(code for code, word in _METHODS if word in text)


def measures(text: str) -> tuple[str, ...]:
    """What follows, in the words of the glossary."""
    return tuple(code for code, word in _MEASURES if word in text)
