"""Each number of the overview, counted a second time by SQL written by hand, and the rows behind each link."""

import html
import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from xml.etree import ElementTree

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories import (
    BEFORE,
    FIELD,
    PLAN,
    World,
    deliver,
    launch,
    make_finding,
    make_member,
    make_organisation,
    make_world,
    send_ledger,
)
from test_query_counts import grow

from ducha.apps.accountability import actions as accountability
from ducha.apps.audit_trail import clock
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.campaigns.models import Participation
from ducha.apps.evidence import actions as evidence
from ducha.apps.findings import actions as findings
from ducha.apps.findings.models import Finding
from ducha.apps.rectification import actions as rectification
from ducha.apps.selfassessment import actions as selfassessment
from ducha.domain.rights import Role

pytestmark = pytest.mark.django_db
LATER = FIELD + timedelta(days=20)
LINK = re.compile(r'<a [^>]*?href="([^"]*)"[^>]*?data-rows="(\d+)"[^>]*>')


def raise_at(world: World, number: int, **entered) -> Finding:
    given = {"severity": "ordinary", "horizon": "by_deadline", "title": "公示超期", "facts": "3 件超期。"} | entered
    point = given.pop("point", None) or world.point()
    finding = findings.raise_finding(world.participations[number], point, by=world.inspectors[number], **given)
    findings.confirm(finding, by=world.teamleads[number])
    return finding


def put_right(world: World, finding: Finding, number: int, *, accepted: bool) -> None:
    liaison = world.liaisons[number]
    work = rectification.open_for(finding, by=liaison)
    measure = rectification.add_measure(
        work, by=liaison, description="补办", owner_name="某", due_on=date(2019, 11, 20)
    )
    rectification.finish_measure(measure, by=liaison)
    rectification.submit(work, by=liaison, text="完成")
    if accepted:
        rectification.accept(work, by=world.inspectors[number], manner="on_paper", result="accepted", opinion="属实")


@pytest.fixture
def world() -> World:
    """A county with a body of its own and two bodies of the city; problems of all kinds at every step."""
    with clock.at(BEFORE):
        world = make_world(units=2, launched=False)
        county = make_organisation("青溪县", "county")
        below = make_organisation("青溪县城管局", parent=county)
        campaigns.assign_units(
            world.campaign, [p.unit for p in world.participations] + [county, below], by=world.office
        )
        for unit in (county, below):
            world.liaisons.append(make_member(Role.LIAISON, unit))
            world.heads.append(make_member(Role.UNIT_HEAD, unit))
        world.participations = list(world.campaign.participations.all())
        launch(world, world.office.organisation)
        send_ledger(world, 0)
        file = evidence.add(BytesIO("材料".encode()), "材料.txt", by=world.liaisons[2])
        problem = selfassessment.admit_problem(
            world.assessment(2), world.point(), by=world.liaisons[2], description="超期", horizon="immediate"
        )
        for number in (0, 2):
            deliver(world, number)
    with clock.at(FIELD):
        raise_at(world, 2, admitted=problem, severity="serious")
        raise_at(world, 2)
        raise_at(world, 3, point=world.point("1.2"), severity="minor", due_on=date(2019, 11, 13))
        make_finding(world, 3, state="handed_over")
        waiting = make_finding(world, 0, state="acknowledged")
        put_right(world, waiting, 0, accepted=False)
        closed = make_finding(world, 0, state="acknowledged")
        put_right(world, closed, 0, accepted=True)
        objected = make_finding(world, 1, state="handed_over")
        findings.object_to(objected, by=world.liaisons[1], text="不实")
        sustained = findings.object_to(make_finding(world, 1, state="handed_over"), by=world.liaisons[1], text="不实")
        findings.decide_objection(sustained, by=world.office, decision="sustained", reason="属实")
        make_finding(world, 1)  # raised and not confirmed: the team's alone
        findings.note_good_practice(world.participations[3], by=world.inspectors[3], point=None, title="好", facts="好")
        measure = accountability.propose(
            world.participations[0], by=world.office, kind="summoned_talk", reason="屡次", findings=[waiting]
        )
        accountability.approve(measure, by=world.leader)
    assert file
    return world


def pages(world: World) -> Client:
    client = Client(HTTP_ACCEPT_LANGUAGE="en")
    client.force_login(world.office.person)
    return client


def links_of(content: str) -> dict[str, set[int]]:
    """The figures of a page by where they lead."""
    found: dict[str, set[int]] = {}
    for address, figure in LINK.findall(content):
        found.setdefault(html.unescape(address), set()).add(int(figure))
    return found


def sql(statement: str, *values: object) -> int:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.fetchone()[0])


SEEN = (
    "SELECT COUNT(*) FROM findings_finding f JOIN campaigns_participation p ON p.id = f.participation_id "
    "JOIN organisations_organisation o ON o.id = p.unit_id JOIN campaigns_point k ON k.id = f.point_id "
    "JOIN campaigns_area a ON a.id = k.area_id LEFT JOIN rectification_rectification r ON r.finding_id = f.id "
    "WHERE f.confirmed_by_id IS NOT NULL AND f.state <> 'withdrawn' AND f.campaign_id = %s"
)
OPEN = "f.state NOT IN ('closed', 'withdrawn')"


def test_every_figure_of_the_problems_is_what_sql_counts(world):
    with clock.at(LATER):
        shown = links_of(pages(world).get(reverse("reports:overview")).content.decode())
    campaign, ledger = world.campaign.pk, reverse("findings:ledger")
    old = LATER - timedelta(days=7)
    county = world.participations[2].unit
    conditions = {
        "reached=found": "1 = 1",
        "open=on": OPEN,
        "overdue=on": f"{OPEN} AND f.due_on < '2019-12-02'",
        "state=objected": "f.state = 'objected'",
        "reached=fed_back": "f.handed_over_at IS NOT NULL",
        "reached=rectified": "r.state IN ('submitted', 'accepted')",
        "reached=accepted": "r.state = 'accepted'",
        "reached=closed": "f.state = 'closed'",
        "waits=found&age=month": f"f.handed_over_at IS NULL AND f.raised_at < '{old:%Y-%m-%d}'",
        "waits=fed_back&age=month": "f.handed_over_at IS NOT NULL AND r.id IS NULL",
        "waits=rectified&age=month": "r.state = 'submitted'",
        "waits=rectified&age=week": "1 = 0",
        "found_by=others": "f.source <> 'admitted'",
        "found_by=others_admitted": "f.source <> 'admitted' AND EXISTS (SELECT 1 FROM selfassessment_admittedproblem w "
        "JOIN selfassessment_selfassessment s ON s.id = w.assessment_id "
        "WHERE s.participation_id = p.id AND w.point_id = f.point_id AND w.removed_at IS NULL)",
        "area=1": "a.code = '1'",
        f"place={county.public_id}": f"(o.id = {county.pk} OR o.parent_id = {county.pk})",
        f"place={county.public_id}&open=on": f"(o.id = {county.pk} OR o.parent_id = {county.pk}) AND {OPEN}",
        f"place={county.public_id}&area=1": f"(o.id = {county.pk} OR o.parent_id = {county.pk}) AND a.code = '1'",
        **{f"severity={word}": f"f.severity = '{word}'" for word in ("minor", "ordinary", "serious")},
        **{f"source={word}": f"f.source = '{word}'" for word in ("admitted", "field", "data")},
    }
    counted = {}
    for query, condition in conditions.items():
        bare = query.startswith(("reached", "open", "overdue", "state"))
        address = f"{ledger}?{query}" if bare else f"{ledger}?reached=found&{query}"
        counted[query] = (shown.get(address), {sql(f"{SEEN} AND {condition}", campaign)})
    counted = {query: both for query, both in counted.items() if both[0] is not None or both[1] != {0}}
    assert {query: both for query, both in counted.items() if both[0] != both[1]} == {}
    assert [counted[query][1] for query in ("reached=found", "reached=closed", "waits=rectified&age=month")] == [
        {7},
        {1},
        {1},
    ]


def test_what_is_not_in_the_problem_ledger_is_what_sql_counts_too(world):
    with clock.at(LATER):
        content = pages(world).get(reverse("reports:overview")).content.decode()
    shown, campaign = links_of(content), world.campaign
    first = (
        "SELECT COUNT(*) FROM selfassessment_submission s JOIN selfassessment_selfassessment a ON a.id = "
        "s.assessment_id JOIN campaigns_participation p ON p.id = a.participation_id WHERE s.number = 1 "
        "AND p.campaign_id = %s"
    )
    units = sql("SELECT COUNT(*) FROM campaigns_participation WHERE campaign_id = %s", campaign.pk)
    delivered = sql(first, campaign.pk)
    opposite = sql(
        "SELECT COUNT(*) FROM selfassessment_answer w JOIN selfassessment_selfassessment s ON s.id = w.assessment_id "
        "JOIN campaigns_threshold t ON t.point_id = w.point_id JOIN verification_ruleresult r ON "
        "r.participation_id = s.participation_id AND r.requirement = t.rule WHERE w.conclusion = 'met' "
        "AND r.verdict = 'not_met' AND s.state = 'certified' AND r.run_id = (SELECT MAX(id) FROM verification_checkrun)"
    )
    measures = "SELECT COUNT(*) FROM accountability_measure WHERE campaign_id = %s AND kind = 'summoned_talk'"
    assessments = reverse("selfassessment:assessments")
    talks = f"{reverse('accountability:measures')}?campaign={campaign.public_id}&kind=summoned_talk"
    assert shown[assessments] == {units} == {4}
    assert shown[f"{assessments}?delivery=delivered"] == {delivered} == {2}
    assert shown[f"{assessments}?delivery=missing"] == {units - delivered}
    assert shown[f"{assessments}?delivery=late"] == {sql(f"{first} AND s.is_late", campaign.pk)} == {0}
    assert shown[f"{reverse('selfassessment:contradictions')}?weight=opposite"] == {opposite} == {1}
    assert shown[talks] == {sql(measures, campaign.pk)} == {1}
    practices = sql("SELECT COUNT(*) FROM findings_goodpractice WHERE campaign_id = %s", campaign.pk)
    assert shown[reverse("findings:practices")] == {practices} == {1}


def test_behind_every_figure_lie_exactly_so_many_rows(world):
    client, wrong = pages(world), {}
    with clock.at(LATER):
        for page in ("reports:overview", "reports:units"):
            shown = links_of(client.get(reverse(page)).content.decode())
            assert shown
            for address, figures in shown.items():
                context = client.get(address).context
                rows = context["table"].page if context.get("table") else context["page"]
                if figures != {rows.paginator.count}:
                    wrong[address] = (figures, rows.paginator.count)
    assert wrong == {}


def test_what_is_written_stands_on_the_page_at_once(world):
    client = pages(world)
    address = f"{reverse('findings:ledger')}?reached=found"
    with clock.at(LATER):
        before = links_of(client.get(reverse("reports:overview")).content.decode())[address]
        raise_at(world, 3)
        after = links_of(client.get(reverse("reports:overview")).content.decode())[address]
    assert (before, after) == ({7}, {8})


def test_the_same_points_stand_side_by_side_over_the_editions(world):
    client = pages(world)
    assert "There is no earlier inspection" in client.get(reverse("reports:overview")).content.decode()
    with clock.at(LATER):
        plan = PLAN.replace("7 个工作日内公开；", "7 个工作日内公开。").replace("网上可办率", "全程网上可办率")
        later = campaigns.create_from_plan("方案.txt", plan.encode(), by=world.office)
        again = replace(world, campaign=later, teams=[], teamleads=[], inspectors=[])
        campaigns.assign_units(later, [p.unit for p in world.participations], by=world.office)
        again.participations = list(later.participations.all())
        launch(again, world.office.organisation)
        raise_at(again, 2)
        raise_at(again, 2, point=again.point("1.2"))
        response = client.get(reverse("reports:overview"))
    trends = response.context["o"].trends
    before = "SELECT COUNT(*) FROM findings_finding f JOIN campaigns_point k ON k.id = f.point_id WHERE k.code = %s "
    before += "AND f.campaign_id = %s AND f.state <> 'withdrawn' AND f.confirmed_by_id IS NOT NULL"
    # 1.1 lost a sign, 1.2 was changed in its first clause: another point, although it bears the same code.
    assert [(line.point.code, line.counts) for line in trends.points] == [
        ("1.1", [sql(before, "1.1", world.campaign.pk), 1])
    ]
    assert trends.matched == 2
    county = next(small for small in trends.units if small.whole.label == "青溪县")
    assert [bar.count for bar in county.bars] == [2, 2]
    assert links_of(response.content.decode())[f"{reverse('findings:ledger')}?reached=found&point=1.1"] == {1}


def test_a_chart_is_a_file_of_its_own_and_has_its_table_on_the_page(world):
    client = pages(world)
    with clock.at(LATER):
        content = client.get(reverse("reports:overview")).content.decode()
        for name in ("map", "areas", "severities", "sources", "funnel", "measures", "places"):
            file = client.get(reverse("reports:chart"), {"name": name})
            assert file.headers["Content-Type"] == "image/svg+xml"
            drawing = ElementTree.fromstring(file.content)
            assert not [node for node in drawing.iter() if node.tag.endswith("}a") or "style" in node.attrib]
            assert f'id="chart-{name}"' in content
    assert client.get(reverse("reports:chart"), {"name": "editions"}).status_code == 404
    assert client.get(reverse("reports:chart"), {"name": "nothing"}).status_code == 404


def test_the_overview_is_counted_with_as_many_queries_for_120_units_as_for_20(world):
    client, costs = pages(world), []
    for units in (20, 120):
        grow(world, units)  # which is written, so that the figures are counted anew
        with CaptureQueriesContext(connection) as captured:
            client.get(reverse("reports:overview"))
        costs.append(len(captured))
    assert costs[0] == costs[1] <= 50


def test_the_burden_stands_in_the_order_of_the_organisations_and_says_what_was_spared(world):
    client = pages(world)
    with clock.at(LATER):
        burdens = client.get(reverse("reports:burden")).context["burdens"]
    order = list(Participation.objects.filter(campaign=world.campaign).values_list("unit__name", flat=True))
    assert [burden.participation.unit.name for burden in burdens] == order
    first, county = burdens[0], burdens[2]
    points = sql(
        "SELECT COUNT(*) FROM campaigns_point WHERE campaign_id = %s AND removed_at IS NULL", world.campaign.pk
    )
    assert (first.asked, first.computed, first.days, first.returns) == (points, 1, 0, 0)
    assert (county.computed, county.files, burdens[1].days) == (0, 0, None)
