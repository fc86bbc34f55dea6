"""Whoever changes the database past Ducha is found: by table, row, field, time and actor."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import connection
from factories import BEFORE, deliver, make_finding, make_world

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.actions import integrate, journal
from ducha.apps.audit_trail.models import AuditEntry, Checkpoint
from ducha.apps.audit_trail.recording import recorded
from ducha.apps.audit_trail.verification import verify
from ducha.apps.findings.models import Finding
from ducha.apps.notices.actions import tell
from ducha.apps.notices.models import Notice
from ducha.domain.errors import Stale

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        world = make_world()
        deliver(world)
        make_finding(world, state="acknowledged")
        integrate()
        yield world


def sql(statement: str, *values: object) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)


def faults() -> list[str]:
    return [str(fault) for fault in verify().faults]


def test_an_untouched_installation_holds(world):
    assert faults() == []


@pytest.mark.parametrize(
    ("table", "column", "value"),
    [
        ("findings_finding", "facts", "查无此事。"),
        ("findings_finding", "severity", "minor"),
        ("findings_finding", "raised_at", "2019-11-01 00:00:00+00:00"),
        ("selfassessment_answer", "conclusion", "not_met"),
        ("selfassessment_submission", "content", "{}"),
        ("selfassessment_claimedfigure", "value", "99%"),
        ("campaigns_point", "text", "改过的要点"),
        ("campaigns_stage", "due_at", "2019-12-08 09:30:00+00:00"),
        ("organisations_membership", "role", "leader"),
        ("accounts_person", "password", "pbkdf2$changed"),
        ("audit_trail_step", "reason", "另有原因"),
    ],
)
def test_a_changed_value_is_named_with_table_row_field_time_and_actor(world, table, column, value):
    sql(f"UPDATE {table} SET {column} = %s WHERE id = (SELECT min(id) FROM {table})", value)
    (fault,) = [fault for fault in verify().faults if fault.table == table]
    assert fault.field == column.removesuffix("_id")
    assert fault.row and fault.at.startswith("2019-11-04") and "·" in fault.actor or "Ducha" in fault.actor


def test_a_typed_state_is_found_twice_by_its_value_and_by_its_steps(world):
    sql("UPDATE findings_finding SET state = 'closed'")
    whats = [fault.what for fault in verify().faults if fault.table == "findings_finding"]
    assert "the value was changed outside Ducha" in whats
    assert any("its steps lead to “acknowledged”" in what for what in whats)


def test_a_deleted_row_is_named(world):
    sql("DELETE FROM selfassessment_claimedfigure WHERE id = (SELECT min(id) FROM selfassessment_claimedfigure)")
    assert [f.what for f in verify().faults] == ["the row was deleted"]


def test_a_row_slipped_in_is_named(world):
    Finding.objects.get().refresh_from_db()
    sql(
        "INSERT INTO notices_notice (public_id, version, recipient_id, text, words, params, url, is_urgent, told_at) "
        "SELECT 'aaaaaaaaaaaaaaaaaaaa', 1, id, 'x', 'x', '{}', '', false, '2019-11-04 00:00:00+00:00' "
        "FROM organisations_membership WHERE id = (SELECT min(id) FROM organisations_membership)"
    )
    assert [f.what for f in verify().faults] == ["the row stands in no audit entry"]


@pytest.mark.parametrize("column", ["action", "role", "actor", "campaign", "actor_label", "salt"])
def test_a_changed_entry_is_found(world, column):
    sql(f"UPDATE audit_trail_auditentry SET {column} = 'x' WHERE sequence = 5")
    assert any(fault.leaf == 5 for fault in verify().faults)


def test_a_cut_tail_is_found_by_the_checkpoint(world):
    last = AuditEntry.objects.order_by("-sequence").first().sequence
    sql("DELETE FROM audit_trail_auditentry WHERE sequence = %s", last)
    assert any("the tail was cut" in fault for fault in faults())


def test_a_tail_cut_together_with_its_checkpoint_is_found_by_the_journal(world):
    make_finding(world, 1)
    integrate()
    first, _second = Checkpoint.objects.all()
    sql("DELETE FROM audit_trail_checkpoint WHERE size > %s", first.size)
    sql("DELETE FROM audit_trail_auditentry WHERE sequence >= %s", first.size)
    sql("UPDATE audit_trail_treehead SET size = %s", first.size)
    assert any("the journal has it" in fault for fault in faults())
    assert any("stands in no audit entry" in fault for fault in faults())


def test_a_gap_in_the_middle_is_found(world):
    sql("DELETE FROM audit_trail_auditentry WHERE sequence = 7")
    assert any("entries 7 to 7 are missing" in fault for fault in faults())


def test_a_rewritten_tree_no_longer_has_the_signed_root(world):
    sql("UPDATE audit_trail_checkpoint SET root_sha256 = %s", "0" * 64)
    assert any("signed root" in fault for fault in faults())


def test_a_forged_checkpoint_has_no_valid_signature(world):
    sql("UPDATE audit_trail_checkpoint SET signature = %s", "0" * 128)
    assert any("signature does not fit" in fault for fault in faults())


def test_the_journal_holds_one_line_per_entry(world):
    assert journal().read_text().count("\n") == AuditEntry.objects.count()


def test_no_row_is_saved_outside_an_action(world):
    finding = Finding.objects.get()
    with pytest.raises(TypeError, match="inside recorded"):
        finding.save()


@pytest.mark.parametrize("shortcut", ["update", "delete", "bulk_update"])
def test_the_shortcuts_past_the_trail_are_shut(world, shortcut):
    arguments = {"update": {"title": "x"}, "delete": {}, "bulk_update": {"objs": [], "fields": ["title"]}}[shortcut]
    with pytest.raises(TypeError):
        getattr(Finding.objects.all(), shortcut)(**arguments)


def test_of_two_changes_of_the_same_version_the_second_is_told(world):
    first, second = Finding.objects.get(), Finding.objects.get()
    with recorded(world.office, "finding.corrected"):
        first.title = "先改"
        first.save()
    with pytest.raises(Stale), recorded(world.office, "finding.corrected"):
        second.title = "后改"
        second.save()
    assert Finding.objects.get().title == "先改"


def test_a_refused_action_leaves_no_entry(world):
    before = AuditEntry.objects.count()
    with pytest.raises(ZeroDivisionError), recorded(world.office, "finding.corrected"):
        finding = Finding.objects.get()
        finding.title = "x"
        finding.save()
        1 / 0  # noqa: B018
    assert AuditEntry.objects.count() == before


# -- the command, on a real installation


@pytest.fixture(scope="module")
def installation_on_disk(tmp_path_factory) -> Path:
    data = tmp_path_factory.mktemp("installed") / "data"
    ducha("demo", "--data", str(data), "--no-serve", "--password", "only-for-this-test", "--stage", "self-inspection")
    return data


def ducha(*arguments: str) -> subprocess.CompletedProcess:
    import os

    environment = {k: v for k, v in os.environ.items() if k != "DUCHA_DATABASE_URL"}
    command = [sys.executable, "-c", "import sys; from ducha.cli import main; sys.exit(main())", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


def test_the_command_says_how_many_entries_hold(installation_on_disk):
    done = ducha("audit", "verify", "--data", str(installation_on_disk))
    assert done.returncode == 0 and "entries hold" in done.stdout


def test_one_changed_byte_of_an_evidence_file_makes_the_command_say_no(installation_on_disk, tmp_path):
    data = tmp_path / "copy"
    shutil.copytree(installation_on_disk, data)
    victim = next((data / "evidence").glob("??/??/*"))
    content = bytearray(victim.read_bytes())
    content[3] ^= 1
    victim.write_bytes(content)
    done = ducha("audit", "verify", "--data", str(data), "--json")
    (fault,) = json.loads(done.stdout)["faults"]
    assert done.returncode == 1
    assert fault["table"] == "evidence_evidencefile" and fault["field"] == "sha256" and fault["actor"] and fault["at"]


LEDGER_FILES = {
    "as it was sent": ("ledger-files/??/??/*", "verification_ledgerfile"),
    "taken in": ("ledgers/penalty/*.parquet", "ledgers"),
    "as the store has it": ("ledgers/sources/*", "ledgers"),
}


@pytest.mark.parametrize("lies_at, table", LEDGER_FILES.values(), ids=LEDGER_FILES)
def test_one_changed_byte_of_a_ledger_and_a_ledger_that_is_gone_make_the_command_say_no(
    installation_on_disk, tmp_path, lies_at, table
):
    data = tmp_path / "copy"
    shutil.copytree(installation_on_disk, data)
    victim = min(data.glob(lies_at))
    content = bytearray(victim.read_bytes())
    content[len(content) // 2] ^= 1
    victim.write_bytes(content)
    done = ducha("audit", "verify", "--data", str(data), "--json")
    (changed,) = json.loads(done.stdout)["faults"]
    assert (done.returncode, changed["table"]) == (1, table) and changed["what"].endswith("changed")
    victim.unlink()
    done = ducha("audit", "verify", "--data", str(data), "--json")
    (gone,) = json.loads(done.stdout)["faults"]
    assert (done.returncode, gone["row"]) == (1, changed["row"]) and gone["what"].endswith("gone")


def test_a_list_of_ledgers_that_cannot_be_read_makes_the_command_say_no(installation_on_disk, tmp_path):
    data = tmp_path / "copy"
    shutil.copytree(installation_on_disk, data)
    (data / "ledgers" / "manifest.json").write_text('{"format"')
    done = ducha("audit", "verify", "--data", str(data))
    assert done.returncode == 1 and "cannot be read" in done.stdout


def test_a_value_changed_with_another_program_makes_the_command_say_no(installation_on_disk, tmp_path):
    import pysqlite3

    data = tmp_path / "copy"
    shutil.copytree(installation_on_disk, data)
    database = pysqlite3.connect(str(data / "ducha.sqlite3"))
    database.execute("UPDATE campaigns_stage SET due_at = '2030-01-01 00:00:00' WHERE kind = 'self_inspection'")
    database.commit()
    database.close()
    done = ducha("audit", "verify", "--data", str(data))
    assert done.returncode == 1
    assert "campaigns_stage" in done.stdout and "due_at" in done.stdout


def test_a_column_younger_than_the_entry_holds_its_default_until_the_row_is_saved_again(world):
    with recorded(world.office, "test.told"):
        tell([world.liaisons[0]], text="The office accepted your self-inspection.")
    notice = Notice.objects.latest("id")
    # As an older Ducha, which knew of no urgency, would have recorded it.
    entry = AuditEntry.objects.get(object_id=notice.public_id)
    del entry.commitments["is_urgent"]
    entry.save()
    integrate()
    assert faults() == []
    sql("UPDATE notices_notice SET is_urgent = %s WHERE id = %s", True, notice.pk)
    (fault,) = faults()
    assert "notices_notice" in fault and "field “is_urgent”" in fault


def test_a_directory_that_is_no_installation_is_refused_with_a_sentence(tmp_path):
    done = ducha("audit", "verify", "--data", str(tmp_path / "nothing"))
    assert done.returncode == 1 and "is no installation" in done.stderr
