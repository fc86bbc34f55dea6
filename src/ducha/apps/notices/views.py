from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ducha.apps.notices import actions, queries
from ducha.apps.notices.access import visible_groups, visible_notices
from ducha.apps.notices.forms import GroupForm, InboxFilter, PreferenceForm
from ducha.apps.notices.models import Group, Notice, Outgoing
from ducha.apps.organisations.access import may
from ducha.apps.pages.acts import perform
from ducha.apps.pages.forms import Confirmation
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import retold
from ducha.domain.rights import Right


class InboxTable(Table):
    columns = [
        Column("sentence", gettext_lazy("What")),
        Column("due_at", gettext_lazy("By when"), kind="date"),
        Column("told_at", gettext_lazy("Told on"), kind="date"),
        Column("read_at", gettext_lazy("Read on"), kind="date"),
    ]
    search_fields = ("words",)
    filters = InboxFilter
    empty = gettext_lazy("There are no notices yet. When something waits for you, it stands here.")

    def filter(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        if chosen.get("show") == "unread":
            return queryset.filter(read_at=None)
        return queryset.filter(due_at__isnull=False) if chosen.get("show") == "deadline" else queryset


def inbox(request: HttpRequest) -> HttpResponse:
    table = InboxTable(request, queries.inbox(request.member))
    if table.wants_excel():
        return table.excel("notices")
    context: dict[str, Any] = {"table": table, "letters": [queries.letter(notice) for notice in table.page]}
    context["keeps_groups"] = may(request.member, Right.KEEP_ORGANISATIONS)
    context["keeps_system"] = may(request.member, Right.KEEP_SYSTEM)
    return render(request, "notices/inbox.html", context)


@require_POST
def open_notice(request: HttpRequest, notice: Notice) -> HttpResponse:
    actions.read(notice, by=request.member)
    return redirect(notice.url or "notices:inbox")


@require_POST
def read(request: HttpRequest, notice: Notice) -> HttpResponse:
    actions.read(notice, by=request.member)
    return _back_to_inbox(request)


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.read_all(visible_notices(request.member).filter(read_at__isnull=True), by=request.member)
    return _back_to_inbox(request)


def _back_to_inbox(request: HttpRequest) -> HttpResponse:
    """The list as it was, with its filters."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, None) and target.startswith(f"{reverse('notices:inbox')}?")
    return redirect(target if safe else "notices:inbox")


def settings(request: HttpRequest) -> HttpResponse:
    return perform(
        request,
        queries.preference_of(request.member),
        PreferenceForm,
        lambda by, preference, **entered: actions.choose(preference, by=by, **entered),
        back=lambda _preference: reverse("notices:settings"),
        title=_("Notice settings"),
        go=_("Save"),
        done=_("The settings are saved."),
        template="notices/settings.html",
        context={
            "mail": queries.mail_is_set_up(),
            "feed": queries.feed_of(request.member),
            "has_feed": may(request.member, Right.READ_NOTICES),
        },
    )


def make_feed(request: HttpRequest) -> HttpResponse:
    made: list[str] = []
    answer = perform(
        request,
        request.member,
        Confirmation,
        lambda by, _member: made.append(actions.make_feed(by=by)),
        back=lambda _made: reverse("notices:settings"),
        title=_("Make a calendar address"),
        about="notices/about_feed.html",
        context={"feed": queries.feed_of(request.member)},
    )
    if not made:
        return answer
    # Shown in this answer and kept nowhere: neither in a session nor in an address that a log would hold.
    address = request.build_absolute_uri(reverse("reports:calendar", args=made))
    return render(request, "notices/feed.html", {"address": address})


def revoke_feed(request: HttpRequest) -> HttpResponse:
    return perform(
        request,
        request.member,
        Confirmation,
        lambda by, _member: actions.revoke_feed(by=by),
        back=lambda _revoked: reverse("notices:settings"),
        title=_("Revoke the calendar address"),
        done=_("The address is revoked. Calendars that used it show nothing new."),
    )


def groups(request: HttpRequest) -> HttpResponse:
    standing = visible_groups(request.member)
    newest = queries.newest_of_groups(standing)
    shown = [(group, newest.get(group.pk)) for group in standing]
    return render(request, "notices/groups.html", {"groups": [(g, m, _reason(m)) for g, m in shown]})


def _reason(message: Outgoing | None) -> str:
    return retold(message.last_error) if message else ""


def add_group(request: HttpRequest) -> HttpResponse:
    return perform(
        request,
        request.member.organisation,
        GroupForm,
        lambda by, _own, organisation, **entered: actions.add_group(organisation, by=by, **entered),
        back=lambda _group: reverse("notices:groups"),
        title=_("Connect a chat group"),
        go=_("Connect"),
        done=_("The group is connected and gets a greeting."),
        about="notices/about_group.html",
    )


def remove_group(request: HttpRequest, group: Group) -> HttpResponse:
    return perform(
        request,
        group,
        Confirmation,
        lambda by, removed: actions.remove_group(removed, by=by),
        back=lambda _group: reverse("notices:groups"),
        title=_("Disconnect %(group)s of %(organisation)s") % {"group": group, "organisation": group.organisation},
        go=_("Disconnect"),
        done=_("The group is disconnected."),
    )


def _place(message: Outgoing) -> str:
    """Where it should go, as far as whoever keeps the system needs to know."""
    if message.group:
        return str(message.group)
    preference = getattr(message.notice.recipient, "preference", None)
    return f"…@{preference.address.rpartition('@')[2]}" if preference and preference.address else "—"


class OutgoingTable(Table):
    columns = [
        Column("queued_at", gettext_lazy("Queued"), order="queued_at", kind="date"),
        Column("place", gettext_lazy("To"), value=_place),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda m: m.get_state_display(),
            tag=lambda m: "red" if m.state == Outgoing.State.GIVEN_UP else "amber",
        ),
        Column("tries", gettext_lazy("Tries"), order="tries", kind="number"),
        Column("reason", gettext_lazy("Reason"), value=_reason),
        Column(
            "send_after", gettext_lazy("Tried again"), value=lambda m: None if m.ended_at else m.send_after, kind="date"
        ),
    ]
    default_sort = "-queued_at"
    empty = gettext_lazy("Everything that was to be sent has arrived.")


def outgoing(request: HttpRequest) -> HttpResponse:
    table = OutgoingTable(request, queries.undelivered(request.member))
    if table.wants_excel():
        return table.excel("outgoing")
    return render(request, "notices/outgoing.html", {"table": table, "mail": queries.mail_is_set_up()})
