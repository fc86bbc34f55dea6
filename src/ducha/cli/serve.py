"""ducha serve: the site and its sequencer, in one command."""

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
    """Serve on loopback until interrupted; the sequencer runs beside the web server and ends with it."""
    sequencer = subprocess.Popen([sys.executable, "-m", "ducha.cli.serve"])
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
        sequencer.terminate()
        sequencer.wait()


def sequence() -> None:
    """The sequencer: once a second number what was recorded, and seal what is due."""
    import django

    django.setup()
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


if __name__ == "__main__":
    sequence()
