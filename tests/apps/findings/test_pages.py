"""The ledger and the page of a finding as people meet them."""

from datetime import date
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from factories import FIELD, make_finding
from python_calamine import CalamineWorkbook

from ducha.apps.audit_trail import clock
from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.access import visible_files
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.findings import actions

LEDGER = "findings:ledger"


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.person)
    return client


def page(client: Client, name: str, *args, **query) -> str:
    answer = client.get(reverse(name, args=args), query)
    assert answer.status_code == 200
    return answer.content.decode()


@pytest.fixture
def three(world):
    """A serious one of unit 0, an ordinary one of unit 0 that is overdue, one of unit 1."""
    entered = {"facts": "抽查发现。", "horizon": "immediate"}
    point = world.point("1.2")
    first = actions.raise_finding(
        world.participations[0], point, by=world.inspectors[0], title="网办率不实", severity="serious", **entered
    )
    actions.confirm(first, by=world.teamleads[0])
    second = make_finding(world, 0, state="handed_over", title="公示超期")
    late = actions.raise_finding(
        world.participations[1],
        world.point(),
        by=world.inspectors[1],
        title="逾期未改",
        severity="minor",
        due_on=date(2019, 11, 1),
        **entered,
    )
    actions.confirm(late, by=world.teamleads[1])
    return first, second, late


TITLES = ("网办率不实", "公示超期", "逾期未改")


def shown(client: Client, **query) -> list[str]:
    content = page(client, LEDGER, **query)
    return [title for title in TITLES if title in content]


@pytest.mark.parametrize(
    ("query", "titles"),
    [
        ({}, list(TITLES)),
        ({"severity": "serious"}, ["网办率不实"]),
        ({"state": "handed_over"}, ["公示超期"]),
        ({"source": "admitted"}, []),
        ({"source": "field"}, list(TITLES)),
        ({"area": "1"}, list(TITLES)),
        ({"overdue": "on"}, ["逾期未改"]),
        ({"q": "网办率"}, ["网办率不实"]),
        ({"q": "1.2"}, ["网办率不实"]),
        ({"severity": "serious", "state": "handed_over"}, []),
    ],
)
def test_the_ledger_is_filtered_by_its_address(world, three, query, titles):
    assert shown(signed_in(world.office), **query) == titles


def test_the_ledger_is_filtered_by_unit(world, three):
    office = signed_in(world.office)
    assert shown(office, unit=world.participations[1].public_id) == ["逾期未改"]
    assert shown(office, unit=world.participations[0].public_id) == ["网办率不实", "公示超期"]


def test_a_unit_is_not_offered_other_units(world, three):
    content = page(signed_in(world.liaisons[0]), LEDGER)
    assert world.participations[1].public_id not in content
    assert shown(signed_in(world.liaisons[0]), unit=world.participations[1].public_id) == ["公示超期"]


def test_the_ledger_is_sorted_by_its_address(world, three):
    content = page(signed_in(world.office), LEDGER, sort="-due_on")
    assert content.index("公示超期") < content.index("逾期未改")
    content = page(signed_in(world.office), LEDGER, sort="due_on")
    assert content.index("逾期未改") < content.index("公示超期")


def test_the_ledger_as_a_workbook_has_what_the_page_has(world, three):
    answer = signed_in(world.office).get(reverse(LEDGER), {"format": "xlsx", "severity": "serious"})
    rows = CalamineWorkbook.from_filelike(BytesIO(answer.content)).get_sheet_by_index(0).to_python()
    assert rows[0][:6] == ["No.", "Problem", "Unit", "Facts", "Area", "Point"]
    assert [row[1] for row in rows[1:]] == ["网办率不实"]


def test_each_side_finds_its_own_in_the_ledger(world, three):
    seen = [shown(signed_in(m)) for m in (world.inspectors[0], world.liaisons[0], world.liaisons[1], world.leader)]
    assert seen == [["网办率不实", "公示超期"], ["公示超期"], [], list(TITLES)]


def test_good_practice_stands_beside_the_ledger(world):
    actions.note_good_practice(world.participations[0], by=world.inspectors[0], title="一码公示", facts="扫码可查。")
    assert "一码公示" in page(signed_in(world.office), LEDGER)
    assert "一码公示" not in page(signed_in(world.liaisons[0]), LEDGER)


# -- the page of one


def test_the_page_quotes_the_point_verbatim_beside_the_facts(world):
    finding = make_finding(world, state="handed_over")
    content = page(signed_in(world.liaisons[0]), "findings:finding", finding)
    assert finding.point.text in content and finding.facts in content


@pytest.mark.parametrize(
    ("state", "offered"),
    [
        ("raised", {"teamlead": ["confirm"], "inspector": ["correct"]}),
        ("confirmed", {"teamlead": ["hand-over"], "inspector": ["hand-over"]}),
        ("handed_over", {"liaison": ["acknowledge", "object"], "head": ["acknowledge", "object"]}),
        ("acknowledged", {}),
    ],
)
def test_everybody_is_offered_what_they_can_do_and_nothing_else(world, state, offered):
    finding = make_finding(world, state=state)
    people = {
        "teamlead": world.teamleads[0],
        "inspector": world.inspectors[0],
        "liaison": world.liaisons[0],
        "head": world.heads[0],
        "office": world.office,
        "leader": world.leader,
    }
    found = {}
    for who, member in people.items():
        content = signed_in(member).get(reverse("findings:finding", args=[finding])).content.decode()
        verbs = [
            v
            for v in ("confirm", "correct", "hand-over", "acknowledge", "object")
            if f"{finding.public_id}/{v}" in content
        ]
        if verbs:
            found[who] = verbs
    assert found == offered


def test_an_inspector_corrects_a_finding_through_its_form(world):
    finding = make_finding(world)
    client = signed_in(world.inspectors[0])
    url = reverse("findings:correct", args=[finding])
    form = client.get(url).context["form"]
    entered = {name: form[name].value() for name in ("title", "severity", "horizon", "version", "operation")}
    answer = client.post(url, {**entered, "facts": "复核后为 4 件。", "due_on": "2019-11-15"})
    finding.refresh_from_db()
    assert answer.status_code == 302
    assert (finding.facts, finding.due_on) == ("复核后为 4 件。", date(2019, 11, 15))


def test_an_earlier_finding_of_the_same_unit_can_be_chosen_as_repeated(world):
    own, other = make_finding(world, 0), make_finding(world, 1)
    form = signed_in(world.inspectors[0]).get(reverse("findings:raise", args=[world.participations[0]])).context["form"]
    assert list(form.fields["repeats"].queryset) == [own]
    assert other not in form.fields["repeats"].queryset


def test_a_finding_is_recorded_from_a_visit_through_its_form(world):
    visit = fieldwork.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=FIELD)
    fieldwork.start(visit, by=world.inspectors[0])
    client = signed_in(world.inspectors[0])
    url = reverse("findings:raise", args=[world.participations[0]]) + f"?visit={visit.public_id}"
    form = client.get(url).context["form"]
    entered = {"title": "公示超期", "facts": "3 件", "severity": "minor", "horizon": "immediate"}
    operation = form["operation"].value()
    answer = client.post(url, {**entered, "operation": operation, "point": world.point().public_id})
    assert answer.status_code == 302
    assert visit.findings.get().title == "公示超期"


def test_the_unit_opens_the_evidence_of_a_finding_once_it_is_handed_over(world):
    file = evidence.add(BytesIO("现场记录".encode()), "记录.txt", by=world.inspectors[0])
    entered = {"title": "公示超期", "facts": "3 件", "severity": "minor", "horizon": "immediate", "files": [file]}
    finding = actions.raise_finding(world.participations[0], world.point(), by=world.inspectors[0], **entered)
    actions.confirm(finding, by=world.teamleads[0])
    assert visible_files(world.liaisons[0]).filter(pk=file.pk).count() == 0
    actions.hand_over(finding, by=world.inspectors[0], handed_to="某")
    assert visible_files(world.liaisons[0]).filter(pk=file.pk).count() == 1
    assert visible_files(world.liaisons[1]).filter(pk=file.pk).count() == 0


def test_what_is_closed_or_withdrawn_is_never_overdue(world):
    finding = make_finding(world, state="handed_over")
    withdrawal = actions.ask_withdrawal(finding, by=world.teamleads[0], reason="重复")
    with clock.at(FIELD.replace(month=12)):
        office = signed_in(world.office)
        assert "公示超期" in page(office, LEDGER, overdue="on")
        actions.decide_withdrawal(withdrawal, by=world.office, decision="granted", reason="属实")
        assert "公示超期" not in page(office, LEDGER, overdue="on")
