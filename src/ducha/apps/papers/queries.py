"""Reading papers: the list, the page of one, numbers, files, and whether a file is one that was issued."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import Count, F, Max, Q, QuerySet
from django.utils.translation import gettext as _

from ducha.apps.accountability.access import visible_measures
from ducha.apps.accountability.models import Measure
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail import queries as trail
from ducha.apps.audit_trail.verification import Fault
from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Campaign
from ducha.apps.fieldwork.access import visible_teams
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.papers import editing
from ducha.apps.papers.access import visible_papers
from ducha.apps.papers.models import Letterhead, Paper, PaperVersion, Template, numbered
from ducha.apps.papers.writing import KINDS, OPEN, Kind
from ducha.domain.errors import NotNow
from ducha.domain.merkle import DIGESTS, digest_of
from ducha.engines import files, gongwen
from ducha.engines.gongwen import Document, Imprint

_SERIAL = re.compile(r"〕(\d{1,6})号")
# Of many places that are left to write, so many are told at once.
_TOLD = 10


def store() -> Path:
    """Where the bytes of issued papers lie."""
    return settings.DUCHA_DATA / "papers"


def path_of(paper: Paper) -> Path:
    """Where the bytes of an issued paper lie."""
    return files.path_of(store(), paper.sha256)


def papers(member: Membership, campaign: Campaign) -> QuerySet[Paper]:
    """公文 within reach, what changed last first, each with how many got it and how many acknowledged it."""
    acknowledged = Q(deliveries__acknowledged_at__isnull=False)
    counted = (
        visible_papers(member)
        .filter(campaign=campaign)
        .annotate(
            copies=Count("deliveries", distinct=True),
            acknowledged=Count("deliveries", filter=acknowledged, distinct=True),
        )
    )
    return counted.order_by("-edited_at", "-id")


def letterhead_of(organiser: Organisation) -> Letterhead:
    """The organiser's letterhead; one that says nothing yet where none was set."""
    return Letterhead.objects.filter(organiser=organiser).first() or Letterhead(organiser=organiser)


def next_number(organiser: Organisation) -> tuple[str, int, int]:
    """Code, year and the serial after the last one, whether that was given here or typed in for a measure."""
    code, year = letterhead_of(organiser).code, clock.today().year
    if not code:
        raise NotNow(_("Set the letterhead first: document numbers need their code."))
    given = Paper.objects.filter(organiser=organiser, code=code, year=year).aggregate(last=Max("serial"))["last"]
    typed = Measure.objects.filter(campaign__organiser=organiser, document_number__startswith=f"{code}〔{year}〕")
    numbers = (_SERIAL.search(text) for text in typed.values_list("document_number", flat=True))
    return code, year, max([given or 0, *(int(found[1]) for found in numbers if found)]) + 1


def when_issued(paper: Paper) -> Document:
    """The paper as it goes out if it is issued now: with mark, number, date and imprint."""
    head, document, today = letterhead_of(paper.organiser), paper.document, clock.today()
    copies = document.imprint.copies_to if document.imprint else ()
    return replace(
        document,
        mark=head.mark,
        number=numbered(*next_number(paper.organiser)),
        dated=today,
        imprint=Imprint(copies, head.printed_by or document.signed_by[0], today),
        identifier=paper.public_id,
        remark=_witness(),
    )


def _witness() -> str:
    """The newest signed roots of the trail: whoever holds the paper can hold them against whoever has the database."""
    checkpoint = trail.latest_checkpoint()
    if checkpoint is None:
        return ""
    return f"{trail.checkpoint_text(checkpoint).decode()} {checkpoint.signature}"


def pages_when_issued(paper: Paper) -> Sequence[int]:
    """The pages of its table of contents; takes seconds."""
    return gongwen.pages_of(when_issued(paper))


def bytes_of(paper: Paper) -> bytes:
    """The issued file as it was frozen, or the draft as it stands."""
    return path_of(paper).read_bytes() if paper.state == "issued" else written_as(paper, paper.document)


def written_as(paper: Paper, document: Document, pages: Sequence[int] = ()) -> bytes:
    """A document as the organiser writes papers of this kind: into its own template, or in the standard's form."""
    template = Template.objects.filter(organiser=paper.organiser_id, kind=paper.kind, removed_at=None).last()
    if template is None:
        return gongwen.write(document, pages=pages)
    return gongwen.fill(files.path_of(store(), template.sha256).read_bytes(), document)


def first_template() -> bytes:
    """A template to begin with: the form of the standard, with fields in the place of words."""
    words = {"mark": "{{标志}}", "number": "{{文号}}", "title": "{{标题}}", "recipients": ("{{主送}}",)}
    blocks = (gongwen.paragraph("{{正文}}"), gongwen.paragraph("{{附件说明}}"))
    imprint = Imprint(("{{抄送}}",), "{{印发机关}}　{{印发日期}}印发")
    return gongwen.write(Document(blocks=blocks, signed_by=("{{落款}}", "{{日期}}"), imprint=imprint, **words))


def receipt_of(paper: Paper) -> dict[str, Any] | None:
    """The proof, to be checked without this installation, that the issued file stands in the trail; None before."""
    if paper.state != "issued":
        return None
    return trail.receipt(paper, opens=("sha256", "sm3", "title", "code", "year", "serial"))


@dataclass(frozen=True)
class Beginning:
    """A kind of paper, of how many things it could be written, and those that are under way."""

    kind: Kind
    choices: int
    under_way: list[Paper]

    @property
    def is_possible(self) -> bool:
        return self.choices > (len(self.under_way) if self.kind.about == "campaign" else 0)


def beginnings(member: Membership, campaign: Campaign) -> list[Beginning]:
    """Every kind of paper with what it could be written about."""
    measures = visible_measures(member).filter(campaign=campaign)
    waiting = Counter(measures.order_by().filter(state="approved").values_list("kind", flat=True))
    lifted = measures.filter(state="ended", kind=Measure.Kind.LISTED_SUPERVISION).count()
    of = {
        "campaign": 1,
        "team": visible_teams(member).filter(campaign=campaign).distinct().count(),
        "participation": visible_participations(member).filter(campaign=campaign).count(),
    }
    open_ones: dict[str, list[Paper]] = defaultdict(list)
    for paper in visible_papers(member).filter(campaign=campaign).exclude(state__in=["issued", "discarded"]):
        open_ones[paper.kind].append(paper)
    return [
        Beginning(
            kind,
            of.get(kind.about, waiting[kind.measure] if kind.measure else lifted),
            open_ones[kind.key],
        )
        for kind in KINDS.values()
    ]


def open_places(document: Document) -> list[str]:
    """What is left for a person to write: the words around each open place."""
    found = [line for line in editing.lines_of(document) if OPEN in line]
    return [line if len(line) <= 40 else f"…{line[max(0, line.index(OPEN) - 20) :][:40]}" for line in found[:_TOLD]]


@dataclass(frozen=True)
class Version:
    """A version beside the one before it."""

    version: PaperVersion
    changes: list[tuple[str, str]]


def versions(paper: Paper) -> Iterator[Version]:
    """The versions of a paper, the newest first, each with what it changed."""
    found = list(paper.versions.select_related("by__person").order_by("number"))
    documents = [version.document for version in found]
    for at in range(len(found) - 1, -1, -1):
        yield Version(found[at], editing.changes(documents[at - 1], documents[at]) if at else [])


def paper_page(member: Membership, paper: Paper) -> dict[str, Any]:
    """A paper with its newest version, its steps, and who has it."""
    deliveries = paper.deliveries.select_related("unit", "acknowledged_by__person")
    deliveries = deliveries.order_by(F("acknowledged_at").asc(nulls_first=True), "unit__position", "id")
    return {
        "paper": paper,
        "document": paper.document,
        "steps": paper.steps(),
        "deliveries": deliveries,
        "own_copy": deliveries.filter(unit=member.organisation_id).first(),
        "missing": open_places(paper.document) if paper.state == "draft" else [],
    }


@dataclass(frozen=True)
class Seal:
    """What is known about a file: the issued paper whose bytes it has, or the one that it says it is."""

    paper: Paper | None
    is_whole: bool


def seal_of(content: bytes) -> Seal:
    """验真: whether a file has, byte for byte, the bytes of an issued paper."""
    sha256, sm3 = (digest_of(content, digest).hex() for digest in DIGESTS)
    issued = Paper.objects.filter(state="issued").select_related("campaign", "organiser")
    if paper := issued.filter(sha256=sha256, sm3=sm3).first():
        return Seal(paper, True)
    return Seal(issued.filter(public_id=gongwen.identifier_of(content)).first(), False)


def changed_files() -> Iterator[Fault]:
    """Every issued paper, and every template, whose bytes are gone or differ, with when it came to be."""
    for template in Template.objects.iterator():
        path = files.path_of(store(), template.sha256)
        if not path.exists() or files.digests(path) != (template.sha256, template.sm3):
            what, at = f"the bytes of “{template.name}” were changed", template.added_at.isoformat(timespec="seconds")
            yield Fault("papers_template", template.public_id, "sha256", what, at, template.name)
    for paper in Paper.objects.filter(state="issued").iterator():
        path = path_of(paper)
        if not path.exists():
            what = "the file is gone"
        elif files.digests(path) != (paper.sha256, paper.sm3):
            what = f"the bytes of “{paper.number}” were changed"
        else:
            continue
        at = paper.issued_at.isoformat(timespec="seconds") if paper.issued_at else ""
        yield Fault("papers_paper", paper.public_id, "sha256", what, at, paper.number)
