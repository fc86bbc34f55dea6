"""ducha report city: the report on a campaign as a Word file in the form of official documents."""

import argparse
from pathlib import Path
from typing import Any

from ducha.cli.installation import add_data_option, open_installation
from ducha.domain.errors import Invalid, sentence


def add_to(nouns: Any) -> None:
    verbs = nouns.add_parser("report", help="papers of a campaign").add_subparsers(dest="verb", required=True)
    city = verbs.add_parser("city", help="the report on the newest campaign")
    add_data_option(city)
    city.add_argument("--team", type=int, help="only what the team of this number found")
    city.add_argument("--out", type=Path, required=True, help="the Word file to write")
    city.set_defaults(run=run_city)


def run_city(arguments: argparse.Namespace) -> int:
    open_installation(arguments.data, must_exist=True)
    from ducha.apps.papers.writing import city_report
    from ducha.apps.reports.queries import for_the_machine
    from ducha.engines import gongwen

    found = for_the_machine()
    if found is None:
        raise Invalid([sentence("“%(data)s” holds no campaign of an inspection office yet.", data=arguments.data)])
    member, campaign = found
    team = campaign.teams.filter(number=arguments.team).first() if arguments.team else None
    if arguments.team and team is None:
        raise Invalid([sentence("The campaign has no team %(number)s.", number=arguments.team)])
    document = city_report(member, campaign, team)
    made = gongwen.write(document, pages=gongwen.pages_of(document))
    try:
        arguments.out.write_bytes(made)
    except OSError as error:
        text = "“%(path)s” cannot be written: %(reason)s."
        raise Invalid([sentence(text, path=arguments.out, reason=error.strerror)]) from None
    print(arguments.out)
    return 0
