"""Files that are broken, locked, made to harm, or no plan at all: a sentence each, in time, through both doors."""

import subprocess
import sys
import time
import zipfile
from io import BytesIO
from pathlib import Path

import pytest
from docx import Document
from PIL import Image
from plan_files import container, packed

from ducha.engines import files, plans

LINES = ("某市方案", "一、督察内容", "（一）公开期限不超过7日。", "二、督察要求", "认真落实。")
TYPES = "[Content_Types].xml"
MAIN = "word/document.xml"
PROLOG = b'<?xml version="1.0" encoding="UTF-8"?>'
LAUGHS = b'<!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
OUTSIDE = b'<!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
ENCRYPTED = 1


def word() -> bytes:
    document = Document()
    for line in LINES:
        document.add_paragraph(line)
    target = BytesIO()
    document.save(target)
    return target.getvalue()


WORD = word()


def changed(**parts: bytes) -> bytes:
    """The Word file with other or more parts; "__" in a name is "/"."""
    with zipfile.ZipFile(BytesIO(WORD)) as archive:
        whole = {name: archive.read(name) for name in archive.namelist()}
    return packed({**whole, **{name.replace("__", "/"): content for name, content in parts.items()}})


def part(name: str) -> bytes:
    return zipfile.ZipFile(BytesIO(WORD)).read(name)


def locked() -> bytes:
    """The Word file with its first part marked as encrypted."""
    content = bytearray(WORD)
    for magic, at in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        content[content.index(magic) + at] |= ENCRYPTED
    return bytes(content)


RELATIONS = part("word/_rels/document.xml.rels")
IMAGE = BytesIO()
Image.new("RGB", (40, 40), "white").save(IMAGE, "PNG")


def related(relation: bytes) -> bytes:
    return RELATIONS.replace(b"</Relationships>", relation + b"</Relationships>")


LINKED = b'<Relationship Id="x9" Type="http://x/attachedTemplate" Target="http://evil/t.dotm" TargetMode=\'External\'/>'
MACROS = part(TYPES).replace(b"wordprocessingml.document.main", b"ms-word.document.macroEnabled.main")
HOSTILE = {
    "bomb": ({f"word/m{n}.xml": b" " * 40_000_000 for n in range(5)}, "grows too large"),
    "laughs": ({MAIN: PROLOG + LAUGHS + part(MAIN).partition(b"?>")[2]}, "“word/document.xml” defines entities"),
    "outside": ({MAIN: PROLOG + OUTSIDE + part(MAIN).partition(b"?>")[2]}, "defines entities"),
    "wide": ({MAIN: (OUTSIDE + part(MAIN).partition(b"?>")[2]).decode().encode("utf-16")}, "defines entities"),
    "macros": ({"word/vbaProject.bin": b"x"}, "contains macros"),
    "docm": ({TYPES: MACROS}, "contains macros"),
    "linked": ({"word/_rels/document.xml.rels": related(LINKED)}, "refers to something outside itself"),
    "object": ({"word/embeddings/oleObject1.bin": b"x"}, "embedded object"),
    "nested": ({"word/embeddings/inner.zip": packed({"a": b" " * 10**6})}, "embedded object"),
    "traversal": ({"../../evil.sh": b"x"}, "points outside the file"),
    "many": ({f"word/{n}.xml": b"" for n in range(2_100)}, "parts, more than 2000"),
}
OTHERS = {
    "程序.docx": (b"MZ\x90" + bytes(90), "is a program"),
    "表.docx": (packed({"xl/workbook.xml": b"<a/>", TYPES: b"<a/>"}), "is an Excel workbook"),
    "旧表.doc": (container("Workbook"), "is an Excel workbook"),
    "演示.docx": (packed({"ppt/presentation.xml": b"<a/>"}), "is a presentation"),
    "包.docx": (packed({"方案.txt": b"a"}), "is an archive of files. Unpack it"),
    "程序包.docx": (packed({"META-INF/MANIFEST.MF": b"a"}), "is a program"),
    "包.rar": (b"Rar!\x1a\x07\x00" + bytes(50), "is an archive of files"),
    "图.docx": (IMAGE.getvalue(), "is a picture"),
    "开放.docx": (packed({"mimetype": b"a", "content.xml": b"<a/>"}), "is an OpenDocument file"),
    "加密.docx": (container("EncryptionInfo", "EncryptedPackage"), "is protected by a password"),
    "加密.doc": (container("WordDocument", flags=0x0100), "is protected by a password"),
    "宏.doc": (container("WordDocument", "Macros"), "contains macros"),
    "锁.docx": (locked(), "is protected by a password"),
    "残.docx": (WORD[: len(WORD) // 2], "is no Word document or is broken"),
    "坏.docx": (changed(word__document=b"")[:-30], "is no Word document or is broken"),
    "空.docx": (b"PK\x03\x04", "is no Word document or is broken"),
}
CASES = [(f"{name}.docx", changed(**parts), sentence) for name, (parts, sentence) in HOSTILE.items()]
CASES += [(name, content, sentence) for name, (content, sentence) in OTHERS.items()]


# A small process between this one and the command: a process counts the memory of the one it was forked from.
LAUNCHER = """
import resource, subprocess, sys
command = [sys.executable, "-c", "import sys; from ducha.cli import main; sys.exit(main())", *sys.argv[1:]]
done = subprocess.run(command, stdout=sys.stderr)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
"""


def answer(path: Path) -> tuple[int, str]:
    """What `ducha plan read` says of a file, in 5 seconds and 500 MB, those of its own processes too."""
    began = time.monotonic()
    command = [sys.executable, "-c", LAUNCHER, "plan", "read", path]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    code, kilobytes = map(int, done.stdout.split())
    assert "Traceback" not in done.stderr and time.monotonic() - began < 5 and kilobytes < 500_000
    return code, done.stderr


@pytest.mark.parametrize(("name", "content", "sentence"), CASES, ids=[case[0] for case in CASES])
def test_what_may_not_be_opened_is_refused_by_the_reader_and_as_an_upload(name, content, sentence, tmp_path):
    began = time.monotonic()
    with pytest.raises(plans.PlanRefused, match=sentence) as refused:
        plans.read_file(name, content)
    assert f"“{name}”" in str(refused.value) and time.monotonic() - began < 5
    with pytest.raises(files.FileRefused):
        files.accept(BytesIO(content), name, purpose=files.Purpose.PLAN, into=tmp_path)
    with pytest.raises(files.FileRefused, match=sentence):
        files.run_limited("ducha.engines.plans:packed", name, content)


def test_the_word_file_that_they_were_made_from_is_read():
    assert [p.code for p in plans.read_file("方案.docx", WORD).points] == ["1"]


def test_a_link_to_a_page_is_no_harm():
    link = b'<Relationship Id="x9" Type="http://x/hyperlink" Target="http://www.gov.cn" TargetMode="External"/>'
    content = changed(**{"word/_rels/document.xml.rels": related(link)})
    assert [p.code for p in plans.read_file("方案.docx", content).points] == ["1"]


def test_all_faults_of_a_file_are_told_at_once():
    content = changed(**{"word/vbaProject.bin": b"x", "word/embeddings/a.bin": b"x", MAIN: PROLOG + LAUGHS})
    with pytest.raises(plans.PlanRefused) as refused:
        plans.read_file("方案.docx", content)
    assert len(refused.value.faults) == 3


def test_the_command_reads_a_word_file_and_refuses_a_bomb_in_time_and_memory(tmp_path):
    good, bomb = tmp_path / "方案.docx", tmp_path / "弹.docx"
    good.write_bytes(WORD)
    bomb.write_bytes(changed(word__a=b" " * 200_000_000))
    code, said = answer(good)
    assert code == 0 and "1 points" in said
    code, said = answer(bomb)
    assert code == 1 and "“弹.docx”: it grows too large" in said


def test_the_command_refuses_a_hundred_megabytes_of_text_in_time_and_memory(tmp_path):
    path = tmp_path / "大.txt"
    with path.open("wb") as target:
        for _ in range(100):
            target.write("一、督察内容\n".encode() * 52_632)
    code, said = answer(path)
    assert code == 1 and "“大.txt” is larger than 20 MB" in said


@pytest.mark.parametrize("size", [1_000_001, 6_600_000])
def test_a_text_longer_than_any_plan_is_refused_with_its_length(size):
    began = time.monotonic()
    with pytest.raises(plans.PlanRefused, match=f"holds {size} characters"):
        plans.read_file("长.txt", ("督" * size).encode())
    assert time.monotonic() - began < 5


def test_the_command_names_a_file_that_is_not_there(tmp_path):
    code, said = answer(tmp_path / "无.docx")
    assert code == 1 and "无.docx” cannot be opened: No such file or directory." in said


def test_a_word_file_whose_text_is_damaged_is_refused():
    with pytest.raises(plans.PlanRefused, match="“乱.docx” is no Word document or is broken"):
        plans.read_file("乱.docx", changed(**{MAIN: b"<w:document"}))


def test_a_name_that_steers_a_terminal_is_shown_without_it(tmp_path):
    path = tmp_path / "方\x1b[31m\u202e案.txt"
    path.write_text("床前明月光。")
    code, said = answer(path)
    assert code == 1 and said.startswith("“方[31m案.txt” does not look like a plan")


@pytest.mark.parametrize("words", ["PK赛督察方案", "MZ镇督察方案"])
def test_a_text_that_begins_like_another_kind_is_a_text(words):
    assert plans.read_file("方案.txt", "\n".join((words, *LINES[1:])).encode()).title == words


def test_a_word_file_of_pictures_alone_is_a_scan():
    document = Document()
    document.add_picture(BytesIO(IMAGE.getvalue()))
    target = BytesIO()
    document.save(target)
    with pytest.raises(plans.PlanRefused, match="“扫描.docx” is a scan"):
        plans.read_file("扫描.docx", target.getvalue())


def test_markup_made_to_be_deep_or_wide_is_answered_in_time():
    deep = part(MAIN).replace(b"<w:body>", b"<w:body>" + b"<w:tbl><w:tr><w:tc>" * 5_000)
    wide = part(MAIN).replace(b"</w:body>", b"<w:p/>" * 400_000 + b"</w:body>")
    for content in (deep, wide):
        began = time.monotonic()
        try:
            plans.read_file("方案.docx", changed(**{MAIN: content}))
        except plans.PlanRefused as refused:
            assert "“方案.docx”" in str(refused)
        assert time.monotonic() - began < 5
