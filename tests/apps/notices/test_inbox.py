"""The inbox: unread first, found again by its words, read one by one or all at once, with what is left of the time."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from factories import FIELD, make_member, make_organisation
from notice_ends import ACCEPTED, signed_in, told

from ducha.apps.audit_trail import clock
from ducha.domain.rights import Role
from ducha.engines.files.excel import sheet_lines


def shown(client: Client, query: str = "") -> list[str]:
    """The sentences of the list, in order."""
    page = client.get(reverse("notices:inbox") + query).content.decode()
    return [re.sub("<[^>]+>", "", hit) for hit in re.findall(r'data-label="[^"]+">(<form.*?</button>)', page)]


@pytest.fixture
def reader(world):
    return make_member(Role.LEADER, make_organisation("领导小组"))


def test_unread_notices_stand_above_newer_ones_that_were_read(reader):
    old = told(reader, "“%(unit)s” has delivered its self-inspection.", params={"unit": "甲局"})
    new = told(reader)
    client = signed_in(reader)
    assert shown(client)[0].startswith("The office accepted")
    client.post(reverse("notices:read", args=[new]))
    assert shown(client)[0].startswith("“甲局”")
    assert shown(client, "?show=unread") == ["“甲局” has delivered its self-inspection."]
    client.post(reverse("notices:open", args=[old]))
    assert shown(client, "?show=unread") == []


def test_a_notice_is_found_by_its_chinese_words_and_by_its_english_ones(reader):
    told(reader, "“%(unit)s” has delivered its self-inspection.", params={"unit": "甲局"})
    told(reader)
    client = signed_in(reader)
    for asked in ("甲局", "delivered", "报送"):
        assert shown(client, f"?q={asked}") == ["“甲局” has delivered its self-inspection."], asked
    assert shown(client, "?q=乙局") == []


def test_the_inbox_says_by_when_and_how_many_working_days_are_left(reader):
    told(reader, due_at=FIELD + timedelta(days=6))
    told(reader, due_at=FIELD - timedelta(days=1))
    client = signed_in(reader)
    with clock.at(FIELD):
        page = client.get(reverse("notices:inbox") + "?show=deadline").content.decode()
    # Tuesday the 12th to Monday the 18th, today included, the weekend not.
    assert "18 Nov 10:00" in page and "5 working days left" in page
    assert page.count("past</span>") == 1


def test_all_are_read_at_once_and_the_header_counts_them(reader):
    for _number in range(3):
        told(reader)
    client = signed_in(reader)
    assert '<b class="hot num">3</b>' in client.get(reverse("notices:inbox")).content.decode()
    answer = client.post(reverse("notices:read_all"), {"next": "https://evil.example/notices?"})
    assert answer.url == reverse("notices:inbox")
    assert "hot num" not in client.get(reverse("notices:inbox")).content.decode()


def test_the_list_keeps_its_filters_when_one_is_read_and_goes_out_as_excel(reader):
    notice = told(reader)
    client = signed_in(reader)
    back = f"{reverse('notices:inbox')}?show=unread"
    assert client.post(reverse("notices:read", args=[notice]), {"next": back}).url == back
    answer = client.get(reverse("notices:inbox") + "?format=xlsx")
    assert ACCEPTED in str(sheet_lines("notices", answer.content))


def test_nobody_reads_or_marks_the_notice_of_another(reader, world):
    notice = told(reader)
    client = signed_in(world.office)
    assert client.post(reverse("notices:read", args=[notice])).status_code == 404
    notice.refresh_from_db()
    assert notice.read_at is None
