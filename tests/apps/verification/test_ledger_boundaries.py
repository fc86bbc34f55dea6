"""What one file leaves behind reaches no other unit, whatever files and units are called, in whichever order."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from factories import BEFORE, PENALTY_HEADERS, World, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import LedgerFile

BROKEN = "青罚〔2019〕1号,某店,,九月,2019-09-06,张三\n青罚〔2019〕2号,某店,,2019-09-02,2019-09-30,张三"


@pytest.fixture
def world(db):
    with clock.at(BEFORE):
        yield make_world()


def signed_in(member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.person)
    return client


def send_for_all(world: World, row: str) -> LedgerFile:
    content = f"{PENALTY_HEADERS},处罚机关\n{row}".encode()
    sent = actions.send_for_all(BytesIO(content), "全市处罚.csv", by=world.office, campaign=world.campaign)
    return actions.take(sent)


def rows_held() -> int:
    return sum(one["accepted"] for one in queries.store().manifest["sources"].values())


@pytest.fixture
def old_row(world: World):
    """A result whose row was the first unit's, until the office sent its file again and the row became the second's."""
    first, second = (p.unit.name for p in world.participations[:2])
    send_for_all(world, f"青罚〔2019〕2号,甲店,,2019-09-02,2019-09-20,张三,{first}")
    old = result_of(world, 0)
    row = queries.rows_of(world.liaisons[0], [old])[0]
    send_for_all(world, f"青罚〔2019〕2号,别家当事人,,2019-09-03,2019-09-20,欧阳别家,{second}")
    return old, row


def test_the_row_of_an_old_result_is_not_another_units_row_in_its_place(world: World, old_row) -> None:
    old, row = old_row
    for member in (world.liaisons[0], world.inspectors[0], world.office):
        shown = signed_in(member).get(reverse("verification:row", args=[old]) + f"?{row.place}")
        assert shown.status_code == 200
        assert "别家" not in shown.content.decode()


@pytest.mark.parametrize("odd", ["²", "①", "٣", "-1", "1.5", "9" * 16])
def test_a_row_number_that_is_none_is_no_row(world: World, odd: str) -> None:
    send_ledger(world)
    result = result_of(world)
    source = queries.rows_of(world.office, [result])[0].violation.source
    for name in ("verification:row", "findings:raise_from_row"):
        answer = signed_in(world.office).get(reverse(name, args=[result]), {"source": source, "row": odd})
        assert answer.status_code == 302 and answer.url == reverse("verification:result", args=[result])


@pytest.mark.parametrize("name", ["甲局.", "甲.政务服务便民热线管理中心", "甲\u200b局", "甲/乙局", "甲#乙局"])
def test_whatever_a_unit_is_called_its_withdrawn_rows_leave(world: World, name: str) -> None:
    with recorded(SYSTEM, "organisation.changed"):
        world.participations[0].unit.name = name
        world.participations[0].unit.save()
    world.liaisons[0].organisation.refresh_from_db()
    file = send_ledger(world)
    assert (file.accepted, result_of(world).violations) == (5, 3)
    actions.after_withdrawal(actions.withdraw(file, by=world.liaisons[0], reason="发错"))
    assert rows_held() == 0


@pytest.mark.parametrize("name", ["处罚#1.csv", "处罚'1.csv", "=1+1.csv"])
def test_whatever_a_file_is_called_its_corrected_rows_leave_with_it(world: World, name: str) -> None:
    file = send_ledger(world, content=penalty_csv(rows=BROKEN), name=name)
    back = queries.rejects_of(file.sources[0]["name"]).read().decode("utf-8-sig").replace("九月", "2019-09-02")
    again = send_ledger(world, content=back.encode(), name="更正.csv")
    assert (again.state, rows_held()) == ("taken", 2)
    actions.after_withdrawal(actions.withdraw(again, by=world.liaisons[0], reason="发错"))
    assert rows_held() == 0


@pytest.mark.parametrize("state", ["refused", "needs_mapping"])
def test_rows_withdrawn_while_a_later_file_waits_leave_when_it_brings_none(
    world: World, monkeypatch, state: str
) -> None:
    others = send_ledger(world, 1, content=penalty_csv(rows=BROKEN), name="别家.csv")
    content = queries.rejects_of(others.sources[0]["name"]).read()
    file = send_ledger(world)
    monkeypatch.setattr(actions, "SMALL_BYTES", 1)
    content = content if state == "refused" else penalty_csv("文号,日子", "1,2")
    later = actions.send(BytesIO(content), "处罚台账.csv", by=world.liaisons[0])
    actions.after_withdrawal(actions.withdraw(file, by=world.liaisons[0], reason="发错"))
    assert rows_held() == 6
    while actions.work():
        pass
    later.refresh_from_db()
    assert (later.state, rows_held(), result_of(world).violations) == (state, 1, 0)
