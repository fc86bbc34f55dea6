"""Real files of the kinds in which plans come, made in the tests."""

import shutil
import struct
import zipfile
from io import BytesIO
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

BRIEF = (Path(__file__).parents[1] / "examples" / "平顶山市督察实施方案.txt").read_text(encoding="utf-8")


def packed(parts: dict[str, bytes], *, method: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", method) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return target.getvalue()


def container(*names: str, flags: int = 0) -> bytes:
    """An old Office container with these streams; `flags` stand where Word tells that a document is encrypted."""
    head = bytearray(512)
    head[:8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
    struct.pack_into("<H", head, 30, 9)
    struct.pack_into("<I", head, 48, 1)
    struct.pack_into("<109I", head, 76, 0, *[0xFFFFFFFF] * 108)
    table = struct.pack("<128I", 0xFFFFFFFD, 0xFFFFFFFE, 0xFFFFFFFE, *[0xFFFFFFFF] * 125)
    directory = b""
    for name in ("Root Entry", *names)[:4]:
        wide = name.encode("utf-16-le")
        entry = bytearray(128)
        entry[: len(wide)] = wide
        struct.pack_into("<H", entry, 64, len(wide) + 2)
        struct.pack_into("<I", entry, 116, 2)
        directory += bytes(entry)
    stream = struct.pack("<5sxxxxxH", b"\xec\xa5\xc1\x00\xd9", flags).ljust(512, b"\0")
    return bytes(head) + table + directory.ljust(512, b"\0") + stream


def rich(text: str) -> bytes:
    """A text as RTF, each sign by its code."""
    signs = "".join("\\par\n" if sign == "\n" else f"\\u{(ord(sign) + 32768) % 65536 - 32768}?" for sign in text)
    return b"{\\rtf1\\ansi\\uc1 " + signs.encode() + b"}"


def printed(markup: str, **how: Any) -> bytes:
    """A page as a browser prints it to PDF."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(markup)
        content = page.pdf(**how)
        browser.close()
    return content
