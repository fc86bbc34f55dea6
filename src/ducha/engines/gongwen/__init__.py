"""Official documents (公文): a small document model, written as Word files in the form of GB/T 9704-2012, and checked."""

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
    chinese,
    dated,
    listed,
    paragraph,
)
from ducha.engines.gongwen.writing import write

__all__ = [
    "Annex",
    "Block",
    "Column",
    "Document",
    "Heading",
    "Imprint",
    "Numbers",
    "Paragraph",
    "Sentence",
    "Table",
    "chinese",
    "dated",
    "listed",
    "paragraph",
    "write",
]
