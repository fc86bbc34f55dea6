"""What stands around every page: who acts, where they can go."""

from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse
from django.utils.translation import gettext_lazy as _

from ducha.apps.notices.access import visible_notices
from ducha.domain.rights import Right, may

SECTIONS: list[tuple[Any, list[tuple[str, Any, Right]]]] = [
    (
        "",
        [
            ("reports:overview", _("Overview"), Right.READ_OVERVIEW),
            ("reports:tasks", _("My tasks"), Right.ADD_EVIDENCE),
            ("reports:tasks", _("My tasks"), Right.CERTIFY),
        ],
    ),
    (
        _("Prepare"),
        [
            ("campaigns:campaigns", _("Plan and points"), Right.READ_CAMPAIGN),
            ("organisations:organisations", _("Organisations"), Right.KEEP_ORGANISATIONS),
            ("fieldwork:teams", _("Teams and visits"), Right.READ_FIELDWORK),
        ],
    ),
    (
        _("Carry out"),
        [
            ("selfassessment:assessments", _("Self-inspection"), Right.READ_SELF_INSPECTION),
            ("fieldwork:visits", _("Field inspection"), Right.READ_FIELDWORK),
            ("evidence:files", _("Evidence"), Right.READ_EVIDENCE),
        ],
    ),
    (
        _("Follow up"),
        [
            ("findings:ledger", _("Problem ledger"), Right.READ_FINDING),
            ("rectification:rectifications", _("Rectification"), Right.READ_FINDING),
            ("accountability:measures", _("Accountability"), Right.READ_MEASURE),
        ],
    ),
    (
        _("Results"),
        [
            ("reports:report", _("Report"), Right.READ_OVERVIEW),
            ("reports:entries", _("Audit trail"), Right.READ_AUDIT_TRAIL),
            ("organisations:people", _("People"), Right.KEEP_PEOPLE),
            ("reports:system", _("System"), Right.KEEP_SYSTEM),
        ],
    ),
]


def shell(request: HttpRequest) -> dict[str, Any]:
    """The member, their menu and how many notices wait."""
    member = getattr(request, "member", None)
    if member is None:
        return {"member": None}
    unread = visible_notices(member).filter(read_at__isnull=True).count()
    return {"member": member, "menu": _menu(member.role, request.path), "unread": unread}


def _menu(role: str, path: str) -> list[dict[str, Any]]:
    menu = []
    for title, entries in SECTIONS:
        links = {}
        for name, label, right in entries:
            if not may(role, right):
                continue
            try:
                url = reverse(name)
            except NoReverseMatch:
                continue
            links[url] = {"url": url, "label": label, "is_here": path == url or path.startswith(f"{url}/")}
        if links:
            menu.append({"title": title, "links": list(links.values())})
    return menu
