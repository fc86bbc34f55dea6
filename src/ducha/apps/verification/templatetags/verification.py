from typing import Any

from django import template

from ducha.apps.pages.words import retold

register = template.Library()


@register.filter(name="retold")
def retold_filter(fault: dict[str, Any]) -> str:
    """A kept sentence in the reader's language."""
    return retold(fault)
