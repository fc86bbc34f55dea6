"""Invented ledgers of the demonstration: what units export, with faults planted. No case here happened."""

import csv
import random
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from io import StringIO

from ducha.engines.ledgers.dossier import check_sign
from ducha.engines.ledgers.kinds import COMMON, KINDS

PARTIES = (
    "青溪百货 河口饭店 南山砖厂 北渡运输 鹰城建材 白龟物流 尧山茶业 沙河纸品 香山药房 平安烟酒 湛河家电 昭平粮油"
).split()
VIOLATIONS = ("未按规定公示价格", "超范围经营", "未取得许可擅自施工", "未按规定处置固体废物", "超限超载运输")
CITY = "410400"


def penalties(chance: random.Random, *, short: str, until: date, rows: int, late_share: float) -> list[dict[str, str]]:
    """处罚台账 of eight months: some decisions published late or never, some major ones not reviewed."""
    found = []
    for number in range(1, rows + 1):
        decided = until - timedelta(days=chance.randint(15, 240))
        party, is_major = chance.choice(PARTIES), number % 12 == 0
        published = decided + timedelta(days=chance.randint(0, 4))
        if chance.random() < late_share:
            published = decided + timedelta(days=chance.randint(16, 60))
        found.append(
            {
                "document_number": f"{short}罚〔{decided.year}〕{number}号",
                "party_kind": "法人及非法人组织",
                "party_name": f"{party}有限公司",
                "uscc": _code(PARTIES.index(party)),
                "legal_representative": chance.choice("王李张刘陈") + chance.choice("明海晓建志"),
                "violation": chance.choice(VIOLATIONS),
                "fine": str(chance.choice([500, 2000, 5000, 20000])),
                "filed_on": str(decided - timedelta(days=chance.randint(5, 60))),
                "decided_on": str(decided),
                "served_on": str(decided + timedelta(days=chance.randint(0, 5))),
                "published_on": str(published) if published < until and number % 41 else "",
                "is_major": "是" if is_major else "否",
                "reviewed_on": str(decided - timedelta(days=2)) if is_major and number % 36 else "",
                "review_opinion": "同意" if is_major and number % 36 else "",
                "officer1": _certificate(number % 20),
                "officer2": _certificate(number % 20 if number % 29 == 0 else (number + 7) % 20),
            }
        )
    return found


def officers(chance: random.Random, *, reviewers: int) -> list[dict[str, str]]:
    """执法人员台账: twenty officers, some of them legal reviewers."""
    return [
        {
            "certificate_number": _certificate(number),
            "name": chance.choice("王李张刘陈") + chance.choice("卫东向阳文强"),
            "issued_on": "2017-03-01",
            "certificate_state": "有效",
            "is_legal_reviewer": "是" if number < reviewers else "否",
        }
        for number in range(20)
    ]


def service_items(chance: random.Random, *, online: float, region: str) -> list[dict[str, str]]:
    """政务服务事项: how many can be done online, through one window, with one visit; some belong to the city."""
    return [
        {
            "region": CITY if number % 10 == 0 else region,
            "task_code": f"{CITY}{number:06}",
            "title": f"事项 {number}",
            "task_state": "在用",
            "is_online": "是" if chance.random() < online else "否",
            "visits": str(chance.choice([0, 1, 1, 1, 1, 1, 1, 1, 1, 2])),
            "is_in_hall": "是",
            "is_single_window": "是" if chance.random() < 0.85 else "否",
        }
        for number in range(1, 131)
    ]


def export(kind: str, rows: Sequence[dict[str, str]]) -> bytes:
    """Rows as the CSV that an older system exports: GB18030, the standard's headers."""
    titles = {column.name: column.title for column in (*COMMON, *KINDS[kind].columns)}
    target = StringIO()
    writer = csv.writer(target)
    writer.writerow([titles[name] for name in rows[0]])
    writer.writerows([row.values() for row in rows])
    return target.getvalue().encode("gb18030")


def of_unit(
    chance: random.Random, *, number: int, short: str, region: str, until: date
) -> Iterator[tuple[str, str, bytes]]:
    """What one unit sends: file name, kind, contents. Counties have service items, departments officers."""
    late = (0.0, 0.04, 0.12, 0.35)[number % 4]
    yield (
        "行政处罚台账.csv",
        "penalty",
        export("penalty", penalties(chance, short=short, until=until, rows=90, late_share=late)),
    )
    if number < 12:
        yield (
            "政务服务事项.csv",
            "service_item",
            export("service_item", service_items(chance, online=0.7 + 0.03 * number, region=region)),
        )
    else:
        yield "执法人员.csv", "officer", export("officer", officers(chance, reviewers=number % 3))


def _certificate(number: int) -> str:
    return f"4104{number:08}"


def _code(number: int) -> str:
    """统一社会信用代码 with its right check sign."""
    body = f"91{CITY}MA{number:07}"[:17]
    return body + check_sign(body)
