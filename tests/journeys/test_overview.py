"""The leading group at the overview: from the map to one row, a chart taken along, the page printed."""

import pypdfium2
import pytest
from django.conf import settings
from django.test import Client
from factories import launch, make_finding, make_member, make_organisation, make_world

from ducha.apps.campaigns import actions as campaigns
from ducha.domain.rights import Role


@pytest.fixture
def leader(transactional_db, live_server):
    """The overview's address and the cookie of a leader; at a county one problem is open."""
    world = make_world(units=1, launched=False)
    county = make_organisation("青溪县", "county")
    campaigns.assign_units(world.campaign, [world.participations[0].unit, county], by=world.office)
    world.liaisons.append(make_member(Role.LIAISON, county))
    world.heads.append(make_member(Role.UNIT_HEAD, county))
    world.participations = list(world.campaign.participations.all())
    launch(world, world.office.organisation)
    make_finding(world, 1, state="handed_over", title="河口镇公示超期")
    make_finding(world, 0, state="handed_over", title="另一个单位的问题")
    client = Client()
    client.force_login(world.leader.person)
    return live_server.url, client.cookies[settings.SESSION_COOKIE_NAME].value


def test_from_the_map_to_one_row_and_onto_paper(leader, open_page, tmp_path):
    home, cookie = leader
    page = open_page(locale="zh-CN")
    page.context.add_cookies([{"name": settings.SESSION_COOKIE_NAME, "value": cookie, "url": home}])
    page.goto(f"{home}/overview")
    with page.expect_download() as taken:
        page.locator("[data-png=map]").click()
    picture = tmp_path / "map.png"
    taken.value.save_as(picture)
    assert taken.value.suggested_filename == "map.png"
    assert picture.read_bytes()[:8] == b"\x89PNG\r\n\x1a\n" and picture.stat().st_size > 3_000
    printed = pypdfium2.PdfDocument(page.pdf(prefer_css_page_size=True))
    width, height = printed[0].get_size()
    assert (round(width), round(height)) == (595, 842)
    words = "".join(sheet.get_textpage().get_text_range() for sheet in printed)
    assert "总览" in words and "青溪县" in words and "河口镇公示超期" in words
    assert len(printed) <= 6
    printed.close()
    page.locator("svg a", has_text="青溪县").first.click()
    page.wait_for_url("**/findings?*")
    rows = page.locator("main tbody tr")
    assert rows.count() == 1
    rows.locator("a").first.click()
    page.get_by_role("heading", name="河口镇公示超期").wait_for()
