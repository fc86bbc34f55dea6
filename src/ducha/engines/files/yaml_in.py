"""YAML in, as plain words and numbers; parsed in the limited child."""

from typing import Any

import yaml

from ducha.domain.errors import Invalid, sentence
from ducha.engines.files.limited import run_limited

_KINDS = {f"tag:yaml.org,2002:{kind}" for kind in ("int", "bool", "null")}


class _Words(yaml.CSafeLoader):  # type: ignore[misc]  # PyYAML has no types of its own
    """YAML whose dates stay words."""


_Words.yaml_implicit_resolvers = {
    first: [(tag, words) for tag, words in resolvers if tag in _KINDS]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


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
