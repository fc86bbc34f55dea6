"""文种: the papers of a campaign, what each is about, how it is written, who gets it."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext_lazy as _

from ducha.apps.accountability.models import Measure
from ducha.apps.papers.writing import measures as following
from ducha.apps.papers.writing.city import city_report, team_report
from ducha.apps.papers.writing.notices import launch_notice, team_notice
from ducha.apps.papers.writing.unit import acceptance_opinion, feedback
from ducha.engines.gongwen import Document

_M = Measure.Kind


@dataclass(frozen=True)
class Kind:
    """A kind of paper. `about` is what it is about: campaign, team, participation or measure.

    `goes_to`: "units" all of the campaign, "own" those that it is about, "nobody" stays with the organiser.
    """

    key: str
    title: Any
    about: str
    compose: Callable[..., Document]
    goes_to: str = "own"
    # The measure that the paper carries out, and whether an answer is asked for by a day.
    measure: str = ""
    asks_answer: bool = False


def _of(key: str, title: Any, about: str, compose: Callable[..., Document], goes_to: str = "own") -> Kind:
    return Kind(key, title, about, compose, goes_to)


def _following(measure: Measure.Kind, title: Any, compose: Callable[..., Document], goes_to: str, asks: bool) -> Kind:
    """A paper that carries out a measure, under the measure's own name."""
    return Kind(measure.value, title, "measure", compose, goes_to, measure.value, asks)


_ALL = (
    _of("launch_notice", _("Notice of the inspection"), "campaign", launch_notice, "units"),
    _of("team_notice", _("Notice of a team"), "team", team_notice),
    _of("feedback", _("Feedback to a unit"), "participation", feedback),
    _of("team_report", _("Report of a team"), "team", team_report, "nobody"),
    _of("city_report", _("Report on the city"), "campaign", city_report, "nobody"),
    _of("acceptance_opinion", _("Opinion of acceptance"), "participation", acceptance_opinion),
    _following(_M.SUMMONED_TALK, _("Summons to a talk"), following.summons, "own", True),
    _following(_M.LISTED_SUPERVISION, _("Notice of listed supervision"), following.listed_supervision, "own", True),
    _of("listing_lifted", _("Lifting of listed supervision"), "measure", following.listing_lifted),
    _following(_M.CIRCULATED_CRITICISM, _M.CIRCULATED_CRITICISM.label, following.circulated_criticism, "units", False),
    _following(_M.COMMENDATION, _M.COMMENDATION.label, following.commendation, "units", False),
    _following(_M.REFERRAL, _("Letter of referral"), following.referral, "nobody", False),
)
KINDS = {kind.key: kind for kind in _ALL}
