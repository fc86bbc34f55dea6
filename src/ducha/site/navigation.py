"""What stands around every page: who acts, where they can go."""

from functools import cache
from typing import Any

from django.http import HttpRequest
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from ducha.apps.notices.access import visible_notices
from ducha.apps.pages.checks import routes
from ducha.apps.pages.routes import Policy

SECTIONS: list[tuple[Any, list[tuple[str, Any]]]] = [
    ("", [("reports:overview", _("Overview")), ("reports:tasks", _("My tasks"))]),
    (
        _("Prepare"),
        [
            ("campaigns:campaigns", _("Plan and points")),
            ("organisations:organisations", _("Organisations")),
            ("fieldwork:teams", _("Teams and visits")),
        ],
    ),
    (
        _("Carry out"),
        [
            ("selfassessment:assessments", _("Self-inspection")),
            ("verification:ledgers", _("Ledgers")),
            ("verification:matrix", _("Verification")),
            ("selfassessment:contradictions", _("Contradictions")),
            ("fieldwork:visits", _("Field inspection")),
            ("evidence:files", _("Evidence")),
        ],
    ),
    (
        _("Follow up"),
        [
            ("findings:ledger", _("Problem ledger")),
            ("rectification:rectifications", _("Rectification")),
            ("accountability:measures", _("Accountability")),
        ],
    ),
    (
        _("Results"),
        [
            ("papers:report", _("Report")),
            ("papers:papers", _("Papers")),
            ("reports:entries", _("Audit trail")),
            ("organisations:people", _("People")),
            ("reports:system", _("System")),
            ("notices:outgoing", _("Not delivered")),
        ],
    ),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The member, their menu and how many notices wait."""
    member = getattr(request, "member", None)
    if member is None:
        return {"member": None}
    unread = visible_notices(member).filter(read_at__isnull=True).count()
    return {"member": member, "menu": _menu(member, request.path), "unread": unread}


@cache
def _policies() -> dict[str, Policy]:
    return {route.full_name: route.policy for route in routes()}


def _menu(member: Any, path: str) -> list[dict[str, Any]]:
    """The pages that the member's role may walk, as the routes themselves say."""
    menu = []
    for title, entries in SECTIONS:
        links = [
            {"url": url, "label": label, "is_here": path == url or path.startswith(f"{url}/")}
            for name, label in entries
            if _policies()[name].admits(member)
            for url in [reverse(name)]
        ]
        if links:
            menu.append({"title": title, "links": links})
    return menu
