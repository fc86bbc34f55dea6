"""Opening the installation that a command works on."""

import argparse
import os
from pathlib import Path

from ducha.domain.errors import DuchaError


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
