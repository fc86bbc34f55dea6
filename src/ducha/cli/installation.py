"""Opening the installation that a command works on."""

import argparse
import os
import sys
from pathlib import Path

from ducha.domain.errors import DuchaError

# Older ones can reset the write-ahead log under a second connection.
SAFE_SQLITE = (3, 51, 3)


def add_data_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, default=Path("data"), help="directory of the installation (default: data)")


def open_installation(data: Path, *, must_exist: bool = False) -> None:
    """Set Django up on a data directory; DuchaError if it must exist and does not."""
    if must_exist and not (data / "keys").exists():
        raise DuchaError(f"“{data}” is no installation. Name its directory with --data.")
    os.environ["DUCHA_DATA"] = str(data.resolve())
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ducha.site.settings")
    import django

    django.setup()


def prepare_database() -> None:
    """Bring the database up to this version; DuchaError where a newer Ducha wrote it, a warning for a risky SQLite."""
    from django.core.management import call_command
    from django.db import connection
    from django.db.migrations.loader import MigrationLoader

    loader = MigrationLoader(connection)
    if unknown := sorted(set(loader.applied_migrations) - set(loader.disk_migrations)):
        names = ", ".join(f"{app} {name}" for app, name in unknown)
        raise DuchaError(f"A newer Ducha wrote this database ({names}). Start that version; this one would harm it.")
    if connection.vendor == "sqlite" and connection.Database.sqlite_version_info < SAFE_SQLITE:
        version = connection.Database.sqlite_version
        print(f"SQLite {version} can lose a commit when two processes write; install pysqlite3.", file=sys.stderr)
    call_command("migrate", verbosity=0)
