"""Word files from outside as what they are: their parts, styles and automatic numbers. Nothing outside is followed."""

from ducha.engines.word.markup import require_small, root_of
from ducha.engines.word.numbering import Numbering, Styles, W, chinese, is_on, shown, value, whole
from ducha.engines.word.package import NoWord, Package

__all__ = [
    "NoWord",
    "Numbering",
    "Package",
    "Styles",
    "W",
    "chinese",
    "is_on",
    "require_small",
    "root_of",
    "shown",
    "value",
    "whole",
]
