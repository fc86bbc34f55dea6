"""The amounts that a text names: a number with its unit, a share, a range; in digits, in words, with blanks inside."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

# Blanks stand anywhere in a wrapped text; without them, and with one form of each sign, the words are plain to search.
_FORMS = str.maketrans("０１２３４５６７８９％．(),;:!?\t\n", "0123456789%.（），；：！？；；")
_DIGITS = "零一二三四五六七八九"
_POWERS = {"十": 10, "百": 100, "千": 1_000}
# What is counted, by its canonical unit; the words of a unit outside this table are its name.
_COUNTED = {
    "工作日": "个工作日 工作日",
    "日": "个自然日 自然日 个日历天 日历天 日 天",
    "个月": "个月",
    "小时": "个小时 小时 个学时 学时 个课时 课时",
    "分钟": "分钟",
    "年": "周年 年",
    "%": "个百分点 百分点 %",
    "人": "人次 人 名 位",
    "家": "家 户",
    "次": "户次 批次 场次 频次 次 场 轮 遍 趟",
    "项": "项",
    "个": "个 起 例 件 宗 条 份 篇 所 处 期 台 套 本 部 辆 座 间 支 节 堂 种 批 块 幅 卷 组 张 栋 盏 株 棵 堂 席",
    "万元": "万元",
    "元": "元",
    "分": "分",
    "倍": "倍",
}
# Measures that stand under their own names.
_MEASURES = (
    "微克/立方米 毫克/立方米 毫克/升 微克/升 平方公里 平方米 立方米"
    " 公里 千米 厘米 毫米 米 公斤 千克 毫克 克 毫升 升 万吨 吨 万立方米 万平方米 万千瓦"
    " 万亩 亩 公顷 周岁 岁 字 分贝 千瓦时 度 倍"
).split()
# Units that are told as so many of another.
_TIMES = {
    "个星期": (7, "日"),
    "星期": (7, "日"),
    "周": (7, "日"),
    "个季度": (3, "个月"),
    "亿元": (10_000, "万元"),
    "‰": (0.1, "%"),
}
_HALVES = {
    "年": (6, "个月"),
    "个月": (15, "日"),
    "小时": (0.5, "小时"),
    "个小时": (0.5, "小时"),
    "天": (0.5, "日"),
    "个工作日": (0.5, "工作日"),
}
_CANONICAL = {word: unit for unit, words in _COUNTED.items() for word in words.split()} | {w: w for w in _MEASURES}
# Every unit that an amount can have; those behind "分" are measures under their own names.
UNITS = tuple(dict.fromkeys([*_COUNTED, *_MEASURES]))
TIMES = frozenset({"工作日", "日", "个月", "小时", "分钟", "年"})
_UNIT = "|".join(sorted([*_CANONICAL, *_TIMES], key=len, reverse=True))
# Words that begin like a unit: 3个工作制, 2人员, 100分类, 5年度, 3次数.
_NO_UNIT = (
    r"(?!(?<=年)(?:度|级|龄|轮|均|报|鉴|终|初)|(?<=分)(?:之|管|别|类|级|组|工|批|局|公司|行|布|数|院|析)|(?<=次)(?:数|序|要|日(?!常)|月(?!度)|年(?![度终])|生(?![产态活物源])|性)"
    r"|(?<=人)(?:员|民|才|口|均|大|事|身|社|群|类)|(?<=日)(?:常|志|均|程|历)|(?<=天)(?:然|津)|(?<=元)(?:素|旦|件)|(?<=月)份"
    r"|(?<=工作日)制|(?<=位)[一置于数]|(?<=家)(?:庭|长)|(?<=部)(?:门|分|级)|(?<=本)(?:级|市|县|区|单位|方案)|(?<=条)(?:例|件|规定|龙)|(?<=例)会"
    r"|(?<=组)(?:织|长|成|建)|(?<=处)(?:罚|理|置|分|长|室|级)|(?<=支)(?:持|出|付|撑)|(?<=期)(?:间|限|末|初)|(?<=节)(?:能|约|假)|(?<=周)(?:边|期|转|密|全|[一二三四五六日末])|(?<=度)(?:假|过|量)|(?<=米)饭|(?<=字)号|(?<=克)服)"
)
_DIGITAL = r"(?:\d{1,3}(?:,\d{3})+|\d{1,9}(?:\.\d{1,4})?)"
_SIGNS = "零〇一二两三四五六七八九十百千"
_SPOKEN = rf"[{_SIGNS}]{{1,7}}"
_N = rf"(?:{_DIGITAL}|{_SPOKEN})"
_TO = r"(?:至|到|—{1,2}|–|-|－|~|～|―)"
_AMOUNT = re.compile(
    rf"(?<![\d.,{_SIGNS}])(?:"
    rf"(?P<all>百分百)|百分之(?P<low_share>{_SPOKEN}(?:点[{_SIGNS}]{{1,4}})?){_TO}百分之(?P<high_share>{_SPOKEN}(?:点[{_SIGNS}]{{1,4}})?)"
    rf"|百分之(?P<share>{_SPOKEN}(?:点[{_SIGNS}]{{1,4}})?|{_DIGITAL})"
    rf"|(?<!/)(?P<over>\d{{1,2}})/(?P<under>\d{{1,2}})(?![\d/月])|(?P<halves>半数|一半)"
    rf"|(?P<parts>{_N})分之(?P<part>{_N})"
    rf"|(?P<tenths>[一二两三四五六七八九])成(?P<more>[一二三四五六七八九](?!个|家|人|项))?(?!立|为|员|果|效|本|熟|交|功|都|绩|长)"
    rf"|(?P<half>半)(?P<of>个工作日|个月|年|个小时|小时|天)(?!度)"
    rf"|(?:(?P<low>{_N})(?:{_UNIT})?{_TO})?(?P<value>{_N})(?P<myriads>万(?!元|亩|吨|千瓦|立方米|平方米))?余?(?P<unit>{_UNIT}){_NO_UNIT})",
    # No digits of other scripts.
    re.ASCII,
)


@dataclass(frozen=True, slots=True)
class Amount:
    """A number of `unit`, as text; `low` is the lower end of a range. It stands at `start` to `end`."""

    value: str
    unit: str
    start: int
    end: int
    low: str | None = None


def plain(text: str) -> tuple[str, list[int]]:
    """A text without blanks, with one form of each sign, and where in the text each of its characters stands."""
    places = [place for place, sign in enumerate(text) if sign in "\t\n" or not sign.isspace()]
    joined = "".join(text[place] for place in places).translate(_FORMS)
    # A comma between digits parts thousands.
    return re.sub(r"(?<=\d)，(?=\d{3}(?!\d))", ",", joined), places


def amounts(text: str) -> Iterator[Amount]:
    """The amounts of a plain text in order; a year, a day of a month, an ordinal and a name in quotes are none."""
    for match in _AMOUNT.finditer(text):
        start, end = match.span()
        before = text[max(0, start - 2) : start]
        unit = match["unit"]
        # “一件事”, “三个责任”, 最多跑一次 are names.
        is_ordinal = before.endswith(("第", "“", "‘", "〔", "[", "跑"))
        is_day = unit == "日" and before.endswith("月")
        is_year = unit == "年" and len(match["value"]) == 4 and not set(match["value"]) & set("十百千")
        if not (is_ordinal or is_day or is_year):
            yield _amount(match)


def _amount(match: re.Match[str]) -> Amount:
    start, end = match.span()
    found = match.groupdict()
    if share := found["share"] or found["high_share"] or (found["all"] and "百"):
        return Amount(number(share), "%", start, end, number(found["low_share"]) if found["low_share"] else None)
    if found["parts"]:
        whole = float(number(found["parts"])) or 1
        return Amount(_short(100 * float(number(found["part"])) / whole, 1), "%", start, end)
    if found["halves"]:
        return Amount("50", "%", start, end)
    if found["over"]:
        return Amount(_short(100 * int(found["over"]) / (int(found["under"] or 0) or 1), 1), "%", start, end)
    if found["tenths"]:
        return Amount(
            _short(10 * _DIGITS.index(found["tenths"].replace("两", "二")) + _DIGITS.index(found["more"] or "零")),
            "%",
            start,
            end,
        )
    if found["half"]:
        count, unit = _HALVES[found["of"]]
        return Amount(_short(count), unit, start, end)
    times, unit = _TIMES.get(found["unit"], (1, ""))
    times *= 10_000 if found["myriads"] else 1
    unit = unit or _CANONICAL[found["unit"]]
    low = _times(number(found["low"]), times) if found["low"] else None
    return Amount(_times(number(found["value"]), times), unit, start, end, low)


def _times(value: str, times: float) -> str:
    return value if times == 1 else _short(float(value) * times)


def _short(value: float, places: int = 4) -> str:
    return f"{round(value, places):g}" if value < 100_000 else str(round(value))


def number(words: str) -> str:
    """A number as digits: "两" is 2, "十五" 15, "一千二百" 1200, "九十九点五" 99.5; "3.5" stays."""
    if words[0].isascii():
        return words.replace(",", "")
    whole, point, rest = words.partition("点")
    total, digit = 0, 0
    for sign in whole.replace("两", "二").replace("〇", "零"):
        if sign in _DIGITS:
            digit = _DIGITS.index(sign)
        else:
            total, digit = total + (digit or 1) * _POWERS[sign], 0
    tail = "".join(str(_DIGITS.index(sign)) for sign in rest if sign in _DIGITS)
    return str(total + digit) + (f".{tail}" if point and tail else "")
