"""Routes that declare who may walk them, and hand the view the object instead of its id."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import wraps
from typing import Any, ClassVar

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, path, register_converter, reverse

from ducha.domain.rights import Right, may

Resolver = Callable[[Any], Any]
RESOLVERS: dict[str, Resolver] = {}
# The one page for whoever still has the password that somebody else gave them.
FIRST_PASSWORD = "accounts:change_password"


def resolves(name: str) -> Callable[[Resolver], Resolver]:
    """Register what a member can see of a kind: `<pid:name>` in a route is looked up there alone."""

    def register(visible_to: Resolver) -> Resolver:
        RESOLVERS[name] = visible_to
        return visible_to

    return register


class PublicIdConverter:
    regex = "[0-9a-z]{20}"

    def to_python(self, value: str) -> str:
        return value

    def to_url(self, value: Any) -> str:
        return value if isinstance(value, str) else value.public_id


register_converter(PublicIdConverter, "pid")


@dataclass(frozen=True)
class Policy:
    """Who may walk a route: holders of one of the rights, anyone signed in, or anyone at all."""

    rights: tuple[Right, ...] = ()
    is_public: bool = False

    public: ClassVar["Policy"]
    signed_in: ClassVar["Policy"]

    def __init__(self, *rights: Right, is_public: bool = False) -> None:
        object.__setattr__(self, "rights", rights)
        object.__setattr__(self, "is_public", is_public)

    def admits(self, member: Any) -> bool:
        """Whether a signed-in member may walk the route, whatever the object."""
        if self.is_public or not self.rights:
            return True
        return any(may(member.role, right) for right in self.rights)


Policy.public = Policy(is_public=True)
Policy.signed_in = Policy()


def page(route: str, view: Callable[..., HttpResponse], name: str, policy: Policy) -> URLPattern:
    """A route with its policy, named "app:verb". Hidden and missing objects, and pages of other roles, are all 404."""

    @wraps(view)
    def walk(request: HttpRequest, **names: str) -> HttpResponse:
        if policy.is_public:
            return view(request, **names)
        if request.member is None:
            return redirect(f"{reverse('accounts:sign_in')}?next={request.get_full_path()}")
        if not policy.admits(request.member):
            raise Http404
        if request.member.person.must_change_password and name != FIRST_PASSWORD:
            return redirect(FIRST_PASSWORD)
        return view(request, **{key: _resolve(key, value, request.member) for key, value in names.items()})

    pattern = path(route, walk, name=name.rpartition(":")[2])
    pattern.policy, pattern.full_name = policy, name
    return pattern


def _resolve(name: str, public_id: str, member: Any) -> Any:
    found = RESOLVERS[name](member).filter(public_id=public_id).first()
    if found is None:
        raise Http404
    return found
