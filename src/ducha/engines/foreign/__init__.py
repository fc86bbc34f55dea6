"""Bytes from outside, before anything opens them: what they are, in which encoding, and what forbids opening them."""

from ducha.engines.foreign.archive import inspect
from ducha.engines.foreign.convert import CONVERTED, converted, printed
from ducha.engines.foreign.decoding import NotText, decoded
from ducha.engines.foreign.kinds import ZIP, is_page, kind_of, refusal

__all__ = ["CONVERTED", "ZIP", "NotText", "converted", "decoded", "inspect", "is_page", "kind_of", "printed", "refusal"]
