from collections.abc import Callable
from typing import Any

from django.core.paginator import Paginator
from django.http import FileResponse, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.campaigns.access import UNIT_ROLES, visible_participations
from ducha.apps.campaigns.models import Campaign
from ducha.apps.campaigns.queries import current_campaign
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.acts import perform
from ducha.apps.pages.forms import WithReason
from ducha.apps.pages.tables import Column, Table, workbook
from ducha.apps.pages.words import retold, told, word
from ducha.apps.verification import actions, forms, queries
from ducha.apps.verification.access import own_ledger_files
from ducha.apps.verification.models import CheckRun, LedgerFile, RuleResult
from ducha.domain.errors import NotNow
from ducha.domain.rights import Right
from ducha.engines import files
from ducha.engines.ledgers.persons import masked, names_person

STATE_TAGS = {"taken": "green", "needs_mapping": "amber", "refused": "red", "received": "blue", "withdrawn": "grey"}
VERDICT_TAGS = {"met": "green", "not_met": "red", "not_verifiable": "amber"}


def _rights(member: Membership) -> dict[str, bool]:
    return {right.name.lower(): may(member, right) for right in Right}


def file_page(file: LedgerFile) -> str:
    return reverse("verification:ledger_file", args=[file])


def result_page(result: RuleResult) -> str:
    return reverse("verification:result", args=[result])


# -- ledgers


class FileTable(Table):
    columns = [
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda f: f.unit.name if f.unit else _("all units"),
            order="unit__position",
        ),
        Column("kind", gettext_lazy("Ledger"), value=lambda f: word(f.kind) if f.kind else "—", order="kind"),
        Column("name", gettext_lazy("File"), order="name", link=file_page),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda f: word(f.state),
            tag=lambda f: STATE_TAGS[f.state],
        ),
        Column("accepted", gettext_lazy("Rows taken in"), order="accepted", kind="number"),
        Column("rejected", gettext_lazy("Rejected"), order="rejected", kind="number"),
        Column("sent_at", gettext_lazy("Sent"), order="sent_at", kind="date"),
    ]
    search_fields = ("name", "unit__name")
    default_sort = "-sent_at"
    empty = gettext_lazy("No unit has sent a ledger yet.")


def ledgers(request: HttpRequest) -> HttpResponse:
    """A unit's own: what is held, what it sent, what the check found. The others see the files of their units."""
    sent = queries.ledger_files(request.member)
    if request.member.role not in UNIT_ROLES:
        table = FileTable(request, sent)
        return (
            table.excel("ledgers")
            if table.wants_excel()
            else render(request, "verification/files.html", {"table": table, "can": _rights(request.member)})
        )
    campaign = current_campaign(request)
    results = queries.own_results(request.member, campaign) if campaign else []
    context = {
        "campaign": campaign,
        "held": queries.held_by(request.member.organisation),
        "given": queries.given_to(request.member),
        "files": sent[:30],
        "results": results,
        "regions": queries.region_results(request.member, campaign) if campaign else [],
        "can": _rights(request.member),
    }
    return render(request, "verification/own.html", context)


def _performed(request: HttpRequest, form: Any, act: Any, then: Callable[[Any], Any], **page: Any) -> HttpResponse:
    """Perform an act, and once it is on the record what follows from it; posted again, neither is done again."""
    results: list[Any] = []

    def remembering(by: Membership, subject: Any, **entered: Any) -> Any:
        results.append(act(by, subject, **entered))
        return results[-1]

    answer = perform(request, page.pop("subject"), form, remembering, **page)
    for result in results:
        if answer.status_code == 302:
            then(result)
    return answer


def _sent(request: HttpRequest, form: Any, act: Any, **page: Any) -> HttpResponse:
    """Perform what leaves a file to be read, and read it at once where it is small."""
    return _performed(
        request, form, act, lambda file: actions.is_small(file) and actions.take(file), back=file_page, **page
    )


def send(request: HttpRequest) -> HttpResponse:
    """A unit's own, or the office's for all units of the campaign that its pages show."""
    is_own = may(request.member, Right.SEND_LEDGER)
    campaign = None if is_own else current_campaign(request)
    if not is_own and campaign is None:
        return render(request, "campaigns/none.html")
    return _sent(
        request,
        forms.SendForm,
        lambda by, _unit, upload, replaces=None: _taken_up(upload, by=by, campaign=campaign, replaces=replaces),
        subject=request.member.organisation,
        title=_("Send a ledger") if is_own else _("Send a ledger for all units"),
        go=_("Send"),
        about="verification/about_send.html",
        context={"campaign": campaign},
    )


def _taken_up(upload: Any, *, by: Membership, campaign: Campaign | None, replaces: LedgerFile | None) -> LedgerFile:
    if campaign is None:
        return actions.send(upload, upload.name, by=by, replaces=replaces)
    return actions.send_for_all(upload, upload.name, by=by, campaign=campaign, replaces=replaces)


def send_again(request: HttpRequest, own_ledger_file: LedgerFile) -> HttpResponse:
    campaign = own_ledger_file.campaign
    return _sent(
        request,
        forms.LedgerUpload,
        lambda by, subject, upload: _taken_up(upload, by=by, campaign=campaign, replaces=subject),
        subject=own_ledger_file,
        title=_("Send “%(name)s” again") % {"name": own_ledger_file.name},
        go=_("Send"),
        about="verification/about_send.html",
        context={"campaign": campaign},
    )


def map_columns(request: HttpRequest, own_ledger_file: LedgerFile) -> HttpResponse:
    file = own_ledger_file
    if file.state != LedgerFile.State.NEEDS_MAPPING:
        return redirect(file_page(file))
    look = queries.look_at(file)
    return _sent(
        request,
        (lambda *args, **kwargs: forms.MapForm(*args, look=look, **kwargs)) if file.kind else forms.KindForm,
        lambda by, subject, **entered: actions.map_columns(subject, by=by, **entered),
        subject=file,
        title=_("Name the columns of “%(name)s”") % {"name": file.name},
        go=_("Go on"),
        about="verification/about_columns.html",
        context={"look": look},
    )


def withdraw(request: HttpRequest, own_ledger_file: LedgerFile) -> HttpResponse:
    file = own_ledger_file
    return _performed(
        request,
        WithReason,
        lambda by, subject, reason: actions.withdraw(subject, by=by, reason=reason),
        actions.after_withdrawal,
        subject=file,
        back=lambda _runs: file_page(file),
        title=_("Withdraw “%(name)s”") % {"name": file.name},
        go=_("Withdraw"),
        done=_("The ledger is withdrawn. Those whom it concerns have been told."),
        about="verification/about_withdraw.html",
    )


def ledger_file(request: HttpRequest, ledger_file: LedgerFile) -> HttpResponse:
    context = {
        "file": ledger_file,
        "faults": [retold(fault) for fault in ledger_file.faults],
        "percent": queries.percent_read(ledger_file),
        "mapping": queries.named_columns(ledger_file),
        "lacks": queries.columns_of(ledger_file.kind, ledger_file.lacks.split()) if ledger_file.kind else [],
        "results": queries.results_of_file(request.member, ledger_file) if ledger_file.unit else [],
        "is_own": own_ledger_files(request.member).filter(pk=ledger_file.pk).exists(),
        "is_being_checked": queries.is_being_checked(ledger_file),
        "is_replaced": queries.is_replaced(ledger_file),
        "reasons": [(told(reason), rows) for reason, rows in queries.reasons_of(ledger_file)],
        "units": None if ledger_file.unit else queries.rows_by_unit(ledger_file),
    }
    return render(request, "verification/file.html", context)


def rejects(request: HttpRequest, own_ledger_file: LedgerFile) -> HttpResponse:
    """The rejected rows of one sheet, the first that has any unless the address names one."""
    file = own_ledger_file
    rejected = [one["name"] for one in file.sources if one["rejected"]]
    if not rejected or queries.is_replaced(file) or file.withdrawn_at:
        return redirect(file_page(file))
    asked = request.GET.get("sheet", "")
    rows = queries.rejects_of(asked if asked in rejected else rejected[0])
    return FileResponse(rows, as_attachment=True, filename=_("rejected rows") + f" {file.name}.csv")


# -- the matrix


def matrix(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    form = forms.MatrixFilters(request.GET)
    found = queries.matrix(request.member, campaign, **form.chosen())
    if request.GET.get("format") == "xlsx":
        return workbook(files.write_sheet(*_sheet(found)), "verification")
    context = {
        "campaign": campaign,
        "matrix": found,
        "form": form,
        "can": _rights(request.member),
        "waiting": queries.waiting_in(campaign),
        "failed": queries.last_failure(campaign),
        "disagreements": queries.disagreements(campaign),
        "query": request.GET.urlencode(),
    }
    return render(request, "verification/matrix.html", context)


def _sheet(found: queries.Matrix) -> tuple[list[str], list[list[Any]]]:
    titles = [_("Unit"), _("Ledger"), _("Rule"), _("In scope"), _("Violations"), _("Exempt"), _("Not verifiable")]
    rows = [
        [
            *(result.whose, word(result.ledger), result.title, result.population),
            *(
                result.violations,
                result.exempt,
                result.not_verifiable,
                result.get_verdict_display(),
                retold(result.words),
            ),
        ]
        for result in found.results
    ]
    return [*titles, _("Verdict"), _("In words")], rows


def check(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    """Asked for and on the record first; then, where it is quick, carried out before the page is answered."""
    asked: list[CheckRun] = []

    def act(by: Membership, subject: Campaign, **entered: Any) -> CheckRun:
        asked.append(actions.ask_check(subject, by=by, **entered))
        return asked[-1]

    answer = perform(
        request,
        campaign,
        forms.CheckForm,
        act,
        back=lambda _run: reverse("verification:matrix"),
        title=_("Check the ledgers now"),
        go=_("Check"),
        about="verification/about_check.html",
    )
    for run in asked:
        if answer.status_code == 302:
            actions.carry_out_if_quick(run)
    return answer


# -- results and their rows


def result(request: HttpRequest, rule_result: RuleResult) -> HttpResponse:
    context = {
        "result": rule_result,
        "words": retold(rule_result.words),
        "is_latest": queries.is_latest(rule_result),
        "can": _rights(request.member),
        # A region is judged as a whole, not by its rows.
        **({"rows": None} if rule_result.region else _rows(request, [rule_result])),
    }
    return render(request, "verification/result.html", context)


def _rows(request: HttpRequest, results: list[RuleResult]) -> dict[str, Any]:
    """One page of violating rows, for those who may see rows at all."""
    if not may(request.member, Right.READ_VIOLATION):
        return {"rows": None}
    pages = Paginator(range(queries.count_rows(results)), queries.PAGE_SIZE)
    page = pages.get_page(request.GET.get("page"))
    kept = request.GET.copy()
    kept.pop("page", None)
    found = queries.rows_of(request.member, results, number=page.number)
    return {"rows": found, "page": page, "kept": kept.urlencode()}


def _filters(request: HttpRequest, campaign: Campaign, *, every: bool) -> tuple[forms.RuleFilters, list[RuleResult]]:
    """The form that chooses a rule and a unit, and the newest results that fit it."""
    results = list(queries.latest_results(request.member, campaign).order_by("ledger", "rule", "participation"))
    if not every:
        results = queries.dated(results)
    titles = dict.fromkeys((r.rule, r.title) for r in results)
    units = visible_participations(request.member).filter(campaign=campaign)
    rules = [("", _("all")), *titles] if every else list(titles)
    form = forms.RuleFilters(request.GET, rules=rules, units=units)
    chosen = form.cleaned_data if form.is_valid() else {}
    rule = chosen.get("rule") or ("" if every or not rules else rules[0][0])
    if rule:
        results = [r for r in results if r.rule == rule]
    if unit := chosen.get("unit"):
        results = [r for r in results if r.participation_id == unit.pk]
    return form, results


def rows(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    form, results = _filters(request, campaign, every=True)
    context = {"campaign": campaign, "form": form, "can": _rights(request.member), **_rows(request, results)}
    return render(request, "verification/rows.html", context)


def trend(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    form, results = _filters(request, campaign, every=False)
    months = queries.months(results)
    context = {
        "campaign": campaign,
        "form": form,
        "months": months,
        "most": max((month.violations for month in months), default=0),
        "title": results[0].title if results else "",
    }
    return render(request, "verification/trend.html", context)


def _row(request: HttpRequest, result: RuleResult) -> queries.Row | None:
    """The row that the address names."""
    asked = request.GET
    return queries.row_at(request.member, result, source=asked.get("source", ""), source_row=asked.get("row", "0"))


def row(request: HttpRequest, rule_result: RuleResult) -> HttpResponse:
    found = _row(request, rule_result)
    if found is None:
        return redirect(result_page(rule_result))
    return _row_page(request, found, queries.original_row(found))


def _row_page(
    request: HttpRequest, found: queries.Row, cells: list[queries.Cell] | None, *, unmasked: bool = False
) -> HttpResponse:
    context = {
        "row": found,
        "result": found.result,
        "cells": cells,
        "is_personal": any(cell.is_personal for cell in cells or []),
        "is_unmasked": unmasked,
        "seen": queries.unmaskings_of(request.member, found),
        "party": queries.party_of(found) if may(request.member, Right.READ_PARTY) else "",
        "can": _rights(request.member),
    }
    return render(request, "verification/row.html", context)


def unmask(request: HttpRequest, rule_result: RuleResult) -> HttpResponse:
    """The personal cells stand in this answer and nowhere else; to load it anew is to see them anew, on the record."""
    found = _row(request, rule_result)
    if found is None:
        return redirect(result_page(rule_result))
    form = forms.UnmaskForm(request.POST or None, subject=rule_result, member=request.member)
    if form.is_valid():
        try:
            cells = actions.unmask(found, by=request.member, **form.entered())
            return _row_page(request, found, cells, unmasked=True)
        except NotNow as refused:
            form.add_error(None, str(refused))
    page = {"title": _("Show the personal details of “%(key)s”") % {"key": found.key}, "row": found}
    page |= {"go": _("Show them"), "form": form, "about": "verification/about_unmask.html"}
    return render(request, "pages/act.html", page, status=422 if request.method == "POST" else 200)


def explain(request: HttpRequest, rule_result: RuleResult) -> HttpResponse:
    found = _row(request, rule_result)
    if found is None:
        return redirect(result_page(rule_result))
    return perform(
        request,
        found.explanation or rule_result,
        forms.ExplanationForm,
        lambda by, _subject, text: actions.explain(rule_result, found.violation, by=by, text=text),
        back=lambda _explanation: result_page(rule_result),
        title=_("Explain “%(key)s”") % {"key": found.key},
        go=_("Explain it"),
        done=_("Your explanation stands beside the row."),
        about="verification/about_row.html",
        context={"row": found},
    )


def party(request: HttpRequest) -> HttpResponse:
    """一户式: what all ledgers within reach hold on one party, in the order of time."""
    code = request.GET.get("uscc", "").strip().upper()
    found = queries.party(request.member, code) if code else None
    faults = [masked(told(fault)) for fault in found.faults] if found else []
    context = {"code": "" if names_person(code) else code, "party": found, "faults": faults}
    return render(request, "verification/party.html", context)
