"""Papers: written, checked by a second person, approved, issued with a number, delivered, acknowledged."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

from ducha.apps.accountability import actions as accountability
from ducha.apps.accountability.models import Measure
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.actions import office_of
from ducha.apps.campaigns.models import Participation
from ducha.apps.notices.actions import members_of, tell
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.papers import editing
from ducha.apps.papers.models import Delivery, Letterhead, Paper, PaperVersion, Template
from ducha.apps.papers.queries import letterhead_of, next_number, open_places, store, when_issued, written_as
from ducha.apps.papers.writing import KINDS
from ducha.domain.errors import Conflict, Invalid, NotAllowed, NotNow
from ducha.domain.rights import Right, Role
from ducha.engines import files
from ducha.engines.files import run_limited
from ducha.engines.gongwen import Document, Imprint, Table

EDITED = PaperVersion.How.EDITED
TITLE_SIGNS = 200


def set_letterhead(head: Letterhead, *, by: Membership, mark: str, code: str, printed_by: str) -> Letterhead:
    """设置版头: the issuing mark, the code of the numbers, the printing office."""
    require(by, Right.WRITE_PAPER)
    if not code.strip() or any(sign in code for sign in "〔〕[]【】第号 "):
        raise Invalid(
            [_("“%(code)s” is no code of document numbers. Give the characters before 〔year〕.") % {"code": code}]
        )
    with recorded(by, "letterhead.set"):
        head.mark, head.code, head.printed_by = mark.strip(), code.strip(), printed_by.strip()
        head.save()
    return head


def set_template(kind: str, stream: BinaryIO, name: str, *, by: Membership) -> Template:
    """设置模板: the office's own Word file for a kind of paper, in place of the one before. Invalid with all faults."""
    require(by, Right.WRITE_PAPER)
    accepted = files.accept(stream, name, purpose=files.Purpose.EVIDENCE, into=store())
    try:
        run_limited("ducha.engines.gongwen.filling:examine", accepted.name, accepted.path.read_bytes())
    except Invalid:
        accepted.path.unlink()
        raise
    files.keep(accepted, store())
    with recorded(by, "paper_template.set"):
        for held in Template.objects.filter(organiser=by.organisation_id, kind=KINDS[kind].key, removed_at=None):
            held.removed_at = clock.now()
            held.save()
        template = Template(
            organiser_id=by.organisation_id,
            kind=KINDS[kind].key,
            name=accepted.name,
            sha256=accepted.sha256,
            sm3=accepted.sm3,
            added_by=by,
            added_at=clock.now(),
        )
        template.save()
    return template


def remove_template(template: Template, *, by: Membership) -> None:
    """停用模板: papers of the kind have the form of the standard again."""
    require(by, Right.WRITE_PAPER)
    with recorded(by, "paper_template.removed"):
        template.removed_at = clock.now()
        template.save()


def begin(kind: str, about: Any, *, by: Membership, answer_due_on: date | None = None) -> Paper:
    """起草: the first draft, written from the records. Conflict where one about the same is under way."""
    require(by, Right.WRITE_PAPER)
    of_kind = KINDS[kind]
    campaign = about if of_kind.about == "campaign" else about.campaign
    if campaign.organiser_id != by.organisation_id:
        raise NotAllowed(_("“%(campaign)s” is another organiser's.") % {"campaign": campaign})
    _refuse_unfit(of_kind.measure, about)
    written = _written(kind, about, by, answer_due_on)
    with recorded(by, "paper.begun", campaign=campaign.public_id):
        subject = {} if of_kind.about == "campaign" else {of_kind.about: about}
        same = Paper.objects.filter(campaign=campaign, kind=kind, **subject).exclude(state__in=["issued", "discarded"])
        if earlier := same.first():
            raise Conflict(_("“%(paper)s” is under way already. Go on with it, or discard it.") % {"paper": earlier})
        paper = Paper.begin(
            campaign=campaign,
            organiser_id=by.organisation_id,
            kind=kind,
            title=_short(written.title),
            answer_due_on=answer_due_on,
            begun_by=by,
            edited_at=clock.now(),
            **subject,
        )
        paper.save()
        _keep(paper, written, PaperVersion.How.WRITTEN, by)
    return paper


def _short(title: str) -> str:
    """A title as lists show it; the document has it whole."""
    return title if len(title) <= TITLE_SIGNS else title[: TITLE_SIGNS - 1] + "…"


def _refuse_unfit(measure_kind: str, about: Any) -> None:
    """A measure's paper fits its measure, and is written once a leader has approved that."""
    if not measure_kind:
        return
    if about.kind != measure_kind:
        raise Invalid([_("“%(measure)s” is carried out by another kind of paper.") % {"measure": about}])
    if about.state != "approved":
        raise NotNow(_("“%(measure)s” is not approved, or is issued already.") % {"measure": about})


def _written(kind: str, about: Any, by: Membership, answer_due_on: date | None) -> Document:
    of_kind = KINDS[kind]
    more = {"due_on": answer_due_on} if of_kind.asks_answer else {}
    return of_kind.compose(by, about, **more)


def _keep(paper: Paper, document: Document, how: str, by: Membership) -> PaperVersion:
    """A new version; inside an action. The paper's own row changes with it, so that two editors collide."""
    number = (paper.versions.order_by("-number").values_list("number", flat=True).first() or 0) + 1
    version = PaperVersion(
        paper=paper, number=number, how=how, content=PaperVersion.kept(document), by=by, at=clock.now()
    )
    version.save()
    return version


def _change(paper: Paper, by: Membership, how: str, make: Callable[[], Document]) -> Paper:
    require(by, Right.WRITE_PAPER)
    if paper.state != "draft":
        raise NotNow(_("Only a draft can be changed. Take the paper back first."))
    made = make()
    with recorded(by, f"paper.{how}", campaign=paper.campaign.public_id):
        paper.title, paper.edited_at = _short(made.title), clock.now()
        paper.save()
        _keep(paper, made, how, by)
    return paper


def edit_part(paper: Paper, *, by: Membership, at: int, text: str) -> Paper:
    """修改正文: the words of one part."""
    document = paper.document
    if not 0 <= at < len(document.blocks) or isinstance(document.blocks[at], Table):
        raise Invalid([_("The paper has no part %(at)s any more. Open it again.") % {"at": at + 1}])
    return _change(paper, by, EDITED, lambda: editing.with_part(document, at, text))


def edit_head(
    paper: Paper,
    *,
    by: Membership,
    title: str,
    recipients: Sequence[str],
    signed_by: Sequence[str],
    copies_to: Sequence[str],
) -> Paper:
    """修改版头和版记: title, addressees, signature, copies."""
    head = letterhead_of(paper.organiser)
    imprint = Imprint(tuple(copies_to), head.printed_by) if copies_to or head.printed_by else None
    made = replace(
        paper.document, title=title, recipients=tuple(recipients), signed_by=tuple(signed_by), imprint=imprint
    )
    return _change(paper, by, EDITED, lambda: made)


def renew(paper: Paper, *, by: Membership) -> Paper:
    """按最新数据重写: written anew from the records; what was edited stays among the earlier versions."""
    return _change(
        paper,
        by,
        PaperVersion.How.RENEWED,
        lambda: _written(paper.kind, paper.about, by, paper.answer_due_on),
    )


def restore(version: PaperVersion, *, by: Membership) -> Paper:
    """恢复版本: an earlier version becomes the newest; nothing is lost."""
    return _change(version.paper, by, PaperVersion.How.RESTORED, lambda: version.document)


def submit(paper: Paper, *, by: Membership) -> Paper:
    """送核: to a second person. Invalid, with every place, while something is left for a person to write."""
    require(by, Right.WRITE_PAPER)
    if missing := open_places(paper.document):
        raise Invalid([_("Still to be written: “%(place)s”.") % {"place": place} for place in missing])
    with recorded(by, "paper.submitted", campaign=paper.campaign.public_id):
        paper.enter("submit", by=by)
        others = [member for member in office_of(paper.campaign) if member.person_id != by.person_id]
        _ask(paper, others, gettext_noop("“%(paper)s” waits for a second person's check."))
    return paper


def take_back(paper: Paper, *, by: Membership) -> Paper:
    """撤回修改, before it is checked."""
    require(by, Right.WRITE_PAPER)
    with recorded(by, "paper.taken_back", campaign=paper.campaign.public_id):
        paper.enter("take_back", by=by)
    return paper


def check(paper: Paper, *, by: Membership) -> Paper:
    """核稿: by somebody who wrote nothing of it."""
    require(by, Right.CHECK_PAPER)
    if paper.versions.filter(by__person=by.person_id).exists():
        raise NotAllowed(_("Whoever wrote a paper does not check it. Another person of the office does."))
    with recorded(by, "paper.checked", campaign=paper.campaign.public_id):
        paper.checked_by = by
        paper.enter("check", by=by)
        leaders = members_of(paper.organiser, Role.LEADER)
        _ask(paper, leaders, gettext_noop("“%(paper)s” is checked and waits for your approval."))
    return paper


def send_back(paper: Paper, *, by: Membership, reason: str) -> Paper:
    """退回修改, by whoever checks, with a reason."""
    require(by, Right.CHECK_PAPER)
    with recorded(by, "paper.returned", campaign=paper.campaign.public_id):
        paper.enter("return", by=by, reason=reason)
        _ask(paper, [paper.begun_by], gettext_noop("“%(paper)s” is returned. Read why and change it."))
    return paper


def approve(paper: Paper, *, by: Membership) -> Paper:
    """签发: by a leader who neither wrote nor checked it."""
    require(by, Right.APPROVE_PAPER)
    checked = paper.checked_by.person_id if paper.checked_by else None
    if by.person_id == checked or paper.versions.filter(by__person=by.person_id).exists():
        raise NotAllowed(_("Whoever wrote or checked a paper does not approve it."))
    with recorded(by, "paper.approved", campaign=paper.campaign.public_id):
        paper.approved_by = by
        paper.enter("approve", by=by)
        _ask(paper, office_of(paper.campaign), gettext_noop("“%(paper)s” is approved. Issue it."))
    return paper


def decline(paper: Paper, *, by: Membership, reason: str) -> Paper:
    """不予签发, with a reason; the paper is a draft again."""
    require(by, Right.APPROVE_PAPER)
    with recorded(by, "paper.declined", campaign=paper.campaign.public_id):
        paper.checked_by = None
        paper.enter("decline", by=by, reason=reason)
        _ask(paper, office_of(paper.campaign), gettext_noop("“%(paper)s” is not approved. Read why and change it."))
    return paper


def discard(paper: Paper, *, by: Membership, reason: str) -> Paper:
    """作废 a paper that is not issued; it stays on the record."""
    require(by, Right.WRITE_PAPER)
    with recorded(by, "paper.discarded", campaign=paper.campaign.public_id):
        paper.enter("discard", by=by, reason=reason)
    return paper


def _ask(paper: Paper, members: Sequence[Membership], text: str) -> None:
    tell(members, text=text, params={"paper": paper.title}, url=reverse("papers:paper", args=[paper]))


def issue(paper: Paper, *, by: Membership, pages: Sequence[int] = ()) -> Paper:
    """印发: the next number, today's date, the file frozen under its digests, delivered to those whom it concerns.

    `pages` are those of its table of contents (`queries.pages_when_issued`): read before, since printing takes
    seconds that no transaction should.
    """
    require(by, Right.ISSUE_PAPER)
    with recorded(by, "paper.issued", campaign=paper.campaign.public_id):
        # Whoever issues for this organiser waits here for the one before, and sees the number that it took.
        Organisation.objects.select_for_update().get(pk=paper.organiser_id)
        document = when_issued(paper)
        written = BytesIO(written_as(paper, document, pages))
        file = files.accept(written, "公文.docx", purpose=files.Purpose.EVIDENCE, into=store())
        files.keep(file, store())
        paper.code, paper.year, paper.serial = next_number(paper.organiser)
        paper.issued_at = paper.edited_at = clock.now()
        paper.sha256, paper.sm3 = file.sha256, file.sm3
        paper.enter("issue", by=by)
        _keep(paper, document, PaperVersion.How.ISSUED, by)
        if paper.of_kind.measure:
            due_on = paper.answer_due_on
            accountability.issue(
                paper.measure, by=by, document_number=paper.number, issued_on=clock.today(), due_on=due_on
            )
        _deliver(paper, by)
    return paper


def _deliver(paper: Paper, by: Membership) -> None:
    """Copies to the units that it concerns, a word to the leaders, and of a referral to discipline."""
    units = [participation.unit for participation in _addressed(paper, by)]
    Delivery.objects.bulk_create([Delivery(paper=paper, unit=unit) for unit in units])
    told = {"params": {"number": paper.number, "paper": paper.title}, "url": reverse("papers:paper", args=[paper])}
    members = [member for unit in units for member in members_of(unit, Role.LIAISON, Role.UNIT_HEAD)]
    tell(members, text=gettext_noop("%(number)s “%(paper)s” is issued. Read it and acknowledge its receipt."), **told)
    readers = [Role.LEADER, *([Role.DISCIPLINE] if paper.kind == Measure.Kind.REFERRAL else [])]
    tell(members_of(paper.organiser, *readers), text=gettext_noop("%(number)s “%(paper)s” is issued."), **told)


def _addressed(paper: Paper, by: Membership) -> list[Participation]:
    """The units that get a copy."""
    everybody = visible_participations(by).filter(campaign=paper.campaign)
    goes_to, about = paper.of_kind.goes_to, paper.of_kind.about
    if goes_to == "nobody":
        return []
    if goes_to == "own" and about == "team":
        everybody = everybody.filter(team_unit__team=paper.team)
    elif goes_to == "own":
        own = paper.measure.participation_id if paper.measure else paper.participation_id
        everybody = everybody.filter(pk=own)
    return list(everybody)


def acknowledge(paper: Paper, *, by: Membership) -> Delivery:
    """签收: a unit acknowledges that it has the paper; the first who does stands on record."""
    require(by, Right.ACKNOWLEDGE_PAPER)
    delivery = paper.deliveries.filter(unit=by.organisation_id).first()
    if delivery is None:
        raise NotAllowed(_("This paper was not delivered to your unit."))
    if delivery.acknowledged_at is None:
        with recorded(by, "paper.acknowledged", campaign=paper.campaign.public_id):
            delivery.acknowledged_by, delivery.acknowledged_at = by, clock.now()
            delivery.save()
    return delivery
