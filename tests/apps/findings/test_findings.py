"""A finding from the notebook to the record: who does what, in which order, and what is refused."""

from io import BytesIO
from types import SimpleNamespace

import pytest
from factories import FIELD, deliver, make_finding, make_member, make_organisation, make_world

from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.queries import linked_to
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.fieldwork.models import TeamMember
from ducha.apps.findings import actions
from ducha.apps.findings.access import visible_findings, visible_practices
from ducha.apps.findings.models import Feedback, Finding, Objection, Withdrawal
from ducha.apps.findings.queries import finding_page, ledger, matrix
from ducha.apps.notices.models import Notice
from ducha.apps.organisations.actions import appoint
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment import actions as selfassessment
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.domain.rights import Role

FACTS = {"title": "公示超期", "facts": "抽查 12 件，3 件超期。", "severity": "ordinary", "horizon": "by_deadline"}


def raise_one(world, *, by=None, number=0, **entered) -> Finding:
    by = by or world.inspectors[number]
    return actions.raise_finding(world.participations[number], world.point(), by=by, **{**FACTS, **entered})


def told(member) -> list[str]:
    return [notice.sentence for notice in Notice.objects.filter(recipient=member)]


def hat(person_of: Membership, role: Role, of: Membership, world) -> Membership:
    """A second membership of the same person, in the organisation of `of`."""
    member = Membership(person=person_of.person, organisation=of.organisation, role=role)
    appoint([member], by=world.office)
    return member


# -- raise


def test_numbers_of_a_campaign_have_no_gaps_and_start_at_one_in_each(world):
    numbers = [raise_one(world, number=n).number for n in (0, 1, 0)]
    assert numbers == [1, 2, 3]
    assert make_finding(make_world(units=1)).number == 1


def test_a_refused_finding_takes_no_number(world):
    raise_one(world)
    with pytest.raises(NotAllowed):
        raise_one(world, by=world.inspectors[1])
    assert raise_one(world).number == 2


@pytest.mark.parametrize("who", ["office", "leader", "liaison", "head", "other_inspector", "inspector_in_no_team"])
def test_only_the_units_team_raises_a_finding(world, who):
    by = {
        "office": world.office,
        "leader": world.leader,
        "liaison": world.liaisons[0],
        "head": world.heads[0],
        "other_inspector": world.inspectors[1],
        "inspector_in_no_team": make_member(Role.INSPECTOR, world.office.organisation),
    }[who]
    with pytest.raises(NotAllowed):
        raise_one(world, by=by)
    assert Finding.objects.count() == 0


def test_a_recused_member_raises_and_sees_nothing_there(world):
    raise_one(world)
    unit = world.participations[0].unit
    fieldwork.recuse(world.inspectors[0], unit, campaign=world.campaign, by=world.office, reason="亲属任职")
    with pytest.raises(NotAllowed, match="not in your team's care"):
        raise_one(world)
    assert visible_findings(world.inspectors[0]).count() == 0


def test_without_a_date_the_end_of_the_rectification_stage_is_due(world):
    assert str(raise_one(world).due_on) == "2019-11-20"


def test_a_finding_of_a_visit_needs_that_the_visit_began_and_was_to_this_unit(world):
    visit = fieldwork.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=FIELD)
    with pytest.raises(NotNow, match="Start the visit first"):
        raise_one(world, visit=visit)
    fieldwork.start(visit, by=world.inspectors[0])
    assert raise_one(world, visit=visit).visit == visit
    with pytest.raises(NotAllowed):
        raise_one(world, number=1, visit=visit)


def admitted_problem(world):
    problem = selfassessment.admit_problem(
        world.assessment(), world.point(), by=world.liaisons[0], description="公示超期", horizon="immediate"
    )
    deliver(world)
    return problem


def test_an_admitted_problem_becomes_a_finding_that_says_so(world):
    finding = raise_one(world, admitted=admitted_problem(world))
    assert (finding.source, finding.admitted.description) == ("admitted", "公示超期")
    assert raise_one(world).source == "field"


def test_an_admitted_problem_is_taken_up_once_unless_it_was_withdrawn(world):
    problem = admitted_problem(world)
    first = raise_one(world, admitted=problem)
    with pytest.raises(NotNow, match="finding already"):
        raise_one(world, admitted=problem)
    withdraw(world, first)
    assert raise_one(world, admitted=problem).number == 2


def test_another_units_admitted_problem_is_refused(world):
    with pytest.raises(NotAllowed, match="another unit"):
        raise_one(world, number=1, admitted=admitted_problem(world))


def test_a_finding_that_repeats_an_earlier_one_is_linked_both_ways(world):
    earlier = make_finding(world, state="acknowledged")
    later = raise_one(world, repeats=earlier)
    assert finding_page(world.inspectors[0], later)["earlier"] == earlier
    assert list(finding_page(world.inspectors[0], earlier)["later"]) == [later]
    assert list(finding_page(world.liaisons[0], earlier)["later"]) == []  # not handed over yet


def test_another_units_finding_is_not_repeated(world):
    with pytest.raises(NotAllowed, match="another unit"):
        raise_one(world, number=1, repeats=make_finding(world))


# -- correct


def test_the_author_corrects_until_it_is_confirmed(world):
    finding = raise_one(world)
    actions.correct(
        finding, by=world.inspectors[0], **{**FACTS, "facts": "3 件超期，最长 9 日。", "severity": "serious"}
    )
    assert (finding.facts, finding.severity) == ("3 件超期，最长 9 日。", "serious")
    actions.confirm(finding, by=world.teamleads[0])
    with pytest.raises(NotNow, match="only be withdrawn"):
        actions.correct(finding, by=world.inspectors[0], **FACTS)


def test_nobody_else_corrects_not_even_the_leader(world):
    with pytest.raises(NotAllowed, match="Only its author"):
        actions.correct(raise_one(world), by=world.teamleads[0], **FACTS)


# -- confirm


def test_the_leader_confirms_what_a_member_wrote(world):
    finding = actions.confirm(raise_one(world), by=world.teamleads[0])
    assert (finding.state, finding.confirmed_by) == ("confirmed", world.teamleads[0])


def test_a_member_confirms_what_the_leader_wrote(world):
    finding = raise_one(world, by=world.teamleads[0])
    with pytest.raises(NotAllowed, match="cannot confirm"):
        actions.confirm(finding, by=world.teamleads[0])
    assert actions.confirm(finding, by=world.inspectors[0]).state == "confirmed"


def with_a_third_member(world) -> Membership:
    third = make_member(Role.INSPECTOR, world.office.organisation)
    team = fieldwork.create_team(
        world.campaign,
        by=world.office,
        name="第三督察组",
        leader=make_member(Role.INSPECTOR, world.office.organisation),
        members=[third, make_member(Role.INSPECTOR, world.office.organisation)],
    )
    fieldwork.assign_unit(team, world.participations[0], by=world.office)
    return third


def test_a_member_does_not_confirm_what_another_member_wrote(world):
    third = with_a_third_member(world)
    other = third.team_places.get().team.members.get(leads=False, member__gt=third.pk).member
    finding = raise_one(world, by=third)
    with pytest.raises(NotAllowed, match="The team's leader confirms"):
        actions.confirm(finding, by=other)


def test_an_author_with_a_second_hat_as_leader_still_cannot_confirm(world):
    finding = raise_one(world)
    second = hat(world.inspectors[0], Role.INSPECTOR, world.office, world)
    with recorded(SYSTEM, "team.changed"):
        TeamMember(team=world.teams[0], member=second, leads=True).save()
    with pytest.raises(NotAllowed, match="cannot confirm"):
        actions.confirm(finding, by=second)


@pytest.mark.parametrize("who", ["office", "leader", "other_teamlead", "liaison"])
def test_nobody_outside_the_team_confirms(world, who):
    by = {
        "office": world.office,
        "leader": world.leader,
        "other_teamlead": world.teamleads[1],
        "liaison": world.liaisons[0],
    }[who]
    with pytest.raises(NotAllowed):
        actions.confirm(raise_one(world), by=by)


def test_a_finding_stays_its_teams_when_the_unit_goes_to_another_team(world):
    finding = raise_one(world)
    new = with_a_third_member(world)
    assert list(visible_findings(world.teamleads[0])) == [finding]
    assert list(visible_findings(new)) == []
    assert actions.confirm(finding, by=world.teamleads[0]).state == "confirmed"


def test_a_serious_finding_is_reported_to_the_office_and_the_leading_group_at_once(world):
    finding = raise_one(world, severity="serious")
    sentence = f"Serious matter at “{finding.participation.unit.name}”: 公示超期"
    assert sentence not in told(world.office)
    actions.confirm(finding, by=world.teamleads[0])
    assert sentence in told(world.office) and sentence in told(world.leader)
    assert sentence not in told(world.liaisons[0]) + told(world.heads[0])


def test_an_ordinary_one_is_not(world):
    before = Notice.objects.count()
    actions.confirm(raise_one(world), by=world.teamleads[0])
    assert Notice.objects.count() == before


# -- hand over, acknowledge, object


def test_handed_over_the_unit_is_told_and_it_stands_to_whom(world):
    finding = make_finding(world, state="confirmed")
    before = told(world.liaisons[0]) + told(world.heads[0])
    actions.hand_over(finding, by=world.inspectors[0], handed_to="某副市长")
    feedback = Feedback.objects.get()
    assert (feedback.finding, feedback.handed_to, feedback.by) == (finding, "某副市长", world.inspectors[0])
    assert len(told(world.liaisons[0]) + told(world.heads[0])) == len(before) + 2


def test_what_is_not_confirmed_is_not_handed_over(world):
    with pytest.raises(NotNow):
        actions.hand_over(make_finding(world), by=world.inspectors[0], handed_to="某")
    assert Feedback.objects.count() == 0


@pytest.mark.parametrize("number", [0, 1])
def test_only_the_unit_itself_acknowledges_or_objects(world, number):
    finding = make_finding(world, state="handed_over")
    if number == 0:
        assert actions.acknowledge(finding, by=world.heads[0]).state == "acknowledged"
        return
    for by in (world.liaisons[1], world.heads[1], world.inspectors[0], world.office):
        with pytest.raises(NotAllowed):
            actions.acknowledge(finding, by=by)
        with pytest.raises(NotAllowed):
            actions.object_to(finding, by=by, text="不实")


def test_an_objection_goes_to_the_office(world):
    finding = make_finding(world, state="handed_over")
    objection = actions.object_to(finding, by=world.liaisons[0], text="职责已划转")
    assert (finding.state, objection.text) == ("objected", "职责已划转")
    assert told(world.office)[0] == f"“{finding.participation.unit.name}” objects to “公示超期”. Decide."


def test_what_is_acknowledged_is_not_objected_to_any_more(world):
    with pytest.raises(NotNow):
        actions.object_to(make_finding(world, state="acknowledged"), by=world.liaisons[0], text="反悔")


@pytest.mark.parametrize(("decision", "state"), [("upheld_finding", "acknowledged"), ("sustained", "withdrawn")])
def test_the_office_decides_an_objection_with_a_reason_the_unit_hears(world, decision, state):
    finding = make_finding(world, state="handed_over")
    objection = actions.object_to(finding, by=world.liaisons[0], text="不实")
    actions.decide_objection(objection, by=world.office, decision=decision, reason="经复核")
    objection = Objection.objects.get()
    assert (objection.finding.state, objection.decision_reason) == (state, "经复核")
    assert objection.decided_by == world.office
    assert told(world.liaisons[0])[0] == "Your objection to “公示超期” was decided: 经复核"
    with pytest.raises(NotNow):
        actions.decide_objection(objection, by=world.office, decision="sustained", reason="再议")


def test_whoever_objected_does_not_decide_with_another_hat(world):
    objection = actions.object_to(make_finding(world, state="handed_over"), by=world.liaisons[0], text="不实")
    second = hat(world.liaisons[0], Role.OFFICE, world.office, world)
    with pytest.raises(NotAllowed, match="cannot decide it"):
        actions.decide_objection(objection, by=second, decision="sustained", reason="自己同意")


@pytest.mark.parametrize("who", ["leader", "teamlead", "liaison"])
def test_nobody_but_the_office_decides_an_objection(world, who):
    objection = actions.object_to(make_finding(world, state="handed_over"), by=world.liaisons[0], text="不实")
    by = {"leader": world.leader, "teamlead": world.teamleads[0], "liaison": world.liaisons[0]}[who]
    with pytest.raises(NotAllowed):
        actions.decide_objection(objection, by=by, decision="sustained", reason="同意")


# -- withdrawal: two persons of different roles


def withdraw(world, finding, decision="granted") -> Withdrawal:
    withdrawal = actions.ask_withdrawal(finding, by=world.teamleads[0], reason="与另一条重复")
    actions.decide_withdrawal(withdrawal, by=world.office, decision=decision, reason="情况属实")
    finding.refresh_from_db()
    return withdrawal


@pytest.mark.parametrize("state", ["raised", "confirmed", "handed_over", "acknowledged"])
def test_the_leader_asks_and_the_office_grants(world, state):
    finding = make_finding(world, state=state)
    withdraw(world, finding)
    assert finding.state == "withdrawn"
    assert finding.steps().last().reason == "与另一条重复 / 情况属实"


def test_a_refused_withdrawal_changes_nothing_and_can_be_asked_again(world):
    finding = make_finding(world, state="handed_over")
    withdraw(world, finding, "refused")
    assert finding.state == "handed_over"
    assert told(world.teamleads[0])[0] == "“公示超期” is not withdrawn: 情况属实"
    withdraw(world, finding)
    assert finding.state == "withdrawn"


def test_the_office_hears_of_the_request_and_sees_even_a_finding_that_was_only_raised(world):
    finding = make_finding(world)
    assert visible_findings(world.office).count() == 0
    actions.ask_withdrawal(finding, by=world.teamleads[0], reason="记错单位")
    assert told(world.office)[0] == "第1督察组 asks to withdraw “公示超期”. Decide."
    assert list(visible_findings(world.office)) == [finding]


def test_a_unit_hears_of_a_withdrawal_of_what_it_was_told_alone(world):
    unknown = make_finding(world)
    before = told(world.liaisons[0])
    withdraw(world, unknown)
    assert told(world.liaisons[0]) == before
    withdraw(world, make_finding(world, state="handed_over"))
    assert told(world.liaisons[0])[0] == "“公示超期” was withdrawn: 情况属实"


@pytest.mark.parametrize("who", ["inspector", "office", "other_teamlead", "liaison"])
def test_only_the_teams_leader_asks(world, who):
    by = {
        "inspector": world.inspectors[0],
        "office": world.office,
        "other_teamlead": world.teamleads[1],
        "liaison": world.liaisons[0],
    }[who]
    with pytest.raises(NotAllowed):
        actions.ask_withdrawal(make_finding(world), by=by, reason="不想要了")


def test_the_leader_does_not_grant_with_another_hat(world):
    withdrawal = actions.ask_withdrawal(make_finding(world), by=world.teamleads[0], reason="重复")
    second = hat(world.teamleads[0], Role.OFFICE, world.office, world)
    with pytest.raises(NotAllowed, match="cannot decide"):
        actions.decide_withdrawal(withdrawal, by=second, decision="granted", reason="同意")


def test_a_request_is_decided_once_and_not_asked_twice_meanwhile(world):
    finding = make_finding(world, state="confirmed")
    withdrawal = actions.ask_withdrawal(finding, by=world.teamleads[0], reason="重复")
    with pytest.raises(NotNow, match="asked for already"):
        actions.ask_withdrawal(finding, by=world.teamleads[0], reason="重复")
    actions.decide_withdrawal(withdrawal, by=world.office, decision="refused", reason="不足")
    with pytest.raises(NotNow, match="decided already"):
        actions.decide_withdrawal(withdrawal, by=world.office, decision="granted", reason="改主意")


def test_a_withdrawn_finding_stays_on_the_ledger_under_its_number(world):
    finding = make_finding(world, state="handed_over")
    withdraw(world, finding)
    assert [(f.number, f.state) for f in ledger(world.office, world.campaign)] == [(1, "withdrawn")]
    assert raise_one(world).number == 2


# -- close


def acceptance(finding, by, result="accepted"):
    return SimpleNamespace(result=result, by=by, rectification=SimpleNamespace(finding_id=finding.pk))


def test_an_acceptance_by_the_other_side_closes(world):
    finding = make_finding(world, state="acknowledged")
    actions.close(finding, by=world.office, acceptance=acceptance(finding, world.office))
    assert finding.state == "closed"


@pytest.mark.parametrize("fault", ["returned", "of another finding", "by the unit", "not acknowledged", "by a liaison"])
def test_nothing_else_does(world, fault):
    finding, other = make_finding(world, state="acknowledged"), make_finding(world, state="handed_over")
    refused = {
        "returned": (finding, world.office, acceptance(finding, world.office, "returned"), Invalid),
        "of another finding": (finding, world.office, acceptance(other, world.office), Invalid),
        "by the unit": (finding, world.office, acceptance(finding, world.heads[0]), NotAllowed),
        "not acknowledged": (other, world.office, acceptance(other, world.office), NotNow),
        "by a liaison": (finding, world.liaisons[0], acceptance(finding, world.office), NotAllowed),
    }
    subject, by, given, error = refused[fault]
    with pytest.raises(error):
        actions.close(subject, by=by, acceptance=given)
    assert Finding.objects.filter(state="closed").count() == 0


# -- who sees what


ORGANISER, TEAM, UNIT = {"office", "leader"}, {"inspector", "teamlead"}, {"liaison", "head"}


def seers(world, finding) -> set[str]:
    people = {
        "office": world.office,
        "leader": world.leader,
        "discipline": world.discipline,
        "auditadmin": world.auditadmin,
        "inspector": world.inspectors[0],
        "teamlead": world.teamleads[0],
        "liaison": world.liaisons[0],
        "head": world.heads[0],
        "other liaison": world.liaisons[1],
        "other inspector": world.inspectors[1],
        "other office": make_member(Role.OFFICE, make_organisation("另一督察办", "leading_group")),
    }
    return {who for who, member in people.items() if visible_findings(member).filter(pk=finding.pk).exists()}


@pytest.mark.parametrize(
    ("state", "seen"),
    [
        ("raised", TEAM),
        ("confirmed", TEAM | ORGANISER),
        ("handed_over", TEAM | ORGANISER | UNIT),
        ("acknowledged", TEAM | ORGANISER | UNIT),
    ],
)
def test_who_sees_a_finding_depends_on_how_far_it_is(world, state, seen):
    assert seers(world, make_finding(world, state=state)) == seen


@pytest.mark.parametrize(
    ("before", "seen"), [("confirmed", TEAM | ORGANISER), ("handed_over", TEAM | ORGANISER | UNIT)]
)
def test_a_withdrawn_finding_is_the_units_only_if_it_was_told(world, before, seen):
    finding = make_finding(world, state=before)
    withdraw(world, finding)
    assert seers(world, finding) == seen


def test_evidence_of_a_finding_is_kept_when_it_is_corrected_with_the_same_files(world):
    file = evidence.add(BytesIO("照片说明".encode()), "说明.txt", by=world.inspectors[0])
    finding = raise_one(world, files=[file])
    actions.correct(finding, by=world.inspectors[0], **FACTS, files=[file])
    assert linked_to(finding) == [file]
    actions.correct(finding, by=world.inspectors[0], **FACTS)
    assert linked_to(finding) == []


# -- good practice, figures


def test_good_practice_is_noted_by_the_team_and_read_by_the_inspecting_side(world):
    entered = {"title": "一码公示", "facts": "扫码可查全部处罚决定。"}
    actions.note_good_practice(world.participations[0], by=world.inspectors[0], **entered)
    counts = [visible_practices(m).count() for m in (world.office, world.inspectors[0], world.inspectors[1])]
    assert counts == [1, 1, 0]
    with pytest.raises(NotAllowed):
        actions.note_good_practice(world.participations[0], by=world.liaisons[0], **entered)


def test_the_matrix_counts_findings_by_unit_and_area_in_one_query(world, django_assert_num_queries):
    for number in (0, 0, 1):
        make_finding(world, number, state="confirmed")
    area = world.point().area_id
    with django_assert_num_queries(1):
        counted = matrix(world.office, world.campaign)
    assert counted == {(world.participations[0].pk, area): 2, (world.participations[1].pk, area): 1}
