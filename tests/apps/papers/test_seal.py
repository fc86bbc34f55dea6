"""Is this the file that was issued? Asked on the page, by the command, and without the installation by its receipt."""

import json
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from factories import World, deliver, make_finding
from worlds import issued_paper

from ducha.apps.audit_trail.actions import integrate
from ducha.apps.papers.models import Paper
from ducha.apps.papers.queries import bytes_of, path_of
from ducha.cli import main


@pytest.fixture
def data(installation: Path) -> Path:
    (installation / "keys").mkdir(exist_ok=True)
    return installation


@pytest.fixture
def paper(world: World, data: Path) -> Paper:
    make_finding(world, 0, state="handed_over", title="公示超期")
    return issued_paper(world, world.participations[0])


def said(content: bytes) -> str:
    answer = Client().post("/seal", {"file": SimpleUploadedFile("公文.docx", content)}, HTTP_ACCEPT_LANGUAGE="en")
    assert answer.status_code == 200
    return answer.content.decode()


def one_byte_changed(content: bytes, at: int) -> bytes:
    return content[:at] + bytes([content[at] ^ 1]) + content[at + 1 :]


def text_changed(content: bytes) -> bytes:
    """The same paper with a word of its text replaced, as a forger would."""
    target = BytesIO()
    with zipfile.ZipFile(BytesIO(content)) as source, zipfile.ZipFile(target, "w") as copy:
        for name in source.namelist():
            copy.writestr(name, source.read(name).replace("公示超期".encode(), "公示及时".encode()))
    return target.getvalue()


def test_anyone_can_ask_whether_a_file_is_genuine(paper: Paper) -> None:
    whole = bytes_of(paper)
    assert "Genuine." in said(whole) and paper.number in said(whole)
    forged = said(text_changed(whole))
    assert "Changed." in forged and paper.number in forged and "Genuine." not in forged
    assert "Not known." in said(b"a letter of somebody else's")


@pytest.mark.parametrize("part", range(0, 100, 9))
def test_any_changed_byte_is_found(paper: Paper, data: Path, tmp_path: Path, part: int, capsys) -> None:
    whole = bytes_of(paper)
    file = tmp_path / "公文.docx"
    file.write_bytes(whole)
    assert main(["seal", "check", str(file), "--data", str(data)]) == 0
    assert f"✓ {paper.number}" in capsys.readouterr().out
    file.write_bytes(one_byte_changed(whole, len(whole) * part // 100))
    assert main(["seal", "check", str(file), "--data", str(data)]) == 1
    assert "✗" in capsys.readouterr().out


def test_a_receipt_proves_it_without_the_installation(paper: Paper, tmp_path: Path, world: World, capsys) -> None:
    client = Client()
    client.force_login(world.liaisons[0].person)
    assert client.get(f"/papers/{paper.public_id}/receipt").status_code == 409
    integrate()
    answer = client.get(f"/papers/{paper.public_id}/receipt")
    assert answer.status_code == 200
    file, receipt = tmp_path / "公文.docx", tmp_path / "receipt.json"
    file.write_bytes(bytes_of(paper))
    receipt.write_bytes(answer.content)
    ask = ["seal", "check", str(file), "--receipt", str(receipt)]
    assert main(ask) == 0
    key = json.loads(answer.content)["public_key"]
    assert key in capsys.readouterr().out and main([*ask, "--key", key]) == 0
    assert main([*ask, "--key", "00" * 32]) == 1
    file.write_bytes(text_changed(bytes_of(paper)))
    assert main(ask) == 1


def test_a_forged_receipt_does_not_hold(paper: Paper, tmp_path: Path, world: World, capsys) -> None:
    integrate()
    client = Client()
    client.force_login(world.office.person)
    proof = client.get(f"/papers/{paper.public_id}/receipt").json()
    file, receipt = tmp_path / "公文.docx", tmp_path / "receipt.json"
    file.write_bytes(bytes_of(paper))
    forgeries = {
        "says something else of “serial”": lambda p: p["opened"]["serial"].update(value="9"),
        "does not lead": lambda p: p["leaf"].update(time="2019-01-01T00:00:00.000000Z"),
        "signature": lambda p: p.update(signature="00" * 64),
        "does not lead to the signed sm3": lambda p: p["roots"].update(sm3="00" * 32),
        "damaged": lambda p: p.pop("leaf"),
    }
    for sentence, forge in forgeries.items():
        forged = json.loads(json.dumps(proof))
        forge(forged)
        receipt.write_text(json.dumps(forged))
        assert main(["seal", "check", str(file), "--receipt", str(receipt)]) == 1
        assert sentence in capsys.readouterr().out
    receipt.write_text("{")
    assert main(["seal", "check", str(file), "--receipt", str(receipt)]) == 1


def test_the_trail_finds_an_issued_file_that_was_changed_on_the_disk(paper: Paper, data: Path, capsys) -> None:
    integrate()
    assert main(["audit", "verify", "--data", str(data)]) == 0
    path_of(paper).write_bytes(text_changed(bytes_of(paper)))
    assert main(["audit", "verify", "--data", str(data)]) == 1
    assert f"the bytes of “{paper.number}” were changed" in capsys.readouterr().out


def test_all_papers_come_as_one_archive_with_an_index(paper: Paper, world: World) -> None:
    deliver(world, 1)
    client = Client()
    client.force_login(world.office.person)
    client.get("/")
    answer = client.get("/papers/zip")
    with zipfile.ZipFile(BytesIO(b"".join(answer.streaming_content))) as archive:
        names = archive.namelist()
        assert archive.testzip() is None and names[-1] == "目录.xlsx"
        frozen = next(name for name in names if "反馈意见" in name)
        assert archive.read(frozen) == path_of(paper).read_bytes()
    assert sum("自查报告" in name for name in names) == 1 and sum("整改情况的报告" in name for name in names) == 1
