"""成套公文: all papers of a campaign as one archive with an index."""

import tempfile
import zipfile
from collections.abc import Iterator
from itertools import chain
from typing import IO, Any

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.campaigns.models import Campaign
from ducha.apps.organisations.models import Membership
from ducha.apps.pages.words import word
from ducha.apps.papers import writing
from ducha.apps.papers.access import visible_papers
from ducha.apps.papers.queries import bytes_of
from ducha.apps.papers.writing.unit import told_to
from ducha.apps.selfassessment.access import visible_submissions
from ducha.engines import files, gongwen

# Kept in memory up to this size, on disk beyond it.
_IN_MEMORY = 20_000_000
_HEADS = ("文件", "文种", "发文字号", "标题", "单位", "状态", "印发日期", "SHA-256")
_UNSAFE = str.maketrans({sign: "_" for sign in '\\/:*?"<>|\n\r\t'})


def all_papers(member: Membership, campaign: Campaign) -> IO[bytes]:
    """Issued papers as they were frozen, drafts as they stand, each unit's own reports; 目录.xlsx lists them."""
    target = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)
    rows: list[tuple[Any, ...]] = []
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for folder, content, row in chain(_of_office(member, campaign), _of_units(member, campaign)):
            name = f"{folder}/{len(rows) + 1:04} {row[2].translate(_UNSAFE)}.docx"
            archive.writestr(name, content)
            rows.append((name, *row))
        archive.writestr("目录.xlsx", files.write_sheet(_HEADS, rows))
    target.seek(0)
    return target


def _of_office(member: Membership, campaign: Campaign) -> Iterator[tuple[str, bytes, tuple[Any, ...]]]:
    for paper in visible_papers(member).filter(campaign=campaign).exclude(state="discarded").order_by("id"):
        issued = paper.issued_at.date() if paper.issued_at else None
        kind, state = str(paper.of_kind.title), word(paper.state)
        yield kind, bytes_of(paper), (kind, paper.number, paper.title, paper.concerns, state, issued, paper.sha256)


def _of_units(member: Membership, campaign: Campaign) -> Iterator[tuple[str, bytes, tuple[Any, ...]]]:
    """Self-inspection and rectification reports, of those units that have them."""
    reached = visible_participations(member).filter(campaign=campaign).order_by("unit__position", "id")
    delivered = visible_submissions(member).filter(assessment__participation__campaign=campaign)
    has_delivered = set(delivered.values_list("assessment__participation", flat=True))
    for participation in reached:
        wanted = [("自查报告", writing.self_inspection_report)] if participation.pk in has_delivered else []
        wanted += [("整改报告", writing.rectification_report)] if told_to(member, participation).exists() else []
        for kind, compose in wanted:
            document = compose(member, participation)
            row = (kind, "", document.title, participation.unit.name, "", document.dated, "")
            yield kind, gongwen.write(document), row
