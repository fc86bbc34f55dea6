"""A Word file as it will look: each paragraph with its face, size, indents and lines, after all styles are resolved."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import takewhile
from typing import Any

from ducha.engines.gongwen.typesetting import plain
from ducha.engines.word import NoWord, Numbering, Package, Styles, W, is_on, value, whole

_R = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}"
_A = "{http://schemas.openxmlformats.org/drawingml/2006/main}"
_DRAWN = (f"{W}drawing", f"{W}pict", f"{W}object")
_ALIGN = {"start": "left", "end": "right", "distribute": "both", "": "both"}
_APART = {f"{W}tbl", f"{W}txbxContent"}
# What was struck out, and what an older program shows in place of a drawing.
_LEFT_OUT = {
    f"{W}del",
    f"{W}moveFrom",
    "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback",
}
# Word's own, where a file says nothing.
_SIZE = 20


@dataclass(frozen=True)
class Run:
    """Words in one look; the size in half points, the space added to each sign in twips."""

    text: str
    face: str
    size: int
    colour: str = ""
    is_bold: bool = False
    space: int = 0


@dataclass(frozen=True)
class Rule:
    """An edge of a paragraph: its thickness in eighths of a point, its colour, its distance in points."""

    thickness: int
    colour: str
    space: int


@dataclass(frozen=True)
class Line:
    """A paragraph. Lengths in twips.

    `pitch` is the height of its lines; where it is None the grid or the type decides, times `stretch`.
    """

    text: str
    runs: tuple[Run, ...]
    style: str = ""
    align: str = "both"
    left: int = 0
    right: int = 0
    first: int = 0
    before: int = 0
    after: int = 0
    pitch: int | None = None
    rules: dict[str, Rule] = field(default_factory=dict)
    outline: int | None = None
    is_apart: bool = False
    stretch: float = 1.0
    begins_page: bool = False
    ends_section: bool = False
    in_table: bool = False
    has_drawing: bool = False
    has_page_number: bool = False

    @property
    def size(self) -> int:
        """The size of its first words, in half points."""
        return self.runs[0].size if self.runs else 0

    @property
    def face(self) -> str:
        """The face of its first words."""
        return self.runs[0].face if self.runs else ""

    @property
    def is_blank(self) -> bool:
        return not self.text.strip()


@dataclass(frozen=True)
class Section:
    """A run of pages of one make; all lengths in twips. `feet` are the lines below the pages by kind.

    `space` is what the grid adds to each sign.
    """

    width: int
    height: int
    top: int
    right: int
    bottom: int
    left: int
    foot: int
    grid: str
    pitch: int
    space: int
    feet: dict[str, tuple[Line, ...]]

    @property
    def lies_across(self) -> bool:
        return self.width > self.height


@dataclass(frozen=True)
class Paper:
    """A Word file: its paragraphs in order (those in tables, boxes and frames apart), sections, and how feet differ."""

    lines: tuple[Line, ...]
    sections: tuple[Section, ...]
    feet_differ: bool


def read(content: bytes) -> Paper:
    """The look of a .docx; the caller has refused what is no archive or unsafe to open."""
    package = Package(content)
    reader = _Reader(package)
    body = package.part(package.main).find(f"{W}body")
    if body is None:
        raise NoWord(package.main)
    settings = package.first("/settings")
    lines = tuple(reader.lines(body))
    sections = tuple(reader.section(element) for element in body.iter(f"{W}sectPr"))
    return Paper(lines, sections, bool(is_on(settings, "evenAndOddHeaders")))


class _Reader:
    def __init__(self, package: Package) -> None:
        self.package = package
        root = package.first("/styles")
        self.styles = Styles(root)
        self.numbering = Numbering(package.first("/numbering"), self.styles)
        defaults = root.find(f"{W}docDefaults") if root is not None else None
        self.runs_say = [found] if (found := _at(defaults, "rPrDefault/rPr")) is not None else []
        self.lines_say = [found] if (found := _at(defaults, "pPrDefault/pPr")) is not None else []
        theme = package.first("/theme")
        self.feet: dict[Any, tuple[Line, ...]] = {}
        self.theme = {kind: _theme_face(theme, kind) for kind in ("major", "minor")}

    def lines(self, parent: Any) -> Iterator[Line]:
        """The paragraphs below an element in their order, each once however deep it stands."""
        for paragraph in parent.iter(f"{W}p"):
            around = {above.tag for above in takewhile(lambda above: above is not parent, paragraph.iterancestors())}
            if not around & _LEFT_OUT:
                yield self.line(paragraph, is_apart=bool(around & _APART), in_table=f"{W}tbl" in around)

    def line(self, paragraph: Any, *, is_apart: bool, in_table: bool) -> Line:
        own = paragraph.find(f"{W}pPr")
        chain = self.styles.of(paragraph)
        said = [own] if own is not None else []
        said += [found for _name, style in chain if (found := style.find(f"{W}pPr")) is not None]
        said += self.lines_say
        runs_say = [found for _name, style in chain if (found := style.find(f"{W}rPr")) is not None] + self.runs_say
        runs = tuple(self._runs(paragraph, runs_say))
        size = runs[0].size if runs else _number(_first(runs_say, "sz", "val"), _SIZE)
        mark = self.numbering.mark(paragraph)
        spacing = _Said(said, "spacing")
        rule, pitch = spacing.get("lineRule"), _number(spacing.get("line"), 0)
        outline = _first(said, "outlineLvl", "val")
        return Line(
            plain(mark + "".join(run.text for run in runs)),
            runs,
            chain[0][0] if chain else "",
            _ALIGN.get(align := _first(said, "jc", "val"), align),
            **{name: _indent(_Said(said, "ind"), name, size) for name in ("left", "right", "first")},
            before=_number(spacing.get("before"), 0),
            after=_number(spacing.get("after"), 0),
            pitch=pitch if rule in ("exact", "atLeast") else None,
            stretch=1.0 if rule in ("exact", "atLeast") or not pitch else pitch / 240,
            rules=dict(_rules(said)),
            outline=at if (at := whole(outline, 9)) < 9 else None,
            is_apart=is_apart or any(each.find(f"{W}framePr") is not None for each in said),
            begins_page=any(is_on(each, "pageBreakBefore") for each in said)
            or any(found.get(f"{W}type") == "page" for found in paragraph.iter(f"{W}br")),
            ends_section=own is not None and own.find(f"{W}sectPr") is not None,
            in_table=in_table,
            has_drawing=next(paragraph.iter(*_DRAWN), None) is not None,
            has_page_number=any(
                "PAGE" in _code(found).split() for found in paragraph.iter(f"{W}instrText", f"{W}fldSimple")
            ),
        )

    def _runs(self, paragraph: Any, of_line: list[Any]) -> Iterator[Run]:
        for run in paragraph.iter(f"{W}r"):
            if any(
                above.tag in _LEFT_OUT or above.tag == f"{W}txbxContent"
                for above in run.iterancestors()
                if above is not paragraph and paragraph in above.iterancestors()
            ):
                continue
            words = "".join(_words(run))
            own = run.find(f"{W}rPr")
            said = [own] if own is not None else []
            if own is not None and (name := value(own, "rStyle")):
                said += [found for _n, style in self.styles.chain(name) if (found := style.find(f"{W}rPr")) is not None]
            said += of_line
            if not words or any(is_on(each, "vanish") for each in said[:1]):
                continue
            yield Run(
                words,
                self._face(said),
                _number(_first(said, "sz", "val"), _SIZE),
                _first(said, "color", "val").upper(),
                bool(next((on for each in said if (on := is_on(each, "b")) is not None), False)),
                _number(_first(said, "spacing", "val"), 0),
            )

    def _face(self, said: list[Any]) -> str:
        """The face of Chinese signs; a theme's own where one is named."""
        for each in said:
            fonts = each.find(f"{W}rFonts")
            if fonts is None:
                continue
            if theme := fonts.get(f"{W}eastAsiaTheme"):
                return self.theme.get("major" if theme.startswith("major") else "minor", "")
            if name := fonts.get(f"{W}eastAsia"):
                return str(name)
        return ""

    def section(self, element: Any) -> Section:
        page, margins, grid = (element.find(f"{W}{name}") for name in ("pgSz", "pgMar", "docGrid"))
        edges = {name: _attribute(margins, name) for name in ("top", "right", "bottom", "left", "footer")}
        feet = {}
        for reference in element.iterfind(f"{W}footerReference"):
            feet[reference.get(f"{W}type") or "default"] = self._foot(reference.get(f"{_R}id") or "")
        return Section(
            _attribute(page, "w"),
            _attribute(page, "h"),
            edges["top"],
            edges["right"],
            edges["bottom"],
            edges["left"],
            edges["footer"],
            (grid.get(f"{W}type") or "") if grid is not None else "",
            _attribute(grid, "linePitch"),
            # In 4096ths of a point.
            round(_attribute(grid, "charSpace") * 20 / 4096),
            feet,
        )

    def _foot(self, ident: str) -> tuple[Line, ...]:
        root = self.package.referred(ident)
        if root not in self.feet:
            self.feet[root] = tuple(self.lines(root)) if root is not None else ()
        return self.feet[root]


class _Said:
    """What an element's attributes say, each by whoever says it first."""

    def __init__(self, said: list[Any], name: str) -> None:
        self.found = [found for each in said if (found := each.find(f"{W}{name}")) is not None]

    def get(self, attribute: str) -> str:
        return next((str(found.get(f"{W}{attribute}")) for found in self.found if found.get(f"{W}{attribute}")), "")


def _indent(said: _Said, name: str, size: int) -> int:
    """An indent in twips; one in signs goes before one in twips, and a hanging first line is below zero."""
    if name == "first":
        ahead, back = _length(said, "firstLine", size), _length(said, "hanging", size)
        return ahead or -back
    return _length(said, name, size) or _length(said, {"left": "start", "right": "end"}[name], size)


def _length(said: _Said, name: str, size: int) -> int:
    signs = _number(said.get(f"{name}Chars"), 0)
    return round(signs * size / 10) if signs else _number(said.get(name), 0)


def _rules(said: list[Any]) -> Iterator[tuple[str, Rule]]:
    for each in said:
        edges = each.find(f"{W}pBdr")
        if edges is None:
            continue
        for edge in edges:
            if isinstance(edge.tag, str) and edge.get(f"{W}val") not in (None, "nil", "none"):
                colour = (edge.get(f"{W}color") or "").upper()
                rule = Rule(_attribute(edge, "sz"), colour, _attribute(edge, "space"))
                yield edge.tag.removeprefix(W), rule
        return


def _words(run: Any) -> Iterator[str]:
    for child in run:
        if child.tag == f"{W}t":
            yield child.text or ""
        elif child.tag in (f"{W}br", f"{W}cr"):
            yield "" if child.get(f"{W}type") in ("page", "column") else "\n"
        elif child.tag == f"{W}tab":
            yield "\t"


def _code(field_: Any) -> str:
    return field_.text or "" if field_.tag == f"{W}instrText" else field_.get(f"{W}instr") or ""


def _first(said: list[Any], name: str, attribute: str) -> str:
    return _Said(said, name).get(attribute)


def _at(element: Any, path: str) -> Any:
    return element.find("/".join(f"{W}{name}" for name in path.split("/"))) if element is not None else None


def _number(text: str | None, otherwise: int) -> int:
    return int(float(text)) if text and re.fullmatch(r"-?\d{1,7}(\.\d{1,6})?", text) else otherwise


def _attribute(element: Any, name: str) -> int:
    return _number(element.get(f"{W}{name}"), 0) if element is not None else 0


def _theme_face(theme: Any, kind: str) -> str:
    fonts = theme.find(f".//{_A}{kind}Font") if theme is not None else None
    if fonts is None:
        return ""
    named = fonts.find(f"{_A}ea")
    own = next((each.get("typeface") for each in fonts.iterfind(f"{_A}font") if each.get("script") == "Hans"), "")
    return (named.get("typeface") if named is not None else "") or own or ""
