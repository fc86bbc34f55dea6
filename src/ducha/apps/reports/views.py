from typing import Any

from django import forms as django_forms
from django.conf import settings
from django.core.paginator import Paginator
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_safe

from ducha.apps.audit_trail import queries as trail
from ducha.apps.audit_trail import verification
from ducha.apps.audit_trail.access import visible_entries
from ducha.apps.audit_trail.models import Audited
from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Participation
from ducha.apps.campaigns.queries import areas, current_campaign, stages
from ducha.apps.notices.access import feed_behind
from ducha.apps.organisations.access import may
from ducha.apps.organisations.queries import place_of, places_and
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import word
from ducha.apps.rectification.models import RectificationReport
from ducha.apps.reports import charts, drawings, duties, queries
from ducha.apps.selfassessment.models import Submission
from ducha.domain.rights import Right


def overview(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "reports/start.html", {"prepares": may(request.member, Right.PREPARE_CAMPAIGN)})
    picture = queries.overview_now(request.member, campaign)
    context = {"o": picture, "charts": drawings.drawn(picture), "campaign": campaign, "stages": stages(campaign)}
    return render(request, "reports/overview.html", context)


def chart(request: HttpRequest) -> HttpResponse:
    """One chart of the overview as a file: SVG, which the page turns into PNG too."""
    campaign = current_campaign(request)
    name = request.GET.get("name", "map")
    found = drawings.one(queries.overview_now(request.member, campaign), name) if campaign else None
    if found is None:
        raise Http404
    response = HttpResponse(charts.as_file(found), content_type="image/svg+xml")
    response.headers["Content-Disposition"] = f'inline; filename="{found.name}.svg"'
    return response


class UnitFilters(django_forms.Form):
    place = django_forms.ModelChoiceField(
        label=gettext_lazy("With its units"),
        queryset=None,
        required=False,
        to_field_name="public_id",
        empty_label=gettext_lazy("all"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["place"].queryset = places_and(self.data.get("place", ""))


class UnitTable(Table):
    columns = [
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda p: p.unit.name,
            order="unit__position",
            link=lambda p: reverse("reports:unit", args=[p]),
        ),
        Column("parent", gettext_lazy("Under"), value=lambda p: p.unit.parent.name if p.unit.parent else "—"),
        Column("problems", gettext_lazy("Problems"), order="problems", kind="number"),
        Column("open", gettext_lazy("Open"), order="open", kind="number"),
    ]
    search_fields = ("unit__name",)
    filters = UnitFilters
    default_sort = "-problems"
    empty = gettext_lazy("No unit takes part yet.")

    def filter(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        place = chosen.get("place")
        return queryset.alias(place=place_of("unit")).filter(place=place.pk) if place else queryset


def units(request: HttpRequest) -> HttpResponse:
    """The heat matrix of all units, a page of them at a time."""
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    table = UnitTable(request, queries.unit_counts(request.member, campaign))
    if table.wants_excel():
        return table.excel("units")
    in_order = list(areas(campaign))
    heat = queries.heat_of(request.member, campaign, list(table.page), in_order)
    return render(
        request, "reports/units.html", {"campaign": campaign, "table": table, "heat": heat, "areas": in_order}
    )


def burden(request: HttpRequest) -> HttpResponse:
    """What each unit was asked for, in the tree's order and in no other."""
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    reached = visible_participations(request.member).filter(campaign=campaign)
    page = Paginator(reached, 50).get_page(request.GET.get("page"))
    context = {"campaign": campaign, "page": page, "burdens": queries.burdens(campaign, list(page))}
    return render(request, "reports/burden.html", context)


def tasks(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    found = queries.tasks(request.member, campaign)
    return render(request, "reports/tasks.html", {"campaign": campaign, "tasks": found, "stages": stages(campaign)})


def unit(request: HttpRequest, participation: Participation) -> HttpResponse:
    can = {right.name.lower(): may(request.member, right) for right in Right}
    context = {**queries.unit_page(request.member, participation), "can": can}
    context["plans_visits"] = may(request.member, Right.ARRANGE_FIELDWORK) or may(request.member, Right.VISIT)
    return render(request, "reports/unit.html", context)


class EntryTable(Table):
    columns = [
        Column("sequence", gettext_lazy("No."), order="sequence", kind="number"),
        Column("at", gettext_lazy("When"), order="at", kind="date"),
        Column("actor_label", gettext_lazy("Who"), order="actor_label"),
        Column("role", gettext_lazy("As"), value=lambda e: word(e.role), order="role"),
        Column("action", gettext_lazy("What"), order="action"),
        Column(
            "object_kind",
            gettext_lazy("On"),
            value=lambda e: f"{e.object_kind} {e.object_id[:6]}… v{e.object_version}",
            order="object_kind",
        ),
        Column("leaf", gettext_lazy("Leaf"), value=lambda e: e.leaf_sha256[:12] or _("waiting")),
    ]
    search_fields = ("actor_label", "action", "object_kind", "object_id")
    default_sort = "-at"
    empty = gettext_lazy("Nothing has been recorded yet.")


def entries(request: HttpRequest) -> HttpResponse:
    table = EntryTable(request, visible_entries(request.member))
    if table.wants_excel():
        return table.excel("audit-trail")
    checkpoint = trail.latest_checkpoint()
    return render(request, "reports/entries.html", {"table": table, "checkpoint": checkpoint})


def verify(request: HttpRequest) -> HttpResponse:
    verdict = verification.verify()
    faults = Paginator(verdict.faults, 50).get_page(1)
    return render(request, "reports/verify.html", {"verdict": verdict, "faults": faults})


@require_safe
def calendar(request: HttpRequest, token: str) -> HttpResponse:
    """A member's calendar, for programs that cannot sign in: whoever has the token reads it, and nothing else."""
    feed = feed_behind(token)
    if feed is None:
        raise Http404
    with translation.override(feed.language):
        content = duties.calendar_of(feed.member)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response.headers["Cache-Control"] = "private, no-store"
    response.headers["Content-Disposition"] = 'inline; filename="ducha.ics"'
    response.headers["X-Robots-Tag"] = "noindex"
    return response


def _receipt(request: HttpRequest, row: Audited, title: str) -> HttpResponse:
    proof = trail.receipt(row)
    if proof and request.GET.get("format") == "json":
        response = JsonResponse(proof, json_dumps_params={"indent": 2, "ensure_ascii": False})
        response.headers["Content-Disposition"] = 'attachment; filename="receipt.json"'
        return response
    return render(request, "reports/receipt.html", {"proof": proof, "title": title})


def submission_receipt(request: HttpRequest, submission: Submission) -> HttpResponse:
    return _receipt(request, submission, str(submission.assessment))


def report_receipt(request: HttpRequest, rectification_report: RectificationReport) -> HttpResponse:
    return _receipt(request, rectification_report, str(rectification_report.rectification))


def system(request: HttpRequest) -> HttpResponse:
    """What the system administrator needs, and nothing of the business."""
    facts: list[tuple[Any, Any]] = [
        (_("Database"), connection.vendor),
        (_("Version of the database"), _database_version()),
        (_("Data directory"), str(settings.DUCHA_DATA)),
        (_("Entries in the trail"), trail.size()),
        (_("Entries that wait for their number"), trail.waiting()),
    ]
    return render(request, "reports/system.html", {"facts": facts})


def _database_version() -> str:
    statement = "SELECT sqlite_version()" if connection.vendor == "sqlite" else "SHOW server_version"
    with connection.cursor() as cursor:
        cursor.execute(statement)
        return str(cursor.fetchone()[0])
