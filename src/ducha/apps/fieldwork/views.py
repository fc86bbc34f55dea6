from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.campaigns.models import Campaign, Participation
from ducha.apps.campaigns.queries import current_campaign, stages
from ducha.apps.evidence.queries import linked_to_all
from ducha.apps.fieldwork import actions, forms, queries
from ducha.apps.fieldwork.access import leads, visible_recusals
from ducha.apps.fieldwork.models import CaseFile, Team, Visit
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import Confirmation, WithReason
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import word
from ducha.domain.rights import Right


def visit_page(visit: Visit) -> str:
    return reverse("fieldwork:visit", args=[visit])


def case_file_place(file: CaseFile) -> str:
    """Where the file stands on the page of its visit."""
    return f"{visit_page(file.sample.visit)}#{file.public_id}"


def _teams_page(_thing: Any) -> str:
    return reverse("fieldwork:teams")


def teams(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    arranges = may(request.member, Right.ARRANGE_FIELDWORK)
    context = {
        "campaign": campaign,
        "teams": queries.teams(request.member, campaign),
        "arranges": arranges,
        "pool": queries.pool(campaign).count() if arranges else 0,
        "inspects": may(request.member, Right.VISIT),
        "recusals": visible_recusals(request.member).filter(campaign=campaign),
    }
    return render(request, "fieldwork/teams.html", context)


def create_team(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return perform(
        request,
        campaign,
        forms.TeamForm,
        lambda by, subject, **entered: actions.create_team(subject, by=by, **entered),
        back=_teams_page,
        title=_("Make a team"),
    )


def recuse(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return perform(
        request,
        campaign,
        forms.RecusalForm,
        lambda by, subject, member, unit, reason: actions.recuse(member, unit, campaign=subject, by=by, reason=reason),
        back=_teams_page,
        title=_("Note a recusal"),
    )


def declare_recusal(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return perform(
        request,
        campaign,
        forms.OwnRecusalForm,
        lambda by, subject, unit, reason: actions.recuse(by, unit, campaign=subject, by=by, reason=reason),
        back=_teams_page,
        title=_("Recuse yourself"),
    )


change_team = verb(
    actions.change_team,
    forms.ChangeTeamForm,
    back=_teams_page,
    title=gettext_lazy("Change the team"),
    go=gettext_lazy("Save"),
)
end_recusal = verb(actions.end_recusal, WithReason, back=_teams_page, title=gettext_lazy("End the recusal"))


def assign_unit(request: HttpRequest, team: Team) -> HttpResponse:
    return perform(
        request,
        team,
        forms.UnitForm,
        lambda by, subject, participation: actions.assign_unit(subject, participation, by=by),
        back=_teams_page,
        title=_("Give %(team)s a unit") % {"team": team.name},
    )


def _manner(visit: Visit) -> str:
    return _("announced") if visit.announced else _("unannounced")


class VisitTable(Table):
    columns = [
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda v: v.participation.unit.name,
            order="participation__unit__position",
            link=visit_page,
        ),
        Column("starts_at", gettext_lazy("Begins at"), order="starts_at", kind="date"),
        Column("announced", gettext_lazy("Manner"), value=_manner, order="announced"),
        Column("team", gettext_lazy("Team"), value=lambda v: v.team.name, order="team__number"),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda v: word(v.state),
            order="state",
            tag=lambda v: "blue" if v.state == "started" else "grey",
        ),
    ]
    search_fields = ("participation__unit__name", "team__name")
    default_sort = "starts_at"
    empty = gettext_lazy("No visit is planned. The office or the team's leader plans them from the unit's page.")


def visits(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    table = VisitTable(request, queries.visits(request.member, campaign))
    if table.wants_excel():
        return table.excel("visits")
    return render(request, "fieldwork/visits.html", {"campaign": campaign, "table": table, "stages": stages(campaign)})


def plan_visit(request: HttpRequest, participation: Participation) -> HttpResponse:
    return perform(
        request,
        participation,
        forms.VisitForm,
        lambda by, subject, **entered: actions.plan_visit(subject, by=by, **entered),
        back=visit_page,
        title=_("Plan a visit to %(unit)s") % {"unit": participation.unit.name},
        go=_("Plan it"),
    )


def visit(request: HttpRequest, visit: Visit) -> HttpResponse:
    member = request.member
    activities = queries.activities(member, visit)
    evidence = linked_to_all(activities)
    context = {
        "visit": visit,
        "activities": [(activity, evidence.get(activity.public_id, [])) for activity in activities],
        "looks": queries.first_looks(member, visit) if may(member, Right.VISIT) else None,
        "inspects": may(member, Right.VISIT),
        **_case_files(member, visit),
        "may_cancel": may(member, Right.ARRANGE_FIELDWORK) or leads(member, visit.team),
        "steps": visit.steps(),
    }
    return render(request, "fieldwork/visit.html", context)


def _case_files(member: Membership, visit: Visit) -> dict[str, Any]:
    inspects = may(member, Right.VISIT)
    kinds = queries.case_file_kinds(visit) if inspects else []
    return {
        "drawn": queries.drawn(member, visit),
        "case_file_kinds": kinds,
        "may_draw": bool(kinds) and visit.state in ("planned", "started"),
        "may_review": inspects and visit.state in ("started", "ended"),
        "reads_rows": may(member, Right.READ_VIOLATION),
    }


start = verb(actions.start, Confirmation, back=visit_page, title=gettext_lazy("Start the visit"))
end = verb(actions.end, Confirmation, back=visit_page, title=gettext_lazy("End the visit"))
cancel = verb(actions.cancel, WithReason, back=visit_page, title=gettext_lazy("Cancel the visit"))
draw_case_files = verb(
    actions.draw_case_files,
    forms.CaseFilesForm,
    back=visit_page,
    title=gettext_lazy("Draw case files"),
    go=gettext_lazy("Draw"),
    about="fieldwork/about_case_files.html",
)
find_in_order = verb(
    actions.find_in_order,
    Confirmation,
    back=case_file_place,
    title=gettext_lazy("The case file is in order"),
    about="fieldwork/about_case_file.html",
)
find_faulty = verb(
    actions.find_faulty,
    forms.FaultForm,
    back=case_file_place,
    title=gettext_lazy("The case file is faulty"),
    go=gettext_lazy("Note it"),
    about="fieldwork/about_case_file.html",
)
ACTIVITY_FORMS = {"photo": forms.PhotoForm, "talk": forms.TalkForm}


def note_activity(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Which form is first at hand stands in the address: ?with=photo, ?with=talk."""
    return perform(
        request,
        visit,
        ACTIVITY_FORMS.get(request.GET.get("with", ""), forms.ActivityForm),
        lambda by, subject, **entered: actions.note_activity(subject, by=by, **entered),
        back=lambda _activity: visit_page(visit),
        title=_("Record what was done"),
        go=_("Record it"),
    )
