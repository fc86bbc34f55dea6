"""What every test stands on: an installation of its own, and people and campaigns to act with."""

from pathlib import Path

import pytest
from django.utils import translation


@pytest.fixture(autouse=True)
def installation(tmp_path: Path, settings) -> Path:
    """A data directory for this test alone, and the language of the code whatever a request before it asked for."""
    translation.deactivate()
    settings.DUCHA_DATA = tmp_path / "data"
    settings.DUCHA_DATA.mkdir()
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    return settings.DUCHA_DATA
