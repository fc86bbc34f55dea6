"""查看个人信息: masked everywhere, but for who has the right and says what for; each time is on the record."""

import pytest
from django.test import Client
from django.urls import reverse
from factories import BEFORE, PENALTY_HEADERS, make_world, penalty_csv, result_of, send_ledger

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import AuditEntry
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.verification import actions, queries
from ducha.apps.verification.models import Unmasking
from ducha.domain.errors import NotAllowed
from ducha.domain.rights import Right

pytestmark = pytest.mark.django_db
NAME, NUMBER, PARTY = "欧阳建国", "410400198001011234", "钱小明"


@pytest.fixture
def world():
    with clock.at(BEFORE):
        world = make_world()
        headers = f"{PENALTY_HEADERS},行政相对人类别,证件号码"
        row = f"青罚〔2019〕2号,{PARTY},,2019-09-02,2019-09-20,{NAME},自然人,{NUMBER}"
        send_ledger(world, content=penalty_csv(headers, row))
        yield world


def signed_in(member, language: str = "en") -> Client:
    client = Client(headers={"accept-language": language})
    client.force_login(member.person)
    return client


def row_of(world) -> queries.Row:
    return queries.rows_of(world.office, [result_of(world)])[0]


def address(world, name: str) -> str:
    return reverse(f"verification:{name}", args=[result_of(world)]) + f"?{row_of(world).place}"


def unmask(world, member, **entered: str):
    client, url = signed_in(member), address(world, "unmask")
    hidden = {field.name: field.value() or "" for field in client.get(url).context["form"].hidden_fields()}
    return client.post(url, {**hidden, "purpose": "identify", "reason": "与单位核对当事人", **entered})


def secrets_in(text: str) -> list[str]:
    return [secret for secret in (NAME, NUMBER, PARTY) if secret in text]


@pytest.mark.parametrize("role", ["office", "inspector", "teamlead"])
def test_who_has_the_right_sees_one_row_in_clear_after_saying_what_for(world, role):
    member = {"office": world.office, "inspector": world.inspectors[0], "teamlead": world.teamleads[0]}[role]
    answer = unmask(world, member)
    assert answer.status_code == 200 and len(secrets_in(answer.content.decode())) == 3
    assert answer.headers["Cache-Control"] == "no-store"


def test_the_next_page_and_every_list_is_masked_again(world):
    unmask(world, world.office)
    client = signed_in(world.office)
    for url in (
        address(world, "row"),
        reverse("verification:rows"),
        reverse("verification:result", args=[result_of(world)]),
        reverse("verification:matrix") + "?format=xlsx",
    ):
        assert secrets_in(client.get(url).content.decode(errors="ignore")) == []


def test_who_when_which_row_and_why_is_on_the_record(world):
    unmask(world, world.inspectors[0], purpose="visit", reason="走访前联系")
    seen = Unmasking.objects.get()
    assert (seen.by, seen.at, seen.purpose, seen.reason) == (world.inspectors[0], BEFORE, "visit", "走访前联系")
    assert (seen.key, seen.source_row) == ("青罚〔2019〕2号", 2)
    entry = AuditEntry.objects.get(action="row.unmasked")
    assert entry.actor_label == world.inspectors[0].label and entry.object_id == seen.public_id
    assert NAME not in str(entry.__dict__)


@pytest.mark.parametrize("entered", [{"reason": ""}, {"purpose": ""}, {"purpose": "curiosity"}])
def test_without_a_purpose_nothing_is_shown_and_nothing_recorded(world, entered):
    answer = unmask(world, world.office, **entered)
    assert answer.status_code == 422 and secrets_in(answer.content.decode()) == []
    assert not Unmasking.objects.exists()


def test_to_look_twice_is_recorded_twice_and_the_unit_sees_how_often(world):
    unmask(world, world.office)
    unmask(world, world.inspectors[0])
    shown = signed_in(world.liaisons[0]).get(address(world, "row")).content.decode()
    assert "were looked at 2 times" in shown and secrets_in(shown) == []
    assert world.office.person.name not in shown


def test_nobody_else_reaches_the_page(world):
    url = address(world, "unmask")
    for member in (world.liaisons[0], world.heads[0], world.leader, world.discipline, world.auditadmin):
        assert signed_in(member).get(url).status_code == 404
    for member in (world.inspectors[1], world.liaisons[1]):
        assert signed_in(member).post(url, {"purpose": "other", "reason": "x"}).status_code == 404
    assert not Unmasking.objects.exists()


def test_the_action_itself_asks_for_right_and_care(world):
    row = row_of(world)
    for member in (world.leader, world.liaisons[0], world.inspectors[1]):
        with pytest.raises(NotAllowed):
            actions.unmask(row, by=member, purpose="other", reason="x")
    assert Right.UNMASK == "unmask" and not Unmasking.objects.exists()


def test_only_who_may_sees_the_button(world):
    url = address(world, "unmask")
    assert url in signed_in(world.inspectors[0]).get(address(world, "row")).content.decode().replace("&amp;", "&")
    assert reverse("verification:unmask", args=[result_of(world)]) not in (
        signed_in(world.liaisons[0]).get(address(world, "row")).content.decode()
    )


def test_a_row_that_the_ledger_has_no_more_shows_nothing_and_records_nothing(world):
    client, url = signed_in(world.office), address(world, "unmask")
    send_ledger(world, content=penalty_csv())
    answer = client.post(url, {"operation": "x", "purpose": "other", "reason": "x"})
    assert answer.status_code == 422 and not Unmasking.objects.exists()


def test_after_the_campaign_is_closed_a_case_can_still_be_proved(world):
    campaigns.close(world.campaign, by=world.office)
    assert unmask(world, world.office).status_code == 200


def test_a_row_without_personal_details_shows_nothing_and_records_nothing(world):
    headers, row = PENALTY_HEADERS.removesuffix(",法定代表人"), "青罚〔2019〕2号,某厂,,2019-09-02,2019-09-20"
    send_ledger(world, content=penalty_csv(headers, row))
    answer = unmask(world, world.office)
    assert answer.status_code == 422 and "no personal details" in answer.content.decode()
    assert not Unmasking.objects.exists()


# -- a person's number where a credit code is asked for

CODE = "91410400MA40000012"


def with_code(world, sent: str, *, kind: str = "个体工商户") -> None:
    headers = f"{PENALTY_HEADERS},行政相对人类别"
    row = f"青罚〔2019〕2号,某店,{sent},2019-09-02,2019-09-20,{NAME},{kind}"
    send_ledger(world, content=penalty_csv(headers, row))


def pages_of(world) -> list[str]:
    """Everything that shows the row before somebody says what for."""
    uscc = result_of(world, rule="penalty_uscc")
    addresses = [
        address(world, "row"),
        address(world, "unmask"),
        reverse("verification:rows"),
        reverse("verification:result", args=[uscc]),
        reverse("findings:raise_from_row", args=[uscc]) + f"?{row_of(world).place}",
        reverse("verification:matrix") + "?format=xlsx",
    ]
    client = signed_in(world.office)
    return [client.get(url).content.decode(errors="ignore") for url in addresses]


@pytest.mark.parametrize(
    "sent",
    [NUMBER, "410400 19800101 1234", "410400-19800101-123x", "４１０４００１９８００１０１１２３４", "410400800101123"],
)
def test_a_persons_number_in_the_column_of_credit_codes_is_masked_on_every_page(world, sent):
    with_code(world, sent)
    pages = pages_of(world)
    assert "410****" in pages[0] and "Show personal details" in pages[0]
    assert "410****" in pages[3]  # the reason of the rule quotes the code
    read = sent.replace(" ", "").replace("-", "").upper()
    for page in pages:
        assert sent not in page and read not in page and "19800101" not in page and "410400800101123" not in page


def test_it_is_shown_once_to_who_says_what_for(world):
    with_code(world, NUMBER)
    answer = unmask(world, world.office)
    assert NUMBER in answer.content.decode() and Unmasking.objects.count() == 1


def test_a_credit_code_is_shown_as_it_is_and_leads_to_its_party(world):
    with_code(world, CODE)
    shown = signed_in(world.office).get(address(world, "row")).content.decode()
    assert f"<dd>{CODE}" in shown and f"uscc={CODE}" in shown


def test_the_page_of_a_party_that_is_a_person_neither_repeats_the_number_nor_tells_the_name(world):
    with_code(world, NUMBER)
    shown = signed_in(world.office).get(reverse("verification:party"), {"uscc": NUMBER}).content.decode()
    shown = shown.partition("<h1>")[2]  # above it the switch of languages leads to the address that was asked for
    assert "青罚〔2019〕2号" in shown and "某*" in shown
    assert NUMBER not in shown and "某店" not in shown


def test_a_number_in_the_units_own_words_is_masked_beside_the_row(world):
    with_code(world, CODE)
    found = row_of(world)
    actions.explain(found.result, found.violation, by=world.liaisons[0], text=f"当事人{NUMBER}已注销")
    shown = [
        signed_in(world.office).get(url).content.decode()
        for url in (address(world, "row"), reverse("verification:rows"))
    ]
    assert all(NUMBER not in page and "当事人410****" in page for page in shown)
