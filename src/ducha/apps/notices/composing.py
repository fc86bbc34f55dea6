"""The words of what leaves the house: a mail with all that is new, a message to a group."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from ducha.apps.audit_trail import clock
from ducha.apps.notices.models import Notice
from ducha.apps.notices.queries import by_when, days_until
from ducha.apps.pages.templatetags.pages import day


def mail(notices: Sequence[Notice]) -> tuple[str, str]:
    """Subject and text: each thing with its deadline and the way to it; the most urgent first."""
    never = datetime.max.replace(tzinfo=timezone.get_default_timezone())
    in_order = sorted(notices, key=lambda notice: (notice.due_at or never, notice.told_at))
    subject = ngettext("Ducha: %(n)s notice", "Ducha: %(n)s notices", len(in_order)) % {"n": len(in_order)}
    if first := in_order[0].due_at:
        subject = _("%(subject)s, the first due on %(day)s") % {"subject": subject, "day": _on(first)}
    parts = [_part(number, notice) for number, notice in enumerate(in_order, 1)]
    parts.append(_("Details stand in Ducha after signing in. Mails can be changed or stopped there:"))
    return subject, "\n\n".join(parts) + f"\n{settings.DUCHA_ADDRESS}/notices/settings\n"


def _part(number: int, notice: Notice) -> str:
    lines = [f"{number}. {notice.outward}"]
    if notice.due_at:
        left = _distance(timezone.localtime(notice.due_at).date())
        lines.append(_("By %(day)s") % {"day": day(by_when(notice.due_at))} + (f" ({left})" if left else ""))
    if notice.url:
        lines.append(f"{settings.DUCHA_ADDRESS}{notice.url}")
    return "\n   ".join(lines)


def _on(moment: datetime) -> str:
    return day(timezone.localtime(moment).date())


def _distance(due_on: date) -> str:
    if due_on < clock.today():
        return _("the day has passed")
    if due_on == clock.today():
        return _("today")
    days = days_until(due_on)
    if days is None:
        return ""
    return ngettext("in %(n)s working day", "in %(n)s working days", days) % {"n": days}


def group_message(message: dict[str, Any]) -> tuple[str, str]:
    """Title and Markdown: counts and days alone; without lines the greeting of a new group."""
    title = _("Inspection reminder")
    if not message["lines"]:
        text = _("This group is connected. From now on it is told how many things are due when.")
        return title, f"**{title}**\n\n{text}"
    lines = [f"> {_line(line)}" for line in message["lines"]]
    way = f"[{_('Open Ducha')}]({settings.DUCHA_ADDRESS}/)"
    return title, "\n\n".join([f"**{title}** {message['campaign']}", *lines, way])


def _line(line: dict[str, Any]) -> str:
    due_on = date.fromisoformat(line["due_on"])
    days = days_until(due_on)
    said = {"what": _(line["what"]), "count": line["count"], "day": day(due_on), "days": days}
    if due_on < clock.today():
        return _("%(what)s: %(count)s overdue since %(day)s") % said
    if days:
        return _("%(what)s: %(count)s due in %(days)s working days (%(day)s)") % said
    return _("%(what)s: %(count)s due on %(day)s") % said
