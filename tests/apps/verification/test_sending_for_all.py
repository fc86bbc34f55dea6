"""代报台账: the office sends one ledger for all units; each row is its unit's, and none counts twice."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse
from factories import BEFORE, PENALTY_HEADERS, PENALTY_ROWS, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import LedgerFile
from ducha.domain.errors import NotAllowed, NotNow

pytestmark = pytest.mark.django_db
ROWS = PENALTY_ROWS.splitlines()
HEADERS = f"{PENALTY_HEADERS},处罚机关"


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


def signed_in(member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.person)
    return client


def names(world) -> list[str]:
    return [participation.unit.name for participation in world.participations]


def city_csv(world, *, rows=ROWS, whose=(0, 0, 1, 1, 1), headers=HEADERS) -> bytes:
    """Two rows of the first unit, of which one is late; three of the second, of which two are."""
    units = [names(world)[one] if isinstance(one, int) else one for one in whose]
    lines = [f"{row},{unit}" for row, unit in zip(rows, units, strict=True)]
    return f"{headers}\n".encode() + "\n".join(lines).encode()


def send_for_all(world, *, content: bytes | None = None, name: str = "全市处罚.csv") -> LedgerFile:
    sent = BytesIO(city_csv(world) if content is None else content)
    return actions.take(actions.send_for_all(sent, name, by=world.office, campaign=world.campaign))


def held(world) -> list[int]:
    return [sum(one.rows for one in queries.held_by(p.unit)) for p in world.participations]


def test_the_office_sends_through_the_page_and_each_row_is_its_units(world):
    client = signed_in(world.office)
    hidden = client.get(reverse("verification:send")).context["form"]["operation"].value()
    upload = SimpleUploadedFile("全市处罚.csv", city_csv(world))
    answer = client.post(reverse("verification:send"), {"operation": hidden, "upload": upload}, follow=True)
    file = LedgerFile.objects.get()
    assert (file.state, file.accepted, file.unit, file.campaign) == ("taken", 5, None, world.campaign)
    assert held(world) == [2, 3]
    assert [(result_of(world, n).population, result_of(world, n).violations) for n in (0, 1)] == [(2, 1), (3, 2)]
    assert answer.context["units"].rows == {names(world)[0]: 2, names(world)[1]: 3}


def test_rows_of_nobody_and_of_strangers_come_back_with_what_to_do(world):
    file = send_for_all(world, content=city_csv(world, whose=(0, "", "某县外单位", 1, 1)))
    assert (file.accepted, file.rejected, held(world)) == (3, 2, [1, 2])
    client = signed_in(world.office)
    shown = client.get(reverse("verification:ledger_file", args=[file])).content.decode()
    assert "names no unit that takes part. Write the name as the list of units has it" in shown
    assert "is blank, but every row needs it" in shown
    rows = b"".join(client.get(reverse("verification:rejects", args=[file])).streaming_content).decode("utf-8-sig")
    assert "某县外单位" in rows and "list of units" in rows


def test_a_corrected_row_joins_the_unit_that_it_names_and_a_stranger_is_one_still(world):
    file = send_for_all(world, content=city_csv(world, whose=(0, "外单位甲", "外单位乙", 1, 1)))
    sent_back = queries.rejects_of(file.sources[0]["name"]).read().decode("utf-8-sig")
    again = send_for_all(world, content=sent_back.replace("外单位甲", names(world)[0]).encode(), name="更正.csv")
    assert (again.state, again.accepted, again.rejected, held(world)) == ("taken", 4, 1, [2, 2])


def test_a_unit_sees_that_its_rows_came_from_the_office_and_nothing_of_the_file(world):
    file = send_for_all(world)
    client = signed_in(world.liaisons[0])
    own = client.get(reverse("verification:ledgers")).content.decode()
    assert "Sent by the office for you" in own and "2 rows" in own and world.office.person.name in own
    assert "3 rows" not in own and names(world)[1] not in own
    for name in ("ledger_file", "rejects", "send_again", "withdraw", "map_columns"):
        assert client.get(reverse(f"verification:{name}", args=[file])).status_code == 404
    result = result_of(world)
    keys = {row.violation.key for row in queries.rows_of(world.liaisons[0], [result])}
    assert keys == {"青罚〔2019〕2号"}
    assert world.liaisons[0].notices.get(text__contains="sent a ledger for you").params["rows"] == 2


def test_others_see_nothing_of_it_but_the_results(world):
    file = send_for_all(world)
    for member in (world.leader, world.discipline, world.inspectors[0], world.heads[1]):
        assert signed_in(member).get(reverse("verification:ledger_file", args=[file])).status_code == 404
    elsewhere = make_world(units=1)
    assert signed_in(elsewhere.office).get(reverse("verification:ledger_file", args=[file])).status_code == 404
    assert file not in queries.ledger_files(elsewhere.office)


@pytest.mark.parametrize("role", ["leader", "liaison", "inspector"])
def test_only_the_office_sends_for_all(world, role):
    member = {"leader": world.leader, "liaison": world.liaisons[0], "inspector": world.inspectors[0]}[role]
    with pytest.raises(NotAllowed):
        actions.send_for_all(BytesIO(city_csv(world)), "a.csv", by=member, campaign=world.campaign)


def test_the_office_of_another_campaign_and_a_closed_campaign_are_refused(world):
    with pytest.raises(NotAllowed, match="Another office"):
        actions.send_for_all(BytesIO(b"a"), "a.csv", by=make_world(units=1).office, campaign=world.campaign)
    campaigns.close(world.campaign, by=world.office)
    with pytest.raises(NotNow, match="closed"):
        actions.send_for_all(BytesIO(city_csv(world)), "a.csv", by=world.office, campaign=world.campaign)


def test_the_office_may_neither_withdraw_nor_replace_a_units_own_file(world):
    own = send_ledger(world)
    with pytest.raises(NotAllowed):
        actions.withdraw(own, by=world.office, reason="x")
    with pytest.raises(NotAllowed):
        actions.send_for_all(BytesIO(city_csv(world)), "a.csv", by=world.office, campaign=world.campaign, replaces=own)
    assert signed_in(world.office).get(reverse("verification:withdraw", args=[own])).status_code == 404


def test_what_a_unit_has_sent_itself_stands_and_the_offices_rows_of_that_year_come_back(world):
    send_ledger(world)
    earlier = "青罚〔2018〕7号,某店,,2018-09-03,2018-09-05,张三"
    rows, whose = [*PENALTY_ROWS.splitlines(), earlier], (0, 0, 1, 1, 1, 0)
    file = send_for_all(world, content=city_csv(world, rows=rows, whose=whose))
    assert (file.accepted, file.rejected, held(world)) == (4, 2, [6, 3])
    shown = signed_in(world.office).get(reverse("verification:ledger_file", args=[file])).content.decode()
    assert "The unit has sent its own ledger of this kind for this year" in shown


def test_what_the_office_has_sent_stands_and_a_units_own_rows_of_that_year_come_back(world):
    send_for_all(world)
    later = "\n青罚〔2020〕7号,某店,,2020-01-06,2020-01-08,张三"
    file = send_ledger(world, content=penalty_csv(rows=PENALTY_ROWS + later))
    assert (file.accepted, file.rejected, held(world)) == (1, 5, [3, 3])
    client = signed_in(world.liaisons[0])
    shown = client.get(reverse("verification:ledger_file", args=[file])).content.decode()
    assert "ask the office to withdraw its own" in shown
    assert "so that none counts twice" in client.get(reverse("verification:ledgers")).content.decode()


def test_when_the_office_withdraws_the_units_own_file_counts_as_soon_as_it_is_sent_again(world):
    file = send_for_all(world)
    assert send_ledger(world).rejected == 5
    actions.after_withdrawal(actions.withdraw(file, by=world.office, reason="平台数据不全"))
    assert held(world) == [0, 0]
    assert [result_of(world, n).verdict for n in (0, 1)] == ["not_verifiable", "not_verifiable"]
    assert send_ledger(world).accepted == 5 and held(world) == [5, 0]
    again = send_for_all(world)
    assert (again.accepted, again.rejected, held(world)) == (3, 2, [5, 3])
    notices = [liaison.notices.get(text__contains="has withdrawn a ledger") for liaison in world.liaisons]
    assert [notice.params for notice in notices] == [{"rows": rows, "reason": "平台数据不全"} for rows in (2, 3)]


def test_a_file_without_a_column_of_units_asks_for_it_once(world):
    content = city_csv(world, headers=f"{PENALTY_HEADERS},归属")
    file = send_for_all(world, content=content)
    assert (file.state, file.lacks) == ("needs_mapping", "unit")
    assert signed_in(world.office).get(reverse("verification:map_columns", args=[file])).status_code == 200
    mapped = actions.map_columns(file, by=world.office, kind="penalty", columns={"归属": "unit"})
    assert actions.take(mapped).accepted == 5 and held(world) == [2, 3]
    assert send_for_all(world, content=content, name="下个月.csv").state == "taken"


def test_a_large_file_of_the_office_is_taken_by_the_worker_and_the_office_is_told(world, monkeypatch):
    monkeypatch.setattr(actions, "SMALL_BYTES", 10)
    actions.send_for_all(BytesIO(city_csv(world)), "大.csv", by=world.office, campaign=world.campaign)
    assert actions.work() and held(world) == [2, 3]
    assert world.office.notices.filter(text__contains="looked through").exists()


def test_a_ledger_without_days_counts_once_too(world):
    head, rows = "实施编码,事项名称,是否网办,是否一窗受理", ["410401,办证,是,是", "410402,换证,否,是"]
    send_ledger(world, content="\n".join([head, *rows]).encode(), name="事项.csv")
    city = [f"{head},实施主体", *(f"{row},{names(world)[n]}" for n, row in enumerate(rows))]
    file = send_for_all(world, content="\n".join(city).encode(), name="全市事项.csv")
    assert (file.kind, file.accepted, file.rejected, held(world)) == ("service_item", 1, 1, [2, 1])
