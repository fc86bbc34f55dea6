"""The mail server of an installation, named by one address."""

from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

# The port that each kind of server listens at where none is named.
PORTS = {"smtp": 587, "smtps": 465, "smtp+plain": 25}


@dataclass(frozen=True)
class MailServer:
    """Where mails are handed in; without a sender nobody is written to."""

    sender: str = ""
    host: str = ""
    port: int = 25
    user: str = ""
    password: str = ""
    starts_tls: bool = False
    is_tls: bool = False


def mail_server(url: str, sender: str) -> MailServer:
    """The server behind DUCHA_MAIL_URL; the start fails where it cannot be meant. Its password is in no message."""
    if not url:
        return MailServer()
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname:
        raise ImproperlyConfigured("DUCHA_MAIL_URL must begin with smtp://, smtps:// or smtp+plain:// and name a host.")
    if not sender:
        raise ImproperlyConfigured("DUCHA_MAIL_FROM is empty: with DUCHA_MAIL_URL name the sender of the mails.")
    return MailServer(
        sender,
        parts.hostname,
        parts.port or PORTS[parts.scheme],
        unquote(parts.username or ""),
        unquote(parts.password or ""),
        starts_tls=parts.scheme == "smtp",
        is_tls=parts.scheme == "smtps",
    )
