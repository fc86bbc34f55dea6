"""All that is done with notices: people are told, reminded, written to; they choose how."""

from ducha.apps.notices.actions.choosing import choose, make_feed, revoke_feed
from ducha.apps.notices.actions.groups import Line, add_group, announce, remove_group
from ducha.apps.notices.actions.sending import Outcome, send
from ducha.apps.notices.actions.telling import Reminder, members_of, read, read_all, remind, tell

__all__ = [
    "Line",
    "Outcome",
    "Reminder",
    "add_group",
    "announce",
    "choose",
    "make_feed",
    "members_of",
    "read",
    "read_all",
    "remind",
    "remove_group",
    "revoke_feed",
    "send",
    "tell",
]
