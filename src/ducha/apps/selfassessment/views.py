import json
from collections import Counter
from typing import Any

from django import forms as django_forms
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Campaign, Point
from ducha.apps.campaigns.queries import current_campaign, stages
from ducha.apps.evidence import actions as evidence
from ducha.apps.organisations.access import may
from ducha.apps.organisations.models import Membership
from ducha.apps.pages import tables, workbooks
from ducha.apps.pages.acts import once, perform
from ducha.apps.pages.forms import Confirmation, WithReason
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import told, word
from ducha.apps.selfassessment import actions, forms, queries
from ducha.apps.selfassessment.access import readable_assessments
from ducha.apps.selfassessment.models import AdmittedProblem, SelfAssessment, Submission
from ducha.apps.selfassessment.workbook import workbook as answers_workbook
from ducha.domain.errors import DuchaError
from ducha.domain.rights import Right
from ducha.engines import files


def _home(thing: Any) -> str:
    assessment = thing if isinstance(thing, SelfAssessment) else thing.assessment
    return reverse("selfassessment:assessment", args=[assessment])


def launch(request: HttpRequest, campaign: Campaign) -> HttpResponse:
    return perform(
        request,
        campaign,
        Confirmation,
        lambda by, subject: actions.launch(subject, by=by),
        back=lambda subject: reverse("campaigns:campaign", args=[subject]),
        title=_("Launch the campaign"),
        go=_("Freeze the catalogue and invite the units"),
        done=_("The campaign is launched and the units are told."),
        about="selfassessment/about_launch.html",
    )


STATE_TAGS = {"accepted": "green", "certified": "blue", "returned": "amber"}


def _late(assessment: Any) -> str:
    if not assessment.is_late:
        return ""
    if assessment.late_working_days is None:
        return _("late")
    return _("%(hours)s working hours, %(days)s days") % {
        "hours": assessment.late_working_hours,
        "days": assessment.late_working_days,
    }


class AssessmentFilters(django_forms.Form):
    delivery = django_forms.ChoiceField(
        label=gettext_lazy("Delivery"),
        required=False,
        choices=[
            ("", gettext_lazy("all")),
            ("delivered", gettext_lazy("delivered")),
            ("late", gettext_lazy("late")),
            ("missing", gettext_lazy("not delivered")),
        ],
    )


class AssessmentTable(Table):
    columns = [
        Column(
            "unit",
            gettext_lazy("Unit"),
            value=lambda a: a.participation.unit.name,
            order="participation__unit__position",
            link=lambda a: reverse("selfassessment:assessment", args=[a]),
        ),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda a: word(a.state),
            order="state",
            tag=lambda a: STATE_TAGS.get(a.state, "grey"),
        ),
        Column("answered", gettext_lazy("Points answered"), order="answered", kind="number"),
        Column("delivered_at", gettext_lazy("Delivered"), order="delivered_at", kind="date"),
        Column("late", gettext_lazy("Late by"), value=_late, order="late_working_hours", tag=lambda a: "red"),
        Column("sealed", gettext_lazy("Sealed"), value=lambda a: _("yes") if a.is_sealed else "—"),
    ]
    search_fields = ("participation__unit__name",)
    filters = AssessmentFilters
    empty = gettext_lazy("No self-inspection yet. They open when the campaign is launched.")

    def filter(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        asked = {"delivered": {"versions__isnull": False}, "late": {"is_late": True}, "missing": {"versions": None}}
        return queryset.filter(**asked[chosen["delivery"]]) if chosen else queryset


def assessments(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    rows = queries.assessments(request.member, campaign)
    if may(request.member, Right.ANSWER) or may(request.member, Right.CERTIFY):
        return redirect(_home(rows[0])) if rows else render(request, "campaigns/none.html")
    table = AssessmentTable(request, rows)
    if table.wants_excel():
        return table.excel("self-inspection")
    context = {"campaign": campaign, "table": table, "stages": stages(campaign)}
    return render(request, "selfassessment/list.html", context)


def assessment(request: HttpRequest, assessment: SelfAssessment) -> HttpResponse:
    """The whole self-inspection, for whoever may read it; for the others that it is not delivered yet."""
    readable = readable_assessments(request.member).filter(pk=assessment.pk).exists()
    lines = queries.sheet(assessment) if readable else []
    context = {
        "assessment": assessment,
        "lines": lines,
        "is_readable": readable,
        "missing": [line for line in lines if not line.is_complete],
        "stage": queries.stage_for(assessment),
        "submissions": assessment.submissions.select_related("certified_by__person", "submitted_by__person"),
        "steps": assessment.steps(),
        "seals": assessment.participation.seals.all(),
        "can": {right.name.lower(): may(request.member, right) for right in Right},
        "is_open": assessment.state in ("draft", "returned"),
    }
    return render(request, "selfassessment/assessment.html", context)


def workbook(request: HttpRequest, assessment: SelfAssessment) -> HttpResponse:
    if not readable_assessments(request.member).filter(pk=assessment.pk).exists():
        raise Http404
    return tables.workbook(files.write_workbook(answers_workbook(request.member, assessment)), _("self-inspection"))


def send_workbook(request: HttpRequest, assessment: SelfAssessment) -> HttpResponse:
    return workbooks.send_back(
        request,
        assessment,
        wanted=lambda: answers_workbook(request.member, assessment),
        take=lambda by, changes: actions.take_workbook(assessment, changes, by=by),
        back=lambda _count: _home(assessment),
        title=_("Send the workbook back"),
        download=reverse("selfassessment:workbook", args=[assessment]),
    )


def contradictions(request: HttpRequest) -> HttpResponse:
    """矛盾清单: claims beside what the ledgers say; a unit sees its own."""
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    every = queries.contradictions(request.member, campaign)
    asked = request.GET.get("weight", "")
    weight = asked if asked in queries.Weight.values else ""
    found = [c for c in every if weight in ("", c.weight)]
    if request.GET.get("format") == "xlsx":
        return tables.workbook(files.write_sheet(*_sheet(found)), "contradictions")
    counts = Counter(c.weight for c in every)
    context = {
        "campaign": campaign,
        "page": Paginator(found, 50).get_page(request.GET.get("page")),
        "weights": [("", _("all"), len(every)), *((w, w.label, counts[w]) for w in queries.Weight)],
        "weight": weight,
    }
    return render(request, "selfassessment/contradictions.html", context)


def _sheet(found: list[queries.Contradiction]) -> tuple[list[str], list[list[Any]]]:
    titles = [_("Unit"), _("Point"), _("Asked for"), _("Contradiction"), _("Conclusion"), _("Your figure")]
    rows = [
        [c.assessment.participation.unit.name, c.answer.point.code, c.requirement, str(c.weight.label)]
        + [c.answer.get_conclusion_display(), c.claimed, c.computed.figure]
        for c in found
    ]
    return [*titles, _("Ledgers say")], rows


def _line(assessment: SelfAssessment, point: Point) -> tuple[list[queries.PointAnswer], int]:
    lines = queries.sheet(assessment)
    for number, line in enumerate(lines):
        if line.point.pk == point.pk:
            return lines, number
    raise Http404


def answer(request: HttpRequest, assessment: SelfAssessment, point: Point) -> HttpResponse:
    lines, number = _line(assessment, point)
    following = lines[number + 1].point if number + 1 < len(lines) else None
    bound: Any = None
    if request.method == "POST":
        bound = forms.AnswerForm(
            request.POST, request.FILES, subject=assessment, member=request.member, line=lines[number]
        )
        if bound.is_valid():
            try:
                once(request, bound, lambda: _save(request.member, assessment, point, bound))
            except DuchaError as error:
                bound.add_error(None, told(error.args[0]))
            else:
                go_on = following if "next" in request.POST else None
                return redirect(
                    _home(assessment)
                    if "next" in request.POST and not go_on
                    else _point_url(assessment, go_on or point)
                )
    form = bound or forms.AnswerForm(subject=assessment, member=request.member, line=lines[number])
    context = {
        "assessment": assessment,
        "lines": lines,
        "line": lines[number],
        "form": form,
        "previous": lines[number - 1].point if number else None,
        "following": following,
        "done": sum(line.is_complete for line in lines),
        "stage": queries.stage_for(assessment),
    }
    return render(request, "selfassessment/answer.html", context, status=409 if bound and bound.errors else 200)


def _point_url(assessment: SelfAssessment, point: Point) -> str:
    return reverse("selfassessment:answer", args=[assessment, point])


def _save(by: Membership, assessment: SelfAssessment, point: Point, form: forms.AnswerForm) -> str:
    entered = form.cleaned_data
    saved = actions.answer(
        assessment,
        point,
        by=by,
        conclusion=entered["conclusion"],
        narrative=entered["narrative"],
        figures=form.figures(),
        files=evidence.gather(entered.get("files", ()), entered["uploads"], by=by),
        version=entered["version"],
    )
    return str(saved.version)


@require_POST
def autosave(request: HttpRequest, assessment: SelfAssessment, point: Point) -> HttpResponse:
    """A draft saves itself: answers with the new version, or with the sentence that says why it is not saved."""
    lines, number = _line(assessment, point)
    form = forms.AnswerForm(request.POST, None, subject=assessment, member=request.member, line=lines[number])
    if not form.is_valid():
        return JsonResponse({"sentence": " ".join(form.errors.get("__all__", []))}, status=422)
    try:
        version = once(request, form, lambda: _save(request.member, assessment, point, form))
    except DuchaError as error:
        theirs = (
            {"conclusion": word(lines[number].answer.conclusion), "narrative": lines[number].answer.narrative}
            if lines[number].answer
            else {}
        )
        return JsonResponse({"sentence": told(error.args[0]), "theirs": theirs}, status=409)
    saved_at = timezone.localtime(clock.now()).strftime("%H:%M")
    return JsonResponse({"version": int(version), "sentence": _("Saved %(at)s") % {"at": saved_at}})


def admit_problem(request: HttpRequest, assessment: SelfAssessment, point: Point) -> HttpResponse:
    return perform(
        request,
        assessment,
        forms.ProblemForm,
        lambda by, subject, **entered: actions.admit_problem(subject, point, by=by, **entered),
        back=lambda _problem: _point_url(assessment, point),
        title=_("A problem you found yourself, %(code)s") % {"code": point.code},
        go=_("Add it"),
    )


def remove_problem(request: HttpRequest, problem: AdmittedProblem) -> HttpResponse:
    return perform(
        request,
        problem,
        Confirmation,
        lambda by, subject: actions.remove_problem(subject, by=by),
        back=lambda _nothing: _point_url(problem.assessment, problem.point),
        title=_("Take away this problem"),
    )


def _verb(name: str, form: Any, title: Any, go: Any, done: Any) -> Any:
    def view(request: HttpRequest, assessment: SelfAssessment) -> HttpResponse:
        def act(by: Membership, subject: SelfAssessment, **entered: Any) -> SelfAssessment:
            getattr(actions, name)(subject, by=by, **entered)
            return subject

        about = "selfassessment/about.html"
        return perform(
            request, assessment, form, act, back=_home, title=str(title), go=str(go), done=str(done), about=about
        )

    return view


submit = _verb(
    "submit",
    forms.SubmitForm,
    gettext_lazy("Submit for certification"),
    gettext_lazy("Submit"),
    gettext_lazy("Submitted. The head certifies next."),
)
take_back = _verb(
    "take_back",
    Confirmation,
    gettext_lazy("Take it back"),
    gettext_lazy("Take back"),
    gettext_lazy("It is a draft again."),
)
decline = _verb(
    "decline",
    WithReason,
    gettext_lazy("Do not certify"),
    gettext_lazy("Give it back"),
    gettext_lazy("The liaison has it again."),
)
certify = _verb(
    "certify",
    Confirmation,
    gettext_lazy("Certify under your name"),
    gettext_lazy("I have read it and answer for it"),
    gettext_lazy("Certified and delivered to the inspection office."),
)
send_back = _verb(
    "send_back",
    WithReason,
    gettext_lazy("Return the self-inspection"),
    gettext_lazy("Return"),
    gettext_lazy("Returned; the unit is told why."),
)
accept = _verb(
    "accept",
    Confirmation,
    gettext_lazy("Accept the self-inspection"),
    gettext_lazy("Accept"),
    gettext_lazy("Accepted; the unit is told."),
)


def submission(request: HttpRequest, submission: Submission) -> HttpResponse:
    earlier = submission.assessment.submissions.filter(number=submission.number - 1).first()
    context = {
        "submission": submission,
        "content": json.loads(submission.content),
        "differences": queries.differences(earlier, submission) if earlier else [],
    }
    return render(request, "selfassessment/submission.html", context)
