"""A document as plain values and back, so that a draft can be kept and compared."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from datetime import date
from typing import Any

from ducha.engines.gongwen.model import (
    Annex,
    Block,
    Column,
    Document,
    Heading,
    Imprint,
    Paragraph,
    Sentence,
    Table,
)

_KINDS: dict[str, type[Block]] = {"heading": Heading, "paragraph": Paragraph, "table": Table}


def to_json(document: Document) -> dict[str, Any]:
    """The document as what JSON can hold."""
    plain = asdict(document)
    plain["blocks"] = [_plain(block) for block in document.blocks]
    plain["annexes"] = [
        {"title": annex.title, "blocks": [_plain(block) for block in annex.blocks], "lies_across": annex.lies_across}
        for annex in document.annexes
    ]
    plain["names"] = sorted(document.names)
    plain["dated"] = _day(document.dated)
    if document.imprint:
        plain["imprint"] = {**asdict(document.imprint), "printed_on": _day(document.imprint.printed_on)}
    return plain


def from_json(plain: Mapping[str, Any]) -> Document:
    """The document that `to_json` gave."""
    imprint = plain["imprint"]
    return Document(
        title=plain["title"],
        blocks=_blocks(plain["blocks"]),
        mark=plain["mark"],
        number=plain["number"],
        recipients=tuple(plain["recipients"]),
        annexes=tuple(Annex(a["title"], _blocks(a["blocks"]), a["lies_across"]) for a in plain["annexes"]),
        signed_by=tuple(plain["signed_by"]),
        dated=_read(plain["dated"]),
        imprint=imprint and Imprint(tuple(imprint["copies_to"]), imprint["printed_by"], _read(imprint["printed_on"])),
        has_contents=plain["has_contents"],
        names=frozenset(plain["names"]),
        identifier=plain["identifier"],
        remark=plain["remark"],
    )


def _plain(block: Block) -> dict[str, Any]:
    kind = next(name for name, made in _KINDS.items() if isinstance(block, made))
    return {"kind": kind, **asdict(block)}


def _blocks(plain: Sequence[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(map(_block, plain))


def _block(plain: Mapping[str, Any]) -> Block:
    if plain["kind"] == "heading":
        return Heading(plain["level"], plain["text"])
    if plain["kind"] == "paragraph":
        sentences = tuple(Sentence(s["text"], tuple(s["sources"])) for s in plain["sentences"])
        return Paragraph(sentences, plain["level"])
    return Table(
        tuple(Column(**column) for column in plain["columns"]),
        tuple(tuple(row) for row in plain["rows"]),
        tuple(tuple(row) for row in plain["sources"]),
    )


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _read(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None
