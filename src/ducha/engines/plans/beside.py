"""The numbers asked for outside the points: of those addressed, not what the organiser does itself."""

import re
from collections.abc import Iterator

from ducha.engines.plans.thresholds import thresholds
from ducha.engines.plans.values import Lines, Node, Threshold

_TEAMS = re.compile(
    r"(?:\d|[一二两三四五六七八九十])个[^，。；、\d]{0,8}?(?:督[察查导]|检查|考核|核查|巡[查察]|评[查估议]|验收|调研|暗访|复核)(?:检查|督[察查导])?小?组|每组\d"
)
# Who organises, and what only organisers do.
_ORGANISER_BODY = re.compile(
    r"督[察查导](?:室|办|组|局|专员|人员)|(?:检查|考核|核查|抽查|评查|巡查|验收|评估|调研|暗访)(?:小?组|人员)|领导小组|指挥部|联席会议|依法治.{1,2}办"
    r"|[^，。；]办公室|第三方|委托"
)
_ORGANISER = re.compile(
    _ORGANISER_BODY.pattern + r"|抽查|抽取|抽检|随机|走访|问卷|暗访|明察|样本|[市县区省州](?:委|政府)将"
)
_ADDRESSED = re.compile(
    r"(?<![向对给从馈驻赴到入至在])(?:被[^，。；]{1,4}单位|各(?:有关|相关|责任|牵头|成员|地|级|单位|部门|县|市|区|乡|镇|街|学校|园区)|责任单位|牵头单位|责令|督促|限期"
    r"|各(?!督|检查|考核|核查|抽查|评|巡|验收|暗访|调研)[^，。；：、各组（）]{1,8}(?:部门|单位|企业|机构|公司))"
)
# 抽查比例, 抽查结果: a thing that is named, nobody who acts.
_NAMED_AS_A_THING = re.compile(r"(?:抽查|抽取|抽检|暗访|走访|问卷)(?=结果|比例|情况|数量|频次|[率面]|计划|名单|事项)")
# 各市局…组织开展现场检查: those addressed inspect themselves.
_INSPECT = re.compile(
    _ADDRESSED.pattern + r"[^。；由自]{0,60}?(?:组织|开展|进行|实施)[^，。；自互]{0,12}(?:抽查|检查|督[察查]|抽检|核查)"
)
# Who is reported to, who explains or leads, organises, whatever its name.
_REPORTED_TO = re.compile(
    r"(?:(?:报送?|提交|报告|备案|反馈|上报)(?:至|给|到)?|[向由](?!各)|报经)"
    r"(?P<body>[市县区省州盟旗][^，。；：、（）\s向由报各]{1,10}?(?:局|委|办|办公室|中心|室|厅|协会))"
    r"(?=报送|提交|报告|备案|反馈|负责解释|牵头|负责组织|[\u4e00-\u9fa5]{0,6}[科股处室]?[，。；（]|$)"
)
# What is told of the inspection itself: 考核每年开展一次, 市级择优印发.
_OWN_WORK = re.compile(
    r"^(?:本次|专项|年度|集中|全面|综合)?(?:考核|督[察查导]|检查|评价|评查|评估)(?:工作|结果|数据)?(?:公示|每|于|应当?在|实行|按|结束[之以]?后|\d)|(?:^|[，：])[市省州]级(?:将|择优|适时|统一|组织|通报|印发|汇总|集中)"
)
_ENDS = re.compile(r"总结|通报|验收|评估")
_RECEIVES = re.compile(r"[报送向交经给受至请]|配合")
_SENTENCE = re.compile(r"[。；;！\n\t]")


def thresholds_beside(nodes: list[Node], year: int | None) -> Iterator[tuple[Threshold, Lines]]:
    """The numbers asked for outside the points, each with the lines of its part."""
    wordings = list(_wordings(nodes))
    bodies = {match["body"] for words in wordings for match in _REPORTED_TO.finditer(words)}
    named = "".join(f"|{re.escape(body)}" for body in sorted(bodies))
    organisers = _ORGANISER.pattern + named
    if any(map(_NAMED_AS_A_THING.search, wordings)) and _inspect_themselves(wordings):
        organisers = f"(?!{_NAMED_AS_A_THING.pattern})(?:{organisers})"
    yield from _beside(nodes, year, re.compile(organisers))


def _inspect_themselves(wordings: list[str]) -> bool:
    """Whether those addressed carry out inspections, so that what an inspection finds is theirs too."""
    found = (match[0] for words in wordings for match in _INSPECT.finditer(words))
    return any(not _ORGANISER_BODY.search(words) for words in found)


def _wordings(nodes: list[Node]) -> Iterator[str]:
    for node in nodes:
        yield "".join((node.title + node.text).split())
        yield from _wordings(list(node.children))


def _beside(nodes: list[Node], year: int | None, organisers: re.Pattern[str]) -> Iterator[tuple[Threshold, Lines]]:
    for node in nodes:
        if node.role in ("preamble", "annex", "note") or node.row:
            continue
        if node.role != "inspected" or (node.children and "\t" not in node.text):
            yield from ((threshold, node.lines) for threshold in _asked(node, year, organisers))
        yield from _beside(list(node.children), year, organisers)


def _asked(node: Node, year: int | None, organisers: re.Pattern[str]) -> Iterator[Threshold]:
    text = node.title + ("" if node.title.endswith("。") else "\n") + node.text
    of_organiser = node.role == "organisation" or bool(_TEAMS.search("".join(text.split())))
    # A plan ends with what the organiser does: 总结评估（9月）.
    of_organiser = of_organiser or (bool(_ENDS.search(node.title[:12])) and node.role == "stages")
    for threshold in thresholds(text, year):
        if not _is_organisers(text, threshold.span, of_organiser, organisers):
            yield threshold


def _is_organisers(text: str, span: tuple[int, int], by_default: bool, organisers: re.Pattern[str]) -> bool:
    """Whether the one who does what a number says is the organiser: who is named last before it in its sentence."""
    starts = [match.end() for match in _SENTENCE.finditer(text, max(0, span[0] - 150), span[0])]
    before = text[starts[-1] if starts else max(0, span[0] - 150) : span[0]]
    after = _SENTENCE.split(text[span[1] : span[1] + 60])[0]
    addressed = max((match.end() for match in _ADDRESSED.finditer(before)), default=-1)
    acting = [match for match in organisers.finditer(before) if _acts(before, match)]
    # 各市局对辖区机构的抽查比例: who is named before the thing does it.
    acting = [match for match in acting if addressed < 0 or not _NAMED_AS_A_THING.match(before, match.start())]
    organiser = max((match.end() for match in acting), default=-1)
    if organiser >= 0 or addressed >= 0:
        return organiser > addressed
    return (
        by_default
        or bool(_OWN_WORK.search((before + text[slice(*span)]).strip()))
        or any(_acts(after, match) for match in _ORGANISER.finditer(after))
    )


def _acts(text: str, match: re.Match[str]) -> bool:
    """Whether a body does something, and is not the one that something is sent to."""
    clause = re.split(r"[，,：:（）()]", text[: match.start()])[-1]
    return not _RECEIVES.search(clause)
