"""The invented city of 青岚: its counties, its sixty units, and which columns or ledgers a unit does not send."""

from dataclasses import dataclass

from ducha.engines.ledgers.kinds import KINDS

CITY = "青岚市"
CITY_REGION = "419800"
# Region codes that no real place has.
COUNTIES = (
    ("东岚区", "419802"),
    ("西岚区", "419803"),
    ("岚北区", "419804"),
    ("青溪县", "419821"),
    ("松陵县", "419822"),
    ("白鹭县", "419823"),
    ("柳泉县", "419824"),
    ("梅渡县", "419825"),
    ("安澜县", "419826"),
    ("云麓县", "419827"),
)
# Name, the word it has in document numbers, field of enforcement, and its share of the city's decisions.
_DEPARTMENTS = """
公安局 公 security 30
市场监督管理局 市监 market 26
交通运输局 交 traffic 20
城市管理局 城管 city 15
税务局 税 tax 9
生态环境局 环 environment 6
卫生健康委员会 卫健 health 6
住房和城乡建设局 建 building 5
应急管理局 应急 safety 5
自然资源和规划局 自然资 land 4
农业农村局 农 farming 4
文化广电和旅游局 文旅 culture 4
人力资源和社会保障局 人社 labour 4
烟草专卖局 烟 market 4
水利局 水 land 3
林业局 林 land 3
教育体育局 教体 culture 2
商务局 商 market 2
医疗保障局 医保 health 2
民政局 民 culture 2
司法局 司 labour 2
财政局 财 tax 2
发展和改革委员会 发改 building 2
工业和信息化局 工信 safety 2
粮食和物资储备局 粮 farming 1
人民防空办公室 防办 building 1
地方金融监督管理局 金 tax 1
科学技术局 科 culture 1
审计局 审 tax 1
统计局 统 tax 1
"""
_BUREAUS = (
    ("公安局", "公", "security", 12),
    ("市场监督管理局", "市监", "market", 10),
    ("综合行政执法局", "执法", "city", 7),
)


@dataclass(frozen=True)
class Unit:
    """A unit that keeps ledgers; `short` stands in its document numbers, `weight` is its share of the decisions."""

    number: int
    name: str
    region: str
    short: str
    field: str
    weight: int

    @property
    def registers(self) -> bool:
        """Whether it registers enterprises, so that it keeps a ledger of start-ups."""
        return self.name.endswith("市场监督管理局")


def _units() -> tuple[Unit, ...]:
    found = []
    for line in _DEPARTMENTS.split("\n")[1:-1]:
        name, short, field, weight = line.split()
        found.append((f"{CITY}{name}", CITY_REGION, f"青{short}", field, int(weight)))
    for county, region in COUNTIES:
        found += [(f"{county}{name}", region, f"{county[:2]}{short}", f, w) for name, short, f, w in _BUREAUS]
    # By name, as a canonical file is sorted.
    return tuple(Unit(number, *facts) for number, facts in enumerate(sorted(found)))


UNITS = _units()

# Ledgers that a unit does not send at all, and columns that its ledger has not.
ABSENT = frozenset(
    {
        ("青岚市统计局", "penalty"),
        ("青岚市审计局", "penalty"),
        ("梅渡县市场监督管理局", "penalty"),
        ("青岚市审计局", "publication"),
        ("白鹭县综合行政执法局", "officer"),
    }
)
MISSING: dict[tuple[str, str], frozenset[str]] = {
    ("青岚市城市管理局", "penalty"): frozenset({"published_on", "published_at"}),
    ("松陵县市场监督管理局", "penalty"): frozenset({"published_on", "published_at", "taken_down_on"}),
    ("青岚市民政局", "penalty"): frozenset({"reviewed_on", "reviewer", "review_opinion"}),
    ("柳泉县综合行政执法局", "penalty"): frozenset({"recording_number"}),
    ("梅渡县公安局", "penalty"): frozenset({"served_on", "filed_on"}),
    ("青岚市林业局", "penalty"): frozenset({"officer2"}),
    ("青岚市水利局", "licence"): frozenset({"published_on", "published_at"}),
    ("云麓县市场监督管理局", "licence"): frozenset({"published_on", "published_at"}),
    ("青溪县综合行政执法局", "coercion"): frozenset({"is_recorded", "recording_number"}),
    ("安澜县综合行政执法局", "coercion"): frozenset({"published_on", "published_at"}),
    ("西岚区公安局", "inspection_record"): frozenset({"officer2"}),
    ("东岚区市场监督管理局", "inspection_record"): frozenset({"published_on", "published_at"}),
    ("青岚市科学技术局", "service_item"): frozenset({"is_online", "online_depth"}),
    ("青岚市商务局", "service_item"): frozenset({"is_single_window"}),
    ("青岚市财政局", "officer"): frozenset({"is_legal_reviewer", "qualification_number"}),
    ("岚北区公安局", "normative_document"): frozenset({"filed_on"}),
    ("青岚市教育体育局", "normative_document"): frozenset({"reviewed_on", "review_opinion"}),
    ("安澜县市场监督管理局", "start_up"): frozenset({"insured_on"}),
    ("青岚市司法局", "annual_report"): frozenset({"published_on", "published_at"}),
}


def missing(unit: Unit, kind: str) -> frozenset[str]:
    """The columns that the unit's ledger of this kind was sent without."""
    return MISSING.get((unit.name, kind), frozenset())


def keeps(unit: Unit, kind: str) -> bool:
    """Whether the unit sends a ledger of this kind at all."""
    if (unit.name, kind) in ABSENT:
        return False
    return kind != "start_up" or unit.registers


def given(unit: Unit, kind: str, filled: frozenset[str]) -> int:
    """The bits of the columns that the unit's ledger has: those the generator fills, without the missing ones."""
    columns = filled - missing(unit, kind)
    return sum(KINDS[kind].bit(column) for column in columns)
