"""What every test stands on: an installation of its own, and people and campaigns to act with."""

from pathlib import Path

import pytest
from django.utils import translation
from xdist.scheduler import LoadScopeScheduling

ONE_WORKER = "tests/engines/test_ledger_spark.py"


class SparkInOneWorker(LoadScopeScheduling):
    """Every test goes to the worker that is free, but those of Spark to the same: it takes a minute and 1 GB to start.

    The mark xdist_group would say it, but has no effect with pytest 9.2 and xdist 3.8.
    """

    def _split_scope(self, nodeid: str) -> str:
        return ONE_WORKER if nodeid.startswith(ONE_WORKER) else nodeid


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_make_scheduler(config: pytest.Config, log) -> LoadScopeScheduling:
    return SparkInOneWorker(config, log)


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, settings) -> Path:
    """A data directory for this test alone, and the language of the code whatever a request before it asked for."""
    translation.deactivate()
    settings.DUCHA_DATA = tmp_path / "data"
    settings.DUCHA_DATA.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.DUCHA_DATA
