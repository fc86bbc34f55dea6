"""A unit that sends its ledger anew: what no longer violates a rule is told to the office, and stays on record."""

from io import BytesIO

import pytest
from factories import FIELD, PENALTY_HEADERS, PENALTY_ROWS, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.verification import actions
from ducha.apps.verification.models import LedgerFile, RuleResult


@pytest.fixture
def world(db):
    with clock.at(FIELD):
        yield make_world(2)


def sent_anew(world, first: LedgerFile, rows: str) -> LedgerFile:
    content = BytesIO(penalty_csv(PENALTY_HEADERS, rows))
    return actions.take(actions.send(content, first.name, by=world.liaisons[0], replaces=first))


def told(world) -> list:
    return list(world.office.notices.filter(text__contains="sent its ledgers anew"))


def test_the_office_is_told_which_violations_went(world) -> None:
    first = send_ledger(world)
    before = result_of(world)
    assert before.violations == 3 and told(world) == []
    sent_anew(world, first, PENALTY_ROWS.replace("2019-09-20", "2019-09-06").replace("2019-10-31", "2019-10-09"))
    assert result_of(world).violations == 1 and RuleResult.objects.get(pk=before.pk).violations == 3
    [notice] = told(world)
    assert notice.params["rows"] >= 2 and notice.params["unit"] == world.participations[0].unit.name
    assert before.title in notice.params["rules"] and result_of(world).run.results.filter(
        public_id=notice.url.rstrip("/").rpartition("/")[2]
    )
    assert not world.liaisons[1].notices.filter(text__contains="sent its ledgers anew")


def test_rows_left_out_of_the_new_file_are_gone_too_though_others_came(world) -> None:
    first = send_ledger(world)
    kept = [row for row in PENALTY_ROWS.splitlines() if "2019-09-20" not in row]
    sent_anew(world, first, "\n".join([*kept, "青罚〔2019〕8号,某店,,2019-09-02,2019-12-06,张三"]))
    assert result_of(world).violations == 3
    assert len(told(world)) == 1


def test_the_same_rows_sent_anew_tell_nothing(world) -> None:
    first = send_ledger(world)
    sent_anew(world, first, PENALTY_ROWS + "\n青罚〔2019〕8号,某店,,2019-09-02,2019-12-06,张三")
    assert result_of(world).violations == 4 and told(world) == []


def test_a_withdrawal_is_told_once(world) -> None:
    first = send_ledger(world)
    actions.after_withdrawal(actions.withdraw(first, by=world.liaisons[0], reason="报错了文件"))
    assert told(world) == [] and world.office.notices.filter(text__contains="withdrawn the ledger").count() == 1
