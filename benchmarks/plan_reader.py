"""How long the plan reader takes: python benchmarks/plan_reader.py

Prints milliseconds for texts of 10,000 to 80,000 characters made of the example plan, each the best of five readings,
milliseconds per 10,000 characters, the ratio of times beside the ratio of lengths (equal ratios are linear time), and
the peak memory. Then the same plan as Word, PDF and HTML, opened in the limited process.
"""

import resource
import sys
import time
from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from docx import Document

from ducha.engines import files, plans

BRIEF = Path(__file__).parents[1] / "examples" / "平顶山市督察实施方案.txt"
LENGTHS = (10_000, 20_000, 40_000, 80_000)
READINGS = 5
# What it has to stay below.
MOST_MS = 100


def text_of_length(length: int) -> str:
    """The plan over and over, its later copies as annexes, cut at the end of a line."""
    brief = BRIEF.read_text(encoding="utf-8")
    whole = "\n".join([brief, *(f"附件{n}\n{brief}" for n in range(1, length // len(brief) + 1))])
    return whole[: whole.rindex("\n", 0, length + 1)]


def best(read: Callable[[], object]) -> float:
    """Milliseconds of the fastest of several runs."""
    times = []
    for _ in range(READINGS):
        began = time.perf_counter()
        read()
        times.append(1000 * (time.perf_counter() - began))
    return min(times)


def in_word(text: str) -> bytes:
    document, target = Document(), BytesIO()
    for line in text.splitlines():
        document.add_paragraph(line)
    document.save(target)
    return target.getvalue()


def in_page(text: str) -> bytes:
    return f"<!doctype html><html><body><p>{text.replace(chr(10), '</p><p>')}</p></body></html>".encode()


def through_the_child(name: str, content: bytes) -> plans.Reading:
    answer = files.run_limited("ducha.engines.plans:packed", name, content)
    return plans.read_document(name, plans.unpacked(answer))


def main() -> int:
    first: tuple[int, float] | None = None
    slowest = 0.0
    print(f"{'characters':>10} {'ms':>8} {'ms/10,000':>10} {'time ratio':>11} {'length ratio':>13}")
    for length in LENGTHS:
        text = text_of_length(length)
        content = text.encode()
        took = best(lambda content=content: plans.read_file("方案.txt", content))
        first = first or (len(text), took)
        each = 10_000 * took / len(text)
        slowest = max(slowest, each)
        print(f"{len(text):>10} {took:>8.1f} {each:>10.1f} {took / first[1]:>11.2f} {len(text) / first[0]:>13.2f}")
    text = text_of_length(LENGTHS[0])
    for name, content in (("方案.docx", in_word(text)), ("方案.html", in_page(text))):
        took = best(lambda name=name, content=content: through_the_child(name, content))
        print(f"{name}, {len(text)} characters, in the limited process: {took:.0f} ms")
    peaks = (resource.getrusage(who).ru_maxrss // 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    print("peak memory: {} MB here, {} MB in the limited process".format(*peaks))
    print(f"slowest {slowest:.1f} ms per 10,000 characters; asked for: at most {MOST_MS}")
    return 0 if slowest <= MOST_MS else 1


if __name__ == "__main__":
    sys.exit(main())
