"""Old documents are read where a converter is installed; elsewhere the sentence says what to install."""

import shutil
from pathlib import Path

import pytest
from plan_files import container, rich

from ducha.domain.errors import Invalid
from ducha.engines import files, foreign, plans
from ducha.engines.foreign import convert

BRIEF = (Path(__file__).parents[2] / "examples" / "平顶山市督察实施方案.txt").read_text(encoding="utf-8")
SOFFICE = shutil.which("soffice") or shutil.which("libreoffice")
converter = pytest.mark.skipif(SOFFICE is None, reason="no converter here: apt-get install libreoffice-writer-nogui")


RICH = rich(BRIEF)


def found(reading: plans.Reading) -> list:
    return [(p.code, [(t.comparator, t.value, t.unit) for t in p.thresholds]) for p in reading.points]


@pytest.fixture(scope="module")
def old(tmp_path_factory) -> bytes:
    """The brief as an old Word document, made by the converter itself."""
    folder = tmp_path_factory.mktemp("old")
    (folder / "plan.rtf").write_bytes(RICH)
    convert.run(str(SOFFICE), folder / "plan.rtf", "doc:MS Word 97")
    return (folder / "plan.doc").read_bytes()


@converter
@pytest.mark.parametrize("name", ["方案.doc", "方案.wps"])
def test_an_old_word_document_gives_the_same_points(old, name):
    assert foreign.kind_of(old) == "doc"
    assert found(plans.read_file(name, old)) == found(plans.read_text(BRIEF))


@converter
def test_rtf_gives_the_same_points():
    assert found(plans.read_file("方案.rtf", RICH)) == found(plans.read_text(BRIEF))


@converter
def test_a_converter_works_within_the_limits_of_the_child(old, tmp_path):
    with (tmp_path / "方案.doc").open("wb+") as target:
        target.write(old)
        target.seek(0)
        accepted = files.accept(target, "方案.doc", purpose=files.Purpose.PLAN, into=tmp_path)
    answer = files.run_limited("ducha.engines.plans:packed", accepted.name, accepted.path.read_bytes())
    assert found(plans.read_document("方案.doc", plans.unpacked(answer))) == found(plans.read_text(BRIEF))


@converter
def test_a_document_that_cannot_be_converted_is_refused_with_what_to_do(old):
    broken = old[:4_000] + bytes(len(old) - 4_000)
    with pytest.raises(plans.PlanRefused, match="“坏.doc” (could not be converted|holds no words|is an old)"):
        plans.read_file("坏.doc", broken)


@pytest.mark.parametrize(
    ("name", "content"),
    [("方案.rtf", RICH), ("方案.doc", container("WordDocument")), ("方案.wps", container("WordDocument"))],
)
def test_without_a_converter_the_sentence_says_what_to_install(monkeypatch, name, content):
    monkeypatch.setattr(convert.shutil, "which", lambda _program: None)
    told = f"“{name}” is an old Word document .* Save it as docx .*apt-get install libreoffice-writer-nogui"
    with pytest.raises(plans.PlanRefused, match=told):
        plans.read_file(name, content)


def test_a_converter_that_hangs_is_stopped_with_all_that_it_started(monkeypatch, tmp_path):
    program = tmp_path / "soffice"
    program.write_text("#!/bin/sh\nsleep 60 &\nsleep 60\n")
    program.chmod(0o755)
    monkeypatch.setattr(convert.shutil, "which", lambda _program: str(program))
    monkeypatch.setattr(convert, "SECONDS", 1)
    with pytest.raises(Invalid, match="“慢.rtf” could not be converted"):
        foreign.converted("慢.rtf", RICH, "rtf")


def test_a_converter_finds_no_network_where_the_system_gives_one_of_its_own(monkeypatch, tmp_path):
    if not convert.without_network():
        pytest.skip("this system gives no network of its own")
    program = tmp_path / "soffice"
    program.write_text(f"#!/bin/sh\ncat /proc/net/dev > {tmp_path}/seen\n")
    program.chmod(0o755)
    monkeypatch.setattr(convert.shutil, "which", lambda _program: str(program))
    with pytest.raises(Invalid):
        foreign.converted("方案.rtf", RICH, "rtf")
    assert [line.split(":")[0].strip() for line in (tmp_path / "seen").read_text().splitlines()[2:]] == ["lo"]
