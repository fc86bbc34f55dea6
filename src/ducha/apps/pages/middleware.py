"""What holds for every request: its whole body arrived, the member who asks, the headers of the answer."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'"
)
Respond = Callable[[HttpRequest], HttpResponse]


class _Counting:
    """The body of a request, counting what was really read of it."""

    def __init__(self, stream: Any) -> None:
        self.stream, self.count = stream, 0

    def read(self, *args: Any) -> bytes:
        chunk = self.stream.read(*args)
        self.count += len(chunk)
        return chunk

    def close(self) -> None:
        self.stream.close()

    def readline(self, *args: Any) -> bytes:
        chunk = self.stream.readline(*args)
        self.count += len(chunk)
        return chunk


def whole_body(respond: Respond) -> Respond:
    """Refuse a request whose body was cut: a cut upload otherwise looks complete and loses its files."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if request.method not in ("POST", "PUT", "PATCH"):
            return respond(request)
        counting = request._stream = _Counting(request._stream)
        request.POST  # noqa: B018  reads and parses the body now
        announced = int(request.META.get("CONTENT_LENGTH") or 0)
        if counting.count != announced:
            sentence = _(
                "The connection was cut: %(came)s of %(announced)s bytes arrived. Nothing was saved; send it again."
            )
            return HttpResponse(sentence % {"came": counting.count, "announced": announced}, status=400)
        return respond(request)

    return middleware


def whole_characters(respond: Respond) -> Respond:
    """Refuse an address with a NUL in it, which no database keeps and no person types."""

    def middleware(request: HttpRequest) -> HttpResponse:
        if "%00" in request.META.get("QUERY_STRING", ""):
            return HttpResponse(_("The address is damaged. Open the page from the menu."), status=400)
        return respond(request)

    return middleware


def headers(respond: Respond) -> Respond:
    """No script, style or frame from elsewhere; nothing kept in shared caches."""

    def middleware(request: HttpRequest) -> HttpResponse:
        response = respond(request)
        response.headers.setdefault("Content-Security-Policy", CONTENT_SECURITY_POLICY)
        response.headers.setdefault("Permissions-Policy", "camera=(), microphone=(), geolocation=()")
        if getattr(request, "member", None) is not None:
            response.headers.setdefault("Cache-Control", "no-store")
        return response

    return middleware
