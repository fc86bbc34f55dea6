"""Any sequence of actions by any mix of people: nothing closes without the other side, nothing sealed changes."""

from datetime import date, timedelta

import pytest
from django.db import transaction
from factories import BEFORE, answer_all, make_finding, make_world
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.actions import integrate
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.audit_trail.verification import verify
from ducha.apps.fieldwork.models import TeamMember
from ducha.apps.findings import actions as findings
from ducha.apps.findings.models import Finding, Objection, Withdrawal
from ducha.apps.organisations.actions import appoint
from ducha.apps.organisations.models import Membership
from ducha.apps.rectification import actions as rectification
from ducha.apps.rectification.models import Acceptance, CorrectiveAction, Rectification
from ducha.apps.selfassessment import actions as selfassessment
from ducha.apps.selfassessment.models import Seal, SelfAssessment, Submission
from ducha.domain.errors import DuchaError

# Those with two hats try first in half of the cases: they are the ones who could cheat.
ACTORS = st.one_of(st.integers(9, 11), st.integers(0, 11))


class Campaign(RuleBasedStateMachine):
    """One finding and one self-inspection, and people who try everything, some of them with two hats."""

    @initialize(begun=st.sampled_from(["raised", "handed_over", "acknowledged", "reported"]), submitted=st.booleans())
    def begin(self, begun, submitted):
        self.point_in_time = transaction.atomic()
        self.point_in_time.__enter__()
        self.hours = 0
        with clock.at(BEFORE):
            world = make_world(units=2)
            liaison, head = world.liaisons[0], world.heads[0]
            self.finding = make_finding(world, state="acknowledged" if begun == "reported" else begun)
            self.assessment = answer_all(world)
            if begun == "reported":
                work = rectification.open_for(self.finding, by=liaison)
                entered = {"description": "补办", "owner_name": "某", "due_on": date(2019, 11, 15)}
                rectification.finish_measure(rectification.add_measure(work, by=liaison, **entered), by=liaison)
                rectification.submit(work, by=liaison, text="完成")
            if submitted:
                selfassessment.submit(self.assessment, by=liaison)
            two_hats = [
                Membership(person=liaison.person, organisation=world.office.organisation, role="office"),
                Membership(person=liaison.person, organisation=liaison.organisation, role="unit_head"),
                Membership(person=world.inspectors[0].person, organisation=world.office.organisation, role="inspector"),
            ]
            appoint(two_hats, by=SYSTEM)
            with recorded(SYSTEM, "team.created"):
                TeamMember(team=world.teams[0], member=two_hats[2], leads=True).save()
        self.people = [
            world.office,
            world.leader,
            world.discipline,
            liaison,
            head,
            world.inspectors[0],
            world.teamleads[0],
            world.liaisons[1],
            world.inspectors[1],
            *two_hats,
        ]
        self.sealed: dict[int, str] = {}

    def teardown(self):
        if not hasattr(self, "point_in_time"):
            return
        transaction.set_rollback(True)
        self.point_in_time.__exit__(None, None, None)

    def attempt(self, action, *subjects, who, **entered):
        """One after the other tries, beginning with `who`, until one may."""
        self.hours += 1
        for person in [*self.people[who:], *self.people[:who]]:
            try:
                with transaction.atomic(), clock.at(BEFORE + timedelta(hours=6 * self.hours)):
                    action(*subjects, by=person, **entered)
                return
            except DuchaError:
                continue

    def the_finding(self):
        return Finding.objects.get(pk=self.finding.pk)

    def the_work(self):
        return Rectification.objects.filter(finding=self.finding.pk).first()

    @rule(who=ACTORS, verb=st.sampled_from(["confirm", "acknowledge"]))
    def move_the_finding(self, who, verb):
        self.attempt(getattr(findings, verb), self.the_finding(), who=who)

    @rule(who=ACTORS)
    def hand_over(self, who):
        self.attempt(findings.hand_over, self.the_finding(), who=who, handed_to="某")

    @rule(who=ACTORS)
    def object(self, who):
        self.attempt(findings.object_to, self.the_finding(), who=who, text="不实")

    @rule(who=ACTORS, decision=st.sampled_from(["upheld_finding", "sustained"]))
    def decide_objection(self, who, decision):
        objection = Objection.objects.filter(finding=self.finding.pk).first()
        if objection:
            self.attempt(findings.decide_objection, objection, who=who, decision=decision, reason="经复核")

    @rule(who=ACTORS)
    def withdraw(self, who):
        self.attempt(findings.ask_withdrawal, self.the_finding(), who=who, reason="重复")

    @rule(who=ACTORS)
    def decide_withdrawal(self, who):
        withdrawal = Withdrawal.objects.filter(finding=self.finding.pk).first()
        if withdrawal:
            self.attempt(findings.decide_withdrawal, withdrawal, who=who, decision="granted", reason="可")

    @rule(who=ACTORS)
    def rectify(self, who):
        self.attempt(rectification.open_for, self.the_finding(), who=who)
        if work := self.the_work():
            entered = {"description": "补办", "owner_name": "某", "due_on": date(2019, 11, 15)}
            self.attempt(rectification.add_measure, work, who=who, **entered)
            for measure in CorrectiveAction.objects.filter(rectification=work):
                self.attempt(rectification.finish_measure, measure, who=who)

    @rule(who=ACTORS)
    def report(self, who):
        if work := self.the_work():
            self.attempt(rectification.submit, work, who=who, text="完成")

    @rule(who=ACTORS, result=st.sampled_from(["accepted", "returned"]))
    def accept(self, who, result):
        if work := self.the_work():
            entered = {"manner": "on_paper", "result": result, "opinion": "看过"}
            self.attempt(rectification.accept, work, who=who, **entered)

    @rule(who=ACTORS)
    def close_without_acceptance(self, who):
        forged = Acceptance(rectification=Rectification(finding=self.finding), result="returned", by=self.people[who])
        self.attempt(findings.close, self.the_finding(), who=who, acceptance=forged)

    @rule(who=ACTORS, verb=st.sampled_from(["submit", "take_back", "certify", "accept"]))
    def move_the_self_inspection(self, who, verb):
        assessment = SelfAssessment.objects.get(pk=self.assessment.pk)
        self.attempt(getattr(selfassessment, verb), assessment, who=who)

    @rule(who=ACTORS)
    def return_it(self, who):
        assessment = SelfAssessment.objects.get(pk=self.assessment.pk)
        self.attempt(selfassessment.send_back, assessment, who=who, reason="补充")

    @rule(who=ACTORS)
    def change_an_answer(self, who):
        assessment = SelfAssessment.objects.get(pk=self.assessment.pk)
        point = assessment.answers.first().point
        entered = {"conclusion": "partly_met", "narrative": f"第 {self.hours} 次", "figures": {}, "files": []}
        self.attempt(selfassessment.answer, assessment, point, who=who, **entered)

    @rule()
    def the_deadline_passes(self):
        self.hours += 5
        with clock.at(BEFORE + timedelta(hours=6 * self.hours)):
            selfassessment.seal_due()

    @invariant()
    def a_closed_finding_was_accepted_by_the_other_side(self):
        finding = self.the_finding()
        accepted = Acceptance.objects.filter(rectification__finding=finding, result="accepted").select_related("by")
        assert (finding.state == "closed") == accepted.exists()
        for acceptance in accepted:
            unit = Membership.objects.filter(organisation=finding.participation.unit_id).values_list(
                "person", flat=True
            )
            assert acceptance.by.person_id not in set(unit)

    @invariant()
    def nobody_confirmed_their_own_finding(self):
        finding = self.the_finding()
        assert finding.confirmed_by is None or finding.confirmed_by.person_id != finding.raised_by.person_id

    @invariant()
    def a_delivered_submission_never_changes(self):
        for submission in Submission.objects.filter(assessment=self.assessment.pk):
            assert self.sealed.setdefault(submission.pk, submission.content) == submission.content
            assert submission.certified_by.person_id != submission.submitted_by.person_id

    @invariant()
    def each_unit_is_sealed_once(self):
        assert Seal.objects.count() in (0, 2)


@pytest.mark.django_db
def test_no_mix_of_people_closes_a_finding_alone_or_changes_what_is_sealed():
    limits = settings(
        max_examples=80,
        stateful_step_count=25,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
    )
    run_state_machine_as_test(Campaign, settings=limits)
    integrate()
    assert verify().faults == ()
