"""What bytes are by their first signs and their parts, whatever the file is called."""

import re
import zipfile
import zlib
from io import BytesIO

from ducha.domain.errors import sentence
from ducha.engines.foreign import ole

_MAGIC = (
    (b"%PDF-", "pdf"),
    (b"\xff\xd8\xff", "picture"),
    (b"\x89PNG\r\n\x1a\n", "picture"),
    (b"GIF8", "picture"),
    (b"II*\0", "picture"),
    (b"MM\0*", "picture"),
    (b"{\\rtf", "rtf"),
    (b"Rar!\x1a\x07", "archive"),
    (b"7z\xbc\xaf\x27\x1c", "archive"),
    (b"\x1f\x8b\x08", "archive"),
    (b"\x7fELF", "program"),
    (b"\xca\xfe\xba\xbe", "program"),
)
# A text may begin with "PK" or "MZ" too.
ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_PARTS = (
    ("OFD.xml", "ofd"),
    ("word/", "docx"),
    ("xl/", "xlsx"),
    ("ppt/", "pptx"),
    ("content.xml", "opendocument"),
    ("META-INF/MANIFEST.MF", "program"),
)
_STREAMS = (("WordDocument", "doc"), ("Workbook", "xlsx"), ("Book", "xlsx"), ("PowerPoint Document", "pptx"))
_MACROS = {"Macros", "_VBA_PROJECT", "_VBA_PROJECT_CUR"}
_PAGE = re.compile(
    r"(?>\s*<!--.*?-->)*+\s*+<(?:!doctype\s+html|html|\?xml|head|body|div|meta|table|p)\b", re.IGNORECASE | re.DOTALL
)
_ARCHIVED_PAGE = re.compile(rb"\s*(?:[\w-]+:[^\n]*\n(?:[ \t][^\n]*\n)*){0,30}?MIME-Version:", re.IGNORECASE)


def kind_of(content: bytes) -> str:
    """docx, doc, pdf, rtf, ofd, mht; or what no plan is, a key of `refusal`; "text" for all else."""
    for magic, kind in _MAGIC:
        if content.startswith(magic):
            return kind
    if content.startswith(ZIP):
        return _in_archive(content)
    if content.startswith(b"MZ") and b"\0" in content[:500]:
        return "program"
    if content.startswith(ole.MAGIC[:4]):
        return _in_container(content)
    return "mht" if _ARCHIVED_PAGE.match(content[:5_000]) else "text"


def refusal(kind: str, name: str) -> str | None:
    """The sentence for a kind that no plan is; None for the others."""
    told = {
        "xlsx": sentence(
            "“%(name)s” is an Excel workbook. Save the plan as a Word document (docx) and choose that.", name=name
        ),
        "pptx": sentence(
            "“%(name)s” is a presentation. Save the plan as a Word document (docx) and choose that.", name=name
        ),
        "opendocument": sentence(
            "“%(name)s” is an OpenDocument file. Save it as a Word document (docx) and choose that.", name=name
        ),
        "picture": sentence(
            "“%(name)s” is a picture without text. Use the Word file, or recognise its text first.", name=name
        ),
        "archive": sentence(
            "“%(name)s” is an archive of files. Unpack it and choose the plan that is in it.", name=name
        ),
        "program": sentence("“%(name)s” is a program, not a document. Choose the file of the plan.", name=name),
        "protected": sentence(
            "“%(name)s” is protected by a password. Open it, take the password away, save it and choose that.",
            name=name,
        ),
        "macros": sentence("“%(name)s” contains macros. Save it as docx without them and choose that.", name=name),
        "ole": sentence(
            "“%(name)s” is an old or password-protected Office file. Save it as docx without a password.", name=name
        ),
    }
    return told.get(kind)


def is_page(text: str) -> bool:
    """Whether a text is a page of HTML."""
    return bool(_PAGE.match(text[:20_000]))


def _in_archive(content: bytes) -> str:
    try:
        names = zipfile.ZipFile(BytesIO(content)).namelist()
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError, ValueError):
        # A broken one that names a part of a Word file is told as such.
        return "docx" if b"word/" in content[:100_000] or len(content) < 100 else "archive"
    for part, kind in _PARTS:
        if any(name == part or (part.endswith("/") and name.startswith(part)) for name in names):
            return kind
    return "archive"


def _in_container(content: bytes) -> str:
    held = ole.container(content)
    if held.is_encrypted:
        return "protected"
    if _MACROS & held.names:
        return "macros"
    return next((kind for stream, kind in _STREAMS if stream in held.names), "ole")
