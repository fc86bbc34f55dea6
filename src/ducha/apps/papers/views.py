from collections.abc import Callable, Sequence
from typing import Any

from django import forms as plain_forms
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.http import content_disposition_header
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from ducha.apps.campaigns.models import Participation
from ducha.apps.campaigns.queries import current_campaign
from ducha.apps.fieldwork.access import visible_teams
from ducha.apps.fieldwork.models import Team
from ducha.apps.organisations.access import may
from ducha.apps.pages.acts import perform, verb
from ducha.apps.pages.forms import Confirmation, WithReason
from ducha.apps.pages.tables import Column, Table
from ducha.apps.pages.words import told, word
from ducha.apps.papers import actions, bundle, forms, queries, writing
from ducha.apps.papers.access import visible_templates
from ducha.apps.papers.models import Paper, PaperVersion, Template
from ducha.domain.errors import NotNow
from ducha.domain.rights import Right
from ducha.engines import files, foreign, gongwen
from ducha.engines.gongwen import Document

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ABOUT = "papers/about.html"


def _page(paper: Paper) -> str:
    return reverse("papers:paper", args=[paper])


class Filters(plain_forms.Form):
    kind = plain_forms.ChoiceField(label=gettext_lazy("Kind of paper"), required=False)
    state = plain_forms.ChoiceField(label=gettext_lazy("State"), required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = [("", "—"), *((kind.key, kind.title) for kind in writing.KINDS.values())]
        self.fields["state"].choices = [("", "—"), *((state, word(state)) for state in Paper.lifecycle.states)]


class PaperTable(Table):
    columns = [
        Column("title", gettext_lazy("Title of the paper"), order="title", link=_page),
        Column("concerns", gettext_lazy("Concerns")),
        Column("kind", gettext_lazy("Kind of paper"), value=lambda p: p.of_kind.title, order="kind"),
        Column("number", gettext_lazy("Document"), value=lambda p: p.number or "—", order="serial"),
        Column(
            "state",
            gettext_lazy("State"),
            value=lambda p: word(p.state),
            order="state",
            tag=lambda p: {"issued": "green", "discarded": "grey", "draft": "amber"}.get(p.state, "blue"),
        ),
        Column("issued_at", gettext_lazy("Issued"), order="issued_at", kind="date"),
        Column(
            "acknowledged",
            gettext_lazy("Receipts acknowledged"),
            value=lambda p: f"{p.acknowledged} / {p.copies}" if p.copies else "—",
        ),
    ]
    search_fields = ("title", "code", "measure__participation__unit__name", "participation__unit__name")
    filters = Filters
    default_sort = ""
    empty = gettext_lazy("No paper yet.")

    def filter(self, queryset: Any, chosen: dict[str, Any]) -> Any:
        return queryset.filter(**chosen)


def papers(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    table = PaperTable(request, queries.papers(request.member, campaign))
    if table.wants_excel():
        return table.excel("papers")
    writes = may(request.member, Right.WRITE_PAPER)
    return render(request, "papers/list.html", {"table": table, "campaign": campaign, "writes": writes})


def begin(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        raise Http404
    kind = request.GET.get("kind", "")
    if kind not in writing.KINDS:
        return render(
            request, "papers/kinds.html", {"campaign": campaign, "kinds": queries.beginnings(request.member, campaign)}
        )
    return perform(
        request,
        campaign,
        forms.begin_form(kind),
        lambda by, subject, about=None, **entered: actions.begin(kind, about or subject, by=by, **entered),
        back=_page,
        title=str(writing.KINDS[kind].title),
        go=_("Write it"),
    )


def paper(request: HttpRequest, paper: Paper) -> HttpResponse:
    context = queries.paper_page(request.member, paper)
    document = context["document"]
    # The records behind the sentences are the organiser's; whoever got the paper reads its words.
    leads = may(request.member, Right.WRITE_PAPER) or may(request.member, Right.APPROVE_PAPER)
    context |= {"parts": writing.parts(document.blocks), "annexes": writing.listed(document.annexes), "leads": leads}
    context["edits"] = may(request.member, Right.WRITE_PAPER) and paper.state == "draft"
    context["can"] = {right.name.lower(): may(request.member, right) for right in Right}
    return render(request, "papers/paper.html", context)


def file(request: HttpRequest, paper: Paper) -> HttpResponse:
    """The issued file as it was frozen, or the draft as it stands; as PDF it is printed anew."""
    if request.GET.get("format") == "pdf":
        made = queries.bytes_of(paper)
        pdf = foreign.printed(made)
        if pdf is None:
            return _not_now(request, _("LibreOffice, which prints, is not installed here. Download the Word file."))
        return _download(pdf, f"{paper.title}.pdf", "application/pdf")
    if paper.state == "issued":
        return FileResponse(
            queries.path_of(paper).open("rb"),
            as_attachment=True,
            filename=f"{paper.number}{paper.title}.docx",
            content_type=WORD,
        )
    return _download(queries.bytes_of(paper), f"{paper.title}.docx", WORD)


def _not_now(request: HttpRequest, why: str) -> HttpResponse:
    return render(request, "papers/not_now.html", {"why": why}, status=409)


def _download(content: bytes, name: str, media_type: str) -> HttpResponse:
    response = HttpResponse(content, content_type=media_type)
    response.headers["Content-Disposition"] = content_disposition_header(True, name)
    return response


def receipt(request: HttpRequest, paper: Paper) -> HttpResponse:
    proof = queries.receipt_of(paper)
    if proof is None:
        return _not_now(request, _("There is no receipt yet. Issued papers have one, once their entry is numbered."))
    response = JsonResponse(proof, json_dumps_params={"indent": 2, "ensure_ascii": False})
    response.headers["Content-Disposition"] = 'attachment; filename="receipt.json"'
    return response


def versions(request: HttpRequest, paper: Paper) -> HttpResponse:
    return render(request, "papers/versions.html", {"paper": paper, "versions": list(queries.versions(paper))})


def edit_part(request: HttpRequest, paper: Paper) -> HttpResponse:
    at, blocks = request.GET.get("at", "0"), paper.document.blocks
    if not at.isdecimal() or int(at) >= len(blocks) or isinstance(blocks[int(at)], gongwen.Table):
        raise Http404
    return perform(
        request,
        paper,
        forms.part_form(blocks[int(at)]),
        lambda by, subject, text: actions.edit_part(subject, by=by, at=int(at), text=text),
        back=lambda done: f"{_page(done)}#part{int(at) + 1}",
        title=_("Change the words"),
        go=_("Save"),
    )


def issue(request: HttpRequest, paper: Paper) -> HttpResponse:
    pages: Sequence[int] = ()
    if request.method == "POST" and paper.state == "approved":
        pages = queries.pages_when_issued(paper)
    return perform(
        request,
        paper,
        Confirmation,
        lambda by, subject: actions.issue(subject, by=by, pages=pages),
        back=_page,
        title=_("Issue the paper"),
        go=_("Issue"),
        done=_("Issued, frozen and delivered."),
        about=ABOUT,
    )


def letterhead(request: HttpRequest) -> HttpResponse:
    head = queries.letterhead_of(request.member.organisation)
    return perform(
        request,
        head,
        forms.LetterheadForm,
        lambda by, subject, **entered: actions.set_letterhead(subject, by=by, **entered),
        back=lambda _head: reverse("papers:papers"),
        title=_("Letterhead"),
        go=_("Save"),
    )


def templates(request: HttpRequest) -> HttpResponse:
    standing = visible_templates(request.member).order_by("kind")
    return render(request, "papers/templates.html", {"templates": standing, "fields": gongwen.FIELDS})


def set_template(request: HttpRequest) -> HttpResponse:
    return perform(
        request,
        queries.letterhead_of(request.member.organisation),
        forms.TemplateForm,
        lambda by, _head, kind, file: actions.set_template(kind, file, file.name, by=by),
        back=lambda _template: reverse("papers:templates"),
        title=_("A template of your own"),
        go=_("Use it"),
    )


def first_template(request: HttpRequest) -> HttpResponse:
    return _download(queries.first_template(), _("template to begin with") + ".docx", WORD)


def template_file(request: HttpRequest, template: Template) -> HttpResponse:
    content = files.path_of(queries.store(), template.sha256).read_bytes()
    return _download(content, template.name, WORD)


def remove_template(request: HttpRequest, template: Template) -> HttpResponse:
    return perform(
        request,
        template,
        Confirmation,
        lambda by, subject: actions.remove_template(subject, by=by),
        back=lambda _nothing: reverse("papers:templates"),
        title=_("Stop using the template"),
    )


def _verb(action: Any, form: Any, title: Any, go: Any) -> Any:
    return verb(action, form, back=_page, title=title, go=go, about=ABOUT)


edit_head = _verb(actions.edit_head, forms.HeadForm, gettext_lazy("Head and imprint"), gettext_lazy("Save"))
renew = _verb(
    actions.renew, Confirmation, gettext_lazy("Write it anew from the records"), gettext_lazy("Write it anew")
)
submit = _verb(actions.submit, Confirmation, gettext_lazy("Hand it in for checking"), gettext_lazy("Hand it in"))
take_back = _verb(actions.take_back, Confirmation, gettext_lazy("Take the paper back"), gettext_lazy("Take it back"))
check = _verb(actions.check, Confirmation, gettext_lazy("The paper is checked"), gettext_lazy("It is right"))
send_back = _verb(actions.send_back, WithReason, gettext_lazy("Return the paper"), gettext_lazy("Return it"))
approve = _verb(actions.approve, Confirmation, gettext_lazy("Approve the paper"), gettext_lazy("Approve"))
decline = _verb(actions.decline, WithReason, gettext_lazy("Decline the paper"), gettext_lazy("Decline"))
discard = _verb(actions.discard, WithReason, gettext_lazy("Discard the paper"), gettext_lazy("Discard"))
acknowledge = _verb(actions.acknowledge, Confirmation, gettext_lazy("Acknowledge receipt"), gettext_lazy("Received"))


def restore(request: HttpRequest, paper_version: PaperVersion) -> HttpResponse:
    return perform(
        request,
        paper_version,
        Confirmation,
        lambda by, subject: actions.restore(subject, by=by),
        back=_page,
        title=_("Restore version %(number)s") % {"number": paper_version.number},
        go=_("Restore"),
    )


def _of_unit(compose: Callable[..., Document]) -> Callable[..., HttpResponse]:
    """The view that hands out a paper about one unit, written from the records at this moment."""

    def view(request: HttpRequest, participation: Participation) -> HttpResponse:
        try:
            document = compose(request.member, participation)
        except NotNow as refusal:
            return _not_now(request, told(refusal.args[0]))
        return _download(gongwen.write(document), f"{document.title}.docx", WORD)

    return view


self_inspection = _of_unit(writing.self_inspection_report)
feedback = _of_unit(writing.feedback)
rectification = _of_unit(writing.rectification_report)
acceptance = _of_unit(writing.acceptance_opinion)


def all_papers(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        raise Http404
    archive = bundle.all_papers(request.member, campaign)
    return FileResponse(archive, as_attachment=True, filename=f"{campaign.title}.zip", content_type="application/zip")


def seal(request: HttpRequest) -> HttpResponse:
    """Anyone who holds a file can ask whether it is one that was issued; the file is not kept."""
    if request.method != "POST":
        return render(request, "papers/seal.html", {"form": forms.SealForm()})
    form = forms.SealForm(request.POST, request.FILES)
    if not form.is_valid():
        return render(request, "papers/seal.html", {"form": form}, status=422)
    found = queries.seal_of(form.cleaned_data["file"].read())
    return render(
        request, "papers/seal.html", {"form": forms.SealForm(), "seal": found, "name": form.cleaned_data["file"].name}
    )


def report(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        return render(request, "campaigns/none.html")
    teams = list(visible_teams(request.member).filter(campaign=campaign).distinct())
    team = _team(request, teams)
    document = writing.city_report(request.member, campaign, team)
    context = {"campaign": campaign, "teams": teams, "team": team, "document": document}
    context |= {"parts": writing.parts(document.blocks), "annexes": writing.listed(document.annexes)}
    context["writes"] = may(request.member, Right.WRITE_PAPER)
    return render(request, "papers/report.html", context)


def report_word(request: HttpRequest) -> HttpResponse:
    campaign = current_campaign(request)
    if campaign is None:
        raise Http404
    team = _team(request, list(visible_teams(request.member).filter(campaign=campaign).distinct()))
    document = writing.city_report(request.member, campaign, team)
    return _download(gongwen.write(document), f"{document.title}.docx", WORD)


def _team(request: HttpRequest, teams: Sequence[Team]) -> Team | None:
    """The team whose report is asked for, by its number; None for the whole city."""
    number = request.GET.get("team", "")
    return next((team for team in teams if str(team.number) == number), None)
