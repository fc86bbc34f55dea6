"""One verb, one small page: shown, filled in, carried out once, answered."""

import hashlib
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import AuditEntry
from ducha.apps.pages.forms import ActForm
from ducha.apps.pages.models import Operation
from ducha.apps.pages.words import told
from ducha.domain.errors import Conflict, DuchaError, Invalid, NotNow, Stale


def perform(
    request: HttpRequest,
    subject: Any,
    form: type[ActForm],
    act: Callable[..., Any],
    *,
    back: Callable[[Any], str],
    title: str = "",
    go: str = "",
    done: str = "",
    about: str = "",
    template: str = "pages/act.html",
    context: dict[str, Any] | None = None,
) -> HttpResponse:
    """Show the form of a verb, or carry it out: `act(by, subject, **entered)`, then go to `back(result)`.

    The same form posted twice gets the same answer; one read at an older version shows both texts.
    """
    page = {"title": title, "go": go or title, "subject": subject, "about": about, **(context or {})}
    if request.method != "POST":
        return render(request, template, {**page, "form": form(subject=subject, member=request.member)})
    bound = form(request.POST, request.FILES, subject=subject, member=request.member)
    if not bound.is_valid():
        return render(request, template, {**page, "form": bound}, status=422)
    try:
        location = once(request, bound, lambda: back(act(request.member, subject, **bound.entered())))
    except Stale:
        return _show_both(request, bound, template, page)
    except DuchaError as error:
        for fault in error.faults if isinstance(error, Invalid) else error.args[:1]:
            bound.add_error(None, told(fault))
        status = 409 if isinstance(error, NotNow | Conflict) else 422
        return render(request, template, {**page, "form": bound}, status=status)
    if done:
        messages.success(request, done)
    return redirect(location)


def once(request: HttpRequest, bound: ActForm, act: Callable[[], str]) -> str:
    """Carry out an operation, or answer as the first time if this very form was carried out already."""
    operation_id, digest = bound.cleaned_data["operation"], _digest(request)
    with transaction.atomic():
        earlier = Operation.objects.select_for_update().filter(id=operation_id).first()
        if earlier is not None:
            return _as_before(earlier, request.member, digest)
        operation = Operation.objects.create(
            id=operation_id, actor=request.member.public_id, digest=digest, at=clock.now()
        )
        if bound.is_stale():
            raise Stale(_("Somebody else changed this after you opened the page."))
        operation.location = act()
        operation.save(update_fields=["location"])
        return operation.location


def _as_before(operation: Operation, member: Any, digest: str) -> str:
    if operation.actor != member.public_id or operation.digest != digest:
        raise Conflict(_("This form was already sent with other contents. Open the page again and send it anew."))
    return operation.location


def _digest(request: HttpRequest) -> str:
    """What was posted, files included, whatever the token of the session."""
    digest = hashlib.sha256(request.path.encode())
    for key in sorted(set(request.POST) - {"csrfmiddlewaretoken"}):
        for value in request.POST.getlist(key):
            digest.update(f"\0{key}\0{value}".encode())
    for key in sorted(request.FILES):
        for upload in request.FILES.getlist(key):
            digest.update(f"\0{key}\0{upload.name}\0".encode())
            for chunk in upload.chunks():
                digest.update(chunk)
            upload.seek(0)
    return digest.hexdigest()


def _show_both(request: HttpRequest, bound: ActForm, template: str, page: dict[str, Any]) -> HttpResponse:
    """Theirs beside yours: nothing that was typed is lost, and sending again is a decision."""
    subject = bound.subject
    subject.refresh_from_db()
    fresh = type(bound)(subject=subject, member=bound.member)
    both = [
        {"label": field.label, "theirs": fresh[field.name].value(), "yours": field.value()}
        for field in bound.visible()
        if field.name in fresh.initial and fresh[field.name].value() != field.value()
    ]
    posted = bound.data.copy()
    posted["version"], posted["operation"] = subject.version, fresh["operation"].value()
    again = type(bound)(posted, subject=subject, member=bound.member)
    changes = AuditEntry.objects.filter(object_kind=subject.object_kind(), object_id=subject.public_id)
    again.add_error(None, _("Somebody else changed this after you opened the page. Nothing of yours is lost."))
    return render(
        request,
        template,
        {**page, "form": again, "both": both, "last_change": changes.order_by("-object_version").first()},
        status=409,
    )


def verb(
    action: Callable[..., Any],
    form: type[ActForm],
    *,
    back: Callable[[Any], str],
    title: Any,
    go: Any = "",
    done: Any = "",
    about: str = "",
) -> Callable[..., HttpResponse]:
    """The view of an action on one thing; afterwards the page of that thing."""

    def view(request: HttpRequest, **named: Any) -> HttpResponse:
        (subject,) = named.values()
        return perform(
            request,
            subject,
            form,
            lambda by, it, **entered: action(it, by=by, **entered),
            back=lambda _result: back(subject),
            title=str(title),
            go=str(go),
            done=str(done),
            about=about,
        )

    return view
