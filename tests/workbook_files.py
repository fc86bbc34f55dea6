"""Workbooks as people and other programs change them: cells typed into, keys changed, saved by another program."""

import re
import zipfile
from collections.abc import Callable
from io import BytesIO

from django.test import Client

TEXT = '<c r="{cell}" t="inlineStr"><is><t>{text}</t></is></c>'


def client_of(member) -> Client:
    client = Client()
    client.force_login(member.person)
    client.get("/")
    return client


def rewritten(content: bytes, change: Callable[[str, str], str]) -> bytes:
    """The workbook with its parts changed, as a program would that edits it."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy:
        for name in source.namelist():
            part = source.read(name)
            if name.endswith(".xml"):
                part = change(name, part.decode()).encode()
            copy.writestr(name, part)
    return target.getvalue()


def filled(content: bytes, cells: dict[str, str], raw: str = TEXT) -> bytes:
    """The workbook with texts typed into cells."""

    def change(name: str, part: str) -> str:
        if name == "xl/worksheets/sheet1.xml":
            for cell, text in cells.items():
                part, count = re.subn(rf'<c r="{cell}"[^>]*?(/>|>.*?</c>)', raw.format(cell=cell, text=text), part)
                assert count == 1, cell
        return part

    return rewritten(content, change)


def in_sheet(content: bytes, pattern: str, text: str) -> bytes:
    """The workbook with one place of its first sheet written anew."""

    def change(name: str, part: str) -> str:
        if name == "xl/worksheets/sheet1.xml":
            part, count = re.subn(pattern, text, part, count=1)
            assert count == 1, pattern
        return part

    return rewritten(content, change)


def with_a_copy_of_the_sheet(content: bytes) -> bytes:
    """The workbook with its first sheet once more, as people keep a copy beside."""
    book, rels = "xl/workbook.xml", "xl/_rels/workbook.xml.rels"
    with zipfile.ZipFile(BytesIO(content)) as source:
        parts = {name: source.read(name) for name in source.namelist()}
    kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet"
    one = f'<Relationship Id="rId99" Type="{kind}" Target="worksheets/copy.xml"/></Relationships>'
    copy = '<sheet name="副本" sheetId="99" r:id="rId99"/></sheets>'
    parts[book] = parts[book].replace(b"</sheets>", copy.encode())
    parts[rels] = parts[rels].replace(b"</Relationships>", one.encode())
    parts["xl/worksheets/copy.xml"] = parts["xl/worksheets/sheet1.xml"]
    return zip_of(parts)


def zip_of(parts: dict[str, str | bytes]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def faults(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422 and "take" not in answer.context
    return answer.context["faults"]
