"""The unit's word: answered, submitted, certified, delivered, sealed, returned or accepted."""

from collections.abc import Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, Actor, recorded
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.campaigns.actions import office_of
from ducha.apps.campaigns.models import Campaign, Participation, Point, Stage, Threshold
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.models import AdmittedProblem, Answer, ClaimedFigure, Seal, SelfAssessment, Submission
from ducha.apps.selfassessment.queries import manifest, sheet, snapshot, stage_for
from ducha.apps.selfassessment.workbook import CONCLUSIONS
from ducha.apps.verification.actions import ask_check
from ducha.apps.verification.queries import are_held
from ducha.domain import workdays
from ducha.domain.deadlines import Lateness, lateness
from ducha.domain.errors import Invalid, NotAllowed, NotNow, OutsideCalendar, Stale
from ducha.domain.merkle import digest_of
from ducha.domain.rights import Right, Role
from ducha.engines.files import Change


def _own(assessment: SelfAssessment, by: Membership) -> str:
    if assessment.participation.unit_id != by.organisation_id:
        raise NotAllowed(_("This is another unit's self-inspection."))
    return assessment.participation.campaign.public_id


def _require_open(assessment: SelfAssessment) -> None:
    if assessment.state not in ("draft", "returned"):
        raise NotNow(_("The self-inspection was submitted. Take it back before you change it."))


def begin(participation: Participation, *, by: Actor) -> SelfAssessment:
    """开始自查: open the unit's self-inspection; the one it has if it was opened before."""
    held = SelfAssessment.objects.filter(participation=participation).first()
    if held:
        return held
    with recorded(by, "self_inspection.begun", campaign=participation.campaign.public_id):
        assessment = SelfAssessment.begin(participation=participation)
        assessment.save()
    return assessment


def begin_all(campaign: Campaign, *, by: Membership) -> None:
    """Open the self-inspections of all units, at the launch."""
    with recorded(by, "self_inspection.begun", campaign=campaign.public_id):
        SelfAssessment.objects.bulk_create(
            [SelfAssessment.begin(participation=p) for p in campaign.participations.all()]
        )


def answer(
    assessment: SelfAssessment,
    point: Point,
    *,
    by: Membership,
    conclusion: str,
    narrative: str,
    figures: Mapping[Threshold, str],
    files: Iterable[EvidenceFile],
    version: int | None = None,
) -> Answer:
    """填报: the unit's conclusion on a point, its words, claimed figures and evidence; drafts save themselves.

    `version` is that of the answer the person saw (0: there was none yet); Stale if it changed since.
    """
    require(by, Right.ANSWER)
    campaign = _own(assessment, by)
    _require_open(assessment)
    with recorded(by, "answer.saved", campaign=campaign):
        held = Answer.objects.select_for_update().filter(assessment=assessment, point=point).first()
        if version is not None and version != (held.version if held else 0):
            raise Stale(_("Somebody else changed this answer after you opened the page."))
        held = held or Answer(assessment=assessment, point=point)
        held.conclusion, held.narrative = conclusion, narrative
        held.answered_by, held.answered_at = by, clock.now()
        held.save()
        present = {figure.threshold_id: figure for figure in held.figures.all()}
        for threshold, value in figures.items():
            figure = present.get(threshold.pk) or ClaimedFigure(answer=held, threshold=threshold)
            if figure.value != value:
                figure.value = value
                figure.save()
        evidence.set_links(held, files, by=by)
    return held


def admit_problem(
    assessment: SelfAssessment, point: Point, *, by: Membership, description: str, horizon: str, planned: str = ""
) -> AdmittedProblem:
    """自报问题: a problem the unit found itself."""
    require(by, Right.ANSWER)
    campaign = _own(assessment, by)
    _require_open(assessment)
    with recorded(by, "problem.admitted", campaign=campaign):
        problem = AdmittedProblem(
            assessment=assessment, point=point, description=description, horizon=horizon, planned=planned
        )
        problem.save()
    return problem


def remove_problem(problem: AdmittedProblem, *, by: Membership) -> None:
    """删去自报问题: before it is submitted; it stays on the record."""
    require(by, Right.ANSWER)
    campaign = _own(problem.assessment, by)
    _require_open(problem.assessment)
    with recorded(by, "problem.removed", campaign=campaign):
        problem.removed_at = clock.now()
        problem.save()


def submit(assessment: SelfAssessment, *, by: Membership, manifest_seen: str | None = None) -> None:
    """提交审签: to the unit's head; refused with every point that is not complete.

    `manifest_seen` is what the page showed: files that did not arrive or changed meanwhile are noticed.
    """
    require(by, Right.SUBMIT)
    campaign = _own(assessment, by)
    missing = [f"{line.point.code}: {', '.join(line.lacks)}" for line in sheet(assessment) if not line.is_complete]
    if missing:
        raise Invalid([_("Not complete yet: %(points)s.") % {"points": "; ".join(missing)}])
    with recorded(by, "self_inspection.submitted", campaign=campaign):
        if manifest_seen is not None and manifest_seen != manifest(assessment):
            raise Stale(_("The answers changed after you opened the page. Look through them and submit again."))
        assessment.enter("submit", by=by)
        tell(
            members_of(assessment.participation.unit, Role.UNIT_HEAD),
            text=gettext_noop("The self-inspection is complete and waits for your certification."),
            url=reverse("selfassessment:assessment", args=[assessment]),
        )


def take_back(assessment: SelfAssessment, *, by: Membership) -> None:
    """撤回: before the head has certified."""
    require(by, Right.SUBMIT)
    with recorded(by, "self_inspection.taken_back", campaign=_own(assessment, by)):
        assessment.enter("take_back", by=by)


def decline(assessment: SelfAssessment, *, by: Membership, reason: str) -> None:
    """不予审签: back to the liaison with a reason."""
    require(by, Right.CERTIFY)
    with recorded(by, "self_inspection.declined", campaign=_own(assessment, by)):
        assessment.enter("decline", by=by, reason=reason)


def certify(assessment: SelfAssessment, *, by: Membership) -> Submission:
    """审签: the head answers for it under their own name; with this it is delivered to the office.

    In time means that this is committed before the deadline; lateness is counted in working hours and days.
    """
    require(by, Right.CERTIFY)
    campaign = _own(assessment, by)
    submitter = assessment.steps().filter(event="submit").order_by("-id").first()
    submitted_by = Membership.objects.get(public_id=submitter.actor) if submitter else by
    if submitted_by.person_id == by.person_id:
        raise NotAllowed(_("Whoever submitted it cannot certify it too."))
    with recorded(by, "self_inspection.certified", campaign=campaign):
        stage = _locked_stage(assessment)
        assessment.enter("certify", by=by)
        submission = _submission(assessment, submitted_by, by, stage)
        submission.save()
        tell(
            office_of(assessment.participation.campaign),
            text=gettext_noop("“%(unit)s” has delivered its self-inspection."),
            params={"unit": assessment.participation.unit.name},
            url=reverse("selfassessment:assessment", args=[assessment]),
        )
    return submission


def _locked_stage(assessment: SelfAssessment) -> Stage | None:
    """The seal takes the same lock: a delivery is either before it or after it."""
    stage = stage_for(assessment)
    return Stage.objects.select_for_update().get(pk=stage.pk) if stage else None


def _submission(
    assessment: SelfAssessment, submitted_by: Membership, certified_by: Membership, stage: Stage | None
) -> Submission:
    content = snapshot(assessment)
    now = clock.now()
    is_late = bool(stage and stage.due_at and now > stage.due_at)
    late = _lateness(stage.due_at, now) if stage and stage.due_at and is_late else None
    returned = assessment.steps().filter(event="return").order_by("-id").first()
    return Submission(
        assessment=assessment,
        number=assessment.submissions.count() + 1,
        content=content,
        sha256=digest_of(content.encode()).hex(),
        sm3=digest_of(content.encode(), "sm3").hex(),
        submitted_by=submitted_by,
        certified_by=certified_by,
        delivered_at=now,
        is_late=is_late,
        late_working_hours=late.working_hours if late else None,
        late_working_days=late.working_days if late else None,
        reason=returned.reason if returned else "",
    )


def _lateness(due_at: datetime, now: datetime) -> Lateness | None:
    """By how much; None where the calendar of working days does not reach: late, but not known by how much."""
    try:
        return lateness(due_at, now, calendar=workdays.load(), tz=timezone.get_default_timezone())
    except OutsideCalendar:
        return None


def send_back(assessment: SelfAssessment, *, by: Membership, reason: str) -> None:
    """退回: the office asks for a better one, and says why; what was delivered stays readable."""
    require(by, Right.REVIEW_SELF_INSPECTION)
    participation = assessment.participation
    with recorded(by, "self_inspection.returned", campaign=participation.campaign.public_id):
        assessment.enter("return", by=by, reason=reason)
        tell(
            members_of(participation.unit, Role.LIAISON, Role.UNIT_HEAD),
            text=gettext_noop("The office returned your self-inspection: %(reason)s"),
            params={"reason": reason},
            url=reverse("selfassessment:assessment", args=[assessment]),
        )


def accept(assessment: SelfAssessment, *, by: Membership) -> None:
    """通过: the office takes the self-inspection as the unit's word."""
    require(by, Right.REVIEW_SELF_INSPECTION)
    participation = assessment.participation
    with recorded(by, "self_inspection.accepted", campaign=participation.campaign.public_id):
        assessment.enter("accept", by=by)
        tell(
            members_of(participation.unit, Role.LIAISON, Role.UNIT_HEAD),
            text=gettext_noop("The office accepted your self-inspection."),
            url=reverse("selfassessment:assessment", args=[assessment]),
        )


def seal_due() -> int:
    """封存: at the deadline, for each unit what lies before the office, or that nothing does; how many seals."""
    due = Stage.objects.filter(
        kind=Stage.Kind.SELF_INSPECTION, due_at__lt=clock.now(), campaign__state="launched", seals__isnull=True
    )
    return sum(_seal(stage) for stage in due.select_related("campaign"))


def _seal(stage: Stage) -> int:
    with transaction.atomic(), recorded(SYSTEM, "self_inspection.sealed", campaign=stage.campaign.public_id):
        locked = Stage.objects.select_for_update().get(pk=stage.pk)
        if locked.seals.exists():
            return 0
        latest = {}
        delivered = Submission.objects.filter(assessment__participation__campaign=stage.campaign_id)
        for submission in (
            delivered.filter(delivered_at__lte=locked.due_at).order_by("number").select_related("assessment")
        ):
            latest[submission.assessment.participation_id] = submission
        seals = [
            Seal(
                participation=participation,
                stage=locked,
                submission=latest.get(participation.pk),
                due_at=locked.due_at,
                sealed_at=clock.now(),
            )
            for participation in stage.campaign.participations.all()
        ]
        Seal.objects.bulk_create(seals)
        return len(seals)


def launch(campaign: Campaign, *, by: Membership) -> Campaign:
    """启动: launch the campaign and open every unit's self-inspection, in one transaction.

    What the ledgers that are held already answer is asked of them, not of the units.
    """
    with recorded(by, "campaign.launched", campaign=campaign.public_id):
        campaigns.launch(campaign, by=by)
        begin_all(campaign, by=by)
        if are_held():
            ask_check(campaign, by=by, as_of=clock.today())
    return campaign


def take_workbook(assessment: SelfAssessment, changes: Iterable[Change], *, by: Membership) -> int:
    """导入自查填报: what was filled into a workbook, each point as if it had been typed; gives how many changed."""
    filled: dict[str, dict[str, str]] = {}
    for change in changes:
        filled.setdefault(change.key, {})[change.field] = change.after or ""
    lines = {line.point.public_id: line for line in sheet(assessment)}
    with recorded(by, "self_inspection.imported", campaign=_own(assessment, by)):
        for key, words in filled.items():
            line = lines[key]
            held = line.answer
            conclusion = CONCLUSIONS.get(words["conclusion"], "") if "conclusion" in words else None
            asked = [entry["threshold"] for entry in line.thresholds]
            answer(
                assessment,
                line.point,
                by=by,
                conclusion=(held.conclusion if held else "") if conclusion is None else conclusion,
                narrative=words.get("narrative", held.narrative if held else ""),
                figures={asked[int(name[6:])]: value for name, value in words.items() if name.startswith("figure")},
                files=line.evidence,
                version=held.version if held else 0,
            )
    return len(filled)
