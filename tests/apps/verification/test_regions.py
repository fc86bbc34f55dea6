"""按地区: rules that judge a region by all its units together, shown to the unit that is it, and to the office."""

from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from factories import BEFORE, make_world, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.audit_trail.verification import verify
from ducha.apps.campaigns.models import Threshold
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import RuleResult

pytestmark = pytest.mark.django_db
HEADERS = "实施编码,事项名称,地方编码,到办事现场次数"


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


def send_items(world, number, *, region, once, twice=0, name="事项.csv"):
    """A unit's service items: so many take at most one visit, so many take two."""
    visits = [1] * once + [2] * twice
    rows = [f"{number}{at:05},事项{at},{region},{n}" for at, n in enumerate(visits)]
    return send_ledger(world, number, content="\n".join([HEADERS, *rows]).encode(), name=name)


def regions(world, member=None):
    return queries.region_results(member or world.office, world.campaign)


def told(results):
    return [(r.region, r.fulfilled, r.verdict, r.participation) for r in results]


def page_of(member, name, *args, **query):
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.person)
    return client.get(reverse(name, args=args), query).content.decode()


def rename(unit, **facts):
    with recorded(SYSTEM, "organisation.changed"):
        for name, value in facts.items():
            setattr(unit, name, value)
        unit.save()


def test_a_region_is_judged_by_all_its_units_and_is_the_unit_of_its_name(world):
    county, bureau = world.participations
    send_items(world, 0, region=county.unit.name, once=60)
    assert told(regions(world)) == [(county.unit.name, 60, "not_met", county)]
    send_items(world, 1, region=county.unit.name, once=60, twice=3)
    assert told(regions(world)) == [(county.unit.name, 120, "met", county)]
    assert told(regions(world, world.liaisons[0])) == told(regions(world))
    assert regions(world, world.liaisons[1]) == regions(world, world.inspectors[1]) == []
    assert len(regions(world, world.inspectors[0])) == 1


def test_a_region_code_is_the_county_and_not_the_bureau_that_bears_it_too(world):
    county, bureau = world.participations
    rename(county.unit, kind="county", region_code="410422")
    rename(bureau.unit, region_code="410422")
    send_items(world, 1, region="410422", once=3)
    assert told(regions(world)) == [("410422", 3, "not_met", county)]


def test_a_code_that_two_counties_bear_is_neither(world):
    for participation in world.participations:
        rename(participation.unit, kind="county", region_code="410422")
    send_items(world, 1, region="410422", once=3)
    assert told(regions(world)) == [("410422", 3, "not_met", None)]


def test_a_region_that_takes_no_part_is_the_organisers_alone(world):
    send_items(world, 0, region="410499", once=3)
    assert told(regions(world)) == told(regions(world, world.leader)) == [("410499", 3, "not_met", None)]
    for member in (world.liaisons[0], world.heads[0], world.inspectors[0], world.discipline):
        assert regions(world, member) == []
    (found,) = regions(world)
    client = Client()
    client.force_login(world.liaisons[0].person)
    assert client.get(reverse("verification:result", args=[found])).status_code == 404


def test_another_ledger_leaves_the_regions_as_they_were_and_a_whole_check_judges_anew(world):
    send_items(world, 0, region="410499", once=3)
    (first,) = regions(world)
    send_ledger(world, 1)
    assert regions(world) == [first] and queries.is_latest(first)
    assert result_of(world, 1).run_id > first.run_id
    actions.carry_out(actions.ask_check(world.campaign, by=world.office, as_of=date(2019, 11, 4)))
    (second,) = regions(world)
    assert second.run.unit is None and not queries.is_latest(first)


def test_a_region_that_no_ledger_names_any_more_is_gone(world):
    send_items(world, 0, region="410499", once=3)
    send_items(world, 0, region="410498", once=3)
    assert [r.region for r in regions(world)] == ["410498"]


def test_what_a_region_shows_answers_its_county(world):
    county = world.participations[0]
    send_items(world, 0, region=county.unit.name, once=120)
    threshold = Threshold(rule="at_most_one_visit", comparator=">=", value="100", unit="个")
    computed = queries.computed(threshold, queries.requirements_of([county])[county.pk])
    assert (computed.figure, computed.verdict) == ("120 个", "met")


def test_the_unit_the_office_and_the_leader_read_it_and_a_region_has_no_rows(world):
    county = world.participations[0]
    send_items(world, 0, region=county.unit.name, once=3)
    send_items(world, 1, region="410499", once=3)
    title = "最多跑一次的事项不少于100个"
    own = page_of(world.liaisons[0], "verification:ledgers")
    assert "Judged for the region as a whole" in own and title in own and "410499" not in own
    assert "Judged for the region" not in page_of(world.liaisons[1], "verification:ledgers")
    for member in (world.office, world.leader):
        matrix = page_of(member, "verification:matrix")
        assert "Judged by region" in matrix and "410499" in matrix and "takes no part" in matrix
    assert "410499" not in page_of(world.office, "verification:matrix", q=county.unit.name)
    assert title not in page_of(world.office, "verification:matrix", verdict="met")
    assert title in page_of(world.office, "reports:unit", county)
    for found in regions(world):
        shown = page_of(world.office, "verification:result", found)
        assert "Judged for the region as a whole" in shown and "Violating rows" not in shown
        assert page_of(world.office, "verification:row", found, source="x", row="2") == ""
    assert not [fault for fault in verify().faults if fault.table.startswith("verification")]
    assert RuleResult.objects.filter(rule="at_most_one_visit", region="").count() == 0
