"""Who is responsible for a point: after a label, in the bracket that ends it, or in a cell of its row."""

import re
from collections.abc import Iterator

from ducha.engines.plans.tables import BODY

_LABEL = r"(?:责任|牵头|配合|承办|主办|协办|实施|落实|参与|参加|督办)(?:单位|部门|科室|处室|股室|主体|机构)\s*[:：]"
_OTHER_LABEL = r"[\u4e00-\u9fa5]{2,4}(?:时限|时间|期限|节点|领导|人|单位|部门|来源)\s*[:：]"
# 各县（市、区）人民政府: a bracket inside the name of a body.
_INNER = r"[（(][^（）()]{0,20}[）)]"
_LABELLED = re.compile(
    rf"{_LABEL}\s*(?P<bodies>(?:[^（(）)\]】］。；;\n]|{_INNER})+?)"
    rf"(?=[，,\s]*{_OTHER_LABEL}|[）)\]】］。；;\n]|$)"
)
_BRACKET = re.compile(rf"[（(\[【［]((?:[^（）()\[\]【】［］]|{_INNER}){{2,150}})[）)\]】］]\s*[。；;]?\s*$")
_CLAUSE = re.compile(
    r"(?:由)?(.+?)(?:牵头负责|牵头|按照?职责分工(?:分别)?负责|按照?职责分工|分别负责|共同负责|具体负责|负责|配合|协助|参加|参与)$"
)
_PARTED = re.compile(r"[、，,；;/\s]+(?![^（(]*[）)])|(?<=[局委办厅部府])[和及与](?=[市县区省各国州乡镇])")
# "（含垂直管理部门）" explains, it makes no one responsible.
_EXPLAINS = re.compile(r"(?:含|包括|不含|除|如|即|指|简称|以下|另|见)")


def responsible(text: str) -> tuple[str, ...]:
    """The bodies that a clause makes responsible, each once; `text` keeps its line breaks."""
    if named := [match["bodies"] for match in _LABELLED.finditer(text)]:
        return tuple(dict.fromkeys(body for cell in named for body in _bodies(cell)))
    bracket = _BRACKET.search(text)
    if bracket is None or _EXPLAINS.match(bracket[1]):
        return ()
    clauses = [_CLAUSE.fullmatch(clause.strip()) for clause in re.split(r"[，,；;](?![^（(]*[）)])", bracket[1])]
    if any(clauses):
        return tuple(dict.fromkeys(body for clause in clauses if clause for body in _bodies(clause[1])))
    # "（县农业局、县水利局，6月底前完成）": the first words are bodies, others may say until when.
    named = [tuple(_bodies(clause)) for clause in re.split(r"[，,；;](?![^（(]*[）)])", bracket[1])]
    if not all(map(_is_body, named[0])):
        return ()
    return tuple(dict.fromkeys(body for clause in named if all(map(_is_body, clause)) for body in clause))


def _is_body(words: str) -> bool:
    return bool(BODY.fullmatch(re.sub(_INNER, "", words)))


def bodies_in(cell: str) -> tuple[str, ...]:
    """The bodies that a cell names, each once."""
    return tuple(dict.fromkeys(_bodies(re.sub(_LABEL, "、", cell))))


def _bodies(words: str) -> Iterator[str]:
    for part in _PARTED.split(words):
        clause = _CLAUSE.fullmatch(part)
        if body := (clause[1] if clause else part).strip(" 。；;等：:"):
            yield body
