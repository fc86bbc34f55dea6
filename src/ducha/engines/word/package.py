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
        main = self.related("", "/officeDocument")
        self.main = main[0] if main else "word/document.xml"
        if self.main not in self.names:
            raise NoWord(self.main)

    def part(self, name: str) -> Any:
        """The root of a part; None where it is missing."""
        return root_of(self.archive, name) if name in self.names else None

    def related(self, source: str, kind: str) -> list[str]:
        """The names of the parts that a part refers to by relations of a kind."""
        folder, _slash, file = source.rpartition("/")
        root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        return [
            posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")
            for relation in (root.iter(_RELATION) if root is not None else ())
            if (relation.get("Type") or "").endswith(kind) and relation.get("TargetMode") != "External"
        ]

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
        folder, _slash, file = self.main.rpartition("/")
        root = self.part(posixpath.join(folder, "_rels", f"{file}.rels"))
        for relation in root.iter(_RELATION) if root is not None else ():
            if relation.get("Id") == ident and relation.get("TargetMode") != "External":
                return self.part(
                    posixpath.normpath(posixpath.join("/", folder, relation.get("Target") or "")).lstrip("/")
                )
        return None
