"""A plan from a file: text in the encodings of this field, or Word."""

import zipfile
import zlib
from io import BytesIO

from ducha.domain.errors import Invalid
from ducha.engines.plans.reading import Reading, read_text

MAX_BYTES = 20_000_000


class PlanRefused(Invalid):
    """A document that cannot be read as a plan; the sentence says why and what to do."""

    def __init__(self, sentence: str) -> None:
        super().__init__([sentence])


def read_file(name: str, content: bytes) -> Reading:
    """Read a plan from the bytes of a .txt or .docx file; PlanRefused says why a file is none."""
    reading = read_text(text_of(name, content))
    if not any(node.number for node in reading.outline):
        raise PlanRefused(
            f"“{name}” does not look like a plan: no numbered heading (一、 （一） 1.) was found. "
            "Check that it is the right file."
        )
    return reading


def text_of(name: str, content: bytes) -> str:
    """The text of a document, one paragraph or source line per line."""
    if not content.strip():
        raise PlanRefused(f"“{name}” is empty. Choose the file of the plan.")
    if len(content) > MAX_BYTES:
        raise PlanRefused(
            f"“{name}” has {len(content) // 1_000_000} MB; a plan has at most {MAX_BYTES // 1_000_000} MB."
        )
    if content.startswith(b"PK"):
        return _word(name, content)
    if content.startswith(b"%PDF"):
        raise PlanRefused(f"“{name}” is a PDF. Save it as Word or text first; PDF is not read yet.")
    if content.startswith(b"\xd0\xcf\x11\xe0"):
        raise PlanRefused(f"“{name}” is an old or password-protected Office file. Save it as docx without a password.")
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
    raise PlanRefused(f"“{name}” is no text. Save the plan as docx, or as text in UTF-8 or GB18030.")


def _word(name: str, content: bytes) -> str:
    from docx import Document
    from docx.opc.exceptions import OpcError
    from docx.table import Table

    try:
        document = Document(BytesIO(content))
        lines = []
        for block in document.iter_inner_content():
            if isinstance(block, Table):
                lines += [" ".join(cell.text.strip() for cell in row.cells) for row in block.rows]
            else:
                lines.append(block.text)
    except (OpcError, KeyError, ValueError, zipfile.BadZipFile, zlib.error, SyntaxError, EOFError) as error:
        raise PlanRefused(
            f"“{name}” is no Word document or is broken. Open it in Word, save it anew and try again."
        ) from error
    return "\n".join(lines)
