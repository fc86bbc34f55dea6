from typing import Any

from django import forms as django_forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.accountability import actions, forms, queries
from ducha.apps.accountability.models import Measure
from ducha.apps.campaigns.models import Participation
from ducha.apps.organisations.access import may
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import Confirmation, WithReason
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import word
from ducha.domain.rights import Right

ABOUT = "accountability/about.html"


def _page(measure: Measure) -> str:
    return reverse("accountability:measure", args=[measure])


class MeasureFilters(django_forms.Form):
    kind = django_forms.ChoiceField(label=gettext_lazy("Measure"), required=False)
    state = django_forms.ChoiceField(label=gettext_lazy("State"), required=False)
    campaign = django_forms.ModelChoiceField(
        label=gettext_lazy("Campaign"),
        queryset=None,
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("all"),
    )

    def __init__(self, *args: Any, campaigns: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        everything = [("", _("all"))]
        self.fields["kind"].choices = everything + Measure.Kind.choices
        self.fields["state"].choices = everything + [(s, word(s)) for s in Measure.lifecycle.states]
        self.fields["campaign"].queryset = campaigns


class MeasureTable(Table):
    columns = [
        Column("kind", gettext_lazy("Measure"), value=lambda m: m.get_kind_display(), order="kind", link=_page),
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda m: m.participation.unit.name,
            order="participation__unit__position",
        ),
        Column("document_number", gettext_lazy("Document"), order="document_number"),
        Column("issued_on", gettext_lazy("Issued on"), order="issued_on", kind="date"),
        Column("due_on", gettext_lazy("Answer due on"), order="due_on", kind="date"),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda m: word(m.state),
            order="state",
            tag=lambda m: "blue" if m.state == "issued" else "grey",
        ),
    ]
    search_fields = ("participation__unit__name", "document_number", "reason")
    filters = MeasureFilters
    empty = gettext_lazy("No measure. The office proposes one from a unit's page; a leader approves it.")

    def filter(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        return queryset.filter(**chosen)


def measures(request: HttpRequest) -> HttpResponse:
    found = queries.measures(request.member)
    table = MeasureTable(request, found, campaigns=queries.campaigns_of(found))
    if table.wants_excel():
        return table.excel("measures")
    return render(request, "accountability/list.html", {"table": table})


def measure(request: HttpRequest, measure: Measure) -> HttpResponse:
    can = {right.name.lower(): may(request.member, right) for right in Right}
    return render(request, "accountability/measure.html", {**queries.measure_page(measure), "can": can})


def propose(request: HttpRequest, participation: Participation) -> HttpResponse:
    return perform(
        request,
        participation,
        forms.ProposalForm,
        lambda by, subject, **entered: actions.propose(subject, by=by, **entered),
        back=_page,
        title=_("Propose a measure for %(unit)s") % {"unit": participation.unit.name},
        go=_("Propose it"),
    )


def _verb(action: Any, form: Any, title: Any, go: Any) -> Any:
    return verb(action, form, back=_page, title=title, go=go, about=ABOUT)


approve = _verb(actions.approve, Confirmation, gettext_lazy("Approve the measure"), gettext_lazy("Approve"))
decline = _verb(actions.decline, WithReason, gettext_lazy("Decline the measure"), gettext_lazy("Decline"))
issue = _verb(actions.issue, forms.IssueForm, gettext_lazy("Issue the measure"), gettext_lazy("Issue"))
answer = _verb(actions.answer, forms.MeasureAnswerForm, gettext_lazy("Answer the measure"), gettext_lazy("Answer"))
end = _verb(actions.end, WithReason, gettext_lazy("End the measure"), gettext_lazy("End"))
