"""The old container of Office files (MS-CFB): which streams it holds, so that its kind is known unopened."""

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENTRY = 128
# A directory longer than this is a trap: a document has a few dozen streams.
_MOST_SECTORS = 500
_IN_HEADER = 109
_ENCRYPTED = 0x0100


@dataclass(frozen=True)
class Container:
    """The names in its directory; `is_encrypted` where its Word stream says so."""

    names: frozenset[str]
    is_encrypted: bool


def container(content: bytes) -> Container:
    """The directory of a container; one without names where it is damaged."""
    try:
        size = 1 << struct.unpack_from("<H", content, 30)[0]
        sectors = struct.unpack_from(f"<{_IN_HEADER}I", content, 76)
        entries = list(_entries(content, size, sectors))
    except (struct.error, IndexError, ValueError, OverflowError):
        return Container(frozenset(), False)
    streams = dict(entries)
    start = streams.get("WordDocument")
    at = (start + 1) * size + 10 if start is not None else len(content)
    flags = int.from_bytes(content[at : at + 2], "little")
    return Container(frozenset(streams), bool(flags & _ENCRYPTED) or "EncryptedPackage" in streams)


def _entries(content: bytes, size: int, tables: tuple[int, ...]) -> list[tuple[str, int]]:
    """Each name of the directory with the sector where its stream begins."""
    if not 128 <= size <= 65_536:
        raise ValueError(size)
    found = []
    sector = struct.unpack_from("<I", content, 48)[0]
    for _ in range(_MOST_SECTORS):
        begin = (sector + 1) * size
        for at in range(begin, min(begin + size, len(content) - _ENTRY + 1), _ENTRY):
            length = struct.unpack_from("<H", content, at + 64)[0]
            name = content[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            if name:
                found.append((name, struct.unpack_from("<I", content, at + 116)[0]))
        table, place = divmod(sector, size // 4)
        sector = struct.unpack_from("<I", content, (tables[table] + 1) * size + 4 * place)[0]
        if sector >= 0xFFFFFFFA:
            break
    return found
