import uuid
from typing import Any

from django import template
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import get_language

from ducha.apps.pages.words import word

register = template.Library()


@register.inclusion_tag("pages/act_button.html", takes_context=True)
def act_button(context: Any, name: str, subject: Any, label: str, kind: str = "") -> dict[str, Any]:
    """A verb without fields as a button that posts."""
    return {
        "url": reverse(name, args=[subject]),
        "version": subject.version,
        "operation": uuid.uuid4(),
        "label": label,
        "kind": kind,
        "csrf_token": context.get("csrf_token"),
    }


@register.filter
def day(value: Any) -> str:
    """11 月 8 日 17:30 for a moment, 11 月 8 日 for a date; 8 Nov in English."""
    if not value:
        return "—"
    chinese = (get_language() or "").startswith("zh")
    if hasattr(value, "hour"):
        local = timezone.localtime(value)
        return f"{_date(local, chinese)} {local:%H:%M}"
    return _date(value, chinese)


def _date(value: Any, chinese: bool) -> str:
    return f"{value.month} 月 {value.day} 日" if chinese else date_format(value, "j M")


@register.filter(name="word")
def word_filter(code: Any) -> str:
    """A code of the field in the reader's language."""
    return word(code)
