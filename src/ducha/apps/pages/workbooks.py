"""Workbooks that come back: sent, shown with everything that would change or is wrong, taken on a second click."""

import datetime as dt
from collections.abc import Callable, Iterable
from typing import Any

from django import forms
from django.core import signing
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.pages.acts import perform
from ducha.apps.pages.forms import ActForm
from ducha.apps.pages.words import told
from ducha.domain.errors import Conflict, Invalid
from ducha.engines.files import CellFault, Change, FileRefused, Reading, Workbook, read_workbook
from ducha.engines.files.workbook import spelling

_LARGEST = 10_000_000
# What was shown is taken within a day; then it is sent again.
_SECONDS = 24 * 3600


class SendForm(forms.Form):
    file = forms.FileField(label=gettext_lazy("The workbook, filled in"))

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > _LARGEST:
            raise forms.ValidationError(_("The workbook is larger than %(mb)s MB.") % {"mb": _LARGEST // 1_000_000})
        return file


class TakeForm(ActForm):
    """What was shown, signed, so that nothing else is taken."""

    changes = forms.CharField(widget=forms.HiddenInput)


def send_back(
    request: HttpRequest,
    subject: Any,
    *,
    wanted: Callable[[], Workbook],
    take: Callable[[Any, list[Change]], Any],
    back: Callable[[Any], str],
    title: str,
    download: str,
) -> HttpResponse:
    """The page on which a workbook comes back; `wanted` is what would be written now, `take(by, changes)` saves."""
    page = {"title": title, "download": download}
    if request.method == "POST" and "changes" in request.POST:
        return perform(
            request,
            subject,
            TakeForm,
            lambda by, _subject, changes: take(by, _opened(request, changes, wanted())),
            back=back,
            title=title,
            go=_("Take these changes"),
        )
    form = SendForm(request.POST or None, request.FILES or None)
    if request.method != "POST" or not form.is_valid():
        return render(request, "pages/workbook.html", {**page, "form": form}, status=422 if form.errors else 200)
    workbook = wanted()
    reading = _read(form.cleaned_data["file"], workbook)
    if not reading.faults and reading.changes:
        page["take"] = TakeForm(subject=subject, member=request.member)
        page["signed"] = _signed(request, reading.changes)
    names = {field.name: field.head for field in workbook.fields}
    rows = [(change, names[change.field], spelling(change.after)) for change in reading.changes]
    context = {**page, "form": SendForm(), "reading": reading, "changes": rows}
    context |= {"faults": _told(reading.faults), "in_vain": _told(reading.unread)}
    return render(request, "pages/workbook.html", context, status=422 if reading.faults else 200)


def _read(file: Any, workbook: Workbook) -> Reading:
    if not workbook.mark:
        return Reading((), (CellFault("", _("Nothing can be filled in here at present.")),))
    try:
        return read_workbook(file.name, file.read(), workbook)
    except FileRefused as refused:
        return Reading((), tuple(CellFault("", fault) for fault in refused.faults))


def _told(faults: Iterable[CellFault]) -> list[tuple[str, str]]:
    return [(fault.cell, told(fault.text)) for fault in faults]


def _salt(request: HttpRequest) -> str:
    return f"{request.path}:{request.member.public_id}"


def _signed(request: HttpRequest, changes: Iterable[Change]) -> str:
    plain = [
        [c.key, c.field, c.cell, c.before, c.after.isoformat() if isinstance(c.after, dt.date) else c.after]
        for c in changes
    ]
    return signing.dumps(plain, salt=_salt(request), compress=True)


def _opened(request: HttpRequest, signed: str, workbook: Workbook) -> list[Change]:
    """The changes that were shown; Invalid if they are not what was signed, Conflict where one is overtaken."""
    try:
        plain = signing.loads(signed, salt=_salt(request), max_age=_SECONDS)
    except signing.BadSignature:
        raise Invalid([_("What was shown is too old, or not what was shown. Send the workbook again.")]) from None
    days = {field.name for field in workbook.fields if field.kind == "day"}
    now = {
        (line.key, field.name): spelling(cell)
        for line in workbook.lines
        for field, cell in zip(workbook.fields, line.cells, strict=True)
    }
    changes = []
    for key, field, cell, before, after in plain:
        if now.get((key, field)) != before:
            raise Conflict(
                _("%(cell)s was changed by somebody else meanwhile. Send the workbook again.") % {"cell": cell}
            )
        day = dt.date.fromisoformat(after) if field in days and after else None
        changes.append(Change(key, field, cell, before, day if field in days else after))
    return changes
