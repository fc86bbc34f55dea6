"""案卷抽查: drawn by the team from the unit's own ledger, kept on the record, hidden from the unit."""

import pytest
from factories import BEFORE, make_world, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.fieldwork import actions, queries
from ducha.domain.errors import Invalid, NotAllowed, NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


@pytest.fixture
def visit(world):
    return actions.plan_visit(
        world.participations[0], by=world.teamleads[0], announced=False, starts_at=BEFORE, purpose=""
    )


def test_the_team_draws_case_files_and_sees_what_the_check_found_in_them(world, visit):
    send_ledger(world)
    sample = actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=5)
    assert (len(sample.files), sample.population, len(sample.seed)) == (5, 5, 32)
    drawn = queries.drawn(world.inspectors[0], visit)
    flags = {file["key"]: file["flags"] for file in drawn.files}
    assert "行政处罚决定在作出之日起7个工作日内公开" in flags["青罚〔2019〕2号"]


def test_drawing_again_keeps_the_draw_before(world, visit):
    send_ledger(world)
    first, second = (actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=2) for _ in range(2))
    drawn = queries.drawn(world.teamleads[0], visit)
    assert (drawn.sample, drawn.draws) == (second, 2) and first.seed != second.seed


def test_another_team_the_office_and_the_unit_draw_and_see_nothing(world, visit):
    send_ledger(world)
    actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty", size=2)
    for member in (world.inspectors[1], world.office, world.liaisons[0]):
        with pytest.raises(NotAllowed):
            actions.draw_case_files(visit, by=member, kind="penalty")
        assert queries.drawn(member, visit) is None


def test_nothing_is_drawn_without_a_ledger_or_after_the_visit(world, visit):
    with pytest.raises(Invalid):
        actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty")
    send_ledger(world)
    actions.start(visit, by=world.inspectors[0])
    actions.end(visit, by=world.inspectors[0])
    with pytest.raises(NotNow, match="over"):
        actions.draw_case_files(visit, by=world.inspectors[0], kind="penalty")
