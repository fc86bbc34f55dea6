"""ducha notices: remind of deadlines, send what waits. `ducha serve` does both by itself."""

import argparse
import logging
import os
import sys
import time
from typing import Any

from ducha.cli.installation import add_data_option, open_installation

# So long the sender waits where there was nothing to send.
PAUSE = 30
HOUR = 3600


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("notices", help="reminders, mails, chat groups").add_subparsers(dest="verb", required=True)
    for name, run, text in (
        ("remind", run_remind, "remind of deadlines 5, 2, 1 working days away or just missed; each once"),
        ("send", run_send, "send the mails and group messages whose time has come"),
    ):
        verb = verbs.add_parser(name, help=text)
        add_data_option(verb)
        verb.set_defaults(run=run)


def run_remind(arguments: argparse.Namespace) -> int:
    open_installation(arguments.data, must_exist=True)
    told, not_counted = remind()
    print(f"{told} reminders told.")
    if not_counted:
        text = "lie outside the working-day calendar and got none. Import the State Council's yearly notice."
        print(f"{not_counted} deadlines {text}", file=sys.stderr)
    return 0


def run_send(arguments: argparse.Namespace) -> int:
    open_installation(arguments.data, must_exist=True)
    from ducha.apps.notices.actions import send

    done = send()
    print(f"{done.sent} messages sent, {done.failed} failed and tried again later, {done.given_up} given up.")
    return 1 if done.given_up else 0


def remind() -> tuple[int, int]:
    """Remind whoever has to do something, and the groups; how many were told, how many deadlines nobody can count."""
    from ducha.apps.audit_trail import clock
    from ducha.apps.notices.actions import announce
    from ducha.apps.notices.actions import remind as tell
    from ducha.apps.notices.queries import groups_of
    from ducha.apps.reports import duties
    from ducha.apps.reports.queries import running

    told = not_counted = 0
    for office, campaign in running():
        due = duties.due_today(duties.duties(office, [campaign]))
        told += tell(duties.reminders(office, campaign, due), campaign=campaign.public_id)
        not_counted += due.not_counted
        units = {duty.unit for duty, _step in due.steps}
        for group in groups_of(campaign.organiser, units):
            unit = None if group.organisation_id == campaign.organiser_id else group.organisation_id
            key = f"{group.public_id}/{campaign.public_id}/{clock.today()}"
            announce(group, campaign.title, duties.lines(due, unit), key=key)
    return told, not_counted


def keep_up() -> None:
    """Beside the server: send what waits, and remind every hour, so that a day begins with its reminders."""
    from ducha.apps.notices.actions import send

    parent, reminded = os.getppid(), 0.0
    while os.getppid() == parent:
        try:
            if not reminded or time.monotonic() - reminded >= HOUR:
                remind()
                reminded = time.monotonic()
            send()
        except Exception:  # the edge: nothing may end the sender, what waits is sent the next time
            logging.getLogger("ducha").exception("the sender could not send what waits; it tries again")
        _pause(parent)


def _pause(parent: int) -> None:
    """Wait, and notice within a second that the server is gone."""
    for _second in range(PAUSE):
        if os.getppid() == parent:
            time.sleep(1)
