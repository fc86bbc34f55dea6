"""Start-up fails for a route that does not say who may walk it."""

from collections.abc import Iterator
from typing import Any

from django.core.checks import Error, register
from django.urls import URLPattern, get_resolver

from ducha.apps.pages.routes import RESOLVERS, Policy


def routes() -> Iterator[URLPattern]:
    """Every route of the project, included ones too."""

    def walk(patterns: Any) -> Iterator[URLPattern]:
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                yield pattern
            else:
                yield from walk(pattern.url_patterns)

    return walk(get_resolver().url_patterns)


@register()
def every_route_declares_its_policy(**_: Any) -> list[Error]:
    faults = []
    for pattern in routes():
        if not isinstance(getattr(pattern, "policy", None), Policy):
            faults.append(Error(f"The route “{pattern.pattern}” declares no policy.", id="ducha.E001"))
            continue
        for name in pattern.pattern.converters:
            if name not in RESOLVERS and not pattern.policy.is_public:
                faults.append(Error(f"“{pattern.pattern}”: nothing resolves “{name}”.", id="ducha.E002"))
    return faults
