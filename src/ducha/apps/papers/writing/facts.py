"""What the papers of a campaign are made of, read once: a fixed number of queries, whatever the size."""

from collections import Counter
from dataclasses import dataclass
from functools import cached_property

from ducha.apps.accountability.access import visible_measures
from ducha.apps.accountability.models import Measure
from ducha.apps.campaigns.access import visible_campaigns, visible_participations
from ducha.apps.campaigns.models import Area, Campaign, Citation, Participation, Point, Stage
from ducha.apps.campaigns.queries import areas
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.evidence.queries import linked_to_all
from ducha.apps.fieldwork.access import visible_activities, visible_samples, visible_teams, visible_visits
from ducha.apps.fieldwork.models import Team
from ducha.apps.findings.models import Finding, GoodPractice
from ducha.apps.findings.queries import ledger, practices
from ducha.apps.organisations.models import Membership
from ducha.apps.selfassessment.queries import assessments
from ducha.apps.verification.models import RuleResult
from ducha.apps.verification.queries import latest_results


@dataclass(frozen=True)
class Facts:
    """A campaign as one reader may see it, or the share of one team."""

    member: Membership
    campaign: Campaign
    team: Team | None = None

    @cached_property
    def participations(self) -> list[Participation]:
        found = visible_participations(self.member).filter(campaign=self.campaign).select_related("unit")
        return list(found.filter(team_unit__team=self.team) if self.team else found)

    @cached_property
    def areas(self) -> list[Area]:
        return list(areas(self.campaign))

    @cached_property
    def headings(self) -> dict[str, str]:
        """The titles between areas and points, by code."""
        return dict(self.campaign.headings.filter(removed_at=None).values_list("code", "title"))

    def subject(self, point: Point) -> str:
        """What a point is about: the nearest heading above it; nothing where only the area is."""
        code = point.code.rpartition(".")[0]
        while code and code not in self.headings:
            code = code.rpartition(".")[0]
        return self.headings.get(code, "")

    @cached_property
    def stages(self) -> dict[str, Stage]:
        return {stage.kind: stage for stage in self.campaign.stages.all()}

    @cached_property
    def citations(self) -> list[Citation]:
        return list(self.campaign.citations.filter(removed_at=None))

    @cached_property
    def findings(self) -> list[Finding]:
        """The problems that stand, in the order of the plan."""
        found = ledger(self.member, self.campaign).exclude(state="withdrawn")
        found = found.filter(team=self.team) if self.team else found
        return list(found.select_related("repeats__campaign").order_by("point__rank", "number"))

    @cached_property
    def before(self) -> tuple[Campaign, int] | None:
        """The campaign of the same organiser before this one, and how many problems it found; None for the first."""
        earlier = visible_campaigns(self.member).filter(organiser=self.campaign.organiser_id, pk__lt=self.campaign.pk)
        last = earlier.exclude(state="draft").order_by("-pk").first()
        return (last, ledger(self.member, last).exclude(state="withdrawn").count()) if last else None

    @cached_property
    def evidence(self) -> dict[str, list[EvidenceFile]]:
        """The files that show each problem, by its public id."""
        return linked_to_all(self.findings)

    @cached_property
    def practices(self) -> list[GoodPractice]:
        found = practices(self.member, self.campaign)
        found = found.filter(team=self.team) if self.team else found
        return list(found.order_by("point__rank", "id"))

    @cached_property
    def teams(self) -> int:
        return visible_teams(self.member).filter(campaign=self.campaign).distinct().count()

    @cached_property
    def visits(self) -> Counter[bool]:
        """Visits that took place, by whether they were announced."""
        found = visible_visits(self.member).filter(
            participation__campaign=self.campaign, state__in=["started", "ended"]
        )
        found = found.filter(team=self.team) if self.team else found
        return Counter(found.order_by().values_list("announced", flat=True))

    @cached_property
    def activities(self) -> Counter[str]:
        """What was done on the visits, by kind."""
        found = visible_activities(self.member).filter(visit__participation__campaign=self.campaign)
        found = found.filter(visit__team=self.team) if self.team else found
        return Counter(found.order_by().values_list("kind", flat=True))

    @cached_property
    def case_files(self) -> int:
        """Case files drawn by chance for the visits, the last draw of each."""
        found = visible_samples(self.member).filter(visit__participation__campaign=self.campaign)
        found = found.filter(visit__team=self.team) if self.team else found
        newest = {(sample.visit_id, sample.kind): len(sample.files) for sample in found.order_by("id")}
        return sum(newest.values())

    @cached_property
    def self_inspections(self) -> Counter[str]:
        """How the units delivered: in time, late, missing."""
        found = assessments(self.member, self.campaign)
        wanted = {participation.pk for participation in self.participations}
        delivered = [a for a in found if a.versions and a.participation_id in wanted]
        late = sum(bool(a.is_late) for a in delivered)
        return Counter(in_time=len(delivered) - late, late=late, missing=len(wanted) - len(delivered))

    @cached_property
    def results(self) -> list[RuleResult]:
        """What the newest check of the ledgers found."""
        wanted = {participation.pk for participation in self.participations}
        return [r for r in latest_results(self.member, self.campaign) if r.participation_id in wanted]

    @cached_property
    def measures(self) -> list[Measure]:
        found = visible_measures(self.member).filter(campaign=self.campaign).exclude(state="declined")
        wanted = {participation.pk for participation in self.participations}
        return [m for m in found.select_related("participation__unit").order_by("id") if m.participation_id in wanted]
