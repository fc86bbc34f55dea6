from typing import Any

from django.conf import settings
from django.contrib.auth import login, logout, update_session_auth_hash
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from ducha.apps.accounts import actions, queries
from ducha.apps.accounts.forms import PasswordForm, SignInForm
from ducha.apps.accounts.models import Person
from ducha.apps.pages.acts import perform
from ducha.domain.errors import NotAllowed

LOOPBACK = ("127.0.0.1", "::1")


def sign_in(request: HttpRequest) -> HttpResponse:
    form = SignInForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            person = actions.sign_in(**form.cleaned_data)
        except NotAllowed as error:
            form.add_error(None, str(error))
        else:
            return _enter(request, person)
    status = 422 if form.errors else 200
    target = request.POST.get("next") or request.GET.get("next", "")
    return render(
        request, "accounts/sign_in.html", {"form": form, "demo": _demo_people(request), "next": target}, status=status
    )


def _enter(request: HttpRequest, person: Person) -> HttpResponse:
    login(request, person, backend="django.contrib.auth.backends.ModelBackend")
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, require_https=request.is_secure())
    return redirect(target if safe else reverse("home"))


def _is_demo(request: HttpRequest) -> bool:
    """One click signs in only in a demonstration, and only from the machine it runs on."""
    return (settings.DUCHA_DATA / "demo.json").exists() and request.META.get("REMOTE_ADDR") in LOOPBACK


def _demo_people(request: HttpRequest) -> Any:
    if not _is_demo(request):
        return []
    return queries.invented_people()


@require_POST
def demo_sign_in(request: HttpRequest) -> HttpResponse:
    person = queries.invented_people().filter(username=request.POST.get("username")).first()
    if not _is_demo(request) or person is None:
        raise Http404
    actions.note_sign_in(person.username, admitted=True)
    return _enter(request, person)


@require_POST
def sign_out(request: HttpRequest) -> HttpResponse:
    logout(request)
    return redirect("accounts:sign_in")


def me(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/me.html", {})


def change_password(request: HttpRequest) -> HttpResponse:
    def act(by: Any, person: Person, *, old: str, new: str, again: str) -> None:
        actions.change_password(person, old=old, new=new, by=by)
        update_session_auth_hash(request, person)

    return perform(
        request,
        request.member.person,
        PasswordForm,
        act,
        back=lambda _result: reverse("accounts:me"),
        title=_("Change your password"),
        about="accounts/first_password.html",
        done=_("The password is changed."),
    )
