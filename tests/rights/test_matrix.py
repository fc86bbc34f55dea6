"""Every URL × every role × own, another unit's, another campaign's, missing: who gets there stands in matrix.txt."""

from pathlib import Path

import pytest
from django.test import Client
from django.urls import reverse
from factories import BEFORE, make_finding, make_member, make_organisation, make_world
from worlds import objects

from ducha.apps.audit_trail import clock
from ducha.apps.pages.checks import routes
from ducha.apps.pages.models import Operation
from ducha.domain.rights import Role
from ducha.engines.files.excel import sheet_lines

TABLE = Path(__file__).with_name("matrix.txt")
MISSING = "0" * 20
SIGNING = {"accounts:sign_in", "accounts:sign_out", "accounts:demo_sign_in"}
WITHOUT_OBJECTS = {"set_language", "health", "home"}
# Whoever has the token reads it, signed in or not; tests of its own try who has one.
BY_TOKEN = {"reports:calendar"}


def table() -> dict[str, tuple[set[str], set[str]]]:
    """route: who reaches unit 0's object / who reaches unit 1's (acting for unit 0 and its team)."""
    rows = {}
    for line in TABLE.read_text().splitlines():
        if line and not line.startswith("#"):
            name, own, foreign = (part.strip() for part in line.split("|"))
            rows[name] = (set(own.split()), set(foreign.split()))
    return rows


def names() -> dict[str, list[str]]:
    """Every route of the project with the names of the objects in it."""
    return {pattern.full_name: list(pattern.pattern.converters) for pattern in routes()}


@pytest.fixture
def stage(db):
    with clock.at(BEFORE):
        world = make_world()
        own, other_unit = objects(world, 0), objects(world, 1)
        elsewhere = make_world(units=1)
        foreign = objects(elsewhere, 0)
        actors = {
            "office": world.office,
            "leader": world.leader,
            "discipline": world.discipline,
            "liaison": world.liaisons[0],
            "unit_head": world.heads[0],
            "inspector": world.inspectors[0],
        }
        administration = make_organisation("机房", "other")
        for role in (Role.SYSADMIN, Role.SECADMIN, Role.AUDITADMIN):
            actors[str(role)] = make_member(role, administration)
        own["membership"] = other_unit["membership"]
        yield actors, own, other_unit, foreign


def reached(client: Client, method: str, url: str) -> bool:
    answer = client.get(url) if method == "GET" else client.post(url, {})
    assert answer.status_code in (200, 302, 404, 405, 409, 422), f"{method} {url}: {answer.status_code}"
    return answer.status_code != 404


def test_every_url_is_in_the_matrix_and_the_matrix_names_no_other():
    assert set(names()) == set(table())


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_every_role_reaches_what_the_matrix_says_and_nothing_else(stage, method, settings):
    actors, own, other_unit, foreign = stage
    wrong = []
    for role, member in actors.items():
        client = Client()
        client.force_login(member.person)
        for name, kinds in names().items():
            if name.startswith("accounts:") or name in WITHOUT_OBJECTS | BY_TOKEN:
                continue
            for relation, expected in zip(("own", "other unit"), table()[name], strict=True):
                given = own if relation == "own" else other_unit
                url = reverse(name, args=[given[kind] for kind in kinds])
                if reached(client, method, url) != (role in expected):
                    wrong.append(f"{role} {method} {name} {relation}: expected {'in' if role in expected else '404'}")
                if not kinds:
                    break
    assert wrong == []
    assert Operation.objects.count() == 0


def test_nobody_reaches_another_campaign_or_what_is_not_there(stage):
    actors, own, _other_unit, foreign = stage
    wrong = []
    for role, member in actors.items():
        client = Client()
        client.force_login(member.person)
        for name, kinds in names().items():
            if not kinds or kinds == ["membership"] or name in BY_TOKEN:
                continue
            for given in ({kind: foreign[kind] for kind in kinds}, dict.fromkeys(kinds, MISSING)):
                url = reverse(name, args=[given[kind] for kind in kinds])
                if reached(client, "GET", url) or reached(client, "POST", url):
                    wrong.append(f"{role} {name}")
    assert wrong == []


def test_without_signing_in_every_page_leads_to_the_door(stage):
    _actors, own, *_others = stage
    for name, kinds in names().items():
        if name in {"set_language", "health", "papers:seal", *SIGNING, *BY_TOKEN}:
            continue
        answer = Client().get(reverse(name, args=[own[kind] for kind in kinds]))
        assert answer.status_code == 302 and answer.url.startswith("/sign-in"), name


def test_two_liaisons_see_nothing_of_each_other_in_lists_search_and_exports(stage):
    actors, _own, other_unit, _foreign = stage
    client = Client()
    client.force_login(actors["liaison"].person)
    theirs = other_unit["participation"].unit.name
    exports = 0
    for name, kinds in names().items():
        if kinds or name.startswith("accounts:") or name in WITHOUT_OBJECTS:
            continue
        for query in ("", "?q=" + theirs, "?format=xlsx"):
            answer = client.get(reverse(name) + query)
            if answer.status_code != 200:
                continue
            if answer.headers["Content-Type"].endswith("spreadsheetml.sheet"):
                exports += 1
                shown = str(sheet_lines(name, answer.content))
            else:
                shown = answer.content.decode().replace(f'value="{theirs}"', "")
            assert theirs not in shown, name
    assert exports


def test_a_finding_is_the_teams_until_it_is_handed_over(db):
    with clock.at(BEFORE):
        world = make_world()
        seen = {}
        for state in ("raised", "confirmed", "handed_over"):
            finding = make_finding(world, state=state)
            url = reverse("findings:finding", args=[finding])
            for name in ("office", "leader", "liaisons", "heads", "inspectors"):
                member = getattr(world, name)
                client = Client()
                client.force_login((member[0] if isinstance(member, list) else member).person)
                seen[state, name] = client.get(url).status_code
    assert [key for key, status in seen.items() if status == 404] == [
        *(("raised", name) for name in ("office", "leader", "liaisons", "heads")),
        *(("confirmed", name) for name in ("liaisons", "heads")),
    ]
