import pytest
from factories import FIELD, make_world

from ducha.apps.audit_trail import clock


@pytest.fixture
def world(db):
    with clock.at(FIELD):
        yield make_world(3)
