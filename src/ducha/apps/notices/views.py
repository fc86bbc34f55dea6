from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_POST

from ducha.apps.notices import actions
from ducha.apps.notices.access import visible_notices
from ducha.apps.notices.models import Notice


def inbox(request: HttpRequest) -> HttpResponse:
    page = Paginator(visible_notices(request.member), 50).get_page(request.GET.get("page"))
    return render(request, "notices/inbox.html", {"page": page})


@require_POST
def open_notice(request: HttpRequest, notice: Notice) -> HttpResponse:
    actions.read(notice, by=request.member)
    return redirect(notice.url or "notices:inbox")


@require_POST
def read_all(request: HttpRequest) -> HttpResponse:
    actions.read_all(visible_notices(request.member).filter(read_at__isnull=True), by=request.member)
    return redirect("notices:inbox")
