"""Texts and paths as literals of SQL, where a statement takes no parameters."""

from pathlib import Path


def quoted(value: str | Path) -> str:
    """A text, or a path, between quotes."""
    return "'" + str(value).replace("'", "''") + "'"
