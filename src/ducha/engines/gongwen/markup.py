"""WordprocessingML by hand: paragraphs, runs, sections. Lengths in twips, sizes in half points."""

import re
from collections.abc import Iterable
from xml.sax.saxutils import escape, quoteattr

from ducha.engines.gongwen import measures as gb
from ducha.engines.gongwen.typesetting import JOINER

NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
# What XML cannot hold.
_FORBIDDEN = {code: None for code in range(32) if code not in (9, 10)} | {0xFFFE: None, 0xFFFF: None}
# Words that no line may break, sign by sign joined. In Chinese LibreOffice breaks a line at any sign but those of its
# own list; in no language it knows joiners.
_JOINED = re.compile(f"((?:[^{JOINER}]{JOINER})+[^{JOINER}])")
_NO_LANGUAGE = '<w:lang w:eastAsia="x-none"/>'


def clean(words: str) -> str:
    """Words without what XML cannot hold, their lines ended in one way."""
    words = words.replace("\r\n", "\n").replace("\r", "\n").translate(_FORBIDDEN)
    return "".join(sign for sign in words if not 0xD800 <= ord(sign) <= 0xDFFF)


def text(words: str) -> str:
    """Words as the content of a run: line ends and tabs become what a word processor has for them."""
    words = clean(words)
    pieces = []
    for at, line in enumerate(words.split("\n")):
        pieces += ["<w:br/>"] if at else []
        for column, piece in enumerate(line.split("\t")):
            pieces += ["<w:tab/>"] if column else []
            pieces += [f'<w:t xml:space="preserve">{escape(piece)}</w:t>'] if piece else []
    return "".join(pieces)


def run(words: str, *properties: str) -> str:
    """A run of words in one look; what is joined in it is a run of its own."""
    return "".join(
        _run(piece, *properties, *([_NO_LANGUAGE] if JOINER in piece else []))
        for piece in _JOINED.split(words)
        if piece
    )


def _run(words: str, *properties: str) -> str:
    inside = "".join(properties)
    return f"<w:r>{f'<w:rPr>{inside}</w:rPr>' if inside else ''}{text(words)}</w:r>"


def face(name: str) -> str:
    """The face for all kinds of signs: the standard asks for one, digits included."""
    said = quoteattr(name)
    return f'<w:rFonts w:ascii={said} w:hAnsi={said} w:eastAsia={said} w:cs={said} w:hint="eastAsia"/>'


def size(half_points: int) -> str:
    """A size of type."""
    return f'<w:sz w:val="{half_points}"/><w:szCs w:val="{half_points}"/>'


def spacing(*, before: int = 0, after: int = 0, line: int = gb.LINE) -> str:
    """The space around a paragraph and the height of its lines, in twips."""
    return f'<w:spacing w:before="{before}" w:after="{after}" w:line="{line}" w:lineRule="exact"/>'


def indent(*, half_points: int, left: float = 0, right: float = 0, first: float = 0) -> str:
    """Indents in signs of a size, each also in twips for programs that do not count signs; a negative first hangs."""
    begins = "firstLine" if first >= 0 else "hanging"
    said = {"left": left, "right": right, begins: abs(first)}
    return f"<w:ind {' '.join(_signs(name, count, half_points * 10) for name, count in said.items())}/>"


def _signs(name: str, count: float, sign: int) -> str:
    return f'w:{name}Chars="{round(count * 100)}" w:{name}="{round(count * sign)}"'


def paragraph(style: str, content: str | Iterable[str], *properties: str) -> str:
    """A paragraph in a style; `properties` in the order of the schema."""
    inside = content if isinstance(content, str) else "".join(content)
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{"".join(properties)}</w:pPr>{inside}</w:p>'
