"""ducha serve: the site, its sequencer, the intake of ledgers and the sender of messages, in one command."""

import argparse
import logging
import os
import signal
import subprocess
import sys
import time
from types import FrameType
from typing import Any

from ducha.cli.installation import add_data_option, open_installation, prepare_database


def add_to(nouns: Any) -> None:
    serve = nouns.add_parser("serve", help="serve the site")
    add_data_option(serve)
    add_port_option(serve)
    serve.set_defaults(run=run)


def add_port_option(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--port", type=int, default=8000, help="port on 127.0.0.1 (default: 8000)")


def run(arguments: argparse.Namespace) -> int:
    open_installation(arguments.data)
    prepare_database()
    return serve(arguments.port)


def serve(port: int) -> int:
    """Serve on loopback until interrupted; sequencer, intake and sender run beside the web server and end with it."""
    beside = [subprocess.Popen([sys.executable, "-m", "ducha.cli.serve", name]) for name in BESIDE]
    server = subprocess.Popen(
        [
            *(sys.executable, "-m", "granian", "--interface", "wsgi", "--host", "127.0.0.1", "--port", str(port)),
            *("--workers", "1", "--blocking-threads", "4", "--no-ws", "--log-level", "warning"),
            "ducha.site.wsgi:application",
        ]
    )

    def stop(_signal: int, _frame: FrameType | None) -> None:
        server.terminate()

    signal.signal(signal.SIGTERM, stop)
    try:
        return server.wait()
    except KeyboardInterrupt:
        server.terminate()
        return server.wait()
    finally:
        for process in beside:
            process.terminate()
        for process in beside:
            process.wait()


def sequence() -> None:
    """The sequencer: once a second number what was recorded, and seal what is due."""
    from ducha.apps.audit_trail.actions import integrate
    from ducha.apps.selfassessment.actions import seal_due

    parent = os.getppid()
    while os.getppid() == parent:
        try:
            seal_due()
            integrate()
        except Exception:  # the edge: nothing may end the sequencer, what waits is numbered the next time
            logging.getLogger("ducha").exception("the sequencer could not number what waits; it tries again")
        time.sleep(1)


def take_in() -> None:
    """The intake: large ledgers and long checks, one after the other, outside of any request."""
    from ducha.apps.verification.actions import work

    parent = os.getppid()
    while os.getppid() == parent:
        try:
            worked = work()
        except Exception:  # the edge: what fails for no reason of its own, as a locked database does, is tried again
            logging.getLogger("ducha").exception("the intake could not take in what waits; it tries again")
            worked = False
        if not worked:
            time.sleep(1)


def keep_up() -> None:
    """The sender: reminders, mails and group messages."""
    from ducha.cli import notices

    notices.keep_up()


BESIDE = {"sequence": sequence, "take_in": take_in, "keep_up": keep_up}

if __name__ == "__main__":
    import django

    django.setup()
    BESIDE[sys.argv[1]]()
