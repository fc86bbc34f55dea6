"""Each field of each kind of row: one value changed past Ducha, and the verification names it."""

from datetime import date, datetime, time, timedelta
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.db import models, transaction
from factories import BEFORE, FIELD, PENALTY_HEADERS, launch, make_finding, make_world, penalty_csv, send_ledger
from worlds import objects

from ducha.apps.accounts.models import SignIn
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.actions import integrate
from ducha.apps.audit_trail.models import Audited
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.audit_trail.verification import audited_models, verify
from ducha.apps.campaigns import actions as campaigns
from ducha.apps.evidence import actions as evidence
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.findings import actions as findings
from ducha.apps.notices import actions as notices
from ducha.apps.notices.queries import preference_of
from ducha.apps.organisations.models import Organisation
from ducha.apps.rectification import actions as rectification
from ducha.apps.selfassessment import actions as selfassessment
from ducha.apps.verification import actions as verification
from ducha.apps.verification.queries import rows_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def everything(client):
    """An installation with at least one row of every kind."""
    with clock.at(BEFORE):
        world = make_world(launched=False)
        campaigns.exclude_points(world.participations[1], [world.point("1.3")], by=world.office)
        launch(world, world.office.organisation)
        things = objects(world, 0)
        with recorded(world.inspectors[0], "evidence.linked"):
            file = evidence.add(BytesIO(b"x"), "x.txt", by=world.inspectors[0])
            evidence.set_links(things["finding"], [file], by=world.inspectors[0])
        campaigns.amend_stage(
            world.campaign.stages.get(kind="rectification"),
            by=world.office,
            starts_on=date(2019, 11, 16),
            due_at=FIELD + timedelta(days=9),
            reason="顺延",
        )
        fieldwork.recuse(
            world.inspectors[1], world.participations[0].unit, campaign=world.campaign, by=world.office, reason="亲属"
        )
        content = penalty_csv(PENALTY_HEADERS.replace("处罚决定日期", "处理时间"))
        unnamed = send_ledger(world, content=content, name="另一份.csv")
        verification.map_columns(unnamed, by=world.liaisons[0], kind="penalty", columns={"处理时间": "decided_on"})
        row = rows_of(world.liaisons[0], [things["rule_result"]])[0]
        verification.explain(row.result, row.violation, by=world.liaisons[0], text="已补公示")
        verification.unmask(row, by=world.office, purpose="finding", reason="取证")
        fieldwork.draw_case_files(things["visit"], by=world.inspectors[0], kind="penalty", size=2)
        hours = {"digest_at": time(8, 30), "quiet_from": time(19), "quiet_until": time(8)}
        preference = preference_of(world.office)
        notices.choose(preference, by=world.office, by_mail=False, address="", language="zh-hans", **hours)
        client.post("/sign-in", {"username": "nobody", "password": "wrong"})
    with clock.at(FIELD):
        selfassessment.seal_due()
        fieldwork.start(things["visit"], by=world.inspectors[0])
        fieldwork.note_activity(things["visit"], by=world.inspectors[0], kind="talk", title="谈话")
        findings.note_good_practice(world.participations[0], by=world.inspectors[0], title="一窗受理", facts="现场查看")
        work = rectification.open_for(make_finding(world, state="acknowledged"), by=world.liaisons[0])
        rectification.note_progress(work, by=world.liaisons[0], text="过半")
    integrate()
    return world


def another(field: models.Field, value: Any) -> Any:
    """A value as near to the present one as the type allows."""
    if isinstance(field, models.ForeignKey) or isinstance(value, int) and not isinstance(value, bool):
        return (value or 0) + 100_000
    match value:
        case bool():
            return not value
        case str():
            return value[:-1] + chr(ord(value[-1]) ^ 1) if value else "x"
        case datetime():
            return value + timedelta(microseconds=1)
        case date():
            return value + timedelta(days=1)
        case time():
            return value.replace(microsecond=value.microsecond + 1)
        case Decimal():
            return value + Decimal("0.01")
        case dict():
            return {**value, "x": 1}
        case list():
            return [*value, 1]
    first = {models.DateTimeField: FIELD, models.DateField: FIELD.date(), models.DecimalField: Decimal("0.5")}
    return first.get(type(field), 1)


def change(row: Audited, field: models.Field) -> None:
    changed = {field.attname: another(field, getattr(row, field.attname))}
    assert models.QuerySet(type(row)).filter(pk=row.pk).update(**changed) == 1


def test_every_kind_of_row_is_there(everything):
    assert verify().faults == ()
    assert [model.__name__ for model in audited_models() if not model.objects.exists()] == []
    assert SignIn.objects.exists()


def test_every_single_changed_value_is_named(everything):
    """One field of every table at a time, until each was changed."""
    tried = 0
    for place in range(max(len(model._meta.concrete_fields) for model in audited_models())):
        changed = {}
        with transaction.atomic():
            for model in audited_models():
                if place < len(model._meta.concrete_fields):
                    row, field = model.objects.order_by("-pk").first(), model._meta.concrete_fields[place]
                    change(row, field)
                    changed[model._meta.db_table, row.public_id, field.name] = field.name
            found = {(f.table, f.row, f.field): f for f in verify().faults if f.actor and f.at}
            transaction.set_rollback(True)
        # A row under another name is a row that is gone, and one that nobody wrote.
        missed = [place for place in changed if place not in found and (*place[:2], "") not in found]
        assert missed == []
        tried += len(changed)
    assert tried > 300
    assert verify().faults == ()


def test_two_rows_that_change_places_are_named(everything):
    """Every value of both stays as it was; only what points at them now means the other."""
    one, other = Organisation.objects.order_by("pk")[:2]
    rows = models.QuerySet(Organisation)
    for old, new in ((one.pk, 10**6), (other.pk, one.pk), (10**6, other.pk)):
        rows.filter(pk=old).update(id=new)
    named = {(fault.row, fault.field) for fault in verify().faults}
    assert named == {(one.public_id, "id"), (other.public_id, "id")}
