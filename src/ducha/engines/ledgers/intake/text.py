"""Text files of any size, line by line: their encoding, line ends, and the bytes that are no text."""

import codecs
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import BinaryIO

BLOCK = 1 << 17
# A physical line beyond this is cut: it is no row of any ledger, and memory stays flat.
LONGEST_LINE = 4 << 20
_SAMPLE = 1 << 18
_BOMS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_LOST = "\ufffd"


@dataclass(frozen=True)
class Chunk:
    """Some lines, the places among them of those that hold undecodable bytes or were cut, and the bytes read so far."""

    text: str
    bad: frozenset[int]
    cut: frozenset[int]
    done: int

    @cached_property
    def lines(self) -> list[str]:
        """The lines without their ends."""
        return self.text.split("\n")

    def below(self, count: int) -> "Chunk":
        """What is left when lines at the top are taken away."""
        bad, cut = ({at - count for at in places if at >= count} for places in (self.bad, self.cut))
        return Chunk("\n".join(self.lines[count:]), frozenset(bad), frozenset(cut), self.done)


def encoding_of(path: Path) -> str:
    """UTF-8, UTF-16 of either order, or GB18030, by mark or by the first bytes."""
    with path.open("rb") as source:
        sample = source.read(_SAMPLE)
    for bom, name in _BOMS:
        if sample.startswith(bom):
            return name
    if wide := _wide(sample):
        return wide
    whole = sample[: sample.rfind(b"\n") + 1] or sample
    return "utf-8" if _is_utf8(whole) or _is_broken_utf8(whole) else "gb18030"


def _wide(sample: bytes) -> str:
    """UTF-16 without its mark: a table has line ends, delimiters and digits, whose upper byte is zero."""
    even, odd = sample[::2].count(0), sample[1::2].count(0)
    many, few = max(even, odd), min(even, odd)
    # An eighth of all signs at least, as in a head alone; stray zero bytes in other text are fewer.
    if many * 16 < len(sample) or few * 10 > many:
        return ""
    return "utf-16-le" if odd > even else "utf-16-be"


def chunks(path: Path, encoding: str) -> Iterator[Chunk]:
    """The lines of a file, some hundred kilobytes at a time, without their ends; CR, LF and CR LF end a line."""
    with path.open("rb") as source:
        blocks = _from_utf16(source, encoding) if encoding.startswith("utf-16") else _plain(source)
        wide = encoding.startswith("utf-16")
        for block, done, is_cut in _lines(blocks):
            yield _decoded(block, "utf-8" if wide else encoding, done, is_cut, wide)


def _plain(source: BinaryIO) -> Iterator[tuple[bytes, int]]:
    first = True
    while block := source.read(BLOCK):
        if block.endswith(b"\r"):
            block += source.read(1)
        if first and block.startswith(codecs.BOM_UTF8):
            block = block[len(codecs.BOM_UTF8) :]
        first = False
        yield _ended(block), source.tell()


def _from_utf16(source: BinaryIO, encoding: str) -> Iterator[tuple[bytes, int]]:
    """Written anew as UTF-8; what cannot be decoded becomes U+FFFD."""
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    first, left = True, ""
    while block := source.read(BLOCK):
        text = left + decoder.decode(block)
        text, left = (text[:-1], "\r") if text.endswith("\r") else (text, "")
        yield _ended((text.removeprefix("\ufeff") if first else text).encode("utf-8", "replace")), source.tell()
        first = False
    yield _ended((left + decoder.decode(b"", True)).encode("utf-8", "replace")), source.tell()


def _ended(block: bytes) -> bytes:
    """With LF alone at the end of lines; to split and join takes half the time of a replacement of two signs by one."""
    if b"\r" not in block:
        return block
    return b"\n".join([*block.splitlines(), b""] if block.endswith((b"\r", b"\n")) else block.splitlines())


def _lines(blocks: Iterator[tuple[bytes, int]]) -> Iterator[tuple[bytes, int, bool]]:
    """Blocks that end with a line; a line beyond the limit comes alone and cut."""
    kept: list[bytes] = []
    size = done = 0
    for block, done in blocks:
        end = block.rfind(b"\n") + 1
        if not end:
            if size <= LONGEST_LINE:
                kept.append(block)
            size += len(block)
            continue
        if size > LONGEST_LINE:
            yield b"".join(kept)[:LONGEST_LINE], done, True
            first = block.find(b"\n") + 1
            block, end, kept = block[first:], end - first, []
        if end:
            yield b"".join([*kept, block[: end - 1]]), done, False
        kept, size = [block[end:]], len(block) - end
    if size:
        yield b"".join(kept)[:LONGEST_LINE], done, size > LONGEST_LINE


def _decoded(block: bytes, encoding: str, done: int, is_cut: bool, wide: bool) -> Chunk:
    cut = frozenset({0} if is_cut else ())
    try:
        text = block.decode(encoding)
    except UnicodeDecodeError:
        return _line_by_line(block, encoding, done, cut)
    bad = {at for at, line in enumerate(text.split("\n")) if _LOST in line} if wide and _LOST in text else ()
    return Chunk(text, frozenset(bad), cut, done)


def _line_by_line(block: bytes, encoding: str, done: int, cut: frozenset[int]) -> Chunk:
    """Each line in its own encoding: files that were put together out of two are met."""
    lines, bad = [], set()
    for at, raw in enumerate(block.split(b"\n")):
        own = encoding
        if _is_utf8(raw) or _is_broken_utf8(raw):
            own = "utf-8"
        elif _is(raw, "gb18030"):
            own = "gb18030"
        try:
            lines.append(raw.decode(own))
        except UnicodeDecodeError:
            lines.append(raw.decode(own, "replace"))
            bad.add(at)
    return Chunk("\n".join(lines), frozenset(bad), cut, done)


def _is(raw: bytes, encoding: str) -> bool:
    try:
        raw.decode(encoding)
    except UnicodeDecodeError:
        return False
    return True


def _is_utf8(raw: bytes) -> bool:
    return _is(raw, "utf-8")


def _is_broken_utf8(raw: bytes) -> bool:
    """Whether most of what is beyond ASCII is sound UTF-8: GB18030 read so gives next to nothing sound."""
    text = raw.decode("utf-8", "replace")
    lost = text.count(_LOST)
    return lost * 2 <= len(text) - len(text.encode("ascii", "ignore")) - lost
