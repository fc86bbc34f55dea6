"""Reminders: 5, 2 and 1 working days before a deadline and just after it, each once, to whoever has to do it."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from factories import deliver, make_finding

from ducha.apps.accountability import actions as accountability
from ducha.apps.audit_trail import clock
from ducha.apps.audit_trail.recording import SYSTEM, recorded
from ducha.apps.campaigns.models import Stage
from ducha.apps.fieldwork import actions as fieldwork
from ducha.apps.findings.models import Finding
from ducha.apps.notices import actions
from ducha.apps.notices.models import Notice, Outgoing
from ducha.apps.rectification import actions as rectification
from ducha.apps.reports import duties
from ducha.cli import main
from ducha.cli.notices import remind


def at(day: str, hour: str = "07:00") -> datetime:
    return datetime.fromisoformat(f"2019-{day} {hour}").replace(tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def delivered(world):
    """Both units have delivered their self-inspection: what is left are their problems."""
    for number in (0, 1):
        deliver(world, number)
    return world


def reminded(day: str) -> dict[str, list[str]]:
    """Whom a run on a day tells what, by role."""
    known = set(Notice.objects.values_list("pk", flat=True))
    with clock.at(at(day)):
        remind()
    told: dict[str, list[str]] = {}
    for notice in Notice.objects.exclude(pk__in=known).select_related("recipient").order_by("id"):
        told.setdefault(notice.recipient.role, []).append(notice.sentence)
    return told


def test_a_rectification_is_reminded_of_5_2_and_1_working_days_before_and_once_after(delivered):
    finding = make_finding(delivered, state="acknowledged")  # due on Wednesday 20 November
    due = f"Rectify problem no. {finding.number} and report it: 公示超期"
    late = f"The rectification of problem no. {finding.number} is overdue. Report it now: 公示超期"
    told = {f"11-{day}": reminded(f"11-{day}") for day in range(12, 24)}
    summary = "1 things of 1 units were due on 2019-11-20 and are still open."
    assert {day: sentences for day, sentences in told.items() if sentences} == {
        "11-13": {"liaison": [due]},
        "11-18": {"liaison": [due]},
        "11-19": {"liaison": [due]},
        "11-21": {"liaison": [late], "office": [summary]},
    }
    notice = delivered.liaisons[0].notices.filter(key__isnull=False).first()
    assert notice.due_at == at("11-20", "23:59") and notice.url == f"/findings/{finding.public_id}"


def test_a_holiday_does_not_count_and_a_saturday_on_which_offices_work_does(delivered):
    with recorded(SYSTEM, "test.moved"):
        finding = make_finding(delivered, state="acknowledged")
        finding.due_on = at("10-12").date()  # a working Saturday after the week of the national holiday
        finding.save()
    assert [day for day in ("09-29", "09-30", "10-08", "10-09", "10-10", "10-11") if reminded(day)] == [
        "09-30",
        "10-10",
        "10-11",
    ]


def test_run_again_and_again_nobody_is_told_twice(delivered):
    make_finding(delivered, state="acknowledged")
    assert reminded("11-19") and not reminded("11-19")
    # Friday's word is not repeated on the weekend, when the distance is the same.
    with recorded(SYSTEM, "test.moved"):
        finding = Finding.objects.get()
        finding.due_on = at("11-25").date()
        finding.save()
    assert reminded("11-22") and not reminded("11-23") and not reminded("11-24")


def test_a_deadline_that_moves_is_reminded_of_anew(delivered):
    make_finding(delivered, state="acknowledged")
    assert reminded("11-19")
    with recorded(SYSTEM, "test.moved"):
        finding = Finding.objects.get()
        finding.due_on = at("11-21").date()
        finding.save()
    # One working day before the new day, as it was one before the old one.
    assert reminded("11-20")


def test_what_is_overdue_for_long_is_no_news(delivered):
    make_finding(delivered, state="acknowledged")
    assert reminded("11-22") == {} and reminded("12-20") == {}


def test_what_is_done_is_not_reminded_of(delivered):
    finding = make_finding(delivered, state="acknowledged")
    work = rectification.open_for(finding, by=delivered.liaisons[0])
    measure = rectification.add_measure(
        work, by=delivered.liaisons[0], description="补办", owner_name="某", due_on=at("11-19").date()
    )
    rectification.finish_measure(measure, by=delivered.liaisons[0])
    rectification.submit(work, by=delivered.liaisons[0], text="完成")
    assert reminded("11-19") == {} and reminded("11-21") == {}


def test_a_self_inspection_is_the_liaisons_to_submit_and_the_heads_to_certify(world):
    from factories import answer_all

    from ducha.apps.selfassessment import actions as selfassessment

    answer_all(world, 0)
    with clock.at(at("11-05")):
        selfassessment.submit(world.assessment(0), by=world.liaisons[0])
    told = reminded("11-06")
    assert told == {
        "liaison": ["The self-inspection of your unit is due soon. Answer what is left and submit it."],
        "unit_head": ["The self-inspection of your unit is due soon and waits for your certification."],
    }
    assert [n.recipient for n in Notice.objects.filter(key__isnull=False)] == [world.liaisons[1], world.heads[0]]


def test_a_measure_is_to_be_answered_by_liaison_and_head(delivered):
    finding = make_finding(delivered, state="acknowledged")
    measure = accountability.propose(
        delivered.participations[0], by=delivered.office, kind="summoned_talk", reason="屡次", findings=[finding]
    )
    accountability.approve(measure, by=delivered.leader)
    accountability.issue(
        measure, by=delivered.office, document_number="1号", issued_on=at("11-12").date(), due_on=at("11-15").date()
    )
    assert reminded("11-14") == {"liaison": ["Answer 1号."], "unit_head": ["Answer 1号."]}


def test_an_acceptance_is_the_teams_but_not_of_those_who_stay_away_from_the_unit(delivered):
    with recorded(SYSTEM, "test.staged"):
        campaign = delivered.campaign
        Stage(campaign=campaign, kind="acceptance", title="验收", due_at=at("11-22", "17:30"), position=9).save()
    finding = make_finding(delivered, state="acknowledged")
    work = rectification.open_for(finding, by=delivered.liaisons[0])
    measure = rectification.add_measure(
        work, by=delivered.liaisons[0], description="补办", owner_name="某", due_on=at("11-19").date()
    )
    rectification.finish_measure(measure, by=delivered.liaisons[0])
    rectification.submit(work, by=delivered.liaisons[0], text="完成")
    unit = delivered.participations[0].unit
    fieldwork.recuse(delivered.inspectors[0], unit, campaign=delivered.campaign, by=delivered.office, reason="亲属")
    told = reminded("11-21")
    assert list(told) == ["inspector"]
    assert Notice.objects.get(key__isnull=False).recipient == delivered.teamleads[0]


def test_a_visit_is_no_duty_and_an_unannounced_one_changes_no_reminder(delivered):
    make_finding(delivered, state="acknowledged")
    with clock.at(at("11-18")):
        fieldwork.plan_visit(
            delivered.participations[0], by=delivered.teamleads[0], announced=False, starts_at=at("11-20", "09:00")
        )
    assert set(reminded("11-19")) == {"liaison"}


def test_groups_hear_how_many_are_due_the_offices_of_all_and_a_units_of_its_own(delivered, settings):
    settings.DUCHA_GROUP_HOSTS = ["http://127.0.0.1:9"]
    for organisation in (delivered.office.organisation, delivered.participations[0].unit):
        actions.add_group(organisation, by=delivered.office, kind="wecom", address="http://127.0.0.1:9/x")
    for number in (0, 1):
        make_finding(delivered, number, state="acknowledged")
    for _again in range(2):
        reminded("11-18")
    told = [m.message["lines"] for m in Outgoing.objects.filter(key__contains="2019-11-18").order_by("id")]
    assert told == [[{"what": "rectification reports", "count": count, "due_on": "2019-11-20"}] for count in (2, 1)]
    # On a Saturday no group hears of Monday.
    with clock.at(at("11-16")):
        due = duties.due_today(duties.duties(delivered.office, [delivered.campaign]))
    assert duties.lines(due) == []


def test_a_closed_or_a_foreign_campaigns_duties_are_nobodys(delivered):
    make_finding(delivered, state="acknowledged")
    with recorded(SYSTEM, "test.closed"):
        delivered.campaign.enter("close", by=SYSTEM)
    assert reminded("11-19") == {}


def test_a_deadline_beyond_the_announced_calendar_is_counted_by_nobody_and_said_so(delivered, installation, capsys):
    with recorded(SYSTEM, "test.moved"):
        finding = make_finding(delivered, state="acknowledged")
        finding.due_on = finding.due_on.replace(year=2090)
        finding.save()
    (installation / "keys").mkdir()
    with clock.at(at("11-19")):
        assert main(["notices", "remind", "--data", str(installation)]) == 0
    said = capsys.readouterr()
    assert said.out == "0 reminders told.\n" and said.err.startswith("1 deadlines lie outside the working-day calendar")


def test_the_command_reminds_and_sends(delivered, installation, capsys):
    make_finding(delivered, state="acknowledged")
    (installation / "keys").mkdir()
    with clock.at(at("11-19")):
        assert main(["notices", "remind", "--data", str(installation)]) == 0
        assert main(["notices", "send", "--data", str(installation)]) == 0
    said = capsys.readouterr().out
    assert said == "1 reminders told.\n0 messages sent, 0 failed and tried again later, 0 given up.\n"


def test_the_queries_do_not_grow_with_the_units(delivered, django_assert_max_num_queries):
    for _number in range(6):
        make_finding(delivered, 0, state="acknowledged")
    with clock.at(at("11-19") + timedelta(hours=1)), django_assert_max_num_queries(12):
        duties.duties(delivered.office, [delivered.campaign])
