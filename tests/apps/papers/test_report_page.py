"""The report on the screen: each sentence leads to its records, and the same paper is downloaded as Word."""

import re
from io import BytesIO

import pytest
from django.test import Client
from docx import Document as open_docx
from factories import World, make_finding

from ducha.engines import gongwen


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.person)
    client.get("/")
    return client


def page(member, address: str = "/report") -> str:
    response = signed_in(member).get(address, HTTP_ACCEPT_LANGUAGE="zh-CN")
    assert response.status_code == 200
    return response.content.decode()


@pytest.fixture
def finding(world: World):
    make_finding(world, 1, state="confirmed", title="归档不全")
    return make_finding(world, 0, state="confirmed", title="公示超期")


def test_a_case_leads_to_its_finding(world: World, finding) -> None:
    shown = page(world.office)
    way = re.search(r'<a class="said" href="([^"]+)">如[^<]*公示超期', shown)
    assert way is not None and way[1] == f"/findings/{finding.public_id}"
    assert signed_in(world.office).get(way[1]).status_code == 200


def test_a_figure_leads_to_the_rows_that_it_counts(world: World, finding) -> None:
    shown = page(world.office)
    way = re.search(r'<a class="said" href="([^"]+)">[^<]*2个单位共2个', shown)
    assert way is not None
    rows = page(world.office, way[1].replace("&amp;", "&"))
    assert "公示超期" in rows and "归档不全" in rows
    assert "公示超期" not in page(world.office, "/findings?point=1.2")


def test_every_way_on_the_page_can_be_walked_by_its_readers(world: World, finding) -> None:
    for reader in (world.office, world.leader):
        client = signed_in(reader)
        shown = client.get("/report", HTTP_ACCEPT_LANGUAGE="zh-CN").content.decode()
        ways = set(re.findall(r'class="said" href="([^"]+)"', shown))
        assert len(ways) > 3
        for way in ways:
            assert client.get(way.replace("&amp;", "&")).status_code == 200, way


def test_what_a_person_has_yet_to_write_is_marked(world: World, finding) -> None:
    assert page(world.office).count("<mark>【由督察办补充】</mark>") == 2


def test_a_teams_report_is_chosen_by_its_number(world: World, finding) -> None:
    shown = page(world.office, "/report?team=2")
    assert "归档不全" in shown and "公示超期" not in shown
    assert "公示超期" in page(world.office, "/report?team=99")


def test_the_word_file_is_the_same_paper(world: World, finding) -> None:
    response = signed_in(world.leader).get("/report/word?team=2")
    content = response.content
    assert "attachment" in response["Content-Disposition"]
    assert gongwen.check("报告.docx", content) == []
    text = "\n".join(p.text for p in open_docx(BytesIO(content)).paragraphs)
    assert "归档不全" in text and "公示超期" not in text


def test_units_and_inspectors_do_not_read_it(world: World, finding) -> None:
    for member in (world.liaisons[0], world.heads[0], world.inspectors[0], world.discipline):
        for address in ("/report", "/report/word"):
            assert signed_in(member).get(address).status_code in (403, 404)


def test_without_a_campaign_there_is_no_word_file(db) -> None:
    from factories import make_member, make_organisation

    office = make_member("office", make_organisation("督察办", "leading_group"))
    assert signed_in(office).get("/report/word").status_code == 404
    assert signed_in(office).get("/report").status_code == 200
