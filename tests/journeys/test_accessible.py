"""Every page of every object, for whoever may open it: held against WCAG 2.1 AA, and it fits a phone."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from django.conf import settings
from django.test import Client
from django.urls import reverse
from factories import make_world
from worlds import objects

from ducha.apps.pages.checks import routes

OPTIONS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}
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
    return list(found.values()), live_server.url


@pytest.mark.parametrize(("locale", "width"), [("zh-CN", 1440), ("en-US", 360)])
def test_no_page_shuts_anybody_out(addresses, open_page, locale, width):
    pages, home = addresses
    page, axe, wrong = open_page(locale=locale, width=width), Axe(), []
    for role, cookie, address in pages:
        page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])
        page.goto(address)
        found = axe.run(page, options=OPTIONS)
        for violation in found.response["violations"]:
            wrong += [f"{role} {address} {violation['id']}: {node['html'][:120]}" for node in violation["nodes"]]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            wrong.append(f"{role} {address} is wider than {width} px")
    assert not wrong, "\n".join(wrong)
