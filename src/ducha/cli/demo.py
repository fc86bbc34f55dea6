"""ducha demo: the brief's campaign in a browser, with invented people."""

import argparse
import secrets
import shutil
import sys
import threading
import time
import webbrowser
from typing import Any

from ducha.cli.installation import add_data_option, open_installation, prepare_database
from ducha.cli.serve import add_port_option, serve
from ducha.domain.errors import DuchaError

STAGES = ("self-inspection", "field-inspection", "rectification", "closed")


def add_to(nouns: Any) -> None:
    demo = nouns.add_parser("demo", help="prepare and serve a demonstration")
    add_data_option(demo)
    add_port_option(demo)
    demo.add_argument("--stage", choices=STAGES, default="field-inspection", help="where the campaign stands today")
    demo.add_argument("--password", help="password of all demonstration people (default: a random one, printed once)")
    demo.add_argument("--fresh", action="store_true", help="begin anew: deletes the demonstration in --data")
    demo.add_argument("--no-browser", action="store_true", help="do not open a browser")
    demo.add_argument("--no-serve", action="store_true", help="prepare and exit")
    demo.set_defaults(run=run)


def run(arguments: argparse.Namespace) -> int:
    began = time.monotonic()
    if arguments.fresh:
        remove_demo(arguments)
    open_installation(arguments.data)
    from ducha.demo.build import build

    prepare_database()
    password = arguments.password or secrets.token_urlsafe(9)
    built = build(arguments.stage, password, lambda sentence: print(sentence, file=sys.stderr))
    if built:
        print(f"Ready in {time.monotonic() - began:.0f} s. Everybody's password: {password}")
    else:
        print("The demonstration was there already; --fresh begins anew.")
    if arguments.no_serve:
        return 0
    address = f"http://127.0.0.1:{arguments.port}/"
    print(f"{address} – one click signs you in as anybody. Stop with Ctrl+C.")
    if not arguments.no_browser:
        threading.Timer(2, webbrowser.open, [address]).start()
    return serve(arguments.port)


def remove_demo(arguments: argparse.Namespace) -> None:
    """Delete a data directory, if it is a demonstration and nothing else."""
    if not arguments.data.exists():
        return
    if not (arguments.data / "demo.json").exists() and any(arguments.data.glob("*.sqlite3")):
        raise DuchaError(f"“{arguments.data}” is no demonstration; it is not deleted.")
    shutil.rmtree(arguments.data)
