"""What waits for a member."""

from dataclasses import dataclass
from typing import Any

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext as _

from ducha.apps.accountability.access import visible_measures
from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Campaign
from ducha.apps.fieldwork.access import own_teams, visible_visits
from ducha.apps.findings.access import visible_findings
from ducha.apps.findings.queries import ledger
from ducha.apps.organisations.models import Membership
from ducha.apps.rectification.access import visible_rectifications
from ducha.apps.selfassessment.queries import assessments, stage_for
from ducha.apps.verification.queries import unnamed
from ducha.domain.rights import Role


@dataclass(frozen=True)
class Task:
    """What is mine to do, by when, and where."""

    sentence: str
    url: str
    due: Any = None
    is_overdue: bool = False


def tasks(member: Membership, campaign: Campaign) -> list[Task]:
    """What waits for this member, the most urgent first."""
    if member.role == Role.INSPECTOR:
        found = _inspector_tasks(member, campaign)
    else:
        found = _unit_tasks(member, campaign)
    return sorted(found, key=lambda task: (not task.is_overdue, task.due is None, str(task.due)))


def _unit_tasks(member: Membership, campaign: Campaign) -> list[Task]:
    is_head = member.role == Role.UNIT_HEAD
    found = [] if is_head else _ledger_tasks(member)
    for assessment in assessments(member, campaign):
        stage = stage_for(assessment)
        due = stage.due_at if stage else None
        url = reverse("selfassessment:assessment", args=[assessment])
        is_late = bool(due and clock.now() > due)
        if assessment.state in ("draft", "returned") and not is_head:
            found.append(
                Task(
                    _("Answer the self-inspection (%(n)s answered so far)") % {"n": assessment.answered},
                    url,
                    due,
                    is_late,
                )
            )
        elif assessment.state == "submitted" and is_head:
            found.append(Task(_("Certify the self-inspection"), url, due, is_late))
    for finding in _with_rectification(ledger(member, campaign)).filter(state__in=["handed_over", "acknowledged"]):
        sentence = _finding_task(finding, is_head)
        if sentence:
            url = reverse("findings:finding", args=[finding])
            found.append(Task(sentence, url, finding.due_on, finding.is_overdue))
    for measure in visible_measures(member).filter(state="issued").select_related("participation__unit"):
        is_late = bool(measure.due_on and measure.due_on < clock.today())
        url = reverse("accountability:measure", args=[measure])
        found.append(Task(_("Answer %(number)s") % {"number": measure.document_number}, url, measure.due_on, is_late))
    return found


def _ledger_tasks(member: Membership) -> list[Task]:
    return [
        Task(
            _("Name the columns of “%(name)s”") % {"name": file.name}, reverse("verification:ledger_file", args=[file])
        )
        for file in unnamed(member)
    ]


def _with_rectification(findings: Any) -> Any:
    return findings.annotate(rectification_state=F("rectification__state"))


def _finding_task(finding: Any, is_head: bool) -> str:
    if finding.state == "handed_over":
        return _("Acknowledge or object: %(title)s") % {"title": finding.title}
    begun = finding.rectification_state
    if is_head or begun in ("submitted", "accepted"):
        return ""
    return _("Rectify: %(title)s") % {"title": finding.title}


def _inspector_tasks(member: Membership, campaign: Campaign) -> list[Task]:
    found = []
    for visit in visible_visits(member).filter(state__in=["planned", "started"], participation__campaign=campaign):
        words = {"planned": _("Visit %(unit)s"), "started": _("Go on with the visit to %(unit)s")}
        sentence = words[visit.state] % {"unit": visit.participation.unit.name}
        found.append(Task(sentence, reverse("fieldwork:visit", args=[visit]), visit.starts_at))
    leading = set(own_teams(member).filter(members__member=member, members__leads=True).values_list("pk", flat=True))
    for finding in visible_findings(member).filter(campaign=campaign, state__in=["raised", "confirmed"]):
        if finding.state == "raised" and finding.team_id in leading and finding.raised_by_id != member.pk:
            sentence = _("Confirm: %(title)s") % {"title": finding.title}
        elif finding.state == "confirmed":
            sentence = _("Feed back: %(title)s") % {"title": finding.title}
        else:
            continue
        found.append(Task(sentence, reverse("findings:finding", args=[finding]), finding.due_on))
    for rectification in visible_rectifications(member).filter(state="submitted", finding__campaign=campaign):
        sentence = _("Look and accept or return: %(title)s") % {"title": rectification.finding.title}
        url = reverse("rectification:rectification", args=[rectification])
        found.append(Task(sentence, url, rectification.finding.due_on))
    return found
