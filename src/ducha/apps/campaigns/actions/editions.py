"""A newer edition of the plan is read over a draft: corrections that still fit are kept, the rest is listed.

Three readings are held against each other: the old edition's, what the office made of it, the new edition's. A
correction stays where the document's own words are as before; where they changed, the new words are taken and the
place is listed among the doubts.
"""

from collections import defaultdict
from collections.abc import Iterable
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
    release,
    require_draft,
    rewrite,
    save_points,
    stage_row,
    stored_sentence,
)
from ducha.apps.campaigns.catalogue import Catalogue, PlainHeading, PlainPoint, PlainStage, rank
from ducha.apps.campaigns.models import Area, Campaign, Citation, Doubt, Heading, Plan, Point, Stage
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import NotNow, sentence
from ducha.engines import plans

# An edition that keeps fewer of the old one's points than this is another document.
_FEWEST_KEPT = 0.2


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
    before = campaign.plan
    if before is None:
        raise NotNow(_("The campaign was built without a document; there is no older edition of it."))
    plan = read_plan(name, content, by=by)
    if plan.sha256 == before.sha256:
        raise NotNow(_("This is the very document that was read in already."))
    old, new = (proposal.of_reading(p.reading, shift_days=campaign.shift_days) for p in (before, plan))
    pairs = plans.paired([(p.code, p.text) for p in old.points], [(p.code, p.text) for p in new.points])
    if sum(was is not None and now is not None for was, now in pairs) < _FEWEST_KEPT * len(old.points):
        text = _(
            "“%(name)s” has hardly a point in common with the plan that was read in. Begin a new campaign with it."
        )
        raise NotNow(text % {"name": name})
    merge = _Merge(campaign, old, new)
    with recorded(by, "campaign.edition_read", campaign=campaign.public_id):
        plan.save()
        _merge_campaign(merge)
        campaign.plan = plan
        campaign.save()
        _merge_headings(merge)
        _merge_points(merge, pairs)
        _merge_stages(merge)
        _merge_citations(merge)
        _merge_doubts(merge, before, plan, by)
    return campaign


def _merge_campaign(merge: _Merge) -> None:
    if merge.campaign.title == merge.old.title and merge.new.title:
        merge.campaign.title = merge.new.title
    if merge.campaign.year == merge.old.year and merge.new.year:
        merge.campaign.year = merge.new.year


def _merge_headings(merge: _Merge) -> None:
    """Areas and headings by their codes; a title that a person gave stays where the document's own is as before."""
    before = {heading.code: heading.title for heading in merge.old.headings}
    present: dict[str, Area | Heading] = {
        row.code: row for row in (*merge.campaign.areas.all(), *merge.campaign.headings.filter(removed_at=None))
    }
    for plain in merge.new.headings:
        row = present.pop(plain.code, None)
        if row is None:
            (heading_row if "." in plain.code else area_row)(merge.campaign, plain).save()
        else:
            _retitle(merge, row, before.get(plain.code), plain)
    for row in present.values():
        if isinstance(row, Heading) and row.code in before:
            row.removed_at = clock.now()
            row.save()


def _retitle(merge: _Merge, row: Area | Heading, read: str | None, plain: PlainHeading) -> None:
    if row.title not in (read, plain.title) and plain.title != read:
        text = "You called %(code)s “%(yours)s”; the new edition calls it “%(theirs)s”, which was taken."
        merge.doubt(plain.lines, sentence(text, code=plain.code, yours=row.title, theirs=plain.title))
    title = plain.title if row.title == read or plain.title != read else row.title
    first, last = plain.lines or (None, None)
    if (row.title, row.first_line, row.last_line) != (title, first, last):
        row.title, row.first_line, row.last_line = title, first, last
        row.save()


def _merge_points(merge: _Merge, pairs: list[tuple[str | None, str | None]]) -> None:
    rows: dict[str, list[Point]] = defaultdict(list)
    for row in merge.campaign.points.exclude(read_code=""):
        rows[row.read_code].append(row)
    before = {plain.code: plain for plain in merge.old.points}
    after = {plain.code: plain for plain in merge.new.points}
    changed = {was for was, now in pairs if was and not (now and _same(before[was], after[now]))}
    merged = merge.campaign.points.exclude(holder=None).select_related("holder")
    apart = [row for row in merged if row.read_code != row.holder.read_code]
    for holder in {row.holder for row in apart if {row.read_code, row.holder.read_code} & changed}:
        _part_again(merge, holder, rows)
    for was, now in pairs:
        if was is not None and now is not None:
            _follow(merge, before[was], after[now], rows[was])
        elif was is not None:
            _take_away(merge, before[was], rows[was])
    areas = {area.code: area for area in merge.campaign.areas.all()}
    save_points(merge.campaign, [after[now] for was, now in pairs if was is None and now is not None], areas.values())
    _part_codes(merge, areas)


def _same(was: PlainPoint, now: PlainPoint) -> bool:
    return "".join(was.text.split()) == "".join(now.text.split())


def _part_again(merge: _Merge, holder: Point, rows: dict[str, list[Point]]) -> None:
    """A merged point whose words changed, one's or another's: they stand apart again, each in its own words."""
    merged = [row for row in holder.held.all() if row.read_code != holder.read_code]
    if not merged:
        return
    codes = "、".join(row.code for row in merged)
    text = "%(codes)s had been merged into %(code)s; words of theirs have changed, so they stand apart again."
    merge.doubt(None, sentence(text, codes=codes, code=holder.code))
    own = next((plain for plain in merge.old.points if plain.code == holder.read_code), None)
    release(holder, besides=[row for row in holder.held.all() if row.read_code == holder.read_code])
    if own is not None:
        holder.refresh_from_db()
        rewrite(holder, own.text)
    for code in {holder.read_code, *(row.read_code for row in merged)}:
        rows[code] = list(merge.campaign.points.filter(read_code=code)) if code else []


def _follow(merge: _Merge, was: PlainPoint, now: PlainPoint, rows: list[Point]) -> None:
    """The rows of a point of the old edition take what the new one says, but for what a person put right."""
    own = [row for row in rows if row.removal != Point.Removal.HELD or row.holder.read_code != row.read_code]
    standing = [row for row in own if row.removed_at is None]
    # What stands first takes the new words; of pieces that are all left out, the first.
    leading = min(standing or own, key=lambda row: row.rank, default=None)
    for row in rows:
        version = _state(row)
        _take_place(row, was, now)
        if row not in own or _same(was, now):
            if version != _state(row):
                row.save()
        elif row is leading:
            _take_words(merge, row, was, now, pieces=len(own))
        else:
            row.removed_at, row.removed_because = clock.now(), _("Not in the new edition.")
            row.removal, row.holder = Point.Removal.HELD, leading
            row.save()


def _state(row: Point) -> tuple[Any, ...]:
    return tuple(getattr(row, f.attname) for f in row._meta.concrete_fields)


def _take_place(row: Point, was: PlainPoint, now: PlainPoint) -> None:
    """Code, lines and what else is known, but for what a person changed."""
    if row.code == was.code or row.code.startswith(f"{was.code}."):
        row.code = now.code + row.code.removeprefix(was.code)
        row.rank = rank(row.code)
    row.read_code, (row.first_line, row.last_line) = now.code, now.lines or (None, None)
    for name in ("score", "sources", "due_from", "due_until"):
        if getattr(row, name) == getattr(was, name):
            setattr(row, name, getattr(now, name))
    if row.responsible == list(was.responsible):
        row.responsible = list(now.responsible)


def _take_words(merge: _Merge, row: Point, was: PlainPoint, now: PlainPoint, *, pieces: int) -> None:
    """The document's own words changed: they are taken, and where a person had made something of them, it is told."""
    if row.removed_at is not None:
        text = "%(code)s was left out (%(reason)s); its words have changed. Check whether it still is."
        merge.doubt(now.lines, sentence(text, code=now.code, reason=row.removed_because))
    elif pieces > 1 or row.text != was.text:
        text = "%(code)s, which you had corrected, has other words now; they were taken. Yours: “%(yours)s”"
        merge.doubt(now.lines, sentence(text, code=now.code, yours=row.text))
    rewrite(row, now.text)


def _take_away(merge: _Merge, was: PlainPoint, rows: list[Point]) -> None:
    for row in rows:
        row.first_line, row.last_line, row.read_code = None, None, ""
        if row.removed_at is None:
            if row.text != was.text:
                text = "%(code)s, which you had corrected, is not in the new edition. It was: “%(yours)s”"
                merge.doubt(None, sentence(text, code=row.code, yours=row.text))
            row.removed_at, row.removed_because = clock.now(), _("Not in the new edition.")
            row.removal = Point.Removal.GONE
        row.save()


def _part_codes(merge: _Merge, areas: dict[str, Area]) -> None:
    """Each point has the area that its code names; of those that stand each has a code of its own."""
    everything = list(merge.campaign.points.all())
    standing = [row for row in everything if row.removed_at is None]
    taken = {row.code for row in standing if row.code == row.read_code}
    for row in standing:
        if row.code != row.read_code and row.code in taken:
            wanted = row.code
            before, dot, last = row.code.rpartition(".")
            number = int(last)
            while f"{before}{dot}{number}" in taken:
                number += 1
            row.code = f"{before}{dot}{number}"
            row.rank = rank(row.code)
            row.save()
            text = "The code “%(code)s” is the new edition's; the point that you gave it is “%(other)s” now."
            merge.doubt(None, sentence(text, code=wanted, other=row.code))
        taken.add(row.code)
    for row in everything:
        top = row.code.partition(".")[0]
        if top not in areas:
            areas[top] = area_row(merge.campaign, PlainHeading(top, row.area.title))
            areas[top].save()
        if row.area_id != areas[top].pk:
            row.area = areas[top]
            row.save()


def _merge_stages(merge: _Merge) -> None:
    before = {stage.kind: stage for stage in merge.old.stages}
    present = {stage.kind: stage for stage in merge.campaign.stages.all()}
    last = merge.campaign.stages.aggregate(last=Max("position"))["last"]
    for plain in merge.new.stages:
        row, was = present.pop(plain.kind, None), before.get(plain.kind)
        if row is None:
            last = 0 if last is None else last + 1
            stage_row(merge.campaign, last, plain).save()
            continue
        row.phrase, (row.first_line, row.last_line) = plain.phrase, plain.lines or (None, None)
        if was is not None and row.title == was.title[:100]:
            row.title = plain.title[:100]
        if was is None or (was.starts_on, was.due_at) != (plain.starts_on, plain.due_at):
            _take_dates(merge, row, was, plain)
        row.save()
    for row in present.values():
        if row.kind in before:
            text = "The new edition names no stage “%(stage)s”. Correct its dates, or leave them as they were."
            merge.doubt(None, sentence(text, stage=row.title))


def _take_dates(merge: _Merge, row: Stage, was: PlainStage | None, plain: PlainStage) -> None:
    if was is None or (row.starts_on, row.due_at) != (was.starts_on, was.due_at):
        text = "You had dated “%(stage)s”; the new edition has other dates, which were taken."
        merge.doubt(plain.lines, sentence(text, stage=row.title))
    row.starts_on, row.due_at, row.hour_confirmed = plain.starts_on, plain.due_at, plain.hour_confirmed


def _merge_citations(merge: _Merge) -> None:
    """What the new edition rests on; what only the old one did is taken away."""
    wanted = {(cited.title[:300], cited.number[:60]) for cited in merge.new.citations}
    gone = {(cited.title[:300], cited.number[:60]) for cited in merge.old.citations} - wanted
    present = {(row.title, row.number): row for row in merge.campaign.citations.filter(removed_at=None)}
    for key in gone & set(present):
        present[key].removed_at = clock.now()
        present[key].save()
    fresh = [cited for cited in merge.new.citations if (cited.title[:300], cited.number[:60]) not in present]
    Citation.objects.bulk_create(
        [Citation(campaign=merge.campaign, title=c.title[:300], number=c.number[:60]) for c in fresh]
    )


def _merge_doubts(merge: _Merge, before: Plan, plan: Plan, by: Membership) -> None:
    """The doubts of the new reading. One that is as before, words and place, stays as it is, settled or open.

    One of the old reading alone ends, without anybody having settled it; what a person was told of an earlier
    edition stays until a person settles it.
    """
    read = {_told(warned["lines"], _words(warned), before.lines) for warned in before.reading["warnings"]}
    fresh: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for warned in plan.reading["warnings"]:
        fresh[_told(warned["lines"], _words(warned), plan.lines)].append(warned)
    for doubt in merge.campaign.doubts.exclude(settled_at__isnull=False, settled_by=None):
        key = _told((doubt.first_line, doubt.last_line), (doubt.text, doubt.params), before.lines)
        if again := fresh[key]:
            doubt.first_line, doubt.last_line = again.pop(0)["lines"]
            doubt.save()
        elif key in read and doubt.settled_at is None:
            doubt.settled_at = clock.now()
            doubt.save()
    new = [*merge.warned, *(warned for left in fresh.values() for warned in left)]
    last = merge.campaign.doubts.aggregate(last=Max("position"))["last"] or 0
    Doubt.objects.bulk_create(doubt_rows(merge.campaign, new, before=last + 1))


def _words(warned: dict[str, Any]) -> tuple[str, dict[str, Any]]:
    return warned.get("msgid") or warned["message"].replace("%", "%%"), warned.get("params", {})


def _told(at: Iterable[int], words: tuple[str, dict[str, Any]], lines: list[str]) -> tuple[Any, ...]:
    """What a doubt says and the line it is about: by this it is known again in another edition."""
    first = next(iter(at))
    place = "".join(lines[first - 1].split()) if 0 < first <= len(lines) else ""
    return words[0], repr(sorted(words[1].items())), place
