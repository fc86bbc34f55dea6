from typing import Any

from django import template
from django.utils.translation import gettext

from ducha.apps.campaigns import queries

register = template.Library()


@register.filter
def told(warning: dict[str, Any]) -> str:
    """A stored warning of the reading in the reader's language."""
    return gettext(warning["msgid"]) % warning["params"] if "msgid" in warning else warning["message"]


register.filter("marked", queries.marked)
register.filter("requirement", queries.requirement)
