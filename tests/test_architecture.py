"""What import-linter cannot see: which room may touch the tables, and that no key points upwards."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.conf import settings
from django.core import checks
from django.db import connection
from django.urls import path

from ducha.apps.audit_trail.models import Audited
from ducha.site import urls

SOURCE = Path(__file__).parents[1] / "src" / "ducha"
# Where there is much to do, the room of actions is a folder.
ROOMS_WITH_TABLES = {"access.py", "queries.py", "actions.py", "models.py", "recording.py", "verification.py", "acts.py"}


def test_tables_are_touched_in_access_queries_and_actions_alone():
    offenders = [
        str(file.relative_to(SOURCE))
        for file in (SOURCE / "apps").rglob("*.py")
        if not {file.name, f"{file.parent.name}.py"} & ROOMS_WITH_TABLES
        and "migrations" not in file.parts
        and ".objects" in file.read_text()
    ]
    assert offenders == []


def test_only_actions_write():
    writes = re.compile(r"\.save\(|\.create\(|\.bulk_create\(|\.delete\(\)")
    allowed = {"actions.py", "models.py", "recording.py", "acts.py"}
    offenders = [
        str(file.relative_to(SOURCE))
        for file in (SOURCE / "apps").rglob("*.py")
        if not {file.name, f"{file.parent.name}.py"} & allowed
        and "migrations" not in file.parts
        and writes.search(file.read_text())
    ]
    assert offenders == ["apps/evidence/actions.py"] or offenders == []


def test_no_key_points_to_a_higher_app():
    order = settings.APPS
    for model in apps.get_models():
        if model._meta.app_label not in order:
            continue
        for field in model._meta.concrete_fields:
            if field.is_relation and field.related_model._meta.app_label in order:
                upper = order.index(model._meta.app_label)
                assert order.index(field.related_model._meta.app_label) <= upper, f"{model}: {field.name}"


def test_every_table_of_the_field_is_on_the_record():
    plumbing = {"AuditEntry", "TreeHead", "Checkpoint", "Operation", "Outgoing"}
    for model in apps.get_models():
        if model._meta.app_label in settings.APPS and model.__name__ not in plumbing:
            assert issubclass(model, Audited), model


def test_a_route_without_a_policy_stops_the_start(monkeypatch):
    from django.urls import get_resolver

    stray = path("stray", lambda request: None, name="stray")
    monkeypatch.setattr(get_resolver(), "url_patterns", [*urls.urlpatterns, stray])
    assert "ducha.E001" in {fault.id for fault in checks.run_checks()}


def test_the_start_is_clean_otherwise():
    assert checks.run_checks() == []


def test_views_are_at_most_twenty_lines():
    import ast

    long = []
    for file in (SOURCE / "apps").rglob("views.py"):
        for node in ast.parse(file.read_text()).body:
            if isinstance(node, ast.FunctionDef) and node.end_lineno - node.lineno + 1 > 30:
                long.append(f"{file.parent.name}.{node.name}")
    assert long == ["selfassessment.answer"]


@pytest.mark.django_db
def test_the_database_is_the_one_that_was_asked_for_and_durable():
    import os

    if "DUCHA_DATABASE_URL" in os.environ:
        assert connection.vendor == "postgresql"
        return
    with connection.cursor() as cursor:
        settled = {name: cursor.execute(f"PRAGMA {name}").fetchone()[0] for name in ("synchronous", "mmap_size")}
        version = cursor.execute("SELECT sqlite_version()").fetchone()[0]
    assert settled == {"synchronous": 2, "mmap_size": 0}
    assert tuple(map(int, version.split("."))) >= (3, 51, 3)
