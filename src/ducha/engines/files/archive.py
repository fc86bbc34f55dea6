"""Office files are archives: walked and really inflated before anything opens them."""

import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from ducha.domain.errors import sentence

MAX_MEMBERS = 2_000
MAX_INFLATED = 300_000_000
MAX_RATIO = 100
_EXTERNAL = re.compile(rb'<Relationship\b(?=[^>]*TargetMode="External")(?![^>]*/hyperlink")[^>]*>')


def inspect(path: Path) -> tuple[str, list[str]]:
    """The kind of archive ("docx", "xlsx" or ""), and all that forbids opening it."""
    try:
        with zipfile.ZipFile(path) as source:
            names = source.namelist()
            kind = "docx" if "word/document.xml" in names else "xlsx" if "xl/workbook.xml" in names else ""
            return kind, list(_faults(source, path.stat().st_size))
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError):
        return "", [sentence("the file is broken: open it in its program, save it anew and upload that")]


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
    total = 0
    for member in members:
        content = bytearray()
        with source.open(member) as part:
            while chunk := part.read(1 << 16):
                total += len(chunk)
                if total > MAX_INFLATED or total > max(size * MAX_RATIO, 10_000_000):
                    yield sentence("it grows too large when it is opened")
                    return
                if member.filename.endswith((".xml", ".rels")):
                    content += chunk
        if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
            yield sentence("its part “%(part)s” defines entities", part=member.filename)
        if member.filename.endswith(".rels") and _EXTERNAL.search(bytes(content)):
            yield sentence("it refers to something outside itself: embed it instead")
