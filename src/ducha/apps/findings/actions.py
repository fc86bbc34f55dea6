"""A finding from the notebook to the record: raised, confirmed, handed over, answered, closed or withdrawn."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Protocol

from django.db.models import Max
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns.actions import office_of
from ducha.apps.campaigns.models import Campaign, Participation, Point
from ducha.apps.campaigns.queries import stage_of
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.fieldwork.access import is_recused, leads, works_in
from ducha.apps.fieldwork.models import Team, TeamUnit, Visit
from ducha.apps.findings.access import may_confirm
from ducha.apps.findings.models import Feedback, Finding, GoodPractice, Objection, Withdrawal
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.notices.queries import end_of
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.models import AdmittedProblem
from ducha.apps.verification.models import RuleResult
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.domain.rights import Right, Role
from ducha.engines.ledgers.violations import Violation


class AcceptedElsewhere(Protocol):
    """What closing a finding rests on: an acceptance by another side."""

    result: str
    by: Membership
    rectification: Any


def _team_of(participation: Participation, by: Membership) -> Team:
    """The team that has the unit in its care, for one who works in it."""
    team_unit = TeamUnit.objects.filter(participation=participation).select_related("team__campaign").first()
    if team_unit is None:
        raise _not_in_care(participation)
    _require_team(team_unit.team, participation, by)
    return team_unit.team


def _require_team(team: Team, participation: Participation, by: Membership) -> None:
    if not works_in(by, team) or is_recused(by, participation):
        raise _not_in_care(participation)


def _not_in_care(participation: Participation) -> NotAllowed:
    return NotAllowed(_("“%(unit)s” is not in your team's care.") % {"unit": participation.unit.name})


def raise_finding(
    participation: Participation,
    point: Point,
    *,
    by: Membership,
    title: str,
    facts: str,
    severity: str,
    horizon: str,
    visit: Visit | None = None,
    admitted: AdmittedProblem | None = None,
    due_on: date | None = None,
    repeats: Finding | None = None,
    files: Iterable[EvidenceFile] = (),
) -> Finding:
    """记问题: what was seen, under which point; numbered without gaps within the campaign."""
    require(by, Right.RAISE_FINDING)
    team = _team_of(participation, by)
    _require_consistent(participation, team, visit=visit, admitted=admitted, repeats=repeats)
    finding = Finding.begin(
        participation=participation,
        point=point,
        team=team,
        visit=visit,
        admitted=admitted,
        repeats=repeats,
        source=Finding.Source.ADMITTED if admitted else Finding.Source.FIELD,
        title=title,
        facts=facts,
        severity=severity,
        horizon=horizon,
        due_on=due_on,
    )
    return _raised(finding, by=by, files=files)


def raise_from_row(
    result: RuleResult,
    violation: Violation,
    *,
    by: Membership,
    point: Point,
    title: str,
    facts: str,
    severity: str,
    horizon: str,
    due_on: date | None = None,
    repeats: Finding | None = None,
    files: Iterable[EvidenceFile] = (),
) -> Finding:
    """从台账记问题: what a rule found in a row of the unit's own ledger, by the office or the unit's team.

    It is the team's that has the unit in its care, whoever raised it: its leader confirms it.
    """
    require(by, Right.RAISE_DATA_FINDING)
    participation = result.participation
    team = _team_of(participation, by) if by.role == Role.INSPECTOR else _team_in_charge(participation, by)
    _require_consistent(participation, team, visit=None, admitted=None, repeats=repeats)
    standing = Finding.objects.filter(participation=participation, result__rule=result.rule, row_key=violation.key)
    if held := standing.exclude(state="withdrawn").first():
        raise NotNow(_("This row is a finding already: %(number)s.") % {"number": held.number})
    finding = Finding.begin(
        participation=participation,
        point=point,
        team=team,
        repeats=repeats,
        source=Finding.Source.DATA,
        result=result,
        row_key=violation.key,
        row_source=violation.source,
        row_number=violation.source_row,
        title=title,
        facts=facts,
        severity=severity,
        horizon=horizon,
        due_on=due_on,
    )
    return _raised(finding, by=by, files=files)


def _team_in_charge(participation: Participation, by: Membership) -> Team:
    """The team that has the unit in its care, for the organiser of the campaign."""
    if participation.campaign.organiser_id != by.organisation_id:
        raise NotAllowed(_("Your role does not allow this."))
    care = TeamUnit.objects.filter(participation=participation).select_related("team__campaign").first()
    if care is None:
        raise NotNow(_("No team has “%(unit)s” in its care yet.") % {"unit": participation.unit.name})
    return care.team


def _raised(finding: Finding, *, by: Membership, files: Iterable[EvidenceFile]) -> Finding:
    campaign = finding.participation.campaign
    with recorded(by, "finding.raised", campaign=campaign.public_id):
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        last = Finding.objects.filter(campaign=campaign).aggregate(last=Max("number"))["last"] or 0
        finding.campaign, finding.number = campaign, last + 1
        finding.due_on = finding.due_on or _rectify_by(campaign)
        finding.raised_by, finding.raised_at = by, clock.now()
        finding.save()
        evidence.set_links(finding, files, by=by)
    return finding


def _require_consistent(
    participation: Participation,
    team: Team,
    *,
    visit: Visit | None,
    admitted: AdmittedProblem | None,
    repeats: Finding | None,
) -> None:
    """What the finding rests on concerns the same unit, and is not taken up twice."""
    if visit and (visit.team_id, visit.participation_id) != (team.pk, participation.pk):
        raise _not_in_care(participation)
    if visit and visit.state not in ("started", "ended"):
        raise NotNow(_("Start the visit first."))
    if repeats and repeats.participation.unit_id != participation.unit_id:
        raise NotAllowed(_("This finding concerns another unit."))
    if admitted and admitted.assessment.participation_id != participation.pk:
        raise NotAllowed(_("This finding concerns another unit."))
    if admitted and admitted.findings.exclude(state="withdrawn").exists():
        raise NotNow(_("This problem that the unit admitted is a finding already."))


def _rectify_by(campaign: Campaign) -> date | None:
    stage = stage_of(campaign, "rectification")
    return timezone.localtime(stage.due_at).date() if stage and stage.due_at else None


def correct(
    finding: Finding,
    *,
    by: Membership,
    title: str,
    facts: str,
    severity: str,
    horizon: str,
    due_on: date | None = None,
    files: Iterable[EvidenceFile] = (),
) -> Finding:
    """更正: by its author, before it is confirmed."""
    require(by, Right.RAISE_DATA_FINDING)
    if finding.state != "raised":
        raise NotNow(_("The finding is confirmed; it can only be withdrawn now."))
    if finding.raised_by.person_id != by.person_id:
        raise NotAllowed(_("Only its author corrects a finding before it is confirmed."))
    with recorded(by, "finding.corrected", campaign=finding.campaign.public_id):
        finding.title, finding.facts, finding.severity, finding.horizon = title, facts, severity, horizon
        finding.due_on = due_on or _rectify_by(finding.campaign)
        finding.save()
        evidence.set_links(finding, files, by=by)
    return finding


def confirm(finding: Finding, *, by: Membership) -> Finding:
    """确认: by the team's leader; what the leader wrote, by another member. A serious one is reported at once."""
    require(by, Right.CONFIRM_FINDING)
    _require_team(finding.team, finding.participation, by)
    if finding.raised_by.person_id == by.person_id:
        raise NotAllowed(_("Whoever wrote a finding cannot confirm it. Ask another member of the team."))
    if not may_confirm(by, finding):
        raise NotAllowed(_("The team's leader confirms findings."))
    with recorded(by, "finding.confirmed", campaign=finding.campaign.public_id):
        finding.confirmed_by = by
        finding.enter("confirm", by=by)
        if finding.severity == Finding.Severity.SERIOUS:
            _escalate(finding)
    return finding


def _escalate(finding: Finding) -> None:
    """重大情况报告: the office and the leading group hear of a serious matter at once."""
    campaign = finding.campaign
    tell(
        [*office_of(campaign), *members_of(campaign.organiser, Role.LEADER)],
        text=gettext_noop("Serious matter at “%(unit)s”: %(title)s"),
        params={"unit": finding.participation.unit.name, "title": finding.title},
        url=reverse("findings:finding", args=[finding]),
        is_urgent=True,
    )


def hand_over(finding: Finding, *, by: Membership, handed_to: str) -> Finding:
    """当场反馈: put the finding before the unit; from now on the unit sees it."""
    require(by, Right.HAND_OVER_FINDING)
    _require_team(finding.team, finding.participation, by)
    with recorded(by, "finding.handed_over", campaign=finding.campaign.public_id):
        finding.handed_over_at = clock.now()
        finding.enter("hand_over", by=by)
        Feedback(finding=finding, handed_to=handed_to, by=by, at=clock.now()).save()
        tell(
            members_of(finding.participation.unit, Role.LIAISON, Role.UNIT_HEAD),
            text=gettext_noop("A problem was fed back to you: %(title)s. Acknowledge it or object."),
            params={"title": finding.title},
            url=reverse("findings:finding", args=[finding]),
            due_at=end_of(finding.due_on) if finding.due_on else None,
        )
    return finding


def _own(finding: Finding, by: Membership) -> None:
    if finding.participation.unit_id != by.organisation_id:
        raise NotAllowed(_("This finding concerns another unit."))


def acknowledge(finding: Finding, *, by: Membership) -> Finding:
    """签收: the unit accepts the finding as it stands."""
    require(by, Right.ACKNOWLEDGE_FINDING)
    _own(finding, by)
    with recorded(by, "finding.acknowledged", campaign=finding.campaign.public_id):
        finding.enter("acknowledge", by=by)
    return finding


def object_to(finding: Finding, *, by: Membership, text: str) -> Objection:
    """提出异议: the unit does not accept the finding and says why."""
    require(by, Right.OBJECT)
    _own(finding, by)
    with recorded(by, "finding.objected", campaign=finding.campaign.public_id):
        finding.enter("object", by=by, reason=text)
        objection = Objection(finding=finding, text=text, by=by, at=clock.now())
        objection.save()
        tell(
            office_of(finding.campaign),
            text=gettext_noop("“%(unit)s” objects to “%(title)s”. Decide."),
            params={"unit": finding.participation.unit.name, "title": finding.title},
            url=reverse("findings:finding", args=[finding]),
        )
    return objection


def decide_objection(objection: Objection, *, by: Membership, decision: str, reason: str) -> Finding:
    """复查: the office holds the finding or lets it fall, with a reason."""
    require(by, Right.DECIDE_OBJECTION)
    finding = objection.finding
    if by.person_id in (objection.by.person_id, finding.raised_by.person_id):
        raise NotAllowed(_("Whoever wrote the finding or the objection cannot decide it."))
    with recorded(by, "objection.decided", campaign=finding.campaign.public_id):
        objection.decision, objection.decision_reason = decision, reason
        objection.decided_by, objection.decided_at = by, clock.now()
        objection.save()
        finding.enter("sustain" if decision == Objection.Decision.SUSTAINED else "uphold", by=by, reason=reason)
        tell(
            members_of(finding.participation.unit, Role.LIAISON, Role.UNIT_HEAD),
            text=gettext_noop("Your objection to “%(title)s” was decided: %(reason)s"),
            params={"title": finding.title, "reason": reason},
            url=reverse("findings:finding", args=[finding]),
        )
    return finding


def ask_withdrawal(finding: Finding, *, by: Membership, reason: str) -> Withdrawal:
    """申请撤回: by the team's leader, with a reason; the office decides."""
    require(by, Right.ASK_WITHDRAWAL)
    if not leads(by, finding.team):
        raise NotAllowed(_("The team's leader asks for a withdrawal."))
    if finding.state in ("closed", "withdrawn", "objected"):
        raise NotNow(_("This finding can no longer be withdrawn."))
    if finding.withdrawals.filter(decision="").exists():
        raise NotNow(_("A withdrawal was asked for already; the office decides."))
    with recorded(by, "withdrawal.asked", campaign=finding.campaign.public_id):
        withdrawal = Withdrawal(finding=finding, reason=reason, asked_by=by, asked_at=clock.now())
        withdrawal.save()
        tell(
            office_of(finding.campaign),
            text=gettext_noop("%(team)s asks to withdraw “%(title)s”. Decide."),
            params={"team": finding.team.name, "title": finding.title},
            url=reverse("findings:finding", args=[finding]),
        )
    return withdrawal


def decide_withdrawal(withdrawal: Withdrawal, *, by: Membership, decision: str, reason: str) -> Finding:
    """批准撤回: by another person of another role; the finding stays on the record and is still counted."""
    require(by, Right.DECIDE_WITHDRAWAL)
    finding = withdrawal.finding
    if withdrawal.asked_by.person_id == by.person_id:
        raise NotAllowed(_("Whoever asked for it cannot decide it."))
    if withdrawal.decision:
        raise NotNow(_("It is decided already."))
    with recorded(by, "withdrawal.decided", campaign=finding.campaign.public_id):
        withdrawal.decision, withdrawal.decision_reason = decision, reason
        withdrawal.decided_by, withdrawal.decided_at = by, clock.now()
        withdrawal.save()
        if decision == Withdrawal.Decision.GRANTED:
            finding.enter("withdraw", by=by, reason=f"{withdrawal.reason} / {reason}")
        _tell_of_withdrawal(withdrawal)
    return finding


def _tell_of_withdrawal(withdrawal: Withdrawal) -> None:
    """The leader hears the decision; the unit hears that a problem it knows of is withdrawn."""
    finding, told = withdrawal.finding, [withdrawal.asked_by]
    texts = {
        Withdrawal.Decision.GRANTED: gettext_noop("“%(title)s” was withdrawn: %(reason)s"),
        Withdrawal.Decision.REFUSED: gettext_noop("“%(title)s” is not withdrawn: %(reason)s"),
    }
    if finding.state == "withdrawn" and finding.handed_over_at:
        told += members_of(finding.participation.unit, Role.LIAISON, Role.UNIT_HEAD)
    tell(
        told,
        text=texts[Withdrawal.Decision(withdrawal.decision)],
        params={"title": finding.title, "reason": withdrawal.decision_reason},
        url=reverse("findings:finding", args=[finding]),
    )


def close(finding: Finding, *, by: Membership, acceptance: AcceptedElsewhere) -> Finding:
    """销号: end a finding whose rectification was accepted by another side than the one that rectified."""
    require(by, Right.ACCEPT_RECTIFICATION)
    if acceptance.result != "accepted" or acceptance.rectification.finding_id != finding.pk:
        raise Invalid([_("The rectification of this finding was not accepted.")])
    if acceptance.by.organisation_id == finding.participation.unit_id:
        raise NotAllowed(_("The unit that rectified cannot accept."))
    with recorded(by, "finding.closed", campaign=finding.campaign.public_id):
        finding.enter("close", by=by)
    return finding


def note_good_practice(
    participation: Participation,
    *,
    by: Membership,
    title: str,
    facts: str,
    point: Point | None = None,
    files: Iterable[EvidenceFile] = (),
) -> GoodPractice:
    """记典型: what others can learn from."""
    require(by, Right.RAISE_FINDING)
    team = _team_of(participation, by)
    with recorded(by, "good_practice.noted", campaign=participation.campaign.public_id):
        practice = GoodPractice(
            campaign=participation.campaign,
            participation=participation,
            point=point,
            team=team,
            title=title,
            facts=facts,
            raised_by=by,
            at=clock.now(),
        )
        practice.save()
        evidence.set_links(practice, files, by=by)
    return practice
