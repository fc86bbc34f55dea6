"""The overview of a large campaign: how long its page takes, and with how many queries.

python benchmarks/overview.py                                     (SQLite in a temporary directory)
python tools/postgres.py .venv/bin/python benchmarks/overview.py  (PostgreSQL)

A city with 12 counties and 40 bodies of its own, 4,000 units with 33 points each, 132,000 answers and 40,000 problems;
the edition before it had 5,000 problems. The page is asked for by the office, as a browser does, one request after the
other.
"""

import argparse
import os
import random
import statistics
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

COUNTIES, BODIES, AREAS, POINTS = 12, 40, 6, 33
MOMENT = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
# Each page by its name in the table, its path, and whether something is written before each request.
PAGES = (
    ("overview", "/overview", False),
    ("overview, something written before each request", "/overview", True),
    ("all units", "/overview/units", False),
    ("burden", "/overview/burden", False),
)
STATES = (
    ("confirmed", "handed_over", "objected", "acknowledged", "acknowledged", "acknowledged", "closed", "closed")
    + ("closed", "withdrawn")
)  # fmt: skip


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--units", type=int, default=4_000)
    parser.add_argument("--problems", type=int, default=40_000)
    parser.add_argument("--requests", type=int, default=60)
    parser.add_argument("--data", type=Path, help="keep the installation there, and take it up again")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as temporary:
        folder = arguments.data or Path(temporary)
        folder.mkdir(parents=True, exist_ok=True)
        os.environ |= {"DUCHA_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "ducha.site.settings"}
        measure(arguments.units, arguments.problems, arguments.requests)
    return 0


def measure(units: int, problems: int, requests: int) -> None:
    import django

    django.setup()
    from django.conf import settings
    from django.core.management import call_command
    from django.db import connection
    from django.test import Client
    from django.test.utils import CaptureQueriesContext

    from ducha.apps.campaigns.models import Campaign

    settings.ALLOWED_HOSTS = ["*"]
    call_command("migrate", verbosity=0)
    if not Campaign.objects.exists():
        build(units, problems)
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")
    from ducha.apps.reports.queries import for_the_machine

    office = for_the_machine()
    assert office
    client = Client()
    client.force_login(office[0].person)
    print("| page | database | queries | median ms | p95 ms | p95 processor ms |\n|---|---|---:|---:|---:|---:|")
    for name, path, change in PAGES:
        write(change, office[0].organisation)
        with CaptureQueriesContext(connection) as captured:
            client.get(path)
        queries = len(captured)  # at once: the next request begins the log anew
        took, worked = [], []
        for _request in range(requests):
            write(change, office[0].organisation)
            began, at_work = time.perf_counter(), time.process_time()
            answer = client.get(path)
            took.append(1000 * (time.perf_counter() - began))
            worked.append(1000 * (time.process_time() - at_work))
            assert answer.status_code == 200
        wall, busy = (statistics.quantiles(times, n=20)[-1] for times in (took, worked))
        median = statistics.median(took)
        print(f"| {name} | {connection.vendor} | {queries} | {median:.0f} | {wall:.0f} | {busy:.0f} |")


def write(change: bool, organisation: Any) -> None:
    """Something changes, on the record, so that no figure stands as it was counted before."""
    from ducha.apps.audit_trail.recording import SYSTEM, recorded

    if change:
        with recorded(SYSTEM, "benchmark.changed"):
            organisation.save()


def keep(made: list[Any]) -> list[Any]:
    """Save many rows at once, past the trail: what is measured is reading."""
    from django.db.models import QuerySet

    return QuerySet(type(made[0])).bulk_create(made, batch_size=2_000)


def build(units: int, problems: int) -> None:
    """The large city, from a seed."""
    chance = random.Random(1)
    people = found_city(units)
    earlier, campaign = (found_campaign(people, year) for year in (2025, 2026))
    for edition, count in ((earlier, problems // 8), (campaign, problems)):
        teams = found_answers(edition, people, chance, with_answers=edition is campaign)
        found_problems(edition, people, teams, count, chance)


def found_city(units: int) -> dict[str, Any]:
    from ducha.apps.accounts.models import Person
    from ducha.apps.organisations.models import Membership, Organisation

    city, *_rest = keep([Organisation(name="大市", kind="city")])
    office, *_rest = keep([Organisation(name="督察办", kind="leading_group", parent=city, position=1)])
    top = [Organisation(name=f"第{n}县", kind="county", parent=city, position=10 + n) for n in range(COUNTIES)]
    top += [Organisation(name=f"市第{n}局", kind="department", parent=city, position=50 + n) for n in range(BODIES)]
    keep(top)
    below = [
        Organisation(name=f"县局{n}", kind="department", parent=top[n % COUNTIES], position=100 + n)
        for n in range(units - len(top))
    ]
    keep(below)
    persons = keep([Person(username=f"p{n}", name=f"某{n}", is_invented=True) for n in range(3)])
    roles = ("office", "inspector", "leader")
    members = keep([Membership(person=p, organisation=office, role=r) for p, r in zip(persons, roles, strict=True)])
    return {"office": members[0], "inspector": members[1], "units": [*top, *below]}


def found_campaign(people: dict[str, Any], year: int) -> Any:
    from ducha.apps.audit_trail.models import Step
    from ducha.apps.campaigns.models import Area, Campaign, Participation, Point, Threshold

    organiser = people["office"].organisation
    campaign, *_rest = keep([Campaign(title=f"{year} 年督察", year=year, organiser=organiser, state="launched")])
    launch = {"actor": "x", "actor_label": "x", "role": "office", "source": "draft", "target": "launched"}
    keep([Step(subject_kind="campaigns.Campaign", subject_id=campaign.public_id, event="launch", at=MOMENT, **launch)])
    areas = keep([Area(campaign=campaign, code=str(n), title=f"第{n}项督察内容", position=n) for n in range(AREAS)])
    points = [
        Point(campaign=campaign, area=areas[n % AREAS], code=f"{n % AREAS}.{n}", rank=f"{n:05}", text=f"第{n}项要点；")
        for n in range(POINTS)
    ]
    keep(points)
    ruled = {"phrase": "80 %", "span_start": 0, "span_end": 1, "quantity": "率", "comparator": ">=", "unit": "%"}
    keep([Threshold(point=point, value="80", rule=f"rule_{n}", **ruled) for n, point in enumerate(points[:5])])
    keep([Participation(campaign=campaign, unit=unit, invited_at=MOMENT) for unit in people["units"]])
    return campaign


def found_answers(campaign: Any, people: dict[str, Any], chance: random.Random, *, with_answers: bool) -> Any:
    """The self-inspections, delivered; of each unit two admitted problems, and a check of its ledgers by five rules."""
    from ducha.apps.fieldwork.models import Team
    from ducha.apps.selfassessment.models import AdmittedProblem, Answer, SelfAssessment, Submission
    from ducha.apps.verification.models import CheckRun, RuleResult

    taking_part = list(campaign.participations.order_by("id"))
    assessments = keep([SelfAssessment(participation=p, state="accepted") for p in taking_part])
    points = list(campaign.points.order_by("id"))
    if with_answers:
        keep([Answer(assessment=a, point=p, conclusion="met") for a in assessments for p in points])
        keep([AdmittedProblem(assessment=a, point=p, description="x") for a in assessments for p in points[:2]])
        by = people["office"]
        moment = MOMENT + timedelta(days=9)
        sealed = {"content": "{}", "submitted_by": by, "certified_by": by, "delivered_at": moment, "number": 1}
        keep([Submission(assessment=a, is_late=n % 9 == 0, **sealed) for n, a in enumerate(assessments)])
        run, *_rest = keep([CheckRun(campaign=campaign, as_of=MOMENT.date(), asked_at=MOMENT, done_at=MOMENT)])
        told = {"ledger": "penalty", "population": 9, "exempt": 0, "not_verifiable": 0}
        keep(
            [
                RuleResult(
                    **{"run": run, "participation": p, "rule": f"rule_{n}", "requirement": f"rule_{n}", "title": "x"},
                    **{**told, "violations": 3 * (wrong := chance.random() < 0.05)},
                    verdict="not_met" if wrong else "met",
                )
                for p in taking_part
                for n in range(5)
            ]
        )
    team, *_rest = keep([Team(campaign=campaign, number=1, name="第1督察组")])
    return team


def found_problems(campaign: Any, people: dict[str, Any], team: Any, count: int, chance: random.Random) -> None:
    from ducha.apps.findings.models import Finding
    from ducha.apps.rectification.models import Rectification

    by, points = people["inspector"], list(campaign.points.order_by("id"))
    taking_part = list(campaign.participations.order_by("id"))
    made = []
    for number in range(1, count + 1):
        state, raised = chance.choice(STATES), MOMENT - timedelta(days=chance.randrange(90))
        made.append(
            Finding(
                **{"campaign": campaign, "participation": chance.choice(taking_part), "point": chance.choice(points)},
                **{"team": team, "number": number, "title": f"问题{number}", "facts": "事实" * 20, "state": state},
                **{"source": chance.choice(["admitted", "field", "field", "data"]), "raised_by": by},
                **{"severity": chance.choice(["minor", "ordinary", "ordinary", "serious"]), "raised_at": raised},
                **{"confirmed_by": by, "handed_over_at": None if state == "confirmed" else raised},
                due_on=(raised + timedelta(days=chance.randrange(120))).date(),
            )
        )
    keep(made)
    steps = {"closed": "accepted", "acknowledged": "submitted"}
    keep([Rectification(finding=f, state=steps[f.state]) for n, f in enumerate(made) if f.state in steps and n % 3])


if __name__ == "__main__":
    raise SystemExit(main())
