"""A campaign from its plan document, or from a catalogue without one."""

from typing import Any

from django.utils.translation import gettext as _

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns import exchange, proposal
from ducha.apps.campaigns.actions.writing import (
    area_row,
    doubt_rows,
    fill,
    heading_row,
    number_rows,
    require_draft,
    save_catalogue,
    save_points,
    stage_row,
    stored_sentence,
    take_away_numbers,
)
from ducha.apps.campaigns.catalogue import Catalogue
from ducha.apps.campaigns.models import Campaign, Citation, Doubt, Plan, Point, Threshold
from ducha.apps.campaigns.queries import plain_point
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership
from ducha.domain.merkle import digest_of
from ducha.domain.rights import Right
from ducha.engines import files, plans


def create_from_plan(name: str, content: bytes, *, by: Membership, shift_days: int = 0) -> Campaign:
    """读入方案: a draft campaign from a plan document; PlanRefused says why a document is none.

    `shift_days` moves every date of the plan, for a demonstration; the pages say so.
    """
    require(by, Right.PREPARE_CAMPAIGN)
    plan = read_plan(name, content, by=by)
    proposed = proposal.of_reading(plan.reading, shift_days=shift_days)
    campaign = Campaign.begin(
        title=proposed.title[:200] or name,
        year=proposed.year or clock.today().year,
        organiser=by.organisation,
        shift_days=shift_days,
    )
    with recorded(by, "campaign.created", campaign=campaign.public_id):
        plan.save()
        campaign.plan = plan
        campaign.save()
        save_catalogue(campaign, proposed)
        Doubt.objects.bulk_create(doubt_rows(campaign, plan.reading["warnings"]))
    return campaign


def create_from_catalogue(name: str, content: bytes, *, by: Membership) -> Campaign:
    """导入要点目录: a draft campaign from a workbook or YAML, without a document; Invalid tells all faults."""
    require(by, Right.PREPARE_CAMPAIGN)
    wanted = exchange.read(name, content)
    campaign = Campaign.begin(
        title=wanted.title or name, year=wanted.year or clock.today().year, kind=wanted.kind, organiser=by.organisation
    )
    with recorded(by, "campaign.created", campaign=campaign.public_id):
        campaign.save()
        save_catalogue(campaign, wanted)
    return campaign


def import_catalogue(campaign: Campaign, name: str, content: bytes, *, by: Membership) -> Campaign:
    """导入要点目录: a draft takes exactly what a workbook or YAML says; points that it does not name are left out."""
    require_draft(campaign, by)
    wanted = exchange.read(name, content)
    with recorded(by, "campaign.catalogue_imported", campaign=campaign.public_id):
        campaign.title, campaign.kind = wanted.title or campaign.title, wanted.kind
        campaign.year = wanted.year or campaign.year
        campaign.save()
        _import_headings(campaign, wanted)
        _import_points(campaign, wanted)
        present = {stage.kind: stage for stage in campaign.stages.all()}
        for position, plain in enumerate(wanted.stages):
            row = stage_row(campaign, position, plain)
            if old := present.get(plain.kind):
                row.pk, row.public_id, row.version, row._state.adding = old.pk, old.public_id, old.version, False
            row.save()
        known = {(cited.title, cited.number) for cited in campaign.citations.filter(removed_at=None)}
        Citation.objects.bulk_create(
            [
                Citation(campaign=campaign, title=cited.title[:300], number=cited.number[:60])
                for cited in wanted.citations
                if (cited.title, cited.number) not in known
            ]
        )
    return campaign


def _import_headings(campaign: Campaign, wanted: Catalogue) -> None:
    present: dict[str, Any] = {
        row.code: row for row in (*campaign.areas.all(), *campaign.headings.filter(removed_at=None))
    }
    for plain in wanted.headings:
        row = present.get(plain.code)
        if row is None:
            (heading_row if "." in plain.code else area_row)(campaign, plain).save()
        elif row.title != plain.title:
            row.title = plain.title
            row.save()


def _import_points(campaign: Campaign, wanted: Catalogue) -> None:
    areas = list(campaign.areas.all())
    present = {point.code: point for point in campaign.points.filter(removed_at=None).prefetch_related("thresholds")}
    save_points(campaign, [plain for plain in wanted.points if plain.code not in present], areas)
    for plain in wanted.points:
        if point := present.pop(plain.code, None):
            before = plain_point(point)
            if before == plain:
                continue
            fill(point, plain)
            point.save()
            if before.thresholds != plain.thresholds or before.text != plain.text:
                take_away_numbers(point)
                Threshold.objects.bulk_create(number_rows(point, plain.thresholds))
    for point in present.values():
        point.removed_at, point.removed_because = clock.now(), _("Not in the imported catalogue.")
        point.removal = Point.Removal.GONE
        point.save()


def read_plan(name: str, content: bytes, *, by: Membership) -> Plan:
    """A plan document with its reading, not saved yet."""
    reading = plans.read_document(name, _document(name, content))
    read = plans.to_json(reading)
    for shown, warned in zip(read["warnings"], reading.warnings, strict=True):
        shown |= stored_sentence(warned.message)
    for leaf in read["points"]:
        # The trail commits to text and whole numbers alone: 0.5 has no one spelling.
        leaf["score"] = None if leaf["score"] is None else f"{leaf['score']:g}"
    return Plan(
        name=name,
        sha256=digest_of(content).hex(),
        media_type="text/plain" if name.endswith(".txt") else "application/octet-stream",
        text=reading.text,
        reading=read,
        added_by=by,
        added_at=clock.now(),
    )


def _document(name: str, content: bytes) -> plans.Document:
    """The document's text; what has to be parsed is opened in a limited child process alone."""
    if plans.is_plain(content):
        return plans.document_of(name, content)
    return plans.unpacked(files.run_limited("ducha.engines.plans:packed", name, content))
