"""Reading checks: what the newest one found of each unit, and how that stands beside the plan."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db.models import OuterRef, QuerySet, Subquery

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Campaign, Participation, Threshold
from ducha.apps.organisations.models import Membership
from ducha.apps.verification.access import visible_results
from ducha.apps.verification.models import CheckRun, LedgerFile, RuleResult
from ducha.apps.verification.queries.ledgers import data
from ducha.domain.claims import is_better


def rows_of_run(run: CheckRun) -> Path:
    """Where the violating rows of a run lie."""
    return data() / "checks" / run.campaign.public_id / "runs" / f"{run.public_id}.parquet"


def waiting_runs() -> QuerySet[CheckRun]:
    """Checks that were asked for and not carried out yet, oldest first."""
    waiting = CheckRun.objects.filter(done_at=None, failed_at=None).select_related("campaign")
    return waiting.order_by("asked_at", "id")


def waiting_in(campaign: Campaign) -> CheckRun | None:
    """The check of all units that is asked for and not done."""
    return waiting_runs().filter(campaign=campaign, unit=None).first()


def is_being_checked(file: LedgerFile) -> bool:
    """Whether a check of the ledgers that the file belongs to is asked for and not done."""
    waiting = waiting_runs().filter(unit=file.unit_id)
    return (waiting if file.unit_id else waiting.filter(campaign=file.campaign_id)).exists()


def last_failure(campaign: Campaign) -> CheckRun | None:
    """The newest check of all units, where it failed."""
    newest = CheckRun.objects.filter(campaign=campaign, unit=None).order_by("-id").first()
    return newest if newest and newest.failed_at else None


def _latest(results: QuerySet[RuleResult]) -> QuerySet[RuleResult]:
    """Of each unit, what its newest finished run found."""
    newest = (
        RuleResult.objects.filter(participation=OuterRef("participation"), region="", run__done_at__isnull=False)
        .order_by("-run_id")
        .values("run_id")[:1]
    )
    return results.filter(region="", run=Subquery(newest))


def _latest_of_regions(results: QuerySet[RuleResult]) -> QuerySet[RuleResult]:
    """Of all regions of a campaign, what the newest finished run found that judged them."""
    judging = CheckRun.objects.filter(judges_regions=True, done_at__isnull=False, campaign=OuterRef("run__campaign"))
    return results.exclude(region="").filter(run=Subquery(judging.order_by("-id").values("id")[:1]))


def latest_results(member: Membership, campaign: Campaign) -> QuerySet[RuleResult]:
    """核验结果: the newest of every unit within reach."""
    return _latest(visible_results(member).filter(participation__campaign=campaign))


def own_results(member: Membership, campaign: Campaign) -> list[RuleResult]:
    """A unit's own newest results, what is not met first."""
    places = {"not_met": 0, "met": 1, "not_verifiable": 2}
    return sorted(latest_results(member, campaign), key=lambda r: (places[r.verdict], r.ledger, -r.violations, r.rule))


def region_results(member: Membership, campaign: Campaign) -> list[RuleResult]:
    """按地区: what was found of each region as a whole, as far as a member may see it; what is not met first."""
    found = _latest_of_regions(visible_results(member).filter(run__campaign=campaign))
    return sorted(found, key=lambda r: (r.verdict != "not_met", r.rule, r.region))


def results_of_file(member: Membership, file: LedgerFile) -> list[RuleResult]:
    """The newest results of the file's unit for its kind of ledger, in the campaigns under way."""
    mine = visible_results(member).filter(
        participation__unit=file.unit_id,
        participation__campaign__state="launched",
        ledger__in={one["kind"] for one in file.sources},
    )
    return list(_latest(mine).order_by("participation__campaign_id", "rule"))


def newest_of(participations: Iterable[Participation]) -> list[RuleResult]:
    """What the newest checks found of some units."""
    results = _latest(RuleResult.objects.filter(participation__in=participations))
    return list(results.select_related("run__campaign", "participation__unit"))


def not_met(member: Membership, participation: Participation) -> list[RuleResult]:
    """What a unit's ledgers, or those of the region that it is, show not to be met; the most violations first."""
    mine = visible_results(member).filter(participation=participation, verdict="not_met")
    return sorted([*_latest(mine), *_latest_of_regions(mine)], key=lambda r: (-r.violations, r.rule))


def newest_unmet(campaign: Campaign) -> tuple[QuerySet[RuleResult], QuerySet[RuleResult]]:
    """The newest results of a campaign that answer a requirement and do not meet it: of units, and of regions."""
    unmet = RuleResult.objects.filter(participation__campaign=campaign, verdict="not_met").exclude(requirement="")
    return _latest(unmet).order_by(), _latest_of_regions(unmet).order_by()


def is_latest(result: RuleResult) -> bool:
    """Whether no later check has taken the result's place."""
    newest = _latest_of_regions if result.region else _latest
    return newest(RuleResult.objects.filter(pk=result.pk)).exists()


def requirements_of(participations: Iterable[Participation]) -> dict[int, dict[str, list[RuleResult]]]:
    """By participation and requirement, the newest results that answer it; two queries for any number of units."""
    found: dict[int, dict[str, list[RuleResult]]] = defaultdict(lambda: defaultdict(list))
    results = RuleResult.objects.filter(participation__in=participations).exclude(requirement="").select_related("run")
    for result in [*_latest(results).order_by("ledger", "rule"), *_latest_of_regions(results).order_by("rule")]:
        found[result.participation_id][result.requirement].append(result)
    return found


def limits_of(campaign: Campaign) -> dict[str, Decimal]:
    """The numbers that the plan sets, by requirement; where it sets several, the strictest."""
    return {rule: Decimal(numbers[0].value) for rule, numbers in _numbers(campaign).items()}


@dataclass(frozen=True)
class Disagreement:
    """一项要求，几个数字: the number of the plan that is used, and those that are not, by their places in the plan."""

    used: Threshold
    others: list[Threshold]


def disagreements(campaign: Campaign) -> list[Disagreement]:
    """Where the plan sets differing numbers for one requirement; equal ones agree."""
    found = []
    for used, *others in _numbers(campaign).values():
        if differing := [one for one in others if Decimal(one.value) != Decimal(used.value)]:
            found.append(Disagreement(used, differing))
    return found


def _numbers(campaign: Campaign) -> dict[str, list[Threshold]]:
    """The numbers by requirement, the strictest first, equal ones in the plan's order.

    The strictest, not the first: whoever keeps it keeps them all, and no order of the plan's points changes a verdict.
    """
    standing = Threshold.objects.filter(point__campaign=campaign, point__removed_at=None, removed_at=None)
    found: dict[str, list[Threshold]] = defaultdict(list)
    for threshold in standing.exclude(rule="").select_related("point").order_by("point__rank", "span_start", "id"):
        if _number(threshold.value) is not None:
            found[threshold.rule].append(threshold)
    return {rule: sorted(numbers, key=_leeway) for rule, numbers in found.items()}


def _leeway(threshold: Threshold) -> Decimal:
    """The smaller the stricter: at most 7 before at most 20, at least 90 before at least 80."""
    value = Decimal(threshold.value)
    return value if threshold.comparator in ("<=", "<") else -value


@dataclass(frozen=True)
class Computed:
    """台账算出: what the ledgers say about a number that the plan asks for."""

    threshold: Threshold
    results: tuple[RuleResult, ...]

    @property
    def judged(self) -> int:
        return sum(result.judged for result in self.results)

    @property
    def fulfilled(self) -> int:
        return sum(result.fulfilled for result in self.results)

    @property
    def verdict(self) -> str:
        """Not met where any rule is not; met where one is and the others cannot say."""
        verdicts = {result.verdict for result in self.results}
        return next((v for v in ("not_met", "met") if v in verdicts), "not_verifiable")

    @property
    def verdict_label(self) -> str:
        return str(RuleResult.Verdict(self.verdict).label)

    @property
    def is_known(self) -> bool:
        return self.verdict != "not_verifiable"

    @property
    def is_counted(self) -> bool:
        """Whether the plan asks for so many, and not for a share of all or a limit that each must keep."""
        return self.threshold.unit == "个"

    @property
    def percent(self) -> Decimal | None:
        """Of 100, how many are as they should be; None where nothing was there to judge."""
        return Decimal(100) * self.fulfilled / self.judged if self.judged else None

    @property
    def figure(self) -> str:
        """771 / 1204 (64.0 %), or 95 个 where it is counted; never 100 % where one is missing."""
        if self.is_counted:
            return f"{self.fulfilled} 个"
        if self.percent is None:
            return f"{self.fulfilled} / {self.judged}"
        shown = self.percent.quantize(Decimal("0.1"))
        if self.fulfilled < self.judged:
            shown = min(shown, Decimal("99.9"))
        return f"{self.fulfilled} / {self.judged} ({shown} %)"

    def is_bettered_by(self, claimed: str) -> bool:
        """Whether a unit claims a better figure than this; nothing is better than what cannot be known.

        Where the plan asks for at most such a share or so many, the smaller figure is the better one; where each row
        has a limit of its own, such as 7 working days, the figure is the share that keeps it.
        """
        unit = "个" if self.is_counted else "%"
        value = Decimal(self.fulfilled) if self.is_counted else self.percent
        if value is None or not self.is_known:
            return False
        in_its_unit = self.threshold.unit == unit
        smaller = in_its_unit and self.threshold.comparator in ("<=", "<")
        return is_better(claimed, value, unit, bare=in_its_unit, smaller=smaller)


def computed(threshold: Threshold, of_unit: Mapping[str, Sequence[RuleResult]]) -> Computed | None:
    """What the ledgers say about a threshold; None where no ledger does, or it was held against another number."""
    results = of_unit.get(threshold.rule, ()) if threshold.rule else ()
    fitting = tuple(result for result in results if fits(threshold, result.run))
    return Computed(threshold, fitting) if fitting else None


def fits(threshold: Threshold, run: CheckRun) -> bool:
    """Whether a run held the ledgers against the very number that the threshold asks for."""
    return _number(run.limits.get(threshold.rule, threshold.value)) == _number(threshold.value)


def _number(text: str) -> Decimal | None:
    return Decimal(text) if text.replace(".", "", 1).isdigit() else None


def newest_rows_of(participation: Participation) -> Path | None:
    """The violating rows of a unit's newest check, for those who hold other rows against them."""
    newest = RuleResult.objects.filter(participation=participation, region="", run__done_at__isnull=False)
    result = newest.order_by("-run_id").select_related("run__campaign").first()
    path = rows_of_run(result.run) if result else None
    return path if path and path.exists() else None


def titles_of(participation: Participation) -> dict[str, str]:
    """The rules that a unit was ever held to, by their titles."""
    return dict(
        RuleResult.objects.filter(participation=participation).order_by().values_list("rule", "title").distinct()
    )


@dataclass(frozen=True)
class MatrixRow:
    participation: Participation
    cells: list[RuleResult | None]

    @property
    def is_checked(self) -> bool:
        return any(self.cells)

    @property
    def not_met(self) -> int:
        return sum(cell is not None and cell.verdict == "not_met" for cell in self.cells)


@dataclass(frozen=True)
class Head:
    """A rule at the head of a column."""

    rule: str
    title: str
    ledger: str
    not_met: int


@dataclass(frozen=True)
class Matrix:
    heads: list[Head]
    rows: list[MatrixRow]
    regions: list[RuleResult]
    as_of: date | None

    @property
    def results(self) -> list[RuleResult]:
        return [*(cell for row in self.rows for cell in row.cells if cell), *self.regions]


def matrix(member: Membership, campaign: Campaign, *, ledger: str = "", verdict: str = "", search: str = "") -> Matrix:
    """核验矩阵: units × rules, the rules that most units miss first, and what is judged by region; three queries."""
    results = latest_results(member, campaign)
    if ledger:
        results = results.filter(ledger=ledger)
    if verdict:
        results = results.filter(verdict=verdict)
    units = visible_participations(member).filter(campaign=campaign)
    if search:
        units = units.filter(unit__name__icontains=search)
    rows = list(units)
    shown = {row.pk for row in rows}
    cells = {(r.participation_id, r.rule): r for r in results if r.participation_id in shown}
    titles = {r.rule: (r.title, r.ledger) for r in cells.values()}
    misses = {rule: sum(r.verdict == "not_met" for (_unit, of), r in cells.items() if of == rule) for rule in titles}
    heads = [Head(rule, *titles[rule], misses[rule]) for rule in sorted(titles, key=lambda rule: (-misses[rule], rule))]
    lines = [MatrixRow(row, [cells.get((row.pk, head.rule)) for head in heads]) for row in rows]
    if verdict:
        lines = [line for line in lines if any(line.cells)]
    days = [r.run.as_of for r in cells.values()]
    regions = [
        r
        for r in region_results(member, campaign)
        if ledger in ("", r.ledger) and verdict in ("", r.verdict) and (search in r.whose or search in r.region)
    ]
    return Matrix(heads, sorted(lines, key=lambda line: -line.not_met), regions, max(days) if days else None)
