"""Every page costs the same number of queries with many units as with few."""

from typing import Any

import pytest
from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from factories import BEFORE, make_member, make_organisation, make_world
from worlds import objects

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import Audited
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.campaigns.models import Participation
from ducha.apps.fieldwork.models import TeamUnit
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Membership, Organisation
from ducha.apps.pages.checks import routes
from ducha.apps.selfassessment.models import SelfAssessment
from ducha.apps.verification.models import RuleResult
from ducha.domain.rights import Role

# The trail is verified entry by entry; the archive holds a paper of each unit.
READS_EVERYTHING = ("reports:verify", "papers:all_papers")


def grow(world, units: int) -> None:
    """More units in the campaign, each with its self-inspection and a finding, in the care of the first team."""
    with recorded(SYSTEM, "test.grown"):
        present = world.campaign.participations.count()
        fresh = [
            Organisation(name=f"单位{n}", kind="department", enforces_law=True, position=100 + n)
            for n in range(present, units)
        ]
        Organisation.objects.bulk_create(fresh)
        joined = [Participation(campaign=world.campaign, unit=unit, invited_at=BEFORE) for unit in fresh]
        Participation.objects.bulk_create(joined)
        SelfAssessment.objects.bulk_create([SelfAssessment.begin(participation=p) for p in joined])
        TeamUnit.objects.bulk_create([TeamUnit(team=world.teams[0], participation=p) for p in joined])
        template = Finding.objects.first()
        first = RuleResult.objects.earliest("id")
        results = list(RuleResult.objects.filter(run=first.run, participation=first.participation))
        RuleResult.objects.bulk_create([_copy(result, p) for result in results for p in joined])
        Finding.objects.bulk_create([_copy(template, p, number=100 + n) for n, p in enumerate(joined, present)])

    if connection.vendor == "postgresql":
        with connection.cursor() as cursor:
            cursor.execute("ANALYZE")  # as its autovacuum does once rows are committed


def _copy(template: Audited, participation: Participation, **others: Any) -> Any:
    values = {
        f.attname: getattr(template, f.attname)
        for f in template._meta.concrete_fields
        if f.name not in ("id", "public_id")
    }
    return type(template)(**{**values, "participation_id": participation.pk, **others})


def counts(actors: dict[str, Membership], things: dict[str, Any]) -> dict[tuple[str, str], int]:
    """How many queries each page costs each role that reaches it."""
    found = {}
    for role, member in actors.items():
        client = Client()
        client.force_login(member.person)
        for route in routes():
            if route.full_name in ("health", "set_language", *READS_EVERYTHING):
                continue
            url = reverse(route.full_name, args=[things[kind] for kind in route.pattern.converters])
            reset_queries()  # the log holds 9,000 and no more
            with CaptureQueriesContext(connection) as captured:
                answer = client.get(url)
            if answer.status_code == 200:
                found[role, route.full_name] = len(captured)
    return found


@pytest.mark.django_db
def test_every_page_costs_the_same_queries_with_30_and_with_150_units():
    with clock.at(BEFORE):
        world = make_world()
        things = objects(world, 0)
        actors = {
            "office": world.office,
            "leader": world.leader,
            "discipline": world.discipline,
            "liaison": world.liaisons[0],
            "unit_head": world.heads[0],
            "inspector": world.inspectors[0],
            "teamlead": world.teamleads[0],
            "secadmin": make_member(Role.SECADMIN, make_organisation("机房")),
            "auditadmin": world.auditadmin,
        }
        grow(world, 30)
        few = counts(actors, things)
        grow(world, 150)
        many = counts(actors, things)
    assert {page: (few[page], many.get(page)) for page in few if few[page] != many.get(page)} == {}
    assert len({route for _role, route in few}) > 60
    assert max(many.values()) <= 40
