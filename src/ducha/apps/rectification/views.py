from typing import Any

from django import forms as django_forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.queries import current_campaign
from ducha.apps.evidence.queries import linked_to
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages import tables, workbooks
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import Confirmation
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import word
from ducha.apps.rectification import actions, forms, queries
from ducha.apps.rectification.models import CorrectiveAction, Rectification
from ducha.apps.rectification.workbook import workbook as ledger_workbook
from ducha.domain.rights import Right
from ducha.engines import files

ABOUT = "rectification/about.html"


def _page(thing: Any) -> str:
    return reverse("rectification:rectification", args=[getattr(thing, "rectification", thing)])


def _state(finding: Finding) -> str:
    begun = getattr(finding, "rectification", None)
    return word(begun.state) if begun else _("not begun")


def _left(finding: Finding) -> str:
    due = queries.due(finding.due_on, is_closed=finding.state == "closed")
    if due is None or (due.left is None and due.overdue is None):
        return ""
    if due.overdue is not None:
        return _("overdue by %(days)s working days") % {"days": due.overdue}
    return _("%(days)s working days left") % {"days": due.left}


def _link(finding: Finding) -> str:
    begun = getattr(finding, "rectification", None)
    return _page(begun) if begun else reverse("findings:finding", args=[finding])


class Filters(django_forms.Form):
    overdue = django_forms.BooleanField(label=gettext_lazy("overdue only"), required=False)
    open = django_forms.BooleanField(label=gettext_lazy("open only"), required=False)


class RectificationTable(Table):
    columns = [
        Column("number", gettext_lazy("No."), order="number", kind="number"),
        Column("title", gettext_lazy("Problem"), order="title", link=_link),
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda f: f.participation.unit.name,
            order="participation__unit__position",
        ),
        Column("state", gettext_lazy("State"), value=_state, tag=lambda f: "green" if f.state == "closed" else "grey"),
        Column(
            "measures",
            gettext_lazy("Measures done"),
            value=lambda f: f"{f.measures_done} / {f.measures_all}",
            kind="number",
        ),
        Column("due_on", gettext_lazy("Due on"), order="due_on", kind="date"),
        Column(
            "left",
            gettext_lazy("Time"),
            value=_left,
            tag=lambda f: "red" if f.due_on and f.due_on < clock.today() else "grey",
        ),
    ]
    search_fields = ("title", "participation__unit__name")
    filters = Filters
    default_sort = "due_on"
    empty = gettext_lazy("Nothing to rectify. A finding stands here once the unit has acknowledged it.")

    def filter(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if chosen.get("overdue"):
            queryset = queryset.filter(state="acknowledged", due_on__lt=clock.today())
        if chosen.get("open"):
            queryset = queryset.filter(state="acknowledged")
        return queryset


def rectifications(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    table = RectificationTable(request, queries.to_rectify(request.member, campaign))
    if table.wants_excel():
        return table.excel("rectification")
    rectifies = may(request.member, Right.RECTIFY)
    return render(request, "rectification/list.html", {"campaign": campaign, "table": table, "rectifies": rectifies})


def workbook(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        raise Http404
    written = files.write_workbook(ledger_workbook(request.member, campaign))
    return tables.workbook(written, _("rectification ledger"))


def send_back(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        raise Http404
    return workbooks.send_back(
        request,
        campaign,
        wanted=lambda: ledger_workbook(request.member, campaign),
        take=lambda by, changes: actions.take_workbook(campaign, changes, by=by),
        back=lambda _count: reverse("rectification:rectifications"),
        title=_("Send the workbook back"),
        download=reverse("rectification:workbook"),
    )


def rectification(request: HttpRequest, rectification: Rectification) -> HttpResponse:
    finding = rectification.finding
    context = {
        "rectification": rectification,
        "finding": finding,
        "due": queries.due(finding.due_on, is_closed=finding.state == "closed"),
        "measures": rectification.measures.filter(removed_at=None),
        "progress": rectification.progress.select_related("by__person"),
        "reports": rectification.reports.select_related("by__person"),
        "acceptances": rectification.acceptances.select_related("by__person"),
        "evidence": linked_to(rectification),
        "steps": rectification.steps(),
        "rectifies": may(request.member, Right.RECTIFY),
        "accepts": may(request.member, Right.ACCEPT_RECTIFICATION),
        "today": clock.today(),
    }
    return render(request, "rectification/rectification.html", context)


def open_for(request: HttpRequest, finding: Finding) -> HttpResponse:
    return perform(
        request,
        finding,
        Confirmation,
        lambda by, subject: actions.open_for(subject, by=by),
        back=_page,
        title=_("Begin to rectify"),
        about="findings/about.html",
    )


add_measure = verb(
    actions.add_measure,
    forms.MeasureForm,
    back=_page,
    title=gettext_lazy("Add a measure"),
    go=gettext_lazy("Add it"),
    about=ABOUT,
)
note_progress = verb(
    actions.note_progress,
    forms.ProgressForm,
    back=_page,
    title=gettext_lazy("Report progress"),
    go=gettext_lazy("Report"),
    about=ABOUT,
)
submit = verb(
    actions.submit,
    forms.ReportForm,
    back=_page,
    title=gettext_lazy("Submit the rectification report"),
    go=gettext_lazy("Submit"),
    done=gettext_lazy("Submitted. The team or the office looks at it next."),
    about=ABOUT,
)
accept = verb(
    actions.accept,
    forms.AcceptanceForm,
    back=_page,
    title=gettext_lazy("Accept or return the rectification"),
    go=gettext_lazy("Decide"),
    about=ABOUT,
)
change_measure = verb(
    actions.change_measure,
    forms.MeasureForm,
    back=_page,
    title=gettext_lazy("Change the measure"),
    go=gettext_lazy("Save"),
)


def finish_measure(request: HttpRequest, corrective_action: CorrectiveAction) -> HttpResponse:
    def act(by: Membership, subject: CorrectiveAction) -> CorrectiveAction:
        return actions.finish_measure(subject, by=by)

    return perform(request, corrective_action, Confirmation, act, back=_page, title=_("The measure is done"))
