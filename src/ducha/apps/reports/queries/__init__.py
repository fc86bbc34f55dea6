"""The pictures of a campaign: overview, tasks, one unit. Reads only; each a constant number of queries."""

from ducha.apps.reports.queries.burden import burdens
from ducha.apps.reports.queries.lately import overview_now
from ducha.apps.reports.queries.places import heat_of, unit_counts
from ducha.apps.reports.queries.tasks import tasks
from ducha.apps.reports.queries.unit import for_the_machine, running, unit_page

__all__ = ["burdens", "for_the_machine", "heat_of", "overview_now", "running", "tasks", "unit_counts", "unit_page"]
