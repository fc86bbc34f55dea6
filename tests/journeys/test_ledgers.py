"""A unit sends the ledger that its old system exports; the office sees where it contradicts the claim; a team looks."""

import pytest
from django.conf import settings
from django.test import Client
from factories import deliver, make_world, penalty_csv
from playwright.sync_api import Page, expect

from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.fieldwork.models import CaseFile
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership
from ducha.apps.verification.models import Explanation

# Headers of the 2015 standard of credit publicity, but for the day of the decision, which has a name of its own.
HEADERS_2015 = "行政处罚决定书文号,行政相对人名称,行政相对人代码_1 (统一社会信用代码),裁决日子,公示日期,法定代表人姓名"


@pytest.fixture
def world(transactional_db, live_server):
    return make_world()


@pytest.fixture
def as_member(live_server, open_page):
    def signed_in(member: Membership, **page_options) -> Page:
        client = Client()
        client.force_login(member.person)
        page = open_page(**page_options)
        cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": live_server.url}])
        page.goto(live_server.url + "/")
        return page

    return signed_in


def test_from_the_export_of_an_old_system_to_a_finding_and_a_review_of_case_files(world, as_member):
    deliver(world)  # claims “全部” before any ledger is there
    fieldwork.plan_visit(world.participations[0], by=world.office, announced=True, starts_at=world.moment)
    unit_sends_and_names_a_column(as_member(world.liaisons[0]))
    unit_explains_a_late_row(as_member(world.liaisons[0]))
    office_finds_the_contradiction_and_raises_it(as_member(world.office))
    finding = Finding.objects.get()
    assert (finding.source, finding.row_key) == ("data", "青罚〔2019〕2号")
    assert "系统切换" in finding.facts
    inspector_draws_case_files(as_member(world.inspectors[0], width=390))
    inspector_reviews_them(as_member(world.inspectors[0], width=390))
    office_reads_what_was_found(as_member(world.office))
    assert CaseFile.objects.get(is_faulty=True).note == "卷内无送达回证"


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name=name, exact=True).click()


def unit_sends_and_names_a_column(page: Page) -> None:
    menu(page, "Ledgers")
    page.get_by_role("link", name="Send a ledger").click()
    content = penalty_csv(HEADERS_2015, encoding="gb18030")
    page.get_by_label("File").set_input_files({"name": "双公示2015.csv", "mimeType": "text/csv", "buffer": content})
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_text("No header was found for: 处罚决定日期")).to_be_visible()
    page.get_by_role("link", name="Name the columns").click()
    page.get_by_label("“处罚决定日期” stands in the column").select_option("裁决日子")
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("heading", name="双公示2015.csv")).to_contain_text("Taken in")
    expect(page.get_by_text("裁决日子")).to_be_visible()


def unit_explains_a_late_row(page: Page) -> None:
    menu(page, "Ledgers")
    page.get_by_role("link", name="行政处罚决定在作出之日起7个工作日内公开").click()
    rows = page.locator("main tbody tr")
    expect(rows).to_have_count(3)
    rows.filter(has_text="青罚〔2019〕2号").get_by_role("link", name="Explain").click()
    page.get_by_label("How did it come about?").fill("系统切换，未及时上网。")
    page.get_by_role("button", name="Explain it").click()
    expect(rows.filter(has_text="青罚〔2019〕2号")).to_contain_text("系统切换")
    assert Explanation.objects.get().key == "青罚〔2019〕2号"


def office_finds_the_contradiction_and_raises_it(page: Page) -> None:
    menu(page, "Contradictions")
    line = page.locator("main tbody tr").filter(has_text="1.1")
    expect(line).to_contain_text("Opposite conclusion")
    expect(line).to_contain_text("全部")
    expect(line).to_contain_text("2 / 5 (40.0 %)")
    line.get_by_role("link", name="行政处罚决定在作出之日起7个工作日内公开").click()
    page.get_by_role("link", name="青罚〔2019〕2号").click()
    expect(page.get_by_text("系统切换，未及时上网。")).to_be_visible()
    expect(page.get_by_text("张*")).to_be_visible()
    page.get_by_role("link", name="Make it a finding").click()
    page.get_by_role("button", name="Record it").click()
    expect(page.get_by_role("heading", name="From the ledger")).to_be_visible()
    expect(page.get_by_text("系统切换，未及时上网。").first).to_be_visible()


def open_visit(page: Page) -> None:
    menu(page, "Field inspection")
    page.locator("main tbody tr").get_by_role("link").click()


def inspector_draws_case_files(page: Page) -> None:
    open_visit(page)
    page.get_by_role("link", name="Draw case files").click()
    page.get_by_label("How many").fill("4")
    page.get_by_role("button", name="Draw").click()
    drawn = page.locator(".case-files")
    expect(drawn.locator("li")).to_have_count(4)
    expect(drawn).to_contain_text("4 of 5 case files as asked for: with confidence 0.95")
    expect(drawn).to_contain_text("By the ledger not kept: 行政处罚决定在作出之日起7个工作日内公开")
    expect(drawn.get_by_role("button")).to_have_count(0)  # nothing is reviewed before the visit


def inspector_reviews_them(page: Page) -> None:
    open_visit(page)
    page.get_by_role("button", name="Start the visit").click()
    files = page.locator(".case-files li")
    for number in range(3):
        files.nth(number).get_by_role("button", name="In order").click()
        expect(files.nth(number).locator(".yes")).to_be_visible()
    assert "#" not in page.url  # the page was not turned
    page.context.set_offline(True)
    files.nth(3).get_by_role("button", name="In order").click()
    expect(page.get_by_text("No connection: the last tap is not noted.")).to_be_visible()
    page.context.set_offline(False)
    files.nth(3).get_by_role("link", name="Faulty").click()
    page.get_by_label("What is wrong").fill("卷内无送达回证")
    page.get_by_role("button", name="Note it").click()
    expect(files.nth(3)).to_contain_text("卷内无送达回证")
    expect(files.nth(3).locator(".no")).to_be_visible()
    expect(page.locator(".case-files")).to_contain_text("4 case files drawn and reviewed, 1 faulty; of all 5,")


def office_reads_what_was_found(page: Page) -> None:
    menu(page, "Verification")
    page.get_by_role("link", name="3", exact=True).first.click()
    expect(page.get_by_text("4 case files drawn and reviewed, 1 faulty; of all 5,")).to_be_visible()


def test_the_matrix_keeps_its_filters_in_the_address(world, as_member):
    from factories import send_ledger

    send_ledger(world)
    page = as_member(world.office)
    menu(page, "Verification")
    page.get_by_label("Verdict").select_option("not_met")
    page.get_by_role("button", name="Show").click()
    assert "verdict=not_met" in page.url
    expect(page.locator("main tbody tr")).to_have_count(1)
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename == "verification.xlsx"


def test_the_contradictions_keep_their_filter_in_the_address(world, as_member):
    from factories import send_ledger

    send_ledger(world)
    deliver(world)
    page = as_member(world.office)
    menu(page, "Contradictions")
    page.get_by_role("link", name="Better figure claimed 0").click()
    assert "weight=better_figure" in page.url
    expect(page.get_by_text("Nothing fits these filters.")).to_be_visible()
    page.get_by_role("link", name="Opposite conclusion 1").click()
    expect(page.locator("main tbody tr")).to_have_count(1)


def test_the_office_checks_as_of_a_day(world, as_member):
    from factories import send_ledger

    send_ledger(world)
    page = as_member(world.office)
    menu(page, "Verification")
    page.get_by_role("link", name="Check the ledgers now").click()
    page.get_by_label("As of").fill("2019-11-04")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_text("As of 4 Nov.")).to_be_visible()
