"""YAML in and out, as plain words and numbers; what comes in is parsed in the limited child."""

import re
from typing import Any

import yaml

from ducha.domain.errors import Invalid, sentence
from ducha.engines.files.limited import run_limited

# Line ends that YAML takes for blanks, and what no editor shows.
_UNSEEN = re.compile(r"[\x85\u2028\u2029\ufeff]")


class _Words(yaml.CSafeLoader):  # type: ignore[misc]  # PyYAML has no types of its own
    """YAML in which words are what is written: 0131 and 1:30 are no numbers, 2024-06-30 is no date."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Any, Any]:
        names = [self.construct_object(name, deep=True) for name, _value in node.value]
        if twice := [name for name in names if names.count(name) > 1]:
            raise yaml.YAMLError(f"“{twice[0]}” stands twice")
        found: dict[Any, Any] = super().construct_mapping(node, deep)
        return found


_Words.yaml_implicit_resolvers = {}
_Words.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^(?:0|[1-9][0-9]*)$"), list("0123456789"))
_Words.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Words.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])


class _Written(yaml.SafeDumper):  # type: ignore[misc]
    """YAML whose unseen signs are written out."""


def _written(dumper: Any, text: str) -> Any:
    style = '"' if _UNSEEN.search(text) else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style=style)


_Written.add_representer(str, _written)


def write_yaml(found: Any) -> bytes:
    """Plain values as YAML."""
    words: str = yaml.dump(found, Dumper=_Written, allow_unicode=True, sort_keys=False, width=120)
    return words.encode()


def read_yaml(name: str, content: bytes) -> dict[str, Any]:
    """What a YAML file holds, by its names; FileRefused where it holds none."""
    found: dict[str, Any] = run_limited("ducha.engines.files.yaml_in:parsed", name, content)
    return found


def parsed(name: str, content: bytes) -> dict[str, Any]:
    """YAML as plain values; runs in the limited child."""
    try:
        text = content.decode("utf-8-sig")
        if any(isinstance(event, yaml.AliasEvent) for event in yaml.parse(text, Loader=yaml.CSafeLoader)):
            raise yaml.YAMLError("links from one place to another, by which small files grow large, are not read")
        found = yaml.load(text, Loader=_Words)
    except (yaml.YAMLError, UnicodeDecodeError, RecursionError, ValueError) as error:
        fault = "“%(name)s” is no workbook and no YAML. Export a catalogue to see what one looks like."
        raise Invalid([sentence(fault, name=name)]) from error
    if not isinstance(found, dict):
        text = "“%(name)s” holds no catalogue. Export one to see what it looks like."
        raise Invalid([sentence(text, name=name)])
    return found
