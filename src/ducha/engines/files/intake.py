"""One file from outside: streamed, counted, digested, its type taken from its content, its archive walked."""

import hashlib
import os
import tempfile
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import BinaryIO

from ducha.domain.errors import Invalid, sentence
from ducha.domain.merkle import digest_of
from ducha.engines import foreign

CHUNK = 1 << 20


class Purpose(StrEnum):
    """What a file is taken in for; each has its own limits."""

    PLAN = "plan"
    EVIDENCE = "evidence"
    TABLE = "table"
    CATALOGUE = "catalogue"
    LEDGER = "ledger"


# Real bytes, and the types that are allowed, by purpose.
LIMITS: dict[Purpose, tuple[int, frozenset[str]]] = {
    Purpose.PLAN: (20_000_000, frozenset({"docx", "txt", "pdf", "html", "mht", "doc", "wps", "rtf", "ofd"})),
    Purpose.EVIDENCE: (50_000_000, frozenset({"docx", "xlsx", "csv", "txt", "pdf", "jpg", "png"})),
    Purpose.TABLE: (10_000_000, frozenset({"xlsx"})),
    Purpose.CATALOGUE: (20_000_000, frozenset({"xlsx", "yaml"})),
    Purpose.LEDGER: (200_000_000, frozenset({"xlsx", "xls", "csv", "txt", "parquet"})),
}
_OFFICE = "application/vnd.openxmlformats-officedocument."
MEDIA_TYPES = {
    "docx": _OFFICE + "wordprocessingml.document",
    "xlsx": _OFFICE + "spreadsheetml.sheet",
    "xls": "application/vnd.ms-excel",
    "parquet": "application/vnd.apache.parquet",
    "csv": "text/csv",
    "txt": "text/plain",
    "pdf": "application/pdf",
    "html": "text/html",
    "mht": "message/rfc822",
    "doc": "application/msword",
    "wps": "application/vnd.ms-works",
    "rtf": "application/rtf",
    "ofd": "application/ofd",
    "yaml": "application/yaml",
    "jpg": "image/jpeg",
    "png": "image/png",
}
_OLE = b"\xd0\xcf\x11\xe0"
_MAGIC = ((b"%PDF-", "pdf"), (b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))
_OTHER_NAMES = {"jpeg": "jpg", "htm": "html", "mhtml": "mht", "yml": "yaml"}
# Names that a content may bear besides its own.
_ALSO = {"txt": ("csv", "html", "yaml"), "doc": ("wps",)}


class FileRefused(Invalid):
    """A file that is not taken in; `faults` says everything that is wrong with it."""


@dataclass(frozen=True)
class AcceptedFile:
    """A file that passed: `path` is temporary until `keep` gives it its place; `size` in bytes, digests hexadecimal."""

    name: str
    suffix: str
    media_type: str
    size: int
    sha256: str
    sm3: str
    path: Path


def clean_name(name: str) -> str:
    """A file's name as data: NFC, without folders, control characters and direction marks, ≤ 120 characters."""
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    shown = "".join(c for c in last if unicodedata.category(c) not in ("Cc", "Cf", "Cs", "Co"))
    stem, dot, suffix = shown.strip(" .").rpartition(".")
    cleaned = f"{(stem if dot else suffix)[:110]}{dot}{suffix[:9] if dot else ''}"
    return cleaned or "unnamed"


def accept(stream: BinaryIO, name: str, *, purpose: Purpose, into: Path) -> AcceptedFile:
    """Take a file in, or refuse it with all its faults (FileRefused). The bytes are on disk when this returns."""
    shown = clean_name(name)
    limit, _allowed = LIMITS[purpose]
    path, size, sha256, sm3 = _stream(stream, into, shown, limit)
    try:
        suffix = _suffix(shown, path, purpose, size)
    except FileRefused:
        path.unlink(missing_ok=True)
        raise
    return AcceptedFile(shown, suffix, MEDIA_TYPES[suffix], size, sha256, sm3, path)


def _stream(stream: BinaryIO, into: Path, shown: str, limit: int) -> tuple[Path, int, str, str]:
    into.mkdir(parents=True, exist_ok=True)
    sha256, sm3, size = hashlib.sha256(), _sm3(), 0
    handle, temporary = tempfile.mkstemp(dir=into, prefix="incoming-")
    path = Path(temporary)
    with os.fdopen(handle, "wb") as target:
        while chunk := stream.read(CHUNK):
            size += len(chunk)
            if size > limit:
                path.unlink()
                raise FileRefused(
                    [
                        sentence(
                            "“%(name)s” is larger than %(limit)s MB. Split it or make it smaller.",
                            name=shown,
                            limit=limit // 1_000_000,
                        )
                    ]
                )
            sha256.update(chunk)
            sm3.update(chunk)
            target.write(chunk)
        target.flush()
        os.fsync(target.fileno())
    return path, size, sha256.hexdigest(), sm3.hexdigest()


def _sm3() -> "hashlib._Hash":
    digest_of(b"", "sm3")
    return hashlib.new("sm3")


def _suffix(shown: str, path: Path, purpose: Purpose, size: int) -> str:
    """The type that name and content agree on."""
    allowed = LIMITS[purpose][1]
    named = shown.rpartition(".")[2].lower()
    named = _OTHER_NAMES.get(named, named)
    wanted = ", ".join(sorted(allowed))
    if size == 0:
        raise FileRefused([sentence("“%(name)s” is empty. Choose the file again.", name=shown)])
    if named not in allowed:
        text = "“%(name)s” is of a type that is not taken here. Save it as one of: %(wanted)s."
        raise FileRefused([sentence(text, name=shown, wanted=wanted)])
    if purpose is Purpose.LEDGER and _is_rough_ledger(named, path):
        return named
    found, faults = _content(path)
    told = [sentence("“%(name)s”: %(fault)s.", name=shown, fault=fault) for fault in faults]
    if purpose is Purpose.PLAN:
        found = _kind_of_plan(shown, path.read_bytes(), told) or found
    if found != named and named not in _ALSO.get(found, ()):
        raise FileRefused([_misnamed(shown, named, found), *told])
    if told:
        raise FileRefused(told)
    return named


def _is_rough_ledger(named: str, path: Path) -> bool:
    """Text, be some rows garbled, or an old workbook: the intake of ledgers gives faulty rows back with a reason."""
    with path.open("rb") as source:
        head = source.read(16)
    if named in ("xls", "parquet"):
        return head.startswith(_OLE if named == "xls" else b"PAR1")
    is_something_else = head.startswith(foreign.ZIP) or head.startswith((_OLE, *(magic for magic, _suffix in _MAGIC)))
    return named in ("csv", "txt") and not is_something_else


def _kind_of_plan(shown: str, content: bytes, faults: Sequence[str]) -> str:
    """ "txt" for text; says what a file is that no plan can be, and in which lines a text is none."""
    kind = foreign.kind_of(content)
    if refused := foreign.refusal(kind, shown):
        raise FileRefused([refused, *faults])
    if kind == "text":
        try:
            foreign.decoded(shown, content)
        except foreign.NotText as error:
            raise FileRefused(error.faults) from error
        return "txt"
    return ""


def _misnamed(shown: str, named: str, found: str) -> str:
    if not found:
        text = "“%(name)s” holds something else than its name says. Save it again as %(named)s."
        return sentence(text, name=shown, named=named)
    text = "“%(name)s” is really a %(found)s file. Save it again as %(named)s, or give it its right name."
    return sentence(text, name=shown, found=found, named=named)


def _content(path: Path) -> tuple[str, list[str]]:
    """What the bytes are, and what is wrong with them."""
    with path.open("rb") as source:
        head = source.read(16)
    for magic, suffix in _MAGIC:
        if head.startswith(magic):
            return suffix, []
    if head.startswith(foreign.ZIP):
        return foreign.inspect(path)
    content = path.read_bytes()
    kind = foreign.kind_of(content)
    if kind in ("protected", "ole") or (kind != "doc" and head.startswith(_OLE)):
        return "", [sentence("it is an old or password-protected Office file: save it as docx without a password")]
    if kind in ("doc", "rtf", "mht"):
        return kind, []
    return ("txt", []) if kind == "text" and _is_text(content) else ("", [])


def _is_text(content: bytes) -> bool:
    """Whether the bytes are text in an encoding of this field, without signs that steer machines."""
    try:
        text = foreign.decoded("", content)
    except foreign.NotText:
        return False
    return not any(unicodedata.category(c) == "Cc" and c not in "\t\n\r\f\v" for c in set(text))
