"""Calendar feeds as RFC 5545 wants them: days with a summary, for any calendar program to subscribe to."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta

# A line has at most so many octets, its end not counted (RFC 5545, 3.1).
OCTETS = 75


@dataclass(frozen=True)
class Entry:
    """One day of a calendar; `uid` stays the same as long as it is the same thing."""

    uid: str
    on: date
    summary: str
    description: str = ""
    url: str = ""


def write_feed(name: str, entries: Iterable[Entry], *, at: datetime, tz: str) -> bytes:
    """A published calendar of whole days, made `at` that moment; `tz` is the zone in which the days are meant."""
    lines = [
        "BEGIN:VCALENDAR",
        "VERSION:2.0",
        "PRODID:-//Ducha//Ducha//ZH",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{_text(name)}",
        f"X-WR-TIMEZONE:{tz}",
        # How often a program should ask again: the newer and the older way to say it.
        "REFRESH-INTERVAL;VALUE=DURATION:PT6H",
        "X-PUBLISHED-TTL:PT6H",
    ]
    for entry in entries:
        lines += _event(entry, at)
    lines.append("END:VCALENDAR")
    return "".join(f"{_folded(line)}\r\n" for line in lines).encode()


def _event(entry: Entry, at: datetime) -> list[str]:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{_text(entry.uid)}",
        f"DTSTAMP:{at.astimezone(UTC):%Y%m%dT%H%M%SZ}",
        f"DTSTART;VALUE=DATE:{entry.on:%Y%m%d}",
        f"DTEND;VALUE=DATE:{entry.on + timedelta(1):%Y%m%d}",
        f"SUMMARY:{_text(entry.summary)}",
    ]
    if entry.description:
        lines.append(f"DESCRIPTION:{_text(entry.description)}")
    if entry.url:
        lines.append(f"URL:{_one_line(entry.url)}")
    # A deadline does not make anybody busy for the whole day.
    return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]


def _text(value: str) -> str:
    """A value of type TEXT (3.3.11); what ends a line in any program is a line break, other controls are left out."""
    for sign in "\\;,":
        value = value.replace(sign, f"\\{sign}")
    value = "\n".join(value.splitlines())
    return "".join(sign for sign in value if sign == "\n" or sign.isprintable()).replace("\n", "\\n")


def _one_line(value: str) -> str:
    return "".join(sign for sign in value if sign.isprintable())


def _folded(line: str) -> str:
    """Long lines go on after a line break and a space; no character is cut in two (3.1)."""
    parts, part, used = [], "", 0
    for sign in line:
        size = len(sign.encode())
        # The space that begins a continuation counts.
        if used + size > OCTETS:
            parts.append(part)
            part, used = "", 1
        part, used = part + sign, used + size
    return "\r\n ".join([*parts, part])
