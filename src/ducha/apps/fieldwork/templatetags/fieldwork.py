from typing import Any

from django import template

from ducha.apps.fieldwork import queries

register = template.Library()


@register.inclusion_tag("fieldwork/beside.html", takes_context=True)
def case_files_beside(context: Any, result: Any) -> dict[str, Any]:
    """What reviews of case files found, for the page of a result, which lies below this app."""
    return {"drawn": queries.drawn_beside(context["request"].member, result)}
