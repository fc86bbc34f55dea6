from django import template
from django.utils.translation import gettext

from ducha.apps.campaigns import queries
from ducha.apps.campaigns.models import Doubt
from ducha.apps.pages.words import told as told_fault
from ducha.domain.rules import BY_ID

register = template.Library()


@register.filter
def told(doubt: Doubt) -> str:
    """A doubt of the reading in the reader's language."""
    return gettext(doubt.text) % doubt.params


@register.filter
def rule_title(rule: str) -> str:
    """What a rule computes, in the reader's language."""
    return told_fault(BY_ID[rule].title) if rule in BY_ID else rule


register.filter("marked", queries.marked)
register.filter("requirement", queries.requirement)
