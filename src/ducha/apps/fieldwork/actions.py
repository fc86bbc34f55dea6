"""Teams, recusal, visits and what is done on them."""

from collections.abc import Iterable
from datetime import datetime

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.fieldwork.access import leads
from ducha.apps.fieldwork.models import Activity, Recusal, Team, TeamMember, TeamUnit, Visit
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import may, require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.domain.rights import Right, Role


def create_team(
    campaign: Campaign, *, by: Membership, name: str, leader: Membership, members: Iterable[Membership]
) -> Team:
    """组建督察组: one leader and the others, none of them in another team."""
    require(by, Right.ARRANGE_FIELDWORK)
    chosen = {member.pk: member for member in [leader, *members]}
    taken = TeamMember.objects.filter(team__campaign=campaign, member__in=chosen, removed_at=None)
    if faults := [_("“%(name)s” is in another team.") % {"name": t.member.person.name} for t in taken]:
        raise Invalid(faults)
    with recorded(by, "team.created", campaign=campaign.public_id):
        team = Team(campaign=campaign, number=campaign.teams.count() + 1, name=name)
        team.save()
        places = [TeamMember(team=team, member=m, leads=m.pk == leader.pk) for m in chosen.values()]
        TeamMember.objects.bulk_create(places)
    return team


def recuse(member: Membership, unit: Organisation, *, campaign: Campaign, by: Membership, reason: str) -> Recusal:
    """回避: an inspector stays away from a unit."""
    require(by, Right.ARRANGE_FIELDWORK)
    with recorded(by, "inspector.recused", campaign=campaign.public_id):
        recusal = Recusal(campaign=campaign, member=member, unit=unit, reason=reason)
        recusal.save()
    return recusal


def assign_unit(team: Team, participation: Participation, *, by: Membership) -> TeamUnit:
    """分配单位: into a team's care; refused where a member comes from the unit or is recused from it."""
    require(by, Right.ARRANGE_FIELDWORK)
    _refuse_the_partial(team, participation)
    with recorded(by, "team.unit_assigned", campaign=team.campaign.public_id):
        held = TeamUnit.objects.filter(participation=participation).first() or TeamUnit(participation=participation)
        held.team = team
        held.save()
    return held


def _refuse_the_partial(team: Team, participation: Participation) -> None:
    people = [p.member for p in team.members.filter(removed_at=None).select_related("member__person")]
    recused = set(
        Recusal.objects.filter(unit=participation.unit_id, removed_at=None, member__in=people).values_list(
            "member", flat=True
        )
    )
    unit = participation.unit.name
    faults = [
        _("“%(name)s” of %(team)s must stay away from “%(unit)s”. Give the unit to another team.")
        % {"name": member.person.name, "team": team.name, "unit": unit}
        for member in people
        if member.home_id == participation.unit_id or member.pk in recused
    ]
    if faults:
        raise Invalid(faults)


def plan_visit(
    participation: Participation, *, by: Membership, announced: bool, starts_at: datetime, purpose: str = ""
) -> Visit:
    """安排督察: by the office or the team's leader; of an unannounced visit nobody else is told."""
    team_unit = TeamUnit.objects.filter(participation=participation).select_related("team").first()
    if team_unit is None:
        raise NotNow(_("No team has “%(unit)s” in its care yet.") % {"unit": participation.unit.name})
    team = team_unit.team
    if not (leads(by, team) or (may(by, Right.ARRANGE_FIELDWORK) and announced)):
        raise NotAllowed(
            _("Only the team's leader plans an unannounced visit, the office or the leader an announced one.")
        )
    with recorded(by, "visit.planned", campaign=team.campaign.public_id):
        visit = Visit.begin(
            team=team, participation=participation, announced=announced, starts_at=starts_at, purpose=purpose
        )
        visit.save()
        if announced:
            tell(
                members_of(participation.unit, Role.LIAISON, Role.UNIT_HEAD),
                text=gettext_noop("%(team)s will visit you on %(when)s."),
                params={"team": team.name, "when": timezone.localtime(starts_at).strftime("%Y-%m-%d %H:%M")},
                url=reverse("fieldwork:visit", args=[visit]),
                due_at=starts_at,
            )
    return visit


def _in_team(team: Team, by: Membership) -> None:
    require(by, Right.VISIT)
    if not TeamMember.objects.filter(team=team, member=by, removed_at=None).exists():
        raise NotAllowed(_("Only members of %(team)s can do this.") % {"team": team.name})


def start(visit: Visit, *, by: Membership) -> Visit:
    """进驻: the visit begins; from now on an unannounced one is no secret."""
    _in_team(visit.team, by)
    with recorded(by, "visit.started", campaign=visit.team.campaign.public_id):
        visit.enter("start", by=by)
    return visit


def end(visit: Visit, *, by: Membership) -> Visit:
    """离开: the visit is over."""
    _in_team(visit.team, by)
    with recorded(by, "visit.ended", campaign=visit.team.campaign.public_id):
        visit.enter("end", by=by)
    return visit


def cancel(visit: Visit, *, by: Membership, reason: str) -> Visit:
    """取消: a planned visit does not take place."""
    if not leads(by, visit.team):
        require(by, Right.ARRANGE_FIELDWORK)
    with recorded(by, "visit.cancelled", campaign=visit.team.campaign.public_id):
        visit.enter("cancel", by=by, reason=reason)
    return visit


def note_activity(
    visit: Visit, *, by: Membership, kind: str, title: str, notes: str = "", files: Iterable[EvidenceFile] = ()
) -> Activity:
    """记录活动: what was done on the visit, while it lasts."""
    _in_team(visit.team, by)
    if visit.state != "started":
        raise NotNow(_("Start the visit first."))
    with recorded(by, "activity.noted", campaign=visit.team.campaign.public_id):
        activity = Activity(visit=visit, kind=kind, at=clock.now(), title=title, notes=notes, by=by)
        activity.save()
        evidence.set_links(activity, files, by=by)
    return activity
