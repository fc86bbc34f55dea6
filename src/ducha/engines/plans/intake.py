"""A plan from a file: text, Word, PDF, a page saved from a site, or what can be converted."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from io import BytesIO
from typing import Any
from zipfile import is_zipfile

from ducha.domain.errors import Invalid, Sentence, sentence
from ducha.engines import foreign
from ducha.engines.plans.pages import archived_page, html_text
from ducha.engines.plans.reading import Reading, read_text
from ducha.engines.plans.signs import cleaned, has_words
from ducha.engines.plans.values import Warned

MAX_BYTES = 20_000_000
# What is read in a few seconds at worst: 5,000 points of 200 characters in wrapped lines.
MAX_CHARACTERS = 1_000_000
MAX_LINES = 20_000
# A page of a million characters in short runs has half of that.
MAX_TAGS = 1_000_000


class PlanRefused(Invalid):
    """A document that cannot be read as a plan; the sentences say why and what to do."""

    def __init__(self, *faults: str) -> None:
        super().__init__(faults)


@dataclass(frozen=True)
class Document:
    """The text of a document, one paragraph or source line per line, and what a person should look at in it."""

    text: str
    doubts: tuple[Warned, ...] = ()


def read_file(name: str, content: bytes) -> Reading:
    """Read a plan from the bytes of a file; PlanRefused says why a file is none."""
    return read_document(name, document_of(name, content))


def read_document(name: str, document: Document | str) -> Reading:
    """Read a plan from a document's text; PlanRefused for a text that is none."""
    document = Document(document) if isinstance(document, str) else document
    text = document.text
    if len(text) > MAX_CHARACTERS:
        fault = "“%(name)s” holds %(size)s characters; a plan has at most %(limit)s. Check that it is the right file."
        raise PlanRefused(sentence(fault, name=name, size=len(text), limit=MAX_CHARACTERS))
    text, doubts = cleaned(text)
    if (lines := sum(not line.isspace() for line in text.splitlines())) > MAX_LINES:
        fault = "“%(name)s” holds %(size)s lines; a plan has at most %(limit)s. Check that it is the right file."
        raise PlanRefused(sentence(fault, name=name, size=lines, limit=MAX_LINES))
    if not has_words(text):
        fault = "“%(name)s” holds no words, only blanks, numbers or signs. Check that it is the right file."
        raise PlanRefused(sentence(fault, name=name))
    reading = read_text(text)
    if not reading.points and not any(node.number for node in reading.outline):
        fault = "“%(name)s” does not look like a plan: no numbered heading was found. Check that it is the right file."
        raise PlanRefused(sentence(fault, name=name))
    return replace(reading, warnings=(*document.doubts, *doubts, *reading.warnings))


def text_of(name: str, content: bytes) -> str:
    """The text of a document, one paragraph or source line per line."""
    return document_of(name, content).text


def document_of(name: str, content: bytes) -> Document:
    """The text of a document and what is doubtful in it; PlanRefused says why a file is none."""
    if not content[:1_000].strip() and not content.strip():
        raise PlanRefused(sentence("“%(name)s” is empty. Choose the file of the plan.", name=name))
    if len(content) > MAX_BYTES:
        text = "“%(name)s” is larger than %(limit)s MB. Split it or make it smaller."
        raise PlanRefused(sentence(text, name=name, limit=MAX_BYTES // 1_000_000))
    kind = foreign.kind_of(content)
    if refused := foreign.refusal(kind, name):
        raise PlanRefused(refused, *_archive_faults(name, content))
    try:
        return _opened(name, content, kind)
    except Invalid as refusal:
        raise PlanRefused(*refusal.faults) from refusal


def _opened(name: str, content: bytes, kind: str) -> Document:
    if kind in foreign.CONVERTED:
        kind, content = "docx", foreign.converted(name, content, kind)
    if kind == "mht":
        return _page(name, archived_page(content, lambda page: foreign.decoded(name, page)))
    if kind == "text":
        text = foreign.decoded(name, content)
        return _page(name, text) if foreign.is_page(text) else Document(text)
    return {"docx": _word, "pdf": _pdf, "ofd": _ofd}[kind](name, content)


def is_plain(content: bytes) -> bool:
    """Whether the bytes are text to be read as it stands; all else is opened in a limited process alone."""
    head = content[:1_000].replace(b"\0", b"").lstrip(b"\xef\xbb\xbf\xfe\xff \t\r\n")
    return foreign.kind_of(content) == "text" and not head.startswith(b"<")


def packed(name: str, content: bytes) -> dict[str, Any]:
    """`document_of` as JSON, for the limited process that opens foreign formats."""
    document = document_of(name, content)
    return {"text": document.text, "doubts": [[list(each.lines), *_told(each.message)] for each in document.doubts]}


def unpacked(answer: dict[str, Any]) -> Document:
    """The document that `packed` gave."""
    doubts = (Warned((first, last), sentence(msgid, **params)) for (first, last), msgid, params in answer["doubts"])
    return Document(answer["text"], tuple(doubts))


def _told(message: str) -> tuple[str, dict[str, Any]]:
    return (message.msgid, message.params) if isinstance(message, Sentence) else (message.replace("%", "%%"), {})


def _archive_faults(name: str, content: bytes) -> Sequence[str]:
    """All that forbids opening an archive, as sentences."""
    if not content.startswith(foreign.ZIP):
        return []
    _kind, faults = foreign.inspect(BytesIO(content))
    return _of_file(name, faults)


def _of_file(name: str, faults: Sequence[str]) -> Sequence[str]:
    return [sentence("“%(name)s”: %(fault)s.", name=name, fault=fault) for fault in faults]


def _page(name: str, text: str) -> Document:
    if text.count("<") > MAX_TAGS:
        raise PlanRefused(*_of_file(name, [sentence("it grows too large when it is opened")]))
    return Document(html_text(text))


def _word(name: str, content: bytes) -> Document:
    from ducha.engines.plans.word import is_pictures, lines_of

    fault = "“%(name)s” is no Word document or is broken. Open it in Word, save it anew and try again."
    broken = sentence(fault, name=name)
    if not is_zipfile(BytesIO(content)):
        raise PlanRefused(broken)
    if faults := _archive_faults(name, content):
        raise PlanRefused(*faults)
    doubts: list[Warned] = []
    try:
        text = "\n".join(lines_of(content, doubts))
        is_scan = not has_words(text) and is_pictures(content)
    except Invalid as refusal:
        raise PlanRefused(*_of_file(name, refusal.faults)) from refusal
    except Exception as error:  # noqa: BLE001 - a damaged file makes its parser raise anything at all
        raise PlanRefused(broken) from error
    if is_scan:
        raise PlanRefused(_scan(name))
    return Document(text, tuple(doubts))


def _scan(name: str) -> str:
    fault = "“%(name)s” is a scan, pictures without text. Use the Word file, or recognise its text first."
    return sentence(fault, name=name)


def _pdf(name: str, content: bytes) -> Document:
    from ducha.engines.plans.pdf import pdf_text

    doubts: list[Warned] = []
    text = pdf_text(name, content, doubts)
    if text is None:
        raise PlanRefused(_scan(name))
    return Document(text, tuple(doubts))


def _ofd(name: str, content: bytes) -> Document:
    from ducha.engines.plans.ofd import ofd_text

    if faults := _archive_faults(name, content):
        raise PlanRefused(*faults)
    doubts: list[Warned] = []
    try:
        text = ofd_text(name, content, doubts)
    except Invalid as refusal:
        raise PlanRefused(*refusal.faults) from refusal
    except Exception as error:  # noqa: BLE001 - a damaged file makes its parser raise anything at all
        fault = "“%(name)s” is a broken OFD file. Open it in an OFD reader, save it as PDF and choose that."
        raise PlanRefused(sentence(fault, name=name)) from error
    if text is None:
        raise PlanRefused(_scan(name))
    return Document(text, tuple(doubts))
