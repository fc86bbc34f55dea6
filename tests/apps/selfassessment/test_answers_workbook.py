"""The self-inspection as a workbook: all points in one sheet, filled in anywhere, sent back, shown, taken."""

from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from factories import World, answer_all, result_of, send_ledger
from workbook_files import client_of, faults, filled

from ducha.apps.evidence import actions as evidence
from ducha.apps.evidence.queries import linked_to
from ducha.apps.selfassessment import actions
from ducha.apps.selfassessment.models import Answer, ClaimedFigure
from ducha.engines.files import run_limited


@pytest.fixture
def liaison(world: World) -> Client:
    return client_of(world.liaisons[0])


def downloaded(client: Client, world: World) -> bytes:
    answer = client.get(f"/self-inspections/{world.assessment().public_id}/workbook")
    assert answer.status_code == 200
    return answer.content


def send(client: Client, world: World, content: bytes):
    url = f"/self-inspections/{world.assessment().public_id}/workbook/send-back"
    return client.post(url, {"file": SimpleUploadedFile("自查.xlsx", content)}, HTTP_ACCEPT_LANGUAGE="en")


def take(client: Client, world: World, shown):
    url = f"/self-inspections/{world.assessment().public_id}/workbook/send-back"
    form = shown.context["take"]
    entered = {name: form[name].value() for name in ("version", "operation")}
    return client.post(url, {**entered, "changes": shown.context["signed"]}, HTTP_ACCEPT_LANGUAGE="en", follow=True)


def test_answers_are_filled_in_and_taken(world: World, liaison: Client) -> None:
    content = filled(downloaded(liaison, world), {"C4": "部分落实", "D4": "有 3 件超期。", "F4": "97%", "C6": "落实"})
    shown = send(liaison, world, content)
    assert [(c.cell, after) for c, _head, after in shown.context["changes"]] == [
        *(("C4", "部分落实"), ("D4", "有 3 件超期。"), ("F4", "97%"), ("C6", "落实"))
    ]
    assert not Answer.objects.exists() and take(liaison, world, shown).status_code == 200
    first, second = Answer.objects.order_by("point__rank")
    assert (first.conclusion, first.narrative, first.answered_by) == (
        *("partly_met", "有 3 件超期。"),
        world.liaisons[0],
    )
    assert ClaimedFigure.objects.get().value == "97%" and (second.point.code, second.conclusion) == ("1.3", "met")


def test_what_is_taken_leaves_the_rest_of_an_answer_as_it_is(world: World, liaison: Client) -> None:
    file = evidence.add(BytesIO("材料".encode()), "材料.txt", by=world.liaisons[0])
    point = world.point()
    kept = {"conclusion": "not_met", "narrative": "没有做到。", "figures": {point.thresholds.get(): "60%"}}
    actions.answer(world.assessment(), point, by=world.liaisons[0], files=[file], **kept)
    take(liaison, world, send(liaison, world, filled(downloaded(liaison, world), {"D4": "下月改。"})))
    answer = Answer.objects.get()
    assert (answer.conclusion, answer.narrative) == ("not_met", "下月改。")
    assert ClaimedFigure.objects.get().value == "60%" and linked_to(answer) == [file]


def test_a_stale_workbook_overwrites_no_newer_answer(world: World, liaison: Client) -> None:
    old = downloaded(liaison, world)
    answer_all(world)
    [(cell, text)] = faults(send(liaison, world, filled(old, {"D4": "旧表里写的"})))
    assert cell in ("C4", "D4") and "after the workbook was written" in text
    assert not Answer.objects.filter(narrative="旧表里写的").exists()


def test_what_a_ledger_answers_is_shown_and_not_asked(world: World, liaison: Client) -> None:
    send_ledger(world)
    assert result_of(world).verdict == "not_met"
    content = downloaded(liaison, world)
    row = run_limited("ducha.engines.files.filled:cells", "x.xlsx", content)["sheets"]["自查填报"][3]
    assert row[6] == "2 / 5 (40.0 %)"
    [(cell, text)] = faults(send(liaison, world, filled(content, {"F4": "100%"})))
    assert cell == "F4" and "no longer be changed" in text


def test_a_submitted_self_inspection_takes_no_workbook(world: World, liaison: Client) -> None:
    old = downloaded(liaison, world)
    actions.submit(answer_all(world), by=world.liaisons[0])
    assert any("at present" in text for _cell, text in faults(send(liaison, world, filled(old, {"D4": "再改"}))))


def test_the_office_reads_a_delivered_one_and_sends_none(world: World, liaison: Client) -> None:
    office = client_of(world.office)
    url = f"/self-inspections/{world.assessment().public_id}/workbook"
    assert office.get(url).status_code == 404 and office.get(f"{url}/send-back").status_code == 404
    actions.submit(answer_all(world), by=world.liaisons[0])
    actions.certify(world.assessment(), by=world.heads[0])
    assert office.get(url).status_code == 200
