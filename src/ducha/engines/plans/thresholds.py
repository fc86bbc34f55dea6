"""The numbers that a clause asks for, each with the words that compare it.

Each amount of a text is judged in its clause: by what stands before it (不超过5日), after it (5日内), or where neither
compares it, by what it is an amount of (办结率98%, 每季度2次). "Whole" words (全部公开) and yearly dates have forms of
their own.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from ducha.engines.plans import clauses
from ducha.engines.plans.amounts import TIMES, Amount, amounts, number, plain
from ducha.engines.plans.clauses import Place
from ducha.engines.plans.values import Threshold

_NOT = r"(?:不得|不应当|不应该|不应|不能|不可|不宜|不准|不许|不会|不再|不|禁止|严禁|杜绝|防止|避免)(?:再)?"
_OVER = r"(?:超过|高于|多于|大于|超出|突破|长于|迟于|晚于|超)"
_UNDER = r"(?:低于|少于|小于|短于|早于|少)"
# Between the words of a limit and its amount there may stand what the share is of: 不少于本单位总数的5%.
_OF = r"[^，。；：！？]{0,24}"
_BEFORE = tuple(
    (kind, re.compile(pattern + "$"))
    for kind, pattern in (
        (">=", rf"(?:{_NOT}{_UNDER}|至少|最少|起码|不下于){_OF}|≥|≧|⩾"),
        (">=", r"(?:最低|提前)(?:不|应|要|须|为|达到?)?"),
        ("<=", rf"(?:{_NOT}{_OVER}|控制在|限制在|压降在|控制到|限定在|最多|至多|最长|最迟|最晚|上限为?){_OF}|≤|≦|⩽"),
        ("<=", r"最高(?:为|可?达|可)?"),
        ("<=", r"(?:延长|放宽|延期|延至)(?:至|到)?"),
    )
)
_STRICT = tuple(
    (kind, re.compile(rf"(?<!不)(?<!不[得应能可准许宜会再]){words}{_OF}$"))
    for kind, words in (("<", r"(?:低于|小于|少于|短于)"), (">", r"(?:高于|大于|多于|超过)"))
)
_REDUCED = re.compile(r"(?:下降|降低|降|压缩|压减|缩短|缩减|减少|精简|缩小|压降|减)(?:为|至|到)[^，。；：！？\d]{0,6}$")
_REACH = re.compile(
    r"(?:达到|达至|达|保持|稳定|维持|提高到|提升到|提升至|提高至|增加到|增加至|增长到|扩大到|扩大至|力争|升至)(?:在|到)?"
    r"(?:[^，。；：！？\d]{0,14}的|每[^，。；：！？\d]{1,6})?$"
)
_CUT = re.compile(r"(?:压减|压缩|缩短|精简|缩减)(?:了)?$")
_MOVED = re.compile(r"(?:减少|下降|降低|提升|提高|增长|增加)$")
_WITH = r"(?:（含[^（）]{0,6}）|含|及其?|或者?)?"
_AFTER = tuple(
    (kind, re.compile(words))
    for kind, words in (
        ("<=", rf"的?(?:时间|时限)?{_WITH}(?:以内|之内|内(?![部容设外控涝涵]))"),
        (">=", rf"{_WITH}以上"),
        ("<=", rf"{_WITH}以下"),
        ("ahead", r"(?:以前|之前|前)"),
    )
)
# Amounts that nothing compares, by what they are amounts of.
_RATE = re.compile(
    r"(?:率|比例|覆盖面|满意度|知晓度)(?:（[^（）]{1,15}）)?(?:均|都|应当?|要|须|必须|分别|原则上|为|是|：)*$"
)
_TERM = re.compile(
    r"(?:时限|期限|周期|用时|(?:整改|办理|审核|处置|审理)期|(?:办理|审批|办结|受理|响应|到场|处置|答复|反馈|整改|审核|审查|公示|征求意见)时间)(?:（[^（）]{1,15}）)?(?:原则上|一般|均|应|统一|为|是|：)*$"
)
_KEPT = re.compile(r"保存|保管|留存|存档|储存|公示|公告|征求意见|质保|有效")
_OFTEN = re.compile(
    r"(?:每(?:一|个|半|隔)?(?:[两二三四五六\d]{1,2})?个?(?:年度|年|月度|月|季度|季|周|星期|日|天|旬|学期|学年|小时|工作日)[^，。；！？]{0,24}"
    r"|(?:全年|年内|年度内|[一两三]年|(?<![上下])半年|一个季度|一个月|一周)[^，。；！？\d]{0,8})$"
)
_ON_A_DAY = re.compile(r"每(?:周|星期)[一二三四五六日天]|每月\d{1,2}[日号]")
_COUNTS = frozenset({"次", "个", "项", "家", "人"})
_DONE_IN = re.compile(r"(?:内)?(?:办结|答复|反馈|受理|完成|上报|公开|公示|处置|响应|到场|回复|办理|送达|签收|拨付)")
_MADE = re.compile(r"[^，。；！？\d]{0,8}?(?:实现|完成)(?!情况)")
# 一周内（7日内）: the days in the bracket are what counts.
_SAID_AGAIN = re.compile(r"(?:以?内)?（[\d一二三四五六七八九十]{1,3}(?:个?自然日|个?工作日|日|天|个?小时)(?:以?内)?）")
_AND = re.compile(r"[和、及与或]|或者|以及|[、和及与][^，。；！？：（）\d]{1,8}")

# What is done to all: those after which nothing need follow, and those that name things too (全部审核人员).
_VERBS = (
    "公开 公示 公布 完成 达标 达到 办结 纳入 归档 入库 上线 进驻 录入 销号 接入 建档 备案"
    " 拆除 清偿 清零 兑现 持证 签订 上传 清退 退还 退赔 落实 关停 关闭 取缔 拨付 兑付 发放"
    " 安装 配备 配齐 到位 覆盖 移送 移交 立案 建成 投用 开通 参训 轮训 通过 张贴 联网 网上办"
    " 集中办理 消除 解决 更换 更新 签收 报备 解除 修复 封存 补齐 补办 结案 见底 上缴 缴库 退回"
    " 收回 开工 竣工 完工 投产 签约 履约 见面 到场 到岗 到会"
).split()
_NAMING_VERBS = (
    "清理 清运 改造 化解 处置 审核 评查 整改 办理 参加 受理 整治 登记 核查 检查 排查 培训 监测 检测 留样 记录".split()
)
_ADVERB = (
    r"(?:按[时期规]?(?:定|要求)?|依法|如期|及时|统一|同步|主动|准确|如实|规范|网上|上网|线上|集中|得到|实行|实现|予以|进行|足额|同时"
    r"|都|均|要|应|须|能够?)"
)
_BY = r"[于在由向通按经从][^，。；：、！？的]{0,16}?"
_WHOLE = re.compile(
    rf"(?<![未没非不])(?:全部|一律)(?:(?:{_ADVERB}{{0,3}}(?:{_BY})?{_ADVERB}{{0,3}}|[^，。；：、！？的不]{{0,4}}?)(?:{'|'.join(_VERBS)})(?!栏|率|制度)"
    rf"|{_ADVERB}{{0,3}}(?:(?:进行|开展|实施)[^，。；：、！？的不]{{0,4}}?)?(?:{'|'.join(_NAMING_VERBS)})"
    rf"|[^，。；：、！？的不]{{2,16}}?(?:到位|完毕))"
)
# 不得采取一律关停等措施: what shall not be done.
_FORBIDDEN = re.compile(
    r"(?:不得|不能|不可|不要|不应|不搞|严禁|禁止|防止|杜绝|避免|切忌)(?![超少低高多])[^，。；：！？]{0,16}$"
)
# 数据来源：现场测量不少于10人: how those who judge find out.
_SOURCES = re.compile(
    r"(?:^|(?<=[\s。；]))(?:数据来源|资料来源|(?:检查|核查|考核|督[察查]|评价|评估|评分|查验)(?:方法|方式))[：:]"
    r"(?:(?!(?:评分|评价|考核|检查)标准|指标|要求)[^\n])*"
)
# A text without any of these asks for no number.
_HINT = re.compile(r"[\d零一二两三四五六七八九十百千半每全]")
_UNTIL = r"(?:之前|以前|前)"
_MONTH, _DAY = (
    r"(?P<month>\d{1,2}|[一二三四五六七八九十]{1,2})月份?",
    r"(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})[日号]",
)
_YEARLY = re.compile(
    rf"每年度?的?{_MONTH}(?:{_DAY}{_UNTIL}|(?P<part>[上中下]旬)?(?:{_UNTIL}|[底末]{_UNTIL}?))"
    rf"|每年度?的?(?:第?(?P<quarter>[一二三四1-4])季度|(?P<half>上半年))(?:[底末]?{_UNTIL}|内|结束前)"
    rf"|每(?:年年?|年度)[底末终]{_UNTIL}"
)
_MONTH_ENDS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)


@dataclass(frozen=True, slots=True)
class _Found:
    """A threshold in the plain text."""

    start: int
    end: int
    comparator: str
    value: str
    unit: str


def thresholds(text: str, year: int | None = None) -> tuple[Threshold, ...]:
    """All requirements of a clause that are numbers, in order; none overlaps another.

    `year` is that of the document: what is said of an earlier one is a statistic.
    """
    if not _HINT.search(text):
        return ()
    words, places = plain(_SOURCES.sub(lambda match: "。" * len(match[0]), text))
    taken = bytearray(len(words))
    found: list[_Found] = []
    for one in (*_dates(words), *_wholes(words), *_limits(words, year)):
        if not any(taken[one.start : one.end]):
            taken[one.start : one.end] = b"\1" * (one.end - one.start)
            found.append(one)
    return tuple(_threshold(text, words, places, one) for one in sorted(found, key=lambda one: one.start))


def _threshold(text: str, words: str, places: list[int], found: _Found) -> Threshold:
    span = places[found.start], places[found.end - 1] + 1
    quantity = re.split(r"[，。；、：（）]", words[max(0, found.start - 60) : found.start])[-1]
    return Threshold(text[span[0] : span[1]], quantity, found.comparator, found.value, found.unit, span)


def _dates(words: str) -> Iterator[_Found]:
    """Yearly dates: 每年1月31日前, 每年3月底前, 每年第一季度前."""
    for match in _YEARLY.finditer(words):
        month = 3 * int(number(match["quarter"])) if match["quarter"] else 6 if match["half"] else 12
        month = int(number(match["month"])) if match["month"] else month
        if 1 <= month <= 12:
            day = {"上旬": 10, "中旬": 20}.get(match["part"] or "", _MONTH_ENDS[month - 1])
            day = int(number(match["day"])) if match["day"] else day
            yield _Found(*match.span(), "<=", f"{month:02d}{day:02d}", "date")


def _wholes(words: str) -> Iterator[_Found]:
    """全部公开, 一律于5月底前拆除到位: all of it."""
    for match in _WHOLE.finditer(words):
        rest = re.split(r"[，。；！？（）：]", words[match.end() : match.end() + 40])[0]
        is_said_twice = "100%" in rest or words[max(0, match.start() - 4) : match.start()] == "100%"
        is_forbidden = _FORBIDDEN.search(words, max(0, match.start() - 24), match.start())
        if not (is_said_twice or is_forbidden or clauses.is_scored_or_conditional(rest)):
            yield _Found(*match.span(), "==", "100", "%")


def _limits(words: str, year: int | None) -> Iterator[_Found]:
    """The amounts that are asked for. One right after 每 (每3个月, 每50人) is what another is counted by."""
    before: _Found | None = None
    last = 0
    for amount in amounts(words):
        if words[amount.start - 1 : amount.start] == "每" or _SAID_AGAIN.match(words, amount.end):
            continue
        found = _limit(clauses.place_of(words, amount, last), year)
        if found is None and before is not None:
            found = _carried(words, amount, before)
        before, last = found, found.end if found else amount.end
        if found:
            yield found


def _carried(words: str, amount: Amount, before: _Found) -> _Found | None:
    """不低于98%和95%, 2次会议和1次演练: what compares the one compares the other."""
    between = words[before.end : amount.start]
    alike = amount.unit == before.unit or between in ("、", "和", "或", "或者")
    if not alike or before.unit == "date" or not _AND.fullmatch(between) or amount.unit == "分":
        return None
    return _found(amount, before.comparator, amount.start, amount.end)


def _found(amount: Amount, kind: str, start: int, end: int) -> _Found:
    comparator = kind
    if kind == "reach":
        comparator = "==" if (amount.value, amount.unit) == ("100", "%") and not amount.low else ">="
    value = amount.low if amount.low and comparator not in ("<=", "<") else amount.value
    return _Found(start, end, comparator, value, amount.unit)


def _limit(place: Place, year: int | None) -> _Found | None:
    """What an amount is compared by: words before it first, then words after it, then what it is an amount of."""
    amount = place.amount
    after, suffix = next(((kind, match[0]) for kind, words in _AFTER if (match := words.match(place.after))), ("", ""))
    place = clauses.with_suffix(place, suffix)
    if not clauses.asks(place):
        return None
    before, length = _said_before(place)
    start, end = amount.start - length, amount.end + len(suffix)
    if before in ("<=", ">="):
        return _found(amount, before, start, end)
    if clauses.is_statistic(place, year):
        return None
    if before in ("<", ">"):
        return _found(amount, before, start, end)
    if before == "reduce":
        return _found(amount, "<=", start, end)
    if after:
        kind = _by_suffix(place, after)
        return _found(amount, kind, start, end) if kind else None
    if before:
        return _found(amount, "reach", start, end)
    kind, length = _bare(place)
    return _found(amount, kind, amount.start - length, end) if kind else None


def _said_before(place: Place) -> tuple[str, int]:
    """What compares an amount before it, and how many characters it takes; reaching is the weakest of it."""
    for kind, words in _BEFORE:
        if match := words.search(place.before):
            return kind, len(match[0])
    for kind, words in _STRICT:
        match = words.search(place.before)
        if match and clauses.is_asked_strictly(place, place.before[: match.start()]):
            return kind, len(match[0])
    for kind, pattern in (("reduce", _REDUCED), ("reach", _REACH)):
        if match := pattern.search(place.before):
            return kind, len(match[0])
    return "", 0


def _by_suffix(place: Place, kind: str) -> str:
    """What 以上, 以下, 内 or 前 after an amount asks for; empty for one that tells which things are meant."""
    if kind == "ahead":
        # 听证7日前 is a time ahead; 于15日前 names a day of the month.
        is_ahead = place.amount.unit in TIMES - {"年"} and place.before and not place.before.endswith(("于", "在"))
        return ">=" if is_ahead else ""
    if (
        "内" in place.suffix
        and place.amount.unit not in TIMES
        and "以内" not in place.suffix
        and "之内" not in place.suffix
    ):
        return ""
    return "" if clauses.is_class(place) else kind


def _bare(place: Place) -> tuple[str, int]:
    """What an amount that nothing compares asks for, and how many characters before it say so."""
    amount, before = place.amount, place.before
    if amount.unit == "%":
        rate = _RATE.search(before)
        if rate:
            is_fixed = rate[0].startswith("比例") and "为" in rate[0] and amount.value != "100"
            return "==" if is_fixed else "reach", len(rate[0])
        if cut := _CUT.search(before) or (clauses.is_wanted(place) and _MOVED.search(before)):
            return ">=", len(cut[0])
        is_whole = amount.value == "100" and not amount.low and not before.endswith("个")
        return ("==", 0) if is_whole else ("", 0)
    if amount.unit in TIMES:
        if term := _TERM.search(before):
            return (">=" if _KEPT.search(before) else "<="), len(term[0])
        is_time = _DONE_IN.match(place.after) and not clauses.is_class(place)
        return ("<=", 0) if is_time else ("", 0)
    often = _OFTEN.search(before) if amount.unit in _COUNTS else None
    # 每周五报送一次 names the day.
    often = None if often and _ON_A_DAY.match(often[0]) else often
    # 全年新建3000户 is what the organiser plans, 全年开展4次 what is asked.
    if often and (amount.unit == "次" or often[0].startswith("每")):
        return "<=" if re.search("[只仅限]", often[0]) else ">=", len(often[0])
    return (">=", 0) if amount.unit in ("个", "项", "家") and _MADE.match(place.after) else ("", 0)
