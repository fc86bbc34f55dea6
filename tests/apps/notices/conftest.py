"""A campaign under way, and the outer ends of its messages."""

from collections.abc import Iterator

import pytest
from factories import FIELD, make_world
from notice_ends import ChatServer, listening

from ducha.apps.audit_trail import clock


@pytest.fixture
def world(db):
    with clock.at(FIELD):
        yield make_world(2)


@pytest.fixture
def mail(settings):
    """A mail server is named, and the site has an address."""
    settings.DUCHA_MAIL_FROM = settings.DEFAULT_FROM_EMAIL = "ducha@example.gov.cn"
    settings.DUCHA_ADDRESS = "https://ducha.example"


@pytest.fixture
def chat(settings, monkeypatch) -> Iterator[ChatServer]:
    """A chat server on this machine, allowed by the system administrator's setting."""
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with listening() as server:
        settings.DUCHA_GROUP_HOSTS = [server.origin]
        yield server
