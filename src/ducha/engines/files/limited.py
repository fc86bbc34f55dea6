"""Parsers of foreign formats run in a child process that may use 480 MB and 4 seconds, and nothing of ours."""

import json
import os
import subprocess
import sys
from importlib import import_module
from typing import Any

from ducha.domain.errors import Invalid, Sentence, sentence
from ducha.engines.files.intake import FileRefused

MEMORY_BYTES = 480 << 20
SECONDS = 4
# Beside its own seconds a child may have to wait for the machine, or for a converter that it started.
_WAITS = 4
_FORMS = {"PATH": os.defpath, "PYTHONPATH": os.pathsep.join(sys.path), "LC_ALL": "C.UTF-8"}


def run_limited(function: str, name: str, content: bytes) -> Any:
    """What `module:function(name, content)` gives as JSON, computed in a limited child; FileRefused on any failure."""
    command = [sys.executable, "-m", "ducha.engines.files.limited", function, name]
    text = "“%(name)s” could not be read within %(seconds)s seconds and %(memory)s MB. Save it anew and try again."
    refused = FileRefused([sentence(text, name=name, seconds=SECONDS, memory=MEMORY_BYTES >> 20)])
    try:
        done = subprocess.run(
            command, input=content, capture_output=True, timeout=SECONDS + _WAITS, env=_FORMS, check=False
        )
        answer = json.loads(done.stdout) if done.returncode == 0 else None
    except (subprocess.TimeoutExpired, ValueError):
        raise refused from None
    if answer is None:
        raise refused
    if "faults" in answer:
        raise FileRefused([sentence(msgid, **params) for msgid, params in answer["faults"]])
    return answer["value"]


def _child(function: str, name: str) -> None:
    import resource

    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    module, _colon, attribute = function.partition(":")
    try:
        answer = {"value": getattr(import_module(module), attribute)(name, sys.stdin.buffer.read())}
    except Invalid as refused:
        answer = {"faults": [_plain(fault) for fault in refused.faults]}
    json.dump(answer, sys.stdout)


def _plain(fault: str) -> tuple[str, dict[str, Any]]:
    if isinstance(fault, Sentence):
        return fault.msgid, fault.params
    return fault.replace("%", "%%"), {}


if __name__ == "__main__":
    _child(*sys.argv[1:])
