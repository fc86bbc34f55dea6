"""Papers of a campaign, written from its records: every sentence names those that it was made from."""

from ducha.apps.papers.writing.city import city_report
from ducha.apps.papers.writing.kinds import KINDS, Kind
from ducha.apps.papers.writing.preview import Part, listed, parts
from ducha.apps.papers.writing.unit import acceptance_opinion, feedback, rectification_report, self_inspection_report
from ducha.apps.papers.writing.words import OPEN

__all__ = [
    "KINDS",
    "OPEN",
    "Kind",
    "Part",
    "acceptance_opinion",
    "city_report",
    "feedback",
    "listed",
    "parts",
    "rectification_report",
    "self_inspection_report",
]
