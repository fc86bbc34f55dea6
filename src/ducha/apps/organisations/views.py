from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.organisations import actions, queries
from ducha.apps.organisations.access import visible_memberships
from ducha.apps.organisations.forms import ImportForm, PersonForm, ResetForm
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import Confirmation
from ducha.apps.pages.tables import Column, Table, workbook
from ducha.engines import files


def organisations(request: HttpRequest) -> HttpResponse:
    tree = queries.tree(request.member)
    if request.GET.get("format") == "xlsx":
        rows = [
            (
                o.name,
                str(o.get_kind_display()),
                o.parent.name if o.parent else "",
                o.region_code,
                "是" if o.enforces_law else "否",
            )
            for o in (branch.organisation for branch in tree)
        ]
        return workbook(files.write_sheet(list(actions.COLUMNS), rows), "organisations")
    return render(request, "organisations/tree.html", {"tree": tree})


def import_tree(request: HttpRequest) -> HttpResponse:
    return perform(
        request,
        request.member.organisation,
        ImportForm,
        lambda by, _organisation, workbook: actions.import_tree(workbook.read(), by=by),
        back=lambda _created: reverse("organisations:organisations"),
        title=_("Import organisations"),
        go=_("Import"),
        done=_("The organisations are imported."),
    )


class PeopleTable(Table):
    columns = [
        Column("name", gettext_lazy("Name"), value=lambda m: m.person.name, order="person__name"),
        Column("username", gettext_lazy("User name"), value=lambda m: m.person.username, order="person__username"),
        Column("role", gettext_lazy("Role"), value=lambda m: m.get_role_display(), order="role"),
        Column(
            "organisation",
            gettext_lazy("Organisation"),
            value=lambda m: m.organisation.name,
            order="organisation__name",
        ),
        Column("ends_on", gettext_lazy("Ended on"), order="ends_on", kind="date"),
        Column(
            "password",
            "",
            value=lambda m: "" if m.ends_on else _("New password"),
            link=lambda m: reverse("organisations:reset_password", args=[m]),
        ),
        Column(
            "end",
            "",
            value=lambda m: "" if m.ends_on else _("End"),
            link=lambda m: reverse("organisations:end_membership", args=[m]),
        ),
    ]
    search_fields = ("person__name", "person__username", "organisation__name")
    empty = gettext_lazy("Nobody has an account yet.")


def people(request: HttpRequest) -> HttpResponse:
    table = PeopleTable(request, visible_memberships(request.member).order_by("pk"))
    if table.wants_excel():
        return table.excel("people")
    return render(request, "organisations/people.html", {"table": table})


def create_person(request: HttpRequest) -> HttpResponse:
    def act(by: Membership, _subject: Any, organisation: Any, **entered: Any) -> Membership:
        return actions.create_person(organisation, by=by, **entered)

    return perform(
        request,
        request.member.organisation,
        PersonForm,
        act,
        back=lambda _membership: reverse("organisations:people"),
        title=_("Add a person"),
        done=_("The person can sign in now."),
    )


reset_password = verb(
    actions.reset_password,
    ResetForm,
    back=lambda _membership: reverse("organisations:people"),
    title=gettext_lazy("Give a new first password"),
    done=gettext_lazy("Tell it to the person yourself; it is replaced at the next sign-in."),
    about="organisations/about_person.html",
)


def end_membership(request: HttpRequest, membership: Membership) -> HttpResponse:
    return perform(
        request,
        membership,
        Confirmation,
        lambda by, ended: actions.end_membership(ended, by=by),
        back=lambda _membership: reverse("organisations:people"),
        title=_("End the role of %(name)s") % {"name": membership.label},
        go=_("End it today"),
    )
