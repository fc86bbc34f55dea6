"""The units of a campaign as a table that goes out to Excel."""

from datetime import datetime
from io import BytesIO

import pytest
from factories import BEFORE, make_world
from python_calamine import CalamineWorkbook
from workbook_files import client_of

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.campaigns.models import Participation


@pytest.fixture
def world(db):
    with clock.at(BEFORE):
        yield make_world(2)


def test_it_holds_every_unit_with_real_days_and_names_that_stay_text(world) -> None:
    first = Participation.objects.order_by("unit__position").first()
    with recorded(SYSTEM, "units.assigned", campaign=world.campaign.public_id):
        first.responsible_leader = "=某甲"
        first.save()
    url = f"/campaigns/{world.campaign.public_id}/units"
    office = client_of(world.office)
    assert "format=xlsx" in office.get(url).content.decode()
    book = CalamineWorkbook.from_filelike(BytesIO(office.get(f"{url}?format=xlsx").content))
    heads, *rows = book.get_sheet_by_index(0).to_python()
    assert len(rows) == world.campaign.participations.count() and len(heads) == 4
    assert rows[0][0] == first.unit.name and rows[0][2] == "=某甲" and isinstance(rows[0][3], datetime)
    assert client_of(world.liaisons[0]).get(f"{url}?format=xlsx").status_code in (403, 404)
