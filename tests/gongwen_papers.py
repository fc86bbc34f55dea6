"""Papers for the tests of official documents, and what can be measured on a printed one."""

import ctypes
import shutil
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import pypdfium2
import pytest
from pypdfium2 import raw

from ducha.engines import foreign, gongwen

printer = pytest.mark.skipif(
    not (shutil.which("soffice") or shutil.which("libreoffice")),
    reason="no converter here: apt-get install libreoffice-writer-nogui",
)
SENTENCE = "督察组通过听取汇报、查阅资料、个别谈话、实地走访等方式开展督察。"
LEDGER = gongwen.Table(
    (gongwen.Column("序号", 1, "center"), gongwen.Column("问题", 6), gongwen.Column("责任单位", 3)),
    tuple((str(at), SENTENCE, "市司法局") for at in range(1, 41)),
)
NOTICE = gongwen.Document(
    title="关于开展2026年度法治政府建设督察工作的通知",
    mark="平顶山市司法局文件",
    number="平司〔2026〕12号",
    recipients=("各县（市、区）司法局", "市直各单位"),
    blocks=(
        gongwen.paragraph("根据《法治政府建设与责任落实督察工作规定》，现就有关事项通知如下。"),
        gongwen.Heading(1, "总体要求"),
        gongwen.paragraph(SENTENCE * 3),
        gongwen.Heading(2, "督察对象"),
        gongwen.paragraph(SENTENCE),
        gongwen.Heading(3, "市直部门"),
        gongwen.paragraph(SENTENCE),
        gongwen.Heading(4, "重点部门"),
        gongwen.paragraph(SENTENCE),
        gongwen.Heading(1, "工作要求"),
        gongwen.paragraph("各单位要高度重视。", level=2),
        gongwen.paragraph("特此通知。"),
    ),
    annexes=(
        gongwen.Annex("督察要点", (gongwen.Heading(1, "制度建设"), gongwen.paragraph(SENTENCE))),
        gongwen.Annex("问题清单", (LEDGER,), lies_across=True),
    ),
    signed_by=("平顶山市司法局",),
    dated=date(2026, 3, 5),
    imprint=gongwen.Imprint(("市委办公室", "市政府办公室"), "平顶山市司法局办公室", date(2026, 3, 6)),
)


def paper(**changes: Any) -> gongwen.Document:
    """The notice with some parts changed."""
    return replace(NOTICE, **changes)


@dataclass(frozen=True)
class Sign:
    """A sign on a page; lengths in points from the left edge of the page and from its top."""

    sign: str
    left: float
    right: float
    baseline: float


@dataclass(frozen=True)
class Page:
    """A printed page: its lines of signs from top to bottom, and the rules on it as (left, top, right, bottom)."""

    lines: tuple[tuple[Sign, ...], ...]
    rules: tuple[tuple[float, float, float, float], ...]
    height: float

    @property
    def texts(self) -> list[str]:
        """The words of each line."""
        return ["".join(each.sign for each in line) for line in self.lines]

    def line(self, words: str) -> tuple[Sign, ...]:
        """The first line that has these words."""
        return next(line for line, text in zip(self.lines, self.texts, strict=True) if words in text)


def pages(document: gongwen.Document) -> list[Page]:
    """The document as LibreOffice prints it."""
    pdf = foreign.printed(gongwen.write(document, pages=gongwen.pages_of(document)))
    assert pdf is not None
    return [_page(page) for page in pypdfium2.PdfDocument(pdf)]


def _page(page: Any) -> Page:
    rows: dict[int, list[Sign]] = {}
    for sign in _signs(page):
        rows.setdefault(round(sign.baseline), []).append(sign)
    lines = tuple(tuple(sorted(rows[at], key=lambda sign: sign.left)) for at in sorted(rows))
    bounds = [each.get_bounds() for each in page.get_objects() if each.type == raw.FPDF_PAGEOBJ_PATH]
    high = page.get_height()
    rules = sorted(
        {(left, high - top, right, high - bottom) for left, bottom, right, top in bounds}, key=lambda r: r[1]
    )
    return Page(lines, tuple(rules), high)


def _signs(page: Any) -> Iterator[Sign]:
    words, high = page.get_textpage(), page.get_height()
    x, y = ctypes.c_double(), ctypes.c_double()
    for at in range(words.count_chars()):
        sign = chr(raw.FPDFText_GetUnicode(words.raw, at))
        if sign.isspace() or not sign.isprintable():
            continue
        raw.FPDFText_GetCharOrigin(words.raw, at, x, y)
        left, _bottom, right, _top = words.get_charbox(at, loose=True)
        yield Sign(sign, left, right, high - y.value)
