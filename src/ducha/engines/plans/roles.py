"""What a part of a plan is for, by its title and what stands below it: inspected, stages, organisation, requirements.

What is inspected is one part or several, or stands inside one ("一、督察安排": （一）时间 （二）内容); where no part is
named so, an annex may hold it, and else the parts that ask something of those addressed.
"""

import re
from collections.abc import Iterator
from dataclasses import replace

from ducha.domain.errors import sentence
from ducha.engines.plans.moments import has_moment
from ducha.engines.plans.values import Node, Warned

_ROLES = (
    ("requirements", re.compile(r"总体要求|基本要求|有关要求|工作要求|几点要求|具体要求|纪律要求|相关要求")),
    ("inspected", re.compile(r"内容|要点|重点|任务(?!分工|分解)|考核项目|指标|检查项目|事项")),
    ("stages", re.compile(r"程序|步骤|阶段|时间安排|进度|日程|时间节点|时间要求|实施安排|工作安排|时限")),
    ("organisation", re.compile(r"组织方式|组织形式|督察组织|组织实施|组织机构|组织领导|方式|方法|分组|人员组成")),
    ("requirements", re.compile(r"要求|保障|纪律")),
)
# "突出重点", "明确任务": what is urged is no name of a part.
_URGES = re.compile(r"突出|明确|把握|聚焦|紧盯|细化|压实|围绕|坚持|抓住|抓好")
# A title that says what to do, where tasks run on through the parts: 推进民生事项, 完善考核指标.
_BEGINS_A_TASK = re.compile(
    r"推[进动行]|[办抓做]好|[强优深细]化|加[强快]|规范|完善|提[升高]|创新|健全|落实|扩大|改[进善]|建[立设]|实施|开展|解决|压[减缩]|清理"
)
_JOINED = re.compile(r"[、和及与]")
# Where no part is named as what is inspected, these are not it either.
_FRAME = re.compile(
    r"总则|附则|总体|指导思想|原则|目标|目的|范围|对象|依据|意义|背景|概念|附件|附录|责任追究|奖惩|罚则|结果|力量|时间"
    r"|监督电话|联系"
)
# What a regulation says of itself.
_OF_ITSELF = re.compile(r"^(?:为|根据|按照)|适用于|所称|负责解释|施行$|起施行|制定本|参照执行")
# Names that are nothing but the name of a kind of part.
_CONTENT_NAME = re.compile(r"[\u4e00-\u9fa5]{0,6}(?:内容|要点|事项|任务|指标|项目|重点)(?:及?分值)?$")
_FRAME_NAME = re.compile(
    r"[\u4e00-\u9fa5]{0,6}(?:对象|范围|时间|目标|目的|原则|依据|方式|方法|步骤|形式|思想|要求|安排|程序|力量|分组|组织|主体|阶段)$"
)
_AIMS = re.compile(r"目标任务|任务目标|目标和任务")
_ELSEWHERE = re.compile(r"(?:见|附|按照?|对照)\S{0,12}(?:附件|附表|附后)|(?:附件|附表)\d?")
# Where a regulation sends its content to its annex: "具体内容、分值和评分标准见附件".
_CONTENT_ELSEWHERE = re.compile(
    r"(?:内容|指标|标准|细则|分值|要点|任务|项目)[^。；]{0,24}(?:见|按照?|依照|对照|由)[^。；]{0,14}附[件表录后]"
)
_ARTICLE = re.compile(r"第.+[条章节]")
_ORDINAL = re.compile(r"[\d一二三四五六七八九十百零〇]+")
_DATED = re.compile(r"[（(][^（）()]*\d\s*[月日][^（）()]*[）)]")
_PLANNED = re.compile(r"安排|时间|进度|计划|阶段")
_PHASE = re.compile(r"第[一二三四五六]阶段")
_HEAD, _NAME = 40, 12


def role_of(title: str) -> str:
    """The role that a title names; of two things joined in it what is inspected counts first."""
    for part in () if _URGES.match(title) else _JOINED.split(title):
        if next((role for role, words in _ROLES if words.search(part)), "") == "inspected":
            return "inspected"
    named = (role for role, words in _ROLES if words.search(title))
    return next((role for role in named if role != "inspected" or not _URGES.match(title)), "other")


def is_name(text: str) -> bool:
    """Whether a line is nothing but the name of a kind of part: "督查内容", "【检查方式】", "工作要求："."""
    name = text.strip("【】：:　 ")
    return 4 <= len(name) <= _NAME and bool(_CONTENT_NAME.fullmatch(name) or _FRAME_NAME.fullmatch(name))


def is_schedule(title: str, text: str, children: tuple[Node, ...]) -> bool:
    """Whether parts below a title are stages though none is called so: each is dated behind its name, or counted."""
    if len(set(_PHASE.findall(text))) > 1:
        return True
    heads = [(child.title + child.text)[:_HEAD] for child in children if child.number]
    if len(heads) < 2:
        return False
    planned = bool(_PLANNED.search(title)) and all(has_moment(head) for head in heads)
    return planned or all(_DATED.search(head) or "阶段" in head[:12] for head in heads)


def with_inspected(nodes: list[Node]) -> tuple[list[Node], list[Warned]]:
    """The parts, those with what is inspected marked so, and what a person should look at."""
    named = [node for node in nodes if node.role == "inspected"]
    firm = [node for node in named if not _FRAME.search(_name(node)) and not _AIMS.search(_name(node))] or named
    in_annex = [child for node in nodes if node.role == "annex" for child in node.children if _asks(child)]
    if firm and _are_one_list(nodes, firm):
        return _with_fallback(nodes)
    if firm and not (in_annex and _are_elsewhere(firm, in_annex)):
        kept = {id(node) for node in firm}
        return [_narrowed(node) if id(node) in kept else _unasked(node) for node in nodes], []
    within = [_narrowed(node) if node.role == "other" else node for node in nodes]
    if any(inspected_in(node) for node in within if node.role == "other") and not firm:
        return within, []
    if in_annex:
        return [_unasked(node) for node in nodes], []
    return _with_fallback(nodes)


def inspected_in(node: Node, above: tuple[Node, ...] = ()) -> list[tuple[Node, ...]]:
    """The paths to the outermost inspected parts of a part, each from the part itself."""
    here = (*above, node)
    if node.role == "inspected":
        return [here]
    return [path for child in node.children for path in inspected_in(child, here)]


def _asks(node: Node) -> bool:
    return node.role == "inspected"


def _are_elsewhere(firm: list[Node], in_annex: list[Node]) -> bool:
    """Whether what is inspected stands in the annex: each part says so, or an article sends it to a table there."""
    if all(_is_elsewhere(node) for node in firm):
        return True
    return any(map(_has_rows, in_annex)) and all(map(_is_article, firm)) and any(map(_sends_content, firm))


def _is_article(node: Node) -> bool:
    """Whether a part is an article of a regulation, or its chapter."""
    return bool(_ARTICLE.match(node.number))


def _sends_content(node: Node) -> bool:
    """Whether an article says that what is asked stands in an annex; one of its items speaks of itself alone."""
    own = [child for child in node.children if _is_article(child) or not child.number]
    return bool(_CONTENT_ELSEWHERE.search(node.text)) or any(map(_sends_content, own))


def _is_elsewhere(node: Node) -> bool:
    """Whether a part only says in which annex its content stands."""
    numbered = any(child.number or child.row or child.children for child in node.children)
    return not numbered and bool(_ELSEWHERE.search(node.text))


def _name(node: Node) -> str:
    """The name of a part: its title or its first words, without what stands in brackets or behind: "时间：3月"."""
    whole = re.sub(r"[（(][^（）()]*[）)]", "", node.title or node.text)
    return re.split(r"[。：:，；]|(?<=[间围象容点务])\d", whole)[0].strip()


def _narrowed(node: Node) -> Node:
    """A part of which one child is named the content and the others its frame: that child alone is inspected."""
    numbered = [child for child in node.children if child.number]
    named = [child for child in numbered if len(_name(child)) <= _NAME and _CONTENT_NAME.fullmatch(_name(child))]
    frame = [child for child in numbered if len(_name(child)) <= _NAME and _FRAME_NAME.fullmatch(_name(child))]
    if len(named) == 1 and frame and len(named) + len(frame) == len(numbered):
        children = tuple(
            as_inspected(child) if child is named[0] else with_role(child, role_of(_name(child)))
            for child in node.children
        )
        return replace(node, role="other", children=children)
    if node.role == "other":
        # A table below a part asks something, whatever the part is called.
        return replace(node, children=tuple(child if _has_rows(child) else _unasked(child) for child in node.children))
    return node


def _has_rows(node: Node) -> bool:
    return node.row is not None or any(_has_rows(child) for child in node.children)


def _unasked(node: Node) -> Node:
    """A part with nothing inspected in it; an annex keeps what it holds."""
    if node.role == "annex" or (node.role != "inspected" and not node.children):
        return node
    role = "other" if node.role == "inspected" else node.role
    return replace(node, role=role, children=tuple(_unasked(child) for child in node.children))


def with_role(node: Node, role: str) -> Node:
    """A part and all below it with a role."""
    return replace(node, role=role, children=tuple(with_role(child, role) for child in node.children))


def as_inspected(node: Node) -> Node:
    """A part and all below it as inspected; notes stay notes."""
    if node.role in ("note", "inspected") and not node.children:
        return node
    role = node.role if node.role == "note" else "inspected"
    return replace(node, role=role, children=tuple(as_inspected(child) for child in node.children))


def _with_fallback(nodes: list[Node]) -> tuple[list[Node], list[Warned]]:
    """The parts that ask something: those of the plan itself where a notice with parts of its own stands before it."""
    taken = next((group for group in reversed(list(_documents(nodes))) if group), [])
    kept = {id(node) for node in taken}
    kept |= {id(node) for node in _between(nodes, kept)}
    taken = [node for node in nodes if id(node) in kept]
    text = "No part is named as what is inspected; “%(parts)s” are taken for it. Correct this if they are not."
    names = "”, “".join((node.title or node.text)[:20] for node in taken)
    warned = [Warned(taken[0].lines, sentence(text, parts=names))] if taken else []
    return [as_inspected(node) if id(node) in kept else _unasked(node) for node in nodes], warned


def _are_one_list(nodes: list[Node], firm: list[Node]) -> bool:
    """Whether parts named by a word in what they urge ("推进政务服务事项标准化") are some of a list of tasks alone."""
    if any(is_name(_name(node)) and not _BEGINS_A_TASK.match(_name(node)) for node in firm):
        return False
    named = {id(node) for node in firm}
    tasks = {id(node) for node in nodes if not frames(node)}
    lists = [_through(run, tasks) for run in _run_on(nodes)]
    return tasks > named and any(named <= {id(node) for node in run} and len(run) > len(named) + 1 for run in lists)


def _between(nodes: list[Node], taken: set[int]) -> Iterator[Node]:
    """Parts between those taken, through which one list of numbers runs: 二、强化要素保障 with its tasks 5 to 9."""
    for run in _run_on(nodes):
        yield from _through(run, taken)


def _through(run: list[Node], taken: set[int]) -> list[Node]:
    """A run from the first of those taken to the last."""
    places = [place for place, node in enumerate(run) if id(node) in taken]
    return run[places[0] : places[-1] + 1] if places else []


def _run_on(nodes: list[Node]) -> Iterator[list[Node]]:
    """Neighbours whose children are numbered through: 1 to 4, 5 to 9, 10 to 13."""
    run: list[Node] = []
    for node in nodes:
        if run and not _goes_on(run[-1], node):
            yield run
            run = []
        run.append(node)
    yield run


def _goes_on(above: Node, node: Node) -> bool:
    before, after = ([child for child in each.children if child.number] for each in (above, node))
    if not before or not after or after[0].ordinal != before[-1].ordinal + 1:
        return False
    form, other = (_ORDINAL.sub("", child.number.strip()) for child in (before[-1], after[0]))
    return form == other and not _ARTICLE.match(after[0].number)


def _documents(nodes: list[Node]) -> Iterator[list[Node]]:
    """The parts that do not only frame, document by document: who signs stands between them."""
    group: list[Node] = []
    for node in nodes:
        if node.role == "note":
            yield group
            group = []
        elif not frames(node):
            group.append(node)
    yield group


def frames(node: Node) -> bool:
    """Whether a part only frames what is inspected: aims, principles, final provisions."""
    if node.role not in ("other", "inspected"):
        return True
    name = _name(node)
    return bool(_FRAME.search(name[:20])) or (not node.title and bool(_OF_ITSELF.search(node.text)))
