"""What anyone who clones the repository may rely on before running anything."""

from pathlib import Path

ROOT = Path(__file__).parents[1]


def test_every_locked_package_has_a_hash_and_no_index_host_is_named() -> None:
    lines = (ROOT / "requirements.lock").read_text().splitlines()
    pins = [line for line in lines if line and line[0].isalnum()]
    assert pins
    assert all("==" in pin and pin.endswith("\\") for pin in pins)
    assert not [line for line in lines if "://" in line or "index-url" in line]
