"""The script of the review page in bad moments: what was typed is never lost, keys do no more than was seen."""

import pytest
from playwright.sync_api import Page, expect
from test_keyboard_and_drafts import sign_in
from test_reviewing import PLAN, key, office, read_in, row  # noqa: F401  office is a fixture

from ducha.apps.campaigns import actions, exchange
from ducha.apps.campaigns.catalogue import Catalogue, PlainHeading, PlainPoint
from ducha.apps.campaigns.models import Campaign
from ducha.apps.organisations.models import Membership


@pytest.fixture
def review(office, open_page) -> Page:  # noqa: F811
    home, username = office
    page = open_page()
    sign_in(page, home, username)
    read_in(page, home)
    return page


def open_verb(page: Page, code: str, letter: str) -> None:
    row(page, code).click()
    expect(row(page, code).locator(".panel")).to_be_visible()
    key(page, letter)
    expect(page.locator("#verb")).to_be_visible()


def test_a_click_that_comes_before_the_whole_page_counts(office, open_page):  # noqa: F811
    """On a slow line the script comes late: no row can be seen before it, so no click is lost."""
    home, username = office
    page = open_page()
    sign_in(page, home, username)

    def late(route):
        page.wait_for_timeout(700)
        route.continue_()

    page.route("**/review.js", late)
    page.goto(f"{home}/campaigns/new")
    page.get_by_label("or its text, pasted").fill(PLAN)
    page.get_by_role("button", name="Read it").click(no_wait_after=True)
    row(page, "1.4").click()
    expect(row(page, "1.4").locator(".panel")).to_be_visible()


@pytest.mark.parametrize("status", [500, 502, 413])
def test_what_was_typed_is_not_lost_when_the_server_fails(review, status):
    open_verb(review, "1.4", "e")
    review.locator("#verb").get_by_label("Text").fill("一段很长的话。")
    review.route(
        "**/correct",
        lambda route: (
            route.fulfill(status=status, body="<h1>Bad gateway</h1>", content_type="text/html")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    review.get_by_role("button", name="Save").click()
    review.wait_for_timeout(800)
    expect(review.locator("#verb").get_by_label("Text")).to_have_value("一段很长的话。")


def test_what_was_typed_is_not_lost_when_the_session_ended(review):
    open_verb(review, "1.4", "e")
    review.locator("#verb").get_by_label("Text").fill("一段很长的话。")
    review.context.clear_cookies(name="sessionid")
    review.get_by_role("button", name="Save").click()
    review.wait_for_timeout(800)
    expect(review.locator("#verb").get_by_label("Text")).to_have_value("一段很长的话。")


def test_escape_does_not_throw_away_what_was_typed(review):
    open_verb(review, "1.4", "e")
    review.locator("#verb").get_by_label("Text").fill("一段很长的话。")
    key(review, "Escape")
    review.wait_for_timeout(300)
    if not review.locator("#verb").is_visible():
        key(review, "e")
        review.wait_for_timeout(800)
    expect(review.locator("#verb").get_by_label("Text")).to_have_value("一段很长的话。")


def test_after_an_action_the_focus_is_at_the_point_that_was_changed(review):
    row(review, "1.4").locator(".code").focus()
    open_verb(review, "1.4", "e")
    review.get_by_role("button", name="Save").click()
    expect(review.locator("#verb")).to_be_hidden()
    expect(row(review, "1.4")).to_have_class("point d1 lit")
    assert review.evaluate("document.activeElement.closest('.tree, #structure, .point') !== null")


def test_the_dialog_has_a_name(review):
    open_verb(review, "1.4", "e")
    expect(review.get_by_role("dialog", name="Correct the point")).to_be_visible()


def test_a_key_held_down_settles_one_doubt_alone(review):
    expect(review.locator(".doubts li")).to_have_count(5)
    key(review, "n")
    for _repeat in range(12):
        review.keyboard.down("y")
        review.wait_for_timeout(100)
    review.keyboard.up("y")
    review.wait_for_timeout(1000)
    expect(review.locator(".doubts li")).to_have_count(4)


def test_an_odd_address_does_not_stop_the_script(office, browser):  # noqa: F811
    # reach(): document.querySelector(location.hash) throws for "#1" or '#p-"'.
    home, username = office
    context = browser.new_context(locale="en-US")
    page = context.new_page()
    troubles: list[str] = []
    page.on("pageerror", lambda error: troubles.append(str(error)))
    sign_in(page, home, username)
    read_in(page, home)
    page.goto(page.url.split("#")[0] + "?x=1#1")
    page.wait_for_timeout(500)
    context.close()
    assert troubles == []


def test_a_search_stays_after_an_action(review):
    review.locator("input[type=search]").fill("统计年报")
    review.get_by_role("button", name="Search").click()
    expect(review.locator(".tree .point")).to_have_count(1)
    open_verb(review, "1.5", "e")
    review.get_by_role("button", name="Save").click()
    expect(review.locator("#verb")).to_be_hidden()
    review.wait_for_timeout(500)
    expect(review.locator(".tree .point")).to_have_count(1)


def test_an_opened_part_of_a_large_catalogue_stays_open_after_an_action(office, open_page):  # noqa: F811
    # As above: after each correction the part is folded again, and the point that was corrected is not shown.
    home, username = office
    plain = Catalogue(
        "大目录",
        2024,
        headings=(PlainHeading("1", "一"), PlainHeading("2", "二")),
        points=tuple(PlainPoint(f"{a}.{n}", f"第{n}项。") for a in (1, 2) for n in range(1, 201)),
    )
    by = Membership.objects.get(person__username=username)
    campaign: Campaign = actions.create_from_catalogue("a.yaml", exchange.to_yaml(plain), by=by)
    page = open_page()
    sign_in(page, home, username)
    page.goto(f"{home}/campaigns/{campaign.public_id}")
    page.locator("[data-part]").first.click()
    expect(row(page, "1.7")).to_be_visible()
    open_verb(page, "1.7", "e")
    page.locator("#verb").get_by_label("Text").fill("改了。")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#verb")).to_be_hidden()
    expect(row(page, "1.7")).to_be_visible(timeout=3000)
