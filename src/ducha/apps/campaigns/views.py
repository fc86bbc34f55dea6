from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ducha.apps.campaigns import actions, forms, queries
from ducha.apps.campaigns.access import visible_campaigns
from ducha.apps.campaigns.models import Campaign, Participation, Plan, Point
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import Confirmation, WithReason
from ducha.domain.rights import Right
from ducha.engines import files


def _review(thing: Any) -> str:
    """The review page, at the point that was changed."""
    point = getattr(thing, "point", thing)
    page = reverse("campaigns:campaign", args=[getattr(point, "campaign", point)])
    return f"{page}#point-{point.public_id}" if isinstance(point, Point) else page


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
    accepted = files.accept(document, document.name, purpose=files.Purpose.PLAN, into=settings.DUCHA_DATA / "plans")
    kept = files.keep(accepted, settings.DUCHA_DATA / "plans")
    return actions.create_from_plan(accepted.name, BytesIO(kept.read_bytes()).getvalue(), by=by)


def campaign(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    prepares = may(request.member, Right.PREPARE_CAMPAIGN)
    context = {
        "campaign": campaign,
        "is_draft": campaign.state == "draft",
        "prepares": prepares,
        "faults": actions.launch_faults(campaign) if prepares and campaign.state == "draft" else [],
        "steps": campaign.steps(),
        "amendments": campaign.amendments.select_related("by__person"),
        **queries.review(campaign),
    }
    return render(request, "campaigns/review.html", context)


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
add_point = verb(
    actions.add_point, forms.PointForm, back=_review, title=gettext_lazy("Add a point"), go=gettext_lazy("Add")
)
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
    context = {"campaign": campaign, "participations": campaign.participations.select_related("unit")}
    return render(request, "campaigns/units_list.html", context)


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
