"""Official documents (公文): a small document model, written as Word in the form of GB/T 9704-2012, and checked."""

from ducha.engines.gongwen.checking import Deviation, check
from ducha.engines.gongwen.filling import FIELDS, examine, fill
from ducha.engines.gongwen.model import (
    Annex,
    Block,
    Column,
    Document,
    Heading,
    Imprint,
    Numbers,
    Paragraph,
    Sentence,
    Table,
    dated,
    listed,
    paragraph,
)
from ducha.engines.gongwen.storing import from_json, to_json
from ducha.engines.gongwen.writing import identifier_of, pages_of, write

__all__ = [
    "FIELDS",
    "Annex",
    "Block",
    "Column",
    "Deviation",
    "Document",
    "Heading",
    "Imprint",
    "Numbers",
    "Paragraph",
    "Sentence",
    "Table",
    "check",
    "dated",
    "examine",
    "fill",
    "from_json",
    "identifier_of",
    "listed",
    "pages_of",
    "paragraph",
    "to_json",
    "write",
]
