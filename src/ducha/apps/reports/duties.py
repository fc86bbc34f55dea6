"""What is open and by when: whom to remind of it, what a group is told, what stands in a calendar."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from django.conf import settings
from django.db.models import F
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.accountability.access import visible_measures
from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.access import UNIT_ROLES, visible_campaigns, visible_stages
from ducha.apps.campaigns.models import Campaign, Stage
from ducha.apps.fieldwork.access import recused_units, visible_visits
from ducha.apps.fieldwork.queries import teams
from ducha.apps.findings.access import visible_findings
from ducha.apps.notices.actions import Line, Reminder
from ducha.apps.notices.queries import end_of
from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.templatetags.pages import day
from ducha.apps.rectification.access import visible_rectifications
from ducha.apps.selfassessment.access import visible_assessments
from ducha.domain import workdays
from ducha.domain.deadlines import working_days_until
from ducha.domain.errors import OutsideCalendar
from ducha.domain.rights import Role
from ducha.engines import ics

# 提前几个工作日提醒。
DISTANCES = (5, 2, 1)
OVERDUE = "overdue"


class Kind(StrEnum):
    """What somebody has to do by a day."""

    ANSWER = "answer"
    CERTIFY = "certify"
    ACKNOWLEDGE = "acknowledge"
    RECTIFY = "rectify"
    MEASURE = "measure"
    ACCEPT = "accept"


@dataclass(frozen=True)
class Words:
    """How a duty is told (msgids): before its day, after it, in a calendar without what people wrote, and counted."""

    before: str
    after: str
    calendar: str
    counted: str


WORDS = {
    Kind.ANSWER: Words(
        gettext_noop("The self-inspection of your unit is due soon. Answer what is left and submit it."),
        gettext_noop("The self-inspection of your unit is overdue. Submit it now."),
        gettext_noop("Submit the self-inspection"),
        gettext_noop("self-inspection reports"),
    ),
    Kind.CERTIFY: Words(
        gettext_noop("The self-inspection of your unit is due soon and waits for your certification."),
        gettext_noop("The self-inspection of your unit is overdue and waits for your certification."),
        gettext_noop("Certify the self-inspection"),
        gettext_noop("self-inspection reports"),
    ),
    Kind.ACKNOWLEDGE: Words(
        gettext_noop("Problem no. %(number)s waits for your acknowledgement or objection: %(title)s"),
        gettext_noop("Problem no. %(number)s is overdue and still waits for your word: %(title)s"),
        gettext_noop("Acknowledge problem no. %(number)s or object"),
        gettext_noop("problems to acknowledge"),
    ),
    Kind.RECTIFY: Words(
        gettext_noop("Rectify problem no. %(number)s and report it: %(title)s"),
        gettext_noop("The rectification of problem no. %(number)s is overdue. Report it now: %(title)s"),
        gettext_noop("Rectify problem no. %(number)s"),
        gettext_noop("rectification reports"),
    ),
    Kind.MEASURE: Words(
        gettext_noop("Answer %(number)s."),
        gettext_noop("The answer to %(number)s is overdue. Give it now."),
        gettext_noop("Answer %(number)s"),
        gettext_noop("answers to measures"),
    ),
    Kind.ACCEPT: Words(
        gettext_noop("“%(unit)s” reports problem no. %(number)s as rectified. Look and accept or return: %(title)s"),
        gettext_noop("The acceptance of problem no. %(number)s of “%(unit)s” is overdue: %(title)s"),
        gettext_noop("Accept or return problem no. %(number)s of “%(unit)s”"),
        gettext_noop("acceptances"),
    ),
}


@dataclass(frozen=True)
class Duty:
    """One open thing of a unit, or for an acceptance of a team, with its deadline."""

    kind: Kind
    subject: str
    roles: tuple[str, ...]
    unit: int
    due_at: datetime
    url: str
    params: dict[str, Any]
    team: int | None = None

    @property
    def due_on(self) -> date:
        return timezone.localtime(self.due_at).date()

    @property
    def words(self) -> Words:
        return WORDS[self.kind]


def duties(reader: Membership, campaigns: Iterable[Campaign]) -> list[Duty]:
    """What is open in campaigns and has a deadline, as far as the reader sees it; a constant number of queries."""
    running = [campaign.pk for campaign in campaigns]
    found = visible_stages(reader).filter(campaign__in=running, due_at__isnull=False)
    ends = {(stage.campaign_id, stage.kind): stage.due_at for stage in found}
    return [
        *_self_inspections(reader, running, ends),
        *_findings(reader, running),
        *_measures(reader, running),
        *_acceptances(reader, running, ends),
    ]


def _self_inspections(reader: Membership, running: list[int], ends: dict[tuple[int, str], datetime]) -> Iterator[Duty]:
    open_states = {
        "draft": (Kind.ANSWER, (Role.LIAISON,)),
        "returned": (Kind.ANSWER, (Role.LIAISON,)),
        "submitted": (Kind.CERTIFY, (Role.UNIT_HEAD,)),
    }
    waiting = visible_assessments(reader).filter(participation__campaign__in=running, state__in=open_states)
    for assessment in waiting:
        participation = assessment.participation
        if due_at := ends.get((participation.campaign_id, Stage.Kind.SELF_INSPECTION)):
            kind, roles = open_states[assessment.state]
            url = reverse("selfassessment:assessment", args=[assessment])
            yield Duty(kind, assessment.public_id, roles, participation.unit_id, due_at, url, {})


def _findings(reader: Membership, running: list[int]) -> Iterator[Duty]:
    at_the_unit = visible_findings(reader).filter(
        campaign__in=running, state__in=["handed_over", "acknowledged"], due_on__isnull=False
    )
    for finding in at_the_unit.annotate(progress=F("rectification__state")):
        kind, roles = Kind.ACKNOWLEDGE, UNIT_ROLES
        if finding.state == "acknowledged":
            kind, roles = Kind.RECTIFY, (Role.LIAISON,)
            if finding.progress in ("submitted", "accepted"):
                continue
        params = {"number": finding.number, "title": finding.title}
        url, due_at = reverse("findings:finding", args=[finding]), end_of(finding.due_on)
        yield Duty(kind, finding.public_id, roles, finding.participation.unit_id, due_at, url, params)


def _measures(reader: Membership, running: list[int]) -> Iterator[Duty]:
    issued = visible_measures(reader).filter(campaign__in=running, state="issued", due_on__isnull=False)
    for measure in issued:
        params, url = {"number": measure.document_number}, reverse("accountability:measure", args=[measure])
        unit = measure.participation.unit_id
        yield Duty(Kind.MEASURE, measure.public_id, UNIT_ROLES, unit, end_of(measure.due_on), url, params)


def _acceptances(reader: Membership, running: list[int], ends: dict[tuple[int, str], datetime]) -> Iterator[Duty]:
    """Reported rectifications; they wait for the team by the end of the stage of acceptance."""
    reported = visible_rectifications(reader).filter(finding__campaign__in=running, state="submitted")
    for rectification in reported:
        finding = rectification.finding
        if due_at := ends.get((finding.campaign_id, Stage.Kind.ACCEPTANCE)):
            unit = finding.participation.unit
            params = {"number": finding.number, "title": finding.title, "unit": unit.name}
            url = reverse("rectification:rectification", args=[rectification])
            subject = rectification.public_id
            yield Duty(Kind.ACCEPT, subject, (Role.INSPECTOR,), unit.pk, due_at, url, params, finding.team_id)


def own_duties(member: Membership, campaigns: Iterable[Campaign]) -> list[Duty]:
    """What the member has to do themself."""
    return [duty for duty in duties(member, campaigns) if member.role in duty.roles]


def step_of(due_on: date, today: date) -> str | None:
    """How a deadline stands today where that is worth a word: 5, 2 or 1 working days before it, or just after it.

    OutsideCalendar where nobody has announced the working days in between.
    """
    calendar = workdays.load()
    if today > due_on:
        return OVERDUE if today <= calendar.next_working_day(due_on + timedelta(1)) else None
    left = working_days_until(today, due_on, calendar=calendar)
    return str(left) if left in DISTANCES else None


@dataclass(frozen=True)
class Due:
    """The duties of a campaign that are worth a word today, each with how it stands, and how many cannot be counted."""

    steps: list[tuple[Duty, str]]
    not_counted: int


def due_today(found: Iterable[Duty]) -> Due:
    """Which duties are 5, 2, 1 working days away or just overdue."""
    steps, not_counted = [], 0
    for duty in found:
        try:
            step = step_of(duty.due_on, clock.today())
        except OutsideCalendar:
            not_counted += 1
            continue
        if step:
            steps.append((duty, step))
    return Due(steps, not_counted)


def reminders(reader: Membership, campaign: Campaign, due: Due) -> list[Reminder]:
    """To whoever has to do it; of what is overdue one summary to the office."""
    told = [
        _reminder(member, duty, step)
        for (duty, step), members in zip(due.steps, _responsible(reader, campaign, due.steps), strict=True)
        for member in members
    ]
    return [*told, *_summaries(campaign, [duty for duty, step in due.steps if step == OVERDUE])]


def _reminder(member: Membership, duty: Duty, step: str) -> Reminder:
    text = duty.words.after if step == OVERDUE else duty.words.before
    # With the day: a deadline that moves is reminded of anew.
    key = f"{member.public_id}/{duty.subject}/{duty.kind}/{duty.due_on}/{step}"
    return Reminder(member, key, text, duty.url, duty.due_at, duty.params)


def _responsible(
    reader: Membership, campaign: Campaign, steps: Sequence[tuple[Duty, str]]
) -> Iterator[Sequence[Membership]]:
    at_units: dict[tuple[int, str], list[Membership]] = defaultdict(list)
    for member in current_memberships().filter(organisation__participations__campaign=campaign, role__in=UNIT_ROLES):
        at_units[member.organisation_id, member.role].append(member)
    in_teams = _teams(reader, campaign) if any(duty.team for duty, _step in steps) else {}
    for duty, _step in steps:
        if duty.team:
            yield [member for member, away in in_teams.get(duty.team, []) if duty.unit not in away]
        else:
            yield [member for role in duty.roles for member in at_units[duty.unit, role]]


def _teams(reader: Membership, campaign: Campaign) -> dict[int, list[tuple[Membership, set[int]]]]:
    """The inspectors of each team, each with the units from which they stay away."""
    current = {member.pk: member for member in current_memberships().filter(role=Role.INSPECTOR)}
    return {
        team.pk: [
            (current[place.member_id], set(recused_units(place.member).values_list("pk", flat=True)))
            for place in team.members.all()
            if place.member_id in current
        ]
        for team in teams(reader, campaign)
    }


def _summaries(campaign: Campaign, overdue: Sequence[Duty]) -> list[Reminder]:
    text = gettext_noop("%(count)s things of %(units)s units were due on %(when)s and are still open.")
    office = list(current_memberships().filter(organisation=campaign.organiser_id, role=Role.OFFICE))
    by_day: dict[date, list[Duty]] = defaultdict(list)
    for duty in overdue:
        by_day[duty.due_on].append(duty)
    return [
        Reminder(
            member,
            f"{member.public_id}/{campaign.public_id}/{OVERDUE}/{due_on}",
            text,
            reverse("reports:overview"),
            params={"count": len(late), "units": len({d.unit for d in late}), "when": due_on.isoformat()},
        )
        for due_on, late in by_day.items()
        for member in office
    ]


def lines(due: Due, unit: int | None = None) -> list[Line]:
    """What a group is told: how many of each kind are due on which day, of one unit or of all; on working days only."""
    if not due.steps or not workdays.load().is_working_day(clock.today()):
        return []
    counted = Counter(
        (duty.due_on, duty.words.counted) for duty, _step in due.steps if unit is None or duty.unit == unit
    )
    return [Line(what, count, due_on.isoformat()) for (due_on, what), count in sorted(counted.items())]


def calendar_of(member: Membership) -> bytes:
    """日历订阅: ends of stages, the member's own deadlines and the announced visits that concern them."""
    campaigns = list(visible_campaigns(member).filter(state="launched"))
    entries = [*_stage_ends(member, campaigns), *_deadlines(member, campaigns), *_visits(member, campaigns)]
    return ics.write_feed(_("Ducha"), entries, at=clock.now(), tz=settings.TIME_ZONE)


def _stage_ends(member: Membership, campaigns: list[Campaign]) -> Iterator[ics.Entry]:
    for stage in visible_stages(member).filter(campaign__in=campaigns, due_at__isnull=False):
        yield ics.Entry(
            f"{stage.public_id}-stage@ducha",
            timezone.localtime(stage.due_at).date(),
            _("%(stage)s ends") % {"stage": stage.title},
            f"{stage.campaign.title}\n{day(stage.due_at)}",
            f"{settings.DUCHA_ADDRESS}{reverse('home')}",
        )


def _deadlines(member: Membership, campaigns: list[Campaign]) -> Iterator[ics.Entry]:
    for duty in own_duties(member, campaigns):
        yield ics.Entry(
            f"{duty.subject}-{duty.kind}@ducha",
            duty.due_on,
            # A calendar lies in the cloud of somebody's phone: the number, and not what the problem is.
            _(duty.words.calendar) % duty.params,
            url=f"{settings.DUCHA_ADDRESS}{duty.url}",
        )


def _visits(member: Membership, campaigns: list[Campaign]) -> Iterator[ics.Entry]:
    """Announced ones alone: for the same reason an unannounced one stands in nobody's calendar, its team's neither."""
    if member.role not in (*UNIT_ROLES, Role.INSPECTOR):
        return
    planned = visible_visits(member).filter(announced=True, state="planned", participation__campaign__in=campaigns)
    text = _("Visit to %(unit)s") if member.role == Role.INSPECTOR else _("%(team)s visits you")
    for visit in planned:
        yield ics.Entry(
            f"{visit.public_id}-visit@ducha",
            timezone.localtime(visit.starts_at).date(),
            text % {"unit": visit.participation.unit.name, "team": visit.team.name},
            day(visit.starts_at),
            f"{settings.DUCHA_ADDRESS}{reverse('fieldwork:visit', args=[visit])}",
        )
