"""A kind of paper with a template of the office's own is written into it, and frozen so."""

from io import BytesIO

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from factories import World, make_finding
from workbook_files import client_of
from worlds import issued_paper

from ducha.apps.papers import actions
from ducha.apps.papers.models import Template
from ducha.apps.papers.queries import bytes_of, changed_files, first_template, path_of, seal_of
from ducha.domain.errors import Invalid


def own(line: str = "本办自己的模板") -> bytes:
    made = docx.Document(BytesIO(first_template()))
    made.paragraphs[0].insert_paragraph_before(line)
    target = BytesIO()
    made.save(target)
    return target.getvalue()


def words(content: bytes) -> str:
    return "\n".join(p.text for p in docx.Document(BytesIO(content)).paragraphs).replace("\ufeff", "")


def test_it_is_set_on_the_page_and_used_for_its_kind_alone(world: World) -> None:
    make_finding(world, 0, state="handed_over", title="公示超期")
    client = client_of(world.office)
    form = client.get("/papers/templates/new").context["form"]
    entered = {"operation": form["operation"].value(), "kind": "feedback"}
    answer = client.post(
        "/papers/templates/new", {**entered, "file": SimpleUploadedFile("模板.docx", own())}, follow=True
    )
    assert answer.status_code == 200 and "模板.docx" in answer.content.decode()
    paper = issued_paper(world, world.participations[0])
    said = words(bytes_of(paper))
    assert "本办自己的模板" in said and "公示超期" in said and paper.number in said and "{{" not in said
    assert seal_of(bytes_of(paper)).is_whole
    notice = actions.begin("team_notice", world.teams[0], by=world.office)
    assert "本办自己的模板" not in words(bytes_of(notice))


def test_the_newest_is_used_and_it_can_be_stopped(world: World) -> None:
    for line in ("旧模板", "新模板"):
        template = actions.set_template("team_notice", BytesIO(own(line)), "模板.docx", by=world.office)
    notice = actions.begin("team_notice", world.teams[0], by=world.office)
    assert "新模板" in words(bytes_of(notice)) and Template.objects.filter(removed_at=None).count() == 1
    actions.remove_template(template, by=world.office)
    assert "模板" not in words(bytes_of(notice))


def test_a_template_with_faults_is_refused_with_all_of_them(world: World) -> None:
    broken = docx.Document()
    broken.add_paragraph("{{文题}}")
    target = BytesIO()
    broken.save(target)
    with pytest.raises(Invalid) as refused:
        actions.set_template("feedback", BytesIO(target.getvalue()), "模板.docx", by=world.office)
    assert len(refused.value.faults) == 3 and not Template.objects.exists()


def test_a_template_changed_on_the_disk_is_found(world: World) -> None:
    actions.set_template("feedback", BytesIO(own()), "模板.docx", by=world.office)
    assert list(changed_files()) == []
    paper = issued_paper(world, world.participations[0])
    template = Template.objects.get()
    (path_of(paper).parents[2] / template.sha256[:2] / template.sha256[2:4] / template.sha256).write_bytes(b"x")
    assert [fault.row for fault in changed_files()] == [template.public_id]
