"""Real files of the kinds in which plans come, made in the tests."""

import hashlib
import shutil
import struct
import zipfile
from concurrent.futures import ThreadPoolExecutor
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
    """A page as a browser prints it to PDF; in a thread of its own, whatever browser the tests' own thread holds."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(_printed, markup, how).result()


def _printed(markup: str, how: dict[str, Any]) -> bytes:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.set_content(markup)
        content = page.pdf(**how)
        browser.close()
    return content


_PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def _rc4(key: bytes, content: bytes) -> bytes:
    box, j = list(range(256)), 0
    for i in range(256):
        j = (j + box[i] + key[i % len(key)]) % 256
        box[i], box[j] = box[j], box[i]
    i = j = 0
    out = bytearray()
    for byte in content:
        i = (i + 1) % 256
        j = (j + box[i]) % 256
        box[i], box[j] = box[j], box[i]
        out.append(byte ^ box[(box[i] + box[j]) % 256])
    return bytes(out)


def pdf(pages: list[str], *, user: str | None = None, rotated: int = 0) -> bytes:
    """A PDF of Latin lines, one text per page ("" is an empty page); `user` locks it (PDF 1.3, algorithm 1), "" for
    a file that only its owner may change."""
    key = b""
    lock = ""
    if user is not None:
        owner = _rc4(hashlib.md5(b"owner" + _PADDING[:27]).digest()[:5], (user.encode() + _PADDING)[:32])
        seed = (user.encode() + _PADDING)[:32] + owner + struct.pack("<i", -64) + b"ducha"
        key = hashlib.md5(seed).digest()[:5]
        lock = f"<< /Filter /Standard /V 1 /R 2 /P -64 /O <{owner.hex()}> /U <{_rc4(key, _PADDING).hex()}> >>"
    kids = " ".join(f"{4 + 2 * n} 0 R" for n in range(len(pages)))
    objects = [b"<< /Type /Catalog /Pages 2 0 R >>"]
    objects.append(f"<< /Type /Pages /Count {len(pages)} /Kids [{kids}] >>".encode())
    objects.append(b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>")
    for n, text in enumerate(pages):
        size = f"/MediaBox [0 0 595 842] /Rotate {rotated} /Resources << /Font << /F 3 0 R >> >>"
        objects.append(f"<< /Type /Page /Parent 2 0 R {size} /Contents {5 + 2 * n} 0 R >>".encode())
        shown = "".join(f"1 0 0 1 50 {780 - 20 * k} Tm ({line}) Tj " for k, line in enumerate(text.splitlines()))
        stream = f"BT /F 12 Tf {shown} ET".encode() if text else b""
        if key:
            stream = _rc4(hashlib.md5(key + struct.pack("<I", 5 + 2 * n)[:3] + b"\0\0").digest()[:10], stream)
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(stream), stream))
    whole, places = b"%PDF-1.4\n", []
    for number, content in enumerate([*objects, lock.encode()] if lock else objects, 1):
        places.append(len(whole))
        whole += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    locked = f"/Encrypt {len(places)} 0 R /ID [<{b'ducha'.hex()}> <{b'ducha'.hex()}>]" if lock else ""
    table = "".join(f"{place:010} 00000 n \n" for place in places)
    trailer = f"<< /Size {len(places) + 1} /Root 1 0 R {locked} >>"
    end = f"xref\n0 {len(places) + 1}\n0000000000 65535 f \n{table}trailer\n{trailer}\nstartxref\n{len(whole)}\n%%EOF"
    return whole + end.encode()


_OFD = "http://www.ofdspec.org/2016"


def words(x: float, y: float, text: str, size: float = 4) -> str:
    boundary = f"{x} {y} {size * len(text)} {size}"
    code = f'<ofd:TextCode X="0" Y="{size * 0.85}" DeltaX="g {len(text) - 1} {size}">{text}</ofd:TextCode>'
    return f'<ofd:TextObject ID="1" Boundary="{boundary}" Font="2" Size="{size}">{code}</ofd:TextObject>'


def rule(x: float, y: float, width: float, height: float) -> str:
    data = f"<ofd:AbbreviatedData>M 0 0 L {width} {height}</ofd:AbbreviatedData>"
    return f'<ofd:PathObject ID="1" Boundary="{x} {y} {width} {height}">{data}</ofd:PathObject>'


def ofd(*pages: str) -> bytes:
    """An OFD document of pages of `words` and `rule`s, in millimetres."""
    body = "<ofd:DocBody><ofd:DocRoot>Doc_0/Document.xml</ofd:DocRoot></ofd:DocBody>"
    listed = "".join(f'<ofd:Page ID="{n}" BaseLoc="Pages/Page_{n}/Content.xml"/>' for n in range(len(pages)))
    parts = {
        "OFD.xml": f"<ofd:OFD xmlns:ofd='{_OFD}'>{body}</ofd:OFD>",
        "Doc_0/Document.xml": f"<ofd:Document xmlns:ofd='{_OFD}'><ofd:Pages>{listed}</ofd:Pages></ofd:Document>",
    }
    for n, page in enumerate(pages):
        layer = f"<ofd:Content><ofd:Layer ID='9'>{page}</ofd:Layer></ofd:Content>"
        parts[f"Doc_0/Pages/Page_{n}/Content.xml"] = f"<ofd:Page xmlns:ofd='{_OFD}'>{layer}</ofd:Page>"
    return packed({name: part.encode() for name, part in parts.items()})
