"""What else a plan says: citations, bodies, teams, methods, measures."""

import re

from ducha.engines.plans.amounts import number
from ducha.engines.plans.values import Citation, Teams

# 《关于印发〈…〉的通知》, also with 《…》 inside.
_TITLE = r"《(?P<title>(?:[^《》]|《[^《》]{1,80}》){2,160})》"
_YEAR = r"[〔\[［【（(]\s*\d{4}\s*[〕\]］】）)]"
# 厅字〔2019〕28号, 教育部令第45号, 第35号令, GB/T 32169.
_ORDINAL = r"第?\s*[\d一二三四五六七八九十百〇零]{1,6}\s*号"
_NUMBER = (
    rf"(?:[\u4e00-\u9fa5]{{2,24}}\s*{_YEAR}\s*(?:第\s*)?\d{{1,5}}\s*号"
    rf"|[\u4e00-\u9fa5、\s]{{0,40}}令\s*(?:{_YEAR})?\s*{_ORDINAL}|{_ORDINAL}令"
    r"|[A-Z]{1,6}(?:/[A-Z]{1,3})?\s?\d[\d.]{1,12}(?:[-—]\d{4})?)"
)
_CITED = re.compile(
    rf"{_TITLE}(?:\s*[（(\[［【](?:[^（）()《》]{{0,20}}[，,;；])?\s*(?P<inside>{_NUMBER})"
    rf"|(?P<beside>(?![的和及等中、规要精之])(?:{_NUMBER})))?"
)
_N = r"(?P<n>\d{1,3}|[一二两三四五六七八九十]{1,3})"
_INSPECTION = (
    r"督[察查导]|检查|考核|核查|巡[查察]|评[查估议审]|验收|调研|暗访|考评|抽查|指导|复核|联合|专项|综合|交叉|实地"
)
_WORK = rf"(?:{_INSPECTION}|工作)"
_TEAM_COUNT = re.compile(
    rf"{_N}\s*个\s*[^，。；、（）\d]{{0,8}}?{_WORK}(?:检查|督[察查导]|工作)?小?组(?!织|长|成)"
    rf"|(?:分成|分为|分|共|设立?|组成|成立|组建|派出|编为)\s*"
    rf"{_N.replace('<n>', '<m>')}\s*个?\s*(?:小|工作)?组(?!织|长|成)"
)
_INSPECTS = re.compile(rf"(?:{_INSPECTION})(?:工作)?小?组$")
_TEAM = re.compile(rf"{_WORK}小?组(?!织)|每组|各组")
_EACH = re.compile(
    rf"(?:每|各)个?[^，。；\d]{{0,6}}?组[^，。；由\d一二两三四五六七八九十]{{0,8}}{_N}"
    r"(?:(?:[—–\-－~～至到]+|、)(?:\d{1,2}|[一二三四五六七八九十]{1,2}))?[人名]"
    rf"|组由[^，。；由\d一二两三四五六七八九十]{{0,10}}{_N.replace('<n>', '<m>')}[人名][^，。；]{{0,6}}组成"
)
_RANK = r"(?:副?组长|联络员|成员|组员)各?(?:\d{1,2}|[一二三四五六七八九十])[人名位]?[、，和及]?"
# 每组由1名处级干部带队，成员5人
_EACH_MEMBERS = re.compile(rf"(?:每|各)个?[^，。；\d]{{0,6}}?组[^。；]{{0,40}}?(?:成员|组员|组成人员){_N}[人名]")
_EACH_BY_RANK = re.compile(rf"(?:每|各)个?[^，。；\d]{{0,6}}?组[^，。；\d]{{0,4}}((?:{_RANK}){{2,5}})")
_WHO = r"(?P<who>[\u4e00-\u9fa5、（）]{2,40}?)"
_SOME = r"(?:(?:\d{1,2}|[一二两三四五]|各)\s*[名位]\s*)?"
_LEADERS = tuple(
    re.compile(words)
    for words in (
        rf"组长\s*(?:1\s*名)?[，：]?\s*(?:分别)?由\s*{_SOME}{_WHO}(?:分别)?(?:担任|兼任|任)",
        rf"(?:分别)?由\s*{_SOME}{_WHO}\s*(?:分别)?(?:担任|兼任|任|为)(?:各)?(?:[\u4e00-\u9fa5]{{0,6}}组)?组长",
        rf"(?:分别)?由\s*{_SOME}{_WHO}\s*(?:分别)?(?:带队|率队|领队)",
        rf"[，。；、]\s*{_SOME}(?P<who>[\u4e00-\u9fa5]{{2,16}}?)(?:担任|兼任|任)组长",
    )
)
_NEAR_TEAMS = 220
_COORDINATES = (
    "领导小组办公室 领导小组 委员会办公室 委员会 指挥部办公室 指挥部 联席会议办公室 联席会议"
    " 督查室 督察室 督查办 督察办 工作专班 依法治市办 依法治县办 依法治区办"
).split()
_PLACE = r"(?:国家|中央|国务院|省|自治区|市|州|盟|地区|县|区|旗|镇|乡|街道|局|厅)"
_BODY = re.compile(rf"{_PLACE}(?:(?![的任由为将向报经对])[\u4e00-\u9fa5]){{0,26}}?(?:{'|'.join(_COORDINATES)})")
_LEADS = re.compile(
    rf"(?:由|会同)({_PLACE}[\u4e00-\u9fa5]{{1,20}}?(?:局|委|办|厅|室|部|院|政府|中心))(?=牵头|会同|负责|具体|统一|组织|联合|、|，)"
)
# By the words of the glossary; what inspectors do beside it has its own names.
_METHODS = tuple(
    (code, re.compile(words))
    for code, words in (
        ("self_inspection", r"自查|自评"),
        (
            "field_inspection",
            r"实地(?:督[察查]|检查|查看|核查|考核|走访|踏查|抽查)"
            r"|现场(?:督[察查]|检查|查看|核查|检测|核验|观摩|巡查|考核)|看现场|进驻",
        ),
        ("hearing_report", r"听取[^，。；]{0,12}汇报|听汇报"),
        ("talk", r"谈话|访谈|约访"),
        (
            "document_review",
            r"查[阅看][^，。；、]{0,8}(?:资料|台账|台帐|档案|文件|案卷|凭证|记录|账册|报表|材料)"
            r"|查资料|资料审[查核]|调阅",
        ),
        ("individual_talk", r"个别(?:谈话|访谈|交流|座谈)"),
        ("announced_visit", r"明察|明查"),
        ("unannounced_visit", r"暗访|暗查|四不两直"),
        ("public_opinion", r"听取[^，。；]{0,14}意见|走访|访农户|民意|满意度(?:测评|调查)|接访|受理举报"),
        ("group_talk", r"座谈"),
        ("questionnaire", r"问卷"),
        ("random_check", r"随机(?:抽[查取检问样]|走访|检查|询问)|抽样|双随机"),
        ("case_file_review", r"案卷(?:评查|抽查)|抽查案卷|评查案卷|查阅案卷"),
    )
)
_MEASURES = tuple(
    (code, re.compile(words))
    for code, words in (
        ("commendation", r"表扬|表彰|嘉奖|奖励|激励(?!约束)"),
        ("summoned_talk", r"约谈"),
        ("listed_supervision", r"挂牌(?:督办|督战|警示)"),
        ("delisting", r"摘牌"),
        (
            "circulated_criticism",
            r"通报批评|(?:予以|公开|点名|给予|全[市县区省]|严肃|的[，,]?|进行)\s*通报(?!表[扬彰])|通报曝光",
        ),
        ("referral", r"追究[^，。；]{0,10}责任|责任追究|追责|问责|移[送交](?:纪检|监察|司法|有关)|追究"),
    )
)


def citations(text: str) -> tuple[Citation, ...]:
    """The documents cited in 《…》, each once, with the number wherever one is given."""
    found: dict[str, str] = {}
    for match in _CITED.finditer(text):
        given = re.sub(r"\s", "", match["inside"] or match["beside"] or "")
        found[match["title"]] = found.get(match["title"]) or given
    return tuple(Citation(title, given) for title, given in found.items())


def teams(text: str) -> Teams:
    """How the teams are made up: how many, how large (the least of a range), led by whom."""
    plain = "".join(text.split())
    counts = list(_TEAM_COUNT.finditer(plain))
    # 3个工作组 of a leading group are no inspectors where 4个督导组 are named.
    count = next((each for each in counts if _INSPECTS.search(each[0])), counts[0] if counts else None)
    first = count or _TEAM.search(plain)
    if first is None:
        return Teams(None, None, None)
    near = plain[max(0, first.start() - _NEAR_TEAMS // 2) : first.end() + _NEAR_TEAMS]
    how_many = (count["n"] or count["m"]) if count else None
    return Teams(int(number(how_many)) if how_many else None, _members(near), _leader(near))


def _members(text: str) -> int | None:
    if ranks := _EACH_BY_RANK.search(text):
        return sum(int(number(count)) for count in re.findall(r"\d{1,2}|[一二三四五六七八九十]", ranks[1]))
    if each := _EACH.search(text):
        return int(number(each["n"] or each["m"]))
    members = _EACH_MEMBERS.search(text)
    return int(number(members["n"])) if members else None


def _leader(text: str) -> str | None:
    """Who leads a team; the head of a leading group (…任组长的领导小组) leads none."""
    for words in _LEADERS:
        for match in words.finditer(text):
            if not re.match(r"的|[^，。；]{0,4}领导小组", text[match.end() :]):
                return match["who"].removeprefix("各组").strip("、（）")
    return None


def bodies(text: str) -> tuple[str, ...]:
    """The bodies that organise, each once: those that coordinate, and those that lead the work."""
    plain = "".join(text.split())
    found = [(m.start(), m[0]) for m in _BODY.finditer(plain)] + [(m.start(1), m[1]) for m in _LEADS.finditer(plain)]
    return tuple(dict.fromkeys(name for _, name in sorted(found)))


def methods(text: str) -> tuple[str, ...]:
    """How is inspected, in the words of the glossary."""
    return tuple(code for code, words in _METHODS if words.search(text))


def measures(text: str) -> tuple[str, ...]:
    """What follows, in the words of the glossary."""
    return tuple(code for code, words in _MEASURES if words.search(text))
