"""A password that somebody else gave opens one page: the one where it is replaced."""

import pytest
from django.test import Client
from django.urls import reverse
from factories import make_member, make_organisation

from ducha.apps.organisations import actions
from ducha.domain.errors import Invalid, NotAllowed
from ducha.domain.rights import Role

GIVEN, OWN = "given-by-another-1", "mine-alone-2468"


@pytest.fixture
def secadmin(db):
    return make_member(Role.SECADMIN, make_organisation("机房"))


@pytest.fixture
def newcomer(secadmin):
    office = make_organisation("督察办", "leading_group")
    return actions.create_person(office, by=secadmin, username="new", name="新人", role="office", password=GIVEN)


def sign_in(password: str) -> Client:
    client = Client()
    client.post(reverse("accounts:sign_in"), {"username": "new", "password": password})
    return client


def change(client: Client, old: str, new: str):
    page = reverse("accounts:change_password")
    operation = client.get(page).context["form"]["operation"].value()
    return client.post(page, {"operation": operation, "old": old, "new": new, "again": new})


def test_with_a_given_password_every_page_leads_to_its_replacement(newcomer):
    client = sign_in(GIVEN)
    for name in ("campaigns:campaigns", "reports:overview", "notices:inbox", "accounts:me"):
        assert client.get(reverse(name)).url == reverse("accounts:change_password")
    assert "you alone know" in client.get(reverse("accounts:change_password")).content.decode()
    assert client.post(reverse("accounts:sign_out")).status_code == 302


def test_after_the_replacement_every_page_opens(newcomer):
    client = sign_in(GIVEN)
    assert change(client, GIVEN, GIVEN).status_code == 422
    assert change(client, GIVEN, OWN).status_code == 302
    assert client.get(reverse("reports:overview")).status_code == 200
    assert sign_in(OWN).get(reverse("reports:overview")).status_code == 200


def test_a_reset_ends_open_sessions_and_asks_for_a_replacement(newcomer, secadmin):
    client = sign_in(GIVEN)
    change(client, GIVEN, OWN)
    newcomer.person.refresh_from_db()
    actions.reset_password(newcomer, by=secadmin, password="another-given-3579")
    assert client.get(reverse("reports:overview")).url.startswith(reverse("accounts:sign_in"))
    assert sign_in(OWN).get(reverse("reports:overview")).url.startswith(reverse("accounts:sign_in"))
    again = sign_in("another-given-3579")
    assert again.get(reverse("reports:overview")).url == reverse("accounts:change_password")


def test_nobody_resets_their_own_password_or_without_the_right_or_to_a_weak_one(newcomer, secadmin):
    with pytest.raises(NotAllowed, match="your own page"):
        actions.reset_password(secadmin, by=secadmin, password=OWN)
    with pytest.raises(NotAllowed):
        actions.reset_password(secadmin, by=newcomer, password=OWN)
    with pytest.raises(Invalid):
        actions.reset_password(newcomer, by=secadmin, password="1234567890")
