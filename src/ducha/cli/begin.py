"""ducha begin: the first people of a new installation."""

import argparse
import secrets
from typing import Any

from ducha.cli.installation import add_data_option, open_installation, prepare_database
from ducha.domain.errors import DuchaError


def add_to(nouns: Any) -> None:
    begin = nouns.add_parser("begin", help="make a new installation with its first four people")
    add_data_option(begin)
    begin.add_argument("--city", required=True, help="name of the city, as in 平顶山市")
    begin.add_argument("--office", required=True, help="name of the inspection office")
    begin.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    open_installation(arguments.data)
    prepare_database()
    from ducha.apps.organisations.actions import begin

    passwords = {name: secrets.token_urlsafe(12) for name in ("office", "sysadmin", "secadmin", "auditadmin")}
    if not begin(arguments.city, arguments.office, passwords):
        raise DuchaError(f"“{arguments.data}” holds an installation already.")
    print("User names and first passwords; they are shown once:")
    for name, password in passwords.items():
        print(f"  {name:<11} {password}")
    print(f"Next: ducha serve --data {arguments.data}; “office” imports the organisations, “secadmin” adds the people.")
    return 0
