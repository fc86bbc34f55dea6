"""A plan with doubtful places is read in, put right on the review page and launched, in a browser."""

import re

import pytest
from factories import BEFORE, make_member, make_organisation
from playwright.sync_api import Page, expect
from test_keyboard_and_drafts import give_password, overflow, sign_in

from ducha.apps.audit_trail import clock
from ducha.apps.campaigns.models import Campaign
from ducha.domain.rights import Role

# Three deliberate doubts: no date has a year, "下班前" names no hour, and the number 2 stands twice.
# Beside them the reading errs in what only a person can know: 4 asks for two things, 6 is a remark.
PLAN = """青溪县法治政府建设督察方案
根据《督察工作规定》（厅字〔2019〕28号），制定本方案。
一、督察内容
（一）依法履职情况
1.行政处罚决定在作出之日起7个工作日内公开；
2.政务服务事项网上可办率不低于80%；
2.执法人员持证上岗；
4.每半年开展一次案卷评查。重大决策一律公开征求意见；
5.行政执法统计年报于每年1月31日前公开；
6.其他需要说明的情况。
二、督察程序
（一）全面自查阶段（11月8日前）。各单位于11月8日下班前报送自查报告。
（二）实地督察阶段（11月11日-11月15日）。督察组进驻。
"""


@pytest.fixture
def office(transactional_db, live_server):
    organiser, unit = make_organisation("督察办", "leading_group"), make_organisation("青溪县", "county")
    for role in (Role.LIAISON, Role.UNIT_HEAD):
        make_member(role, unit)
    member = make_member(Role.OFFICE, organiser)
    give_password(member)
    with clock.at(BEFORE):
        yield live_server.url, member.person.username


def read_in(page: Page, home: str) -> None:
    page.goto(f"{home}/campaigns/new")
    page.get_by_label("or its text, pasted").fill(PLAN)
    page.get_by_role("button", name="Read it").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text("青溪县")
    page.wait_for_load_state()


def row(page: Page, code: str):
    return page.locator(".tree .point").filter(has=page.locator(".code", has_text=re.compile(f"^{re.escape(code)}$")))


def key(page: Page, *keys: str) -> None:
    for one in keys:
        page.keyboard.press(one)


def codes() -> list[str]:
    return list(Campaign.objects.get().points.filter(removed_at=None).values_list("code", flat=True))


def test_doubts_are_settled_and_the_reading_put_right_with_the_keyboard(office, open_page):
    home, username = office
    page = open_page()
    sign_in(page, home, username)
    read_in(page, home)
    expect(page.locator(".doubts li")).to_have_count(5)

    # No date names a year: the office looks at the place, which lights up, and says that it is right.
    key(page, "n")
    expect(page.locator("#document .lit")).to_contain_text("全面自查阶段")
    key(page, "y")
    expect(page.locator(".doubts li")).to_have_count(4)

    # "下班前" names no hour: the stage is corrected, which settles what was doubtful about it.
    page.locator(".stages > div").first.get_by_role("link", name="Correct").click()
    page.get_by_label("Ends at").fill("2019-11-08T17:00")
    page.get_by_role("button", name="Save").click()
    expect(page.locator(".stages > div").first).to_contain_text("17:00")
    expect(page.get_by_text("names no hour").locator("visible=true")).to_have_count(1)

    # The number 2 stands twice: the second was called 3, and is 3.
    row(page, "1.3").click()
    expect(page.locator("#document .lit")).to_contain_text("执法人员持证上岗")
    expect(row(page, "1.3").locator(".panel")).to_be_visible()
    page.locator(".doubts li").filter(has_text="stands twice").get_by_role("button", name="Right as it stands").click()
    expect(page.locator(".doubts li").filter(has_text="stands twice")).to_have_count(0)

    # 4 asks for two things and is split.
    page.locator("#document [data-p]").filter(has_text="案卷评查").click()
    expect(row(page, "1.4")).to_have_class(re.compile("lit"))
    expect(row(page, "1.4").locator(".panel")).to_be_visible()
    key(page, "s")
    pieces = page.get_by_label("empty line")
    pieces.fill(pieces.input_value().replace("案卷评查。\n", "案卷评查。\n\n"))
    page.get_by_role("button", name="Split", exact=True).click()
    expect(row(page, "1.4.2")).to_be_visible()

    # The first piece, by the keys alone, is called 1.4 and the second 1.7.
    key(page, "k")
    expect(row(page, "1.3").locator(".panel")).to_be_visible()
    row(page, "1.4.2").click()
    expect(row(page, "1.4.2").locator(".panel")).to_be_visible()
    key(page, "e")
    page.locator("#verb").get_by_label("Code").fill("1.5")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#verb .contra")).to_contain_text("taken by another point")
    page.locator("#verb").get_by_label("Code").fill("1.7")
    page.get_by_role("button", name="Save").click()
    expect(row(page, "1.7")).to_have_class(re.compile("lit"))

    # A remark is no point.
    row(page, "1.6").click()
    expect(row(page, "1.6").locator(".panel")).to_be_visible()
    key(page, "x")
    page.get_by_label("Reason").fill("只是说明")
    page.locator("#verb button.go").click()
    expect(row(page, "1.6")).to_have_count(0)
    assert codes() == ["1.1", "1.2", "1.3", "1.4.1", "1.5", "1.7"]

    page.get_by_role("link", name="Units to be inspected").click()
    page.get_by_role("button", name="Assign them").click()
    page.get_by_role("link", name="Launch", exact=True).click()
    page.get_by_role("button", name="Freeze the catalogue").click()
    expect(page.get_by_text("The campaign is launched")).to_be_visible()
    assert Campaign.objects.get().state == "launched"


def test_marked_lines_of_the_document_become_a_point(office, open_page):
    home, username = office
    page = open_page()
    sign_in(page, home, username)
    read_in(page, home)
    page.evaluate(
        """() => { const line = document.querySelector('[data-line="2"]'), range = document.createRange();
        range.selectNodeContents(line); getSelection().removeAllRanges(); getSelection().addRange(range) }"""
    )
    page.get_by_role("button", name="Make a point of the marked lines").click()
    expect(page.locator("#verb").get_by_label("Text")).to_have_value(re.compile("^根据《督察工作规定》"))
    page.locator("#verb").get_by_label("Code").fill("1.9")
    page.locator("#verb button.go").click()
    expect(row(page, "1.9")).to_contain_text("制定本方案")
    assert Campaign.objects.get().points.get(code="1.9").first_line == 2


def test_without_the_script_every_verb_has_a_page_of_its_own(office, browser):
    home, username = office
    context = browser.new_context(java_script_enabled=False, locale="en-US")
    page = context.new_page()
    sign_in(page, home, username)
    read_in(page, home)
    row(page, "1.4").locator(".code").click()
    page.get_by_role("link", name="Leave out").click()
    page.get_by_label("Reason").fill("另行检查")
    page.locator("button.go").click()
    expect(row(page, "1.4")).to_have_count(0)
    expect(page.get_by_text("另行检查")).to_be_visible()
    context.close()


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_the_review_fits_a_phone(office, open_page, locale):
    home, username = office
    page = open_page(locale=locale, width=360)
    sign_in(page, home, username)
    page.goto(f"{home}/campaigns/new")
    page.locator("[name=pasted]").fill(PLAN)
    page.locator("main button.go").click()
    row(page, "1.2").click()
    expect(row(page, "1.2").locator(".panel")).to_be_visible()
    assert overflow(page) <= 0
