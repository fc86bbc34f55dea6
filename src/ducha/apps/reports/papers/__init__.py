"""Papers of a campaign, written from its records: every sentence names those that it was made from."""

from ducha.apps.reports.papers.city import city_report

__all__ = ["city_report"]
