from typing import Any

from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.evidence import actions, queries
from ducha.apps.evidence.forms import UploadForm
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.acts import perform
from ducha.apps.pages.tables import Column, Table
from ducha.domain.rights import Right
from ducha.engines import files as engine

SANDBOX = "sandbox; default-src 'none'; img-src 'self'; style-src 'unsafe-inline'"


class FileTable(Table):
    columns = [
        Column("name", gettext_lazy("File"), order="name", link=lambda f: reverse("evidence:file", args=[f])),
        Column("owner", gettext_lazy("Given by"), value=lambda f: f.owner.name, order="owner__name"),
        Column("size", gettext_lazy("Size"), value=lambda f: filesizeformat(f.size), order="size", kind="number"),
        Column("uses", gettext_lazy("Used"), order="uses", kind="number"),
        Column("added_at", gettext_lazy("Given on"), order="added_at", kind="date"),
    ]
    search_fields = ("name", "owner__name")
    default_sort = "-added_at"
    empty = gettext_lazy("No material yet. Upload it once here; then use it wherever it is asked for.")


def files(request: HttpRequest) -> HttpResponse:
    table = FileTable(request, queries.library(request.member))
    if table.wants_excel():
        return table.excel("evidence")
    may_add = may(request.member, Right.ADD_EVIDENCE)
    return render(request, "evidence/files.html", {"table": table, "may_add": may_add})


def upload(request: HttpRequest) -> HttpResponse:
    def act(by: Membership, _subject: Any, uploads: list[Any]) -> list[EvidenceFile]:
        return actions.add_all([(upload, upload.name) for upload in uploads], by=by)

    return perform(
        request,
        request.member.organisation,
        UploadForm,
        act,
        back=lambda _files: reverse("evidence:files"),
        title=_("Upload material"),
        go=_("Upload"),
        done=_("The files are kept. What was held already is not kept twice."),
    )


def file(request: HttpRequest, file: EvidenceFile) -> HttpResponse:
    return render(request, "evidence/file.html", {"file": file, "is_image": file.media_type.startswith("image/")})


def download(request: HttpRequest, file: EvidenceFile) -> HttpResponse:
    path = queries.path_of(file)
    if not path.exists():
        raise Http404
    response = FileResponse(path.open("rb"), as_attachment=True, filename=file.name, content_type=file.media_type)
    response.headers["Content-Security-Policy"] = SANDBOX
    return response


def picture(request: HttpRequest, file: EvidenceFile) -> HttpResponse:
    """What people look at: the image without its metadata."""
    copy = engine.viewing_copy(queries.path_of(file), file.media_type)
    if copy is None:
        raise Http404
    return HttpResponse(copy, content_type=file.media_type, headers={"Content-Security-Policy": SANDBOX})
