"""A newer edition of the plan is read over a draft: corrections that still fit are kept, the rest is listed.

Three readings are held against each other: the old edition's, what the office made of it, the new edition's.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from django.db.models import Max
from django.utils.translation import gettext as _

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns import proposal
from ducha.apps.campaigns.actions.reading import read_plan
from ducha.apps.campaigns.actions.writing import (
    area_row,
    doubt_rows,
    heading_row,
    require_draft,
    rewrite,
    save_points,
    stage_row,
    stored_sentence,
)
from ducha.apps.campaigns.catalogue import Catalogue, PlainPoint, PlainStage, rank
from ducha.apps.campaigns.models import Area, Campaign, Doubt, Heading, Point, Stage
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import NotNow, sentence
from ducha.engines import plans


@dataclass
class _Merge:
    """A draft on its way to a new edition, with what a person should look at."""

    campaign: Campaign
    old: Catalogue
    new: Catalogue
    warned: list[dict[str, Any]] = field(default_factory=list)

    def doubt(self, lines: tuple[int, int] | None, fault: str) -> None:
        self.warned.append({"lines": lines or (1, 1), "message": str(fault), **stored_sentence(fault)})


def read_edition(campaign: Campaign, name: str, content: bytes, *, by: Membership) -> Campaign:
    """读入新版方案: a draft follows a newer edition of its plan; what was corrected stays where it still fits."""
    require_draft(campaign, by)
    if campaign.plan is None:
        raise NotNow(_("The campaign was built without a document; there is no older edition of it."))
    plan = read_plan(name, content, by=by)
    if plan.sha256 == campaign.plan.sha256:
        raise NotNow(_("This is the very document that was read in already."))
    old, new = (proposal.of_reading(p.reading, shift_days=campaign.shift_days) for p in (campaign.plan, plan))
    merge = _Merge(campaign, old, new)
    with recorded(by, "campaign.edition_read", campaign=campaign.public_id):
        plan.save()
        _merge_campaign(merge)
        campaign.plan = plan
        campaign.save()
        _merge_headings(merge)
        _merge_points(merge)
        _merge_stages(merge)
        _merge_doubts(merge, plan.reading["warnings"], by)
    return campaign


def _merge_campaign(merge: _Merge) -> None:
    if merge.campaign.title == merge.old.title[:200] and merge.new.title:
        merge.campaign.title = merge.new.title[:200]
    if merge.campaign.year == merge.old.year and merge.new.year:
        merge.campaign.year = merge.new.year


def _merge_headings(merge: _Merge) -> None:
    """Areas and headings by their codes; a title that a person gave stays where the document's own is as before."""
    before = {heading.code: heading.title for heading in merge.old.headings}
    present: dict[str, Area | Heading] = {
        row.code: row for row in (*merge.campaign.areas.all(), *merge.campaign.headings.all())
    }
    for plain in merge.new.headings:
        row = present.get(plain.code)
        if row is None:
            (heading_row if "." in plain.code else area_row)(merge.campaign, plain).save()
            continue
        read = before.get(plain.code)
        if row.title != read and plain.title != read:
            text = "You called %(code)s “%(yours)s”; the new edition calls it “%(theirs)s”, which was taken."
            merge.doubt(plain.lines, sentence(text, code=plain.code, yours=row.title, theirs=plain.title))
        if row.title == read or plain.title != read:
            row.title = plain.title[:200] if isinstance(row, Area) else plain.title
        row.first_line, row.last_line = plain.lines or (None, None)
        row.save()


def _merge_points(merge: _Merge) -> None:
    rows: dict[str, list[Point]] = defaultdict(list)
    for row in merge.campaign.points.all():
        rows[row.read_code].append(row)
    rows.pop("", None)
    before = {plain.code: plain for plain in merge.old.points}
    after = {plain.code: plain for plain in merge.new.points}
    fresh: list[PlainPoint] = []
    for was, now in plans.paired(
        [(p.code, p.text) for p in before.values()], [(p.code, p.text) for p in after.values()]
    ):
        if was is None and now is not None:
            fresh.append(after[now])
        elif was is not None and now is None:
            _take_away(merge, before[was], rows[was])
        elif was is not None and now is not None:
            _follow(merge, before[was], after[now], rows[was])
    areas = {area.code: area for area in merge.campaign.areas.all()}
    save_points(merge.campaign, fresh, areas.values())
    _part_codes(merge, areas)


def _follow(merge: _Merge, was: PlainPoint, now: PlainPoint, rows: list[Point]) -> None:
    """The rows of a point of the old edition take what the new one says, but for what a person put right."""
    same_words = "".join(was.text.split()) == "".join(now.text.split())
    for nth, row in enumerate(sorted(rows, key=lambda r: r.rank)):
        is_whole = len(rows) == 1
        is_corrected = not is_whole or row.text != was.text
        if row.code == was.code:
            row.code, row.rank = now.code, rank(now.code)
        elif not is_whole and row.code.startswith(f"{was.code}."):
            row.code = now.code + row.code.removeprefix(was.code)
            row.rank = rank(row.code)
        row.read_code, (row.first_line, row.last_line) = now.code, now.lines or (None, None)
        for name in ("score", "sources", "due_from", "due_until"):
            if getattr(row, name) == getattr(was, name):
                setattr(row, name, getattr(now, name))
        if row.responsible == list(was.responsible):
            row.responsible = list(now.responsible)
        if same_words or (not is_corrected and row.removed_at is None):
            rewrite(row, row.text if same_words and is_corrected else now.text)
        else:
            _take_new_words(merge, row, now, is_first=nth == 0)


def _take_new_words(merge: _Merge, row: Point, now: PlainPoint, *, is_first: bool) -> None:
    """What a person made of the old words does not fit the new ones: the new are taken, the place is listed."""
    if row.removed_at is not None:
        row.save()
        text = "%(code)s was left out (%(reason)s); its words have changed. Check whether it still is."
        merge.doubt(now.lines, sentence(text, code=now.code, reason=row.removed_because))
        return
    text = "%(code)s, which you had corrected, has other words now; they were taken. Yours: “%(yours)s”"
    merge.doubt(now.lines, sentence(text, code=now.code, yours=row.text))
    if is_first:
        rewrite(row, now.text)
    else:
        row.removed_at, row.removed_because = clock.now(), _("Not in the new edition.")
        row.save()


def _take_away(merge: _Merge, was: PlainPoint, rows: list[Point]) -> None:
    for row in rows:
        row.read_code, row.first_line, row.last_line = "", None, None
        if row.removed_at is None:
            if row.text != was.text:
                text = "%(code)s, which you had corrected, is not in the new edition. It was: “%(yours)s”"
                merge.doubt(None, sentence(text, code=row.code, yours=row.text))
            row.removed_at, row.removed_because = clock.now(), _("Not in the new edition.")
        row.save()


def _part_codes(merge: _Merge, areas: dict[str, Area]) -> None:
    """Each standing point has a code of its own and the area that it names; a code that a person gave makes way."""
    standing = list(merge.campaign.points.filter(removed_at=None))
    taken = {row.code for row in standing if row.code == row.read_code}
    for row in standing:
        wanted = row.code
        if row.code != row.read_code and row.code in taken:
            before, _dot, _last = row.code.rpartition(".")
            siblings = [int(code.rpartition(".")[2]) for code in taken if code.rpartition(".")[0] == before]
            row.code = f"{before}.{max(siblings) + 1}" if before else str(max(siblings) + 1)
            text = "The code “%(code)s” is the new edition's; the point that you gave it is “%(other)s” now."
            merge.doubt(None, sentence(text, code=wanted, other=row.code))
        taken.add(row.code)
        area = areas.get(row.code.partition(".")[0])
        if area is not None and (row.code != wanted or row.area_id != area.pk):
            row.area, row.rank = area, rank(row.code)
            row.save()


def _merge_stages(merge: _Merge) -> None:
    before = {stage.kind: stage for stage in merge.old.stages}
    present = {stage.kind: stage for stage in merge.campaign.stages.all()}
    last = merge.campaign.stages.aggregate(last=Max("position"))["last"]
    for plain in merge.new.stages:
        row, was = present.get(plain.kind), before.get(plain.kind)
        if row is None:
            last = 0 if last is None else last + 1
            stage_row(merge.campaign, last, plain).save()
            continue
        row.phrase, (row.first_line, row.last_line) = plain.phrase, plain.lines or (None, None)
        if was is None or (was.starts_on, was.due_at) != (plain.starts_on, plain.due_at):
            _take_dates(merge, row, was, plain)
        row.save()


def _take_dates(merge: _Merge, row: Stage, was: PlainStage | None, plain: PlainStage) -> None:
    if was is None or (row.starts_on, row.due_at) != (was.starts_on, was.due_at):
        text = "You had dated “%(stage)s”; the new edition has other dates, which were taken."
        merge.doubt(plain.lines, sentence(text, stage=row.title))
    row.starts_on, row.due_at, row.hour_confirmed = plain.starts_on, plain.due_at, plain.hour_confirmed


def _merge_doubts(merge: _Merge, warnings: list[dict[str, Any]], by: Membership) -> None:
    """The doubts of the new reading; those that a person settled before, word for word, stay settled."""
    settled: set[tuple[str, str]] = set()
    for doubt in merge.campaign.doubts.all():
        if doubt.settled_at is not None:
            settled.add((doubt.text, repr(sorted(doubt.params.items()))))
        else:
            doubt.settled_at, doubt.settled_by = clock.now(), by
            doubt.save()
    last = merge.campaign.doubts.aggregate(last=Max("position"))["last"] or 0
    rows = list(_unsettled(doubt_rows(merge.campaign, [*merge.warned, *warnings], before=last + 1), settled))
    Doubt.objects.bulk_create(rows)


def _unsettled(rows: list[Doubt], settled: set[tuple[str, str]]) -> Iterator[Doubt]:
    return (row for row in rows if (row.text, repr(sorted(row.params.items()))) not in settled)
