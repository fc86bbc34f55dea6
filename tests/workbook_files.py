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


def zip_of(parts: dict[str, str]) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return target.getvalue()


def faults(answer) -> list[tuple[str, str]]:
    assert answer.status_code == 422 and "take" not in answer.context
    return answer.context["faults"]
