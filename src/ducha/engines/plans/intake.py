"""A plan from a file: text in the encodings of this field, or Word."""

import re

from ducha.domain.errors import Invalid, sentence
from ducha.engines.plans.pages import html_text, pdf_text
from ducha.engines.plans.reading import Reading, read_text
from ducha.engines.plans.word import lines_of

MAX_BYTES = 20_000_000
# What is read in a few seconds at worst: 5,000 points of 200 characters in wrapped lines.
MAX_CHARACTERS = 1_000_000
MAX_LINES = 30_000
_PAGE = re.compile(r"\s*<(?:!doctype html|html|\?xml|head|body|div|meta)\b", re.IGNORECASE)


class PlanRefused(Invalid):
    """A document that cannot be read as a plan; the sentence says why and what to do."""

    def __init__(self, fault: str) -> None:
        super().__init__([fault])


def read_file(name: str, content: bytes) -> Reading:
    """Read a plan from the bytes of a .txt, .docx, .pdf or .html file; PlanRefused says why a file is none."""
    return read_document(name, text_of(name, content))


def read_document(name: str, text: str) -> Reading:
    """Read a plan from a document's text; PlanRefused for a text that is none."""
    if len(text) > MAX_CHARACTERS:
        fault = "“%(name)s” holds %(size)s characters; a plan has at most %(limit)s. Check that it is the right file."
        raise PlanRefused(sentence(fault, name=name, size=len(text), limit=MAX_CHARACTERS))
    if (lines := sum(not line.isspace() for line in text.splitlines())) > MAX_LINES:
        fault = "“%(name)s” holds %(size)s lines; a plan has at most %(limit)s. Check that it is the right file."
        raise PlanRefused(sentence(fault, name=name, size=lines, limit=MAX_LINES))
    reading = read_text(text)
    if not reading.points and not any(node.number for node in reading.outline):
        fault = "“%(name)s” does not look like a plan: no numbered heading was found. Check that it is the right file."
        raise PlanRefused(sentence(fault, name=name))
    return reading


def text_of(name: str, content: bytes) -> str:
    """The text of a document, one paragraph or source line per line."""
    if not content.strip():
        raise PlanRefused(sentence("“%(name)s” is empty. Choose the file of the plan.", name=name))
    if len(content) > MAX_BYTES:
        sizes = {"size": len(content) // 1_000_000, "limit": MAX_BYTES // 1_000_000}
        raise PlanRefused(sentence("“%(name)s” has %(size)s MB; a plan has at most %(limit)s MB.", name=name, **sizes))
    if content.startswith(b"PK"):
        return _word(name, content)
    if content.startswith(b"%PDF"):
        return _pdf(name, content)
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        text = "“%(name)s” is an old or password-protected Office file. Save it as docx without a password."
        raise PlanRefused(sentence(text, name=name))
    text = _decoded(name, content)
    return html_text(text) if _PAGE.match(text) else text


def is_plain(content: bytes) -> bool:
    """Whether the bytes are text to be read as it stands; all else is opened in a limited process alone."""
    return not content.lstrip()[:1] == b"<" and not content.startswith((b"PK", b"%PDF", b"\xd0\xcf\x11\xe0"))


def _pdf(name: str, content: bytes) -> str:
    from pypdfium2 import PdfiumError

    try:
        text = pdf_text(content)
    except PdfiumError as error:
        fault = "“%(name)s” is a broken or password-protected PDF. Save it anew without a password."
        raise PlanRefused(sentence(fault, name=name)) from error
    if text is None:
        fault = "“%(name)s” is a scan, pictures without text. Use the Word file, or recognise its text first."
        raise PlanRefused(sentence(fault, name=name))
    return text


def _decoded(name: str, content: bytes) -> str:
    marks = (b"\xff\xfe", b"\xfe\xff")
    # GB18030 holds all of GB2312 and GBK, by whichever name a page calls it.
    for encoding in ("utf-16",) if content[:2] in marks else ("utf-8-sig", "gb18030"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    text = "“%(name)s” is no text. Save the plan as docx, or as text in UTF-8 or GB18030."
    raise PlanRefused(sentence(text, name=name))


def _word(name: str, content: bytes) -> str:
    try:
        return "\n".join(lines_of(content))
    except Exception as error:  # noqa: BLE001 - a damaged file makes its parser raise anything at all
        text = "“%(name)s” is no Word document or is broken. Open it in Word, save it anew and try again."
        raise PlanRefused(sentence(text, name=name)) from error
