"""The text of documents that come in pages: PDF with text, and HTML as saved from a site."""

import re
from collections import Counter
from typing import Any

_PAGE_NUMBER = re.compile(r"[-—–\s]*(第\s*)?\d{1,4}(\s*页)?(\s*[,，/]?\s*共?\s*\d{1,4}\s*页?)?[-—–\s]*")
# Heads and feet stand within this many lines of a page's edge, and on at least this share of the pages.
_EDGE = 2
_SHARE = 0.6
_FEWEST_PAGES = 3
_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article", "title"}
_SILENT = {"script", "style", "nav", "noscript", "template", "select", "button", "head", "header", "footer", "form"}
_STOPS = "，。；、："


def pdf_text(content: bytes) -> str | None:
    """The lines of a PDF without page numbers and running heads; None where no page has text (a scan)."""
    from pypdfium2 import PdfDocument

    document = PdfDocument(content)
    pages = [_lines(page.get_textpage().get_text_bounded()) for page in document]
    if not any(pages):
        return None
    running = _running(pages)
    return "\n".join(line for page in pages for line in _without_edges(page, running))


def _lines(text: str) -> list[str]:
    # A hyphen that PDF put at a line's end is U+FFFE here; no Chinese document means one.
    return [line.strip() for line in text.replace("\ufffe", "").splitlines() if line.strip()]


def _shape(line: str) -> str:
    return re.sub(r"\d+", "0", line)


def _running(pages: list[list[str]]) -> set[str]:
    """What stands at the edges of most pages, whatever number is in it."""
    if len(pages) < _FEWEST_PAGES:
        return set()
    seen = Counter(shape for page in pages for shape in {_shape(line) for line in page[:_EDGE] + page[-_EDGE:]})
    return {shape for shape, times in seen.items() if times >= _SHARE * len(pages)}


def _without_edges(page: list[str], running: set[str]) -> list[str]:
    last = len(page) - _EDGE
    return [
        line
        for place, line in enumerate(page)
        if not ((place < _EDGE or place >= last) and (_shape(line) in running or _PAGE_NUMBER.fullmatch(line)))
    ]


def html_text(text: str) -> str:
    """The document in a page: its heading, and the part that holds most of its sentences, without menus and scripts."""
    from lxml import html

    root = html.document_fromstring(text)
    heading = next((found for path in ("//h1", "//title") if (found := _heading(root, path))), "")
    for silent in list(root.iter(*_SILENT)):
        silent.drop_tree()
    lines = _lines(_flat(_body(root)))
    if heading and heading not in "".join(lines[:4]):
        lines.insert(0, heading)
    return "\n".join(lines)


def _heading(root: Any, path: str) -> str:
    found = root.xpath(path)
    # A site adds its own name to the title, behind a dash or a bar.
    return re.split(r"[-_|—]", "".join(found[0].text_content().split()))[0] if found else ""


def _body(root: Any) -> Any:
    """The innermost part that still holds nearly all sentences."""
    here = root
    whole = _stops(root)
    while True:
        inner = next((child for child in here if isinstance(child.tag, str) and _stops(child) >= 0.8 * whole), None)
        if inner is None or not whole:
            return here
        here = inner


def _stops(element: Any) -> int:
    return sum(element.text_content().count(stop) for stop in _STOPS)


def _flat(element: Any) -> str:
    """The text with a line for each block; a row's cells on one line."""
    parts: list[str] = []

    def walk(node: Any) -> None:
        block = node.tag in _BLOCKS
        parts.append("\n" if block else "")
        parts.append(" ".join((node.text or "").split()))
        for child in node:
            if isinstance(child.tag, str):
                walk(child)
            parts.append(" ".join((child.tail or "").split()))
        parts.append("\n" if block else "\t" if node.tag in ("td", "th") else "")

    walk(element)
    return "".join(parts)
