"""A plan from a file: text in the encodings of this field, or Word."""

import zipfile
import zlib

from ducha.domain.errors import Invalid, sentence
from ducha.engines.plans.reading import Reading, read_text
from ducha.engines.plans.word import lines_of

MAX_BYTES = 20_000_000


class PlanRefused(Invalid):
    """A document that cannot be read as a plan; the sentence says why and what to do."""

    def __init__(self, fault: str) -> None:
        super().__init__([fault])


def read_file(name: str, content: bytes) -> Reading:
    """Read a plan from the bytes of a .txt or .docx file; PlanRefused says why a file is none."""
    return read_document(name, text_of(name, content))


def read_document(name: str, text: str) -> Reading:
    """Read a plan from a document's text; PlanRefused for a text that is none."""
    reading = read_text(text)
    if not any(node.number for node in reading.outline):
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
        raise PlanRefused(
            sentence("“%(name)s” is a PDF, which is not read yet. Save it as Word or text first.", name=name)
        )
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        text = "“%(name)s” is an old or password-protected Office file. Save it as docx without a password."
        raise PlanRefused(sentence(text, name=name))
    return _decoded(name, content)


def _decoded(name: str, content: bytes) -> str:
    marks = (b"\xff\xfe", b"\xfe\xff")
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
    from docx.opc.exceptions import OpcError

    try:
        return "\n".join(lines_of(content))
    except (OpcError, KeyError, ValueError, zipfile.BadZipFile, zlib.error, SyntaxError, EOFError) as error:
        text = "“%(name)s” is no Word document or is broken. Open it in Word, save it anew and try again."
        raise PlanRefused(sentence(text, name=name)) from error
