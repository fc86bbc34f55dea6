"""What follows: proposed, approved by a leader, issued, answered, ended."""

from collections.abc import Iterable
from datetime import date

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.accountability.models import Measure, MeasureFinding
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns.actions import office_of
from ducha.apps.campaigns.models import Participation
from ducha.apps.findings.models import Finding
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.notices.queries import end_of
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.domain.rights import Right, Role


def propose(
    participation: Participation, *, by: Membership, kind: str, reason: str, findings: Iterable[Finding] = ()
) -> Measure:
    """提出: a measure with the facts it rests on; only a commendation may do without findings."""
    require(by, Right.PROPOSE_MEASURE)
    facts = list(findings)
    if not facts and kind != Measure.Kind.COMMENDATION:
        raise Invalid([_("Choose the findings on which the measure rests.")])
    if foreign := [f for f in facts if f.participation_id != participation.pk]:
        raise Invalid([_("“%(finding)s” concerns another unit.") % {"finding": f} for f in foreign])
    with recorded(by, "measure.proposed", campaign=participation.campaign.public_id):
        measure = Measure.begin(
            campaign=participation.campaign,
            participation=participation,
            kind=kind,
            reason=reason,
            proposed_by=by,
            proposed_at=clock.now(),
        )
        measure.save()
        MeasureFinding.objects.bulk_create([MeasureFinding(measure=measure, finding=f) for f in facts])
        tell(
            members_of(participation.campaign.organiser, Role.LEADER),
            text=gettext_noop("A measure for “%(unit)s” waits for your approval."),
            params={"unit": participation.unit.name},
            url=reverse("accountability:measure", args=[measure]),
        )
    return measure


def approve(measure: Measure, *, by: Membership) -> Measure:
    """批准: by a leader who did not propose it."""
    require(by, Right.APPROVE_MEASURE)
    if measure.proposed_by.person_id == by.person_id:
        raise NotAllowed(_("Whoever proposed a measure cannot approve it."))
    with recorded(by, "measure.approved", campaign=measure.campaign.public_id):
        measure.approved_by = by
        measure.enter("approve", by=by)
        tell(
            office_of(measure.campaign),
            text=gettext_noop("The measure for “%(unit)s” is approved. Issue it."),
            params={"unit": measure.participation.unit.name},
            url=reverse("accountability:measure", args=[measure]),
        )
    return measure


def decline(measure: Measure, *, by: Membership, reason: str) -> Measure:
    """不批准, with a reason."""
    require(by, Right.APPROVE_MEASURE)
    with recorded(by, "measure.declined", campaign=measure.campaign.public_id):
        measure.enter("decline", by=by, reason=reason)
    return measure


def issue(measure: Measure, *, by: Membership, document_number: str, issued_on: date, due_on: date | None) -> Measure:
    """印发: the document goes out and the unit is told."""
    require(by, Right.ISSUE_MEASURE)
    if due_on and due_on < issued_on:
        raise Invalid([_("The answer is due on %(due)s, before the measure is issued.") % {"due": due_on}])
    with recorded(by, "measure.issued", campaign=measure.campaign.public_id):
        measure.document_number, measure.issued_on, measure.due_on = document_number, issued_on, due_on
        measure.enter("issue", by=by)
        tell(
            members_of(measure.participation.unit, Role.LIAISON, Role.UNIT_HEAD),
            text=gettext_noop("%(number)s concerns you. Read it and answer."),
            params={"number": document_number},
            url=reverse("accountability:measure", args=[measure]),
            due_at=end_of(due_on) if due_on else None,
        )
    return measure


def answer(measure: Measure, *, by: Membership, text: str) -> Measure:
    """反馈: the unit's answer to the measure."""
    require(by, Right.ANSWER_MEASURE)
    if measure.participation.unit_id != by.organisation_id:
        raise NotAllowed(_("This measure concerns another unit."))
    with recorded(by, "measure.answered", campaign=measure.campaign.public_id):
        measure.answer = text
        measure.enter("answer", by=by)
    return measure


def end(measure: Measure, *, by: Membership, reason: str) -> Measure:
    """办结、摘牌: a listed supervision ends only when the findings it rests on are closed."""
    require(by, Right.ISSUE_MEASURE)
    open_facts = measure.facts.exclude(finding__state__in=["closed", "withdrawn"]).count()
    if measure.kind == Measure.Kind.LISTED_SUPERVISION and open_facts:
        raise NotNow(_("%(count)s of the findings it rests on are not closed yet.") % {"count": open_facts})
    with recorded(by, "measure.ended", campaign=measure.campaign.public_id):
        measure.enter("end", by=by, reason=reason)
    return measure
