from collections.abc import Callable
from functools import partial
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ducha.apps.campaigns import actions, exchange, forms, queries
from ducha.apps.campaigns.access import visible_campaigns
from ducha.apps.campaigns.models import Amendment, Campaign, Participation, Plan, Point
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import ActForm, Confirmation, WithReason
from ducha.apps.pages.tables import Column, Table, workbook
from ducha.apps.pages.words import told
from ducha.domain.errors import Invalid
from ducha.domain.rights import Right
from ducha.engines import files, plans


def _review(thing: Any) -> str:
    """The review page, at the point that was changed."""
    point = getattr(thing, "point", thing)
    page = reverse("campaigns:campaign", args=[getattr(point, "campaign", point)])
    return f"{page}#p-{point.public_id}" if isinstance(point, Point) else page


def campaigns(request: HttpRequest) -> HttpResponse:
    context = {
        "campaigns": visible_campaigns(request.member).order_by("-id"),
        "current": queries.current_campaign(request),
        "may_prepare": may(request.member, Right.PREPARE_CAMPAIGN),
    }
    return render(request, "campaigns/list.html", context)


@require_POST
def choose(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    request.session["campaign"] = campaign.public_id
    return redirect("home")


def create(request: HttpRequest) -> HttpResponse:
    return perform(
        request,
        request.member.organisation,
        forms.PlanForm,
        _create,
        back=_review,
        title=_("Read in a plan"),
        go=_("Read it"),
        done=_("The plan is read. Look it over: doubtful places stand first."),
    )


def _create(by: Membership, _organisation: Any, document: Any, pasted: str) -> Campaign:
    if document is None:
        return actions.create_from_plan(_("pasted text") + ".txt", pasted.encode(), by=by)
    return actions.create_from_plan(*_kept(document, files.Purpose.PLAN), by=by)


def _kept(document: Any, purpose: files.Purpose) -> tuple[str, bytes]:
    """The name and bytes of an upload, which was looked at and is kept under its digest."""
    accepted = files.accept(document, document.name, purpose=purpose, into=settings.DUCHA_DATA / "plans")
    return accepted.name, files.keep(accepted, settings.DUCHA_DATA / "plans").read_bytes()


def create_from_catalogue(request: HttpRequest) -> HttpResponse:
    if request.GET.get("format") == "xlsx":
        return workbook(exchange.to_workbook(exchange.EXAMPLE), "catalogue")

    def act(by: Membership, _organisation: Any, document: Any) -> Campaign:
        return actions.create_from_catalogue(*_kept(document, files.Purpose.CATALOGUE), by=by)

    return perform(
        request,
        request.member.organisation,
        forms.CatalogueForm,
        act,
        back=_review,
        title=_("A campaign from a catalogue"),
        about="campaigns/about_catalogue.html",
        go=_("Read it"),
        done=_("The catalogue is read."),
    )


def _uploaded(
    action: Callable[..., Campaign],
    form: type[ActForm],
    purpose: files.Purpose,
    *,
    title: Any,
    done: Any,
    about: str = "",
) -> Callable[..., HttpResponse]:
    """The view of an action on a campaign that takes a file."""

    def view(request: HttpRequest, campaign: Campaign) -> HttpResponse:
        return perform(
            request,
            campaign,
            form,
            lambda by, subject, document: action(subject, *_kept(document, purpose), by=by),
            back=_review,
            title=str(title),
            go=_("Read it"),
            done=str(done),
            about=about,
        )

    return view


import_catalogue = _uploaded(
    actions.import_catalogue,
    forms.CatalogueForm,
    files.Purpose.CATALOGUE,
    title=gettext_lazy("Take the catalogue from a file"),
    done=gettext_lazy("The catalogue is what the file says; points that it does not name are left out."),
    about="campaigns/about_catalogue.html",
)
read_edition = _uploaded(
    actions.read_edition,
    forms.EditionForm,
    files.Purpose.PLAN,
    title=gettext_lazy("Read in a newer edition"),
    done=gettext_lazy(
        "The newer edition is read. Corrections that still fit are kept; the rest stands among the doubtful places."
    ),
)


def export(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    plain = queries.plain_catalogue(campaign)
    if request.GET.get("format") == "yaml":
        response = HttpResponse(exchange.to_yaml(plain), content_type="application/yaml; charset=utf-8")
        response.headers["Content-Disposition"] = 'attachment; filename="catalogue.yaml"'
        return response
    try:
        return workbook(exchange.to_workbook(plain), "catalogue")
    except Invalid as refused:
        messages.error(request, " ".join(told(fault) for fault in refused.faults))
        return redirect(_review(campaign))


def campaign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    prepares = may(request.member, Right.PREPARE_CAMPAIGN)
    context = {
        "campaign": campaign,
        "is_draft": campaign.state == "draft",
        "prepares": prepares,
        "corrects": prepares and campaign.state == "draft",
        "faults": actions.launch_faults(campaign) if prepares and campaign.state == "draft" else [],
        "steps": campaign.steps(),
        "amendments": campaign.amendments.select_related("by__person"),
        **queries.review(campaign, *(request.GET.get(name, "") for name in ("q", "part", "after"))),
    }
    return render(request, "campaigns/review.html", context)


def point(request: HttpRequest, point: Point) -> HttpResponse:
    prepares = may(request.member, Right.PREPARE_CAMPAIGN)
    before, after = queries.neighbours(point)
    context = {
        "point": point,
        "prepares": prepares,
        "corrects": prepares and point.campaign.state == "draft",
        "asked": point.thresholds.filter(removed_at=None),
        "is_corrected": prepares and queries.is_corrected(point),
        "lines": queries.source_lines(point),
        "doubts": point.campaign.doubts.filter(settled_at=None, first_line=point.first_line),
        "units": queries.applies_to(point).count() if prepares else None,
        "all_units": point.campaign.participations.count() if prepares else None,
        "before": before,
        "after": after,
    }
    return render(request, "campaigns/point.html", context)


def amendment(request: HttpRequest, amendment: Amendment) -> HttpResponse:
    pieces = plans.marked(amendment.changes["from"], amendment.changes["to"])
    return render(request, "campaigns/amendment.html", {"amendment": amendment, "pieces": pieces})


correct = verb(
    actions.correct_campaign,
    forms.CampaignForm,
    back=_review,
    title=gettext_lazy("Correct the title"),
    go=gettext_lazy("Save"),
)
correct_stage = verb(
    actions.correct_stage,
    forms.StageForm,
    back=_review,
    title=gettext_lazy("Correct the stage"),
    go=gettext_lazy("Save"),
    about="campaigns/about_stage.html",
)
amend_stage = verb(
    actions.amend_stage,
    forms.AmendForm,
    back=_review,
    title=gettext_lazy("Amend the stage"),
    go=gettext_lazy("Amend and tell the units"),
    about="campaigns/about_stage.html",
)
add_area = verb(
    actions.add_area, forms.NewAreaForm, back=_review, title=gettext_lazy("Add an area"), go=gettext_lazy("Add")
)
correct_area = verb(
    actions.correct_area, forms.AreaForm, back=_review, title=gettext_lazy("Correct the area"), go=gettext_lazy("Save")
)
add_stage = verb(
    actions.add_stage, forms.NewStageForm, back=_review, title=gettext_lazy("Add a stage"), go=gettext_lazy("Add")
)
inspect_part = verb(
    actions.inspect_part,
    forms.PartForm,
    back=_review,
    title=gettext_lazy("Inspect another part of the plan"),
    go=gettext_lazy("Inspect it"),
)
correct_heading = verb(
    actions.correct_heading,
    forms.HeadingForm,
    back=_review,
    title=gettext_lazy("Correct the heading"),
    go=gettext_lazy("Save"),
)
leave_out_area = leave_out_heading = verb(
    actions.leave_out,
    WithReason,
    back=_review,
    title=gettext_lazy("This part is not inspected"),
    about="campaigns/about_part.html",
)
take_in_area = take_in_heading = verb(
    actions.take_in,
    Confirmation,
    back=_review,
    title=gettext_lazy("This part is inspected after all"),
    about="campaigns/about_part.html",
)


def add_point(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    lines = _lines(request.GET.get("lines", ""), campaign)
    return perform(
        request,
        campaign,
        partial(forms.PointForm, lines=lines),
        lambda by, subject, **entered: actions.add_point(subject, by=by, lines=lines, **entered),
        back=_review,
        title=_("Add a point"),
        go=_("Add"),
    )


def _lines(words: str, campaign: Campaign) -> tuple[int, int] | None:
    """Lines of the plan, as an address names them: "12" or "12-15"; None for what is none of its lines."""
    numbers = [int(part) for part in words.split("-") if part.isascii() and part.isdigit() and len(part) < 8]
    if not numbers or campaign.plan is None or not 1 <= min(numbers) <= max(numbers) <= len(campaign.plan.lines):
        return None
    return min(numbers), max(numbers)


correct_point = verb(
    actions.correct_point,
    forms.PointForm,
    back=_review,
    title=gettext_lazy("Correct the point"),
    go=gettext_lazy("Save"),
    about="campaigns/about_point.html",
)
amend_point = verb(
    actions.amend_point,
    forms.AmendPointForm,
    back=_review,
    title=gettext_lazy("Amend the point"),
    go=gettext_lazy("Amend and tell the units"),
)
remove_point = verb(
    actions.remove_point,
    WithReason,
    back=_review,
    title=gettext_lazy("Leave the point out"),
    about="campaigns/about_point.html",
)
split_point = verb(
    actions.split_point,
    forms.SplitForm,
    back=_review,
    title=gettext_lazy("Split the point"),
    go=gettext_lazy("Split"),
)
merge_points = verb(
    actions.merge_points,
    forms.MergeForm,
    back=_review,
    title=gettext_lazy("Merge points"),
    go=gettext_lazy("Merge"),
    about="campaigns/about_point.html",
)
put_back = verb(
    actions.put_back,
    Confirmation,
    back=_review,
    title=gettext_lazy("Put back as it was read"),
    about="campaigns/about_point.html",
)
choose_units = verb(
    actions.choose_units,
    forms.PointUnitsForm,
    back=_review,
    title=gettext_lazy("Units to which the point applies"),
    go=gettext_lazy("Save"),
    about="campaigns/about_point.html",
)
restore_point = verb(
    actions.restore_point,
    Confirmation,
    back=_review,
    title=gettext_lazy("Take the point in again"),
    about="campaigns/about_point.html",
)
add_threshold = verb(
    actions.add_threshold,
    forms.ThresholdForm,
    back=_review,
    title=gettext_lazy("Add a number that is asked for"),
    go=gettext_lazy("Add"),
    about="campaigns/about_point.html",
)
correct_threshold = verb(
    actions.correct_threshold,
    forms.ThresholdForm,
    back=_review,
    title=gettext_lazy("Correct a number that is asked for"),
    go=gettext_lazy("Save"),
    about="campaigns/about_threshold.html",
)
remove_threshold = verb(
    actions.remove_threshold,
    Confirmation,
    back=_review,
    title=gettext_lazy("This is no requirement"),
    about="campaigns/about_threshold.html",
)

settle_doubt = verb(
    actions.settle_doubt,
    Confirmation,
    back=_review,
    title=gettext_lazy("It is right as it stands"),
    about="campaigns/about_doubt.html",
)
settle_like = verb(
    actions.settle_like,
    Confirmation,
    back=_review,
    title=gettext_lazy("All of this kind are right as they stand"),
    about="campaigns/about_doubt.html",
)
reopen_doubt = verb(
    actions.reopen_doubt,
    Confirmation,
    back=_review,
    title=gettext_lazy("Look at it once more"),
    about="campaigns/about_doubt.html",
)


class UnitTable(Table):
    columns = [
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda p: p.unit.name,
            order="unit__position",
            link=lambda p: reverse("reports:unit", args=[p]),
        ),
        Column("kind", gettext_lazy("Type"), value=lambda p: p.unit.get_kind_display(), order="unit__kind"),
        Column("responsible_leader", gettext_lazy("Responsible leader")),
        Column("invited_at", gettext_lazy("Invited"), order="invited_at", kind="date"),
    ]
    search_fields = ("unit__name",)
    default_sort = "unit"
    empty = gettext_lazy("No unit is assigned yet.")


def units(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    if campaign.state == "draft" and may(request.member, Right.PREPARE_CAMPAIGN):

        def act(by: Membership, subject: Campaign, units: Any) -> Campaign:
            actions.assign_units(subject, units, by=by)
            return subject

        return perform(
            request,
            campaign,
            forms.UnitsForm,
            act,
            back=_review,
            title=_("Units to be inspected"),
            go=_("Assign them"),
            template="campaigns/units.html",
            context={"participations": campaign.participations.select_related("unit")},
        )
    table = UnitTable(request, campaign.participations.select_related("unit"))
    if table.wants_excel():
        return table.excel("units")
    return render(request, "campaigns/units_list.html", {"campaign": campaign, "table": table})


def exclude(request: HttpRequest, participation: Participation) -> HttpResponse:
    def act(by: Membership, subject: Participation, points: Any) -> Participation:
        actions.exclude_points(subject, points, by=by)
        return subject

    return perform(
        request,
        participation,
        forms.ExclusionForm,
        act,
        back=lambda p: reverse("campaigns:units", args=[p.campaign]),
        title=_("Points that do not apply to %(unit)s") % {"unit": participation.unit.name},
        go=_("Save"),
    )


name_responsible = verb(
    actions.name_responsible,
    forms.ResponsibleForm,
    back=lambda participation: reverse("reports:unit", args=[participation]),
    title=gettext_lazy("Who answers for it in your unit"),
    go=gettext_lazy("Save"),
)


def close(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return perform(
        request,
        campaign,
        Confirmation,
        lambda by, subject: actions.close(subject, by=by),
        back=_review,
        title=_("Close the campaign"),
    )


def plan(request: HttpRequest, plan: Plan) -> HttpResponse:
    """The plan's text as it was read in, as a download."""
    response = HttpResponse(plan.text, content_type="text/plain; charset=utf-8")
    response.headers["Content-Disposition"] = 'attachment; filename="plan.txt"'
    return response
