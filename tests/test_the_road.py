"""One campaign through its actions, from the plan to the last closed problem."""

from datetime import date

import pytest
from factories import BEFORE, FIELD, deliver, make_finding, make_world

from ducha.apps.accountability import actions as accountability
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.actions import integrate
from ducha.apps.audit_trail.queries import receipt
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.audit_trail.verification import verify
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.fieldwork.models import TeamMember
from ducha.apps.findings import actions as findings
from ducha.apps.organisations.actions import appoint
from ducha.apps.organisations.models import Membership
from ducha.apps.rectification import actions as rectification
from ducha.apps.selfassessment import actions as selfassessment
from ducha.domain import merkle
from ducha.domain.errors import Invalid, NotAllowed, NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


def test_a_campaign_goes_from_the_plan_to_the_last_closed_problem_and_the_trail_holds(world):
    assessment = deliver(world)
    submission = assessment.submissions.get()
    selfassessment.accept(assessment, by=world.office)
    with clock.at(FIELD):
        assert selfassessment.seal_due() == 2
        visit = fieldwork.plan_visit(world.participations[0], by=world.teamleads[0], announced=False, starts_at=FIELD)
        fieldwork.start(visit, by=world.inspectors[0])
        fieldwork.note_activity(visit, by=world.inspectors[0], kind="talk", title="与分管领导谈话")
        finding = make_finding(world, state="acknowledged")
        work = rectification.open_for(finding, by=world.liaisons[0])
        measure = rectification.add_measure(
            work, by=world.liaisons[0], description="补公示", owner_name="某科长", due_on=date(2019, 11, 15)
        )
        rectification.finish_measure(measure, by=world.liaisons[0])
        rectification.submit(work, by=world.liaisons[0], text="已全部补公示")
        rectification.accept(
            work, by=world.inspectors[0], manner="on_site", result="accepted", opinion="属实", place="办事大厅"
        )
        finding.refresh_from_db()
        assert finding.state == "closed"
        what_follows = accountability.propose(
            world.participations[0], by=world.office, kind="summoned_talk", reason="屡次超期", findings=[finding]
        )
        accountability.approve(what_follows, by=world.leader)
        accountability.issue(
            what_follows,
            by=world.office,
            document_number="平督办〔2019〕1号",
            issued_on=date(2019, 11, 18),
            due_on=None,
        )
    integrate()
    verdict = verify()
    assert verdict.faults == ()
    assert verdict.entries > 60
    proof = receipt(submission)
    leaf = merkle.leaf_hash(merkle.canonical_json(proof["leaf"]))
    nodes = [bytes.fromhex(node) for node in proof["proofs"]["sha256"]]
    assert merkle.verify_inclusion(
        leaf, proof["index"], proof["tree_size"], nodes, bytes.fromhex(proof["roots"]["sha256"])
    )


def test_the_unit_cannot_accept_its_own_rectification(world):
    finding = make_finding(world, state="acknowledged")
    work = rectification.open_for(finding, by=world.liaisons[0])
    with pytest.raises(NotAllowed):
        rectification.accept(work, by=world.liaisons[0], manner="on_paper", result="accepted", opinion="好")


def test_a_finding_is_not_confirmed_by_its_author(world):
    finding = make_finding(world)
    with pytest.raises(NotAllowed, match="cannot confirm"):
        findings.confirm(finding, by=world.inspectors[0])


def test_an_incomplete_self_inspection_is_refused_with_every_point_that_lacks_something(world):
    with pytest.raises(Invalid, match=r"1\.1: no conclusion; 1\.2: no conclusion; 1\.3"):
        selfassessment.submit(world.assessment(), by=world.liaisons[0])


def test_a_rectification_without_measures_is_not_submitted(world):
    work = rectification.open_for(make_finding(world, state="acknowledged"), by=world.liaisons[0])
    with pytest.raises(Invalid, match="at least one measure"):
        rectification.submit(work, by=world.liaisons[0], text="好了")


def test_a_finding_is_not_rectified_before_it_is_acknowledged(world):
    with pytest.raises(NotNow, match="Acknowledge"):
        rectification.open_for(make_finding(world, state="handed_over"), by=world.liaisons[0])


def test_a_delivery_after_the_deadline_is_late_in_working_hours_and_days(world):
    with clock.at(FIELD):
        submission = deliver(world).submissions.get()
    # Friday 17:30 to Tuesday 10:00: Monday's seven hours and one of Tuesday, two working days begun.
    assert (submission.late_working_hours, submission.late_working_days) == (8, 2)


def test_whoever_wrote_a_finding_cannot_confirm_it_under_another_hat(world):
    finding = make_finding(world)
    hat = Membership(person=world.inspectors[0].person, organisation=world.office.organisation, role="inspector")
    appoint([hat], by=SYSTEM)
    with recorded(SYSTEM, "team.created"):
        TeamMember(team=world.teams[0], member=hat, leads=True).save()
    with pytest.raises(NotAllowed, match="cannot confirm"):
        findings.confirm(finding, by=hat)


def test_a_unit_cannot_accept_under_an_inspectors_hat(world):
    work = rectification.open_for(make_finding(world, state="acknowledged"), by=world.liaisons[0])
    measure = rectification.add_measure(
        work, by=world.liaisons[0], description="补公示", owner_name="某科长", due_on=date(2019, 11, 15)
    )
    rectification.finish_measure(measure, by=world.liaisons[0])
    rectification.submit(work, by=world.liaisons[0], text="已全部补公示")
    hat = Membership(person=world.heads[0].person, organisation=world.office.organisation, role="office")
    appoint([hat], by=SYSTEM)
    with pytest.raises(NotAllowed, match="belongs to the unit"):
        rectification.accept(work, by=hat, manner="on_paper", result="accepted", opinion="好")
