from typing import Any

from django import template

from ducha.apps.findings import queries

register = template.Library()


@register.inclusion_tag("findings/of_visit.html", takes_context=True)
def findings_of_visit(context: Any, visit: Any) -> dict[str, Any]:
    """What was found on a visit, for the page of the visit, which lies below this app."""
    return {"findings": queries.of_visit(context["request"].member, visit)}
