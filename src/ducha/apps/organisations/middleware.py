"""The member who asks: the membership that the session acts as, checked anew at every request."""

from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from ducha.apps.organisations.access import current_memberships
from ducha.apps.organisations.models import Membership

ACTING_AS = "acting_as"


def acting_member(respond: Callable[[HttpRequest], HttpResponse]) -> Callable[[HttpRequest], HttpResponse]:
    def middleware(request: HttpRequest) -> HttpResponse:
        request.member = _member(request)
        return respond(request)

    return middleware


def _member(request: HttpRequest) -> Membership | None:
    person_id = request.session.get("_auth_user_id")
    if person_id is None or not request.user.is_authenticated:
        return None
    own = list(current_memberships().filter(person=request.user.pk))
    chosen = request.session.get(ACTING_AS)
    return next((m for m in own if m.public_id == chosen), own[0] if own else None)
