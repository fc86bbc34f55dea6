"""Putting a finding right: measures, progress, report; acceptance by another side; closure."""

from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import Step
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns.actions import office_of
from ducha.apps.campaigns.models import Campaign
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.evidence.queries import linked_to
from ducha.apps.fieldwork.models import TeamMember
from ducha.apps.findings import actions as findings
from ducha.apps.findings.access import visible_findings
from ducha.apps.findings.models import Finding
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.apps.rectification.access import visible_corrective_actions
from ducha.apps.rectification.models import (
    Acceptance,
    CorrectiveAction,
    ProgressUpdate,
    Rectification,
    RectificationReport,
)
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.domain.rights import Right, Role
from ducha.engines.files import Change


def _own(finding: Finding, by: Membership) -> str:
    if finding.participation.unit_id != by.organisation_id:
        raise NotAllowed(_("This finding concerns another unit."))
    return finding.campaign.public_id


def _require_underway(rectification: Rectification) -> None:
    if rectification.state != "underway":
        raise NotNow(_("The report was submitted; wait for the acceptance."))


def open_for(finding: Finding, *, by: Membership) -> Rectification:
    """着手整改: the rectification of an acknowledged finding; the one it has if there is one."""
    require(by, Right.RECTIFY)
    campaign = _own(finding, by)
    held = Rectification.objects.filter(finding=finding).first()
    if held:
        return held
    if finding.state != "acknowledged":
        raise NotNow(_("Acknowledge the finding first, or object to it."))
    with recorded(by, "rectification.opened", campaign=campaign):
        rectification = Rectification.begin(finding=finding)
        rectification.save()
    return rectification


def add_measure(
    rectification: Rectification, *, by: Membership, description: str, owner_name: str, due_on: date, goal: str = ""
) -> CorrectiveAction:
    """制定整改措施: what will be done, by whom, until when."""
    require(by, Right.RECTIFY)
    campaign = _own(rectification.finding, by)
    _require_underway(rectification)
    with recorded(by, "corrective_action.added", campaign=campaign):
        measure = CorrectiveAction(
            rectification=rectification,
            description=description,
            goal=goal,
            owner_name=owner_name,
            due_on=due_on,
            added_by=by,
        )
        measure.save()
    return measure


def change_measure(
    measure: CorrectiveAction, *, by: Membership, description: str, owner_name: str, due_on: date, goal: str = ""
) -> CorrectiveAction:
    """调整整改措施: the old words stay on the record."""
    require(by, Right.RECTIFY)
    campaign = _own(measure.rectification.finding, by)
    _require_underway(measure.rectification)
    with recorded(by, "corrective_action.changed", campaign=campaign):
        measure.description, measure.owner_name = description, owner_name
        measure.due_on, measure.goal = due_on, goal
        measure.save()
    return measure


def finish_measure(measure: CorrectiveAction, *, by: Membership) -> CorrectiveAction:
    """完成整改措施."""
    require(by, Right.RECTIFY)
    campaign = _own(measure.rectification.finding, by)
    _require_underway(measure.rectification)
    with recorded(by, "corrective_action.finished", campaign=campaign):
        measure.done_on = clock.today()
        measure.save()
    return measure


def note_progress(
    rectification: Rectification, *, by: Membership, text: str, files: Iterable[EvidenceFile] = ()
) -> ProgressUpdate:
    """报告进展, with evidence for the rectification."""
    require(by, Right.RECTIFY)
    campaign = _own(rectification.finding, by)
    _require_underway(rectification)
    with recorded(by, "rectification.progressed", campaign=campaign):
        update = ProgressUpdate(rectification=rectification, text=text, by=by, at=clock.now())
        update.save()
        evidence.set_links(rectification, files, by=by)
    return update


def submit(rectification: Rectification, *, by: Membership, text: str) -> RectificationReport:
    """提交整改报告: once there are measures and, but for the long term, all of them are done."""
    require(by, Right.SUBMIT_RECTIFICATION)
    campaign = _own(rectification.finding, by)
    measures = list(rectification.measures.filter(removed_at=None))
    if not measures:
        raise Invalid([_("Add at least one measure first.")])
    undone = [m.description for m in measures if m.done_on is None]
    if undone and rectification.finding.horizon != "long_term":
        raise Invalid([_("Not done yet: “%(measure)s”.") % {"measure": m} for m in undone])
    with recorded(by, "rectification.submitted", campaign=campaign):
        rectification.enter("submit", by=by)
        report = RectificationReport(
            rectification=rectification, number=rectification.reports.count() + 1, text=text, by=by, at=clock.now()
        )
        report.save()
        team = TeamMember.objects.filter(team=rectification.finding.team_id, removed_at=None).select_related("member")
        tell(
            [*(place.member for place in team), *office_of(rectification.finding.campaign)],
            text=gettext_noop("“%(unit)s” reports “%(title)s” as rectified. Look at it on site and accept or return."),
            params={"unit": rectification.finding.participation.unit.name, "title": rectification.finding.title},
            url=reverse("rectification:rectification", args=[rectification]),
        )
    return report


def accept(
    rectification: Rectification, *, by: Membership, manner: str, result: str, opinion: str, place: str = ""
) -> Acceptance:
    """验收: by a person of the other side, on site or on paper; accepted closes the finding (销号)."""
    require(by, Right.ACCEPT_RECTIFICATION)
    finding = rectification.finding
    _require_other_side(rectification, by)
    if manner == Acceptance.Manner.ON_SITE and not place.strip():
        raise Invalid([_("Say where you looked.")])
    with recorded(by, "rectification.decided", campaign=finding.campaign.public_id):
        acceptance = Acceptance(
            rectification=rectification,
            manner=manner,
            result=result,
            opinion=opinion,
            place=place,
            by=by,
            at=clock.now(),
        )
        if result == Acceptance.Result.ACCEPTED:
            rectification.enter("accept", by=by, reason=opinion)
            acceptance.save()
            findings.close(finding, by=by, acceptance=acceptance)
        else:
            rectification.enter("return", by=by, reason=opinion)
            acceptance.save()
        _tell_unit(finding, acceptance)
    return acceptance


def _tell_unit(finding: Finding, acceptance: Acceptance) -> None:
    texts = {
        "accepted": gettext_noop("“%(title)s” was accepted and is closed."),
        "returned": gettext_noop("The rectification of “%(title)s” was returned: %(opinion)s"),
    }
    tell(
        members_of(finding.participation.unit, Role.LIAISON, Role.UNIT_HEAD),
        text=texts[acceptance.result],
        params={"title": finding.title, "opinion": acceptance.opinion},
        url=reverse("rectification:rectification", args=[acceptance.rectification]),
    )


def _require_other_side(rectification: Rectification, by: Membership) -> None:
    """Nobody who rectified accepts, and nobody accepts from within the unit."""
    finding = rectification.finding
    in_team = TeamMember.objects.filter(team=finding.team_id, member=by, removed_at=None).exists()
    if not in_team and by.organisation_id != finding.campaign.organiser_id:
        raise NotAllowed(_("Only the team or the office accepts."))
    if by.role == Role.INSPECTOR and not in_team:
        raise NotAllowed(_("Only the team that found the problem or the office accepts."))
    steps = Step.objects.filter(subject_id=rectification.public_id, event="submit").values("actor")
    submitters = Membership.objects.filter(public_id__in=steps).values_list("person", flat=True)
    in_unit = Membership.objects.filter(person=by.person_id, organisation=finding.participation.unit_id).exists()
    if by.person_id in set(submitters) or in_unit:
        raise NotAllowed(_("Whoever belongs to the unit cannot accept its rectification."))


def take_workbook(campaign: Campaign, changes: Iterable[Change], *, by: Membership) -> int:
    """导入整改台账: what was filled into a workbook, each row as if it had been typed; all of it or nothing.

    Invalid with every fault, by its cell. Gives the number of rows that changed.
    """
    require(by, Right.RECTIFY)
    rows: dict[str, list[Change]] = {}
    for change in changes:
        rows.setdefault(change.key, []).append(change)
    faults: list[str] = []
    with recorded(by, "rectification.imported", campaign=campaign.public_id):
        named = _named(rows, by)
        for key, filled in rows.items():
            try:
                _take_row(named[key], {change.field: change.after for change in filled}, by)
            except Invalid as refused:
                faults += [f"{filled[0].cell}: {fault}" for fault in refused.faults]
            except (NotNow, NotAllowed) as refused:
                faults.append(f"{filled[0].cell}: {refused}")
        if faults:
            raise Invalid(faults)
    return len(rows)


def _named(keys: Iterable[str], by: Membership) -> dict[str, Finding | CorrectiveAction]:
    """What the rows are about, read at once: five hundred rows would take seconds one by one."""
    ids = [key.partition(":")[2] for key in keys]
    problems = visible_findings(by).filter(public_id__in=ids)
    measures = visible_corrective_actions(by).filter(public_id__in=ids)
    return {f"finding:{f.public_id}": f for f in problems} | {f"measure:{m.public_id}": m for m in measures}


def _take_row(about: Finding | CorrectiveAction, filled: Mapping[str, Any], by: Membership) -> None:
    words = {name: filled[name] for name in ("description", "goal", "owner_name", "due_on") if name in filled}
    if isinstance(about, Finding):
        rectification = open_for(about, by=by)
        measure = _new_measure(rectification, words, by) if words or "done" in filled else None
    else:
        measure, rectification = about, about.rectification
        if words:
            now = {name: getattr(measure, name) for name in ("description", "goal", "owner_name", "due_on")}
            measure = change_measure(measure, by=by, **_complete(now | words))
    if "done" in filled and measure:
        if not filled["done"]:
            raise Invalid([_("A measure that is done stays done. Put “已完成” back.")])
        finish_measure(measure, by=by)
    if filled.get("progress"):
        note_progress(rectification, by=by, text=filled["progress"], files=linked_to(rectification))


def _new_measure(rectification: Rectification, words: Mapping[str, Any], by: Membership) -> CorrectiveAction:
    wanted = _complete({"description": None, "goal": "", "owner_name": None, "due_on": None} | dict(words))
    return add_measure(rectification, by=by, **wanted)


def _complete(words: dict[str, Any]) -> dict[str, Any]:
    """The words of a measure, or Invalid with everything that is missing."""
    heads = {"description": _("What will be done"), "owner_name": _("Who is responsible"), "due_on": _("Until")}
    if missing := [head for name, head in heads.items() if not words[name]]:
        raise Invalid([_("“%(head)s” is empty.") % {"head": head} for head in missing])
    return words | {"goal": words["goal"] or ""}
