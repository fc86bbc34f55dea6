from io import BytesIO
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _

from ducha.apps.campaigns import actions, forms, queries
from ducha.apps.campaigns.access import visible_campaigns
from ducha.apps.campaigns.models import Campaign, Participation, Plan, Point, Stage
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.acts import perform
from ducha.apps.pages.forms import Confirmation, WithReason
from ducha.domain.rights import Right
from ducha.engines import files


def _review(thing: Any) -> str:
    return reverse("campaigns:campaign", args=[getattr(thing, "campaign", thing)])


def campaigns(request: HttpRequest) -> HttpResponse:
    everything = visible_campaigns(request.member).order_by("-id")
    may_prepare = may(request.member, Right.PREPARE_CAMPAIGN)
    return render(request, "campaigns/list.html", {"campaigns": everything, "may_prepare": may_prepare})


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


def correct(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    def act(by: Membership, subject: Campaign, **entered: Any) -> Campaign:
        actions.correct_campaign(subject, by=by, **entered)
        return subject

    return perform(request, campaign, forms.CampaignForm, act, back=_review, title=_("Correct the title"), go=_("Save"))


def correct_stage(request: HttpRequest, stage: Stage) -> HttpResponse:
    def act(by: Membership, subject: Stage, **entered: Any) -> Stage:
        actions.correct_stage(subject, by=by, **entered)
        return subject

    return perform(
        request,
        stage,
        forms.StageForm,
        act,
        back=_review,
        title=_("Correct the stage"),
        go=_("Save"),
        about="campaigns/about_stage.html",
    )


def amend_stage(request: HttpRequest, stage: Stage) -> HttpResponse:
    return perform(
        request,
        stage,
        forms.AmendForm,
        lambda by, subject, **entered: actions.amend_stage(subject, by=by, **entered),
        back=_review,
        title=_("Amend the stage “%(stage)s”") % {"stage": stage.title},
        go=_("Amend and tell the units"),
        about="campaigns/about_stage.html",
    )


def correct_point(request: HttpRequest, point: Point) -> HttpResponse:
    def act(by: Membership, subject: Point, **entered: Any) -> Point:
        actions.correct_point(subject, by=by, **entered)
        return subject

    return perform(request, point, forms.PointForm, act, back=_review, title=_("Correct the point"), go=_("Save"))


def remove_point(request: HttpRequest, point: Point) -> HttpResponse:
    def act(by: Membership, subject: Point, reason: str) -> Point:
        actions.remove_point(subject, by=by, reason=reason)
        return subject

    return perform(
        request, point, WithReason, act, back=_review, title=_("Do not inspect %(code)s") % {"code": point.code}
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
