"""The parts of a Word file."""

import posixpath
import zipfile
from io import BytesIO
from typing import Any

from lxml import etree

from ducha.engines.word.markup import root_of

_RELATION = "{http://schemas.openxmlformats.org/package/2006/relationships}Relationship"


class NoWord(ValueError):
    """An archive without the document of a Word file."""


class Package:
    """The parts of a Word file, parsed as they are asked for."""

    def __init__(self, content: bytes) -> None:
        self.archive = zipfile.ZipFile(BytesIO(content))
        self.names = set(self.archive.namelist())
        self._parsed: dict[str, Any] = {}
        self._relations: dict[str, dict[str, tuple[str, str]]] = {}
        main = self.related("", "/officeDocument")
        self.main = main[0] if main else "word/document.xml"
        if self.main not in self.names:
            raise NoWord(self.main)

    def part(self, name: str) -> Any:
        """The root of a part, parsed once; None where it is missing."""
        if name in self.names and name not in self._parsed:
            self._parsed[name] = root_of(self.archive, name)
        return self._parsed.get(name)

    def related(self, source: str, kind: str) -> list[str]:
        """The names of the parts that a part refers to by relations of a kind."""
        return [name for told, name in self._relations_of(source).values() if told.endswith(kind)]

    def first(self, kind: str) -> Any:
        """The part of the document that a kind of relation names; a damaged one is as good as none."""
        for name in self.related(self.main, kind):
            try:
                return self.part(name)
            except (etree.XMLSyntaxError, zipfile.BadZipFile):
                return None
        return None

    def referred(self, ident: str) -> Any:
        """The part that the document names by the id of a relation; None where there is none."""
        _kind, name = self._relations_of(self.main).get(ident, ("", ""))
        return self.part(name)

    def _relations_of(self, source: str) -> dict[str, tuple[str, str]]:
        """By the id of each relation of a part to another in the file: its kind and the part's name."""
        if source not in self._relations:
            folder, _slash, file = source.rpartition("/")
            root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
            self._relations[source] = {
                relation.get("Id") or str(at): (
                    relation.get("Type") or "",
                    posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/"),
                )
                for at, relation in enumerate(root.iter(_RELATION) if root is not None else ())
                if relation.get("TargetMode") != "External"
            }
        return self._relations[source]
