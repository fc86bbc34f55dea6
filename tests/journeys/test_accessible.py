"""Every page of every object, for whoever may open it: WCAG 2.1 AA, one heading, no wider than the screen."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from factories import make_world
from worlds import objects

from ducha.apps.pages.checks import routes

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
# What people look at most.
MAIN = {"reports:overview", "reports:tasks", "selfassessment:assessment", "selfassessment:answer", "findings:ledger"}
ENGLISH = {"Overview", "Self-inspection", "Problem ledger", "Rectification", "Evidence", "My tasks", "Teams", "Papers"}
NOT_PAGES = {"health", "set_language", "accounts:sign_out", "accounts:demo_sign_in"}


@pytest.fixture
def addresses(transactional_db, live_server):
    """Each page once: role, cookie and address of the first who reaches it."""
    world = make_world()
    things = objects(world, 0)
    members = [world.liaisons[0], world.heads[0], world.inspectors[0], world.office, world.leader, world.auditadmin]
    found = {}
    for member in members:
        client = Client()
        client.force_login(member.person)
        for route in routes():
            if route.full_name in found or route.full_name in NOT_PAGES:
                continue
            path = reverse(route.full_name, args=[things[kind] for kind in route.pattern.converters])
            answer = client.get(path)
            if answer.status_code == 200 and answer.headers["Content-Type"].startswith("text/html"):
                cookie = client.cookies[settings.SESSION_COOKIE_NAME].value
                found[route.full_name] = (member.role, cookie, live_server.url + path)
    assert len(found) > 70
    return found, live_server.url


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
def test_no_page_shuts_anybody_out(addresses, open_page, locale):
    """Each page is loaded once and made narrow; judged in one width in each language, the main pages in both."""
    pages, home = addresses
    page, axe, wrong = open_page(locale=locale), Axe(), []
    judged = 1440 if locale == "zh-CN" else 360
    for name, (role, cookie, address) in pages.items():
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])
        page.set_viewport_size({"width": 1440, "height": 900})
        page.goto(address)
        headings = page.locator("h1").all_inner_texts()
        if len(headings) != 1 or (locale == "zh-CN" and headings[0] in ENGLISH):
            wrong.append(f"{role} {address} has the headings {headings}")
        for width in (1440, 360):
            page.set_viewport_size({"width": width, "height": 900})
            if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
                wrong.append(f"{role} {address} is wider than {width} px")
            if width != judged and name not in MAIN:
                continue
            for violation in axe.run(page, options=OPTIONS).response["violations"]:
                nodes = [node["html"][:120] for node in violation["nodes"]]
                wrong += [f"{role} {address} at {width}: {violation['id']}: {node}" for node in nodes]
    assert not wrong, "\n".join(wrong)
