"""Changing the words of a draft: one part at a time, so that what nobody touched keeps its records."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from difflib import SequenceMatcher

from ducha.engines.gongwen import Block, Document, Heading, Paragraph, Sentence, Table


def with_part(document: Document, at: int, text: str) -> Document:
    """The document with the words of one part changed: each line becomes a part, no line takes it away."""
    part = document.blocks[at]
    assert not isinstance(part, Table), "a table is the records'"
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    blocks = (*document.blocks[:at], *_rewritten(part, lines), *document.blocks[at + 1 :])
    return replace(document, blocks=blocks)


def _rewritten(part: Heading | Paragraph, lines: Sequence[str]) -> Iterator[Block]:
    for number, line in enumerate(lines):
        if isinstance(part, Heading):
            yield replace(part, text=line) if number == 0 else Paragraph((Sentence(line),))
        else:
            yield Paragraph(_kept(part.sentences, line), part.level)


def _kept(before: Sequence[Sentence], line: str) -> tuple[Sentence, ...]:
    """The line in sentences: those that still stand as they were keep their records, what is new has none."""
    pieces: list[Sentence] = []
    rest = line
    for sentence in before:
        new, found, after = rest.partition(sentence.text)
        if found and sentence.sources:
            pieces += [Sentence(new)] if new else []
            pieces.append(sentence)
            rest = after
    return (*pieces, Sentence(rest)) if rest or not pieces else tuple(pieces)


def text_of(block: Block) -> str:
    """The words of a part; a table's rows as lines."""
    if isinstance(block, Table):
        return "\n".join(" ".join(row) for row in block.rows)
    return block.text


def lines_of(document: Document) -> list[str]:
    """All words of a document as lines, annexes included: what two versions are compared by."""
    head = [document.title, *(f"{name}：" for name in document.recipients)]
    body = [text_of(block) for block in document.blocks]
    for annex in document.annexes:
        body += [annex.title, *(line for block in annex.blocks for line in text_of(block).split("\n"))]
    return [*head, *body, *document.signed_by, *((document.imprint.copies_to) if document.imprint else ())]


def changes(before: Document, after: Document) -> list[tuple[str, str]]:
    """What differs between two versions: pairs of words before and after, either of them empty."""
    old, new = lines_of(before), lines_of(after)
    found = SequenceMatcher(a=old, b=new, autojunk=False).get_opcodes()
    return [("\n".join(old[a:b]), "\n".join(new[c:d])) for kind, a, b, c, d in found if kind != "equal"]
