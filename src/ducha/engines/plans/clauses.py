"""An amount in its clause, and what makes it something else than a requirement.

A number asks for nothing where it is part of a score, a grade, a condition, a class, a penalty, a statistic or the
organiser's own set-up.
"""

import re
from dataclasses import dataclass, replace

from ducha.engines.plans.amounts import TIMES, Amount

# How far from an amount the words are looked at that make it a limit or not.
_WINDOW = 90
_BREAKS = "，。；！？"

# Right before an amount: 扣2分, 每少1次, 共3个, 近5年, 连续2次, 逾期30日.
_NO_LIMIT_BEFORE = re.compile(
    r"(?:[奖占]|每[少多缺超降下升迟增漏出低高逾发][^，。；]{0,6}|满分|总?共计?|总分|其中|近|约|已|最近|过去|(?<!提)前|连续|累计"
    r"|发生|出现|发现|存在|受到|记满|被(?:投诉|通报|约谈|问责|处罚|曝光|查处|举报|批评|督办|扣分|追责|点名)"
    r"|达标线|(?<!届)(?<!期)满|不满|不足|未满|未达到?|达不到|不到|没有?达到|可以?[在于]|仅有?|了|逾期|超期|拖欠|延误|处以?|罚款)$"
)
_SCORE_BEFORE = re.compile(r"[扣得加减计记赋给为]$")
_SCORED = re.compile(
    r"[扣得奖加减计记赋给][\d.一二三四五六七八九十]{1,5}分|不得分|不计分|不扣分|得?满分|扣完|酌情扣|按比例扣|不予加分"
)
_SCORES = re.compile(r"(?:则|即|可|均)?(?:[扣得奖加减计记][\d.]|不得分|不计分|不扣分|得满分)")
_GRADE = re.compile(
    r"优秀(?!率)|良好(?!率)|合格(?!率)|及格(?!率)|较差|较好|等次|等级|档次|[ABCDE][级档类]|评为|定为|确定为|为[好差优良Ⅰ-Ⅲ]|[一二三四甲乙丙]等"
)
_GRADED = re.compile(
    r"等次|档次|(?:优秀|良好)(?!率)|[ABCDE][级档类](?:单位|机构|企业)?(?:比例|占比|不)|评为|加分|扣分|扣完|计分"
)
# 85分以上为先进: what so many points are; 优秀单位不超过总数的15%: how many may be commended.
_IS_GRADE = re.compile(r"的?(?:为|是|属于?|列为|定为|评为)")
_QUOTA = re.compile(
    r"(?:优秀|先进|示范|表彰|表扬|推荐|评选|获奖)[^，。；]{0,12}(?:总数|数量|名额|个数|比例|占比)"
    r"[^，。；]{0,3}(?:不超过|不高于|控制在|不得超过|不多于)[^，。；]{0,12}$"
)
# 本办法所称…，是指…: a word is told, nothing asked. Subsidies and rewards are the giver's.
_DEFINES = re.compile(r"所称[^。；]*是?指|(?:^|[。；：，])是指|^指(?!标|导|定|派|令|挥)")
_GRANTED = re.compile(
    r"(?:(?:给予|予以|按|发放|享受)[^。；]{0,40}?(?:奖补|补助|补贴|奖励|资助|奖金)|(?:奖补|补助|补贴|奖励|资助)\d)"
    r"[^。；]{0,24}(?:最高|最多|累计|封顶|上限|(?<!得)不超过)[^。；\d]{0,8}$"
)
# 50人以上的企业, 500万元以上项目; the one who does something may be named so: 由2人以上的执法人员.
_CLASS = re.compile(
    r".{0,6}?(?:企业|单位|项目|工程|合同|采购|资金|案件|学校|机构|场所|公司|建筑|地区|部门|乡镇|商户|会议|经历|经验|职称|岗位|水库|水厂|货物"
    r"|标的|医院|市场|小区|支出|罚没|处罚|罚款|未成年人|老人)"
)
_BY = re.compile(r"(?:由|配备|安排|派出|指派|组织|确保|须|应当?|有)$")
# 一年内至少轮训一遍: a time in which something else is limited.
_WITHIN = re.compile(r"[^，。；]{0,6}(?:至少|最多|不少于|不得?超过|不多于|只|仅|累计)")
# 15日内再入院率, 300人以上1000人以下的学校.
_NAMES_RATE = re.compile(r"[^，。；、]{1,8}(?:率|比例|占比)")
_WANTED_RATE = re.compile(
    r"[^，。；、]{1,8}(?:率|比例|占比)(?:均|都)?(?:应|要|须|必须)?(?:达到?|不低于|不少于|不得[低少]于|保持|为?(?:100%|百分之百))"
)
# 一年内完成四项内容的人数占比
_SHARE_IN = re.compile(r"[^，。；]{4,60}的[^，。；的]{0,6}(?:率|比例|占比|比重|比值|人数|件数)")
_RANGE = re.compile(r"[\d.一二三四五六七八九十百千万]+\S{1,3}以[上下内]?的")
# （建筑面积1万平方米以上）
_OPENED = re.compile(r"[^：，。；]（(?:[^（），。；：]{0,8}[^（），。；：不须应要达少])?$")
# 10万吨以上或者20吨以上的为重点企业: what the last of several is, all are.
_OR_CLASS = re.compile(
    r"[至到][\d.]+[^，。；]{1,6}的"
    r"|(?:(?:或者?|且)[^，。；]{1,24}|(?:[和、]|并且)[^，。；]{1,20}(?:以[上下内]|不足[\d.]+\S{1,3}))的(?:$|[^，。；]{0,8}"
    r"(?:为|列|属|企业|单位|项目|机构|工程|学校|场所|用户|对象|抽查|纳入))"
)
# 90平方米以下住房的供应比例不低于70%: it is told what the share is of.
_SHARE_OF = re.compile(r"[^，。；]{2,20}的[^，。；]{0,8}(?:率|比例|占比|比重)(?=[^，。；]{0,6}(?:不|达|为|控|应|要|$))")
_ASKED_IN_BRACKETS = {"%", "次", "个", "项", "家", "人", *TIMES}
_OWNED = re.compile(r"持股|涉及|跨|针对|^对|凡|属于|涉案")
_CONDITION_END = re.compile(
    r"^(?:之后|以后|后(?!续)|的时候)|(?:的|[^同随及按准定届小课学工]时|情形|情况下|之后|[^落先前]后|除外|的话)$|^(?:[未不无仍拒][^，。；]{0,10})?者$"
)
_CONDITION_START = re.compile(r"(?:如果?(?!实|期)|若|凡|一旦|倘若|除|逾期|超过|发生|出现|累计|连续)")
_NOT_DONE = re.compile(
    r"(?:仍|尚|拒|均|且|内|而)?(?:未|不得|不能|无法|没有|拒不|仍不|不予|不整改|不办|不足|不满|不到|再次"
    r"|的(?:由|应(?![急用聘届])|可|须|方(?![案式法面向])|按(?![时期])|要(?![求点素件])|予|视(?!频)|不|一律|依法|责令|列[入为]|认定|取消|给予|移送|提请|追究|亮)|奖励|奖金|补助|补贴|资助|奖补)"
)
# 3年内取消申报资格
_BANNED = re.compile(r"取消|暂停|禁止|限制|停止|不再|不纳入")
_CONSEQUENCE = re.compile(
    r"(?:[^，。；]{0,12}(?:将|要|应当?|一律|予以|给予))?(?:取消|约谈|通报|扣|问责|一票否决|视为|视同|责令|予以|给予|追究|启动|暂停|列为"
    r"|评为|处以|不得评|不予|严肃|由[^，。；]{1,16}约谈)"
)
_OF_WHOM = re.compile(r"的[^，。；]{0,10}")
_PENALTY = re.compile(
    r"罚款|吊销|暂扣|停业|停产|市场禁入|拘留|徒刑|拘役|(?<![办查审受核每\d一二三四五六七八九十几各])处以?[\d一二三四五六七八九十]"
)
# What a strict comparison must stand beside to be asked for: 差错率应低于2%.
# 要 and 应 as verbs, not in 主要, 要求, 应急, 供应.
_SHALL = (
    r"(?:(?<![主重需必紧首摘概])要(?![求点件素闻])|(?<![响供相反适对效感顺])应(?![急用对届收付变])"
    r"|须|确保|力争|保证|务必)"
)
_MUST = re.compile(rf"{_SHALL}|实现")
_RATED = re.compile(
    r"(?:率|比例|比重|占比|覆盖面|满意度|指数|度)(?:（[^（）]{1,15}）)?(?:均|都|分别|总体|总量|原则上)*$"
)
# Statistics, unless something is wanted: what was, against what shall be.
_PAST = re.compile(
    r"去年|近年来|近[几一二两三四五\d]{1,2}年来?|目前|截至|截止|迄今|现有|经过[^，。；]{1,12}，|平均水平为"
    r"|上(?:一|个|一个)?(?:年度?|季度|学期|防火期|周期|阶段|轮|届)(?=[^，。；]{0,8}(?:全|共|累计|办|实现|平均))"
    r"|经(?:抽查|检查|核查|统计)|(?:检查|抽查|督[察查])发现(?!的)"
    r"|(?:部分|个别|少数|一些)(?:单位|地方|地区|部门|乡镇|县|企业|学校)"
    r"|(?:^|，)(?:上半年|前?[一二三]季度|1[至—－-]\d{1,2}月)，?[全我][国省市县区州镇]"
    r"|20\d\d年度?(?:以来(?=[，我全共已]|累计)|我[国省市州县区]|全[国省市州县区镇])|(?:十[二三四])五”?期间"
)
_DONE = re.compile(
    r"已(?:经)?(?:达|实现|完成|占|超|降|升|提|压|缩|减|精|建成|开展|累计|连续|由|有|全面)|曾|为止"
    r"|[仅只](?:达|为|有|占|实现|完成)|仍有|仍为|仍高|仍低|现为|达到了|超过了"
)
# 由85%提高到93%, without 以上: it has been so.
_FROM_TO = re.compile(r"[由从][^，。；]{1,8}(?:提高|下降|降低|上升|提升|增加|增长)[到至]$")
# After it: 比例为82.6%，同比上升4.1%.
_COMPARED = re.compile(
    r"(?:同比|环比|[较比](?:上|去|前|20\d\d年)\S?)[^，。；\d]{0,12}\d[\d.]*(?:%|个百分点|[件起个家])?(?![\d.%]|个百|以)"
)
_WANTED = re.compile(rf"{_SHALL}|争取|不得|目标|努力|推动|到20\d\d|实现20")
_BRACKET = re.compile(r"（[^（）]*）")
_IN_YEAR = re.compile(
    r"(?<![到至从自于前较比])((?:19|20)\d\d)年(?!底|末|以?前|[\d至—-]|起|度?以来(?![，我全共已]|累计))"
)
# The organiser's own: 成立5个督察组, 每组4人.
_TEAM = re.compile(
    r"(?:督[察查导]|检查|考核|巡[查察]|评查|核查|验收|调研|考评|评估|暗访|抽查|评议)(?:小|工作)?组|每组|各组"
)
_SETS_UP = re.compile(r"成立|组成|抽调|分成|分为|分|每组|每个|各组|组建|下设|抽取|组长|选派|由")


@dataclass(frozen=True, slots=True)
class Place:
    """An amount and the words around it.

    `before` is its clause since the last limit, `clause` its whole clause so far, `sentence` its sentence so far;
    `after` is what follows the amount; `rest` what follows its suffix (以上, 以内) in the clause, `next` the
    clause after.
    """

    amount: Amount
    before: str
    clause: str
    sentence: str
    after: str
    suffix: str = ""
    rest: str = ""
    next: str = ""


def place_of(words: str, amount: Amount, last: int) -> Place:
    """An amount in its plain text; `last` is where the limit before it ends."""
    window = words[max(0, amount.start - _WINDOW) : amount.start]
    sentence = re.split(r"[。；！？]", window)[-1]
    clause = re.split(r"[，（]", _BRACKET.sub("", sentence))[-1]
    since = words[max(last, amount.start - _WINDOW) : amount.start]
    before = since if len(since) < len(clause) else clause
    return Place(amount, before, clause, sentence, words[amount.end : amount.end + _WINDOW])


def with_suffix(place: Place, suffix: str) -> Place:
    """The place with what follows the words that compare its amount."""
    tail = place.after[len(suffix) :]
    parts = re.split(rf"([{_BREAKS}（）：])", tail, maxsplit=2)
    next_clause = parts[2] if len(parts) > 2 and parts[1] in "，：" else ""
    return replace(place, suffix=suffix, rest=parts[0], next=next_clause)


def asks(place: Place) -> bool:
    """Whether an amount is asked for at all."""
    unit = place.amount.unit
    if place.after.startswith(("左右", "上下", "多", "余")):
        return False
    if (
        _NO_LIMIT_BEFORE.search(place.before[-16:])
        or is_condition(place.rest)
        or _SCORED.search(place.clause + place.rest)
    ):
        return False
    if _SCORES.match(place.rest) or _SCORES.match(place.next) or _GRADE.search(place.rest[:14]):
        return False
    # 不少于10件的村，予以表扬: those who reach it, and what follows for them.
    if _OF_WHOM.fullmatch(place.rest) and _CONSEQUENCE.match(place.next):
        return False
    if unit in ("年", "个月") and _BANNED.match(place.rest):
        return False
    if unit == "分" and _SCORE_BEFORE.search(place.before[-2:]):
        return False
    if unit in ("分", "%") and _is_graded(place):
        return False
    if _DEFINES.search(place.sentence) or (unit in ("元", "万元") and _GRANTED.search(place.sentence)):
        return False
    return not (_PENALTY.search(place.clause + place.rest) or _sets_up(place))


def _is_graded(place: Place) -> bool:
    """Whether points or a share tell a grade, or how many may get one."""
    if _GRADED.search(place.clause):
        return True
    if place.amount.unit == "分":
        return place.suffix.endswith(("上", "下")) and bool(_IS_GRADE.match(place.rest))
    return bool(_QUOTA.search(place.before))


def is_condition(rest: str) -> bool:
    """Whether the rest of a clause makes what it says a condition: …的，…时，… or tells that it was not done."""
    return bool(_CONDITION_END.search(rest) or _NOT_DONE.match(rest))


def is_class(place: Place) -> bool:
    """Whether an amount with 以上, 以下 or 内 tells which things are meant: 50人以上的企业, 500万元以上项目."""
    unit, rest = place.amount.unit, place.rest
    if _is_named_by(place):
        return True
    if unit in TIMES and "内" in place.suffix and _WITHIN.match(rest):
        return True
    # 大额报销（3万元以上）: a bracket that tells what is meant.
    in_bracket = bool(_OPENED.search(place.sentence)) and place.after[len(place.suffix) :].startswith("）")
    if in_bracket and unit not in _ASKED_IN_BRACKETS:
        return True
    if unit.endswith("岁") and rest:
        return True
    if rest.startswith("的"):
        return not (_BY.search(place.before) or (unit == "%" and not _OWNED.search(place.clause)))
    if unit in ("%", "次", "个", "项", "家") or (unit in TIMES and "内" in place.suffix):
        is_owned = bool(_OWNED.search(place.clause)) and unit != "%"
        return is_owned and bool(_CLASS.match(rest) or re.search(r"的(?!情况)", rest))
    return bool(_CLASS.match(rest)) and not _BY.search(place.before)


def _is_named_by(place: Place) -> bool:
    """Whether what stands behind an amount is named by it: 15日内再入院率, 300人以上1000人以下的学校."""
    rest = place.rest
    if _NAMES_RATE.match(rest):
        # 60日内开工率达到80%以上: what is wanted is wanted within that time.
        return not ("内" in place.suffix and place.amount.unit in TIMES and _WANTED_RATE.match(rest))
    if place.suffix.endswith(("上", "下")) and (_OR_CLASS.match(rest) or _SHARE_OF.match(rest)):
        return True
    return bool(_RANGE.match(rest)) or (place.amount.unit in TIMES and bool(_SHARE_IN.fullmatch(rest)))


def is_statistic(place: Place, year: int | None) -> bool:
    """Whether a sentence tells what was: 去年, 截至, 已达到, or a year before that of the document."""
    # What a closed bracket tells is told of one word: （2023年登记在册31家）.
    sentence = _BRACKET.sub("", place.sentence)
    for words in (_PAST, _DONE):
        if (match := words.search(sentence)) and not _WANTED.search(sentence[match.end() :]):
            return True
    if not place.suffix and _FROM_TO.search(place.clause) and not _WANTED.search(sentence):
        return True
    own = "" if place.suffix else place.amount.value + place.amount.unit
    told = sentence + (own or "以") + place.rest + "，" + place.next
    if _COMPARED.search(told) and not _WANTED.search(sentence):
        return True
    earlier = [match for match in _IN_YEAR.finditer(sentence) if year is not None and int(match[1]) < year]
    return bool(earlier) and not _WANTED.search(sentence[earlier[-1].end() :])


def is_wanted(place: Place) -> bool:
    """Whether a sentence says that something shall be."""
    return bool(_WANTED.search(place.sentence))


def is_asked_strictly(place: Place, said: str) -> bool:
    """Whether 高于, 低于 is asked for after the words `said`, and no condition: 合格率应高于95%, not 超过30日，…"""
    if _CONDITION_START.match(place.clause) or place.rest.startswith("的"):
        return False
    return bool(_MUST.search(said) or _RATED.search(said)) and not _CONSEQUENCE.match(place.next)


def is_scored_or_conditional(rest: str) -> bool:
    """Whether what follows 全部公开 makes it a condition or a score."""
    return bool(_CONDITION_END.search(rest) or _SCORED.search(rest))


def _sets_up(place: Place) -> bool:
    sentence = place.sentence + re.split(r"[。；！？]", place.after)[0]
    own = place.amount.unit in ("人", "个", "次", "家")
    return own and bool(_TEAM.search(sentence)) and bool(_SETS_UP.search(sentence))
