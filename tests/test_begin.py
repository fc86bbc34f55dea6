"""A new installation starts with four people, two of whom can take it from there."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from ducha.cli import main


def ducha(*arguments: str) -> subprocess.CompletedProcess:
    environment = {k: v for k, v in os.environ.items() if k != "DUCHA_DATABASE_URL"}
    command = [sys.executable, "-c", "import sys; from ducha.cli import main; sys.exit(main())", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120, env=environment)


@pytest.fixture(scope="module")
def beginning(tmp_path_factory) -> tuple[subprocess.CompletedProcess, Path]:
    """What the command said, and the installation it made: made once, for its migrations take seconds."""
    data = tmp_path_factory.mktemp("begun") / "data"
    return ducha("begin", "--data", str(data), "--city", "平顶山市", "--office", "市督察办"), data


@pytest.fixture
def begun(beginning, tmp_path) -> str:
    """A copy of the installation, for this test alone."""
    return str(shutil.copytree(beginning[1], tmp_path / "begun"))


def test_an_installation_begins_once_and_its_trail_holds(beginning, begun):
    first, _data = beginning
    assert first.returncode == 0
    assert all(name in first.stdout for name in ("office", "sysadmin", "secadmin", "auditadmin"))
    again = ducha("begin", "--data", begun, "--city", "平顶山市", "--office", "市督察办")
    assert again.returncode == 1 and "holds an installation already" in again.stderr
    assert ducha("audit", "verify", "--data", begun).returncode == 0


def test_a_demonstration_is_kept_and_never_put_over_an_installation(begun):
    over = ducha("demo", "--data", begun, "--no-serve")
    assert over.returncode == 1 and "holds an installation already" in over.stderr
    fresh = ducha("demo", "--data", begun, "--no-serve", "--fresh")
    assert fresh.returncode == 1 and "is no demonstration" in fresh.stderr


def test_the_demonstration_can_be_built_and_holds(tmp_path):
    # The first and the last stage: the story of the last goes through those between.
    for stage in ("self-inspection", "closed"):
        data = str(tmp_path / stage)
        built = ducha("demo", "--data", data, "--no-serve", "--stage", stage, "--password", "only-for-this-test")
        assert built.returncode == 0 and "Ready in" in built.stdout
        assert "was there already" in ducha("demo", "--data", data, "--no-serve").stdout
        assert ducha("audit", "verify", "--data", data).returncode == 0


def test_the_reference_pages_are_fresh(capsys):
    assert main(["reference", "--check"]) == 0


def test_stale_reference_pages_are_noticed(tmp_path, capsys):
    assert main(["reference", "--into", str(tmp_path)]) == 0
    (tmp_path / "states.md").write_text("old")
    assert main(["reference", "--into", str(tmp_path), "--check"]) == 1
    assert "states.md" in capsys.readouterr().out


def test_a_database_that_a_newer_version_wrote_is_not_touched(begun):
    import pysqlite3

    database = pysqlite3.connect(f"{begun}/ducha.sqlite3")
    database.execute(
        "INSERT INTO django_migrations (app, name, applied) VALUES ('campaigns', '0999_later', '2030-01-01')"
    )
    database.commit()
    database.close()
    served = ducha("serve", "--data", begun, "--port", "1")
    assert served.returncode == 1 and "A newer Ducha wrote this database (campaigns 0999_later)" in served.stderr


def test_a_wheel_carries_the_compiled_catalogue(tmp_path):
    from zipfile import ZipFile

    root = os.path.dirname(os.path.dirname(__file__))
    built = [sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", "--no-build-isolation", "-w", str(tmp_path), root]
    subprocess.run(built, check=True, timeout=120)
    (wheel,) = tmp_path.glob("*.whl")
    assert any(name.endswith("zh_Hans/LC_MESSAGES/django.mo") for name in ZipFile(wheel).namelist())
