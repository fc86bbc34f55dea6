"""A campaign from its plan: read in, reviewed, launched, amended."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns import proposal
from ducha.apps.campaigns.models import (
    Amendment,
    Area,
    Campaign,
    Citation,
    Exclusion,
    Participation,
    Plan,
    Point,
    Stage,
    Threshold,
)
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.errors import Invalid, NotAllowed, NotNow, Sentence
from ducha.domain.merkle import digest_of
from ducha.domain.rights import Right, Role
from ducha.engines import files, plans


def create_from_plan(name: str, content: bytes, *, by: Membership, shift_days: int = 0) -> Campaign:
    """读入方案: a draft campaign from a plan document; PlanRefused says why a document is none.

    `shift_days` moves every date of the plan, for a demonstration; the pages say so.
    """
    require(by, Right.PREPARE_CAMPAIGN)
    reading = plans.read_document(name, _text(name, content))
    read = plans.to_json(reading)
    for shown, warned in zip(read["warnings"], reading.warnings, strict=True):
        shown |= stored_sentence(warned.message)
    for leaf in read["points"]:
        # The trail commits to text and whole numbers alone: 0.5 has no one spelling.
        leaf["score"] = None if leaf["score"] is None else f"{leaf['score']:g}"
    plan = Plan(
        name=name,
        sha256=digest_of(content).hex(),
        media_type="text/plain" if name.endswith(".txt") else "application/octet-stream",
        text=reading.text,
        reading=read,
        added_by=by,
        added_at=clock.now(),
    )
    campaign = Campaign.begin(
        title=reading.title or name,
        year=reading.year or clock.today().year,
        organiser=by.organisation,
        plan=plan,
        shift_days=shift_days,
    )
    with recorded(by, "campaign.created", campaign=campaign.public_id):
        plan.save()
        campaign.plan = plan
        campaign.save()
        numbers = []
        for area, points in proposal.catalogue(campaign, read):
            area.save()
            for point, asked in points:
                point.save()
                numbers += asked
        Threshold.objects.bulk_create(numbers)
        for stage in proposal.stages(campaign, read):
            stage.save()
        Citation.objects.bulk_create(
            [Citation(campaign=campaign, title=c["title"], number=c["number"] or "") for c in read["citations"]]
        )
    return campaign


def _text(name: str, content: bytes) -> str:
    """The document's text; what has to be parsed is opened in a limited child process alone."""
    if plans.is_plain(content):
        return plans.text_of(name, content)
    return str(files.run_limited("ducha.engines.plans:text_of", name, content))


def stored_sentence(fault: str) -> dict[str, Any]:
    """What it takes to tell a warning in the reader's language later."""
    if not isinstance(fault, Sentence):
        return {}
    return {"msgid": fault.msgid, "params": {name: str(part) for name, part in fault.params.items()}}


def _require_draft(campaign: Campaign) -> None:
    if campaign.state != "draft":
        raise NotNow(_("The campaign is launched and its catalogue frozen. Amend it with a reason."))


def correct_campaign(campaign: Campaign, *, by: Membership, title: str, year: int, kind: str) -> None:
    """更正: the title, year or kind that was read."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(campaign)
    with recorded(by, "campaign.corrected", campaign=campaign.public_id):
        campaign.title, campaign.year, campaign.kind = title, year, kind
        campaign.save()


def correct_stage(stage: Stage, *, by: Membership, title: str, starts_on: date | None, due_at: datetime | None) -> None:
    """更正阶段: its title and dates; with this the hour counts as confirmed by a person."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(stage.campaign)
    if starts_on and due_at and timezone.localtime(due_at).date() < starts_on:
        raise Invalid([_("The stage ends on %(end)s, before it starts.") % {"end": timezone.localtime(due_at).date()}])
    with recorded(by, "stage.corrected", campaign=stage.campaign.public_id):
        stage.title, stage.starts_on, stage.due_at, stage.hour_confirmed = title, starts_on, due_at, True
        stage.save()


def add_area(campaign: Campaign, *, by: Membership, code: str, title: str) -> Area:
    """增列督察内容: a heading that the reading missed."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(campaign)
    if campaign.areas.filter(code=code).exists():
        raise Invalid([_("The code “%(code)s” is taken by another area.") % {"code": code}])
    area = Area(campaign=campaign, code=code, title=title, position=int(code))
    with recorded(by, "area.added", campaign=campaign.public_id):
        area.save()
    return area


def correct_area(area: Area, *, by: Membership, title: str) -> Area:
    """更正督察内容: the heading's words."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(area.campaign)
    with recorded(by, "area.corrected", campaign=area.campaign.public_id):
        area.title = title
        area.save()
    return area


def _area_for(campaign: Campaign, code: str, *, besides: Point | None = None) -> Area:
    """The area that a point's code puts it in; Invalid where there is none or the code is taken."""
    if campaign.points.filter(code=code, removed_at=None).exclude(pk=besides and besides.pk).exists():
        raise Invalid([_("The code “%(code)s” is taken by another point.") % {"code": code}])
    top = code.partition(".")[0]
    area = campaign.areas.filter(code=top).first()
    if area is None:
        text = _("“%(code)s” would belong to area %(top)s, which is not there. Add the area first.")
        raise Invalid([text % {"code": code, "top": top}])
    return area


def add_point(campaign: Campaign, *, by: Membership, code: str, text: str) -> Point:
    """增列要点: a point that the reading missed; numbers it asks for are read from its text."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(campaign)
    point = Point(campaign=campaign, area=_area_for(campaign, code), code=code, rank=proposal.rank(code), text=text)
    with recorded(by, "point.added", campaign=campaign.public_id):
        point.save()
        Threshold.objects.bulk_create([proposal.threshold(point, found) for found in plans.thresholds_in(text)])
    return point


def correct_point(point: Point, *, by: Membership, code: str, text: str) -> Point:
    """更正要点: its code, by which it also moves to another area, and its text."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(point.campaign)
    area = _area_for(point.campaign, code, besides=point)
    with recorded(by, "point.corrected", campaign=point.campaign.public_id):
        point.area, point.code, point.rank = area, code, proposal.rank(code)
        _rewrite(point, text)
    return point


def _rewrite(point: Point, text: str) -> None:
    """Another text for a point: thresholds whose phrase is gone go with it, those in new words are read."""
    fresh = [found for found in plans.thresholds_in(text) if found["text"] not in point.text]
    point.text = text
    point.save()
    for threshold in point.thresholds.filter(removed_at=None):
        start = text.find(threshold.phrase)
        if start < 0:
            threshold.removed_at = clock.now()
        else:
            threshold.span_start, threshold.span_end = start, start + len(threshold.phrase)
        threshold.save()
    Threshold.objects.bulk_create([proposal.threshold(point, found) for found in fresh])


def remove_point(point: Point, *, by: Membership, reason: str) -> Point:
    """删去要点: it is not inspected; what was read stays on the record."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(point.campaign)
    with recorded(by, "point.removed", campaign=point.campaign.public_id):
        point.removed_at = clock.now()
        point.removed_because = reason
        point.save()
    return point


def restore_point(point: Point, *, by: Membership) -> Point:
    """恢复要点: it is inspected after all."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(point.campaign)
    point.area = _area_for(point.campaign, point.code, besides=point)
    with recorded(by, "point.restored", campaign=point.campaign.public_id):
        point.removed_at, point.removed_because = None, ""
        point.save()
    return point


def add_threshold(point: Point, *, by: Membership, phrase: str, **asked: str) -> Threshold:
    """增列指标: a number that the point asks for, by the words in which it does."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(point.campaign)
    threshold = Threshold(point=point, **_placed(point, phrase), **asked)
    with recorded(by, "threshold.added", campaign=point.campaign.public_id):
        threshold.save()
    return threshold


def correct_threshold(threshold: Threshold, *, by: Membership, phrase: str, **asked: str) -> Threshold:
    """更正指标: its words, what it measures, and the limit."""
    require(by, Right.PREPARE_CAMPAIGN)
    campaign = threshold.point.campaign
    _require_draft(campaign)
    with recorded(by, "threshold.corrected", campaign=campaign.public_id):
        for name, value in {**_placed(threshold.point, phrase), **asked}.items():
            setattr(threshold, name, value)
        threshold.save()
    return threshold


def remove_threshold(threshold: Threshold, *, by: Membership) -> Threshold:
    """删去指标: the words are no requirement."""
    require(by, Right.PREPARE_CAMPAIGN)
    campaign = threshold.point.campaign
    _require_draft(campaign)
    with recorded(by, "threshold.removed", campaign=campaign.public_id):
        threshold.removed_at = clock.now()
        threshold.save()
    return threshold


def _placed(point: Point, phrase: str) -> dict[str, Any]:
    start = point.text.find(phrase)
    if start < 0:
        raise Invalid([_("“%(phrase)s” does not stand in the text of the point. Copy its words.") % {"phrase": phrase}])
    return {"phrase": phrase, "span_start": start, "span_end": start + len(phrase)}


def assign_units(campaign: Campaign, units: Iterable[Organisation], *, by: Membership) -> None:
    """确定被督察单位: exactly these take part."""
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(campaign)
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
    require(by, Right.PREPARE_CAMPAIGN)
    _require_draft(participation.campaign)
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


def _tell_units(campaign: Campaign, text: str, params: dict[str, Any]) -> None:
    units = campaign.participations.values("unit")
    people = Membership.objects.filter(organisation__in=units, role__in=[Role.LIAISON, Role.UNIT_HEAD])
    stage = campaign.stages.filter(kind="self_inspection").first()
    tell(people, text=text, params=params, url=reverse("home"), due_at=stage.due_at if stage else None)


def amend_stage(stage: Stage, *, by: Membership, starts_on: date | None, due_at: datetime, reason: str) -> Amendment:
    """修订: change a date after the launch, with a reason; every unit is told what changed."""
    require(by, Right.AMEND_CAMPAIGN)
    campaign = stage.campaign
    _require_launched(campaign)
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
    if text == point.text:
        raise Invalid([_("The text is the same as before.")])
    changes = {"what": point.code, "from": point.text, "to": text}
    told = gettext_noop("Point %(what)s was amended. Before: “%(from)s” Now: “%(to)s” Reason: %(reason)s")
    with recorded(by, "campaign.amended", campaign=campaign.public_id):
        _rewrite(point, text)
        return _amend(campaign, changes, by=by, reason=reason, text=told)


def _require_launched(campaign: Campaign) -> None:
    if campaign.state != "launched":
        raise NotNow(_("Only a launched campaign is amended; a draft is simply corrected."))


def _amend(campaign: Campaign, changes: dict[str, str], *, by: Membership, reason: str, text: str) -> Amendment:
    campaign.catalogue_version += 1
    campaign.save()
    amendment = Amendment(
        campaign=campaign, number=campaign.catalogue_version, reason=reason, changes=changes, at=clock.now(), by=by
    )
    amendment.save()
    _tell_units(campaign, text, {**changes, "reason": reason})
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
