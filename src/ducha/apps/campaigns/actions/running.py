"""A campaign on its way: units assigned, launched, amended, closed."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns.actions.review import require_order
from ducha.apps.campaigns.actions.writing import require_draft, rewrite
from ducha.apps.campaigns.models import Amendment, Campaign, Exclusion, Participation, Point, Stage
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.errors import Invalid, NotAllowed, NotNow
from ducha.domain.rights import Right, Role


def assign_units(campaign: Campaign, units: Iterable[Organisation], *, by: Membership) -> None:
    """确定被督察单位: exactly these take part."""
    require_draft(campaign, by)
    wanted = {unit.pk: unit for unit in units}
    present = {p.unit_id: p for p in campaign.participations.all()}
    gone = [p.unit.name for unit_id, p in present.items() if unit_id not in wanted]
    if gone:
        raise Invalid([_("“%(unit)s” was assigned already and stays on the record.") % {"unit": name} for name in gone])
    with recorded(by, "campaign.units_assigned", campaign=campaign.public_id):
        Participation.objects.bulk_create(
            [Participation(campaign=campaign, unit=unit) for pk, unit in wanted.items() if pk not in present]
        )


def exclude_points(participation: Participation, points: Iterable[Point], *, by: Membership) -> None:
    """不适用要点: exactly these do not apply to the unit."""
    require_draft(participation.campaign, by)
    wanted = {point.pk: point for point in points}
    present = {e.point_id: e for e in participation.exclusions.filter(removed_at=None)}
    with recorded(by, "participation.points_excluded", campaign=participation.campaign.public_id):
        for point_id, exclusion in present.items():
            if point_id not in wanted:
                exclusion.removed_at = clock.now()
                exclusion.save()
        Exclusion.objects.bulk_create(
            [Exclusion(participation=participation, point=p) for pk, p in wanted.items() if pk not in present]
        )


def name_responsible(
    participation: Participation, *, by: Membership, responsible_leader: str, working_group: str
) -> Participation:
    """明确责任人和工作专班: the unit says who leads its side and who works on it."""
    require(by, Right.ANSWER)
    if participation.unit_id != by.organisation_id:
        raise NotAllowed(_("Only the unit itself names its people."))
    with recorded(by, "participation.responsible_named", campaign=participation.campaign.public_id):
        participation.responsible_leader, participation.working_group = responsible_leader, working_group
        participation.save()
    return participation


def launch_faults(campaign: Campaign) -> list[str]:
    """Everything that stands between a draft and its launch."""
    faults = []
    stages = list(campaign.stages.all())
    if "self_inspection" not in {stage.kind for stage in stages}:
        faults.append(_("The plan names no stage of self-inspection."))
    for stage in stages:
        if stage.due_at is None:
            faults.append(_("The stage “%(stage)s” has no date.") % {"stage": stage.title})
        elif stage.kind == "self_inspection" and not stage.hour_confirmed:
            faults.append(_("Confirm the hour at which “%(stage)s” ends.") % {"stage": stage.title})
    if not campaign.points.filter(removed_at=None).exists():
        faults.append(_("There is no point to inspect."))
    return faults + _unit_faults(campaign)


def _unit_faults(campaign: Campaign) -> list[str]:
    units = list(Organisation.objects.filter(participations__campaign=campaign))
    if not units:
        return [_("No unit is assigned.")]
    held = set(
        Membership.objects.filter(organisation__in=units, role__in=[Role.LIAISON, Role.UNIT_HEAD]).values_list(
            "organisation", "role"
        )
    )
    missing = {Role.LIAISON: _("“%(unit)s” has no liaison."), Role.UNIT_HEAD: _("“%(unit)s” has no head.")}
    return [
        sentence % {"unit": unit.name}
        for unit in units
        for role, sentence in missing.items()
        if (unit.pk, str(role)) not in held
    ]


def launch(campaign: Campaign, *, by: Membership) -> Campaign:
    """启动: freeze the catalogue and invite the units; refused with everything that is still missing."""
    require(by, Right.LAUNCH_CAMPAIGN)
    if faults := launch_faults(campaign):
        raise Invalid(faults)
    with recorded(by, "campaign.launched", campaign=campaign.public_id):
        campaign.catalogue_version = 1
        campaign.enter("launch", by=by)
        participations = list(campaign.participations.select_related("unit"))
        for participation in participations:
            participation.invited_at = clock.now()
            participation.save()
        _tell_units(
            campaign,
            gettext_noop("“%(campaign)s” has begun. Answer the points of your unit in time."),
            {"campaign": campaign.title},
        )
    return campaign


def _tell_units(campaign: Campaign, text: str, params: dict[str, Any], url: str = "") -> None:
    units = campaign.participations.values("unit")
    people = Membership.objects.filter(organisation__in=units, role__in=[Role.LIAISON, Role.UNIT_HEAD])
    stage = campaign.stages.filter(kind="self_inspection").first()
    tell(people, text=text, params=params, url=url or reverse("home"), due_at=stage.due_at if stage else None)


def amend_stage(stage: Stage, *, by: Membership, starts_on: date | None, due_at: datetime, reason: str) -> Amendment:
    """修订: change a date after the launch, with a reason; every unit is told what changed."""
    require(by, Right.AMEND_CAMPAIGN)
    campaign = stage.campaign
    _require_launched(campaign)
    require_order(starts_on, due_at)
    if stage.seals.exists():
        raise NotNow(_("The stage is sealed. Its deadline can no longer be moved."))
    changes = {"what": stage.title, "from": _shown(stage.due_at), "to": _shown(due_at)}
    text = gettext_noop("The deadline of “%(what)s” moved from %(from)s to %(to)s. Reason: %(reason)s")
    with recorded(by, "campaign.amended", campaign=campaign.public_id):
        stage.starts_on, stage.due_at, stage.hour_confirmed = starts_on, due_at, True
        stage.save()
        return _amend(campaign, changes, by=by, reason=reason, text=text)


def amend_point(point: Point, *, by: Membership, text: str, reason: str) -> Amendment:
    """修订要点: change a point's text after the launch, with a reason; every unit is told what changed."""
    require(by, Right.AMEND_CAMPAIGN)
    campaign = point.campaign
    _require_launched(campaign)
    if point.removed_at is not None:
        raise NotNow(_("The point is left out; the units do not have it."))
    if text == point.text:
        raise Invalid([_("The text is the same as before.")])
    changes = {"what": point.code, "from": point.text, "to": text}
    told = gettext_noop("Point %(what)s was amended. Before: “%(from)s” Now: “%(to)s” Reason: %(reason)s")
    with recorded(by, "campaign.amended", campaign=campaign.public_id):
        rewrite(point, text)
        return _amend(campaign, changes, by=by, reason=reason, text=told, point=point)


def _require_launched(campaign: Campaign) -> None:
    if campaign.state != "launched":
        raise NotNow(_("Only a launched campaign is amended; a draft is simply corrected."))


def _amend(
    campaign: Campaign,
    changes: dict[str, str],
    *,
    by: Membership,
    reason: str,
    text: str,
    point: Point | None = None,
) -> Amendment:
    campaign.catalogue_version += 1
    campaign.save()
    amendment = Amendment(
        campaign=campaign,
        number=campaign.catalogue_version,
        reason=reason,
        changes=changes,
        point=point,
        at=clock.now(),
        by=by,
    )
    amendment.save()
    _tell_units(campaign, text, {**changes, "reason": reason}, reverse("campaigns:amendment", args=[amendment]))
    return amendment


def _shown(moment: datetime | None) -> str:
    return timezone.localtime(moment).strftime("%Y-%m-%d %H:%M") if moment else "—"


def close(campaign: Campaign, *, by: Membership) -> Campaign:
    """结束: end the campaign when every finding is closed or withdrawn."""
    require(by, Right.LAUNCH_CAMPAIGN)
    with recorded(by, "campaign.closed", campaign=campaign.public_id):
        Campaign.objects.select_for_update().get(pk=campaign.pk)
        left = campaign.findings.exclude(state__in=["closed", "withdrawn"]).count()
        if left:
            raise NotNow(_("%(left)s problems are not closed yet.") % {"left": left})
        campaign.enter("close", by=by)
    return campaign


def office_of(campaign: Campaign) -> list[Membership]:
    """The people of the inspection office that runs the campaign."""
    return members_of(campaign.organiser, Role.OFFICE)
