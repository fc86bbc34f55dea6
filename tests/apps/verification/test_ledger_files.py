"""台账: sent by a unit, columns named where no header tells, taken in, checked at once."""

from io import BytesIO

import pytest
from factories import BEFORE, PENALTY_HEADERS, PENALTY_ROWS, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import LedgerFile, RuleResult
from ducha.domain.errors import NotAllowed, NotNow
from ducha.engines.files import FileRefused

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


def test_a_ledger_is_taken_in_and_its_unit_knows_the_result_at_once(world):
    file = send_ledger(world)
    assert (file.state, file.read, file.accepted, file.rejected) == (LedgerFile.State.TAKEN, 5, 5, 0)
    result = result_of(world)
    assert (result.population, result.violations, result.verdict) == (5, 3, "not_met")
    assert {row.violation.key for row in queries.rows_of(world.liaisons[0], [result])} == {
        "青罚〔2019〕2号",
        "青罚〔2019〕3号",
        "青罚〔2019〕5号",
    }


def test_the_plans_number_is_the_limit_that_rows_are_held_to(world):
    send_ledger(world)
    assert result_of(world).run.limits["penalty_licence_published"] == "7"


def test_a_missing_column_is_named_once_and_remembered(world):
    content = penalty_csv(PENALTY_HEADERS.replace("处罚决定日期", "处理时间"))
    file = send_ledger(world, content=content)
    assert (file.state, file.lacks) == (LedgerFile.State.NEEDS_MAPPING, "decided_on")
    mapped = actions.map_columns(file, by=world.liaisons[0], kind="penalty", columns={"处理时间": "decided_on"})
    assert actions.take(mapped).accepted == 5
    assert send_ledger(world, content=content, name="另一个月.csv").state == LedgerFile.State.TAKEN
    assert send_ledger(world, 1, content=content).state == LedgerFile.State.NEEDS_MAPPING


def test_a_file_whose_kind_no_header_tells_asks_for_it(world):
    file = send_ledger(world, content="甲,乙\n1,2\n".encode())
    assert (file.state, file.kind, file.lacks) == (LedgerFile.State.NEEDS_MAPPING, "", "kind")
    told = actions.map_columns(file, by=world.liaisons[0], kind="penalty", columns={})
    assert actions.take(told).lacks == "document_number decided_on"


def test_a_better_file_takes_the_place_of_the_one_before(world):
    first = send_ledger(world)
    better = penalty_csv(rows="青罚〔2019〕1号,青溪百货有限公司,91410400MA40000012,2019-09-02,2019-09-06,张三")
    second = actions.take(actions.send(BytesIO(better), "更正.csv", by=world.liaisons[0], replaces=first))
    assert second.source == first.source and queries.is_replaced(first)
    assert [held.rows for held in queries.held_by(world.liaisons[0].organisation)] == [1]
    assert result_of(world).violations == 0


def test_a_unit_cannot_replace_or_name_the_columns_of_another_units_file(world):
    file = send_ledger(world, content=penalty_csv(PENALTY_HEADERS.replace("处罚决定日期", "处理时间")))
    with pytest.raises(NotAllowed, match="another unit"):
        actions.send(BytesIO(penalty_csv()), "a.csv", by=world.liaisons[1], replaces=file)
    with pytest.raises(NotAllowed, match="another unit"):
        actions.map_columns(file, by=world.liaisons[1], kind="penalty", columns={})


@pytest.mark.parametrize("role", ["office", "leader"])
def test_only_a_liaison_sends_ledgers(world, role):
    with pytest.raises(NotAllowed):
        actions.send(BytesIO(penalty_csv()), "a.csv", by=getattr(world, role))


def test_columns_are_named_only_while_the_file_waits_for_it(world):
    with pytest.raises(NotNow, match="does not wait"):
        actions.map_columns(send_ledger(world), by=world.liaisons[0], kind="penalty", columns={})


def test_two_units_see_nothing_of_each_others_rows(world):
    send_ledger(world)
    send_ledger(world, 1)
    units = [queries.held_by(liaison.organisation) for liaison in world.liaisons]
    assert [[held.rows for held in one] for one in units] == [[5], [5]]
    campaign = world.campaign
    mine = set(queries.latest_results(world.liaisons[0], campaign).values_list("participation", flat=True))
    assert mine == {world.participations[0].pk}


def test_a_large_file_waits_for_the_worker_and_is_taken_again_after_a_kill(world, monkeypatch):
    monkeypatch.setattr(actions, "SMALL_BYTES", 10)
    file = actions.send(BytesIO(penalty_csv()), "大台账.csv", by=world.liaisons[0])
    assert file.state == LedgerFile.State.RECEIVED and not actions.is_small(file)
    queries.progress_of(file).write_text("3")  # as a worker leaves it that was killed on the way
    assert queries.percent_read(file) == 3
    assert actions.work()
    file.refresh_from_db()
    assert file.state == LedgerFile.State.TAKEN and queries.percent_read(file) is None
    assert world.liaisons[0].notices.filter(text__contains="looked through").exists()
    assert not actions.work()


def test_the_worker_leaves_a_small_file_to_the_request_that_brought_it(world):
    file = actions.send(BytesIO(penalty_csv()), "小台账.csv", by=world.liaisons[0])
    assert not actions.work()
    with clock.at(BEFORE + 2 * actions.GRACE):
        assert actions.work()
    file.refresh_from_db()
    assert file.state == LedgerFile.State.TAKEN


def test_a_result_never_changes(world):
    send_ledger(world)
    result = RuleResult.objects.first()
    with pytest.raises(TypeError, match="never changes"):
        result.save()


def test_a_file_cannot_write_into_another_units_ledger(world):
    theirs = world.participations[1].unit.name
    rows = "\n".join(f"{row},{theirs}" for row in PENALTY_ROWS.splitlines())
    file = send_ledger(world, content=penalty_csv(f"{PENALTY_HEADERS},单位", rows))
    assert file.state == LedgerFile.State.TAKEN
    assert [[held.rows for held in queries.held_by(p.unit)] for p in world.participations] == [[5], []]


def test_rejected_rows_come_back_corrected_and_join_their_file(world):
    rows = PENALTY_ROWS.replace(
        "1号,青溪百货有限公司,91410400MA40000012,2019-09-02", "1号,青溪百货有限公司,91410400MA40000012,九月"
    )
    file = send_ledger(world, content=penalty_csv(rows=rows))
    assert (file.read, file.accepted, file.rejected) == (5, 4, 1)
    sent_back = queries.rejects_of(file.sources[0]["name"]).read()
    corrected = sent_back.decode("utf-8-sig").replace("九月", "2019-09-02").encode()
    again = send_ledger(world, content=corrected, name="更正.csv")
    assert (again.state, again.accepted, again.rejected) == (LedgerFile.State.TAKEN, 5, 0)
    assert queries.is_replaced(file)


def test_nobody_corrects_the_rejected_rows_of_another_unit(world):
    rows = PENALTY_ROWS.replace("2019-09-02,2019-09-06", "九月,2019-09-06")
    file = send_ledger(world, content=penalty_csv(rows=rows))
    sent_back = queries.rejects_of(file.sources[0]["name"]).read()
    corrected = sent_back.decode("utf-8-sig").replace("九月", "2019-09-02").encode()
    foreign = send_ledger(world, 1, content=corrected)
    assert foreign.state == LedgerFile.State.REFUSED
    assert "no ledger of yours" in foreign.faults[0]["text"]
    assert [held.rows for held in queries.held_by(world.participations[0].unit)] == [4]


def test_what_was_sent_lies_once_on_the_disk_and_survives_that_the_store_lets_it_go(world):
    file = send_ledger(world)
    sent, in_store = queries.bytes_of(file), queries.store().folder / "sources" / file.sha256
    assert in_store.samefile(sent) and [path.name for path in in_store.parent.iterdir()] == [file.sha256]
    actions.after_withdrawal(actions.withdraw(file, by=world.liaisons[0], reason="报错"))
    assert not in_store.exists() and sent.read_bytes() == penalty_csv()


def test_a_broken_file_is_refused_with_the_reason(world):
    file = send_ledger(world, content=penalty_csv() + b"\x00" * 10, name="a.csv")
    assert file.state in (LedgerFile.State.TAKEN, LedgerFile.State.REFUSED)
    with pytest.raises(FileRefused, match="empty"):
        send_ledger(world, content=b"")
    with pytest.raises(FileRefused, match="really"):
        send_ledger(world, content=b"%PDF-1.4 not a ledger", name="a.csv")
