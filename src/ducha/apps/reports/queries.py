"""The pictures of a campaign: overview, tasks, one unit, the report. Reads only; each a constant number of queries."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Count, F, Q
from django.urls import reverse
from django.utils.translation import gettext as _

from ducha.apps.accountability.access import visible_measures
from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Area, Campaign, Participation
from ducha.apps.campaigns.queries import areas, stages
from ducha.apps.evidence.queries import linked_to_all
from ducha.apps.fieldwork.access import own_teams, visible_visits
from ducha.apps.findings.access import visible_findings
from ducha.apps.findings.queries import OPEN, ledger, matrix, practices
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership
from ducha.apps.rectification.access import visible_rectifications
from ducha.apps.selfassessment.queries import Weight, assessments, contradictions, stage_for
from ducha.apps.verification.queries import latest_results, not_met, unnamed
from ducha.domain.rights import Role


@dataclass(frozen=True)
class HeatCell:
    area: Area
    count: int

    @property
    def level(self) -> int:
        """The shade: 0 none, 1 one, 2 two or three, 3 up to five, 4 more."""
        return sum(self.count >= step for step in (1, 2, 4, 6))


@dataclass(frozen=True)
class HeatRow:
    participation: Participation
    cells: list[HeatCell]
    total: int


@dataclass(frozen=True)
class FunnelStep:
    label: str
    count: int
    query: str


@dataclass
class Overview:
    campaign: Campaign
    stages: list[Any]
    total: int = 0
    points_hit: int = 0
    admitted: int = 0
    serious: int = 0
    handed_over: int = 0
    objections: int = 0
    overdue: int = 0
    oldest: list[Any] = field(default_factory=list)
    areas: list[Area] = field(default_factory=list)
    heat: list[HeatRow] = field(default_factory=list)
    funnel: list[FunnelStep] = field(default_factory=list)
    delivered: int = 0
    late: int = 0
    units: int = 0
    measures: int = 0
    contradictions: int = 0
    opposite: int = 0
    checked: int = 0
    missed: int = 0

    @property
    def admitted_share(self) -> int:
        """Problems that the units named themselves, in percent of all."""
        return round(100 * self.admitted / self.total) if self.total else 0

    @property
    def missing(self) -> int:
        return self.units - self.delivered


def overview(member: Membership, campaign: Campaign) -> Overview:
    """What is wrong, where, how we know, how far it is."""
    found = visible_findings(member).filter(campaign=campaign).order_by()
    standing = found.exclude(state="withdrawn")
    late = Q(state__in=OPEN, due_on__lt=clock.today())
    figures = standing.aggregate(
        total=Count("pk"),
        points_hit=Count("point", distinct=True),
        admitted=Count("pk", filter=Q(source="admitted")),
        serious=Count("pk", filter=Q(severity="serious")),
        handed_over=Count("pk", filter=Q(handed_over_at__isnull=False)),
        objections=Count("pk", filter=Q(state="objected")),
        overdue=Count("pk", filter=late),
    )
    result = Overview(campaign, stages(campaign), **figures)
    result.oldest = list(ledger(member, campaign).filter(is_overdue=True).order_by("due_on", "number")[:5])
    result.areas = list(areas(campaign))
    result.heat = _heat(member, campaign, result.areas)
    result.funnel = _funnel(member, campaign, result)
    delivered = [a for a in assessments(member, campaign) if a.versions]
    result.delivered, result.late = len(delivered), sum(a.is_late for a in delivered)
    result.units = len(result.heat)
    verdicts = Counter(latest_results(member, campaign).order_by().values_list("verdict", flat=True))
    result.checked, result.missed = verdicts.total(), verdicts["not_met"]
    contradicting = contradictions(member, campaign)
    result.contradictions = len(contradicting)
    result.opposite = sum(c.weight == Weight.OPPOSITE for c in contradicting)
    result.measures = visible_measures(member).filter(campaign=campaign).count()
    return result


def _heat(member: Membership, campaign: Campaign, areas: list[Area]) -> list[HeatRow]:
    counts = matrix(member, campaign)
    rows = []
    for participation in visible_participations(member).filter(campaign=campaign):
        cells = [HeatCell(area, counts.get((participation.pk, area.pk), 0)) for area in areas]
        rows.append(HeatRow(participation, cells, sum(cell.count for cell in cells)))
    return sorted(rows, key=lambda row: -row.total)


def _funnel(member: Membership, campaign: Campaign, figures: Overview) -> list[FunnelStep]:
    """How many reached each step, whatever came after."""
    states = Counter(visible_findings(member).filter(campaign=campaign).order_by().values_list("state", flat=True))
    reported = visible_rectifications(member).filter(finding__campaign=campaign, state="submitted").count()
    acknowledged = states["acknowledged"] + states["closed"]
    return [
        FunnelStep(_("Found"), figures.total, ""),
        FunnelStep(_("Fed back"), figures.handed_over, ""),
        FunnelStep(_("Acknowledged"), acknowledged, "state=acknowledged"),
        FunnelStep(_("Waiting for acceptance"), reported, "state=acknowledged"),
        FunnelStep(_("Closed"), states["closed"], "state=closed"),
        FunnelStep(_("Withdrawn"), states["withdrawn"], "state=withdrawn"),
    ]


def unit_page(member: Membership, participation: Participation) -> dict[str, Any]:
    """Everything about one unit in one campaign."""
    campaign = participation.campaign
    shown = list(practices(member, campaign).filter(participation=participation))
    evidence = linked_to_all(shown)
    return {
        "participation": participation,
        "campaign": campaign,
        "assessment": assessments(member, campaign).filter(participation=participation).first(),
        "findings": ledger(member, campaign).filter(participation=participation),
        "practices": [(practice, evidence.get(practice.public_id, [])) for practice in shown],
        "visits": visible_visits(member).filter(participation=participation),
        "measures": visible_measures(member).filter(participation=participation),
        "not_met": not_met(member, participation),
    }


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


def running() -> Iterator[tuple[Membership, Campaign]]:
    """Each campaign under way with somebody of its inspection office, through whose eyes a command reads it."""
    for campaign in Campaign.objects.filter(state="launched").select_related("organiser").order_by("id"):
        office = current_memberships().filter(organisation=campaign.organiser_id, role=Role.OFFICE).first()
        if office:
            yield office, campaign


def for_the_machine() -> tuple[Membership, Campaign] | None:
    """The newest campaign and somebody of its inspection office, through whose eyes a command reads; None without."""
    for campaign in Campaign.objects.exclude(state="draft").order_by("-id"):
        office = current_memberships().filter(organisation=campaign.organiser_id, role=Role.OFFICE).first()
        if office:
            return office, campaign
    return None
