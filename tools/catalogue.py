"""The zh_Hans catalogue: complete, without stale entries, and compiled; needs no GNU gettext.

python tools/catalogue.py check | update | compile
"""

import ast
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[1]
SOURCE = ROOT / "src" / "ducha"
PO = SOURCE / "site/locale/zh_Hans/LC_MESSAGES/django.po"
HEAD = (
    'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n"Language: zh_Hans\\n"\n'
    '"Plural-Forms: nplurals=1; plural=0;\\n"\n'
)
SINGLE = {"_", "gettext", "gettext_lazy", "gettext_noop", "sentence", "fault", "_Fault"}
# Calls to which a sentence is given by a name, on a line of its own.
NAMED = re.compile(r"\b(?:sentence|fault|_Fault)\(\s*(?:text|fault)\b")
PLURAL = {"ngettext", "ngettext_lazy"}
CONTEXT = {"pgettext", "pgettext_lazy"}
PLACEHOLDER = re.compile(r"%\(\w+\)s|\{\w+\}")


@dataclass(frozen=True)
class Key:
    """What a catalogue entry is found by."""

    msgid: str
    plural: str = ""
    context: str = ""


def wanted(source: Path) -> set[Key]:
    """Every message of the project's Python and templates."""
    keys: set[Key] = set()
    for path in sorted(source.rglob("*.py")):
        if "migrations" not in path.parts:
            keys |= set(_of_python(path.read_text(encoding="utf-8")))
    for path in sorted(source.rglob("templates/**/*.html")):
        keys |= set(_of_template(path.read_text(encoding="utf-8")))
    return keys


def _of_python(text: str) -> Iterator[Key]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Assign) and NAMED.search(text):
            named = [target.id for target in node.targets if isinstance(target, ast.Name)]
            if named in (["text"], ["fault"]) and isinstance(node.value, ast.Constant):
                yield Key(node.value.value)
        if not isinstance(node, ast.Call):
            continue
        name = getattr(node.func, "id", getattr(node.func, "attr", ""))
        words = [a.value for a in node.args if isinstance(a, ast.Constant) and isinstance(a.value, str)]
        if name in SINGLE and words:
            yield Key(words[0])
        elif name in PLURAL and len(words) >= 2:
            yield Key(words[0], words[1])
        elif name in CONTEXT and len(words) >= 2:
            yield Key(words[1], context=words[0])


def _of_template(text: str) -> Iterator[Key]:
    """The messages of a template, as Django itself spells them when it renders."""
    from django.template import Template
    from django.templatetags.i18n import BlockTranslateNode, TranslateNode

    for match in re.finditer(r'_\("([^"]+)"\)', text):
        yield Key(match.group(1))
    # Tag libraries of the project add no messages of their own; only the nodes of i18n are asked.
    for node in Template(text).nodelist.get_nodes_by_type((TranslateNode, BlockTranslateNode)):
        if isinstance(node, TranslateNode):
            context = str(node.message_context.var) if node.message_context else ""
            yield Key(str(node.filter_expression.var)[1:-1], context=context)
        else:
            yield Key(
                node.render_token_list(node.singular)[0], node.render_token_list(node.plural)[0] if node.plural else ""
            )


def read(path: Path) -> dict[Key, str]:
    """The entries of a .po file."""
    entries: dict[Key, str] = {}
    if not path.exists():
        return entries
    for block in path.read_text(encoding="utf-8").split("\n\n"):
        found = dict(re.findall(r'^(msgctxt|msgid_plural|msgid|msgstr(?:\[0\])?) "(.*)"$', block, re.M))
        if found.get("msgid"):
            key = Key(*(_unquoted(found.get(k, "")) for k in ("msgid", "msgid_plural", "msgctxt")))
            entries[key] = _unquoted(found.get("msgstr", found.get("msgstr[0]", "")))
    return entries


def _unquoted(text: str) -> str:
    return ast.literal_eval(f'"{text}"')


def _quoted(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def write(path: Path, entries: dict[Key, str]) -> None:
    """A .po file, sorted, without dates."""
    blocks = [HEAD]
    for key in sorted(entries, key=lambda k: (k.msgid, k.context)):
        lines = [f'msgctxt "{_quoted(key.context)}"'] if key.context else []
        lines.append(f'msgid "{_quoted(key.msgid)}"')
        lines += [f'msgid_plural "{_quoted(key.plural)}"'] if key.plural else []
        lines.append(f'msgstr{"[0]" if key.plural else ""} "{_quoted(entries[key])}"')
        blocks.append("\n".join(lines) + "\n")
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("\n".join(blocks), encoding="utf-8")


def faults(keys: set[Key], entries: dict[Key, str]) -> list[str]:
    """What is missing, stale, empty, or differs in its placeholders."""
    found = [f"missing: {key.msgid}" for key in keys - set(entries)]
    found += [f"stale: {key.msgid}" for key in set(entries) - keys]
    for key in keys & set(entries):
        asked = set(PLACEHOLDER.findall(key.plural or key.msgid))
        if not entries[key]:
            found.append(f"empty: {key.msgid}")
        elif set(PLACEHOLDER.findall(entries[key])) != asked:
            found.append(f"placeholders differ: {key.msgid}")
    return sorted(found)


def compiled(entries: dict[Key, str]) -> bytes:
    """A .mo file (GNU format, little endian)."""
    messages = {"": "Content-Type: text/plain; charset=UTF-8\nPlural-Forms: nplurals=1; plural=0;\n"}
    for key, text in entries.items():
        name = (f"{key.context}\x04" if key.context else "") + key.msgid + (f"\0{key.plural}" if key.plural else "")
        messages[name] = text
    pairs = sorted((name.encode(), text.encode()) for name, text in messages.items() if text)
    ids = b"".join(name + b"\0" for name, _ in pairs)
    start, tables = 28 + 16 * len(pairs), ([], [])
    at, text_at = start, start + len(ids)
    for name, text in pairs:
        tables[0].append(struct.pack("<II", len(name), at))
        tables[1].append(struct.pack("<II", len(text), text_at))
        at, text_at = at + len(name) + 1, text_at + len(text) + 1
    head = struct.pack("<7I", 0x950412DE, 0, len(pairs), 28, 28 + 8 * len(pairs), 0, start)
    return head + b"".join(tables[0]) + b"".join(tables[1]) + ids + b"".join(text + b"\0" for _, text in pairs)


def main(verb: str) -> int:
    entries = read(PO)
    if verb == "compile":
        PO.with_suffix(".mo").write_bytes(compiled(entries))
        return 0
    _set_django_up()
    keys = wanted(SOURCE)
    if verb == "update":
        write(PO, {key: entries.get(key, "") for key in keys})
        return 0
    found = faults(keys, entries)
    print("\n".join(found))
    return 1 if found else 0


def _set_django_up() -> None:
    import os
    import tempfile

    os.environ["DUCHA_DATA"] = tempfile.mkdtemp()
    os.environ["DJANGO_SETTINGS_MODULE"] = "ducha.site.settings"
    import django

    django.setup()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
