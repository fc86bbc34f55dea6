"""Old documents become docx by LibreOffice: without macros, network or a profile of anyone, within limits."""

import os
import resource
import shutil
import signal
import subprocess
import tempfile
from functools import partial
from pathlib import Path

from ducha.domain.errors import Invalid, sentence

# Kinds that a converter reads, and the name under which it takes them for what they are.
CONVERTED = {"doc": "plan.doc", "rtf": "plan.rtf"}
# Measured: an empty document takes 1 s and 210 MB.
SECONDS = 5
# Printing a report of forty pages takes 3 s; with less memory it comes out without words.
PRINTING_SECONDS, PRINTING_BYTES = 60, 2 << 30
MEMORY_BYTES = 480 << 20
_PROGRAMS = ("soffice", "libreoffice")
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Office.Common/Security/Scripting">
<prop oor:name="DisableMacrosExecution" oor:op="fuse"><value>true</value></prop>
<prop oor:name="MacroSecurityLevel" oor:op="fuse"><value>3</value></prop>
<prop oor:name="DisableActiveContent" oor:op="fuse"><value>true</value></prop></item>
<item oor:path="/org.openoffice.Office.Writer/Content/Update">
<prop oor:name="Link" oor:op="fuse"><value>2</value></prop></item>
</oor:items>
"""


def converted(name: str, content: bytes, kind: str) -> bytes:
    """The document as docx; Invalid says what to install, or what to do with a document that cannot be converted."""
    program = _program()
    if program is None:
        fault = (
            "“%(name)s” is an old Word document (doc, wps or rtf), and no converter is installed here. "
            "Save it as docx and choose that, or have LibreOffice Writer installed on the server "
            "(apt-get install libreoffice-writer-nogui)."
        )
        raise Invalid([sentence(fault, name=name)])
    made = _made(program, CONVERTED[kind], content, "docx", (SECONDS, MEMORY_BYTES))
    if made is None:
        fault = "“%(name)s” could not be converted. Open it in Word or WPS, save it as docx and choose that."
        raise Invalid([sentence(fault, name=name)])
    return made


def printed(content: bytes) -> bytes | None:
    """A Word file of our own as PDF; None where no converter is installed or it did not end in time."""
    program = _program()
    return _made(program, "paper.docx", content, "pdf", (PRINTING_SECONDS, PRINTING_BYTES)) if program else None


def _program() -> str | None:
    return next((found for each in _PROGRAMS if (found := shutil.which(each))), None)


def _made(program: str, name: str, content: bytes, form: str, limits: tuple[int, int]) -> bytes | None:
    with tempfile.TemporaryDirectory(prefix="ducha-convert-") as folder:
        source = Path(folder, name)
        source.write_bytes(content)
        settings = Path(folder, "profile", "user", "registrymodifications.xcu")
        settings.parent.mkdir(parents=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
        run(program, source, form, limits)
        made = source.with_suffix(f".{form}")
        return made.read_bytes() if made.exists() else None


def run(program: str, source: Path, form: str, limits: tuple[int, int] = (SECONDS, MEMORY_BYTES)) -> None:
    """Convert a file beside itself; what it started is ended after so many seconds and has so many bytes."""
    folder = source.parent
    command = [program, "--headless", "--norestore", "--nologo", f"-env:UserInstallation=file://{folder}/profile"]
    command += ["--convert-to", form, "--outdir", str(folder), str(source)]
    forms = {"PATH": os.defpath, "HOME": str(folder), "TMPDIR": str(folder), "LC_ALL": "C.UTF-8"}
    running = subprocess.Popen(
        [*without_network(), *command],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env=forms,
        cwd=folder,
        start_new_session=True,
        preexec_fn=partial(_limit, *limits),
    )
    try:
        running.wait(limits[0])
    except subprocess.TimeoutExpired:
        os.killpg(running.pid, signal.SIGKILL)
        running.wait()


def _limit(seconds: int, memory: int) -> None:
    for which, most in ((resource.RLIMIT_AS, memory), (resource.RLIMIT_CPU, seconds)):
        allowed = resource.getrlimit(which)[1]
        most = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
        resource.setrlimit(which, (most, most))


def without_network() -> list[str]:
    """A network of its own with nothing in it, where the system lets us have one."""
    command = ["unshare", "--map-root-user", "--net"]
    try:
        subprocess.run([*command, "true"], check=True, capture_output=True, timeout=SECONDS)
    except (OSError, subprocess.SubprocessError):
        return []
    return command
