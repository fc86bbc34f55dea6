"""The parameters of GB/T 9704-2012 (党政机关公文格式), once for the writer and for the checker.

Lengths are in twentieths of a point (twips), sizes of type in half points, as WordprocessingML has them.
"""

from dataclasses import dataclass

TWIPS_PER_MM = 1440 / 25.4


def mm(length: float) -> int:
    """Millimetres in twips."""
    return round(length * TWIPS_PER_MM)


# 5.1 paper, 5.2.1 margins and type area: A4, upper white edge 37 mm, left 28 mm, type area 156 × 225 mm.
PAGE = (mm(210), mm(297))
TOP, LEFT, WIDTH, HEIGHT = mm(37), mm(28), mm(156), mm(225)
RIGHT, BOTTOM = PAGE[0] - LEFT - WIDTH, PAGE[1] - TOP - HEIGHT
# 5.2.3: 22 lines to a page, 28 characters to a line.
LINES, SIGNS = 22, 28
LINE = HEIGHT // LINES
# Set solid, 28 signs of 16 pt are wider than 156 mm: each is brought so much nearer to the next. (A character grid does
# the same in Word, but in LibreOffice a sign that is wider than its cell takes two.)
SIGN_SPACE = WIDTH // SIGNS - 16 * 20
# What is taken for the same length: half a millimetre.
NEAR = mm(0.5)

# 号 of the Chinese type scale, in half points.
SIZE_2, SIZE_3, SIZE_4, SIZE_SMALL_4, SIZE_5 = 44, 32, 28, 24, 21

SONG_TITLE = "方正小标宋简体"
FANGSONG = "仿宋_GB2312"
HEI = "黑体"
KAI = "楷体_GB2312"
SONG = "宋体"
# The names under which each face is installed; a free face that may stand in is named last.
FACES: dict[str, tuple[str, ...]] = {
    SONG_TITLE: ("方正小标宋简体", "方正小标宋_GBK", "小标宋体", "华文中宋", "Noto Serif CJK SC"),
    FANGSONG: ("仿宋_GB2312", "仿宋", "FangSong", "FangSong_GB2312", "方正仿宋_GBK", "方正仿宋简体", "FandolFang R"),
    HEI: ("黑体", "SimHei", "方正黑体_GBK", "方正黑体简体", "Noto Sans CJK SC"),
    KAI: ("楷体_GB2312", "楷体", "KaiTi", "KaiTi_GB2312", "方正楷体_GBK", "方正楷体简体", "FandolKai"),
    SONG: ("宋体", "SimSun", "方正书宋_GBK", "Noto Serif CJK SC"),
}
RED = "FF0000"


@dataclass(frozen=True)
class Look:
    """How the paragraphs of one element look: face, size, alignment, indents in signs of its own size."""

    face: str
    size: int
    align: str = "both"
    first: int = 0
    left: int = 0
    right: int = 0
    colour: str = ""


# 7.2.4 – 7.3.9 and 7.4, by the names of the elements.
LOOKS: dict[str, Look] = {
    "mark": Look(SONG_TITLE, 0, "center", colour=RED),
    "number": Look(FANGSONG, SIZE_3, "center"),
    "title": Look(SONG_TITLE, SIZE_2, "center"),
    "recipients": Look(FANGSONG, SIZE_3),
    "text": Look(FANGSONG, SIZE_3, first=2),
    "level1": Look(HEI, SIZE_3, first=2),
    "level2": Look(KAI, SIZE_3, first=2),
    "level3": Look(FANGSONG, SIZE_3, first=2),
    "level4": Look(FANGSONG, SIZE_3, first=2),
    "attachments": Look(FANGSONG, SIZE_3, left=2),
    "signature": Look(FANGSONG, SIZE_3, "right"),
    "date": Look(FANGSONG, SIZE_3, "right", right=4),
    "annex": Look(HEI, SIZE_3, "left"),
    "imprint": Look(FANGSONG, SIZE_4, left=1, right=1),
    "page": Look(SONG, SIZE_4),
}
# 7.2.4: the mark's upper edge lies 35 mm under that of the type area. 7.2.7: the rule lies 4 mm under the number.
MARK_DOWN, RULE_DOWN = mm(35), mm(4)
# 7.4.1: the outer rules of the imprint are 0.35 mm, the inner one is 0.25 mm. 7.5: the number 7 mm under the type area.
OUTER_RULE, INNER_RULE = 0.35, 0.25
PAGE_NUMBER_DOWN = mm(7)
