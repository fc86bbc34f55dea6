"""Chat groups of organisations: they hear how many things are due when, and nothing else."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date

from django.conf import settings

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.notices import posting
from ducha.apps.notices.models import Group, Outgoing
from ducha.apps.notices.queries import quiet_hours
from ducha.apps.notices.sealing import seal
from ducha.apps.organisations.access import require
from ducha.apps.organisations.models import Membership, Organisation
from ducha.domain.rights import Right


def add_group(organisation: Organisation, *, by: Membership, kind: str, address: str, secret: str = "") -> Group:
    """添加群机器人: the group gets a greeting, by which everybody sees that it works."""
    require(by, Right.KEEP_ORGANISATIONS)
    posting.require_allowed(kind, address, settings.DUCHA_GROUP_HOSTS)
    with recorded(by, "group.added"):
        group = Group(
            organisation=organisation,
            kind=kind,
            sealed_address=seal(address),
            sealed_secret=seal(secret) if secret else "",
            ending=address[-4:],
            added_by=by,
            added_at=clock.now(),
        )
        group.save()
        _queue(group, {"lines": []}, key=f"{group.public_id}/greeting")
    return group


def remove_group(group: Group, *, by: Membership) -> Group:
    """移除群机器人: nothing goes there any more."""
    require(by, Right.KEEP_ORGANISATIONS)
    with recorded(by, "group.removed"):
        group.removed_at = clock.now()
        # Whoever finds an old database finds no way into the group.
        group.sealed_address = group.sealed_secret = ""
        group.save()
    return group


@dataclass(frozen=True)
class Line:
    """So many of a kind (a msgid) are due on a day (ISO): all that a group is told."""

    what: str
    count: int
    due_on: str

    @property
    def day(self) -> date:
        return date.fromisoformat(self.due_on)


def announce(group: Group, campaign: str, lines: Sequence[Line], *, key: str) -> bool:
    """群提醒: queue one message with all lines, once under its key; whether it was."""
    if not lines or Outgoing.objects.filter(key=key).exists():
        return False
    _queue(group, {"campaign": campaign, "lines": [asdict(line) for line in lines]}, key=key)
    return True


def _queue(group: Group, message: dict[str, object], *, key: str) -> None:
    now = clock.now()
    Outgoing.objects.create(group=group, message=message, key=key, queued_at=now, send_after=quiet_hours().over(now))
