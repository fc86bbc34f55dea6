import logging
import secrets
from typing import Any

from django.db import connection
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from ducha.domain.rights import Role

FIRST_PAGE = {
    Role.OFFICE: "reports:overview",
    Role.LEADER: "reports:overview",
    Role.LIAISON: "reports:tasks",
    Role.UNIT_HEAD: "reports:tasks",
    Role.INSPECTOR: "reports:tasks",
    Role.DISCIPLINE: "reports:entries",
    Role.AUDITADMIN: "reports:entries",
    Role.SECADMIN: "organisations:people",
    Role.SYSADMIN: "reports:system",
}


def home(request: HttpRequest) -> HttpResponse:
    return redirect(FIRST_PAGE[Role(request.member.role)])


def health(request: HttpRequest) -> HttpResponse:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return HttpResponse("ok", content_type="text/plain")


def not_found(request: HttpRequest, exception: Any) -> HttpResponse:
    return render(request, "404.html", status=404)


def broken(request: HttpRequest) -> HttpResponse:
    number = secrets.token_hex(4)
    logging.getLogger("ducha").error("error %s at %s", number, request.path)
    return render(request, "500.html", {"number": number}, status=500)
