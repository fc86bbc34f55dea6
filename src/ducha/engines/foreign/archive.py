"""Office files are archives: walked and really inflated before anything opens them."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import IO

from ducha.domain.errors import sentence

MAX_MEMBERS = 2_000
MAX_INFLATED = 300_000_000
MAX_RATIO = 100
# A list of parts or relations longer than this is no document's.
_MAX_KEPT = 5_000_000
_EXTERNAL = re.compile(rb"""<Relationship\b(?=[^>]*TargetMode\s*=\s*["']External)(?![^>]*/hyperlink["'])[^>]*>""")
_ENTITIES = re.compile(rb"<!(?:DOCTYPE|ENTITY)")
_OVERLAP = 16


def inspect(source: Path | IO[bytes]) -> tuple[str, list[str]]:
    """The kind of archive ("docx", "xlsx", "ofd" or ""), and all that forbids opening it."""
    try:
        with zipfile.ZipFile(source) as opened:
            return _kind(opened.namelist()), list(dict.fromkeys(_faults(opened, _size(source))))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return "", [sentence("the file is broken: open it in its program, save it anew and upload that")]


def _kind(names: list[str]) -> str:
    if "OFD.xml" in names:
        return "ofd"
    folders = {name.partition("/")[0] for name in names}
    return "docx" if "word" in folders else "xlsx" if "xl" in folders else ""


def _size(source: Path | IO[bytes]) -> int:
    return source.stat().st_size if isinstance(source, Path) else source.seek(0, 2)


def _faults(source: zipfile.ZipFile, size: int) -> Iterator[str]:
    members = source.infolist()
    names = [member.filename for member in members]
    if len(members) > MAX_MEMBERS:
        yield sentence("it holds %(count)s parts, more than %(limit)s", count=len(members), limit=MAX_MEMBERS)
        return
    if len(set(names)) < len(names):
        yield sentence("it holds the same part twice")
    for member in members:
        yield from _member(member)
    if not any(member.flag_bits & 1 for member in members):
        yield from _inflated(source, members, size)


def _member(member: zipfile.ZipInfo) -> Iterator[str]:
    name = member.filename
    if name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/"):
        yield sentence("its part “%(part)s” points outside the file", part=name)
    if stat.S_ISLNK(member.external_attr >> 16):
        yield sentence("its part “%(part)s” is a link", part=name)
    if member.flag_bits & 1:
        yield sentence("it is protected by a password: save it without one")
    lowered = name.lower()
    if "vbaproject" in lowered:
        yield sentence("it contains macros: save it without them")
    if "/embeddings/" in lowered or "oleobject" in lowered:
        yield sentence("it contains an embedded object: attach that as a file of its own")


def _inflated(source: zipfile.ZipFile, members: list[zipfile.ZipInfo], size: int) -> Iterator[str]:
    left = min(MAX_INFLATED, max(size * MAX_RATIO, 10_000_000))
    for member in members:
        with source.open(member) as part:
            spent, faults = _walked(part, member.filename, left)
        yield from faults
        left -= spent
        if left < 0:
            yield sentence("it grows too large when it is opened")
            return


def _walked(part: IO[bytes], name: str, left: int) -> tuple[int, list[str]]:
    """How many bytes a part has, at most a few more than are left, and what in it forbids opening it.

    No part is held whole but the short ones that name kinds and relations.
    """
    total, tail, kept, has_entities, form = 0, b"", bytearray(), False, ""
    while total <= left and (chunk := part.read(1 << 16)):
        form = form or _form(chunk)
        total += len(chunk)
        if form == "other":
            continue
        # Markup in UTF-16 hides nothing: it is looked at without the empty halves of its signs.
        chunk = chunk.replace(b"\0", b"") if form == "wide" else chunk
        has_entities = has_entities or bool(_ENTITIES.search(tail + chunk))
        tail = chunk[-_OVERLAP:]
        if name.endswith((".rels", "[Content_Types].xml")) and len(kept) <= _MAX_KEPT:
            kept += chunk
    faults: list[str] = []
    if has_entities:
        faults.append(sentence("its part “%(part)s” defines entities", part=name))
    if _EXTERNAL.search(kept) or len(kept) > _MAX_KEPT:
        faults.append(sentence("it refers to something outside itself: embed it instead"))
    if b"macroEnabled" in kept:
        faults.append(sentence("it contains macros: save it without them"))
    return total, faults


def _form(head: bytes) -> str:
    if head[:2] in (b"\xff\xfe", b"\xfe\xff") or head[:2] in (b"<\0", b"\0<"):
        return "wide"
    return "markup" if head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<") else "other"
