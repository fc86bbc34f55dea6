from collections import Counter
from functools import partial
from typing import Any

from django import forms as django_forms
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Participation
from ducha.apps.campaigns.queries import areas, current_campaign
from ducha.apps.fieldwork.access import leads, visible_visits
from ducha.apps.findings import actions, forms, queries
from ducha.apps.findings.models import Finding, Objection, Withdrawal
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.organisations.queries import place_of, places_and
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import Confirmation, WithReason
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import word
from ducha.apps.selfassessment.access import visible_problems
from ducha.apps.verification.models import RuleResult
from ducha.apps.verification.queries import row_at
from ducha.domain.rights import Right
from ducha.engines import files

STATE_TAGS = {"closed": "green", "objected": "amber", "acknowledged": "blue", "handed_over": "blue"}
ABOUT = "findings/about.html"


def finding_page(finding: Finding) -> str:
    return reverse("findings:finding", args=[finding])


# The problems that others found, and those of them at whose point the unit had named a problem itself.
FOUND_BY = [
    ("others", gettext_lazy("others than the unit")),
    ("others_admitted", gettext_lazy("others, and named by the unit too")),
]


class LedgerFilters(django_forms.Form):
    state = django_forms.ChoiceField(label=gettext_lazy("State"), required=False)
    unit = django_forms.ModelChoiceField(
        label=gettext_lazy("Unit"),
        queryset=None,
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("all"),
    )
    severity = django_forms.ChoiceField(label=gettext_lazy("Severity"), required=False)
    source = django_forms.ChoiceField(label=gettext_lazy("Source"), required=False)
    area = django_forms.ModelChoiceField(
        label=gettext_lazy("Area"), queryset=None, required=False, to_field_name="code", empty_label=gettext_lazy("all")
    )
    point = django_forms.CharField(label=gettext_lazy("Point"), required=False, max_length=60)
    overdue = django_forms.BooleanField(label=gettext_lazy("overdue only"), required=False)
    open = django_forms.BooleanField(label=gettext_lazy("open only"), required=False)
    place = django_forms.ModelChoiceField(
        label=gettext_lazy("With its units"), queryset=None, required=False, to_field_name="public_id"
    )
    reached = django_forms.ChoiceField(label=gettext_lazy("How far"), required=False)
    waits = django_forms.ChoiceField(label=gettext_lazy("Came to and waits"), required=False)
    age = django_forms.ChoiceField(label=gettext_lazy("Found"), required=False)
    found_by = django_forms.ChoiceField(label=gettext_lazy("Found by"), required=False)
    # What figures of other pages count by: shown where one of them led here, and not before.
    LED_HERE = ("open", "place", "reached", "waits", "age", "found_by")

    def __init__(self, *args: Any, campaign: Any, units: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        everything = [("", _("all"))]
        self.fields["state"].choices = everything + [(s, word(s)) for s in Finding.lifecycle.states]
        self.fields["severity"].choices = everything + Finding.Severity.choices
        self.fields["source"].choices = everything + Finding.Source.choices
        self.fields["area"].queryset = areas(campaign)
        self.fields["area"].label_from_instance = lambda area: f"{area.code} {area.title[:16]}"
        reached = Q(participations__in=units) | Q(children__participations__in=units)
        self.fields["place"].queryset = places_and(self.data.get("place", "")).filter(reached).distinct()
        self.fields["reached"].choices = everything + queries.Reached.choices
        self.fields["waits"].choices = everything + queries.Reached.choices
        self.fields["age"].choices = everything + queries.Age.choices
        self.fields["found_by"].choices = [*everything, *FOUND_BY]
        for name in self.LED_HERE:
            if not self.data.get(name):
                del self.fields[name]


def _area(finding: Finding) -> str:
    return Truncator(finding.point.area.title).chars(12)


class LedgerTable(Table):
    columns = [
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("title", gettext_lazy("Problem"), order="title", link=finding_page),
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda f: f.participation.unit.name,
            order="participation__unit__position",
        ),
        Column("facts", gettext_lazy("Facts"), is_exported_only=True),
        Column("area", gettext_lazy("Area"), value=_area, order="point__area__position"),
        Column("point", gettext_lazy("Point"), value=lambda f: f.point.code, order="point__rank"),
        Column(
            "severity",
            gettext_lazy("Severity"),
            value=lambda f: f.get_severity_display(),
            order="severity",
            tag=lambda f: "red" if f.severity == "serious" else "grey",
        ),
        Column("horizon", gettext_lazy("To be put right"), value=lambda f: f.get_horizon_display(), order="horizon"),
        Column("source", gettext_lazy("Source"), value=lambda f: f.get_source_display(), order="source"),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda f: word(f.state),
            order="state",
            tag=lambda f: STATE_TAGS.get(f.state, "grey"),
        ),
        Column("due_on", gettext_lazy("Due on"), order="due_on", kind="date"),
        Column(
            "overdue",
            gettext_lazy("Overdue"),
            value=lambda f: _("overdue") if f.is_overdue else "",
            tag=lambda f: "red",
        ),
    ]
    search_fields = ("title", "facts", "participation__unit__name", "point__code")
    filters = LedgerFilters
    default_sort = "number"
    empty = gettext_lazy("No problem is on record yet.")

    def filter(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if chosen.pop("overdue", False):
            queryset = queryset.filter(is_overdue=True)
        if unit := chosen.pop("unit", None):
            queryset = queryset.filter(participation=unit)
        if area := chosen.pop("area", None):
            queryset = queryset.filter(point__area=area)
        if point := chosen.pop("point", None):
            queryset = queryset.filter(point__code=point)
        return self._as_counted(queryset, chosen).filter(**chosen)

    def _as_counted(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        """By what figures of other pages count."""
        if chosen.pop("open", False):
            queryset = queryset.filter(state__in=queries.OPEN)
        if place := chosen.pop("place", None):
            queryset = queryset.alias(place=place_of("participation__unit")).filter(place=place.pk)
        if step := chosen.pop("reached", ""):
            queryset = queryset.filter(queries.reached(step))
        if step := chosen.pop("waits", ""):
            waiting = queryset.filter(queries.reached("found")).alias(waits=queries.waiting_at())
            queryset = waiting.filter(waits=step)
        if age := chosen.pop("age", ""):
            queryset = queryset.alias(age=queries.age()).filter(age=age)
        if found_by := chosen.pop("found_by", ""):
            queryset = queryset.exclude(source=Finding.Source.ADMITTED)
            if found_by == "others_admitted":
                queryset = queries.admitted_too(self.request.member, queryset)
        return queryset

    def charts(self) -> list[files.Chart]:
        rows = list(self.rows)
        counted = {_("Problems by area"): _area, _("Problems by severity"): lambda f: f.get_severity_display()}
        counted[_("Problems by source")] = lambda f: f.get_source_display()
        return [files.Chart(title, dict(Counter(str(of(row)) for row in rows))) for title, of in counted.items()]


def ledger(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    units = visible_participations(request.member).filter(campaign=campaign)
    table = LedgerTable(request, queries.ledger(request.member, campaign), campaign=campaign, units=units)
    if table.wants_excel():
        return table.excel("problem-ledger")
    practices = queries.practices(request.member, campaign)
    return render(request, "findings/ledger.html", {"campaign": campaign, "table": table, "practices": practices[:20]})


class PracticeTable(Table):
    columns = [
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda p: p.participation.unit.name,
            order="participation__unit__position",
            link=lambda p: reverse("reports:unit", args=[p.participation]),
        ),
        Column("title", gettext_lazy("Good practice"), order="title"),
        Column("facts", gettext_lazy("Facts")),
        Column("point", gettext_lazy("Point"), value=lambda p: p.point.code if p.point else "—", order="point__rank"),
        Column("at", gettext_lazy("Noted"), order="at", kind="date"),
    ]
    search_fields = ("title", "facts", "participation__unit__name")
    default_sort = "-at"
    empty = gettext_lazy("No good practice is noted yet. A team notes it from a unit's page.")


def practices(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    table = PracticeTable(request, queries.practices(request.member, campaign))
    if table.wants_excel():
        return table.excel("good-practice")
    return render(request, "findings/practices.html", {"campaign": campaign, "table": table})


def finding(request: HttpRequest, finding: Finding) -> HttpResponse:
    member = request.member
    context = {
        **queries.finding_page(member, finding),
        "can": {right.name.lower(): may(member, right) for right in Right},
        "leads": leads(member, finding.team),
        "is_author": finding.raised_by.person_id == member.person_id,
    }
    return render(request, "findings/finding.html", context)


def raise_finding(request: HttpRequest, participation: Participation) -> HttpResponse:
    visit = (
        visible_visits(request.member)
        .filter(public_id=request.GET.get("visit", ""), participation=participation)
        .first()
    )
    admitted = visible_problems(request.member).filter(public_id=request.GET.get("admitted", "")).first()

    def act(by: Membership, subject: Participation, point: Any, **entered: Any) -> Finding:
        return actions.raise_finding(subject, point, by=by, visit=visit, admitted=admitted, **entered)

    return perform(
        request,
        participation,
        forms.FindingForm,
        act,
        back=finding_page,
        title=_("Record a problem at %(unit)s") % {"unit": participation.unit.name},
        go=_("Record it"),
        context={"admitted": admitted},
        about="findings/about_admitted.html",
    )


def raise_from_row(request: HttpRequest, rule_result: RuleResult) -> HttpResponse:
    """Which row it is stands in the address."""
    asked = request.GET
    row = row_at(request.member, rule_result, source=asked.get("source", ""), source_row=asked.get("row", ""))
    if row is None:
        return redirect("verification:result", rule_result)
    return perform(
        request,
        rule_result.participation,
        partial(forms.DataFindingForm, row=row),
        lambda by, _unit, point, **entered: actions.raise_from_row(
            rule_result, row.violation, by=by, point=point, **entered
        ),
        back=finding_page,
        title=_("Record a problem at %(unit)s") % {"unit": rule_result.participation.unit.name},
        go=_("Record it"),
        about="verification/about_row.html",
        context={"row": row},
    )


def note_practice(request: HttpRequest, participation: Participation) -> HttpResponse:
    return perform(
        request,
        participation,
        forms.PracticeForm,
        lambda by, subject, **entered: actions.note_good_practice(subject, by=by, **entered),
        back=lambda _practice: reverse("findings:ledger"),
        title=_("Good practice at %(unit)s") % {"unit": participation.unit.name},
        go=_("Record it"),
    )


correct = verb(
    actions.correct,
    forms.CorrectionForm,
    back=finding_page,
    title=gettext_lazy("Correct the finding"),
    go=gettext_lazy("Save"),
)
confirm = verb(actions.confirm, Confirmation, back=finding_page, title=gettext_lazy("Confirm the finding"), about=ABOUT)
hand_over = verb(
    actions.hand_over,
    forms.HandOverForm,
    back=finding_page,
    title=gettext_lazy("Feed back on the spot"),
    done=gettext_lazy("The unit sees it now."),
    about=ABOUT,
)
acknowledge = verb(
    actions.acknowledge, Confirmation, back=finding_page, title=gettext_lazy("Acknowledge the finding"), about=ABOUT
)
object_to = verb(
    actions.object_to, forms.ObjectionForm, back=finding_page, title=gettext_lazy("Object to the finding"), about=ABOUT
)
ask_withdrawal = verb(
    actions.ask_withdrawal,
    WithReason,
    back=finding_page,
    title=gettext_lazy("Ask to withdraw the finding"),
    about=ABOUT,
)


def decide_objection(request: HttpRequest, objection: Objection) -> HttpResponse:
    return perform(
        request,
        objection,
        forms.ObjectionDecisionForm,
        lambda by, subject, **entered: actions.decide_objection(subject, by=by, **entered),
        back=finding_page,
        title=_("Decide the objection"),
        about="findings/about_objection.html",
        context={"claim": objection.text},
    )


def decide_withdrawal(request: HttpRequest, withdrawal: Withdrawal) -> HttpResponse:
    return perform(
        request,
        withdrawal,
        forms.WithdrawalDecisionForm,
        lambda by, subject, **entered: actions.decide_withdrawal(subject, by=by, **entered),
        back=finding_page,
        title=_("Decide the withdrawal"),
        about="findings/about_objection.html",
        context={"claim": withdrawal.reason},
    )
