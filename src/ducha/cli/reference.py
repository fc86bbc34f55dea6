"""ducha reference: prints the tables of states, rights, ledgers and rules into docs/reference."""

import argparse
from pathlib import Path
from typing import Any

from ducha.domain.lifecycle import LIFECYCLES, Lifecycle
from ducha.domain.rights import GRANTS, Right, Role
from ducha.engines.ledgers.kinds import KINDS, Kind
from ducha.engines.ledgers.rules import Limit, Rule, read_rules
from ducha.engines.ledgers.rules.language import FUNCTIONS

HEAD = "<!-- printed by `ducha reference`; change the table in src/ducha, not this page -->\n\n"


def add_to(nouns: Any) -> None:
    reference = nouns.add_parser("reference", help="print docs/reference from the tables")
    reference.add_argument("--into", type=Path, default=Path("docs/reference"))
    reference.add_argument("--check", action="store_true", help="only say whether the pages are up to date")
    reference.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    stale = []
    pages = {"states.md": states(), "rights.md": rights(), "ledgers.md": ledgers(), "rules.md": rules()}
    for name, text in pages.items():
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


def ledgers() -> str:
    """The kinds of ledger with their columns."""
    return HEAD + "# Ledgers\n\n" + "\n".join(_ledger(kind) for kind in KINDS.values())


def _ledger(kind: Kind) -> str:
    rows = "\n".join(
        f"| {column.name} | {column.title} | {column.type} | {'●' if column.required else ''} "
        f"| {'●' if column.personal else ''} |"
        for column in kind.columns
    )
    head = "| column | 中文 | type | required | personal |\n|---|---|---|---|---|"
    return f"## {kind.id} · {kind.title}\n\n{head}\n{rows}\n"


def rules() -> str:
    """The rules that ship with Ducha, and what a condition may call."""
    head = "| rule | 要求 | 依据 | ledger | judged | limit |\n|---|---|---|---|---|---|\n"
    calls = "\n".join(f"- `{name}({', '.join(takes)})` → {gives}" for name, (takes, gives) in FUNCTIONS.items())
    rows = "\n".join(_rule(rule) for rule in read_rules())
    return f"{HEAD}# Rules\n\n{head}{rows}\n\n## What a condition may call\n\n{calls}\n"


def _rule(rule: Rule) -> str:
    cells = (rule.id, rule.title, rule.basis, rule.ledger, rule.judged, _limit(rule.limit))
    return f"| {' | '.join(cells)} |"


def _limit(limit: Limit | None) -> str:
    return f"{limit.comparator} {limit.value} {limit.unit}" if limit else ""
