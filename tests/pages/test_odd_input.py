"""Whatever stands in an address or a form, the answer is a page: never a crash."""

from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from factories import BEFORE, make_member, make_organisation, make_world
from worlds import objects

from ducha.apps.audit_trail import clock
from ducha.apps.pages.checks import routes
from ducha.domain.rights import Role

ODD = ["\x00", "9" * 400, "-1", "' OR 1=1 --", "𠮷" * 3000, "<script>", "2019-13-45", "1e999", "=cmd()", "٣", "½"]
PARAMETERS = ("q", "sort", "page", "state", "unit", "area", "severity", "overdue", "format", "next", "with", "admitted")


@pytest.fixture
def pages(db):
    """Every page with the client of somebody who reaches it."""
    with clock.at(BEFORE):
        world = make_world()
        things = objects(world, 0)
        people = [world.office, world.liaisons[0], world.heads[0], world.teamleads[0], world.leader, world.auditadmin]
        people.append(make_member(Role.SECADMIN, make_organisation("机房")))
        found = {}
        for member in people:
            client = Client(raise_request_exception=False)
            client.force_login(member.person)
            for route in routes():
                address = reverse(route.full_name, args=[things[kind] for kind in route.pattern.converters])
                if route.full_name not in found and route.full_name != "accounts:sign_out":
                    answer = client.get(address)
                    if answer.status_code == 200:
                        found[route.full_name] = (client, address, answer.context and answer.context.get("form"))
        yield found


def test_odd_words_in_an_address_break_no_page(pages):
    broken = [
        f"{name} {odd[:20]!r}"
        for name, (client, address, _form) in pages.items()
        for odd in ODD
        if client.get(address, dict.fromkeys(PARAMETERS, odd)).status_code == 500
    ]
    assert broken == []


def test_odd_words_in_a_form_break_no_action(pages):
    forms = {name: page for name, page in pages.items() if page[2]}
    assert len(forms) > 40
    broken = []
    for name, (client, address, form) in forms.items():
        for odd in ODD:
            entered = dict.fromkeys(form.fields, odd)
            for operation, version in ((str(uuid4()), ""), (odd, odd)):
                answer = client.post(address, {**entered, "operation": operation, "version": version})
                if answer.status_code == 500:
                    broken.append(f"{name} {odd[:20]!r}")
    assert broken == []
