"""ducha reference: prints the tables of states and rights into docs/reference."""

import argparse
from pathlib import Path
from typing import Any

from ducha.domain.lifecycle import LIFECYCLES, Lifecycle
from ducha.domain.rights import GRANTS, Right, Role

HEAD = "<!-- printed by `ducha reference`; change the table in src/ducha/domain, not this page -->\n\n"


def add_to(nouns: Any) -> None:
    reference = nouns.add_parser("reference", help="print docs/reference from the tables")
    reference.add_argument("--into", type=Path, default=Path("docs/reference"))
    reference.add_argument("--check", action="store_true", help="only say whether the pages are up to date")
    reference.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    stale = []
    for name, text in {"states.md": states(), "rights.md": rights()}.items():
        page = arguments.into / name
        if page.exists() and page.read_text(encoding="utf-8") == text:
            continue
        stale.append(name)
        if not arguments.check:
            page.parent.mkdir(parents=True, exist_ok=True)
            page.write_text(text, encoding="utf-8")
    if arguments.check and stale:
        print(f"{', '.join(stale)} in {arguments.into} is stale: run `ducha reference`.")
        return 1
    return 0


def states() -> str:
    """The lifecycles with their diagrams."""
    return HEAD + "# States\n\n" + "\n".join(_lifecycle(lifecycle) for lifecycle in LIFECYCLES)


def _lifecycle(lifecycle: Lifecycle) -> str:
    edges = [f"  {s} --> {t.target}: {t.event}" for t in lifecycle.transitions for s in t.sources]
    diagram = "\n".join(["```mermaid", "stateDiagram-v2", f"  [*] --> {lifecycle.initial}", *edges, "```"])
    rows = "\n".join(
        f"| {t.event} | {', '.join(t.sources)} | {t.target} | {t.right or 'the clock'} |" for t in lifecycle.transitions
    )
    return f"## {lifecycle.name}\n\n{diagram}\n\n| event | from | to | right |\n|---|---|---|---|\n{rows}\n"


def rights() -> str:
    """The table role × right."""
    head = "| right | " + " | ".join(Role) + " |\n|---|" + "---|" * len(Role) + "\n"
    rows = (
        f"| {right} | " + " | ".join("●" if role in GRANTS[right] else "" for role in Role) + " |" for right in Right
    )
    return HEAD + "# Rights\n\n" + head + "\n".join(rows) + "\n"
