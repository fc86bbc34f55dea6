"""The overview as long as nothing changed: no row changes without an entry in the trail, so the last entry tells.

It is not a matter of minutes: one more entry by anybody, and the figures are counted anew (docs/decisions/0010).
"""

from collections import OrderedDict
from typing import Any

from django.db.models import Count, Subquery
from django.utils.translation import get_language

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import AuditEntry
from ducha.apps.campaigns.models import Campaign
from ducha.apps.organisations.models import Membership
from ducha.apps.reports.queries.overview import Overview, overview

MOST_READERS = 64
_counted: OrderedDict[tuple[Any, ...], tuple[Any, Overview]] = OrderedDict()


def overview_now(member: Membership, campaign: Campaign) -> Overview:
    """The overview as it is at this moment, counted anew if anything was written since it was last asked for."""
    reader = (member.public_id, campaign.public_id, get_language())
    # Read before the figures are: what is written meanwhile makes the next reader count again.
    state = (clock.today(), _written())
    known = _counted.get(reader)
    if known and known[0] == state:
        return known[1]
    counted = overview(member, campaign)
    _counted[reader] = (state, counted)
    while len(_counted) > MOST_READERS:
        _counted.popitem(last=False)
    return counted


def _written() -> tuple[Any, ...] | None:
    """What tells one state of the trail from another, in one statement.

    The last entry alone would not: a transaction that began before it may end after it. So all are counted, by the
    highest number and those that wait for theirs: numbering them changes neither their sum nor the figures.
    """
    entries = AuditEntry.objects.order_by()
    numbered = entries.filter(sequence__isnull=False).order_by("-sequence").values("sequence")[:1]
    waiting = entries.filter(sequence__isnull=True).values("sequence").annotate(n=Count("pk")).values("n")
    last = entries.order_by("-pk").values_list("pk", "salt", Subquery(numbered), Subquery(waiting)).first()
    return last and (*last[:2], (last[2] or 0) + (last[3] or 0))
