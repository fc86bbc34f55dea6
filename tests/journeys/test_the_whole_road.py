"""Seven people walk the whole road in a browser, on the brief itself."""

from datetime import timedelta
from pathlib import Path

import pytest
from factories import make_organisation
from playwright.sync_api import Page, expect

from ducha.apps.accounts.actions import create_people
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.actions import integrate
from ducha.apps.audit_trail.recording import SYSTEM
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.actions import appoint
from ducha.apps.organisations.models import Membership

BRIEF = Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt"
PASSWORD = "a-long-enough-password"
PEOPLE = ("office", "liaison", "unit_head", "inspector", "teamlead", "leader", "auditadmin")


@pytest.fixture
def people(transactional_db):
    organiser = make_organisation("市督察办", "leading_group")
    unit = make_organisation("舞钢市", "county")
    created = create_people([(name, f"{name}同志") for name in PEOPLE], PASSWORD, by=SYSTEM)
    role = {"teamlead": "inspector"}
    appoint(
        [
            Membership(
                person=created[name],
                organisation=unit if name in ("liaison", "unit_head") else organiser,
                role=role.get(name, name),
            )
            for name in PEOPLE
        ],
        by=SYSTEM,
    )


@pytest.fixture
def as_person(people, live_server, open_page):
    """Each person has a browser of their own and signs in with a password."""
    pages: dict[str, Page] = {}

    def page_of(name: str) -> Page:
        if name not in pages:
            page = pages[name] = open_page()
            page.goto(live_server.url + "/")
            page.get_by_label("User name").fill(name)
            page.get_by_label("Password").fill(PASSWORD)
            page.get_by_role("button", name="Sign in").click()
        page = pages[name]
        page.goto(live_server.url + "/")
        return page

    return page_of


def test_from_the_plan_to_the_last_closed_problem(as_person):
    office_reads_the_plan_in_and_launches(as_person("office"))
    liaison_answers_and_submits(as_person("liaison"))
    head_certifies(as_person("unit_head"))
    office_accepts_and_makes_a_team(as_person("office"))
    lead_plans_an_unannounced_visit(as_person("teamlead"))
    inspector_visits_and_records_a_problem(as_person("inspector"))
    task(as_person("teamlead"), "Confirm: 公示超期")
    press(as_person("teamlead"), "Confirm: 公示超期", "Confirm", "Confirm the finding")
    hand_over(as_person("inspector"))
    unit_acknowledges_and_rectifies(as_person("liaison"))
    inspector_accepts_on_site(as_person("inspector"))
    assert Finding.objects.get().state == "closed"
    office_proposes_a_measure(as_person("office"))
    leader_approves(as_person("leader"))
    office_issues(as_person("office"))
    integrate()
    the_receipt_and_the_trail_hold(as_person("liaison"), as_person("auditadmin"))


def menu(page: Page, name: str) -> None:
    page.get_by_role("navigation", name="Main menu").get_by_role("link", name=name, exact=True).click()


def task(page: Page, sentence: str) -> None:
    expect(page.get_by_role("link", name=sentence)).to_be_visible()


def press(page: Page, *names: str) -> None:
    """One link or button after the other."""
    for name in names:
        button = page.get_by_role("button", name=name, exact=True)
        link = page.get_by_role("link", name=name, exact=True)
        expect(button.or_(link).first).to_be_visible()
        (button if button.count() else link).first.click()
        page.wait_for_load_state()


def office_reads_the_plan_in_and_launches(page: Page) -> None:
    press(page, "Read in a plan")
    page.get_by_label("Plan document").set_input_files(BRIEF)
    press(page, "Read it")
    expect(page.get_by_role("heading", level=1)).to_contain_text("平顶山市创建法治政府建设示范市全面督察实施方案")
    expect(page.get_by_text("Confirm the hour").first).to_be_visible()
    days = iter((3, 9, 16))
    for number in range(3):
        page.locator(".stages > div").nth(number).get_by_role("link", name="Correct").click()
        page.get_by_label("Begins on").fill(
            clock.today().isoformat() if number == 0 else (clock.today() + timedelta(days=4 * number)).isoformat()
        )
        page.get_by_label("Ends at").fill(f"{clock.today() + timedelta(days=next(days))}T17:30")
        press(page, "Save")
    press(page, "Units to be inspected", "Assign them", "Launch", "Freeze the catalogue and invite the units")
    expect(page.get_by_text("The campaign is launched and the units are told.")).to_be_visible()


def liaison_answers_and_submits(page: Page) -> None:
    page.get_by_role("link", name="Answer the self-inspection").click()
    press(page, "Answer point by point")
    page.get_by_label("Met", exact=True).check()
    page.get_by_label("Explanation").fill("已落实。")
    expect(page.get_by_text("✓ Saved")).to_be_visible()
    page.get_by_label("New files").set_input_files(
        {"name": "会议纪要.txt", "mimeType": "text/plain", "buffer": "纪要".encode()}
    )
    press(page, "Save and go on →")
    for _number in range(32):
        page.get_by_label("Met", exact=True).check()
        for figure in page.locator("input[name^=figure_]").all():
            figure.fill("全部")
        press(page, "Save and go on →")
    expect(page.get_by_text("All points are complete.")).to_be_visible()
    expect(page.get_by_role("link", name="会议纪要.txt")).to_be_visible()
    press(page, "Submit for certification", "Submit")


def head_certifies(page: Page) -> None:
    press(page, "Certify the self-inspection", "Certify under your name", "I have read it and answer for it")
    expect(page.get_by_text("Certified and delivered")).to_be_visible()


def office_accepts_and_makes_a_team(page: Page) -> None:
    menu(page, "Self-inspection")
    press(page, "舞钢市", "Accept", "Accept")
    menu(page, "Teams and visits")
    press(page, "Make a team")
    page.get_by_label("Name").fill("第一督察组")
    page.get_by_label("Team leader").select_option(label="teamlead同志 · 市督察办")
    page.get_by_label("inspector同志 · 市督察办").check()
    press(page, "Make a team", "Give it a unit")
    page.get_by_role("combobox", name="Unit").select_option(label="舞钢市")
    press(page, "Give 第一督察组 a unit")


def lead_plans_an_unannounced_visit(page: Page) -> None:
    menu(page, "Teams and visits")
    press(page, "舞钢市")
    press(page, "Plan a visit")
    page.get_by_label("Begins at").fill(f"{clock.today() + timedelta(days=1)}T09:00")
    page.get_by_label("is not told").check()
    press(page, "Plan it")
    expect(page.get_by_text("Only your team knows of this visit.")).to_be_visible()


def inspector_visits_and_records_a_problem(page: Page) -> None:
    press(page, "Visit 舞钢市", "Start the visit", "Record what was done")
    page.get_by_label("In short").fill("与分管负责同志谈话")
    press(page, "Record it", "Record a problem")
    page.get_by_label("Point").select_option(index=20)
    page.get_by_label("In one line").fill("公示超期")
    page.get_by_label("Facts").fill("抽查 12 件，3 件超期。")
    press(page, "Record it")


def hand_over(page: Page) -> None:
    press(page, "Feed back: 公示超期", "Feed back on the spot")
    page.get_by_label("Handed to").fill("某副市长")
    press(page, "Feed back on the spot")
    expect(page.get_by_text("The unit sees it now.")).to_be_visible()


def unit_acknowledges_and_rectifies(page: Page) -> None:
    press(page, "Acknowledge or object: 公示超期", "Acknowledge", "Rectify", "＋ Measure")
    page.get_by_label("What will be done").fill("逐件补公示")
    page.get_by_label("Who is responsible").fill("某科长")
    press(page, "Add it", "Done", "Submit the report")
    page.get_by_label("Rectification report").fill("已全部补公示。")
    press(page, "Submit")


def inspector_accepts_on_site(page: Page) -> None:
    press(page, "Look and accept or return: 公示超期", "Accept or return")
    page.get_by_label("On site").check()
    page.get_by_label("Where").fill("政务服务大厅")
    page.get_by_label("Accepted").check()
    page.get_by_label("Opinion").fill("现场查看属实。")
    press(page, "Decide")


def office_proposes_a_measure(page: Page) -> None:
    page.get_by_role("region", name="Problems by unit and area").get_by_role("link", name="舞钢市").click()
    page.get_by_role("table").get_by_role("link", name="舞钢市").first.click()
    press(page, "Propose a measure")
    page.get_by_label("Measure").select_option("summoned_talk")
    page.get_by_label("1 公示超期").check()
    page.get_by_label("Reason").fill("屡次超期。")
    press(page, "Propose it")


def leader_approves(page: Page) -> None:
    menu(page, "Accountability")
    press(page, "Summoned talk", "Approve", "Approve")


def office_issues(page: Page) -> None:
    menu(page, "Accountability")
    press(page, "Summoned talk", "Issue without a paper")
    page.get_by_label("Document number").fill("平督办〔2026〕1号")
    page.get_by_label("Issued on").fill(clock.today().isoformat())
    press(page, "Issue")
    expect(page.get_by_text("平督办〔2026〕1号")).to_be_visible()


def the_receipt_and_the_trail_hold(liaison: Page, auditor: Page) -> None:
    menu(liaison, "Self-inspection")
    press(liaison, "Receipt")
    expect(liaison.get_by_role("link", name="Download the receipt")).to_be_visible()
    menu(auditor, "Audit trail")
    press(auditor, "Verify all of it")
    expect(auditor.get_by_text("entries hold")).to_be_visible()
