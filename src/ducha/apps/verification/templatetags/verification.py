from typing import Any

from django import template

from ducha.apps.pages.words import retold
from ducha.engines.ledgers.persons import masked

register = template.Library()


@register.filter(name="retold")
def retold_filter(fault: dict[str, Any]) -> str:
    """A kept sentence in the reader's language."""
    return retold(fault)


@register.filter
def shielded(text: str) -> str:
    """A ledger's words without the identity numbers in them."""
    return masked(text)
