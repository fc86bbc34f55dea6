"""Run a command beside a throw-away PostgreSQL from the system's packages: python tools/postgres.py CMD…

The command finds the server in DUCHA_DATABASE_URL; afterwards nothing is left of it.
"""

import os
import pwd
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

WANTED = 15
MISSING = "PostgreSQL 15 or newer is missing: install the package “postgresql” (apt-get install postgresql)."


def binaries() -> Path | None:
    """The folder of initdb and pg_ctl, the newest version first."""
    folders = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda p: -int(p.parent.name))
    found = [folder for folder in folders if (folder / "initdb").exists() and int(folder.parent.name) >= WANTED]
    return found[0] if found else None


def install() -> None:
    """Get the package where that is possible without asking anybody."""
    if os.geteuid() == 0 and shutil.which("apt-get"):
        quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL}
        subprocess.run(["apt-get", "update"], check=False, **quiet)
        subprocess.run(["apt-get", "install", "-y", "--no-install-recommends", "postgresql"], check=False, **quiet)


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def owner() -> dict[str, object]:
    """PostgreSQL refuses to run as root: then it runs as “postgres” or “nobody”."""
    if os.geteuid() != 0:
        return {}
    names = {entry.pw_name for entry in pwd.getpwall()}
    account = pwd.getpwnam("postgres" if "postgres" in names else "nobody")
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def main(command: list[str]) -> int:
    if binaries() is None:
        install()
    folder = binaries()
    if folder is None:
        print(MISSING, file=sys.stderr)
        return 1
    directory = Path(tempfile.mkdtemp(prefix="ducha-postgres-"))
    as_owner, port = owner(), free_port()
    if as_owner:
        os.chown(directory, as_owner["user"], as_owner["group"])
    data, log = directory / "data", directory / "log"
    options = f"-h 127.0.0.1 -p {port} -k {directory} -c fsync=off -c max_connections=60"
    calls = {"cwd": directory, "stdout": subprocess.DEVNULL, **as_owner}
    try:
        initdb = [folder / "initdb", "-D", data, "-U", "ducha", "-A", "trust", "-E", "UTF8", "--no-locale"]
        subprocess.run(initdb, check=True, **calls)
        subprocess.run([folder / "pg_ctl", "-D", data, "-l", log, "-w", "-o", options, "start"], check=True, **calls)
        create = [folder / "createdb", "-h", "127.0.0.1", "-p", str(port), "-U", "ducha", "ducha"]
        subprocess.run(create, check=True, **calls)
        url = f"postgresql://ducha@127.0.0.1:{port}/ducha"
        return subprocess.run(command, env={**os.environ, "DUCHA_DATABASE_URL": url}, check=False).returncode
    finally:
        if (data / "postmaster.pid").exists():
            subprocess.run([folder / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop"], check=False, **calls)
        shutil.rmtree(directory, ignore_errors=True)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
