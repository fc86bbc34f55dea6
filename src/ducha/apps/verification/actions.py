"""Ledgers sent, their columns named, taken in; rules held against them; the unit's words on what they found."""

import fcntl
import hashlib
import logging
from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO
from uuid import uuid4

from django.db import DatabaseError
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import current_memberships, require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.pages.words import kept
from ducha.apps.verification import queries
from ducha.apps.verification.access import own_ledger_files, visible_results
from ducha.apps.verification.models import CheckRun, ColumnMapping, Explanation, LedgerFile, RuleResult, Unmasking
from ducha.domain.errors import DuchaError, Invalid, NotAllowed, NotNow, sentence
from ducha.domain.merkle import canonical_json
from ducha.domain.rights import Right, Role
from ducha.engines import files
from ducha.engines.ledgers import intake, violations
from ducha.engines.ledgers.checking import VIOLATIONS, Outcome, Result, check
from ducha.engines.ledgers.kinds import KINDS
from ducha.engines.ledgers.rules import Rule
from ducha.engines.ledgers.store import Store
from ducha.engines.ledgers.violations import Violation

# A smaller file is taken in while its sender waits for the page.
SMALL_BYTES = 5_000_000
# A check of fewer rows is carried out while the office waits for the page.
FEW_ROWS = 300_000
# So long a small file is its sender's own request's; after that the request is dead.
GRACE = timedelta(minutes=2)
# The store's lock is held by whoever writes; the note of the progress is written this often.
PROGRESS_STEP = 10_000


# -- ledgers


def send(stream: BinaryIO, name: str, *, by: Membership, replaces: LedgerFile | None = None) -> LedgerFile:
    """上报台账: a unit's own file, of any kind. The same name, or `replaces`, takes the place of what it sent before.

    The bytes are on disk under their digest before the row is written; `take` reads them.
    """
    require(by, Right.SEND_LEDGER)
    unit = by.organisation
    if Organisation.objects.filter(name=unit.name).exclude(pk=unit.pk).exists():
        raise NotNow(
            _("Two organisations bear the name “%(name)s”; ask the office to tell them apart.") % {"name": unit}
        )
    return _received(LedgerFile(unit=unit, sent_by=by), stream, name, folder=unit.name, replaces=replaces)


def send_for_all(
    stream: BinaryIO, name: str, *, by: Membership, campaign: Campaign, replaces: LedgerFile | None = None
) -> LedgerFile:
    """代报台账: the office's file for all units of a campaign. Rows go to the units that they name; `send` else.

    Where a unit has sent a kind and year itself, its rows stand and the file's are rejected; and the other way round.
    """
    require(by, Right.SEND_LEDGER_FOR_ALL)
    if campaign.organiser_id != by.organisation_id:
        raise NotAllowed(_("Another office organises this campaign."))
    file = LedgerFile(campaign=campaign, sent_by=by)
    # Not under its name, which a unit may bear too.
    return _received(file, stream, name, folder=by.organisation.public_id, replaces=replaces)


def _received(file: LedgerFile, stream: BinaryIO, name: str, *, folder: str, replaces: LedgerFile | None) -> LedgerFile:
    if replaces:
        _require_own(replaces, file.sent_by)
    kept_in = queries.data() / "ledger-files"
    accepted = files.accept(stream, name, purpose=files.Purpose.LEDGER, into=kept_in)
    files.keep(accepted, kept_in)
    file.name, file.size, file.sent_at = accepted.name, accepted.size, clock.now()
    file.sha256, file.sm3 = accepted.sha256, accepted.sm3
    file.source = replaces.source if replaces else intake.label(f"{folder}/{accepted.name}")
    with recorded(file.sent_by, "ledger.sent", campaign=file.campaign.public_id if file.campaign else ""):
        file.save()
    return file


def _require_own(file: LedgerFile, by: Membership) -> None:
    require(by, Right.SEND_LEDGER if file.unit_id else Right.SEND_LEDGER_FOR_ALL)
    if not own_ledger_files(by).filter(pk=file.pk).exists():
        raise NotAllowed(_("This is another unit's ledger."))


def map_columns(file: LedgerFile, *, by: Membership, kind: str, columns: Mapping[str, str]) -> LedgerFile:
    """列对应: which header stands for which column, and of which kind the ledger is; remembered for the next file."""
    _require_own(file, by)
    if file.state != LedgerFile.State.NEEDS_MAPPING:
        raise NotNow(_("This file does not wait for its columns to be named."))
    if kind not in KINDS:
        raise Invalid([_("“%(kind)s” is no kind of ledger.") % {"kind": kind}])
    with recorded(by, "ledger.mapped"):
        file.kind, file.mapping, file.lacks = kind, {**file.mapping, **columns}, ""
        file.save()
        held = ColumnMapping.objects.filter(unit=by.organisation, kind=kind).first()
        held = held or ColumnMapping(unit=by.organisation, kind=kind)
        held.columns = {**held.columns, **columns}
        held.save()
    return file


def withdraw(file: LedgerFile, *, by: Membership, reason: str) -> list[CheckRun]:
    """撤回台账: what was sent by mistake counts no more; the office is told why, and how much goes with it.

    Its bytes stay, as do the results and findings of before. What it had replaced does not come back. Gives the checks
    that are to follow, for `after_withdrawal`.
    """
    _require_own(file, by)
    if file.state not in (LedgerFile.State.TAKEN, LedgerFile.State.NEEDS_MAPPING) or queries.is_replaced(file):
        raise NotNow(_("Only a ledger that was read and that no later one replaced can be withdrawn."))
    with recorded(by, "ledger.withdrawn"):
        file.withdrawn_at, file.withdrawn_by, file.withdrawal_reason = clock.now(), by, reason
        file.save()
        if not file.taken_at:
            return []
        (_tell_the_office if file.unit else _tell_the_units)(file)
        return _ask_checks(file)


def _tell_the_office(file: LedgerFile) -> None:
    """What went with a file that its unit withdrew."""
    organisers = {one.campaign.organiser for one in queries.taking_part(file).select_related("campaign__organiser")}
    text = gettext_noop(
        "%(unit)s has withdrawn the ledger “%(name)s”: %(rows)s rows, %(violating)s of them violating a rule. "
        "Its reason: %(reason)s"
    )
    params = {"rows": file.accepted, "violating": queries.violating_rows_from(file)}
    tell(
        [member for organiser in organisers for member in members_of(organiser, Role.OFFICE)],
        text=text,
        params={"unit": file.unit.name, "name": file.name, "reason": file.withdrawal_reason, **params},
        url=reverse("verification:ledger_file", args=[file]),
    )


def _tell_the_units(file: LedgerFile) -> None:
    """Of rows that the office sent for them, and of their withdrawal; each unit learns its own number alone."""
    text = gettext_noop("The office has sent a ledger for you: %(rows)s rows. See what the check found in them.")
    if file.withdrawn_at:
        text = gettext_noop("The office has withdrawn a ledger that it sent for you: %(rows)s rows. Reason: %(reason)s")
    rows = queries.rows_by_unit(file).rows
    liaisons = current_memberships().filter(organisation__name__in=rows, role=Role.LIAISON)
    for liaison in liaisons.filter(organisation__in=queries.taking_part(file).values("unit")):
        params = {"rows": rows[liaison.organisation.name], "reason": file.withdrawal_reason}
        tell([liaison], text=text, params=params, url=reverse("verification:ledgers"))


def after_withdrawal(runs: Sequence[CheckRun]) -> None:
    """Once it is on the record, the rows leave the store, and the unit is checked without them."""
    _let_withdrawn_leave()
    _carry_out_all(runs)


def _let_withdrawn_leave() -> None:
    """Every check begins with this: whoever is killed after a withdrawal leaves no row of it to be counted."""
    store, withdrawn = queries.store(), queries.withdrawn_sources()
    named = {name for name, one in store.manifest["sources"].items() if one.get("file", name) in withdrawn}
    if named:
        store.drop(named)


def is_small(file: LedgerFile) -> bool:
    """Whether the file is taken in while its sender waits."""
    return file.size <= SMALL_BYTES


def take(file: LedgerFile, *, checks: bool = True) -> LedgerFile:
    """入库: read the file into the store, or note which column it lacks or why it is refused; then check its unit.

    Whoever is killed on the way leaves the file as received, and it is taken in again from the start.
    """
    try:
        whose = intake.belonging(queries.bytes_of(file), kind=file.kind or None, mapping=file.mapping)
        if whose.corrects:
            taken = _take_corrections(file, whose.corrects)
        else:
            look = queries.look_at(file)
            kind = file.kind or look.kind or ""
            if lacks := queries.lacking(look, kind):
                return _note_lacks(file, kind, lacks)
            taken = _take_in(file, kind, queries.mapping_for(file, kind, look.headers), whose.unit_headers)
    except Invalid as refused:
        return _note_refusal(file, refused.faults)
    queries.store().share(file.sha256, queries.bytes_of(file))
    with recorded(SYSTEM, "ledger.taken"):
        file.taken_at, file.read = clock.now(), taken.read
        file.accepted, file.rejected = taken.accepted, taken.rejected
        file.sources = [
            {"name": one.name, "kind": one.kind, "accepted": one.accepted, "rejected": one.rejected}
            for one in taken.sources
        ]
        file.save()
        runs = _ask_checks(file) if checks else []
        if not file.unit:
            _tell_the_units(file)
    queries.progress_of(file).unlink(missing_ok=True)
    _carry_out_all(runs)
    return file


def _take_in(file: LedgerFile, kind: str, mapping: dict[str, str], unit_headers: Sequence[str]) -> intake.Taken:
    """A unit's rows are its own, whatever they name: a county's bureaus are regions. Sent for all, they go by name."""
    regions = dict.fromkeys(unit_headers, "region") if file.unit else {}
    taken = intake.take_in(
        queries.bytes_of(file),
        queries.store(),
        unit=file.unit.name if file.unit else None,
        units=queries.names_taking_part(file),
        # A workbook may hold sheets of several kinds; only what a person said is held against all of them.
        kind=file.kind or None,
        mapping={**regions, **mapping},
        name=file.source,
        progress=partial(_note_progress, file),
    )
    file.kind, file.mapping = kind, mapping
    return taken


def _take_corrections(file: LedgerFile, corrects: Collection[str]) -> intake.Taken:
    """退回行更正: the unit's own rejected rows come back corrected; they join the file that they came from."""
    own = queries.sources_like(file)
    if foreign := sorted(set(corrects) - own):
        text = "“%(source)s” is no ledger of yours; only your own rejected rows can be sent back."
        raise Invalid([sentence(text, source=source) for source in foreign[:10]])
    source = min(corrects)
    file.source = queries.store().manifest["sources"].get(source, {}).get("file", source)
    taken = intake.take_in(
        queries.bytes_of(file),
        queries.store(),
        name=file.name,
        units=queries.names_taking_part(file),
        progress=partial(_note_progress, file),
    )
    file.kind = taken.sources[0].kind
    return taken


def _note_progress(file: LedgerFile, stage: str, done: int, of: int) -> None:
    """How far the reading is, in percent, where the page looks for it."""
    note, percent = queries.progress_of(file), str(100 * done // of if of else 0)
    if stage == "read" and (not note.exists() or note.read_text() != percent):
        note.write_text(percent)


def _note_lacks(file: LedgerFile, kind: str, lacks: list[str]) -> LedgerFile:
    with recorded(SYSTEM, "ledger.looked_at"):
        file.kind, file.lacks = kind, " ".join(lacks)
        file.save()
        runs = _ask_if_withdrawn(file)
    _carry_out_all(runs)
    return file


def _note_refusal(file: LedgerFile, faults: list[str]) -> LedgerFile:
    with recorded(SYSTEM, "ledger.refused"):
        file.refused_at, file.faults = clock.now(), [kept(fault) for fault in faults]
        file.save()
        runs = _ask_if_withdrawn(file)
    queries.progress_of(file).unlink(missing_ok=True)
    _carry_out_all(runs)
    return file


def _ask_if_withdrawn(file: LedgerFile) -> list[CheckRun]:
    """While a file waited it kept the rows in their place that were withdrawn; it brings none, and they leave."""
    return _ask_checks(file) if file.source in queries.withdrawn_sources() else []


def work() -> bool:
    """The intake's work outside of any request: the oldest waiting file, or check; whether one was."""
    abandoned = clock.now() - GRACE
    waiting = (file for file in queries.waiting_files() if not is_small(file) or file.sent_at < abandoned)
    if file := next(waiting, None):
        _take_or_refuse(file)
        with recorded(SYSTEM, "ledger.told"):
            tell(
                members_of(file.sent_by.organisation, Role.LIAISON if file.unit else Role.OFFICE),
                text=gettext_noop("Your ledger “%(name)s” has been looked through."),
                params={"name": file.name},
                url=reverse("verification:ledger_file", args=[file]),
            )
        return True
    runs = queries.waiting_runs()
    if run := (runs if _is_much() else runs.filter(asked_at__lt=abandoned)).first():
        carry_out(run)
        return True
    return False


def _take_or_refuse(file: LedgerFile) -> None:
    """Take a file in; one that breaks the reader is refused with the log's number, not tried for ever."""
    try:
        take(file)
    except (DatabaseError, DuchaError):
        raise  # a busy database, another hand at the same row: the file is not to blame, it is tried again
    except Exception:
        number = uuid4().hex[:8]
        logging.getLogger("ducha").exception("ledger file %s could not be read, fault %s", file.public_id, number)
        file.refresh_from_db()
        text = "The file could not be read. Tell the system administrator the number “%(number)s”."
        _note_refusal(file, [sentence(text, number=number)])


# -- checks


def ask_check(campaign: Campaign, *, by: Membership, as_of: date) -> CheckRun:
    """发起核验: all units of a campaign, as the ledgers stand and the plan's numbers ask."""
    require(by, Right.RUN_CHECK)
    with recorded(by, "check.asked", campaign=campaign.public_id):
        run = CheckRun(campaign=campaign, as_of=as_of, asked_by=by, asked_at=clock.now())
        run.save()
    return run


def _is_much() -> bool:
    return queries.store().rows()["accepted"] > FEW_ROWS


def carry_out_if_quick(run: CheckRun) -> CheckRun:
    """Carry a check out at once where few rows are held; else it waits for the worker."""
    return run if _is_much() else carry_out(run)


def _ask_checks(file: LedgerFile) -> list[CheckRun]:
    """本单位核验: of the file's unit, or of all, in each campaign under way; inside an action."""
    runs = []
    for campaign in Campaign.objects.filter(participations__in=queries.taking_part(file)).distinct():
        with recorded(SYSTEM, "check.asked", campaign=campaign.public_id):
            run = CheckRun(campaign=campaign, unit=file.unit, as_of=clock.today(), asked_at=clock.now())
            run.save()
        runs.append(run)
    return runs


def _carry_out_all(runs: Sequence[CheckRun]) -> None:
    for run in runs:
        carry_out(run) if run.unit_id else carry_out_if_quick(run)


def carry_out(run: CheckRun) -> CheckRun:
    """核验: hold the rules against the ledgers: a row for each rule and unit or region, violations in its file."""
    _let_withdrawn_leave()
    taking_part = _by_name(run.campaign)
    units = {name: p for name, p in taking_part.items() if run.unit_id in (None, p.unit_id)}
    store, earlier = queries.store(), _earlier_rows(run, units)
    try:
        outcome, by_region = _checked(run, store, units)
    except DuchaError as error:
        faults = error.faults if isinstance(error, Invalid) else [str(error)]
        with recorded(SYSTEM, "check.failed", campaign=run.campaign.public_id):
            run.failed_at, run.faults = clock.now(), [kept(fault) for fault in faults]
            run.save()
        return run
    with recorded(SYSTEM, "check.done", campaign=run.campaign.public_id):
        run.calendar, run.done_at = outcome.calendar, clock.now()
        run.limits = {r.requirement: format(r.limit.value, "f") for r in outcome.rules if r.requirement and r.limit}
        run.digest = _digest(outcome, [part.sha256 for part in store.partitions])
        run.judges_regions = by_region is not None
        run.save()
        found = _results(run, outcome, by_region, taking_part)
        RuleResult.objects.bulk_create([*found, *_no_longer_known(run, outcome, units)])
        if earlier:
            _tell_what_went(run, earlier)
    return run


def _earlier_rows(run: CheckRun, units: Mapping[str, Participation]) -> Path | None:
    """What the check before found of the one unit of a run."""
    participation = next(iter(units.values()), None) if run.unit_id else None
    return queries.newest_rows_of(participation) if participation else None


def _tell_what_went(run: CheckRun, earlier: Path) -> None:
    """A unit sent its ledgers anew, and rows that violated a rule are gone: the office learns it; a withdrawal told."""
    assert run.unit is not None
    withdrawn = LedgerFile.objects.filter(unit=run.unit, withdrawn_at__isnull=False)
    aside = {source["name"] for file in withdrawn for source in file.sources}
    gone = violations.gone(earlier, queries.rows_of_run(run), run.unit.name, aside=aside)
    if not gone:
        return
    results = {result.rule: result for result in run.results.filter(rule__in=gone, region="")}
    text = gettext_noop("%(unit)s has sent its ledgers anew: %(rows)s rows that violated a rule are gone (%(rules)s).")
    titles = [results[rule].title if rule in results else rule for rule in gone]
    tell(
        members_of(run.campaign.organiser, Role.OFFICE),
        text=text,
        params={"unit": run.unit.name, "rows": sum(gone.values()), "rules": "、".join(titles)},
        url=reverse("verification:result", args=[results[next(iter(results))]]) if results else "",
    )


def _checked(run: CheckRun, store: Store, units: Collection[str]) -> tuple[Outcome, Outcome | None]:
    """What was found of the units, and of the regions where the run touches any.

    One check of a campaign at a time: what the one before found of unchanged ledgers is not computed again.
    """
    common, own = queries.data() / "checks" / run.campaign.public_id, queries.rows_of_run(run)
    common.mkdir(parents=True, exist_ok=True)
    with (common / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        rules, limits = queries.rules(), queries.limits_of(run.campaign)
        outcome = check(store, rules, as_of=run.as_of, thresholds=limits, units=list(units), out=common)
        own.parent.mkdir(parents=True, exist_ok=True)
        (common / VIOLATIONS).replace(own)
        regional = [rule for rule in rules if rule.per == "region"]
        if run.unit_id and not _touches(run.unit_id, store, units, {rule.ledger for rule in regional}):
            return outcome, None
        # A region is judged by all of its units together, whether they take part or not.
        regions = common / "regions"
        return outcome, check(store, regional, as_of=run.as_of, thresholds=limits, out=regions)


def _touches(unit: int, store: Store, units: Collection[str], kinds: Collection[str]) -> bool:
    """Whether a unit's rows of these kinds of ledger count for a region, or did before they were withdrawn."""
    if any(part.units.get(name) for part in store.partitions if part.kind in kinds for name in units):
        return True
    return LedgerFile.objects.filter(unit=unit, kind__in=kinds, withdrawn_at__isnull=False).exists()


def _by_name(campaign: Campaign) -> dict[str, Participation]:
    """The units by the names that ledgers call them; none of which two bear one name."""
    taking_part = list(Participation.objects.filter(campaign=campaign).select_related("unit"))
    return _alone((participation.unit.name, participation) for participation in taking_part)


def _places(units: Mapping[str, Participation]) -> dict[str, Participation]:
    """The units that a region may be, by name and by code; a county's bureaus bear its code too and are no region."""
    coded = (p for p in units.values() if p.unit.region_code and p.unit.kind in Organisation.PLACES)
    return {**_alone((p.unit.region_code, p) for p in coded), **units}


def _alone(named: Iterable[tuple[str, Participation]]) -> dict[str, Participation]:
    found = list(named)
    times = Counter(name for name, _participation in found)
    return {name: participation for name, participation in found if times[name] == 1}


def _digest(outcome: Outcome, ledgers: list[str]) -> str:
    rules = [[rule.id, repr(rule)] for rule in outcome.rules]
    return hashlib.sha256(canonical_json({"rules": rules, "ledgers": sorted(ledgers)})).hexdigest()


def _results(
    run: CheckRun, outcome: Outcome, by_region: Outcome | None, units: Mapping[str, Participation]
) -> list[RuleResult]:
    rules = {rule.id: rule for rule in outcome.rules}
    found = [_result(run, rules[r.rule], r, participation=units[r.unit]) for r in outcome.results if r.unit in units]
    if by_region is None:
        return found
    places = _places(units)
    return found + [
        _result(run, rules[r.rule], r, participation=places.get(r.unit), region=r.unit[:100]) for r in by_region.results
    ]


def _result(run: CheckRun, rule: Rule, found: Result, **whose: Any) -> RuleResult:
    return RuleResult(
        run=run,
        **whose,
        rule=rule.id,
        title=rule.title[:200],
        basis=rule.basis[:300],
        ledger=rule.ledger,
        requirement=rule.requirement or "",
        population=found.population,
        violations=found.violations,
        exempt=found.exempt,
        not_verifiable=found.not_verifiable,
        # As the database keeps it, so that the trail commits to the same number.
        rate=None if found.rate is None else Decimal(found.rate).quantize(Decimal("0.0001")),
        verdict=str(found.verdict),
        words=kept(found.words),
    )


def _no_longer_known(run: CheckRun, outcome: Outcome, units: Mapping[str, Participation]) -> list[RuleResult]:
    """What an earlier check said of a unit and no row of it says any more: not verifiable, and said to be."""
    rules = {rule.id: rule for rule in outcome.rules if rule.per == "unit"}
    known = {(units[found.unit].pk, found.rule) for found in outcome.results if found.unit in units}
    return [
        RuleResult(
            run=run,
            participation=before.participation,
            rule=before.rule,
            title=rules[before.rule].title[:200],
            basis=rules[before.rule].basis[:300],
            ledger=before.ledger,
            requirement=before.requirement,
            population=0,
            violations=0,
            exempt=0,
            not_verifiable=0,
            verdict=RuleResult.Verdict.NOT_VERIFIABLE,
            words=kept(sentence("No ledger is held any more that says anything about it.")),
        )
        for before in queries.newest_of(units.values())
        if before.rule in rules and (before.participation_id, before.rule) not in known
    ]


def explain(result: RuleResult, violation: Violation, *, by: Membership, text: str) -> Explanation:
    """情况说明: what the unit says to a violating row; a second time its words take the place of the first."""
    require(by, Right.EXPLAIN_VIOLATION)
    participation = result.participation
    if participation.unit_id != by.organisation_id or violation.unit != participation.unit.name:
        raise NotAllowed(_("This is another unit's ledger."))
    with recorded(by, "violation.explained", campaign=participation.campaign.public_id):
        held = Explanation.objects.filter(participation=participation, rule=violation.rule, key=violation.key).first()
        held = held or Explanation(participation=participation, rule=violation.rule, key=violation.key)
        held.source, held.source_row = violation.source, violation.source_row
        held.text, held.by, held.at = text, by, clock.now()
        held.save()
    return held


def unmask(row: queries.Row, *, by: Membership, purpose: str, reason: str) -> list[queries.Cell]:
    """查看个人信息: the personal cells of one row in clear, this once; who saw them, and what for, is recorded."""
    require(by, Right.UNMASK)
    if not visible_results(by).filter(pk=row.result.pk).exists():
        raise NotAllowed(_("This unit is not in your care."))
    if (cells := queries.original_row(row, unmasked=True)) is None:
        raise NotNow(_("The ledger was sent anew or withdrawn since; it has this row no more."))
    if not any(cell.is_personal for cell in cells):
        raise NotNow(_("The row holds no personal details."))
    found = row.violation
    with recorded(by, "row.unmasked", campaign=row.result.participation.campaign.public_id):
        seen = Unmasking(result=row.result, source=found.source, source_row=found.source_row, key=found.key)
        seen.purpose, seen.reason, seen.by, seen.at = purpose, reason, by, clock.now()
        seen.save()
    return cells
