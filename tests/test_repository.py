"""What anyone who clones the repository may rely on before running anything."""

from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("lock", ["requirements.lock", "requirements-spark.lock", "requirements-bench.lock"])
def test_every_locked_package_has_a_hash_and_no_index_host_is_named(lock: str) -> None:
    lines = (ROOT / lock).read_text().splitlines()
    pins = [line for line in lines if line and line[0].isalnum()]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert not [line for line in lines if "://" in line or "index-url" in line]


def test_the_two_locks_share_no_package() -> None:
    names = [
        {line.split("==")[0] for line in (ROOT / lock).read_text().splitlines() if "==" in line}
        for lock in ("requirements.lock", "requirements-spark.lock")
    ]
    assert "pyspark" in names[1] and not names[0] & names[1]
