"""Preparing the next campaign does not hide the one that runs, and a person can look at either."""

import pytest
from django.test import Client
from django.urls import reverse
from factories import PLAN, launch

from ducha.apps.campaigns import actions


@pytest.fixture
def office(draft) -> Client:
    client = Client()
    client.force_login(draft.office.person)
    return client


@pytest.fixture
def next_one(draft):
    launch(draft, draft.office.organisation)
    return actions.create_from_plan("明年.txt", PLAN.replace("测试市", "明年").encode(), by=draft.office)


def shown(client: Client) -> str:
    return client.get(reverse("reports:overview")).context["campaign"].title


def test_the_campaign_under_way_is_shown_while_the_next_is_a_draft(draft, next_one, office):
    assert shown(office) == draft.campaign.title


def test_a_chosen_campaign_is_shown_until_another_is_chosen(draft, next_one, office):
    assert office.post(reverse("campaigns:choose", args=[next_one])).status_code == 302
    assert shown(office) == next_one.title
    assert "显示" in office.get(reverse("campaigns:campaigns"), headers={"accept-language": "zh"}).content.decode()
    office.post(reverse("campaigns:choose", args=[draft.campaign]))
    assert shown(office) == draft.campaign.title


def test_nobody_chooses_a_campaign_that_is_not_theirs(draft, next_one):
    client = Client()
    client.force_login(draft.liaisons[0].person)
    assert client.post(reverse("campaigns:choose", args=[next_one])).status_code == 404
    session = client.session
    session["campaign"] = next_one.public_id
    session.save()
    assert client.get(reverse("reports:tasks")).context["campaign"] == draft.campaign
