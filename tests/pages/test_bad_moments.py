"""Bad input and bad moments: a full sentence, all faults at once, and nothing is lost."""

import re
import uuid
import zipfile
from datetime import UTC, datetime
from io import BytesIO

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client, RequestFactory
from django.urls import reverse
from factories import BEFORE, PLAN, answer_all, make_finding, make_member, make_organisation, make_world
from PIL import Image

from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.models import AuditEntry
from ducha.apps.campaigns.models import Campaign
from ducha.apps.evidence.models import EvidenceFile
from ducha.apps.findings.models import Finding
from ducha.apps.organisations.models import Organisation
from ducha.apps.pages.middleware import whole_body
from ducha.apps.selfassessment import actions as selfassessment
from ducha.domain.rights import Role
from ducha.engines import files

pytestmark = pytest.mark.django_db


@pytest.fixture
def world():
    with clock.at(BEFORE):
        yield make_world()


@pytest.fixture
def office(world) -> Client:
    return signed_in(world.office)


def signed_in(member) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(member.person)
    return client


def sent(client: Client, url: str, **entered) -> object:
    return client.post(url, {"operation": str(uuid.uuid4()), **entered})


def upload(name: str, content: bytes) -> SimpleUploadedFile:
    return SimpleUploadedFile(name, content)


# -- plans


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.txt", b"", "empty"),
        ("诗.txt", "床前明月光，疑是地上霜。".encode(), "does not look like a plan"),
        ("坏.docx", b"PK\x03\x04broken", "broken"),
        ("照片.txt", b"\xff\xd8\xff\xe0 jpeg", "is a picture without text"),
        ("方案.exe", b"MZ", "type that is not taken"),
        ("大.txt", b"\xe6\x96\x87" * 7_000_000, "larger than 20 MB"),
    ],
)
def test_a_file_that_is_no_plan_is_refused_with_a_sentence(office, name, content, sentence):
    answer = sent(office, reverse("campaigns:create"), document=upload(name, content))
    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Campaign.objects.count() == 1


def test_a_plan_can_be_pasted(office):
    answer = sent(office, reverse("campaigns:create"), pasted=PLAN)
    assert answer.status_code == 302
    assert Campaign.objects.order_by("-id").first().points.count() == 3


def test_a_launch_is_refused_with_everything_that_is_missing():
    with clock.at(BEFORE):
        world = make_world(units=0, launched=False)
        page = signed_in(world.office).get(reverse("campaigns:campaign", args=[world.campaign])).content.decode()
        assert "No unit is assigned." in page
        refused = sent(signed_in(world.office), reverse("selfassessment:launch", args=[world.campaign]))
    assert refused.status_code == 422 and "No unit is assigned." in refused.content.decode()


# -- organisations


def sheet(
    *rows: tuple[str, ...], titles: tuple[str, ...] = ("单位名称", "类型", "上级单位", "区划代码", "行政执法")
) -> bytes:
    return files.write_sheet(titles, rows)


def test_organisations_come_back_from_their_own_export(office):
    exported = office.get(reverse("organisations:organisations") + "?format=xlsx").content
    before = Organisation.objects.count()
    assert sent(office, reverse("organisations:import"), workbook=upload("单位.xlsx", exported)).status_code == 302
    assert Organisation.objects.count() == before


def test_all_faults_of_a_workbook_are_shown_at_once_and_no_row_is_taken(office):
    content = sheet(
        ("新局", "Department", "", "", "是"), ("", "Department", "", "", "是"), ("又一局", "部落", "没有的市", "", "否")
    )
    page = sent(office, reverse("organisations:import"), workbook=upload("单位.xlsx", content)).content.decode()
    assert "Row 3 has no name." in page
    assert "“部落” is no type" in page and "the parent “没有的市” is unknown" in page
    assert not Organisation.objects.filter(name="新局").exists()


def test_missing_columns_are_all_named(office):
    content = sheet(("甲", "乙"), titles=("单位名称", "备注"))
    page = sent(office, reverse("organisations:import"), workbook=upload("单位.xlsx", content)).content.decode()
    assert all(f"The column “{name}” is missing" in page for name in ("类型", "上级单位", "区划代码", "行政执法"))


# -- evidence


def zipped(**members: bytes) -> bytes:
    target = BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name.replace("__", "/"), content)
    return target.getvalue()


BOMB = zipped(**{"word__document.xml": b"<a/>", "word__media": b"\0" * 60_000_000})


@pytest.mark.parametrize(
    ("name", "content", "sentence"),
    [
        ("空.pdf", b"", "empty"),
        ("假.pdf", "其实是文本".encode(), "really a txt file"),
        ("假.docx", zipped(xl__workbook=b""), "really a xlsx file"),
        ("宏.docx", zipped(**{"word__document.xml": b"<a/>", "word__vbaProject.bin": b"x"}), "macros"),
        ("外.docx", zipped(**{"word__document.xml": b"<a/>", "..__..__x": b"x"}), "points outside"),
        ("实体.docx", zipped(**{"word__document.xml": b"<!DOCTYPE a [<!ENTITY b 'c'>]><a/>"}), "defines entities"),
        ("炸弹.docx", BOMB, "grows too large"),
        ("程序.exe", b"MZ", "type that is not taken"),
    ],
)
def test_a_file_whose_content_is_not_what_it_says_is_refused(world, name, content, sentence):
    answer = sent(signed_in(world.liaisons[0]), reverse("evidence:upload"), uploads=upload(name, content))
    assert answer.status_code == 422 and sentence in answer.content.decode()
    assert EvidenceFile.objects.count() == 0


def test_the_faults_of_several_files_are_shown_together_and_none_is_taken(world):
    several = [upload("好.txt", "好".encode()), upload("空.txt", b""), upload("坏.exe", b"MZ")]
    answer = sent(signed_in(world.liaisons[0]), reverse("evidence:upload"), uploads=several)
    page = answer.content.decode()
    assert "“空.txt” is empty" in page and "“坏.exe” is of a type" in page
    assert EvidenceFile.objects.count() == 0


def test_the_same_content_is_kept_once_and_served_as_an_attachment(world):
    client = signed_in(world.liaisons[0])
    for name in ("甲.txt", "乙.txt"):
        sent(client, reverse("evidence:upload"), uploads=upload(name, "同样的内容".encode()))
    (file,) = EvidenceFile.objects.all()
    answer = client.get(reverse("evidence:download", args=[file]))
    assert b"".join(answer.streaming_content).decode() == "同样的内容"
    assert answer["Content-Disposition"].startswith("attachment") and answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Content-Security-Policy"].startswith("sandbox")


def test_people_look_at_a_picture_without_its_metadata(world):
    target = BytesIO()
    exif = Image.Exif()
    exif[0x0132] = "2019:11:12 10:21:00"
    Image.new("RGB", (8, 8), "red").save(target, "JPEG", exif=exif)
    client = signed_in(world.liaisons[0])
    sent(client, reverse("evidence:upload"), uploads=upload("照片.jpg", target.getvalue()))
    answer = client.get(reverse("evidence:picture", args=[EvidenceFile.objects.get()]))
    assert not Image.open(BytesIO(answer.content)).getexif()
    assert b"2019:11:12" in target.getvalue() and b"2019:11:12" not in answer.content


# -- the same form twice, an old page, a cut connection


def finding_form(world, **changes) -> dict[str, str]:
    entered = {
        "operation": str(uuid.uuid4()),
        "point": world.point().public_id,
        "title": "公示超期",
        "facts": "3 件超期",
        "severity": "minor",
        "horizon": "immediate",
    }
    return {**entered, **changes}


def test_a_form_posted_twice_is_carried_out_once_and_answered_the_same(world):
    client, url = signed_in(world.inspectors[0]), reverse("findings:raise", args=[world.participations[0]])
    form = finding_form(world)
    first, second = client.post(url, form), client.post(url, form)
    assert first.status_code == second.status_code == 302 and first.url == second.url
    assert Finding.objects.count() == 1


def test_the_same_operation_with_other_contents_is_refused(world):
    client, url = signed_in(world.inspectors[0]), reverse("findings:raise", args=[world.participations[0]])
    form = finding_form(world)
    client.post(url, form)
    again = client.post(url, {**form, "title": "另一个标题"})
    assert again.status_code == 409 and "already sent with other contents" in again.content.decode()
    assert Finding.objects.count() == 1


def test_a_refused_form_can_be_sent_again_after_it_is_mended(world):
    client, url = signed_in(world.inspectors[0]), reverse("findings:raise", args=[world.participations[0]])
    form = finding_form(world, title="")
    assert client.post(url, form).status_code == 422
    assert client.post(url, {**form, "title": "补上标题"}).status_code == 302


def test_an_old_page_shows_theirs_beside_yours_and_can_be_sent_again(world):
    finding = make_finding(world)
    url = reverse("findings:correct", args=[finding])
    tabs = [signed_in(world.inspectors[0]) for _ in range(2)]
    forms = [finding_form(world, version=str(finding.version), title=title) for title in ("我先改的", "我后改的")]
    assert tabs[0].post(url, forms[0]).status_code == 302
    stale = tabs[1].post(url, forms[1])
    page = stale.content.decode()
    assert stale.status_code == 409
    assert "我先改的" in page and "我后改的" in page and "Nothing of yours is lost" in page
    finding.refresh_from_db()
    assert finding.title == "我先改的"
    forms[1] |= {"version": str(finding.version), "operation": str(uuid.uuid4())}
    assert tabs[1].post(url, forms[1]).status_code == 302


def test_an_action_out_of_its_time_says_what_is_the_case(world):
    finding = make_finding(world, state="acknowledged")
    answer = sent(signed_in(world.liaisons[0]), reverse("findings:acknowledge", args=[finding]))
    assert answer.status_code == 409 and "not possible now" in answer.content.decode()


def test_of_two_drafts_of_one_answer_the_second_is_told_and_shown_the_first(world):
    assessment, client = world.assessment(), signed_in(world.liaisons[0])
    url = reverse("selfassessment:autosave", args=[assessment, world.point()])
    first = sent(client, url, version="0", conclusion="met", narrative="甲写的")
    assert first.status_code == 200 and first.json()["version"] == 1
    second = sent(client, url, version="0", conclusion="not_met", narrative="乙写的")
    assert second.status_code == 409 and second.json()["theirs"]["narrative"] == "甲写的"


def test_what_changed_after_the_page_was_opened_is_not_submitted_unseen(world):
    assessment = answer_all(world)
    client = signed_in(world.liaisons[0])
    url = reverse("selfassessment:submit", args=[assessment])
    shown = client.get(url).context["form"]["manifest_seen"].value()
    sent(
        client,
        reverse("selfassessment:autosave", args=[assessment, world.point()]),
        version="1",
        conclusion="not_met",
        narrative="变了",
    )
    answer = sent(client, url, version=str(assessment.version), manifest_seen=shown)
    assert answer.status_code == 409
    assessment.refresh_from_db()
    assert assessment.state == "draft"


def test_a_cut_request_is_refused_before_anything_is_saved():
    body = b"operation=1&title=abc"
    request = RequestFactory().generic("POST", "/", body, content_type="application/x-www-form-urlencoded")
    request.META["CONTENT_LENGTH"] = str(len(body) + 10)
    reached = []
    answer = whole_body(lambda asked: reached.append(asked))(request)
    assert answer.status_code == 400 and reached == []
    assert "Nothing was saved" in answer.content.decode()


# -- the door


def test_after_five_wrong_passwords_the_door_is_shut_for_a_while_and_all_attempts_are_on_record(world):
    client = Client(headers={"accept-language": "en"})
    for _ in range(5):
        answer = client.post(reverse("accounts:sign_in"), {"username": "office", "password": "wrong"})
        assert "not right" in answer.content.decode()
    answer = client.post(reverse("accounts:sign_in"), {"username": "office", "password": "wrong"})
    assert "Too many attempts" in answer.content.decode()
    assert AuditEntry.objects.filter(action="person.sign_in").count() == 5


def test_the_one_click_door_exists_in_a_demonstration_alone(world, settings):
    person = world.office.person
    client = Client()
    assert client.post(reverse("accounts:demo_sign_in"), {"username": person.username}).status_code == 404
    (settings.DUCHA_DATA / "demo.json").write_text("{}")
    assert client.post(reverse("accounts:demo_sign_in"), {"username": person.username}).status_code == 302
    elsewhere = Client(REMOTE_ADDR="10.0.0.7")
    assert elsewhere.post(reverse("accounts:demo_sign_in"), {"username": person.username}).status_code == 404


def test_signing_in_never_leads_to_another_host(world):
    person = world.office.person
    answer = Client().post(
        reverse("accounts:sign_in"), {"username": person.username, "password": "x", "next": "//evil"}
    )
    assert answer.status_code == 422


def test_every_page_forbids_scripts_from_elsewhere(office):
    policy = office.get(reverse("reports:overview"))["Content-Security-Policy"]
    assert "script-src 'self'" in policy and "unsafe" not in policy


def test_nobody_gives_a_role_to_themself_and_administrators_stay_three_people(world):
    secadmin = make_member(Role.SECADMIN, make_organisation("机房"))
    client = signed_in(secadmin)
    entered = {
        "username": "new-person",
        "name": "新人",
        "organisation": world.office.organisation.public_id,
        "password": "long-enough-1",
    }
    assert sent(client, reverse("organisations:create_person"), role="office", **entered).status_code == 302
    answer = sent(client, reverse("organisations:end_membership", args=[secadmin]))
    assert answer.status_code == 422 and "themself" in answer.content.decode()


# -- the unannounced visit


def test_before_it_starts_an_unannounced_visit_leaves_no_trace_for_others(world):
    from ducha.apps.fieldwork import actions as fieldwork

    actors = [world.office, world.leader, world.liaisons[0], world.heads[0], world.inspectors[1]]
    pages = ("fieldwork:visits", "fieldwork:teams", "reports:tasks", "notices:inbox", "reports:overview", "home")

    def seen() -> list[bytes]:
        found = []
        for member in actors:
            client = signed_in(member)
            found += [client.get(reverse(name)).content for name in pages]
            found.append(client.get(reverse("reports:unit", args=[world.participations[0]])).content)
        # The tokens of forms differ at every request; nothing else may.
        return [re.sub(rb'value="([A-Za-z0-9]{64}|[0-9a-f-]{36})"', b"", content) for content in found]

    before = seen()
    visit = fieldwork.plan_visit(world.participations[0], by=world.teamleads[0], announced=False, starts_at=BEFORE)
    assert seen() == before
    assert signed_in(world.teamleads[0]).get(reverse("fieldwork:visit", args=[visit])).status_code == 200
    fieldwork.start(visit, by=world.inspectors[0])
    assert signed_in(world.office).get(reverse("fieldwork:visit", args=[visit])).status_code == 200


def test_a_role_that_was_ended_counts_no_more_from_the_next_request(world):
    secadmin = make_member(Role.SECADMIN, make_organisation("机房"))
    office = signed_in(world.office)
    assert office.get(reverse("reports:overview")).status_code == 200
    sent(signed_in(secadmin), reverse("organisations:end_membership", args=[world.office]), version="1")
    assert office.get(reverse("reports:overview")).status_code == 302


def test_where_the_calendar_does_not_reach_late_is_late_without_a_guess(world):
    with clock.at(datetime(2027, 3, 1, tzinfo=UTC)):
        assessment = answer_all(world)
        selfassessment.submit(assessment, by=world.liaisons[0])
        submission = selfassessment.certify(assessment, by=world.heads[0])
        page = signed_in(world.office).get(reverse("selfassessment:assessments")).content.decode()
    assert submission.is_late and submission.late_working_days is None
    assert ">late<" in page
