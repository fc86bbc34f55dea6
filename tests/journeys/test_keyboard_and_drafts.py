"""By the keyboard alone, drafts that save themselves, two people at one answer."""

import pytest
from factories import make_finding, make_world
from playwright.sync_api import Page

from ducha.apps.accounts.models import Person
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.organisations.models import Membership

PASSWORD = "a-long-enough-password"


def give_password(member: Membership) -> None:
    person = Person.objects.get(pk=member.person_id)
    with recorded(SYSTEM, "person.password_changed"):
        person.set_password(PASSWORD)
        person.save()


@pytest.fixture
def stage(transactional_db, live_server):
    world = make_world()
    make_finding(world, state="acknowledged")
    people = [world.office, world.leader, world.liaisons[0], world.heads[0], world.inspectors[0], world.auditadmin]
    for member in people:
        give_password(member)
    return live_server.url, people, world


def sign_in(page: Page, home: str, username: str) -> None:
    page.goto(home + "/")
    page.locator("[name=username]").fill(username)
    page.locator("[name=password]").fill(PASSWORD)
    page.locator("main button.go").click()
    page.wait_for_load_state()


def overflow(page: Page) -> int:
    return page.evaluate("document.documentElement.scrollWidth - window.innerWidth")


def test_the_road_can_be_walked_with_the_keyboard_alone(stage, open_page):
    home, people, _world = stage
    page = open_page()
    page.goto(home + "/")
    page.locator("[name=username]").focus()
    page.keyboard.type(people[2].person.username)
    page.keyboard.press("Tab")
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    page.locator("nav.side").wait_for()
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "main"


def test_a_draft_saves_itself_and_alt_arrow_turns_the_page(stage, open_page):
    home, people, world = stage
    page = open_page()
    sign_in(page, home, people[2].person.username)
    points = list(world.campaign.points.all())
    page.goto(f"{home}/self-inspections/{world.assessment().public_id}/points/{points[0].public_id}")
    page.get_by_label("Explanation").fill("自动保存的内容")
    page.get_by_text("✓ Saved").wait_for()
    page.keyboard.press("Alt+ArrowRight")
    page.wait_for_url(f"**/points/{points[1].public_id}")
    page.keyboard.press("Alt+ArrowLeft")
    page.wait_for_url(f"**/points/{points[0].public_id}")
    assert page.get_by_label("Explanation").input_value() == "自动保存的内容"


def test_two_people_at_one_answer_are_shown_each_others_words(stage, open_page):
    home, people, world = stage
    address = f"{home}/self-inspections/{world.assessment().public_id}/points/{world.point().public_id}"
    first, second = open_page(), open_page()
    for page in (first, second):
        sign_in(page, home, people[2].person.username)
        page.goto(address)
    first.get_by_label("Explanation").fill("甲写的")
    first.get_by_text("✓ Saved").wait_for()
    second.get_by_label("Explanation").fill("乙写的")
    second.get_by_text("Somebody else changed this answer").wait_for()
    assert "甲写的" in second.locator("[data-saved]").inner_text()
    assert second.get_by_label("Explanation").input_value() == "乙写的"
