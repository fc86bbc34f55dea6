"""Before the launch a campaign takes preparation alone; once closed, only what follows from it."""

import pytest
from factories import BEFORE, answer_all, make_finding, make_member, make_world

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.findings import actions as findings
from ducha.apps.selfassessment import actions as selfassessment
from ducha.domain.errors import NotNow


@pytest.fixture
def closed(db):
    with clock.at(BEFORE):
        world = make_world()
        world.visit = fieldwork.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=BEFORE)
        withdrawn = make_finding(world, state="handed_over")
        asked = findings.ask_withdrawal(withdrawn, by=world.teamleads[0], reason="重复")
        findings.decide_withdrawal(asked, by=world.office, decision="granted", reason="属实")
        campaigns.close(world.campaign, by=world.office)
        yield world


ATTEMPTS = {
    "raise a finding": lambda w: make_finding(w),
    "note good practice": lambda w: findings.note_good_practice(
        w.participations[0], by=w.inspectors[0], title="一窗受理", facts="属实"
    ),
    "plan a visit": lambda w: fieldwork.plan_visit(
        w.participations[0], by=w.teamleads[0], announced=False, starts_at=BEFORE
    ),
    "start a visit": lambda w: fieldwork.start(w.visit, by=w.inspectors[0]),
    "answer": lambda w: answer_all(w),
    "admit a problem": lambda w: selfassessment.admit_problem(
        w.assessment(), w.point(), by=w.liaisons[0], description="超期", horizon="immediate"
    ),
    "make a team": lambda w: fieldwork.create_team(
        w.campaign, by=w.office, name="组", leader=make_member("inspector", w.office.organisation), members=[]
    ),
    "name the responsible": lambda w: campaigns.name_responsible(
        w.participations[0], by=w.liaisons[0], responsible_leader="某", working_group=""
    ),
    "close again": lambda w: campaigns.close(w.campaign, by=w.office),
}


@pytest.mark.parametrize("attempt", ATTEMPTS)
def test_a_closed_campaign_stays_as_it_is(closed, attempt):
    with pytest.raises(NotNow, match="campaign is closed"):
        ATTEMPTS[attempt](closed)


def test_what_follows_from_a_closed_campaign_goes_on(closed):
    fieldwork.cancel(closed.visit, by=closed.office, reason="已结束")


def test_a_campaign_with_an_open_problem_is_not_closed(db):
    with clock.at(BEFORE):
        world = make_world()
        make_finding(world)
        with pytest.raises(NotNow, match="1 problems are not closed"):
            campaigns.close(world.campaign, by=world.office)


def test_a_draft_takes_teams_but_no_visit(db):
    with clock.at(BEFORE):
        world = make_world(launched=False)
        lead = make_member("inspector", world.office.organisation)
        team = fieldwork.create_team(world.campaign, by=world.office, name="组", leader=lead, members=[])
        fieldwork.assign_unit(team, world.participations[0], by=world.office)
        with pytest.raises(NotNow, match="not launched"):
            fieldwork.plan_visit(world.participations[0], by=lead, announced=False, starts_at=BEFORE)
