"""Teams: one leader, nobody twice, nobody where they come from."""

import pytest
from factories import World, make_member, make_organisation, make_world

from ducha.apps.campaigns.access import visible_participations
from ducha.apps.fieldwork import actions
from ducha.apps.fieldwork.access import visible_teams
from ducha.apps.fieldwork.models import TeamUnit
from ducha.apps.fieldwork.queries import pool, teams
from ducha.apps.organisations.actions import appoint
from ducha.apps.organisations.models import Membership
from ducha.domain.errors import Invalid, NotAllowed
from ducha.domain.rights import Role


def inspector(world: World, home=None) -> Membership:
    return make_member(Role.INSPECTOR, world.office.organisation, home=home)


def make_team(world: World, *people: Membership):
    lead, *others = people
    return actions.create_team(world.campaign, by=world.office, name="第九督察组", leader=lead, members=others)


def test_a_team_has_exactly_one_leader_and_the_next_number(world):
    lead, other = inspector(world), inspector(world)
    team = make_team(world, lead, other)
    assert team.number == 3
    assert [(place.member_id, place.leads) for place in team.members.all()] == [(lead.pk, True), (other.pk, False)]


def test_a_leader_who_is_also_chosen_as_member_has_one_place(world):
    lead = inspector(world)
    assert make_team(world, lead, lead).members.count() == 1


def test_nobody_is_in_two_teams(world):
    with pytest.raises(Invalid, match=f"“{world.inspectors[0].person.name}” is in another team"):
        make_team(world, inspector(world), world.inspectors[0])


def test_the_pool_holds_those_who_are_in_no_team(world):
    free = inspector(world)
    assert list(pool(world.campaign)) == [free]


@pytest.mark.parametrize("who", ["leader", "teamlead", "liaison", "other_office"])
def test_only_the_office_of_the_campaign_makes_teams(world, who):
    by = {
        "leader": world.leader,
        "teamlead": world.teamleads[0],
        "liaison": world.liaisons[0],
        "other_office": make_member(Role.OFFICE, make_organisation("另一督察办", "leading_group")),
    }[who]
    with pytest.raises(NotAllowed):
        actions.create_team(world.campaign, by=by, name="组", leader=inspector(world), members=[])


def test_a_unit_is_refused_to_a_team_with_somebody_who_comes_from_it(world):
    participation = world.participations[1]
    partial = inspector(world, home=participation.unit)
    team = make_team(world, inspector(world), partial)
    with pytest.raises(Invalid, match=f"“{partial.person.name}” of 第九督察组 must stay away"):
        actions.assign_unit(team, participation, by=world.office)
    assert TeamUnit.objects.get(participation=participation).team == world.teams[1]


def test_a_unit_is_refused_to_a_team_with_somebody_recused_from_it(world):
    team = make_team(world, inspector(world), declared := inspector(world))
    unit = world.participations[0].unit
    actions.recuse(declared, unit, campaign=world.campaign, by=world.office, reason="配偶在该单位任职")
    with pytest.raises(Invalid, match="must stay away"):
        actions.assign_unit(team, world.participations[0], by=world.office)


def test_a_second_hat_does_not_hide_where_somebody_belongs(world):
    unit = world.participations[0].unit
    two_hats = Membership(person=world.liaisons[0].person, organisation=world.office.organisation, role=Role.INSPECTOR)
    appoint([two_hats], by=world.office)
    team = make_team(world, inspector(world), two_hats)
    with pytest.raises(Invalid, match=f"must stay away from “{unit.name}”"):
        actions.assign_unit(team, world.participations[0], by=world.office)


def test_a_unit_can_go_to_a_team_without_such_ties(world):
    team = make_team(world, inspector(world, home=make_organisation()))
    actions.assign_unit(team, world.participations[0], by=world.office)
    assert TeamUnit.objects.get(participation=world.participations[0]).team == team


def test_whoever_is_recused_later_sees_the_unit_no_more(world):
    member, unit = world.inspectors[0], world.participations[0].unit
    assert visible_participations(member).count() == 1
    actions.recuse(member, unit, campaign=world.campaign, by=world.office, reason="同学关系")
    assert visible_participations(member).count() == 0


def test_an_inspector_reaches_the_units_of_the_own_team_alone(world):
    assert list(visible_participations(world.inspectors[0])) == [world.participations[0]]
    assert list(visible_teams(world.inspectors[0])) == [world.teams[0]]


def test_the_organiser_sees_all_teams_a_unit_its_own_others_none(world):
    elsewhere = make_world(units=1)
    seen = {
        "office": world.office,
        "leader": world.leader,
        "liaison": world.liaisons[1],
        "discipline": world.discipline,
        "elsewhere": elsewhere.office,
    }
    numbers = {
        who: [t.name for t in visible_teams(member).filter(campaign=world.campaign)] for who, member in seen.items()
    }
    both = ["第1督察组", "第2督察组"]
    assert numbers == {"office": both, "leader": both, "liaison": ["第2督察组"], "discipline": [], "elsewhere": []}


def test_the_page_of_teams_costs_the_same_with_more_teams(world, django_assert_num_queries):
    for _n in range(5):
        make_team(world, inspector(world), inspector(world))
    with django_assert_num_queries(3):
        for team in teams(world.office, world.campaign):
            assert [place.member.person.name for place in team.members.all()]
            assert len([u.participation.unit.name for u in team.units.all()]) <= 1


# -- later changes


def test_a_team_is_changed_to_exactly_those_named_and_one_leads(world):
    team, lead, member = world.teams[0], world.teamleads[0], world.inspectors[0]
    fresh = inspector(world)
    actions.change_team(team, by=world.office, name="第一督察组", leader=member, members=[fresh])
    standing = team.members.filter(removed_at=None)
    assert {(place.member_id, place.leads) for place in standing} == {(member.pk, True), (fresh.pk, False)}
    assert team.members.exclude(removed_at=None).count() == 2
    assert list(pool(world.campaign)) == [lead]
    assert not visible_participations(lead).exists() and visible_participations(fresh).exists()


def test_a_change_is_refused_with_every_reason_at_once(world):
    stranger = inspector(world, home=world.participations[0].unit)
    with pytest.raises(Invalid) as refused:
        actions.change_team(world.teams[0], by=world.office, name="组", leader=stranger, members=[world.inspectors[1]])
    assert len(refused.value.faults) == 2
    with pytest.raises(NotAllowed):
        actions.change_team(world.teams[0], by=world.teamleads[0], name="组", leader=world.teamleads[0], members=[])


def test_an_inspector_recuses_themself_and_the_office_is_told_to_give_the_unit_away(world):
    member, unit = world.inspectors[0], world.participations[0].unit
    recusal = actions.recuse(member, unit, campaign=world.campaign, by=member, reason="配偶在该单位")
    assert not visible_participations(member).exists()
    assert unit.name in str(world.office.notices.last().params)
    with pytest.raises(NotAllowed):
        actions.recuse(world.inspectors[1], unit, campaign=world.campaign, by=member, reason="x")
    with pytest.raises(NotAllowed):
        actions.end_recusal(recusal, by=member, reason="x")
    actions.end_recusal(recusal, by=world.office, reason="误报")
    assert visible_participations(member).exists()
