"""The place of a file is its digest: ab/cd/<sha256>. What is there is never written again."""

import hashlib
import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps

from ducha.engines.files.intake import CHUNK, AcceptedFile

Image.MAX_IMAGE_PIXELS = 100_000_000


@dataclass(frozen=True)
class Sweep:
    """What lies in the store and in no row, what stands in a row and lies nowhere, what has other bytes."""

    orphans: tuple[str, ...]
    missing: tuple[str, ...]
    changed: tuple[str, ...]


def path_of(store: Path, sha256: str) -> Path:
    """Where the bytes of a digest lie."""
    return store / sha256[:2] / sha256[2:4] / sha256


def keep(accepted: AcceptedFile, store: Path) -> Path:
    """Give an accepted file its lasting place; after this returns it survives a power cut."""
    target = path_of(store, accepted.sha256)
    if target.exists():
        accepted.path.unlink()
        return target
    target.parent.mkdir(parents=True, exist_ok=True)
    accepted.path.rename(target)
    for folder in (target.parent, target.parent.parent, store):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
    return target


def digests(path: Path) -> tuple[str, str]:
    """SHA-256 and SM3 of a file, hexadecimal."""
    sha256, sm3 = hashlib.sha256(), hashlib.new("sm3")
    with path.open("rb") as source:
        while chunk := source.read(CHUNK):
            sha256.update(chunk)
            sm3.update(chunk)
    return sha256.hexdigest(), sm3.hexdigest()


def sweep(store: Path, known: Iterable[str]) -> Sweep:
    """Compare the store with the digests that rows know; reads every byte."""
    wanted = set(known)
    lying = {path.name: path for path in store.glob("??/??/*")} if store.exists() else {}
    changed = (name for name in sorted(wanted & set(lying)) if digests(lying[name])[0] != name)
    return Sweep(tuple(sorted(set(lying) - wanted)), tuple(sorted(wanted - set(lying))), tuple(changed))


def viewing_copy(path: Path, media_type: str) -> bytes | None:
    """An image without its metadata, turned the right way up; None for what is no image."""
    if media_type not in ("image/jpeg", "image/png"):
        return None
    from io import BytesIO

    target = BytesIO()
    with Image.open(path) as original:
        upright = ImageOps.exif_transpose(original)
        bare = Image.new(upright.mode, upright.size)
        bare.paste(upright)
        bare.save(target, "JPEG" if media_type == "image/jpeg" else "PNG")
    return target.getvalue()
