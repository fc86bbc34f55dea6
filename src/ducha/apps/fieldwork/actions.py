"""Teams, recusal, visits and what is done on them."""

import secrets
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns.actions import office_of
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.fieldwork.access import is_recused, leads, works_in
from ducha.apps.fieldwork.models import Activity, CaseFile, CaseFileSample, Recusal, Team, TeamMember, TeamUnit, Visit
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import may, require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.pages.words import kept
from ducha.apps.verification import queries as verification
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.domain.rights import Right, Role
from ducha.engines.ledgers import sampling


def _arranges(campaign: Campaign, by: Membership) -> bool:
    return may(by, Right.ARRANGE_FIELDWORK) and by.organisation_id == campaign.organiser_id


def _require_organiser(campaign: Campaign, by: Membership) -> None:
    if not _arranges(campaign, by):
        raise NotAllowed(_("Your role does not allow this."))


def create_team(
    campaign: Campaign, *, by: Membership, name: str, leader: Membership, members: Iterable[Membership]
) -> Team:
    """组建督察组: one leader and the others, none of them in another team."""
    _require_organiser(campaign, by)
    chosen = {member.pk: member for member in [leader, *members]}
    taken = TeamMember.objects.filter(team__campaign=campaign, member__in=chosen, removed_at=None)
    if faults := [_("“%(name)s” is in another team.") % {"name": t.member.person.name} for t in taken]:
        raise Invalid(faults)
    with recorded(by, "team.created", campaign=campaign.public_id):
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        team = Team(campaign=campaign, number=campaign.teams.count() + 1, name=name)
        team.save()
        places = [TeamMember(team=team, member=m, leads=m.pk == leader.pk) for m in chosen.values()]
        TeamMember.objects.bulk_create(places)
    return team


def change_team(team: Team, *, by: Membership, name: str, leader: Membership, members: Iterable[Membership]) -> Team:
    """调整督察组: exactly these from now on; refused where one must stay away from a unit in the team's care."""
    _require_organiser(team.campaign, by)
    chosen = {member.pk: member for member in [leader, *members]}
    held = [place.participation for place in team.units.select_related("participation__unit")]
    faults = [_stays_away(m, team, p) for p in held for m in chosen.values() if is_recused(m, p)]
    taken = TeamMember.objects.filter(team__campaign=team.campaign, member__in=chosen, removed_at=None)
    faults += [_("“%(name)s” is in another team.") % {"name": t.member.person.name} for t in taken.exclude(team=team)]
    if faults:
        raise Invalid(faults)
    with recorded(by, "team.changed", campaign=team.campaign.public_id):
        team.name = name
        team.save()
        for place in team.members.filter(removed_at=None):
            if place.member_id in chosen and place.leads == (place.member_id == leader.pk):
                del chosen[place.member_id]
            else:
                place.removed_at = clock.now()
                place.save()
        places = [TeamMember(team=team, member=m, leads=m.pk == leader.pk) for m in chosen.values()]
        TeamMember.objects.bulk_create(places)
    return team


def recuse(member: Membership, unit: Organisation, *, campaign: Campaign, by: Membership, reason: str) -> Recusal:
    """回避: an inspector stays away from a unit, by the office's word or the inspector's own."""
    if by != member:
        _require_organiser(campaign, by)
    with recorded(by, "inspector.recused", campaign=campaign.public_id):
        recusal = Recusal(campaign=campaign, member=member, unit=unit, reason=reason)
        recusal.save()
        care = TeamUnit.objects.filter(participation__campaign=campaign, participation__unit=unit)
        with_member = TeamMember.objects.filter(member__person=member.person_id, removed_at=None).values("team")
        for place in care.filter(team__in=with_member).select_related("team"):
            text = gettext_noop("%(name)s of %(team)s must stay away from “%(unit)s”. Give the unit to another team.")
            params = {"name": member.person.name, "team": place.team.name, "unit": unit.name}
            tell(office_of(campaign), text=text, params=params, url=reverse("fieldwork:teams"))
    return recusal


def end_recusal(recusal: Recusal, *, by: Membership, reason: str) -> Recusal:
    """解除回避: the ground for it is gone; decided by the office, never by the inspector."""
    _require_organiser(recusal.campaign, by)
    with recorded(by, "inspector.recusal_ended", campaign=recusal.campaign.public_id):
        recusal.removed_at, recusal.removed_because = clock.now(), reason
        recusal.save()
    return recusal


def assign_unit(team: Team, participation: Participation, *, by: Membership) -> TeamUnit:
    """分配单位: into a team's care; refused where a member comes from the unit or is recused from it."""
    _require_organiser(team.campaign, by)
    _refuse_the_partial(team, participation)
    with recorded(by, "team.unit_assigned", campaign=team.campaign.public_id):
        held = TeamUnit.objects.filter(participation=participation).first() or TeamUnit(participation=participation)
        held.team = team
        held.save()
    return held


def _refuse_the_partial(team: Team, participation: Participation) -> None:
    places = team.members.filter(removed_at=None).select_related("member__person")
    recused = [place.member for place in places if is_recused(place.member, participation)]
    if recused:
        raise Invalid([_stays_away(member, team, participation) for member in recused])


def _stays_away(member: Membership, team: Team, participation: Participation) -> str:
    return _("“%(name)s” of %(team)s must stay away from “%(unit)s”. Give the unit to another team.") % {
        "name": member.person.name,
        "team": team.name,
        "unit": participation.unit.name,
    }


def plan_visit(
    participation: Participation, *, by: Membership, announced: bool, starts_at: datetime, purpose: str = ""
) -> Visit:
    """安排督察: by the office or the team's leader; of an unannounced visit nobody else is told."""
    team = _team_of(participation)
    _require_planner(team, participation, by, announced=announced)
    with recorded(by, "visit.planned", campaign=team.campaign.public_id):
        visit = Visit.begin(
            team=team, participation=participation, announced=announced, starts_at=starts_at, purpose=purpose
        )
        visit.save()
        if announced:
            _tell_unit(visit, gettext_noop("%(team)s will visit you on %(when)s."), due_at=starts_at)
    return visit


def _team_of(participation: Participation) -> Team:
    team_unit = TeamUnit.objects.filter(participation=participation).select_related("team__campaign").first()
    if team_unit is None:
        raise NotNow(_("No team has “%(unit)s” in its care yet.") % {"unit": participation.unit.name})
    return team_unit.team


def _require_planner(team: Team, participation: Participation, by: Membership, *, announced: bool) -> None:
    if leads(by, team):
        _refuse_the_recused(by, team, participation)
    elif not (announced and _arranges(team.campaign, by)):
        raise NotAllowed(
            _("Only the team's leader plans an unannounced visit, the office or the leader an announced one.")
        )


def _tell_unit(visit: Visit, text: str, *, due_at: datetime | None = None, **params: str) -> None:
    when = timezone.localtime(visit.starts_at).strftime("%Y-%m-%d %H:%M")
    tell(
        members_of(visit.participation.unit, Role.LIAISON, Role.UNIT_HEAD),
        text=text,
        params={"team": visit.team.name, "when": when, **params},
        url=reverse("fieldwork:visit", args=[visit]),
        due_at=due_at,
    )


def _refuse_the_recused(by: Membership, team: Team, participation: Participation) -> None:
    if is_recused(by, participation):
        raise NotAllowed(_stays_away(by, team, participation))


def _in_team(visit: Visit, by: Membership) -> None:
    require(by, Right.VISIT)
    if not works_in(by, visit.team):
        raise NotAllowed(_("Only members of %(team)s can do this.") % {"team": visit.team.name})
    _refuse_the_recused(by, visit.team, visit.participation)


def start(visit: Visit, *, by: Membership) -> Visit:
    """进驻: the visit begins; from now on an unannounced one is no secret."""
    _in_team(visit, by)
    if _team_of(visit.participation) != visit.team:
        raise NotNow(_("“%(unit)s” is not in your team's care.") % {"unit": visit.participation.unit.name})
    with recorded(by, "visit.started", campaign=visit.team.campaign.public_id):
        visit.enter("start", by=by)
    return visit


def end(visit: Visit, *, by: Membership) -> Visit:
    """离开: the visit is over."""
    _in_team(visit, by)
    with recorded(by, "visit.ended", campaign=visit.team.campaign.public_id):
        visit.enter("end", by=by)
    return visit


def cancel(visit: Visit, *, by: Membership, reason: str) -> Visit:
    """取消: a planned visit does not take place; a unit that was told of it hears so."""
    if not leads(by, visit.team) and not (visit.announced and _arranges(visit.team.campaign, by)):
        raise NotAllowed(_("Your role does not allow this."))
    with recorded(by, "visit.cancelled", campaign=visit.team.campaign.public_id):
        visit.enter("cancel", by=by, reason=reason)
        if visit.announced:
            _tell_unit(visit, gettext_noop("%(team)s will not come on %(when)s: %(reason)s"), reason=reason)
    return visit


def note_activity(
    visit: Visit, *, by: Membership, kind: str, title: str, notes: str = "", files: Iterable[EvidenceFile] = ()
) -> Activity:
    """记录活动: what was done on the visit, while it lasts."""
    _in_team(visit, by)
    if visit.state != "started":
        raise NotNow(_("Start the visit first."))
    with recorded(by, "activity.noted", campaign=visit.team.campaign.public_id):
        activity = Activity(visit=visit, kind=kind, at=clock.now(), title=title, notes=notes, by=by)
        activity.save()
        evidence.set_links(activity, files, by=by)
    return activity


def draw_case_files(visit: Visit, *, by: Membership, kind: str, size: int | None = None) -> CaseFileSample:
    """抽取案卷: from the unit's own ledger, by year and procedure; every draw stays on the record with its seed.

    `size` None is computed by the formula for a share; what the newest check found stands beside each file.
    """
    _in_team(visit, by)
    if visit.state not in ("planned", "started"):
        raise NotNow(_("The visit is over."))
    if CaseFile.objects.filter(sample__visit=visit, sample__kind=kind, is_faulty__isnull=False).exists():
        # Whoever draws until the files please estimates nothing.
        raise NotNow(_("The files that were drawn are being reviewed already; they stay as they are."))
    drawn = sampling.sample(
        verification.store(),
        unit=visit.participation.unit.name,
        kind=kind,
        size=size,
        seed=secrets.token_hex(16),
        on=clock.today(),
        violations=verification.newest_rows_of(visit.participation),
    )
    with recorded(by, "case_files.drawn", campaign=visit.team.campaign.public_id):
        sample = CaseFileSample(
            visit=visit,
            kind=kind,
            seed=drawn.seed,
            population=drawn.size.population,
            reason=kept(drawn.size.reason),
            clean_bound=drawn.size.clean_bound,
            files=[_as_json(file) for file in drawn.files],
            shares=[{**s.stratum._asdict(), "population": s.population, "drawn": s.drawn} for s in drawn.shares],
            drawn_by=by,
            drawn_at=clock.now(),
        )
        sample.save()
        CaseFile.objects.bulk_create([CaseFile(sample=sample, number=n + 1) for n in range(len(drawn.files))])
    return sample


def _as_json(file: sampling.CaseFile) -> dict[str, Any]:
    return {
        "key": file.key,
        "day": file.day.isoformat(),
        **file.stratum._asdict(),
        "source": file.source,
        "source_row": file.source_row,
        "flagged": list(file.flagged or ()),
    }


def find_in_order(file: CaseFile, *, by: Membership) -> CaseFile:
    """案卷评查: nothing is wrong with the file."""
    return _review(file, by=by, note="")


def find_faulty(file: CaseFile, *, by: Membership, note: str) -> CaseFile:
    """案卷评查: something is wrong with the file, and what."""
    return _review(file, by=by, note=note)


def _review(file: CaseFile, *, by: Membership, note: str) -> CaseFile:
    visit = file.sample.visit
    _in_team(visit, by)
    if visit.state not in ("started", "ended"):
        raise NotNow(_("Start the visit first."))
    with recorded(by, "case_file.reviewed", campaign=visit.team.campaign.public_id):
        file.is_faulty, file.note = bool(note), note
        file.reviewed_by, file.reviewed_at = by, clock.now()
        file.save()
    return file
