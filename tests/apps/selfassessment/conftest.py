import pytest
from factories import BEFORE, make_world

from ducha.apps.audit_trail import clock


@pytest.fixture
def world(db):
    with clock.at(BEFORE):
        yield make_world(2)
