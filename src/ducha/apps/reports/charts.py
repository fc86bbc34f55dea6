"""Charts as SVG, drawn on the server: they print, need no script, and are read aloud.

Colours are presentation attributes, so that a chart is the same in the page, in its own file and on paper; each figure
stands in it as a number too, so that colour never speaks alone.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from html import escape
from itertools import accumulate, pairwise
from typing import Any

from django.utils.safestring import SafeString, mark_safe

INK, SOFT, LINE, PAPER, GREY, BLUE = "#18212d", "#566271", "#e2e7ed", "#ffffff", "#eef1f4", "#1c4e8f"
# From none to many: ground and ink; each pair is readable (at least 4.5 to 1).
SHADES = (
    ("#f4f6f8", "#566271"),
    ("#fbe6e3", "#18212d"),
    ("#f3bfb8", "#18212d"),
    ("#e28f86", "#3d0b07"),
    ("#b8322a", "#ffffff"),
)
AGES = (("#c9dcf2", "#18212d"), ("#6f9bd1", "#0b1f38"), ("#1c4e8f", "#ffffff"))
WIDTH = 440
FACE = "system-ui,'PingFang SC','Microsoft YaHei','Noto Sans CJK SC',sans-serif"


@dataclass(frozen=True)
class Slice:
    """A figure with its name and the list of the rows that it counts."""

    label: str
    count: int
    url: str
    title: str = ""

    @property
    def full(self) -> str:
        return self.title or self.label


@dataclass(frozen=True)
class Stack:
    """A figure that is made of parts; what is over is the rest."""

    whole: Slice
    parts: tuple[Slice, ...]


@dataclass(frozen=True)
class Small:
    """One of many small charts on one scale; `whole` says whose it is and leads to its rows."""

    whole: Slice
    bars: tuple[Slice, ...]


@dataclass(frozen=True)
class Chart:
    """A drawing with its words and the table of the same figures."""

    name: str
    title: str
    description: str
    svg: SafeString
    heads: tuple[str, ...]
    rows: tuple[tuple[Any, ...], ...]


def level(count: int) -> int:
    """The shade of a few problems: 0 none, 1 one, 2 two or three, 3 up to five, 4 more."""
    return sum(count >= step for step in (1, 2, 4, 6))


def levels(counts: Iterable[int]) -> dict[int, int]:
    """The shade of each figure: as `level` while all are small, else in quarters of the largest."""
    most = max(counts, default=0)
    if most <= 12:
        return {n: level(n) for n in range(most + 1)}
    return {n: 0 if n == 0 else min(4, 1 + 4 * n // (most + 1)) for n in range(most + 1)}


def tiles(name: str, title: str, description: str, groups: Sequence[tuple[str, Sequence[Slice]]]) -> SafeString:
    """图块地图: each county a square, each body of the city a smaller tile, with its figure."""
    shades = levels(one.count for _head, group in groups for one in group)
    parts, top = [], 0
    for number, (head, group) in enumerate(groups):
        if not group:
            continue
        parts.append(_text(0, top + 14, head, fill=SOFT, size=12))
        height = 62 if number == 0 else 34
        for place, one in enumerate(group):
            x, y = place % 4 * 110, top + 22 + place // 4 * (height + 4)
            parts.append(_tile(one, x, y, height, shades[one.count]))
        top += 30 + (len(group) + 3) // 4 * (height + 4)
    return _svg(name, title, description, top, parts)


def _tile(one: Slice, x: int, y: int, height: int, shade: int) -> str:
    ground, ink = SHADES[shade]
    box = f'<rect x="{x}" y="{y}" width="106" height="{height}" rx="4" fill="{ground}" stroke="{LINE}"/>'
    if height > 40:
        words = _text(x + 8, y + 20, _short(one.label, 7), fill=ink) + _text(
            x + 8, y + 48, str(one.count), fill=ink, size=22, weight=650
        )
    else:
        words = _text(x + 6, y + 22, _short(one.label, 6), fill=ink, size=11) + _text(
            x + 100, y + 22, str(one.count), fill=ink, anchor="end", weight=650
        )
    return _link(one, box + words)


def bars(name: str, title: str, description: str, slices: Sequence[Slice], colour: str = BLUE) -> SafeString:
    """横条: one figure under the other on one scale."""
    most = max((one.count for one in slices), default=0) or 1
    parts = []
    for number, one in enumerate(slices):
        y, length = number * 28, round(200 * one.count / most)
        drawn = (
            _text(0, y + 19, _short(one.label, 13), fill=INK)
            + f'<rect x="180" y="{y + 7}" width="200" height="14" rx="3" fill="{GREY}"/>'
            + f'<rect x="180" y="{y + 7}" width="{length}" height="14" rx="3" fill="{colour}"/>'
            + _text(WIDTH, y + 19, str(one.count), fill=INK, anchor="end", weight=650)
        )
        parts.append(_link(one, drawn))
    return _svg(name, title, description, 28 * len(slices), parts)


def funnel(name: str, title: str, description: str, steps: Sequence[Stack]) -> SafeString:
    """漏斗: how many came to each step, and in it those that wait there, by their age; the rest went on."""
    most = max((step.whole.count for step in steps), default=0) or 1
    parts = [_legend(steps[0].parts)] if steps else []
    for number, step in enumerate(steps):
        y = 30 + number * 40
        parts.append(_text(0, y + 21, _short(step.whole.label, 8), fill=INK))
        length = 270 * step.whole.count / most
        parts.append(f'<rect x="120" y="{y + 4}" width="{length:.1f}" height="26" rx="3" fill="{GREY}"/>')
        ends = list(accumulate((270 * part.count / most for part in step.parts), initial=120.0))
        for part, (start, end), (ground, ink) in zip(step.parts, pairwise(ends), AGES, strict=True):
            if part.count:
                parts.append(_segment(part, start, end - start, y + 4, ground, ink))
        total = _text(WIDTH, y + 21, str(step.whole.count), fill=INK, anchor="end", weight=650)
        parts.append(_link(step.whole, total))
    return _svg(name, title, description, 30 + 40 * len(steps), parts)


def _segment(part: Slice, x: float, width: float, y: int, ground: str, ink: str) -> str:
    box = f'<rect x="{x:.1f}" y="{y}" width="{max(width, 2):.1f}" height="26" fill="{ground}"/>'
    fitting = 9 * len(str(part.count)) < width
    words = _text(x + width / 2, y + 17, str(part.count), fill=ink, size=12, anchor="middle") if fitting else ""
    return _link(part, box + words)


def _legend(parts: Sequence[Slice]) -> str:
    drawn = []
    for number, (part, (ground, _ink)) in enumerate(zip(parts, AGES, strict=True)):
        x = 120 + number * 110
        drawn.append(f'<rect x="{x}" y="3" width="12" height="12" rx="2" fill="{ground}"/>')
        drawn.append(_text(x + 17, 14, _short(part.label, 11), fill=SOFT, size=12))
    return "".join(drawn)


def small_multiples(name: str, title: str, description: str, many: Sequence[Small]) -> SafeString:
    """小图并列: the same small chart for each, four beside each other, all on one scale."""
    most = max((bar.count for one in many for bar in one.bars), default=0) or 1
    parts = []
    for number, one in enumerate(many):
        x, y = number % 4 * 112, number // 4 * 86
        drawn = [_text(x, y + 14, _short(one.whole.label, 8), fill=INK, size=12)]
        wide = 100 / max(len(one.bars), 1)
        for place, bar in enumerate(one.bars):
            height = 48 * bar.count / most
            left = x + place * wide
            drawn.append(
                f'<rect x="{left:.1f}" y="{y + 72 - height:.1f}" width="{max(wide - 2, 1):.1f}" '
                f'height="{height:.1f}" fill="{BLUE}"><title>{escape(bar.full)}: {bar.count}</title></rect>'
            )
        drawn.append(f'<line x1="{x}" y1="{y + 72.5}" x2="{x + 100}" y2="{y + 72.5}" stroke="{SOFT}"/>')
        parts.append(_link(one.whole, "".join(drawn)))
    return _svg(name, title, description, 86 * ((len(many) + 3) // 4), parts)


def sparkline(counts: Sequence[int], words: str) -> SafeString:
    """A line as high as a word, for a row of a table; what it says is told in words."""
    most, step = max(counts, default=0) or 1, 84 / max(len(counts) - 1, 1)
    points = " ".join(f"{3 + number * step:.1f},{21 - 18 * count / most:.1f}" for number, count in enumerate(counts))
    dots = "".join(f'<circle cx="{x}" cy="{y}" r="2.5" fill="{BLUE}"/>' for x, y in _pairs(points))
    line = f'<polyline points="{points}" fill="none" stroke="{BLUE}" stroke-width="1.5"/>{dots}'
    return mark_safe(
        f'<svg class="spark" viewBox="0 0 90 24" width="90" height="24" role="img" aria-label="{escape(words)}">'
        f"{line}</svg>"
    )


def _pairs(points: str) -> Iterable[tuple[str, str]]:
    for point in points.split():
        x, _comma, y = point.partition(",")
        yield x, y


def _short(words: str, most: int) -> str:
    """Words cut to so many Chinese signs; a Latin letter takes about half of one."""
    width = 0.0
    for place, sign in enumerate(words):
        width += 1 if ord(sign) > 0x2E7F else 0.55
        if width > most:
            return words[: place - 1] + "…"
    return words


def _text(
    x: float, y: float, words: str, *, fill: str, size: int = 13, anchor: str = "start", weight: int = 400
) -> str:
    return (
        f'<text x="{x:.1f}" y="{y}" fill="{fill}" font-size="{size}" font-weight="{weight}" '
        f'text-anchor="{anchor}">{escape(words)}</text>'
    )


def _link(one: Slice, drawn: str) -> str:
    """What is drawn, leading to the rows that it counts."""
    words = escape(f"{one.full}: {one.count}")
    if not one.url:
        return f"<g><title>{words}</title>{drawn}</g>"
    return f'<a href="{escape(one.url)}" data-rows="{one.count}" aria-label="{words}"><title>{words}</title>{drawn}</a>'


def _svg(name: str, title: str, description: str, height: int, parts: Iterable[str]) -> SafeString:
    return mark_safe(
        f'<svg xmlns="http://www.w3.org/2000/svg" class="chart" viewBox="0 0 {WIDTH} {max(height, 1)}" '
        f'font-family="{escape(FACE)}" role="group" aria-labelledby="{name}-title {name}-description">'
        f'<title id="{name}-title">{escape(title)}</title>'
        f'<desc id="{name}-description">{escape(description)}</desc>{"".join(parts)}</svg>'
    )


def as_file(chart: Chart) -> str:
    """The drawing as a file of its own: white ground, its size, its title above it, and no links."""
    drawing = chart.svg.replace("<a href=", "<g data-href=").replace("</a>", "</g>")
    height = int(drawing.partition(f'viewBox="0 0 {WIDTH} ')[2].partition('"')[0])
    wide, high = WIDTH + 40, height + 60
    box = f'viewBox="-20 -40 {wide} {high}" width="{2 * wide}" height="{2 * high}"'
    drawing = drawing.replace(f'viewBox="0 0 {WIDTH} {height}"', box, 1)
    ground = f'<rect x="-20" y="-40" width="{wide}" height="{high}" fill="{PAPER}"/>'
    title = _text(0, -12, chart.title, fill=INK, size=15, weight=650)
    words, end, drawn = drawing.partition("</desc>")
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{words}{end}{ground}{title}{drawn}'
