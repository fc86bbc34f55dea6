"""The document in a page of HTML as saved from a site: without menus, scripts, and the words around it."""

import re
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.errors import MessageError
from typing import Any

from ducha.engines.word import shown

_BLOCKS = {"p", "div", "br", "tr", "li", "h1", "h2", "h3", "h4", "h5", "h6", "table", "section", "article", "title"}
_BLOCKS |= {"ul", "ol", "dl", "dt", "dd", "pre", "blockquote", "hr", "center", "form", "caption", "main", "body"}
_SILENT = {"script", "style", "nav", "noscript", "template", "select", "button", "head", "header", "footer", "iframe"}
_SILENT |= {"textarea", "aside", "svg", "object", "input", "menu", "rt", "rp", "area"}
_CELLS = ("td", "th")
_STOPS = re.compile("[，。；、：]")
_BLANKS = re.compile(r"[ \t\r\n\f]+")
# A line end in the source between two wide signs is none of the text.
_WRAPPED = re.compile(r"(?<=[\u2e80-\uffef])[ \t\r\f]*\n[ \t\r\n\f]*(?=[\u2e80-\uffef])")
_UNSEEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_DECLARATION = re.compile(r"^\s*<\?xml[^>]*\?>")
# What a site puts around a document: to print it, to share it, to make it larger, the next one.
_TOOL = "打印|关闭|分享|收藏|返回|字体|字号|纠错|保存|下载"
_SMALL = "本页|此页|文章|窗口|页面|顶部|首页|列表|微信|微博|新浪|QQ空间|朋友圈|特大|大|中|小|默认|我要|扫一扫|到|至|A"
# Possessive: a line made of these words is looked at once.
_TOOLS = re.compile(rf"(?:{_TOOL}|{_SMALL}|[\s\u3000【】\[\]（）()|/·:：>《》+-])++")
_HAS_TOOL = re.compile(_TOOL)
_NEXT = re.compile(
    r"[【\[]?(?:[上下]一[篇条页]|扫一扫在手机|当前位置|您?现在的位置|浏览次数|点击[次率数]|责任编辑)[^。]*"
)
_FORMS = {"a": "lowerLetter", "A": "upperLetter", "i": "lowerRoman", "I": "upperRoman"}
_STYLES = {"cjk-ideographic": "chineseCounting", "trad-chinese-informal": "chineseCounting"}
_STYLES |= {"simp-chinese-informal": "chineseCounting", "lower-alpha": "lowerLetter", "upper-alpha": "upperLetter"}
_STYLES |= {"lower-roman": "lowerRoman", "upper-roman": "upperRoman", "none": "none"}
# A cell that holds more than this share of a table and so many signs is a part of the page, not of a table.
_PAGE_SHARE = 0.6
_PAGE_SIGNS = 1_500
_MOST_HEADERS = 100_000


def html_text(text: str) -> str:
    """The document in a page: its heading, and the part that holds most of its sentences, without menus and scripts."""
    from lxml import etree, html

    text = _DECLARATION.sub("", text)
    if not text.strip():
        return ""
    try:
        root = html.document_fromstring(text)
    except (etree.ParserError, etree.XMLSyntaxError, ValueError):
        return ""
    heading = next((found for path in ("//h1", "//title") if (found := _heading(root, path))), "")
    for silent in [*root.iter(*_SILENT), *(each for each in root.xpath("//*[@style or @hidden]") if _is_unseen(each))]:
        if silent.getparent() is not None:
            silent.drop_tree()
    lines = [line for line in _lines(_body(root)) if not _is_tool(line)]
    if heading and heading not in "".join("".join(lines[:6]).split()):
        lines.insert(0, heading)
    return "\n".join(lines)


def archived_page(content: bytes, decoded: Callable[[bytes], str]) -> str:
    """The page in a web archive (mht): its first part in HTML, decoded by `decoded`; empty where it holds none."""
    if len(content.partition(b"\n\n")[0]) > _MOST_HEADERS and len(content.partition(b"\r\n\r\n")[0]) > _MOST_HEADERS:
        return ""
    try:
        message = message_from_bytes(content, policy=policy.compat32)
        parts = [part for part in message.walk() if part.get_content_type() in ("text/html", "application/xhtml+xml")]
        page = parts[0].get_payload(decode=True) if parts else b""
    except (MessageError, ValueError, LookupError, AttributeError, TypeError, RecursionError):
        return ""
    return decoded(page) if isinstance(page, bytes) and page.strip() else ""


def _is_tool(line: str) -> bool:
    return bool(_NEXT.fullmatch(line) or (_TOOLS.fullmatch(line) and _HAS_TOOL.search(line)))


def _is_unseen(element: Any) -> bool:
    if not isinstance(element.tag, str) or element.tag in ("html", "body"):
        return False
    return element.get("hidden") is not None or bool(_UNSEEN.search(element.get("style") or ""))


def _heading(root: Any, path: str) -> str:
    found = root.xpath(path)
    # A site adds its own name to the title, behind a dash or a bar.
    return re.split(r"[-_|—]", "".join(found[0].text_content().split()))[0] if found else ""


def _body(root: Any) -> Any:
    """The innermost part that still holds nearly all sentences."""
    here = root
    whole = _stops(root)
    while whole:
        parts = (child for child in here if isinstance(child.tag, str) and child.tag not in ("p", "pre", "br"))
        inner = next((child for child in parts if _stops(child) >= 0.8 * whole), None)
        if inner is None:
            return here
        here = inner
    return here


def _stops(element: Any) -> int:
    return len(_STOPS.findall(element.text_content()))


def _lines(element: Any) -> list[str]:
    """The text with a line for each block; a row's cells on one line, parted by tabs."""
    text = "".join(_flat(element))
    return [shown for line in text.split("\n") if (shown := _BLANKS.sub(_blank, line.replace("\xa0", " ")).strip())]


def _blank(blanks: re.Match[str]) -> str:
    return "\t" if "\t" in blanks[0] else " "


def _flat(element: Any) -> Iterator[str]:
    """The pieces of an element in order; a blank is " ", the end of a block a line end, the end of a cell a tab."""
    from lxml import etree

    tables: dict[Any, bool] = {}
    counts: dict[Any, int] = {}
    cell = None
    for event, node in etree.iterwalk(element, events=("start", "end", "comment", "pi")):
        if event == "start":
            if cell is None and node.tag in _CELLS and _is_in_table(node, tables):
                cell = node
            elif node.tag in _BLOCKS or node.tag in _CELLS:
                yield "\n" if cell is None else " "
            yield (_mark(node, counts) if node.tag == "li" else "") + _plain(node, node.text)
            continue
        if node is cell:
            cell = None
            yield "\t"
        elif node.tag in _BLOCKS or node.tag in _CELLS:
            yield "\n" if cell is None else " "
        if node is not element:
            yield _plain(node.getparent(), node.tail)


def _is_in_table(cell: Any, known: dict[Any, bool]) -> bool:
    """Whether a cell is one of a table, not of the frame of a page, which older sites build of tables too."""
    table = next(cell.iterancestors("table"), None)
    if table is None:
        return False
    if table not in known:
        rows = [list(row.iterchildren(*_CELLS)) for row in table.iter("tr")]
        longest = max((len(each.text_content()) for row in rows for each in row), default=0)
        is_frame = longest > _PAGE_SIGNS and longest > _PAGE_SHARE * len(table.text_content())
        known[table] = len(rows) > 1 and any(len(row) > 1 for row in rows) and not is_frame
    return known[table]


def _plain(inside: Any, text: str | None) -> str:
    if not text:
        return ""
    if inside is not None and inside.tag == "pre":
        return text
    return _BLANKS.sub(" ", _WRAPPED.sub("", text))


def _mark(entry: Any, counts: dict[Any, int]) -> str:
    """The number that a browser shows before an entry of an ordered list, counted on."""
    parent = entry.getparent()
    if parent is None or parent.tag != "ol":
        return ""
    number = _number(entry.get("value"), counts.get(parent, _number(parent.get("start"), 1) - 1) + 1)
    counts[parent] = number
    style = re.search(r"list-style(?:-type)?\s*:\s*([\w-]+)", f"{parent.get('style')};{entry.get('style')}")
    form = _STYLES.get(style[1], "decimal") if style else _FORMS.get(parent.get("type") or "", "decimal")
    if form == "none":
        return ""
    return shown(number, form) + ("、" if form == "chineseCounting" else ".")


def _number(text: str | None, otherwise: int) -> int:
    return int(text) if text and text.strip().isascii() and text.strip().isdigit() and len(text) < 6 else otherwise
