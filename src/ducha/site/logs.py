"""What no log may hold: the address of a calendar feed is a key to it."""

import logging
import re

_FEED = re.compile(r"(/calendar/)[^\s/?]+")


class WithoutTokens(logging.Filter):
    """Writes “…” in the place of every token, whoever logs the address: Django logs each one that it does not find."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg, record.args = _FEED.sub(r"\1…", record.getMessage()), ()
        return True
