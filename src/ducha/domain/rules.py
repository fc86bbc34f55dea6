"""The rules by which a number that a plan asks for is computed from the ledgers, and which plan's number is whose.

A plan says “7 个工作日” in its own words; the rule is what is computed. Here stand their names alone: the limit is the
plan's, the computation the ledgers'.
"""

import re
from dataclasses import dataclass

from ducha.domain.errors import sentence


@dataclass(frozen=True)
class Rule:
    """A rule by its id; `unit` is that of the numbers it computes, `words` tell a clause that it answers."""

    id: str
    title: str
    unit: str
    words: re.Pattern[str]


def _rule(name: str, unit: str, words: str, title: str) -> Rule:
    return Rule(name, title, unit, re.compile(words))


# The first whose words stand in the clause counts: the narrower ones come first.
RULES: tuple[Rule, ...] = (
    _rule(
        "withdrawn_taken_down",
        "工作日",
        r"(?:撤销|变更|撤回|无效).*(?:撤下|撤回|更新|公示信息)",
        sentence("Withdrawn decisions are taken down in time"),
    ),
    _rule(
        "penalty_licence_published",
        "工作日",
        r"(?:行政处罚|行政许可|双公示).*(?:公开|公示|公布)|(?:公开|公示|公布).*(?:行政处罚|行政许可|双公示)",
        sentence("Penalties and licences are published in time"),
    ),
    _rule(
        "decision_published",
        "工作日",
        r"(?:执法决定|行政决定|检查结果|抽查结果).*(?:公开|公示|公布)|(?:公开|公示|公布).*(?:执法决定|检查结果|抽查结果)",
        sentence("Other enforcement decisions are published in time"),
    ),
    _rule("startup", "工作日", r"企业开办|开办企业", sentence("A start-up takes no longer than allowed")),
    _rule("penalty_served", "工作日", r"送达", sentence("Penalty decisions are served in time")),
    _rule(
        "normative_reviewed",
        "工作日",
        r"规范性文件.*合法性审[核查]|合法性审[核查].*规范性文件",
        sentence("Normative documents are reviewed within their term"),
    ),
    _rule(
        "normative_filed", "日", r"规范性文件.*备案|备案.*规范性文件", sentence("Normative documents are filed in time")
    ),
    _rule(
        "penalty_decided",
        "日",
        r"立案.*处罚决定|处罚决定.*立案",
        sentence("Penalties are decided in time after filing"),
    ),
    _rule("two_officers", "人", r"执法", sentence("Two distinct officers with valid certificates act")),
    _rule(
        "statistics_published",
        "date",
        r"统计年报|年度行政执法总体情况|行政执法.*年度报告|行政执法数据",
        sentence("Annual enforcement statistics are published in time"),
    ),
    _rule(
        "reviewer_share",
        "%",
        r"法制审核(?:的)?人员|审核人员.*执法人员总数",
        sentence("Legal reviewers are a share of the officers"),
    ),
    _rule("legal_review", "%", r"法制审核", sentence("Major decisions pass a legal review before they are made")),
    _rule("recorded", "%", r"全过程记录|音像记录", sentence("Acts that demand it are recorded in sound and picture")),
    _rule(
        "items_online", "%", r"网上可办|网办|全程网办|一网通办|网上办理", sentence("Service items can be done online")
    ),
    _rule("single_window", "%", r"一窗|综合窗口", sentence("Service items go through a single window")),
    _rule("at_most_one_visit", "个", r"最多跑一次|一次办|跑一次", sentence("Service items take at most one visit")),
)
BY_ID = {rule.id: rule for rule in RULES}


def rule_for(clause: str, unit: str) -> Rule | None:
    """The rule that computes what a clause asks for in this unit, or None where no rule is known to."""
    plain = "".join(clause.split())
    return next((rule for rule in RULES if rule.unit == unit and rule.words.search(plain)), None)
