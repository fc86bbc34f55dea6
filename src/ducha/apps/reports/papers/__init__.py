"""Papers of a campaign, written from its records: every sentence names those that it was made from."""

from ducha.apps.reports.papers.city import city_report
from ducha.apps.reports.papers.preview import listed, parts

__all__ = ["city_report", "listed", "parts"]
