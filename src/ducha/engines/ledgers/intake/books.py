"""Workbooks are opened by a child of little memory, one after another; what breaks it harms no other book."""

import json
import os
import resource
import select
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

from python_calamine import CalamineError

from ducha.engines.ledgers.intake.tables import BOOK_MEMORY, BOOK_SECONDS, BOOK_TEXT, write_sheets

_FORMS = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C.UTF-8"}
_ANSWER = 1 << 20


class Books:
    """The child: started with the first book, and anew where it died or had to be ended."""

    def __init__(self) -> None:
        self._child: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._end()

    def sheets(self, path: Path, into: Path) -> list[str]:
        """Write each sheet of a book as CSV into a folder; the titles of the sheets, none where it cannot be read."""
        is_used = self._child is not None
        titles = self._asked(path, into)
        if titles is None and is_used:
            # What the books before left in its memory may be to blame.
            titles = self._asked(path, into)
        return titles or []

    def _asked(self, path: Path, into: Path) -> list[str] | None:
        """The child's answer; None where it died of the question."""
        child = self._child = self._child or _started()
        assert child.stdin and child.stdout
        try:
            child.stdin.write(json.dumps([str(path), str(into)]).encode() + b"\n")
            child.stdin.flush()
            titles: list[str] = json.loads(_line(child.stdout.fileno()))
        except (OSError, ValueError):
            self._end()
            return None
        return titles

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is not None:
            # It holds nothing that is worth a farewell.
            child.kill()
            child.communicate()


def _started() -> subprocess.Popen[bytes]:
    command = [sys.executable, "-m", "ducha.engines.ledgers.intake.books"]
    pipe = subprocess.PIPE
    return subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL, env=_FORMS)


def _line(handle: int) -> bytes:
    """A line from the child, within its time; ValueError where none comes."""
    until, found = time.monotonic() + 2 * BOOK_SECONDS, b""
    while not found.endswith(b"\n"):
        ready, _, _ = select.select([handle], [], [], max(until - time.monotonic(), 0))
        block = os.read(handle, 1 << 16) if ready else b""
        if not block or len(found) > _ANSWER:
            raise ValueError("no answer")
        found += block
    return found


def _answer(path: str, into: str) -> list[str]:
    """Read a book within the seconds that each has for itself."""
    used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(used) + 1 + BOOK_SECONDS, hard))
    try:
        return write_sheets(Path(path), Path(into))
    except (CalamineError, ValueError, OSError):
        return []


def main() -> None:
    """Answer each line of standard input, a path and a folder, with the titles of the sheets that were written."""
    resource.setrlimit(resource.RLIMIT_AS, (BOOK_MEMORY, BOOK_MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (BOOK_TEXT, BOOK_TEXT))
    for line in sys.stdin:
        print(json.dumps(_answer(*json.loads(line))), flush=True)


if __name__ == "__main__":
    main()
