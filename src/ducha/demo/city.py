"""The city of the demonstration: real bodies of government, invented people."""

import random
from dataclasses import dataclass

from ducha.apps.accounts.actions import create_people
from ducha.apps.audit_trail.recording import SYSTEM
from ducha.apps.organisations import actions as organisations
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.rights import Role

COUNTIES = (
    ("汝州市", "county", "410482"),
    ("舞钢市", "county", "410481"),
    ("宝丰县", "county", "410421"),
    ("叶县", "county", "410422"),
    ("鲁山县", "county", "410423"),
    ("郏县", "county", "410425"),
    ("新华区", "district", "410402"),
    ("卫东区", "district", "410403"),
    ("石龙区", "district", "410404"),
    ("湛河区", "district", "410411"),
    ("高新技术产业开发区", "development_zone", ""),
    ("城乡一体化示范区", "development_zone", ""),
)
DEPARTMENTS = (
    "市发展和改革委员会 市教育体育局 市科学技术局 市工业和信息化局 市公安局 市民政局 市司法局 市财政局 "
    "市人力资源和社会保障局 市自然资源和规划局 市生态环境局 市住房和城乡建设局 市交通运输局 市水利局 市农业农村局 "
    "市商务局 市文化广电和旅游局 市卫生健康委员会 市应急管理局 市审计局 市市场监督管理局 市统计局 市医疗保障局 "
    "市城市管理局 市林业局 市人民防空办公室 市金融工作局 市粮食和物资储备局 市烟草专卖局 市税务局"
).split()
SURNAMES = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗"
GIVEN = "明远 海涛 晓燕 建华 志强 秀兰 文静 国栋 雪梅 立新 春生 玉洁 长河 思源 一鸣 若兰 承志 佳慧 永安 清扬".split()


@dataclass(frozen=True)
class City:
    """Everybody the demonstration acts with, by user name, and the units in order."""

    organiser: Organisation
    units: list[Organisation]
    members: dict[str, Membership]


def found(password: str, chance: random.Random) -> City:
    """The city with its bodies and people."""
    city = Organisation(name="平顶山市", kind="city", region_code="410400", position=0)
    organisations.create_organisations([city], by=SYSTEM)
    organiser = Organisation(name="市法治政府建设领导小组办公室", kind="leading_group", parent=city, position=1)
    administration = Organisation(name="市大数据中心", kind="other", parent=city, position=99)
    units = [
        Organisation(name=name, kind=kind, region_code=code, parent=city, position=10 + n)
        for n, (name, kind, code) in enumerate(COUNTIES)
    ]
    units += [
        Organisation(name=name, kind="department", enforces_law=True, parent=city, position=30 + n)
        for n, name in enumerate(DEPARTMENTS)
    ]
    organisations.create_organisations([organiser, administration, *units], by=SYSTEM)
    return City(organiser, units, _people(organiser, administration, units, password, chance))


def _people(
    organiser: Organisation,
    administration: Organisation,
    units: list[Organisation],
    password: str,
    chance: random.Random,
) -> dict[str, Membership]:
    places: dict[str, tuple[Organisation, Role, Organisation | None]] = {
        "office": (organiser, Role.OFFICE, None),
        "leader": (organiser, Role.LEADER, None),
        "discipline": (organiser, Role.DISCIPLINE, None),
        "sysadmin": (administration, Role.SYSADMIN, None),
        "secadmin": (administration, Role.SECADMIN, None),
        "auditadmin": (administration, Role.AUDITADMIN, None),
    }
    for n in range(1, 6):
        places[f"teamlead-{n}"] = (organiser, Role.INSPECTOR, None)
    for n in range(1, 21):
        places[f"inspector-{n:02}"] = (organiser, Role.INSPECTOR, units[(n * 7) % len(units)])
    for n, unit in enumerate(units, 1):
        places[f"liaison-{n:02}"] = (unit, Role.LIAISON, None)
        places[f"head-{n:02}"] = (unit, Role.UNIT_HEAD, None)
    names = {username: chance.choice(SURNAMES) + chance.choice(GIVEN) for username in places}
    # Not drawn: a name more would change everything that is drawn after it.
    places["office-2"], names["office-2"] = (organiser, Role.OFFICE, None), "何静"
    people = create_people(names.items(), password, by=SYSTEM)
    members = {
        username: Membership(person=people[username], organisation=organisation, role=str(role), home=home)
        for username, (organisation, role, home) in places.items()
    }
    organisations.appoint(members.values(), by=SYSTEM)
    return members
