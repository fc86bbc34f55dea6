"""撤回台账: a file sent by mistake counts no more; nothing that it showed vanishes without a word."""

from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from factories import BEFORE, PENALTY_HEADERS, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import AuditEntry
from ducha.apps.findings import actions as findings
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import CheckRun, LedgerFile, RuleResult
from ducha.apps.verification.verification import changed_files
from ducha.domain.errors import NotAllowed, NotNow

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


def signed_in(member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.person)
    return client


def withdraw(world, file, *, reason: str = "报错了文件") -> None:
    """Through the page, as a liaison does it."""
    client = signed_in(world.liaisons[0])
    url = reverse("verification:withdraw", args=[file])
    hidden = {field.name: field.value() or "" for field in client.get(url).context["form"].hidden_fields()}
    assert client.post(url, {**hidden, "reason": reason}).status_code == 302
    file.refresh_from_db()


def test_the_rows_of_a_withdrawn_file_leave_the_store_and_its_bytes_stay(world):
    file = send_ledger(world)
    withdraw(world, file)
    assert file.state == LedgerFile.State.WITHDRAWN
    assert queries.held_by(file.unit) == [] and queries.store().manifest["sources"] == {}
    assert queries.bytes_of(file).read_bytes() == penalty_csv()
    assert not list(changed_files())


def test_the_next_check_does_not_know_and_the_earlier_result_stays(world):
    file = send_ledger(world)
    before = result_of(world)
    withdraw(world, file)
    after = result_of(world)
    assert (after.verdict, after.population, after.violations) == ("not_verifiable", 0, 0)
    assert RuleResult.objects.get(pk=before.pk).violations == 3
    assert queries.count_rows([before]) == 3 and queries.count_rows([after]) == 0
    assert list(queries.latest_results(world.office, world.campaign).filter(verdict="not_met")) == []
    actions.carry_out(actions.ask_check(world.campaign, by=world.office, as_of=clock.today()))
    assert result_of(world).verdict == "not_verifiable" and result_of(world).pk != after.pk


def test_the_other_files_of_the_unit_still_count(world):
    withdrawn = send_ledger(world)
    send_ledger(world, name="另一个.csv", content=penalty_csv(rows="青罚〔2019〕9号,某店,,2019-09-02,2019-12-06,张三"))
    withdraw(world, withdrawn)
    assert (result_of(world).population, result_of(world).violations) == (1, 1)


def test_the_office_is_told_what_went_with_it_and_sees_it_in_its_list(world):
    file = send_ledger(world, content=penalty_csv() + "青罚〔2019〕9号,某店,,2019-09-02,2019-09-06,张三".encode())
    withdraw(world, file)
    notice = world.office.notices.get(text__contains="withdrawn the ledger")
    assert (notice.params["rows"], notice.params["violating"], notice.params["reason"]) == (6, 5, "报错了文件")
    office = signed_in(world.office)
    assert "Withdrawn" in office.get(reverse("verification:ledgers")).content.decode()
    shown = office.get(reverse("verification:ledger_file", args=[file])).content.decode()
    assert "报错了文件" in shown and file.withdrawn_by.person.name in shown and "What the check found" not in shown
    assert AuditEntry.objects.filter(action="ledger.withdrawn", object_id=file.public_id).exists()


def test_a_finding_raised_from_one_of_its_rows_stays(world):
    file = send_ledger(world)
    result = result_of(world)
    row = queries.rows_of(world.office, [result])[0]
    finding = findings.raise_from_row(
        result,
        row.violation,
        by=world.office,
        point=world.point(),
        title="超期",
        facts=row.violation.reason,
        severity="ordinary",
        horizon="by_deadline",
    )
    withdraw(world, file)
    finding.refresh_from_db()
    assert finding.state == "raised" and finding.result == result
    shown = signed_in(world.office).get(reverse("verification:row", args=[result]) + f"?{row.place}").content.decode()
    assert row.violation.key in shown and "withdrawn since" in shown


def test_only_the_unit_that_sent_it_withdraws_it(world):
    file = send_ledger(world)
    for member in (world.liaisons[1], world.heads[0], world.office, world.inspectors[0]):
        with pytest.raises(NotAllowed):
            actions.withdraw(file, by=member, reason="x")
    assert file.state == LedgerFile.State.TAKEN


@pytest.mark.parametrize("case", ["replaced", "refused", "withdrawn", "received"])
def test_what_no_longer_counts_or_is_not_read_yet_is_not_withdrawn(world, case):
    file = send_ledger(world)
    if case == "replaced":
        send_ledger(world, content=penalty_csv() + "青罚〔2019〕9号,某店,,2019-09-02,2019-09-06,张三".encode())
    if case == "refused":
        actions._note_refusal(file := actions.send(BytesIO(b"x"), "b.csv", by=world.liaisons[0]), ["?"])
    if case == "withdrawn":
        withdraw(world, file)
    if case == "received":
        file = actions.send(BytesIO(penalty_csv()), "c.csv", by=world.liaisons[0])
    with pytest.raises(NotNow, match="can be withdrawn"):
        actions.withdraw(file, by=world.liaisons[0], reason="x")
    button = reverse("verification:withdraw", args=[file])
    assert (
        button
        not in signed_in(world.liaisons[0]).get(reverse("verification:ledger_file", args=[file])).content.decode()
    )


def test_a_file_whose_columns_are_not_named_is_withdrawn_without_a_word_to_the_office(world):
    file = send_ledger(world, content=penalty_csv(PENALTY_HEADERS.replace("处罚决定日期", "处理时间")))
    withdraw(world, file)
    assert file.state == LedgerFile.State.WITHDRAWN and not world.office.notices.exists()
    with pytest.raises(NotNow):
        actions.map_columns(file, by=world.liaisons[0], kind="penalty", columns={"处理时间": "decided_on"})


def test_the_right_file_sent_afterwards_under_the_same_name_counts(world):
    withdraw(world, send_ledger(world))
    send_ledger(world)
    assert result_of(world).violations == 3
    actions.carry_out(actions.ask_check(world.campaign, by=world.office, as_of=clock.today()))
    assert result_of(world).violations == 3


def test_whoever_is_killed_after_a_withdrawal_leaves_no_row_to_the_next_check(world):
    file = send_ledger(world)
    runs = actions.withdraw(file, by=world.liaisons[0], reason="x")  # and nothing of `after_withdrawal`
    assert queries.held_by(file.unit) and CheckRun.objects.filter(done_at=None).count() == len(runs) == 1
    with clock.at(BEFORE + 2 * actions.GRACE):
        assert actions.work()
    assert queries.held_by(file.unit) == [] and result_of(world).verdict == "not_verifiable"


def test_a_withdrawn_file_is_no_longer_offered_to_be_replaced_nor_are_its_rejected_rows(world):
    rows = "青罚〔2019〕1号,某店,,九月,2019-09-06,张三\n青罚〔2019〕2号,某店,,2019-09-02,2019-09-06,张三"
    file = send_ledger(world, content=penalty_csv(rows=rows))
    client = signed_in(world.liaisons[0])
    assert client.get(reverse("verification:rejects", args=[file])).status_code == 200
    withdraw(world, file)
    assert list(queries.replaceable(world.liaisons[0])) == []
    assert client.get(reverse("verification:rejects", args=[file])).status_code == 302


def test_a_later_file_that_still_lacks_a_column_does_not_hold_the_rows_back(world):
    file = send_ledger(world)
    later = send_ledger(world, content=penalty_csv(PENALTY_HEADERS.replace("处罚决定日期", "处理时间")))
    assert later.source == file.source and later.state == LedgerFile.State.NEEDS_MAPPING
    withdraw(world, file)
    assert queries.held_by(file.unit) == []
