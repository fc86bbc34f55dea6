"""Who is responsible for a point: after a label, in the bracket that ends it, or in a cell of its row."""

import re
from collections.abc import Iterator

from ducha.engines.plans.tables import BODY
from ducha.engines.plans.values import Node

_LABEL = r"(?:责任|牵头|配合|承办|主办|协办|实施|落实|参与|参加|督办)(?:单位|部门|科室|处室|股室|主体|机构)\s*[:：]"
_OTHER_LABEL = r"[\u4e00-\u9fa5]{2,4}(?:时限|时间|期限|节点|领导|人|单位|部门|来源)\s*[:：]"
# 各县（市、区）人民政府: a bracket inside the name of a body.
_INNER = r"[（(][^（）()]{0,20}[）)]"
_LABELLED = re.compile(
    rf"{_LABEL}\s*(?P<bodies>(?:[^（(）)\]】］。；;\n]|{_INNER})+?)"
    rf"(?=[，,\s]*{_OTHER_LABEL}|[）)\]】］。；;\n]|$)"
)
# In the bracket that ends a paragraph; where breaks were lost, behind a sentence.
_BRACKET = re.compile(
    rf"[（(\[【［]((?:[^（）()\[\]【】［］\n]|{_INNER}){{2,150}})[）)\]】］]\s*[。；;]?\s*$"
    rf"|(?<=[。；;])[（(\[【［]((?:[^（）()\[\]【】［］\n]|{_INNER}){{2,150}})[）)\]】］]",
    re.MULTILINE,
)
_CLAUSE = re.compile(
    r"(?:由)?(.+?)(?:牵头负责|牵头|按照?职责分工(?:分别)?负责|按照?职责分工|分别负责|共同负责|具体负责|负责|配合|协助|参加|参与)$"
)
_PARTED = re.compile(r"[、，,；;/\s]+(?![^（(]*[）)])|(?<=[局委办厅部府])[和及与](?=[市县区省各国州乡镇])")
# An organ that is asked, not a kind of place: 市教育局, 国网荔水供电公司, 各乡镇; no 敬老院, no 加油站.
_ORGAN = re.compile(
    r"[省市县区州镇乡各国].{2,}|.*(?:局|委|办|厅|政府|部门|公司|法院|检察院|中心|[分支银]行|街道|办公室)"
)
# "县教育局牵头负责的任务", "县教育局职责": whose tasks they are.
_ITS_TASKS = re.compile(r"(?:牵头|负责)*的?(?:工作|重点|主要)?(?:任务|职责|责任|事项)$|(?:牵头|负责)+的?$")
# "（含垂直管理部门）" explains, it makes no one responsible.
_EXPLAINS = re.compile(r"(?:含|包括|不含|除|如|即|指|简称|以下|另|见)")

_LONGEST = 60


def responsible(text: str) -> tuple[str, ...]:
    """The bodies that a clause makes responsible, each once; `text` keeps its line breaks."""
    if named := [match["bodies"] for match in _LABELLED.finditer(text)]:
        return tuple(dict.fromkeys(body for cell in named for body in _bodies(cell)))
    found = (_in_bracket(bracket[1] or bracket[2]) for bracket in _BRACKET.finditer(text))
    return next((named for named in found if named), ())


def _in_bracket(words: str) -> tuple[str, ...]:
    """The bodies that a bracket makes responsible: "由县农业局牵头，县水利局配合", or only their names."""
    if _EXPLAINS.match(words):
        return ()
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in re.split(r"[，,；;](?![^（(]*[）)])", words)]
    if any(clauses):
        return tuple(dict.fromkeys(body for clause in clauses if clause for body in _bodies(clause[1])))
    # "（县农业局、县水利局，6月底前完成）": the first words are bodies, others may say until when.
    named = [tuple(_bodies(clause)) for clause in re.split(r"[，,；;](?![^（(]*[）)])", words)]
    if not all(map(_is_body, named[0])):
        return ()
    return tuple(dict.fromkeys(body for clause in named if all(map(_is_body, clause)) for body in clause))


def _is_body(words: str) -> bool:
    return bool(BODY.fullmatch(re.sub(_INNER, "", words)))


def headed_by_bodies(nodes: list[Node]) -> dict[int, tuple[str, ...]]:
    """The bodies that parts are headed by, by `id` of the part: of at least two siblings most are headed so."""
    named = {id(node): found for node in nodes if (found := _heads(node))}
    parts = [node for node in nodes if node.number or node.title]
    own = named if len(named) > 1 and 2 * len(named) > len(parts) else {}
    below = [headed_by_bodies(list(node.children)) for node in nodes if node.children]
    return {key: bodies for found in (own, *below) for key, bodies in found.items()}


def _heads(node: Node) -> tuple[str, ...]:
    """The bodies that the first words of a part are, "市教育局、市公安局："; none where they say anything else."""
    first = re.split(r"[：:。\n]", re.sub(_INNER, "", node.title or node.text[:_LONGEST]), maxsplit=1)[0].strip()
    first = _ITS_TASKS.sub("", first)
    names = tuple(_bodies(first))
    return names if names and all(BODY.fullmatch(name) and _ORGAN.fullmatch(name) for name in names) else ()


def bodies_in(cell: str) -> tuple[str, ...]:
    """The bodies that a cell names, each once."""
    return tuple(dict.fromkeys(_bodies(re.sub(_LABEL, "、", cell))))


def _bodies(words: str) -> Iterator[str]:
    for part in _PARTED.split(words):
        clause = _CLAUSE.fullmatch(part)
        if body := (clause[1] if clause else part).strip(" 。；;等：:"):
            yield body
