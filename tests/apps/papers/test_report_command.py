"""ducha report city, on an installation's data."""

from pathlib import Path

import pytest
from factories import World, make_finding

from ducha.cli import main
from ducha.engines import gongwen


@pytest.fixture
def data(installation: Path) -> Path:
    (installation / "keys").mkdir()
    return installation


def test_it_writes_the_report_of_the_newest_campaign(world: World, data: Path, tmp_path: Path) -> None:
    make_finding(world, 0, state="confirmed", title="公示超期")
    out = tmp_path / "报告.docx"
    assert main(["report", "city", "--data", str(data), "--out", str(out)]) == 0
    assert gongwen.check(out.name, out.read_bytes()) == []
    assert main(["gongwen", "check", str(out)]) == 0


def test_a_team_that_is_not_there_is_named(world: World, data: Path, tmp_path: Path, capsys) -> None:
    out = tmp_path / "报告.docx"
    assert main(["report", "city", "--data", str(data), "--team", "9", "--out", str(out)]) == 1
    assert "no team 9" in capsys.readouterr().err and not out.exists()


@pytest.mark.django_db
def test_without_a_campaign_it_says_so(data: Path, tmp_path: Path, capsys) -> None:
    assert main(["report", "city", "--data", str(data), "--out", str(tmp_path / "x.docx")]) == 1
    assert "holds no campaign" in capsys.readouterr().err


@pytest.mark.django_db
def test_where_the_file_cannot_be_written_it_says_so(world: World, data: Path, tmp_path: Path, capsys) -> None:
    assert main(["report", "city", "--data", str(data), "--out", str(tmp_path)]) == 1
    assert str(tmp_path) in capsys.readouterr().err
