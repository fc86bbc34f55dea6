"""核验结果: rows with reasons, explained by the unit, held beside what it claims, made a finding."""

from datetime import date

import pytest
from factories import (
    BEFORE,
    deliver,
    launch,
    make_member,
    make_organisation,
    make_world,
    penalty_csv,
    result_of,
    send_ledger,
)

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.verification import verify
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.campaigns.models import Threshold
from ducha.apps.findings import actions as findings
from ducha.apps.findings.access import visible_findings
from ducha.apps.selfassessment import actions as selfassessment
from ducha.apps.selfassessment.queries import Weight, contradictions, sheet, weigh
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import CheckRun, RuleResult
from ducha.domain.errors import NotAllowed, NotNow
from ducha.domain.rights import Role

pytestmark = pytest.mark.django_db
FINDING = {"title": "公示超期", "facts": "台账显示超期。", "severity": "ordinary", "horizon": "by_deadline"}


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


def late_row(world, number=0):
    return queries.rows_of(world.liaisons[number], [result_of(world, number)])[0]


# -- rows


def test_personal_columns_are_masked_and_the_rest_is_shown_as_sent(world):
    send_ledger(world)
    cells = {cell.title: cell.text for cell in queries.original_row(late_row(world))}
    assert cells["法定代表人"] == "张*"
    assert cells["行政相对人名称"] == "青溪百货有限公司"
    assert cells["处罚决定日期"] == "2019-09-02"


def test_a_natural_person_is_masked_by_name_too():
    cells = queries.cells_of(
        "penalty", {"party_kind": "自然人", "party_name": "赵小明", "identity_number": "410422199001011234"}
    )
    assert [cell.text for cell in cells] == ["自然人", "赵**", "410***********1234"]


def test_a_row_that_the_ledger_has_no_more_says_so(world):
    send_ledger(world)
    row = late_row(world)
    send_ledger(world, content=penalty_csv(rows="青罚〔2019〕9号,某店,,2019-09-02,2019-09-03,"))
    assert queries.original_row(row) is None


def test_an_address_that_names_no_violating_row_finds_nothing(world):
    send_ledger(world)
    result = result_of(world)
    source = late_row(world).violation.source
    assert queries.row_at(world.office, result, source=source, source_row="2") is None
    assert queries.row_at(world.office, result, source=source, source_row="-1") is None
    assert queries.row_at(world.office, result, source="x' OR 1=1 --", source_row="3") is None
    assert queries.row_at(world.office, result, source=source, source_row="3") is not None


# -- explanations


def test_the_unit_explains_a_row_and_the_explanation_outlives_the_next_check(world):
    send_ledger(world)
    row = late_row(world)
    actions.explain(row.result, row.violation, by=world.liaisons[0], text="系统切换。")
    actions.explain(row.result, row.violation, by=world.liaisons[0], text="系统切换，已补公示。")
    actions.carry_out(actions.ask_check(world.campaign, by=world.office, as_of=date(2019, 11, 4)))
    again = queries.rows_of(world.office, [result_of(world)])[0]
    assert again.result.pk != row.result.pk
    assert (again.explanation.text, again.explanation.version) == ("系统切换，已补公示。", 2)


def test_nobody_explains_another_units_rows(world):
    send_ledger(world)
    row = late_row(world)
    for other in (world.liaisons[1], world.office, world.heads[0], world.inspectors[0]):
        with pytest.raises(NotAllowed):
            actions.explain(row.result, row.violation, by=other, text="x")


# -- checks


def test_the_office_alone_asks_for_a_check(world):
    for member in (world.leader, world.liaisons[0], world.inspectors[0], world.auditadmin):
        with pytest.raises(NotAllowed):
            actions.ask_check(world.campaign, by=member, as_of=date(2019, 11, 4))


OWN_RULE = """
id: fines_are_small
title: 罚款不超过一千元
basis: 青溪县规定第三条
ledger: penalty
population: fine is not null
condition: fine <= limit
judged: row
threshold: {comparator: "<=", value: 1000, unit: 元}
reason: "罚款 {fine} 元"
"""


def test_a_rule_that_the_office_writes_is_held_against_the_ledgers(world, installation):
    (installation / "rules").mkdir()
    (installation / "rules" / "fines.yaml").write_text(OWN_RULE, encoding="utf-8")
    send_ledger(world)
    found = result_of(world, rule="fines_are_small")
    assert found.title == "罚款不超过一千元"
    assert found.population + found.not_verifiable > 0


def test_a_faulty_rule_is_told_with_its_file_and_its_place(world, installation):
    send_ledger(world)
    (installation / "rules").mkdir()
    faulty = OWN_RULE.replace("fine <= limit", "fine <= (select max(fine) from penalty)")
    (installation / "rules" / "fines.yaml").write_text(faulty, encoding="utf-8")
    run = actions.carry_out(actions.ask_check(world.campaign, by=world.office, as_of=date(2019, 11, 4)))
    assert run.failed_at and "fines.yaml" in str(run.faults) and "not allowed" in str(run.faults)


def test_no_check_before_the_launch():
    with clock.at(BEFORE):
        world = make_world(launched=False)
        with pytest.raises(NotNow, match="not launched"):
            actions.ask_check(world.campaign, by=world.office, as_of=date(2019, 11, 4))


def test_what_is_not_due_on_the_day_of_the_check_is_not_counted(world):
    send_ledger(
        world,
        content=penalty_csv(rows="青罚〔2019〕8号,某店,,2019-10-30,,\n青罚〔2019〕9号,某店,,2019-10-08,2019-10-09,"),
    )
    assert (result_of(world).population, result_of(world).violations) == (1, 0)
    run = actions.carry_out(actions.ask_check(world.campaign, by=world.office, as_of=date(2019, 11, 20)))
    assert (result_of(world).population, result_of(world).violations) == (2, 1)
    assert len(run.digest) == 64 and run.calendar


def test_a_waiting_check_is_carried_out_by_the_worker(world):
    send_ledger(world)
    run = actions.ask_check(world.campaign, by=world.office, as_of=date(2019, 11, 4))
    with clock.at(BEFORE + 2 * actions.GRACE):
        assert actions.work()
    run.refresh_from_db()
    assert run.done_at and not queries.waiting_in(world.campaign)


def test_the_matrix_holds_the_newest_result_of_each_unit(world):
    send_ledger(world)
    send_ledger(world, 1)
    actions.carry_out(actions.ask_check(world.campaign, by=world.office, as_of=date(2019, 11, 4)))
    found = queries.matrix(world.office, world.campaign)
    assert len(found.rows) == 2
    assert {(r.participation_id, r.rule) for r in found.results if r.rule == "penalty_published"} == {
        (p.pk, "penalty_published") for p in world.participations
    }
    assert found.heads[0].not_met == 2
    assert queries.matrix(world.office, world.campaign, verdict="met", ledger="penalty").heads
    assert queries.matrix(world.inspectors[0], world.campaign).rows[0].participation == world.participations[0]
    assert len(queries.matrix(world.inspectors[0], world.campaign).rows) == 1


def test_violating_rows_by_month(world):
    send_ledger(world)
    months = queries.months([result_of(world)])
    assert [(m.first, m.rows, m.violations) for m in months] == [(date(2019, 9, 1), 5, 3)]


def test_one_party_across_units_for_the_office_and_within_reach_for_an_inspector(world):
    send_ledger(world)
    send_ledger(world, 1)
    code = "91410400MA40000012"
    assert len(queries.party(world.office, code).entries) == 4
    assert len(queries.party(world.inspectors[0], code).entries) == 2


def test_every_row_of_a_check_is_on_the_record(world):
    send_ledger(world)
    row = late_row(world)
    actions.explain(row.result, row.violation, by=world.liaisons[0], text="补录。")
    assert not [fault for fault in verify().faults if fault.table.startswith("verification")]


# -- beside the claims


def answer(world, conclusion="met", figures=None):
    point = world.point()
    selfassessment.answer(
        world.assessment(),
        point,
        by=world.liaisons[0],
        conclusion=conclusion,
        narrative="",
        figures=figures if figures is not None else {},
        files=[],
    )
    return next(line for line in sheet(world.assessment()) if line.point.pk == point.pk)


def test_what_a_ledger_answers_is_not_asked_again(world):
    line = answer(world)
    assert line.lacks == ["no figure"] and line.thresholds[0]["computed"] is None
    send_ledger(world)
    line = answer(world)
    assert line.lacks == [] and not line.thresholds[0]["is_asked"]
    assert line.thresholds[0]["computed"].figure == "2 / 5 (40.0 %)"


def weight(line):
    return line.thresholds[0]["contradiction"]


def test_met_against_not_met_is_an_opposite_conclusion_whatever_the_figure(world):
    send_ledger(world)
    threshold = world.point().thresholds.get()
    assert weight(answer(world, "met")) == Weight.OPPOSITE
    assert weight(answer(world, "met", {threshold: "40 %"})) == Weight.OPPOSITE
    assert weight(answer(world, "not_met")) is None
    assert weight(answer(world, "partly_met", {threshold: "40 %"})) is None


def test_a_better_figure_beside_the_same_conclusion_weighs_less_and_rounding_nothing(world):
    send_ledger(world)
    threshold = world.point().thresholds.get()
    assert weight(answer(world, "not_met", {threshold: "95 %"})) == Weight.BETTER_FIGURE
    assert weight(answer(world, "not_met", {threshold: "41%"})) == Weight.BETTER_FIGURE
    assert weight(answer(world, "not_met", {threshold: "40%"})) is None
    assert weight(answer(world, "not_met", {threshold: "35%"})) is None
    # the number that the plan sets, repeated, says nothing of how many keep it
    assert weight(answer(world, "not_met", {threshold: "7"})) is None


def test_a_better_figure_can_be_taken_back(world):
    threshold = world.point().thresholds.get()
    answer(world, "not_met", {threshold: "95 %"})
    send_ledger(world)
    line = answer(world, "not_met")
    assert weight(line) == Weight.BETTER_FIGURE and line.thresholds[0]["is_asked"]
    line = answer(world, "not_met", {threshold: ""})
    assert weight(line) is None and not line.thresholds[0]["is_asked"]


def asking(comparator, value, unit):
    return Threshold(rule="items_online", comparator=comparator, value=value, unit=unit)


def found(fulfilled, judged, verdict="met"):
    run = CheckRun(limits={})
    return RuleResult(run=run, population=judged, violations=judged - fulfilled, not_verifiable=0, verdict=verdict)


@pytest.mark.parametrize(
    ("threshold", "fulfilled", "claimed", "is_better"),
    [
        (asking(">=", "80", "%"), 172, "88 %", True),  # both meet the limit
        (asking(">=", "80", "%"), 172, "86", False),
        (asking("<=", "5", "%"), 6, "1 %", True),  # smaller is better
        (asking("<=", "5", "%"), 6, "4 %", False),
        (asking(">=", "100", "个"), 120, "150 个", True),
        (asking(">=", "100", "个"), 120, "120", False),
        (asking("<=", "7", "工作日"), 172, "88 %", True),  # the share that keeps the limit
        (asking("<=", "7", "工作日"), 172, "80 %", False),
        (asking("<=", "7", "工作日"), 172, "5 个工作日", False),
    ],
)
def test_which_figure_is_the_better_one(threshold, fulfilled, claimed, is_better):
    computed = queries.computed(threshold, {"items_online": [found(fulfilled, 200)]})
    assert weigh("met", claimed, computed) == (Weight.BETTER_FIGURE if is_better else None)


def test_nothing_is_better_than_what_cannot_be_known():
    computed = queries.computed(asking(">=", "80", "%"), {"items_online": [found(2, 200, "not_verifiable")]})
    assert weigh("met", "88 %", computed) is None


def test_all_but_one_is_never_shown_as_all():
    assert queries.computed(asking(">=", "80", "%"), {"items_online": [found(9999, 10000)]}).figure.endswith("(99.9 %)")
    assert queries.computed(asking(">=", "100", "个"), {"items_online": [found(120, 200)]}).figure == "120 个"


def test_the_office_reads_a_contradiction_once_it_is_delivered(world):
    send_ledger(world)
    answer(world)
    assert contradictions(world.office, world.campaign) == []
    assert len(contradictions(world.liaisons[0], world.campaign)) == 1
    deliver(world)
    (one,) = contradictions(world.office, world.campaign)
    assert (one.answer.point.code, one.computed.figure) == ("1.1", "2 / 5 (40.0 %)")
    assert one.worst.rule == "penalty_published"
    assert len(contradictions(world.inspectors[0], world.campaign)) == 1
    assert contradictions(world.inspectors[1], world.campaign) == []
    assert contradictions(world.liaisons[1], world.campaign) == []


def test_a_number_that_was_checked_against_another_limit_is_not_taken_for_the_plans(world):
    send_ledger(world)
    threshold = world.point().thresholds.get()
    results = queries.requirements_of([world.participations[0]])[world.participations[0].pk]
    assert queries.computed(threshold, results)
    threshold.value = "20"
    assert queries.computed(threshold, results) is None


# -- several numbers of one plan


def with_another_number(value, comparator="<=", *, rule="penalty_licence_published"):
    """A world whose plan sets 7 working days at 1.1 and another number at 1.3."""
    world = make_world(launched=False)
    asked = {"quantity": "", "comparator": comparator, "value": value, "unit": "工作日", "rule": rule}
    campaigns.add_threshold(world.point("1.3"), by=world.office, phrase="第一责任人", **asked)
    launch(world, world.office.organisation)
    return world


@pytest.mark.parametrize(
    ("value", "comparator", "used", "code", "others"),
    [
        ("20", "<=", 7, "1.1", ["1.3"]),
        ("3", "<=", 3, "1.3", ["1.1"]),
        ("7", "<=", 7, "1.1", []),
        ("7.0", "<=", 7, "1.1", []),
    ],
)
def test_of_several_numbers_the_strictest_is_used_and_told(value, comparator, used, code, others):
    with clock.at(BEFORE):
        world = with_another_number(value, comparator)
    assert queries.limits_of(world.campaign)["penalty_licence_published"] == used
    told = [(d.used.point.code, [t.point.code for t in d.others]) for d in queries.disagreements(world.campaign)]
    assert told == ([(code, others)] if others else [])


def test_at_least_the_greater_number_is_the_stricter():
    with clock.at(BEFORE):
        world = with_another_number("90", ">=", rule="items_online")
    assert queries.limits_of(world.campaign)["items_online"] == 90
    (told,) = queries.disagreements(world.campaign)
    assert (told.used.value, [t.value for t in told.others]) == ("90", ["80"])


def test_a_number_that_is_left_out_disagrees_with_nothing():
    with clock.at(BEFORE):
        world = make_world(launched=False)
        asked = {
            "quantity": "",
            "comparator": "<=",
            "value": "20",
            "unit": "工作日",
            "rule": "penalty_licence_published",
        }
        left_out = campaigns.add_threshold(world.point("1.3"), by=world.office, phrase="第一责任人", **asked)
        campaigns.remove_threshold(left_out, by=world.office)
    assert queries.disagreements(world.campaign) == []


def test_the_point_with_the_other_number_is_not_answered_and_its_unit_is_told_why():
    with clock.at(BEFORE):
        world = with_another_number("20")
        send_ledger(world)
    lines = {line.point.code: line.thresholds for line in sheet(world.assessment())}
    assert lines["1.1"][0]["computed"] and not lines["1.1"][0]["is_held_to_another"]
    assert lines["1.3"][0]["computed"] is None and lines["1.3"][0]["is_held_to_another"]
    assert lines["1.3"][0]["is_asked"]


# -- findings


def test_the_office_raises_a_finding_from_a_row_and_the_team_confirms_it(world):
    send_ledger(world)
    row = late_row(world)
    finding = findings.raise_from_row(row.result, row.violation, by=world.office, point=world.point(), **FINDING)
    assert (finding.source, finding.row_key, finding.team) == ("data", row.violation.key, world.teams[0])
    assert visible_findings(world.office).filter(pk=finding.pk).exists()
    assert not visible_findings(world.liaisons[0]).filter(pk=finding.pk).exists()
    assert findings.confirm(finding, by=world.teamleads[0]).state == "confirmed"


def test_a_row_is_made_a_finding_once(world):
    send_ledger(world)
    row = late_row(world)
    findings.raise_from_row(row.result, row.violation, by=world.inspectors[0], point=world.point(), **FINDING)
    with pytest.raises(NotNow, match="a finding already: 1"):
        findings.raise_from_row(row.result, row.violation, by=world.office, point=world.point(), **FINDING)


def test_no_finding_from_a_row_by_the_unit_another_team_or_another_office(world):
    send_ledger(world)
    row = late_row(world)
    elsewhere = make_member(Role.OFFICE, make_organisation("外市督察办", "leading_group"))
    for member in (world.liaisons[0], world.leader, world.inspectors[1], elsewhere):
        with pytest.raises(NotAllowed):
            findings.raise_from_row(row.result, row.violation, by=member, point=world.point(), **FINDING)
