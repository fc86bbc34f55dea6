"""Visits: who plans, who is told, what an unannounced one gives away (nothing), what is recorded."""

from datetime import timedelta
from io import BytesIO

import pytest
from django.test import Client
from django.urls import reverse
from django.utils.html import escape
from factories import FIELD, deliver, make_finding, make_member, make_organisation
from PIL import Image

from ducha.apps.audit_trail import clock
from ducha.apps.evidence.queries import linked_to
from ducha.apps.fieldwork import actions
from ducha.apps.fieldwork.access import visible_activities, visible_visits
from ducha.apps.fieldwork.models import Activity, Visit
from ducha.apps.fieldwork.queries import first_looks
from ducha.apps.findings import actions as findings
from ducha.apps.notices.models import Notice
from ducha.apps.selfassessment import actions as selfassessment
from ducha.apps.selfassessment.queries import sheet
from ducha.domain.errors import NotAllowed, NotNow
from ducha.domain.rights import Role


def plan(world, *, by=None, announced=True, number=0) -> Visit:
    by = by or (world.office if announced else world.teamleads[number])
    return actions.plan_visit(world.participations[number], by=by, announced=announced, starts_at=FIELD)


def told(member) -> list[str]:
    return [notice.sentence for notice in Notice.objects.filter(recipient=member)]


def signed_in(member) -> Client:
    client = Client()
    client.force_login(member.person)
    return client


def test_an_announced_visit_is_told_to_the_liaison_and_the_head_alone(world):
    before = Notice.objects.count()
    plan(world)
    sentence = "第1督察组 will visit you on 2019-11-12 10:00."
    assert told(world.liaisons[0])[0] == told(world.heads[0])[0] == sentence
    assert Notice.objects.count() == before + 2


def test_an_unannounced_visit_is_told_to_nobody(world):
    before = Notice.objects.count()
    plan(world, announced=False)
    assert Notice.objects.count() == before


@pytest.mark.parametrize("who", ["office", "leader", "inspector", "other_teamlead", "liaison"])
def test_only_the_teams_leader_plans_an_unannounced_visit(world, who):
    by = {
        "office": world.office,
        "leader": world.leader,
        "inspector": world.inspectors[0],
        "other_teamlead": world.teamleads[1],
        "liaison": world.liaisons[0],
    }[who]
    with pytest.raises(NotAllowed, match="Only the team's leader plans"):
        plan(world, by=by, announced=False)


def test_an_office_of_another_campaign_plans_nothing_here(world):
    other = make_member(Role.OFFICE, make_organisation("另一督察办", "leading_group"))
    with pytest.raises(NotAllowed):
        plan(world, by=other)


def test_a_recused_leader_does_not_plan(world):
    unit = world.participations[0].unit
    actions.recuse(world.teamleads[0], unit, campaign=world.campaign, by=world.office, reason="曾在该单位任职")
    with pytest.raises(NotAllowed, match="must stay away"):
        plan(world, announced=False)


def seers(world, visit) -> set[str]:
    people = {
        "office": world.office,
        "leader": world.leader,
        "discipline": world.discipline,
        "liaison": world.liaisons[0],
        "head": world.heads[0],
        "other liaison": world.liaisons[1],
        "inspector": world.inspectors[0],
        "teamlead": world.teamleads[0],
        "other inspector": world.inspectors[1],
    }
    return {who for who, member in people.items() if visible_visits(member).filter(pk=visit.pk).exists()}


TEAM = {"inspector", "teamlead"}
ALL = TEAM | {"office", "leader", "liaison", "head"}


def test_an_announced_visit_is_seen_by_the_organiser_the_unit_and_the_team(world):
    assert seers(world, plan(world)) == ALL


def test_an_unannounced_visit_is_its_teams_alone_until_it_starts(world):
    visit = plan(world, announced=False)
    assert seers(world, visit) == TEAM
    actions.start(visit, by=world.inspectors[0])
    assert seers(world, visit) == ALL
    actions.end(visit, by=world.inspectors[0])
    assert seers(world, visit) == ALL


def test_an_unannounced_visit_that_was_cancelled_stays_unknown(world):
    visit = plan(world, announced=False)
    before = Notice.objects.count()
    actions.cancel(visit, by=world.teamleads[0], reason="消息走漏")
    assert seers(world, visit) == TEAM
    assert Notice.objects.count() == before


def test_the_office_cannot_cancel_what_it_does_not_know(world):
    with pytest.raises(NotAllowed):
        actions.cancel(plan(world, announced=False), by=world.office, reason="调整")


def test_a_unit_that_was_told_hears_that_the_visit_is_cancelled(world):
    actions.cancel(plan(world), by=world.office, reason="与会议冲突")
    assert told(world.liaisons[0])[0] == "第1督察组 will not come on 2019-11-12 10:00: 与会议冲突"


def test_an_unannounced_visit_is_in_no_list_or_export_of_the_office(world):
    plan(world, announced=False)
    office, team = signed_in(world.office), signed_in(world.inspectors[0])
    unit = world.participations[0].unit.name
    page = reverse("fieldwork:visits")
    assert escape(unit) not in office.get(page).content.decode()
    assert escape(unit) in team.get(page).content.decode()


@pytest.mark.parametrize("who", ["office", "leader", "other_inspector", "liaison"])
def test_only_the_team_starts_a_visit(world, who):
    by = {
        "office": world.office,
        "leader": world.leader,
        "other_inspector": world.inspectors[1],
        "liaison": world.liaisons[0],
    }[who]
    with pytest.raises(NotAllowed):
        actions.start(plan(world), by=by)


def test_a_recused_member_takes_no_part(world):
    visit = plan(world)
    unit = visit.participation.unit
    actions.recuse(world.inspectors[0], unit, campaign=world.campaign, by=world.office, reason="近亲属任职")
    with pytest.raises(NotAllowed, match="must stay away"):
        actions.start(visit, by=world.inspectors[0])
    assert seers(world, visit) == ALL - {"inspector"}
    actions.start(visit, by=world.teamleads[0])


def test_a_visit_is_not_started_twice_ended_before_it_starts_or_cancelled_once_under_way(world):
    visit = plan(world)
    with pytest.raises(NotNow):
        actions.end(visit, by=world.inspectors[0])
    actions.start(visit, by=world.inspectors[0])
    with pytest.raises(NotNow):
        actions.start(visit, by=world.inspectors[0])
    with pytest.raises(NotNow):
        actions.cancel(visit, by=world.office, reason="迟了")


def test_when_a_unit_goes_to_another_team_the_old_one_keeps_its_visits_but_starts_none(world):
    ended, planned = plan(world), plan(world, announced=False)
    actions.start(ended, by=world.inspectors[0])
    actions.end(ended, by=world.inspectors[0])
    actions.assign_unit(world.teams[1], world.participations[0], by=world.office)
    assert "inspector" in seers(world, ended)
    with pytest.raises(NotNow, match="not in your team's care"):
        actions.start(Visit.objects.get(pk=planned.pk), by=world.inspectors[0])
    actions.cancel(planned, by=world.teamleads[0], reason="已移交")


# -- what is recorded


def test_an_activity_is_recorded_with_kind_time_title_notes_and_person(world):
    visit = plan(world)
    actions.start(visit, by=world.inspectors[0])
    with clock.at(FIELD + timedelta(minutes=20)):
        actions.note_activity(visit, by=world.inspectors[0], kind="talk", title="与分管领导谈话", notes="已记录")
    activity = Activity.objects.get()
    assert (activity.kind, activity.title, activity.notes) == ("talk", "与分管领导谈话", "已记录")
    assert (activity.at, activity.by) == (FIELD + timedelta(minutes=20), world.inspectors[0])


def test_nothing_is_recorded_before_the_visit_starts_or_after_it_ends(world):
    visit = plan(world)
    member = world.inspectors[0]
    with pytest.raises(NotNow, match="Start the visit first"):
        actions.note_activity(visit, by=member, kind="talk", title="谈话")
    actions.start(visit, by=member)
    actions.end(visit, by=member)
    with pytest.raises(NotNow):
        actions.note_activity(visit, by=member, kind="talk", title="谈话")


def test_a_unit_does_not_read_what_was_done(world):
    visit = plan(world)
    actions.start(visit, by=world.inspectors[0])
    actions.note_activity(visit, by=world.inspectors[0], kind="individual_talk", title="个别谈话")
    assert visible_activities(world.liaisons[0]).count() == 0
    assert visible_activities(world.office).count() == visible_activities(world.inspectors[0]).count() == 1
    page = signed_in(world.liaisons[0]).get(reverse("fieldwork:visit", args=[visit])).content.decode()
    assert "个别谈话" not in page


def photo() -> BytesIO:
    content = BytesIO()
    Image.new("RGB", (4, 4)).save(content, "JPEG")
    content.seek(0)
    content.name = "现场.jpg"
    return content


def test_a_photo_is_taken_from_the_page_of_the_visit_and_kept_as_evidence(world):
    visit = plan(world)
    actions.start(visit, by=world.inspectors[0])
    client = signed_in(world.inspectors[0])
    page = client.get(reverse("fieldwork:visit", args=[visit])).content.decode()
    url = reverse("fieldwork:note_activity", args=[visit]) + "?with=photo"
    assert url in page and 'class="thumb"' in page
    form = client.get(url)
    assert 'capture="environment"' in form.content.decode()
    entered = {"operation": form.context["form"]["operation"].value(), "version": visit.version}
    answer = client.post(url, {**entered, "kind": "document_review", "title": "公示栏", "uploads": photo()})
    assert answer.status_code == 302
    assert [file.media_type for file in linked_to(Activity.objects.get())] == ["image/jpeg"]


def test_a_photo_without_a_picture_is_asked_for(world):
    visit = plan(world)
    actions.start(visit, by=world.inspectors[0])
    client = signed_in(world.inspectors[0])
    url = reverse("fieldwork:note_activity", args=[visit]) + "?with=photo"
    operation = client.get(url).context["form"]["operation"].value()
    answer = client.post(url, {"operation": operation, "kind": "talk", "title": "公示栏"})
    assert answer.status_code == 422 and Activity.objects.count() == 0


def test_the_three_buttons_are_the_inspectors_while_the_visit_lasts(world):
    visit = plan(world)
    pages = {
        "team": signed_in(world.inspectors[0]),
        "office": signed_in(world.office),
        "unit": signed_in(world.liaisons[0]),
    }
    url = reverse("fieldwork:visit", args=[visit])
    shown = {who: 'class="thumb"' in client.get(url).content.decode() for who, client in pages.items()}
    assert shown == {"team": False, "office": False, "unit": False}
    actions.start(visit, by=world.inspectors[0])
    shown = {who: 'class="thumb"' in client.get(url).content.decode() for who, client in pages.items()}
    assert shown == {"team": True, "office": False, "unit": False}


def test_the_page_of_a_visit_lists_what_was_found_on_it_to_those_who_may_know(world):
    visit = plan(world)
    actions.start(visit, by=world.inspectors[0])
    make_finding(world, title="别的时候发现的")
    entered = {"facts": "抽查", "severity": "minor", "horizon": "immediate", "visit": visit}
    findings.raise_finding(
        world.participations[0], world.point(), by=world.inspectors[0], title="当场发现的", **entered
    )
    url = reverse("fieldwork:visit", args=[visit])
    team = signed_in(world.inspectors[0]).get(url).content.decode()
    unit = signed_in(world.liaisons[0]).get(url).content.decode()
    assert "当场发现的" in team and "别的时候发现的" not in team
    assert "当场发现的" not in unit


# -- where to look first


def test_not_met_comes_before_partly_met_and_admitted_problems_are_named(world):
    assessment = world.assessment()
    for line, conclusion in zip(sheet(assessment), ["partly_met", "met", "not_met"], strict=True):
        figures = {t: "全部" for t in line.point.thresholds.all()}
        entered = {"conclusion": conclusion, "narrative": "如实填报", "figures": figures, "files": []}
        selfassessment.answer(assessment, line.point, by=world.liaisons[0], **entered)
    selfassessment.admit_problem(
        assessment, world.point(), by=world.liaisons[0], description="公示超期", horizon="immediate"
    )
    visit = plan(world)
    assert first_looks(world.inspectors[0], visit).answers == []  # a draft is the unit's own
    selfassessment.submit(assessment, by=world.liaisons[0])
    selfassessment.certify(assessment, by=world.heads[0])
    looks = first_looks(world.inspectors[0], visit)
    assert [answer.conclusion for answer in looks.answers] == ["not_met", "partly_met"]
    assert [problem.description for problem in looks.problems] == ["公示超期"]


def test_where_everything_is_met_the_page_says_where_to_look(world):
    deliver(world)
    visit = plan(world)
    page = signed_in(world.inspectors[0]).get(reverse("fieldwork:visit", args=[visit])).content.decode()
    assert "Look at the points with numbers." in page
