"""What is the same in every paper's Word file: styles, settings, fonts, page numbers, the list of parts."""

from ducha.engines.gongwen import markup as ml
from ducha.engines.gongwen import measures as gb
from ducha.engines.gongwen.measures import LOOKS, Look

# Style ids and names by element. Word knows its own styles by their English names, whatever they are shown as.
STYLES: dict[str, tuple[str, str]] = {
    "mark": ("Mark", "发文机关标志"),
    "number": ("DocumentNumber", "发文字号"),
    "title": ("Title", "Title"),
    "recipients": ("Recipients", "主送机关"),
    "text": ("Normal", "Normal"),
    "level1": ("Heading1", "heading 1"),
    "level2": ("Heading2", "heading 2"),
    "level3": ("Heading3", "heading 3"),
    "level4": ("Heading4", "heading 4"),
    "attachments": ("AttachmentNote", "附件说明"),
    "signature": ("Signature", "发文机关署名"),
    "date": ("Date", "成文日期"),
    "annex": ("Annex", "附件"),
    "imprint": ("Imprint", "版记"),
    "page": ("Footer", "footer"),
}
CELL, CONTENTS = "Cell", "TOC{}"
# The rows of the imprint keep clear of the rules between them.
_LINES = {"imprint": gb.LINE - 60}
# Elements that the navigation pane lists, and at which level; an annex ranks with the parts of the text.
_OUTLINE = {"level1": 0, "level2": 1, "level3": 2, "level4": 3}


def styles() -> str:
    """styles.xml: the looks of the standard as Word styles, so that a change of style changes the paper."""
    defaults = (
        f"<w:docDefaults><w:rPrDefault><w:rPr>{ml.face(gb.FANGSONG)}{ml.size(gb.SIZE_3)}"
        '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr></w:rPrDefault><w:pPrDefault/></w:docDefaults>'
    )
    made = [_style(element, look) for element, look in LOOKS.items()]
    made += [_cell(), *(_contents(level) for level in (1, 2)), _plain_table()]
    return f"{ml.HEAD}<w:styles {ml.NAMESPACES}>{defaults}{''.join(made)}</w:styles>"


def _style(element: str, look: Look) -> str:
    ident, name = STYLES[element]
    is_normal = element == "text"
    level = _OUTLINE.get(element)
    # Each line has its height; LibreOffice gives a line two of the grid's where the face is higher than one.
    paragraph = [
        "<w:keepNext/><w:keepLines/>" if level is not None or element in ("title", "annex") else "",
        '<w:widowControl w:val="0"/><w:autoSpaceDE w:val="0"/><w:autoSpaceDN w:val="0"/><w:snapToGrid w:val="0"/>',
        ml.spacing(line=_LINES.get(element, gb.LINE)) if look.size else "",
        ml.indent(half_points=look.size or gb.SIZE_3, left=look.left, right=look.right, first=look.first),
        f'<w:jc w:val="{look.align}"/>',
        f'<w:outlineLvl w:val="{level}"/>' if level is not None else "",
    ]
    runs = ml.face(look.face) + (f'<w:color w:val="{look.colour}"/>' if look.colour else "")
    runs += f'<w:spacing w:val="{gb.SIGN_SPACE if look.size == gb.SIZE_3 else 0}"/>'
    runs += ml.size(look.size) if look.size else ""
    based = "" if is_normal else '<w:basedOn w:val="Normal"/>'
    follows = "" if is_normal else '<w:next w:val="Normal"/>'
    default = ' w:default="1"' if is_normal else ""
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{ident}"><w:name w:val="{name}"/>{based}{follows}'
        f"<w:qFormat/><w:pPr>{''.join(paragraph)}</w:pPr><w:rPr>{runs}</w:rPr></w:style>"
    )


def _cell() -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{CELL}"><w:name w:val="表格文字"/><w:basedOn w:val="Normal"/><w:pPr>'
        f'<w:snapToGrid w:val="0"/>{ml.spacing(line=TABLE_LINE)}'
        f'{ml.indent(half_points=gb.SIZE_SMALL_4)}<w:jc w:val="left"/></w:pPr>'
        f'<w:rPr><w:spacing w:val="0"/>{ml.size(gb.SIZE_SMALL_4)}</w:rPr></w:style>'
    )


# Table text is 12 pt; the standard leaves it open.
TABLE_LINE = 400


def _contents(level: int) -> str:
    return (
        f'<w:style w:type="paragraph" w:styleId="{CONTENTS.format(level)}"><w:name w:val="toc {level}"/>'
        f'<w:basedOn w:val="Normal"/><w:next w:val="Normal"/><w:pPr><w:tabs>'
        f'<w:tab w:val="right" w:leader="dot" w:pos="{gb.WIDTH}"/></w:tabs>'
        f'{ml.indent(half_points=gb.SIZE_3, left=level - 1)}<w:jc w:val="left"/></w:pPr></w:style>'
    )


def _plain_table() -> str:
    edges = "".join(
        f'<w:{edge} w:val="single" w:sz="4" w:space="0" w:color="auto"/>'
        for edge in ("top", "left", "bottom", "right", "insideH", "insideV")
    )
    return (
        '<w:style w:type="table" w:styleId="Grid"><w:name w:val="Table Grid"/><w:tblPr>'
        f"<w:tblBorders>{edges}</w:tblBorders>"
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar>'
        "</w:tblPr></w:style>"
    )


def settings() -> str:
    """settings.xml: page numbers differ on odd and even pages; no sign that closes may begin a line."""
    return (
        f"{ml.HEAD}<w:settings {ml.NAMESPACES}><w:evenAndOddHeaders/>"
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def fonts() -> str:
    """fontTable.xml: the faces of the standard, each with the names under which it or a free one is installed."""
    made = []
    for name, (_first, *others) in gb.FACES.items():
        made.append(
            f'<w:font w:name="{name}"><w:altName w:val="{",".join(others)}"/><w:charset w:val="86"/>'
            '<w:family w:val="auto"/><w:pitch w:val="default"/></w:font>'
        )
    return f"{ml.HEAD}<w:fonts {ml.NAMESPACES}>{''.join(made)}</w:fonts>"


def page_number(*, is_even: bool) -> str:
    """A footer: “— 1 —”, odd pages at the right, even ones at the left, one sign in (7.5)."""
    look = LOOKS["page"]
    look_of_run = ml.face(look.face) + ml.size(look.size)
    field = (
        f'<w:r><w:rPr>{look_of_run}</w:rPr><w:fldChar w:fldCharType="begin"/></w:r>'
        f'<w:r><w:rPr>{look_of_run}</w:rPr><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
        f'<w:r><w:rPr>{look_of_run}</w:rPr><w:fldChar w:fldCharType="separate"/></w:r>'
        f"{ml.run('1', look_of_run)}"
        f'<w:r><w:rPr>{look_of_run}</w:rPr><w:fldChar w:fldCharType="end"/></w:r>'
    )
    inside = ml.run("— ", look_of_run) + field + ml.run(" —", look_of_run)
    indent = ml.indent(half_points=look.size, left=1 if is_even else 0, right=0 if is_even else 1)
    align = f'<w:jc w:val="{"left" if is_even else "right"}"/>'
    return f"{ml.HEAD}<w:ftr {ml.NAMESPACES}>{ml.paragraph(STYLES['page'][0], inside, indent, align)}</w:ftr>"


_TYPES = "application/vnd.openxmlformats-officedocument.wordprocessingml"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
# The parts of a paper: their kind in the list of parts, and how the text refers to them.
PARTS = {
    "styles.xml": ("styles", "styles"),
    "settings.xml": ("settings", "settings"),
    "fontTable.xml": ("fontTable", "fontTable"),
    "footer1.xml": ("footer", "footer"),
    "footer2.xml": ("footer", "footer"),
}


def content_types() -> str:
    """[Content_Types].xml"""
    overrides = "".join(
        f'<Override PartName="/word/{name}" ContentType="{_TYPES}.{kind}+xml"/>' for name, (kind, _rel) in PARTS.items()
    )
    return (
        f'{ml.HEAD}<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">'
        '<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        '<Default Extension="xml" ContentType="application/xml"/>'
        f'<Override PartName="/word/document.xml" ContentType="{_TYPES}.document.main+xml"/>{overrides}'
        '<Override PartName="/docProps/core.xml" '
        'ContentType="application/vnd.openxmlformats-package.core-properties+xml"/></Types>'
    )


def package_relations() -> str:
    """_rels/.rels"""
    return _relations(
        [
            (f"{_RELATIONS}/officeDocument", "word/document.xml"),
            (
                "http://schemas.openxmlformats.org/package/2006/relationships/metadata/core-properties",
                "docProps/core.xml",
            ),
        ]
    )


def text_relations() -> str:
    """word/_rels/document.xml.rels"""
    return _relations([(f"{_RELATIONS}/{relation}", name) for name, (_kind, relation) in PARTS.items()])


def relation(name: str) -> str:
    """How the text names a part beside it."""
    return f"rId{list(PARTS).index(name) + 1}"


def _relations(listed: list[tuple[str, str]]) -> str:
    made = "".join(
        f'<Relationship Id="rId{at}" Type="{kind}" Target="{target}"/>' for at, (kind, target) in enumerate(listed, 1)
    )
    where = "http://schemas.openxmlformats.org/package/2006/relationships"
    return f'{ml.HEAD}<Relationships xmlns="{where}">{made}</Relationships>'
